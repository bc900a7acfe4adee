namespace GraphGrad.Operations;

/// <summary>The three products of a correlation as values: each slides over images, or multiplies matrices, whichever is faster.</summary>
internal static class CorrelationProducts
{
    /// <summary>Results [N, O, places …] of images and kernels.</summary>
    public static Value Results(Value x, Value w, CorrelationGeometry geometry)
    {
        if (!HasMatrices(x.Shape, w.Shape, geometry) || CorrelationChoice.Results(x.DType, x.Shape, w.Shape, geometry)) return x.Graph.Add(new CorrelateOp(geometry), [x, w]);
        int[] contracted = [.. Enumerable.Range(1, geometry.Axes + 1)];
        return Ops.FromChannelsLast(Ops.Dot(Windows(x, w.Shape, geometry), w, [.. contracted.Select(a => a + geometry.Axes)], contracted));
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
        var (turned, windows) = (Ops.ToChannelsLast(y), Windows(x, shape, geometry));
        int[] contracted = [.. Enumerable.Range(0, geometry.Axes + 1)];
        if (isOneGroup) return Ops.Dot(turned, windows, contracted, contracted);
        var places = turned.Shape.Dims[..(geometry.Axes + 1)].ToArray();
        var groups = x.Shape[1] / shape[1];
        var (left, right) = (Ops.Reshape(turned, new Shape([.. places, groups, shape[0] / groups])), Ops.Reshape(windows, new Shape([.. places, groups, .. shape.Dims[1..]])));
        return Ops.Reshape(Ops.Dot(left, right, contracted, contracted, [geometry.Axes + 1], [geometry.Axes + 1]), shape);
    }

    /// <summary>Whether it is one product of matrices: of one group, with kernels of known extents. A border that cuts elements off is left to sliding.</summary>
    private static bool HasMatrices(Shape images, Shape kernels, CorrelationGeometry geometry) =>
        images[1] == kernels[1] && HasMatricesOfGroups(images, kernels, geometry);

    /// <summary>Whether it is a product of matrices for each group.</summary>
    private static bool HasMatricesOfGroups(Shape images, Shape kernels, CorrelationGeometry geometry) =>
        images[1].IsConstant && kernels.IsStatic && geometry.Low.All(n => n >= 0) && geometry.High.All(n => n >= 0);

    private static Value Windows(Value x, Shape kernels, CorrelationGeometry geometry)
    {
        Dim[] before = [0, .. geometry.Low.Select(n => (Dim)n), 0], after = [0, .. geometry.High.Select(n => (Dim)n), 0];
        return Ops.Windows(Ops.Pad(Ops.ToChannelsLast(x), before, after), [.. Enumerable.Range(1, geometry.Axes)], Sizes(kernels), [.. geometry.Strides], [.. geometry.Dilations]);
    }

    private static int[] Sizes(Shape kernels) => [.. kernels.Skip(2).Select(d => (int)d.Value)];
}
