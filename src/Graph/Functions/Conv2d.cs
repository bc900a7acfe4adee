namespace GraphGrad;

public static partial class Ops
{
    /// <summary>
    /// Cross-correlates images with kernels: result[n, o, i, j] = b[o] + Σ w[o, c, p, q] · x[n, c, stride·i + dilation·p - padding,
    /// stride·j + dilation·q - padding], with zeros outside the image.
    /// </summary>
    /// <param name="x">[batch, channels, height, width], float32 or float64.</param>
    /// <param name="w">[outputs, channels / groups, kernel height, kernel width], of static shape.</param>
    /// <param name="b">[outputs], or null for none.</param>
    /// <param name="stride">How far one window is from the next, on both axes.</param>
    /// <param name="padding">How many zeros surround the image on each side.</param>
    /// <param name="dilation">How far one element of a window is from the next.</param>
    /// <param name="groups">Into how many independent parts channels and outputs are split; as many as channels for a depthwise convolution.</param>
    /// <returns>[batch, outputs, floor((height + 2·padding - dilation·(kernel height - 1) - 1) / stride) + 1, likewise for the width].</returns>
    /// <exception cref="GraphException">A rank is not 4, channels do not fit the kernels, a number is out of range, or the kernel is larger than the padded image.</exception>
    public static Value Conv2d(Value x, Value w, Value? b = null, int stride = 1, int padding = 0, int dilation = 1, int groups = 1)
    {
        CheckConv2d(x, w, b, groups);
        var windows = Windows2d("conv2d", x, [(int)w.Shape[2].Value, (int)w.Shape[3].Value], stride, padding, dilation, 0);
        var result = groups == 1 ? Dot(windows, w, [3, 4, 5], [1, 2, 3]) : CorrelateGroups(windows, w, groups);
        return FromChannelsLast(b is null ? result : result + b);
    }

    /// <summary>Windows [N, H, W, C, P, Q] against kernels [O, C / groups, P, Q]: [N, H, W, O].</summary>
    private static Value CorrelateGroups(Value windows, Value w, int groups)
    {
        var (x, k) = (windows.Shape, w.Shape);
        var parts = Reshape(windows, [x[0], x[1], x[2], groups, k[1], x[4], x[5]]);
        var kernels = Reshape(w, [groups, k[0] / groups, k[1], k[2], k[3]]);
        // [groups, N, H, W, outputs of a group]
        var product = Dot(parts, kernels, [4, 5, 6], [2, 3, 4], [3], [0]);
        return Reshape(Transpose(product, [1, 2, 3, 0, 4]), [x[0], x[1], x[2], k[0]]);
    }

    /// <summary>The windows of images [N, C, H, W] as [N, H, W, C, P, Q], with the given number around the images.</summary>
    private static Value Windows2d(string function, Value x, int[] sizes, int stride, int padding, int dilation, double around)
    {
        if (stride < 1 || dilation < 1 || padding < 0)
            throw x.Graph.Error(function, $"stride {stride} and dilation {dilation} must be at least 1, padding {padding} at least 0.");
        Dim[] margin = [0, padding, padding, 0];
        var images = ToChannelsLast(x);
        var padded = padding == 0 ? images : Pad(images, margin, margin, around);
        return Windows(padded, [1, 2], sizes, [stride, stride], [dilation, dilation]);
    }

    // Inside, channels come last: they are many where images have become small, so vectors along them stay full. The transposes
    // are views, and those of neighbouring layers cancel.
    private static Value ToChannelsLast(Value x) => Transpose(x, [0, 2, 3, 1]);

    private static Value FromChannelsLast(Value x) => Transpose(x, [0, 3, 1, 2]);

    private static void CheckConv2d(Value x, Value w, Value? b, int groups)
    {
        if (x.Rank != 4 || w.Rank != 4)
            throw x.Graph.Error("conv2d", $"images '{x.Name}' {x.Type} and kernels '{w.Name}' {w.Type} must have four axes each: batch, channels, height, width; and outputs, channels, height, width. Reshape them.");
        if (!w.Shape.IsStatic)
            throw x.Graph.Error("conv2d", $"the kernels '{w.Name}' have the symbolic shape {w.Shape}; their extents must be known while the graph is built.");
        if (groups < 1 || w.Shape[0].Value % groups != 0)
            throw x.Graph.Error("conv2d", $"the {w.Shape[0]} outputs of the kernels '{w.Name}' cannot be split into {groups} groups; choose a number of groups that divides them.");
        if (x.Shape[1] != w.Shape[1] * groups)
            throw x.Graph.Error("conv2d", $"images '{x.Name}' {x.Shape} have {x.Shape[1]} channels, but kernels '{w.Name}' {w.Shape} in {groups} groups read {w.Shape[1] * groups}; the two must be equal.");
        if (b is not null && (b.Rank != 1 || b.Shape[0] != w.Shape[0]))
            throw x.Graph.Error("conv2d", $"the bias '{b.Name}' has shape {b.Shape}, but the kernels '{w.Name}' have {w.Shape[0]} outputs; it must be [{w.Shape[0]}].");
    }
}
