using GraphGrad.Operations;

namespace GraphGrad.Compilation.Passes;

/// <summary>A fold of a product's windows, computed as one product whose results overlap.</summary>
/// <param name="Product">The dot whose result only the fold reads, through at most a transposition and then a merging of neighbouring axes.</param>
/// <param name="Order">Which axis of the product each axis of the windows is, before they are merged.</param>
/// <param name="Parts">How many of those axes each axis of the windows is merged from.</param>
/// <param name="Merging">The reshape that merges axes; null if none does.</param>
internal sealed record FoldedProduct(Node Product, int[] Order, int[] Parts, Node? Merging)
{
    /// <summary>The nodes whose values are never stored.</summary>
    public IEnumerable<Node> Inside => Merging is null ? [Product] : [Product, Merging];

    /// <summary>The steps along the product's axes, from those along the windows'.</summary>
    public Dim[] Strides(Dim[] windows)
    {
        var strides = new Dim[Order.Length];
        var axis = Order.Length;
        for (var merged = Parts.Length - 1; merged >= 0; merged--)
        {
            var stride = windows[merged];
            for (var part = 0; part < Parts[merged]; part++)
            {
                axis--;
                strides[Order[axis]] = stride;
                stride *= Product.Output.Shape[Order[axis]];
            }
        }
        return strides;
    }
}

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
            var parts = Enumerable.Repeat(1, windows.Rank).ToArray();
            var merging = windows.Node.Op is ReshapeOp ? windows.Node : null;
            if (merging is not null)
            {
                if (Merged(windows.Node.Inputs[0].Shape, windows.Shape) is not { } merged) continue;
                (windows, parts) = (windows.Node.Inputs[0], merged);
                if (readers[windows] > 1) continue;
            }
            var order = Enumerable.Range(0, windows.Rank).ToArray();
            if (windows.Node.Op is TransposeOp transpose)
            {
                order = [.. transpose.Permutation];
                windows = windows.Node.Inputs[0];
                if (readers[windows] > 1) continue;
            }
            if (windows.Node.Op is DotOp) found.Add(node, new FoldedProduct(windows.Node, order, parts, merging));
        }
        return found;
    }

    /// <summary>Neighbours in memory must be results of one window place, to be added by vectors: channels come last.</summary>
    private static bool Adjoins(FoldOp fold) => !fold.Geometry.Axes.Contains(fold.Shape.Rank - 1);

    /// <summary>How many neighbouring axes of one shape make each axis of another; null if that is not how they relate.</summary>
    private static int[]? Merged(Shape from, Shape to)
    {
        var parts = new int[to.Rank];
        var axis = 0;
        for (var merged = 0; merged < to.Rank; merged++)
        {
            Dim extent = 1;
            while (axis < from.Rank && (parts[merged] == 0 || !extent.Equals(to[merged])))
            {
                extent *= from[axis++];
                parts[merged]++;
            }
            if (parts[merged] == 0 || !extent.Equals(to[merged])) return null;
        }
        return axis == from.Rank ? parts : null;
    }
}
