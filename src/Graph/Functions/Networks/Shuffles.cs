namespace GraphGrad;

public static partial class Ops
{
    /// <summary>Images larger by a factor from channels: […, C·r², H, W] becomes […, C, H·r, W·r].</summary>
    /// <remarks>Shi et al., "Real-time single image and video super-resolution using an efficient sub-pixel convolutional neural network", 2016.</remarks>
    /// <exception cref="GraphException">x has fewer than three axes, the factor is less than 1, or its square does not divide the channels.</exception>
    public static Value PixelShuffle(Value x, int factor)
    {
        var channels = Divided("pixel_shuffle", x, 3, (long)factor * factor, factor);
        var (lead, n) = (x.Shape.Dims[..^3].ToArray(), x.Rank - 3);
        var apart = Reshape(x, new Shape([.. lead, channels, factor, factor, x.Shape[^2], x.Shape[^1]]));
        return Reshape(Transpose(apart, [.. Enumerable.Range(0, n), n, n + 3, n + 1, n + 4, n + 2]), new Shape([.. lead, channels, x.Shape[^2] * factor, x.Shape[^1] * factor]));
    }

    /// <summary>Undoes <see cref="PixelShuffle"/>: […, C, H·r, W·r] becomes […, C·r², H, W].</summary>
    /// <exception cref="GraphException">x has fewer than three axes, the factor is less than 1, or does not divide height and width.</exception>
    public static Value PixelUnshuffle(Value x, int factor)
    {
        var (height, width) = (Divided("pixel_unshuffle", x, 2, factor, factor), Divided("pixel_unshuffle", x, 1, factor, factor));
        var (lead, n) = (x.Shape.Dims[..^3].ToArray(), x.Rank - 3);
        var apart = Reshape(x, new Shape([.. lead, x.Shape[^3], height, factor, width, factor]));
        return Reshape(Transpose(apart, [.. Enumerable.Range(0, n), n, n + 2, n + 4, n + 1, n + 3]), new Shape([.. lead, x.Shape[^3] * factor * factor, height, width]));
    }

    /// <summary>Channels, of axis 1, dealt out anew: those of equal place in each of so many groups become neighbours.</summary>
    /// <remarks>Zhang et al., "ShuffleNet", 2017.</remarks>
    /// <exception cref="GraphException">x has fewer than three axes, or the channels cannot be split into so many groups.</exception>
    public static Value ChannelShuffle(Value x, int groups)
    {
        var channels = Divided("channel_shuffle", x, x.Rank - 1, groups, groups);
        var apart = Reshape(x, new Shape([x.Shape[0], groups, channels, .. x.Shape.Dims[2..]]));
        return Reshape(SwapAxes(apart, 1, 2), x.Shape);
    }

    /// <summary>The windows of images as columns: [N, C·KH·KW, L], with channels outermost and windows row by row.</summary>
    /// <param name="x">[batch, channels, height, width], or one image without the first.</param>
    /// <param name="size">Height and width of a window.</param>
    /// <param name="stride">How far one window is from the next.</param>
    /// <param name="padding">How many zeros surround the image on each side.</param>
    /// <param name="dilation">How far one element of a window is from the next.</param>
    /// <exception cref="GraphException">x has neither four axes nor three, a number is out of range, or a window is larger than the padded image.</exception>
    public static Value Unfold2d(Value x, PerAxis size, PerAxis? stride = null, PerAxis? padding = null, PerAxis? dilation = null)
    {
        if (x.Rank == 3) return Squeeze(Unfold2d(ExpandDims(x, 0), size, stride, padding, dilation), 0);
        if (x.Rank != 4) throw x.Graph.Error("unfold2d", $"'{x.Name}' {x.Type} must have four axes: batch, channels, height, width. Reshape it.");
        var (sizes, strides, around, dilations) = ColumnGeometry("unfold2d", x, size, stride, padding, dilation);
        Dim[] margin = [0, 0, around[0], around[1]];
        var windows = Windows(Pad(x, margin, margin), [2, 3], sizes, strides, dilations);
        var s = windows.Shape;
        return Reshape(Transpose(windows, 0, 1, 4, 5, 2, 3), [s[0], s[1] * s[4] * s[5], s[2] * s[3]]);
    }

    /// <summary>Puts the columns of <see cref="Unfold2d"/> back into images, and adds where windows overlap.</summary>
    /// <param name="x">[N, C·KH·KW, L], or of one image without the first; of a number type.</param>
    /// <param name="height">The height of the images.</param>
    /// <param name="width">The width of the images.</param>
    /// <param name="size">Height and width of a window.</param>
    /// <param name="stride">How far one window is from the next.</param>
    /// <param name="padding">How many zeros surrounded the image on each side.</param>
    /// <param name="dilation">How far one element of a window is from the next.</param>
    /// <exception cref="GraphException">x has neither three axes nor two, a number is out of range, or x does not hold the windows of such images.</exception>
    public static Value Fold2d(Value x, Dim height, Dim width, PerAxis size, PerAxis? stride = null, PerAxis? padding = null, PerAxis? dilation = null)
    {
        if (x.Rank == 2) return Squeeze(Fold2d(ExpandDims(x, 0), height, width, size, stride, padding, dilation), 0);
        if (x.Rank != 3) throw x.Graph.Error("fold2d", $"'{x.Name}' {x.Type} must have three axes: batch, channels times elements of a window, windows. Reshape it.");
        var (sizes, strides, around, dilations) = ColumnGeometry("fold2d", x, size, stride, padding, dilation);
        if (!Dim.TryDivideExactly(x.Shape[1], sizes[0] * sizes[1], out var channels))
            throw x.Graph.Error("fold2d", $"axis 1 of '{x.Name}' {x.Type} has extent {x.Shape[1]}, which windows of {sizes[0]} by {sizes[1]} elements do not divide evenly.");
        var (fullHeight, fullWidth) = (height + (2 * around[0]), width + (2 * around[1]));
        var rows = ((fullHeight - (dilations[0] * (sizes[0] - 1)) - 1) / strides[0]) + 1;
        var columns = ((fullWidth - (dilations[1] * (sizes[1] - 1)) - 1) / strides[1]) + 1;
        if (x.Shape[2] != rows * columns) throw x.Graph.Error("fold2d", $"'{x.Name}' {x.Type} has {x.Shape[2]} windows, but images of {height} by {width} have {rows * columns}; give the extents that the windows were cut from.");
        var windows = Transpose(Reshape(x, [x.Shape[0], channels, sizes[0], sizes[1], rows, columns]), 0, 1, 4, 5, 2, 3);
        var image = Fold(windows, [x.Shape[0], channels, fullHeight, fullWidth], [2, 3], sizes, strides, dilations);
        return Slice(Slice(image, 2, around[0], height), 3, around[1], width);
    }

    private static (int[] Sizes, int[] Strides, int[] Around, int[] Dilations) ColumnGeometry(string function, Value x, PerAxis size, PerAxis? stride, PerAxis? padding, PerAxis? dilation) =>
        (size.For(x, 2, function, "window size", 1), (stride ?? 1).For(x, 2, function, "stride", 1), (padding ?? 0).For(x, 2, function, "padding", 0), (dilation ?? 1).For(x, 2, function, "dilation", 1));

    /// <param name="function">The name of the function.</param>
    /// <param name="x">At least three axes.</param>
    /// <param name="fromEnd">The axis, counted from the end.</param>
    /// <param name="by">What divides its extent.</param>
    /// <param name="factor">The number as the user gave it.</param>
    private static Dim Divided(string function, Value x, int fromEnd, long by, int factor)
    {
        if (x.Rank < 3) throw x.Graph.Error(function, $"'{x.Name}' {x.Type} must have at least three axes, as images of channels, height and width. Reshape it.");
        if (factor < 1) throw x.Graph.Error(function, $"{factor} must be at least 1.");
        if (!Dim.TryDivideExactly(x.Shape[^fromEnd], by, out var quotient)) throw x.Graph.Error(function, $"axis {x.Rank - fromEnd} of '{x.Name}' {x.Type} has extent {x.Shape[^fromEnd]}, which {by} does not divide evenly.");
        return quotient;
    }
}
