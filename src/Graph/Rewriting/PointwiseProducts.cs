using GraphGrad.Operations;

namespace GraphGrad.Rewriting;

/// <summary>
/// Convolutions of single images by kernels of one element. As a product of the kernels with an image whose channels are rows, they leave the image as it lies; the product of windows
/// with kernels has channels last, before and after.
/// </summary>
internal static class PointwiseProducts
{
    /// <summary>The product of windows of single elements of turned images with kernels, as a transposition of the kernels' product with the images; null where it is another.</summary>
    public static Value? ChannelsFirst(Value product, Value windows, Value x, Value kernels)
    {
        var (dot, geometry) = ((DotOp)product.Node.Op, ((WindowOp)windows.Node.Op).Geometry);
        var axes = x.Rank - 2;
        if (axes < 1 || geometry.Axes.Count != axes || geometry.Sizes.Any(size => size != 1) || geometry.Strides.Any(stride => stride != 1)) return null;
        int[] last = [0, .. Enumerable.Range(2, axes), 1];
        if (!((TransposeOp)windows.Node.Inputs[0].Node.Op).Permutation.SequenceEqual(last)) return null;
        // Channels and the places within a window, of both operands.
        if (dot.LeftBatch.Count > 0 || !dot.LeftContract.SequenceEqual(Enumerable.Range(axes + 1, axes + 1)) || !dot.RightContract.SequenceEqual(Enumerable.Range(1, axes + 1))) return null;
        // Several images would be a product each; their windows are one.
        if (!x.Shape[0].IsOne) return null;
        var (channels, outputs, pixels) = (x.Shape[1], kernels.Shape[0], x.Shape.Skip(2).Aggregate((Dim)1, (count, extent) => count * extent));
        var images = Ops.MatMul(Ops.Reshape(kernels, outputs, channels), Ops.Reshape(x, channels, pixels));
        return Ops.Transpose(Ops.Reshape(images, [1, outputs, .. x.Shape.Skip(2)]), last);
    }
}
