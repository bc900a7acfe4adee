namespace GraphGrad;

public static partial class Ops
{
    /// <summary>
    /// The largest element of each window; NaN if the window holds one. The gradient goes to the first of equal maxima, row by row, or to the last of several NaN, as in libtorch.
    /// </summary>
    /// <param name="x">[batch, channels, height, width], or without batch, float32 or float64.</param>
    /// <param name="size">Height and width of a window.</param>
    /// <param name="stride">How far one window is from the next; null for <paramref name="size"/>, so that windows do not overlap.</param>
    /// <param name="padding">By how much windows may stick out on each side, at most half their size; what is outside never wins.</param>
    /// <param name="dilation">How far one element of a window is from the next.</param>
    /// <param name="ceiling">Whether a window that sticks out at the end counts too, if it begins before the end; extents must then be known.</param>
    /// <returns>[batch, channels, floor((height + 2·padding - dilation·(size - 1) - 1) / stride) + 1, likewise for the width].</returns>
    /// <exception cref="GraphException">x has not four axes, a number is out of range, or a window is larger than the padded image.</exception>
    public static Value MaxPool2d(Value x, PerAxis size, PerAxis? stride = null, PerAxis? padding = null, PerAxis? dilation = null, bool ceiling = false) =>
        Batched(x, 2, v => PooledMaximum(PoolWindows.Regular("max pool", v, 2, size, stride, padding, dilation, ceiling, double.NegativeInfinity)));

    /// <summary><see cref="MaxPool2d"/> of sequences: [batch, channels, length], or without batch.</summary>
    /// <inheritdoc cref="MaxPool2d"/>
    public static Value MaxPool1d(Value x, PerAxis size, PerAxis? stride = null, PerAxis? padding = null, PerAxis? dilation = null, bool ceiling = false) =>
        Batched(x, 1, v => PooledMaximum(PoolWindows.Regular("max pool", v, 1, size, stride, padding, dilation, ceiling, double.NegativeInfinity)));

    /// <summary><see cref="MaxPool2d"/> of volumes: [batch, channels, depth, height, width], or without batch.</summary>
    /// <inheritdoc cref="MaxPool2d"/>
    public static Value MaxPool3d(Value x, PerAxis size, PerAxis? stride = null, PerAxis? padding = null, PerAxis? dilation = null, bool ceiling = false) =>
        Batched(x, 3, v => PooledMaximum(PoolWindows.Regular("max pool", v, 3, size, stride, padding, dilation, ceiling, double.NegativeInfinity)));

    /// <summary><see cref="MaxPool2d"/>, and where each maximum stands in its image: row · width + column, int64; the first of equal ones, the last of several NaN.</summary>
    /// <inheritdoc cref="MaxPool2d"/>
    public static (Value Output, Value Indices) MaxPool2dWithIndices(Value x, PerAxis size, PerAxis? stride = null, PerAxis? padding = null, PerAxis? dilation = null, bool ceiling = false) =>
        Batched(x, 2, v => WithIndices(PoolWindows.Regular("max pool", v, 2, size, stride, padding, dilation, ceiling, double.NegativeInfinity)));

    /// <summary><see cref="MaxPool1d"/>, and where each maximum stands in its sequence, int64; the first of equal ones, the last of several NaN.</summary>
    /// <inheritdoc cref="MaxPool1d"/>
    public static (Value Output, Value Indices) MaxPool1dWithIndices(Value x, PerAxis size, PerAxis? stride = null, PerAxis? padding = null, PerAxis? dilation = null, bool ceiling = false) =>
        Batched(x, 1, v => WithIndices(PoolWindows.Regular("max pool", v, 1, size, stride, padding, dilation, ceiling, double.NegativeInfinity)));

    /// <summary>The mean of the elements of each window.</summary>
    /// <param name="x">[batch, channels, height, width], or without batch, float32 or float64.</param>
    /// <param name="size">Height and width of a window.</param>
    /// <param name="stride">How far one window is from the next; null for <paramref name="size"/>, so that windows do not overlap.</param>
    /// <param name="padding">By how much windows may stick out on each side, at most half their size; zeros are outside.</param>
    /// <param name="ceiling">Whether a window that sticks out at the end counts too, if it begins before the end; extents must then be known.</param>
    /// <param name="countPadding">Whether zeros of the padding count as elements; if not, extents must be known.</param>
    /// <param name="divisor">What sums are divided by, instead of the number of elements.</param>
    /// <returns>[batch, channels, floor((height + 2·padding - size) / stride) + 1, likewise for the width].</returns>
    /// <exception cref="GraphException">x has not four axes, a number is out of range, or a window is larger than the padded image.</exception>
    public static Value AvgPool2d(Value x, PerAxis size, PerAxis? stride = null, PerAxis? padding = null, bool ceiling = false, bool countPadding = true, int? divisor = null) =>
        Batched(x, 2, v => PooledMean(PoolWindows.Regular("average pool", v, 2, size, stride, padding, null, ceiling, 0), countPadding, divisor));

    /// <summary><see cref="AvgPool2d"/> of sequences: [batch, channels, length], or without batch.</summary>
    /// <inheritdoc cref="AvgPool2d"/>
    public static Value AvgPool1d(Value x, PerAxis size, PerAxis? stride = null, PerAxis? padding = null, bool ceiling = false, bool countPadding = true) =>
        Batched(RequireFloat("average pool", x), 1, v => PooledMean(PoolWindows.Regular("average pool", v, 1, size, stride, padding, null, ceiling, 0), countPadding, null));

    /// <summary><see cref="AvgPool2d"/> of volumes: [batch, channels, depth, height, width], or without batch.</summary>
    /// <inheritdoc cref="AvgPool2d"/>
    public static Value AvgPool3d(Value x, PerAxis size, PerAxis? stride = null, PerAxis? padding = null, bool ceiling = false, bool countPadding = true, int? divisor = null) =>
        Batched(x, 3, v => PooledMean(PoolWindows.Regular("average pool", v, 3, size, stride, padding, null, ceiling, 0), countPadding, divisor));

    /// <summary>
    /// (Σ x^order)^(1/order) over each window; NaN where an odd order's sum is negative. At order 2 the gradient of a window of zeros is 0. The sum of a window that sticks out is
    /// scaled to as many elements as a whole one has, as in PyTorch.
    /// </summary>
    /// <param name="x">[batch, channels, height, width], or without batch, float32 or float64.</param>
    /// <param name="order">Positive.</param>
    /// <param name="size">Height and width of a window.</param>
    /// <param name="stride">How far one window is from the next; null for <paramref name="size"/>.</param>
    /// <param name="ceiling">Whether a window that sticks out at the end counts too, if it begins before the end; extents must then be known.</param>
    /// <exception cref="GraphException">x has not four axes, a number is out of range, or a window is larger than the image.</exception>
    public static Value LpPool2d(Value x, double order, PerAxis size, PerAxis? stride = null, bool ceiling = false) => LpPool(x, 2, order, size, stride, ceiling);

    /// <summary><see cref="LpPool2d"/> of sequences: [batch, channels, length], or without batch.</summary>
    /// <inheritdoc cref="LpPool2d"/>
    public static Value LpPool1d(Value x, double order, PerAxis size, PerAxis? stride = null, bool ceiling = false) => LpPool(x, 1, order, size, stride, ceiling);

    /// <summary><see cref="LpPool2d"/> of volumes: [batch, channels, depth, height, width], or without batch.</summary>
    /// <inheritdoc cref="LpPool2d"/>
    public static Value LpPool3d(Value x, double order, PerAxis size, PerAxis? stride = null, bool ceiling = false) => LpPool(x, 3, order, size, stride, ceiling);

    /// <summary>The means of parts into which an image is cut, as equal as may be: part i of an axis runs from floor(i·n/outputSize) to ceil((i + 1)·n/outputSize).</summary>
    /// <param name="x">[batch, channels, height, width], or without batch, float32 or float64; height and width must be known.</param>
    /// <param name="outputSize">Into how many parts each axis is cut: the extents of the result.</param>
    /// <exception cref="GraphException">x has not four axes or unknown extents, or a number is less than 1.</exception>
    public static Value AdaptiveAvgPool2d(Value x, PerAxis outputSize) => Batched(x, 2, v => PooledMean(PoolWindows.Adaptive("adaptive average pool", v, 2, outputSize, 0), false, null));

    /// <summary><see cref="AdaptiveAvgPool2d"/> of sequences: [batch, channels, length], or without batch.</summary>
    /// <inheritdoc cref="AdaptiveAvgPool2d"/>
    public static Value AdaptiveAvgPool1d(Value x, PerAxis outputSize) => Batched(RequireFloat("adaptive average pool", x), 1, v => PooledMean(PoolWindows.Adaptive("adaptive average pool", v, 1, outputSize, 0), false, null));

    /// <summary>The maxima of parts into which an image is cut as by <see cref="AdaptiveAvgPool2d"/>.</summary>
    /// <inheritdoc cref="AdaptiveAvgPool2d"/>
    public static Value AdaptiveMaxPool2d(Value x, PerAxis outputSize) => Batched(x, 2, v => PooledMaximum(PoolWindows.Adaptive("adaptive max pool", v, 2, outputSize, double.NegativeInfinity)));

    /// <summary><see cref="AdaptiveMaxPool2d"/>, and where each maximum stands in its image: row · width + column, int64.</summary>
    /// <inheritdoc cref="AdaptiveAvgPool2d"/>
    public static (Value Output, Value Indices) AdaptiveMaxPool2dWithIndices(Value x, PerAxis outputSize) =>
        Batched(x, 2, v => WithIndices(PoolWindows.Adaptive("adaptive max pool", v, 2, outputSize, double.NegativeInfinity)));

    /// <summary><see cref="AdaptiveMaxPool2d"/> of sequences: [batch, channels, length], or without batch.</summary>
    /// <inheritdoc cref="AdaptiveAvgPool1d"/>
    public static Value AdaptiveMaxPool1d(Value x, PerAxis outputSize) => Batched(x, 1, v => PooledMaximum(PoolWindows.Adaptive("adaptive max pool", v, 1, outputSize, double.NegativeInfinity)));

    /// <summary><see cref="AdaptiveAvgPool2d"/> of volumes: [batch, channels, depth, height, width], or without batch.</summary>
    /// <inheritdoc cref="AdaptiveAvgPool2d"/>
    public static Value AdaptiveAvgPool3d(Value x, PerAxis outputSize) => Batched(x, 3, v => PooledMean(PoolWindows.Adaptive("adaptive average pool", v, 3, outputSize, 0), false, null));

    /// <summary><see cref="AdaptiveMaxPool2d"/> of volumes: [batch, channels, depth, height, width], or without batch.</summary>
    /// <inheritdoc cref="AdaptiveAvgPool2d"/>
    public static Value AdaptiveMaxPool3d(Value x, PerAxis outputSize) => Batched(x, 3, v => PooledMaximum(PoolWindows.Adaptive("adaptive max pool", v, 3, outputSize, double.NegativeInfinity)));

    /// <summary>Puts maxima back where <see cref="MaxPool2dWithIndices"/> found them, into images of zeros; where windows overlap, what stands at one place is added.</summary>
    /// <param name="x">[batch, channels, height, width], of a number type, or without batch.</param>
    /// <param name="indices">int64, of the same shape; one outside its image fails the run, or stands in another image.</param>
    /// <param name="height">The height of the images.</param>
    /// <param name="width">The width of the images.</param>
    /// <exception cref="GraphException">x has not four axes, nor three, or the indices are not integers of its shape.</exception>
    public static Value MaxUnpool2d(Value x, Value indices, Dim height, Dim width)
    {
        if (x.Rank == 3 && indices.Rank == 3) return Squeeze(MaxUnpool2d(ExpandDims(x, 0), ExpandDims(indices, 0), height, width), 0);
        RequireUnpooled(x, indices, 4);
        var images = x.Shape[0] * x.Shape[1];
        var plane = x.Shape[2] * x.Shape[3];
        var places = Cast(Reshape(indices, images, plane), DType.Int64) + (Iota(x.Graph, [images, 1]) * SizeOf(x.Graph, height * width));
        var zeros = BroadcastTo(Scalar(x, 0), [images * height * width]);
        return Reshape(ScatterAdd(zeros, Reshape(places, [images * plane]), Reshape(x, [images * plane])), [x.Shape[0], x.Shape[1], height, width]);
    }

    private static Value PooledMaximum(PoolWindows pool)
    {
        var axes = pool.Axes;
        // Max itself would share the gradient out among equal maxima.
        return FromChannelsLast(CustomGradient(
            v => Max(v[0], axes),
            c => [Where(pool.Wins(c.Inputs[0], c.Result), KeepAxes(c.Adjoint, c.Inputs[0].Shape, axes), 0)],
            c => Sum(Where(pool.Wins(c.Inputs[0], c.Result), c.Tangents[0], 0), axes),
            pool.Windows));
    }

    private static (Value Output, Value Indices) WithIndices(PoolWindows pool) =>
        (PooledMaximum(pool), FromChannelsLast(pool.PlaceInImage(pool.Winner(pool.Windows, Max(pool.Windows, pool.Axes)))));

    private static Value PooledMean(PoolWindows pool, bool countPadding, int? divisor)
    {
        if (divisor == 0) throw pool.Windows.Graph.Error("average pool", "the divisor is 0; give another, or none to divide by the number of elements.");
        if (divisor is { } number) return FromChannelsLast(Sum(pool.Windows, pool.Axes) / number);
        return FromChannelsLast(pool.Counts(countPadding) is { } counts ? Sum(pool.Windows, pool.Axes) / counts : Mean(pool.Windows, pool.Axes));
    }

    private static Value LpPool(Value x, int axes, double order, PerAxis size, PerAxis? stride, bool ceiling) =>
        Batched(x, axes, v => PooledNorm(PoolWindows.Regular("lp pool", v, axes, size, stride, null, null, ceiling, 0), x, order));

    private static Value PooledNorm(PoolWindows pool, Value x, double order)
    {
        if (!(order > 0)) throw x.Graph.Error("lp pool", $"the order {order} must be positive.");
        return FromChannelsLast(order switch
        {
            1 => Total(pool.Windows),
            2 => SafeSqrt(Total(Square(pool.Windows))),
            _ => Pow(Total(Pow(pool.Windows, order)), 1 / order),
        });

        Value Total(Value powers)
        {
            var sum = Sum(powers, pool.Axes);
            return pool.Counts(countPadding: true) is { } counts ? sum * (pool.Lines.Aggregate(1.0, (whole, line) => whole * line.Size) / counts) : sum;
        }
    }
}
