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
        var (windows, axes) = PoolWindows("max pool", x, size, stride ?? size, padding, double.NegativeInfinity);
        // Max itself would share the gradient out among equal maxima.
        return FromChannelsLast(CustomGradient(
            v => Max(v[0], axes),
            c => [Where(FirstMaximum(c.Inputs[0], c.Result, axes), KeepAxes(c.Adjoint, c.Inputs[0].Shape, axes), 0)],
            c => Sum(Where(FirstMaximum(c.Inputs[0], c.Result, axes), c.Tangents[0], 0), axes),
            windows));
    }

    /// <summary>The mean of the elements of each window; zeros outside the image count as elements.</summary>
    /// <param name="x">[batch, channels, height, width], float32 or float64.</param>
    /// <param name="size">Height and width of a window.</param>
    /// <param name="stride">How far one window is from the next; null for <paramref name="size"/>, so that windows do not overlap.</param>
    /// <param name="padding">By how much windows may stick out on each side.</param>
    /// <returns>[batch, channels, floor((height + 2·padding - size) / stride) + 1, likewise for the width].</returns>
    /// <exception cref="GraphException">x has not four axes, a number is out of range, or a window is larger than the padded image.</exception>
    public static Value AvgPool2d(Value x, int size, int? stride = null, int padding = 0)
    {
        var (windows, axes) = PoolWindows("average pool", x, size, stride ?? size, padding, 0);
        return FromChannelsLast(Mean(windows, axes));
    }

    /// <summary>Of each window the place that reaches the maximum first, the rows of the window one after the other.</summary>
    private static Value FirstMaximum(Value windows, Value max, int[] axes)
    {
        var (rows, columns) = (windows.Shape[axes[0]], windows.Shape[axes[1]]);
        var single = new Shape([.. Enumerable.Repeat((Dim)1, windows.Rank)]);
        var places = Iota(windows.Graph, DType.Int32, single.With(axes[0], rows), axes[0]) * (int)columns.Value
            + Iota(windows.Graph, DType.Int32, single.With(axes[1], columns), axes[1]);
        var reached = Equal(windows, KeepAxes(max, windows.Shape, axes)) | IsNaN(windows);
        return Equal(places, Min(Where(reached, places, (int)(rows * columns).Value), axes, keepDims: true));
    }

    /// <summary>The windows of images with channels last, and the two axes that run within a window.</summary>
    private static (Value Windows, int[] Axes) PoolWindows(string function, Value x, int size, int stride, int padding, double around)
    {
        if (x.Rank != 4)
            throw x.Graph.Error(function, $"'{x.Name}' {x.Type} must have four axes: batch, channels, height, width. Reshape it.");
        if (!x.DType.IsFloat())
            throw x.Graph.Error(function, $"'{x.Name}' {x.Type} is not float32 or float64; cast it with Cast.");
        // A window wholly outside the image would have no maximum.
        if (padding * 2 > size)
            throw x.Graph.Error(function, $"padding {padding} is more than half of the window size {size}; windows would lie outside the image.");
        if (stride == size && padding == 0 && size > 0) return (Tiles(ToChannelsLast(x), size), [2, 4]);
        return (Windows2d(function, x, [size, size], stride, padding, 1, around), [4, 5]);
    }

    /// <summary>Windows that do not overlap need no copy: [N, H, W, C] seen as [N, H / size, size, W / size, size, C], a rest cut off.</summary>
    private static Value Tiles(Value x, int size)
    {
        var (rows, columns) = (x.Shape[1] / size, x.Shape[2] / size);
        if (rows * size != x.Shape[1]) x = Slice(x, 1, 0, rows * size);
        if (columns * size != x.Shape[2]) x = Slice(x, 2, 0, columns * size);
        return Reshape(x, [x.Shape[0], rows, size, columns, size, x.Shape[3]]);
    }
}
