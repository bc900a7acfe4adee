namespace GraphGrad;

public static partial class Ops
{
    /// <summary>Normalizes each group of channels of each example by its own mean and variance, then scales and shifts each channel.</summary>
    /// <remarks>Wu and He, "Group normalization", 2018.</remarks>
    /// <param name="x">[batch, channels, …], float32 or float64.</param>
    /// <param name="groups">Into how many groups the channels are split.</param>
    /// <param name="gamma">The scale of each channel, or null for 1.</param>
    /// <param name="beta">The shift of each channel, or null for 0.</param>
    /// <param name="epsilon">Keeps the quotient finite where a group is constant.</param>
    /// <exception cref="GraphException">x has fewer than two axes or is no float, the channels cannot be split so, or gamma or beta is not a vector of one number a channel.</exception>
    public static Value GroupNorm(Value x, int groups, Value? gamma = null, Value? beta = null, double epsilon = 1e-5)
    {
        if (x.Rank < 2) throw x.Graph.Error("group norm", $"'{x.Name}' {x.Type} must have axes for batch and channels; reshape it.");
        RequireFloat("group norm", x);
        if (groups < 1 || !Dim.TryDivideExactly(x.Shape[1], groups, out var channels))
            throw x.Graph.Error("group norm", $"the {x.Shape[1]} channels of '{x.Name}' {x.Type} cannot be split into {groups} groups; choose a number of groups that divides them.");
        var apart = Reshape(x, new Shape([x.Shape[0], groups, channels, .. x.Shape.Dims[2..]]));
        var normalized = LayerNorm(apart, axes: [.. Enumerable.Range(2, apart.Rank - 2)], epsilon: epsilon);
        return ScaleAndShift("group norm", x, Reshape(normalized, x.Shape), gamma, beta, [1]);
    }

    /// <summary>Normalizes each channel of each example by its own mean and variance, then scales and shifts it. With running statistics, use <see cref="BatchNormInference"/>.</summary>
    /// <remarks>Ulyanov, Vedaldi and Lempitsky, "Instance normalization", 2016.</remarks>
    /// <param name="x">[batch, channels, spatial axes …], float32 or float64.</param>
    /// <param name="gamma">The scale of each channel, or null for 1.</param>
    /// <param name="beta">The shift of each channel, or null for 0.</param>
    /// <param name="epsilon">Keeps the quotient finite where a channel is constant.</param>
    /// <exception cref="GraphException">x has no spatial axis, or of known extents only one element on them, or is no float, or gamma or beta is not a vector of one number a channel.</exception>
    public static Value InstanceNorm(Value x, Value? gamma = null, Value? beta = null, double epsilon = 1e-5)
    {
        if (x.Rank < 3) throw x.Graph.Error("instance norm", $"'{x.Name}' {x.Type} has no spatial axis; it must be [batch, channels, spatial axes …]. Reshape it.");
        if (x.Shape[2..].ElementCount.IsOne)
            throw x.Graph.Error("instance norm", $"'{x.Name}' {x.Type} has one element for each channel, which is its own mean, so all would come out 0; give it more, or take LayerNorm.");
        var normalized = LayerNorm(x, axes: [.. Enumerable.Range(2, x.Rank - 2)], epsilon: epsilon);
        return ScaleAndShift("instance norm", x, normalized, gamma, beta, [1]);
    }

    /// <summary>x / √(mean of x² + epsilon) · gamma, with the mean over the given axes of each example.</summary>
    /// <remarks>Zhang and Sennrich, "Root mean square layer normalization", 2019.</remarks>
    /// <param name="x">float32 or float64.</param>
    /// <param name="gamma">The scale, with the extents of the normalized axes, outermost first, or null for 1.</param>
    /// <param name="axes">The normalized axes; null for the last one.</param>
    /// <param name="epsilon">Keeps the quotient finite where all elements are 0; null for the distance from 1 to the next number of x's type.</param>
    /// <exception cref="GraphException">x is not a float or has no such axis, or gamma has another shape.</exception>
    public static Value RmsNorm(Value x, Value? gamma = null, int[]? axes = null, double? epsilon = null)
    {
        RequireFloat("rms norm", x);
        axes ??= [-1];
        var least = epsilon ?? (x.DType == DType.Float32 ? MathF.BitIncrement(1) - 1 : Math.BitIncrement(1) - 1);
        return ScaleAndShift("rms norm", x, x * Rsqrt(Mean(Square(x), axes, keepDims: true) + least), gamma, null, axes);
    }

    /// <summary>x / (k + alpha · mean of x² over neighbouring channels)^beta; channels outside count as zeros.</summary>
    /// <remarks>Krizhevsky, Sutskever and Hinton, "ImageNet classification with deep convolutional neural networks", 2012.</remarks>
    /// <param name="x">[batch, channels, …], float32 or float64.</param>
    /// <param name="size">How many neighbours count, from size / 2 before.</param>
    /// <param name="alpha">The weight of the mean.</param>
    /// <param name="beta">The exponent.</param>
    /// <param name="k">Keeps the quotient finite.</param>
    /// <exception cref="GraphException">x has fewer than three axes or is no float, or the size is less than 1.</exception>
    public static Value LocalResponseNorm(Value x, int size, double alpha = 1e-4, double beta = 0.75, double k = 1)
    {
        if (x.Rank < 3 || !x.DType.IsFloat()) throw x.Graph.Error("local response norm", $"'{x.Name}' {x.Type} must be floats with axes for batch, channels and more; reshape or cast it.");
        if (size < 1) throw x.Graph.Error("local response norm", $"the size {size} must be at least 1.");
        var (low, high) = (new Dim[x.Rank], new Dim[x.Rank]);
        (low[1], high[1]) = (size / 2, (size - 1) / 2);
        // A power takes as long as some sixteen multiply-adds.
        var inner = InnerPrecision.Of([x.Shape.ElementCount * (size + 16)], x);
        x = inner.Enter(x);
        var mean = Mean(Windows(Pad(Square(x), low, high), [1], [size]), -1);
        return inner.Leave(x / Pow((mean * alpha) + k, beta));
    }
}
