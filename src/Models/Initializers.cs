namespace GraphGrad;

/// <summary>
/// Starting values for variables, as in <c>graph.Variable("w", Initializers.GlorotUniform(graph, [784, 128], seed: 1))</c>. Random
/// ones draw from a generator keyed by the seed: equal seeds give equal numbers, so give each variable its own.
/// </summary>
public static class Initializers
{
    // Φ(-37) is still a normal number of float64.
    private const double Farthest = 37;

    /// <summary>All 0.</summary>
    /// <exception cref="GraphException">The type is bool.</exception>
    public static Value Zeros(Graph graph, Shape shape, DType dtype = DType.Float32) => Constant(graph, shape, 0, dtype);

    /// <summary>All 1.</summary>
    public static Value Ones(Graph graph, Shape shape, DType dtype = DType.Float32) => Constant(graph, shape, 1, dtype);

    /// <summary>All the same number.</summary>
    public static Value Constant(Graph graph, Shape shape, double value, DType dtype = DType.Float32) =>
        Ops.BroadcastTo(ScalarConstant.Of(graph, value, dtype), shape);

    /// <summary>Uniform in [low, high).</summary>
    /// <exception cref="GraphException">The type is not a float, or low is not below high.</exception>
    public static Value Uniform(Graph graph, Shape shape, double low, double high, long seed, DType dtype = DType.Float32) =>
        Uniform(nameof(Uniform), graph, shape, low, high, seed, dtype);

    /// <summary>Normal with the given mean and standard deviation.</summary>
    /// <exception cref="GraphException">The type is not a float, or the deviation is negative.</exception>
    public static Value Normal(Graph graph, Shape shape, double mean, double deviation, long seed, DType dtype = DType.Float32) =>
        Normal(nameof(Normal), graph, shape, mean, deviation, seed, dtype);

    /// <summary>Uniform in ±gain·√(6 / (inputs + outputs)), for layers followed by tanh, sigmoid or softmax.</summary>
    /// <remarks>Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010.</remarks>
    /// <param name="graph">The graph of the variable.</param>
    /// <param name="shape">[inputs, outputs] of a linear layer, or [outputs, inputs, height, width] of a convolution; static.</param>
    /// <param name="seed">The key of the generator.</param>
    /// <param name="gain">By how much the numbers are larger, as <see cref="Gain"/> has it for what follows the layer.</param>
    /// <param name="dtype">float32 or float64.</param>
    /// <exception cref="GraphException">The shape is symbolic, or the type is not a float.</exception>
    public static Value GlorotUniform(Graph graph, Shape shape, long seed, double gain = 1, DType dtype = DType.Float32)
    {
        var (inputs, outputs) = Fans(nameof(GlorotUniform), shape);
        return Symmetric(nameof(GlorotUniform), graph, shape, gain * Math.Sqrt(6.0 / (inputs + outputs)), seed, dtype);
    }

    /// <summary>Normal with standard deviation gain·√(2 / (inputs + outputs)).</summary>
    /// <inheritdoc cref="GlorotUniform" path="/*[not(self::summary)]"/>
    public static Value GlorotNormal(Graph graph, Shape shape, long seed, double gain = 1, DType dtype = DType.Float32)
    {
        var (inputs, outputs) = Fans(nameof(GlorotNormal), shape);
        return Normal(nameof(GlorotNormal), graph, shape, 0, gain * Math.Sqrt(2.0 / (inputs + outputs)), seed, dtype);
    }

    /// <summary>Uniform in ±gain·√(3 / inputs), for layers followed by a rectifier: the numbers neither grow nor shrink on their way through the layers.</summary>
    /// <remarks>He, Zhang, Ren and Sun, "Delving deep into rectifiers", 2015.</remarks>
    /// <param name="graph">The graph of the variable.</param>
    /// <param name="shape">[inputs, outputs] of a linear layer, or [outputs, inputs, height, width] of a convolution; static.</param>
    /// <param name="seed">The key of the generator.</param>
    /// <param name="gain">By how much the numbers are larger, as <see cref="Gain"/> has it for what follows the layer.</param>
    /// <param name="fan">Whether inputs are counted or outputs, so that gradients neither grow nor shrink on their way back.</param>
    /// <param name="dtype">float32 or float64.</param>
    /// <exception cref="GraphException">The shape is symbolic, or the type is not a float.</exception>
    public static Value HeUniform(Graph graph, Shape shape, long seed, double gain = Gain.Relu, Fan fan = Fan.In, DType dtype = DType.Float32) =>
        Symmetric(nameof(HeUniform), graph, shape, gain * Math.Sqrt(3 / Count(nameof(HeUniform), shape, fan)), seed, dtype);

    /// <summary>Normal with standard deviation gain·√(1 / inputs), for layers followed by a rectifier.</summary>
    /// <inheritdoc cref="HeUniform" path="/*[not(self::summary)]"/>
    public static Value HeNormal(Graph graph, Shape shape, long seed, double gain = Gain.Relu, Fan fan = Fan.In, DType dtype = DType.Float32) =>
        Normal(nameof(HeNormal), graph, shape, 0, gain / Math.Sqrt(Count(nameof(HeNormal), shape, fan)), seed, dtype);

    /// <summary>Normal with the given mean and standard deviation, but only between two ends; by the quantile function of a uniform number.</summary>
    /// <exception cref="GraphException">The type is not a float, the deviation is not positive, or the ends are not ascending or more than 37 deviations from the mean on one side.</exception>
    public static Value TruncatedNormal(Graph graph, Shape shape, double mean, double deviation, double low, double high, long seed, DType dtype = DType.Float32)
    {
        if (!(deviation > 0)) throw new GraphException($"Initializers.TruncatedNormal: the standard deviation {deviation} is not above 0. Built at {Origin.Capture()}.");
        if (!(low < high)) throw new GraphException($"Initializers.TruncatedNormal: the lower end {low} is not below the upper end {high}; swap them. Built at {Origin.Capture()}.");
        if (!dtype.IsFloat()) throw new GraphException($"Initializers.TruncatedNormal: {dtype.Text()} is not float32 or float64. Built at {Origin.Capture()}.");
        var (first, last) = ((low - mean) / deviation, (high - mean) / deviation);
        if (first > Farthest || last < -Farthest) throw new GraphException($"Initializers.TruncatedNormal: {low} to {high} is more than {Farthest} standard deviations of {deviation} from the mean {mean}, where nothing is drawn; move it nearer. Built at {Origin.Capture()}.");
        // Above the mean the mirror image is drawn: beside 1 a tail has no digits.
        var isMirrored = first > 0;
        if (isMirrored) (first, last) = (-last, -first);
        var (from, to) = (Below(first), Below(last));
        var drawn = Ops.NormalQuantile(from + (Ops.RandomUniform(graph, shape, seed, DType.Float64) * (to - from))) * (isMirrored ? -deviation : deviation) + mean;
        return Ops.Cast(Ops.Minimum(Ops.Maximum(drawn, low), high), dtype);

        Value Below(double end) => Ops.NormalCdf(graph.Constant(end));
    }

    /// <summary>A matrix whose rows or columns, whichever are fewer, are orthonormal, times a number; each such matrix is as likely as any other. Further axes count as columns.</summary>
    /// <remarks>Saxe, McClelland and Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks", 2013.</remarks>
    /// <exception cref="GraphException">The shape is symbolic, has fewer than two axes or no elements, or the type is not a float.</exception>
    public static Value Orthogonal(Graph graph, Shape shape, long seed, double gain = 1, DType dtype = DType.Float32)
    {
        if (!shape.IsStatic || shape.Rank < 2 || shape.Any(n => n.Value == 0)) throw new GraphException($"Initializers.Orthogonal: {shape} must be at least two extents that are known and not 0. Built at {Origin.Capture()}.");
        var (rows, columns) = (shape[0].Value, shape.Skip(1).Aggregate(1L, (product, n) => product * n.Value));
        var isWide = rows < columns;
        var (q, r) = Ops.Qr(Ops.RandomNormal(graph, isWide ? [columns, rows] : [rows, columns], seed, dtype));
        // The signs that factors have by convention would make some matrices likelier than others.
        var matrix = q * Ops.Where(Ops.Diagonal(r) < 0, -gain, Ops.FullLike(Ops.Diagonal(r), gain));
        return Ops.Reshape(isWide ? Ops.SwapAxes(matrix, 0, 1) : matrix, shape);
    }

    /// <summary>Kernels of a convolution that passes its channels on: output channel c is input channel c, as far as there are both, in each group; with odd kernels that are padded by half their extent.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="shape">[output channels, input channels of a group, kernel extents …].</param>
    /// <param name="groups">How many groups the output channels fall into.</param>
    /// <param name="dtype">float32 or float64.</param>
    /// <exception cref="GraphException">The shape is symbolic or has no kernel extents, or the groups do not divide the output channels.</exception>
    public static Value Dirac(Graph graph, Shape shape, int groups = 1, DType dtype = DType.Float32)
    {
        if (!shape.IsStatic || shape.Rank < 3) throw new GraphException($"Initializers.Dirac: {shape} must be at least three extents that are known: output channels, input channels, kernel extents. Built at {Origin.Capture()}.");
        if (groups < 1 || shape[0].Value % groups != 0) throw new GraphException($"Initializers.Dirac: {groups} groups do not divide the {shape[0]} output channels of {shape}. Built at {Origin.Capture()}.");
        Value Place(int axis) => Ops.Iota(graph, shape, axis);
        var isPassed = Ops.Equal(Ops.FloorRemainder(Place(0), shape[0].Value / groups), Place(1));
        for (var axis = 2; axis < shape.Rank; axis++) isPassed &= Ops.Equal(Place(axis), shape[axis].Value / 2);
        return Ops.Cast(isPassed, dtype);
    }

    /// <summary>A matrix of normal numbers of mean 0, of which a share in each column, rounded up, is 0 instead; which ones, all choices being equally likely.</summary>
    /// <remarks>Martens, "Deep learning via Hessian-free optimization", 2010.</remarks>
    /// <exception cref="GraphException">The shape is symbolic or no matrix, the sparsity is not from 0 to 1, the deviation is negative, or the type is not a float.</exception>
    public static Value Sparse(Graph graph, Shape shape, double sparsity, long seed, double deviation = 0.01, DType dtype = DType.Float32)
    {
        if (!shape.IsStatic || shape.Rank != 2) throw new GraphException($"Initializers.Sparse: {shape} must be two extents that are known. Built at {Origin.Capture()}.");
        if (!(sparsity is >= 0 and <= 1)) throw new GraphException($"Initializers.Sparse: the sparsity {sparsity} of zeros is not from 0 to 1. Built at {Origin.Capture()}.");
        var numbers = Normal(nameof(Sparse), graph, shape, 0, deviation, seed, dtype);
        // Of another key: the numbers themselves come from the bits of this one.
        var order = Ops.ArgSort(Ops.RandomBits(graph, shape, ~seed), 0);
        var zeros = (long)Math.Ceiling(sparsity * shape[0].Value);
        return Ops.Where(Ops.ArgSort(order, 0) < zeros, 0, numbers);
    }

    private static Value Uniform(string function, Graph graph, Shape shape, double low, double high, long seed, DType dtype)
    {
        if (!(low < high)) throw new GraphException($"Initializers.{function}: the lower end {low} is not below the upper end {high}; swap them. Built at {Origin.Capture()}.");
        return Ops.RandomUniform(graph, shape, seed, dtype) * (high - low) + low;
    }

    private static Value Normal(string function, Graph graph, Shape shape, double mean, double deviation, long seed, DType dtype)
    {
        if (!(deviation >= 0)) throw new GraphException($"Initializers.{function}: the standard deviation {deviation} is not at least 0. Built at {Origin.Capture()}.");
        return Ops.RandomNormal(graph, shape, seed, dtype) * deviation + mean;
    }

    private static Value Symmetric(string function, Graph graph, Shape shape, double bound, long seed, DType dtype) =>
        Uniform(function, graph, shape, -bound, bound, seed, dtype);

    private static double Count(string function, Shape shape, Fan fan) => fan == Fan.In ? Fans(function, shape).Inputs : Fans(function, shape).Outputs;

    /// <summary>How many numbers one output sums up, and how many outputs one input reaches.</summary>
    private static (double Inputs, double Outputs) Fans(string function, Shape shape)
    {
        if (!shape.IsStatic) throw new GraphException($"Initializers.{function}: it needs a shape that is known while the graph is built; {shape} is symbolic. Built at {Origin.Capture()}.");
        var extents = shape.Select(d => (double)d.Value).ToArray();
        var window = extents.Skip(2).Aggregate(1.0, (a, b) => a * b);
        return extents.Length switch
        {
            0 => (1, 1),
            1 => (extents[0], extents[0]),
            2 => (extents[0], extents[1]),
            _ => (extents[1] * window, extents[0] * window),
        };
    }
}
