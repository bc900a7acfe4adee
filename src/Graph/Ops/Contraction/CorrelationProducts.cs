namespace GraphGrad.Operations;

/// <summary>The three products of a correlation as values: each slides over images, or multiplies matrices, whichever is faster.</summary>
internal static class CorrelationProducts
{
    /// <summary>Results [N, O, places …] of images and kernels.</summary>
    public static Value Results(Value x, Value w, CorrelationGeometry geometry)
    {
        if (!HasMatrices(x.Shape, w.Shape, geometry) || CorrelationChoice.Results(x.DType, x.Shape, w.Shape, geometry)) return x.Graph.Add(new CorrelateOp(geometry), [x, w]);
        int[] contracted = [.. Enumerable.Range(1, geometry.Axes + 1)];
        return Ops.FromChannelsLast(Ops.Dot(Windows(Ops.ToChannelsLast(x), w.Shape, geometry, 1), w, [.. contracted.Select(a => a + geometry.Axes)], contracted));
    }

    /// <summary>Images of the given shape, of results and kernels.</summary>
    public static Value Images(Value y, Value w, CorrelationGeometry geometry, Shape shape)
    {
        if (!HasMatrices(shape, w.Shape, geometry) || CorrelationChoice.Images(y.DType, shape, w.Shape, geometry)) return y.Graph.Add(new CorrelateInputOp(geometry, shape), [y, w]);
        int[] spatial = [.. Enumerable.Range(1, geometry.Axes)];
        var full = new Shape([shape[0], .. spatial.Select(a => shape[a + 1] + geometry.Low[a - 1] + geometry.High[a - 1]), shape[1]]);
        var x = Ops.Fold(Ops.Dot(Ops.ToChannelsLast(y), w, [geometry.Axes + 1], [0]), full, spatial, Sizes(w.Shape), [.. geometry.Strides], [.. geometry.Dilations]);
        foreach (var axis in spatial) x = Ops.Slice(x, axis, geometry.Low[axis - 1], shape[axis + 1]);
        return Ops.FromChannelsLast(x);
    }

    /// <summary>Kernels of the given shape, of images and results.</summary>
    public static Value Kernels(Value x, Value y, CorrelationGeometry geometry, Shape shape)
    {
        var isOneGroup = x.Shape[1] == shape[1];
        if (!HasMatricesOfGroups(x.Shape, shape, geometry) || (isOneGroup ? CorrelationChoice.Kernels(x.DType, x.Shape, shape, geometry) : CorrelationChoice.KernelsInGroups(x.Shape, shape, geometry)))
            return x.Graph.Add(new CorrelateKernelOp(geometry, shape), [x, y]);
        if (isOneGroup) return SumOfProducts(x, y, geometry, shape);
        var (groups, channels, outputs) = (x.Shape[1].Value / shape[1].Value, shape[1].Value, shape[0].Value);
        outputs /= groups;
        if (!CorrelationChoice.KernelsAreApart(x.DType, shape, geometry, groups)) return Ops.Reshape(SumOfGroups(x, y, geometry, shape, groups), shape);
        var own = new Shape([outputs, .. shape.Dims[1..]]);
        return Ops.Concat([.. Enumerable.Range(0, (int)groups).Select(group => SumOfProducts(Ops.Slice(x, 1, group * channels, channels), Ops.Slice(y, 1, group * outputs, outputs), geometry, own))], 0);
    }

    private static Value SumOfProducts(Value x, Value y, CorrelationGeometry geometry, Shape shape)
    {
        int[] contracted = [.. Enumerable.Range(0, geometry.Axes + 1)];
        return Ops.Dot(Ops.ToChannelsLast(y), Windows(Ops.ToChannelsLast(x), shape, geometry, 1), contracted, contracted);
    }

    /// <summary>
    /// A product for each group: [groups, outputs, channels, sizes …]. The images of a group lie together, for elements of few channels, each so far from the next as all channels are
    /// long, would meet in few sets of a cache.
    /// </summary>
    private static Value SumOfGroups(Value x, Value y, CorrelationGeometry geometry, Shape shape, long groups)
    {
        int[] contracted = [.. Enumerable.Range(1, geometry.Axes + 1)];
        return Ops.Dot(GroupsFirst(y, groups), Windows(GroupsFirst(x, groups), shape, geometry, 2), contracted, contracted, [0], [0]);
    }

    /// <summary>[N, C, places …] as [groups, N, places …, C / groups].</summary>
    private static Value GroupsFirst(Value x, long groups)
    {
        var apart = Ops.Reshape(x, new Shape([x.Shape[0], groups, x.Shape[1] / groups, .. x.Shape.Dims[2..]]));
        return Ops.Transpose(apart, [1, 0, .. Enumerable.Range(3, x.Rank - 2), 2]);
    }

    /// <summary>Whether it is one product of matrices: of one group, with kernels of known extents. A border that cuts elements off is left to sliding.</summary>
    private static bool HasMatrices(Shape images, Shape kernels, CorrelationGeometry geometry) =>
        images[1] == kernels[1] && HasMatricesOfGroups(images, kernels, geometry);

    /// <summary>Whether it is a product of matrices for each group.</summary>
    private static bool HasMatricesOfGroups(Shape images, Shape kernels, CorrelationGeometry geometry) =>
        images[1].IsConstant && kernels.IsStatic && geometry.Low.All(n => n >= 0) && geometry.High.All(n => n >= 0);

    /// <param name="x">[…, places …, C].</param>
    /// <param name="kernels">Their shape.</param>
    /// <param name="geometry">The border, and how windows move.</param>
    /// <param name="first">The first axis of places.</param>
    private static Value Windows(Value x, Shape kernels, CorrelationGeometry geometry, int first)
    {
        var others = new Dim[first];
        Array.Fill(others, 0);
        Dim[] before = [.. others, .. geometry.Low.Select(n => (Dim)n), 0], after = [.. others, .. geometry.High.Select(n => (Dim)n), 0];
        return Ops.Windows(Ops.Pad(x, before, after), [.. Enumerable.Range(first, geometry.Axes)], Sizes(kernels), [.. geometry.Strides], [.. geometry.Dilations]);
    }

    private static int[] Sizes(Shape kernels) => [.. kernels.Skip(2).Select(d => (int)d.Value)];
}
