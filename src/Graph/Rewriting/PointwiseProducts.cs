using GraphGrad.Operations;

namespace GraphGrad.Rewriting;

/// <summary>
/// Convolutions by kernels of one element, and their gradients of images. As products of the kernels with images whose channels are rows, one for each image, they leave images as
/// they lie; the product of windows with kernels has channels last, before and after.
/// </summary>
internal static class PointwiseProducts
{
    // A product for each image must fill vectors by itself.
    private const int LeastPixels = 128;

    // Results of so many channels fill whole lines once they are turned.
    private const int LeastResults = 8, WholeLine = 16;

    /// <summary>The product of windows of single elements of turned images with kernels, as a transposition of the kernels' products with the images; null where it is another.</summary>
    public static Value? ChannelsFirst(Value product, Value windows, Value x, Value kernels)
    {
        var (dot, axes) = ((DotOp)product.Node.Op, x.Rank - 2);
        if (!HasSingles(((WindowOp)windows.Node.Op).Geometry, axes) || !IsChannelsLast(windows.Node.Inputs[0])) return null;
        // Channels and the places within a window, of both operands.
        if (dot.LeftBatch.Count > 0 || !dot.LeftContract.SequenceEqual(Enumerable.Range(axes + 1, axes + 1)) || !dot.RightContract.SequenceEqual(Enumerable.Range(1, axes + 1))) return null;
        return ChannelsFirst(x, kernels, 1);
    }

    /// <summary>The fold of single elements, of the product of turned results with kernels, as a transposition of the kernels' products with the results; null where it is another.</summary>
    public static Value? ChannelsFirst(Value fold, Value product, Value turned, Value y, Value kernels)
    {
        var (dot, axes) = ((DotOp)product.Node.Op, y.Rank - 2);
        if (!HasSingles(((FoldOp)fold.Node.Op).Geometry, axes) || !IsChannelsLast(turned) || kernels.Rank != axes + 2 || fold.Rank != axes + 2) return null;
        if (dot.LeftBatch.Count > 0 || !dot.LeftContract.SequenceEqual([axes + 1]) || !dot.RightContract.SequenceEqual([0])) return null;
        return ChannelsFirst(y, kernels, 0);
    }

    /// <summary>The product of turned results, of which lines would have gaps, with windows of single elements of turned images, summed over images and places as they lie; null where it is another.</summary>
    public static Value? SumOfPlanes(Value product, Value results, Value y, Value windows)
    {
        var (dot, axes) = ((DotOp)product.Node.Op, y.Rank - 2);
        if (y.Shape[1] is not { IsConstant: true, Value: >= LeastResults and var outputs } || outputs % WholeLine == 0) return null;
        if (windows.Node.Inputs[0].Node.Op is not TransposeOp || !HasSingles(((WindowOp)windows.Node.Op).Geometry, axes) || !IsChannelsLast(results) || !IsChannelsLast(windows.Node.Inputs[0])) return null;
        int[] summed = [.. Enumerable.Range(0, axes + 1)];
        if (dot.LeftBatch.Count > 0 || !dot.LeftContract.SequenceEqual(summed) || !dot.RightContract.SequenceEqual(summed)) return null;
        var x = windows.Node.Inputs[0].Node.Inputs[0];
        var pixels = x.Shape.Skip(2).Aggregate((Dim)1, (count, extent) => count * extent);
        return Ops.Reshape(Ops.Dot(Ops.Reshape(y, y.Shape[0], y.Shape[1], pixels), Ops.Reshape(x, x.Shape[0], x.Shape[1], pixels), [0, 2], [0, 2]), product.Shape);
    }

    private static bool HasSingles(WindowGeometry geometry, int axes) =>
        axes >= 1 && geometry.Axes.SequenceEqual(Enumerable.Range(1, axes)) && geometry.Sizes.All(size => size == 1) && geometry.Strides.All(stride => stride == 1);

    private static bool IsChannelsLast(Value turned)
    {
        var permutation = ((TransposeOp)turned.Node.Op).Permutation;
        return permutation.SequenceEqual([0, .. Enumerable.Range(2, permutation.Count - 2), 1]);
    }

    /// <summary>Whether the kernels' products with images are taken as images lie: of one image, or of images that fill vectors each by itself.</summary>
    /// <param name="images">How many images there are.</param>
    /// <param name="extents">Their rows and columns.</param>
    public static bool FitPlanes(Dim images, IEnumerable<Dim> extents) => images.IsOne || Pixels(extents) is { IsConstant: true, Value: >= LeastPixels };

    /// <summary>Kernels of one element times images, [N, C, spatial …], as they lie.</summary>
    /// <param name="x">The images.</param>
    /// <param name="kernels">[O, C, 1, …].</param>
    /// <param name="contracted">Which axis of the kernels is that of the images' channels.</param>
    public static Value OfPlanes(Value x, Value kernels, int contracted)
    {
        var (images, extents) = (x.Shape[0], x.Shape.Skip(2).ToArray());
        var (outputs, channels, pixels) = (kernels.Shape[0], kernels.Shape[1], Pixels(extents));
        var (matrix, planes) = (Ops.Reshape(kernels, outputs, channels), Ops.Reshape(x, images, x.Shape[1], pixels));
        var product = images.IsOne
            ? Ops.Dot(matrix, Ops.Squeeze(planes, 0), [contracted], [0])
            : Ops.Dot(Ops.BroadcastTo(matrix, new Shape([images, outputs, channels])), planes, [contracted + 1], [1], [0], [0]);
        return Ops.Reshape(product, new Shape([images, kernels.Shape[1 - contracted], .. extents]));
    }

    private static Value? ChannelsFirst(Value x, Value kernels, int contracted) =>
        FitPlanes(x.Shape[0], x.Shape.Skip(2)) ? Ops.Transpose(OfPlanes(x, kernels, contracted), [0, .. Enumerable.Range(2, x.Rank - 2), 1]) : null;

    private static Dim Pixels(IEnumerable<Dim> extents) => extents.Aggregate((Dim)1, (count, extent) => count * extent);
}
