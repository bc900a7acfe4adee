using GraphGrad.Operations;

namespace GraphGrad.Compilation.Passes;

/// <summary>A fold of a product's windows, computed as one product whose results overlap.</summary>
/// <param name="Product">The dot whose result only the fold reads, through at most a transposition.</param>
/// <param name="Order">Which axis of the product each axis of the windows is.</param>
internal sealed record FoldedProduct(Node Product, int[] Order);

/// <summary>
/// Finds folds that add up the windows of a product: the gradient of a convolution by its input. Such a fold is the product itself, with
/// results that overlap where windows do. The windows, as many times larger than the result as a window has elements, are never
/// stored, and there is nothing to compute beyond the product's own terms, whatever strides, dilations and padding.
/// </summary>
internal static class FoldedProducts
{
    public static Dictionary<Node, FoldedProduct> Find(IReadOnlyList<Node> nodes, IReadOnlyCollection<Value> outputs)
    {
        var readers = new Dictionary<Value, int>();
        foreach (var input in nodes.SelectMany(node => node.Inputs)) readers[input] = readers.GetValueOrDefault(input) + 1;
        foreach (var output in outputs) readers[output] = readers.GetValueOrDefault(output) + 1;
        var found = new Dictionary<Node, FoldedProduct>();
        foreach (var node in nodes)
        {
            if (node.Op is not FoldOp fold || !Adjoins(fold)) continue;
            var windows = node.Inputs[0];
            if (readers[windows] > 1) continue;
            var order = Enumerable.Range(0, windows.Rank).ToArray();
            if (windows.Node.Op is TransposeOp transpose)
            {
                order = [.. transpose.Permutation];
                windows = windows.Node.Inputs[0];
                if (readers[windows] > 1) continue;
            }
            if (windows.Node.Op is DotOp) found.Add(node, new FoldedProduct(windows.Node, order));
        }
        return found;
    }

    /// <summary>Neighbours in memory must be results of one window place, to be added by vectors: channels come last.</summary>
    private static bool Adjoins(FoldOp fold) => !fold.Geometry.Axes.Contains(fold.Shape.Rank - 1);
}
