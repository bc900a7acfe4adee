using GraphGrad.Operations;

namespace GraphGrad;

public static partial class Ops
{
    /// <summary>
    /// Cross-correlates sequences with kernels: result[n, o, i] = b[o] + Σ w[o, c, p] · x[n, c, stride·i + dilation·p - padding], with zeros outside the sequence.
    /// </summary>
    /// <param name="x">[batch, channels, length], or without batch, float32 or float64.</param>
    /// <param name="w">[outputs, channels / groups, kernel length], of static shape.</param>
    /// <param name="b">[outputs], or null for none.</param>
    /// <param name="stride">How far one window is from the next.</param>
    /// <param name="padding">How many elements surround the sequence on each side, or <see cref="SpatialPadding.Same"/>.</param>
    /// <param name="dilation">How far one element of a window is from the next.</param>
    /// <param name="groups">Into how many independent parts channels and outputs are split.</param>
    /// <param name="mode">What surrounds x, if not zeros.</param>
    /// <returns>[batch, outputs, floor((length + 2·padding - dilation·(kernel length - 1) - 1) / stride) + 1].</returns>
    /// <exception cref="GraphException">A rank is not 3, channels do not fit the kernels, a number is out of range, or the kernel is longer than the padded sequence.</exception>
    public static Value Conv1d(Value x, Value w, Value? b = null, PerAxis? stride = null, SpatialPadding padding = default, PerAxis? dilation = null, int groups = 1, PadMode? mode = null) =>
        Batched(x, 1, v => Correlate("conv1d", 1, v, w, b, stride, padding, dilation, groups, mode));

    /// <summary>
    /// Cross-correlates images with kernels: result[n, o, i, j] = b[o] + Σ w[o, c, p, q] · x[n, c, stride·i + dilation·p - padding,
    /// stride·j + dilation·q - padding], with zeros outside the image.
    /// </summary>
    /// <param name="x">[batch, channels, height, width], or without batch, float32 or float64.</param>
    /// <param name="w">[outputs, channels / groups, kernel height, kernel width], of static shape.</param>
    /// <param name="b">[outputs], or null for none.</param>
    /// <param name="stride">How far one window is from the next.</param>
    /// <param name="padding">How many zeros surround the image on each side, or <see cref="SpatialPadding.Same"/>.</param>
    /// <param name="dilation">How far one element of a window is from the next.</param>
    /// <param name="groups">Into how many independent parts channels and outputs are split; as many as channels for a depthwise convolution.</param>
    /// <param name="mode">What surrounds x, if not zeros.</param>
    /// <returns>[batch, outputs, floor((height + 2·padding - dilation·(kernel height - 1) - 1) / stride) + 1, likewise for the width].</returns>
    /// <exception cref="GraphException">A rank is not 4, channels do not fit the kernels, a number is out of range, or the kernel is larger than the padded image.</exception>
    public static Value Conv2d(Value x, Value w, Value? b = null, PerAxis? stride = null, SpatialPadding padding = default, PerAxis? dilation = null, int groups = 1, PadMode? mode = null) =>
        Batched(x, 2, v => Correlate("conv2d", 2, v, w, b, stride, padding, dilation, groups, mode));

    /// <summary>Cross-correlates volumes with kernels, as <see cref="Conv2d"/> does images.</summary>
    /// <param name="x">[batch, channels, depth, height, width], or without batch, float32 or float64.</param>
    /// <param name="w">[outputs, channels / groups, kernel depth, kernel height, kernel width], of static shape.</param>
    /// <param name="b">[outputs], or null for none.</param>
    /// <param name="stride">How far one window is from the next.</param>
    /// <param name="padding">How many zeros surround the volume on each side, or <see cref="SpatialPadding.Same"/>.</param>
    /// <param name="dilation">How far one element of a window is from the next.</param>
    /// <param name="groups">Into how many independent parts channels and outputs are split.</param>
    /// <param name="mode">What surrounds x, if not zeros.</param>
    /// <exception cref="GraphException">A rank is not 5, channels do not fit the kernels, a number is out of range, or the kernel is larger than the padded volume.</exception>
    public static Value Conv3d(Value x, Value w, Value? b = null, PerAxis? stride = null, SpatialPadding padding = default, PerAxis? dilation = null, int groups = 1, PadMode? mode = null) =>
        Batched(x, 3, v => Correlate("conv3d", 3, v, w, b, stride, padding, dilation, groups, mode));

    /// <summary>
    /// The transpose of <see cref="Conv1d"/> as a map of sequences: each element puts a multiple of the kernels at its place of the result, and what overlaps is added.
    /// </summary>
    /// <param name="x">[batch, channels, length], or without batch, float32 or float64.</param>
    /// <param name="w">[channels, outputs / groups, kernel length], of static shape.</param>
    /// <param name="b">[outputs], or null for none.</param>
    /// <param name="stride">How far the place of one element is from the next.</param>
    /// <param name="padding">How much is cut off on each side.</param>
    /// <param name="outputPadding">How many elements more the result has at its end; less than the stride or the dilation.</param>
    /// <param name="groups">Into how many independent parts channels and outputs are split.</param>
    /// <param name="dilation">How far one element of a kernel is from the next.</param>
    /// <returns>[batch, outputs, (length - 1)·stride - 2·padding + dilation·(kernel length - 1) + outputPadding + 1].</returns>
    /// <exception cref="GraphException">A rank is not 3, channels do not fit the kernels, or a number is out of range.</exception>
    public static Value ConvTranspose1d(Value x, Value w, Value? b = null, PerAxis? stride = null, PerAxis? padding = null, PerAxis? outputPadding = null, int groups = 1, PerAxis? dilation = null) =>
        Batched(x, 1, v => Spread("conv_transpose1d", 1, v, w, b, stride, padding, outputPadding, groups, dilation));

    /// <summary>
    /// The transpose of <see cref="Conv2d"/> as a map of images: each element puts a multiple of the kernels at its place of the result, and what overlaps is added.
    /// </summary>
    /// <param name="x">[batch, channels, height, width], or without batch, float32 or float64.</param>
    /// <param name="w">[channels, outputs / groups, kernel height, kernel width], of static shape.</param>
    /// <param name="b">[outputs], or null for none.</param>
    /// <param name="stride">How far the place of one element is from the next.</param>
    /// <param name="padding">How much is cut off on each side.</param>
    /// <param name="outputPadding">How many elements more the result has at the end of each axis; less than the stride or the dilation.</param>
    /// <param name="groups">Into how many independent parts channels and outputs are split.</param>
    /// <param name="dilation">How far one element of a kernel is from the next.</param>
    /// <returns>[batch, outputs, (height - 1)·stride - 2·padding + dilation·(kernel height - 1) + outputPadding + 1, likewise for the width].</returns>
    /// <exception cref="GraphException">A rank is not 4, channels do not fit the kernels, or a number is out of range.</exception>
    public static Value ConvTranspose2d(Value x, Value w, Value? b = null, PerAxis? stride = null, PerAxis? padding = null, PerAxis? outputPadding = null, int groups = 1, PerAxis? dilation = null) =>
        Batched(x, 2, v => Spread("conv_transpose2d", 2, v, w, b, stride, padding, outputPadding, groups, dilation));

    /// <summary>The transpose of <see cref="Conv3d"/> as a map of volumes, as <see cref="ConvTranspose2d"/> is of images.</summary>
    /// <param name="x">[batch, channels, depth, height, width], or without batch, float32 or float64.</param>
    /// <param name="w">[channels, outputs / groups, kernel depth, kernel height, kernel width], of static shape.</param>
    /// <param name="b">[outputs], or null for none.</param>
    /// <param name="stride">How far the place of one element is from the next.</param>
    /// <param name="padding">How much is cut off on each side.</param>
    /// <param name="outputPadding">How many elements more the result has at the end of each axis; less than the stride or the dilation.</param>
    /// <param name="groups">Into how many independent parts channels and outputs are split.</param>
    /// <param name="dilation">How far one element of a kernel is from the next.</param>
    /// <exception cref="GraphException">A rank is not 5, channels do not fit the kernels, or a number is out of range.</exception>
    public static Value ConvTranspose3d(Value x, Value w, Value? b = null, PerAxis? stride = null, PerAxis? padding = null, PerAxis? outputPadding = null, int groups = 1, PerAxis? dilation = null) =>
        Batched(x, 3, v => Spread("conv_transpose3d", 3, v, w, b, stride, padding, outputPadding, groups, dilation));

    /// <summary>A function of a batch, also for one example without its axis.</summary>
    private static Value Batched(Value x, int axes, Func<Value, Value> function) =>
        x.Rank == axes + 1 ? Squeeze(function(ExpandDims(x, 0)), 0) : function(x);

    /// <summary>A function of a batch with two results, also for one example without its axis.</summary>
    private static (Value, Value) Batched(Value x, int axes, Func<Value, (Value, Value)> function)
    {
        if (x.Rank != axes + 1) return function(x);
        var (first, second) = function(ExpandDims(x, 0));
        return (Squeeze(first, 0), Squeeze(second, 0));
    }

    private static Value Correlate(string function, int axes, Value x, Value w, Value? b, PerAxis? stride, SpatialPadding padding, PerAxis? dilation, int groups, PadMode? mode)
    {
        CheckKernels(function, axes, x, w);
        CheckGroups(function, w, w.Shape[0], "outputs", groups);
        if (x.Shape[1] != w.Shape[1] * groups)
            throw x.Graph.Error(function, $"images '{x.Name}' {x.Shape} have {x.Shape[1]} channels, but kernels '{w.Name}' {w.Shape} in {groups} groups read {w.Shape[1] * groups}; the two must be equal.");
        CheckBias(function, w, b, w.Shape[0]);
        var sizes = KernelSizes(w);
        var (strides, dilations) = ((stride ?? 1).For(x, axes, function, "stride", 1), (dilation ?? 1).For(x, axes, function, "dilation", 1));
        var (low, high) = padding.Around(x, sizes, strides, dilations, function);
        for (var a = 0; a < axes; a++)
        {
            var (extent, reach) = (x.Shape[a + 2] + low[a] + high[a], (dilations[a] * (sizes[a] - 1)) + 1);
            if (extent.IsConstant && extent.Value < reach)
                throw x.Graph.Error(function, $"axis {a + 2} of the images '{x.Name}' {x.Shape} has extent {extent} with its padding, and the kernels '{w.Name}' {w.Shape} with dilation {dilations[a]} reach over {reach}; pad more or make the kernels smaller.");
        }
        if (Slides(CorrelationChoice.Results, x.Shape, x, w, groups, strides, dilations, mode is null ? low : new int[axes])) return Biased(CorrelateChannels(x, w, low, high, strides, dilations, mode), b);
        if (groups > 1 && CorrelationChoice.AreApart(w.Shape, strides, groups)) return Biased(GroupByGroup(x, w, groups, (images, kernels) => Correlate(function, axes, images, kernels, null, stride, padding, dilation, 1, mode)), b);
        Dim[] before = [0, .. low.Select(n => (Dim)n), 0], after = [0, .. high.Select(n => (Dim)n), 0];
        var images = mode is { } filling ? Pad(ToChannelsLast(x), before, after, filling) : Pad(ToChannelsLast(x), before, after);
        var windows = Windows(images, [.. Enumerable.Range(1, axes)], sizes, strides, dilations);
        // Channels, then the places within a window, are contracted.
        var result = groups == 1
            ? Dot(windows, w, [.. Enumerable.Range(axes + 1, axes + 1)], [.. Enumerable.Range(1, axes + 1)])
            : CorrelateGroups(windows, w, axes, groups);
        return FromChannelsLast(b is null ? result : result + b);
    }

    /// <summary>Whether a product of a correlation slides over images; if not, it multiplies matrices.</summary>
    private static bool Slides(Func<DType, Shape, Shape, CorrelationGeometry, bool> ofOneGroup, Shape images, Value x, Value w, int groups, int[] strides, int[] dilations, int[] low)
    {
        if (x.DType != w.DType || !x.DType.IsFloat()) return false;
        var geometry = new CorrelationGeometry(new(strides), new(dilations), new(low), new(low));
        return groups == 1 ? ofOneGroup(x.DType, images, w.Shape, geometry) : CorrelationChoice.InGroups(x.DType, images, w.Shape, geometry, groups);
    }

    private static Value CorrelateChannels(Value x, Value w, int[] low, int[] high, int[] strides, int[] dilations, PadMode? mode)
    {
        if (mode is { } filling)
        {
            x = Pad(x, [0, 0, .. low.Select(n => (Dim)n)], [0, 0, .. high.Select(n => (Dim)n)], filling);
            (low, high) = (new int[low.Length], new int[high.Length]);
        }
        return x.Graph.Add(new CorrelateOp(new CorrelationGeometry(new(strides), new(dilations), new(low), new(high))), [x, w]);
    }

    /// <summary>Images and kernels of each group by themselves, and their results one after the other.</summary>
    private static Value GroupByGroup(Value x, Value w, int groups, Func<Value, Value, Value> ofOne)
    {
        var (channels, kernels) = (x.Shape[1].Value / groups, w.Shape[0].Value / groups);
        return Concat([.. Enumerable.Range(0, groups).Select(group => ofOne(Slice(x, 1, group * channels, channels), Slice(w, 0, group * kernels, kernels)))], 1);
    }

    private static Value Biased(Value result, Value? b) => b is null ? result : result + Reshape(b, new Shape([b.Shape[0], .. Enumerable.Repeat((Dim)1, result.Rank - 2)]));

    /// <summary>Windows [N, places …, C, sizes …] against kernels [O, C / groups, sizes …]: [N, places …, O].</summary>
    private static Value CorrelateGroups(Value windows, Value w, int axes, int groups)
    {
        var x = windows.Shape.Dims;
        var k = w.Shape;
        var parts = Reshape(windows, new Shape([.. x[..(axes + 1)], groups, k[1], .. x[(axes + 2)..]]));
        var kernels = Reshape(w, new Shape([groups, k[0] / groups, .. k.Dims[1..]]));
        // [groups, N, places …, outputs of a group]
        var product = Dot(parts, kernels, [.. Enumerable.Range(axes + 2, axes + 1)], [.. Enumerable.Range(2, axes + 1)], [axes + 1], [0]);
        return Reshape(Transpose(product, [.. Enumerable.Range(1, axes + 1), 0, axes + 2]), new Shape([.. x[..(axes + 1)], k[0]]));
    }

    private static Value Spread(string function, int axes, Value x, Value w, Value? b, PerAxis? stride, PerAxis? padding, PerAxis? outputPadding, int groups, PerAxis? dilation)
    {
        CheckKernels(function, axes, x, w);
        CheckGroups(function, w, w.Shape[0], "channels", groups);
        if (x.Shape[1] != w.Shape[0])
            throw x.Graph.Error(function, $"images '{x.Name}' {x.Shape} have {x.Shape[1]} channels, but kernels '{w.Name}' {w.Shape} have {w.Shape[0]}; the two must be equal.");
        var outputs = w.Shape[1] * groups;
        CheckBias(function, w, b, outputs);
        var sizes = KernelSizes(w);
        var (strides, dilations) = ((stride ?? 1).For(x, axes, function, "stride", 1), (dilation ?? 1).For(x, axes, function, "dilation", 1));
        var (cut, more) = ((padding ?? 0).For(x, axes, function, "padding", 0), (outputPadding ?? 0).For(x, axes, function, "output padding", 0));
        for (var a = 0; a < axes; a++)
        {
            if (more[a] >= Math.Max(strides[a], dilations[a]))
                throw x.Graph.Error(function, $"output padding {more[a]} must be less than the stride {strides[a]} or the dilation {dilations[a]}; a larger result has elements that nothing reaches.");
        }
        var spread = new Shape([x.Shape[0], outputs, .. Enumerable.Range(0, axes).Select(a => ((x.Shape[a + 2] - 1) * strides[a]) + (dilations[a] * (sizes[a] - 1)) + 1 + more[a] - (2 * cut[a]))]);
        for (var a = 0; a < axes; a++)
        {
            if (spread[a + 2] is { IsConstant: true, Value: < 1 } length) throw x.Graph.Error(function, $"padding {cut[a]} cuts off all {length + (2 * cut[a])} elements of a result axis; make it smaller.");
        }
        if (Slides(CorrelationChoice.Images, spread, x, w, groups, strides, dilations, cut)) return Biased(SpreadChannels(x, w, spread, strides, dilations, cut, more), b);
        if (groups > 1 && CorrelationChoice.AreApart(w.Shape, strides, groups))
            return Biased(GroupByGroup(x, w, groups, (images, kernels) => Spread(function, axes, images, kernels, null, stride, padding, outputPadding, 1, dilation)), b);
        var images = ToChannelsLast(x);
        var places = images.Shape.Dims[..(axes + 1)].ToArray();
        var windows = groups == 1 ? Dot(images, w, [axes + 1], [0]) : SpreadGroups(images, w, axes, groups, outputs);
        var full = new Shape([places[0], .. Enumerable.Range(0, axes).Select(a => ((places[a + 1] - 1) * strides[a]) + (dilations[a] * (sizes[a] - 1)) + 1), outputs]);
        int[] spatial = [.. Enumerable.Range(1, axes)];
        var result = Fold(windows, full, spatial, sizes, strides, dilations);
        result = Pad(result, new Dim[axes + 2], [0, .. more.Select(m => (Dim)m), 0]);
        foreach (var axis in spatial)
        {
            if (cut[axis - 1] == 0) continue;
            result = Slice(result, axis, cut[axis - 1], result.Shape[axis] - (2 * cut[axis - 1]));
        }
        return FromChannelsLast(b is null ? result : result + b);
    }

    private static Value SpreadChannels(Value x, Value w, Shape images, int[] strides, int[] dilations, int[] cut, int[] more)
    {
        // What is added at the end is beyond the last window.
        var geometry = new CorrelationGeometry(new(strides), new(dilations), new(cut), new([.. cut.Zip(more, (c, m) => c - m)]));
        return x.Graph.Add(new CorrelateInputOp(geometry, images), [x, w]);
    }

    /// <summary>Images [N, places …, C] against kernels [C, O / groups, sizes …]: [N, places …, O, sizes …].</summary>
    private static Value SpreadGroups(Value images, Value w, int axes, int groups, Dim outputs)
    {
        var x = images.Shape.Dims;
        var k = w.Shape.Dims;
        var parts = Reshape(images, new Shape([.. x[..(axes + 1)], groups, k[0] / groups]));
        var kernels = Reshape(w, new Shape([groups, k[0] / groups, .. k[1..]]));
        // [groups, N, places …, outputs of a group, sizes …]
        var product = Dot(parts, kernels, [axes + 2], [1], [axes + 1], [0]);
        var apart = Transpose(product, [.. Enumerable.Range(1, axes + 1), 0, .. Enumerable.Range(axes + 2, axes + 1)]);
        return Reshape(apart, new Shape([.. x[..(axes + 1)], outputs, .. k[2..]]));
    }

    // Inside, channels come last: they are many where images have become small, so vectors along them stay full. The transposes
    // are views, and those of neighbouring layers cancel.
    internal static Value ToChannelsLast(Value x) => Transpose(x, [0, .. Enumerable.Range(2, x.Rank - 2), 1]);

    internal static Value FromChannelsLast(Value x) => Transpose(x, [0, x.Rank - 1, .. Enumerable.Range(1, x.Rank - 2)]);

    private static int[] KernelSizes(Value w) => [.. w.Shape.Dims[2..].ToArray().Select(d => (int)d.Value)];

    private static void CheckKernels(string function, int axes, Value x, Value w)
    {
        if (w.Rank != axes + 2)
            throw x.Graph.Error(function, $"kernels '{w.Name}' {w.Type} must have {axes + 2} axes: channels of one side, of the other, {SpatialNames(axes)}. Reshape them.");
        if (x.Rank != axes + 2)
            throw x.Graph.Error(function, $"images '{x.Name}' {x.Type} must have {axes + 2} axes: batch, channels, {SpatialNames(axes)}; or, of one example, no batch. Reshape them.");
        if (!w.Shape.IsStatic)
            throw x.Graph.Error(function, $"the kernels '{w.Name}' have the symbolic shape {w.Shape}; their extents must be known while the graph is built.");
    }

    private static void CheckGroups(string function, Value w, Dim count, string what, int groups)
    {
        if (groups < 1 || count.Value % groups != 0)
            throw w.Graph.Error(function, $"the {count} {what} of the kernels '{w.Name}' cannot be split into {groups} groups; choose a number of groups that divides them.");
    }

    private static void CheckBias(string function, Value w, Value? b, Dim outputs)
    {
        if (b is not null && (b.Rank != 1 || b.Shape[0] != outputs))
            throw w.Graph.Error(function, $"the bias '{b.Name}' has shape {b.Shape}, but the kernels '{w.Name}' have {outputs} outputs; it must be [{outputs}].");
    }

    private static string SpatialNames(int axes) => axes switch { 1 => "length", 2 => "height, width", _ => "depth, height, width" };
}
