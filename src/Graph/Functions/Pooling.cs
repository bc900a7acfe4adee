namespace GraphGrad;

public static partial class Ops
{
    /// <summary>
    /// The largest element of each window; NaN if the window holds one. The gradient goes to the first of equal maxima, row by row.
    /// </summary>
    /// <param name="x">[batch, channels, height, width], float32 or float64.</param>
    /// <param name="size">Height and width of a window.</param>
    /// <param name="stride">How far one window is from the next; null for <paramref name="size"/>, so that windows do not overlap.</param>
    /// <param name="padding">By how much windows may stick out on each side; what is outside never wins.</param>
    /// <returns>[batch, channels, floor((height + 2·padding - size) / stride) + 1, likewise for the width].</returns>
    /// <exception cref="GraphException">x has not four axes, a number is out of range, or a window is larger than the padded image.</exception>
    public static Value MaxPool2d(Value x, int size, int? stride = null, int padding = 0)
    {
        var windows = PoolWindows("max pool", x, size, stride ?? size, padding, double.NegativeInfinity);
        var flat = Reshape(windows, [.. windows.Shape.Take(4), size * size]);
        return MaxFirst(flat);
    }

    /// <summary>The mean of the elements of each window; zeros outside the image count as elements.</summary>
    /// <param name="x">[batch, channels, height, width], float32 or float64.</param>
    /// <param name="size">Height and width of a window.</param>
    /// <param name="stride">How far one window is from the next; null for <paramref name="size"/>, so that windows do not overlap.</param>
    /// <param name="padding">By how much windows may stick out on each side.</param>
    /// <returns>[batch, channels, floor((height + 2·padding - size) / stride) + 1, likewise for the width].</returns>
    /// <exception cref="GraphException">x has not four axes, a number is out of range, or a window is larger than the padded image.</exception>
    public static Value AvgPool2d(Value x, int size, int? stride = null, int padding = 0) =>
        Mean(PoolWindows("average pool", x, size, stride ?? size, padding, 0), [4, 5]);

    /// <summary>The maximum along the last axis, with the gradient to the first that reaches it, where Max shares it out.</summary>
    private static Value MaxFirst(Value x) => CustomGradient(
        v => Max(v[0], -1),
        c => [Where(FirstMaximum(c.Inputs[0], c.Result), ExpandDims(c.Adjoint, -1), 0)],
        c => Sum(Where(FirstMaximum(c.Inputs[0], c.Result), c.Tangents[0], 0), -1),
        x);

    private static Value FirstMaximum(Value x, Value max)
    {
        var places = Iota(x.Graph, DType.Int32, [x.Shape[^1]]);
        var reached = Equal(x, ExpandDims(max, -1)) | IsNaN(x);
        return Equal(places, Min(Where(reached, places, (int)x.Shape[^1].Value), -1, keepDims: true));
    }

    private static Value PoolWindows(string function, Value x, int size, int stride, int padding, double around)
    {
        if (x.Rank != 4)
            throw x.Graph.Error(function, $"'{x.Name}' {x.Type} must have four axes: batch, channels, height, width. Reshape it.");
        if (!x.DType.IsFloat())
            throw x.Graph.Error(function, $"'{x.Name}' {x.Type} is not float32 or float64; cast it with Cast.");
        // A window wholly outside the image would have no maximum.
        if (padding * 2 > size)
            throw x.Graph.Error(function, $"padding {padding} is more than half of the window size {size}; windows would lie outside the image.");
        return Windows2d(function, x, [size, size], stride, padding, 1, around);
    }
}
