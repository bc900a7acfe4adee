namespace GraphGrad;

public static partial class Ops
{
    /// <summary><see cref="MaxPool3d"/>, and where each maximum stands in its volume, row by row, int64; the first of equal ones, the last of several NaN.</summary>
    /// <inheritdoc cref="MaxPool2d"/>
    public static (Value Output, Value Indices) MaxPool3dWithIndices(Value x, PerAxis size, PerAxis? stride = null, PerAxis? padding = null, PerAxis? dilation = null, bool ceiling = false) =>
        Batched(x, 3, v => WithIndices(PoolWindows.Regular("max pool", v, 3, size, stride, padding, dilation, ceiling, double.NegativeInfinity)));

    /// <summary><see cref="AdaptiveMaxPool1d"/>, and where each maximum stands in its sequence, int64.</summary>
    /// <inheritdoc cref="AdaptiveAvgPool1d"/>
    public static (Value Output, Value Indices) AdaptiveMaxPool1dWithIndices(Value x, PerAxis outputSize) =>
        Batched(x, 1, v => WithIndices(PoolWindows.Adaptive("adaptive max pool", v, 1, outputSize, double.NegativeInfinity)));

    /// <summary><see cref="AdaptiveMaxPool3d"/>, and where each maximum stands in its volume, row by row, int64.</summary>
    /// <inheritdoc cref="AdaptiveAvgPool2d"/>
    public static (Value Output, Value Indices) AdaptiveMaxPool3dWithIndices(Value x, PerAxis outputSize) =>
        Batched(x, 3, v => WithIndices(PoolWindows.Adaptive("adaptive max pool", v, 3, outputSize, double.NegativeInfinity)));

    /// <summary><see cref="MaxUnpool2d"/> of sequences: [batch, channels, length], or without batch.</summary>
    /// <param name="x">[batch, channels, length], of a number type, or without batch.</param>
    /// <param name="indices">int64, of the same shape; one outside its sequence fails the run, or stands in another one.</param>
    /// <param name="length">The length of the sequences.</param>
    /// <exception cref="GraphException">x has not three axes, nor two, or the indices are not integers of its shape.</exception>
    public static Value MaxUnpool1d(Value x, Value indices, Dim length)
    {
        if (x.Rank == 2 && indices.Rank == 2) return Squeeze(MaxUnpool1d(ExpandDims(x, 0), ExpandDims(indices, 0), length), 0);
        RequireUnpooled(x, indices, 3);
        return Squeeze(MaxUnpool2d(ExpandDims(x, 2), ExpandDims(indices, 2), 1, length), 2);
    }

    /// <summary><see cref="MaxUnpool2d"/> of volumes: [batch, channels, depth, height, width], or without batch.</summary>
    /// <param name="x">[batch, channels, depth, height, width], of a number type, or without batch.</param>
    /// <param name="indices">int64, of the same shape, as <see cref="MaxPool3dWithIndices"/> gives them; one outside its volume fails the run, or stands in another one.</param>
    /// <param name="depth">The depth of the volumes.</param>
    /// <param name="height">The height of the volumes.</param>
    /// <param name="width">The width of the volumes.</param>
    /// <exception cref="GraphException">x has not five axes, nor four, or the indices are not integers of its shape.</exception>
    public static Value MaxUnpool3d(Value x, Value indices, Dim depth, Dim height, Dim width)
    {
        if (x.Rank == 4 && indices.Rank == 4) return Squeeze(MaxUnpool3d(ExpandDims(x, 0), ExpandDims(indices, 0), depth, height, width), 0);
        RequireUnpooled(x, indices, 5);
        Shape flat = [x.Shape[0], x.Shape[1], x.Shape[2] * x.Shape[3], x.Shape[4]];
        return Reshape(MaxUnpool2d(Reshape(x, flat), Reshape(indices, flat), depth * height, width), [x.Shape[0], x.Shape[1], depth, height, width]);
    }

    /// <summary>
    /// softmax((logits + noise) / temperature): with noise from Gumbel's distribution, -log(-log u) of uniform u, a differentiable draw of a class.
    /// </summary>
    /// <remarks>Jang, Gu and Poole, "Categorical reparameterization with Gumbel-softmax", 2017.</remarks>
    /// <param name="logits">float32 or float64.</param>
    /// <param name="noise">Of the same type; broadcasts with the logits.</param>
    /// <param name="temperature">The smaller, the nearer to a one.</param>
    /// <param name="hard">Whether the result is exactly one 1 and zeros, with the gradient of the softmax.</param>
    /// <param name="axis">The axis of the classes; negative counts from the end.</param>
    /// <exception cref="GraphException">Types or shapes do not fit, there is no such axis, or the temperature is not positive.</exception>
    public static Value GumbelSoftmax(Value logits, Value noise, double temperature = 1, bool hard = false, int axis = -1)
    {
        if (!(temperature > 0)) throw logits.Graph.Error("gumbel_softmax", $"the temperature {temperature} for '{logits.Name}' must be positive.");
        Operations.Axes.FindReduced(logits, [axis], "gumbel_softmax");
        var soft = Softmax((RequireFloat("gumbel_softmax", logits) + noise) / temperature, axis);
        if (!hard) return soft;
        var places = Iota(soft.Graph, soft.Shape, Operations.Axes.Find(soft, axis, "gumbel_softmax"));
        var taken = Cast(Equal(places, ArgMax(soft, axis, keepDims: true)), soft.DType);
        return StopGradient(taken - soft) + soft;
    }

    private static void RequireUnpooled(Value x, Value indices, int rank)
    {
        if (x.Rank != rank || !indices.Shape.Equals(x.Shape) || !indices.DType.IsInteger())
            throw x.Graph.Error("max unpool", $"'{x.Name}' {x.Type} must have {rank} axes, or {rank - 1} without batch, and the indices '{indices.Name}' {indices.Type} must be integers of its shape. Reshape or cast them.");
    }
}
