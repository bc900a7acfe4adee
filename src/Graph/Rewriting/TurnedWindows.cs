using GraphGrad.Operations;

namespace GraphGrad.Rewriting;

/// <summary>
/// Windows over the padding of a transposed tensor as a transposition of windows over the padded tensor, and folds likewise: the border is then stored, and what is
/// added up read, in the order of the tensor in memory, whose rows are copied, rather than turned element by element.
/// </summary>
internal static class TurnedWindows
{
    // Shorter rows would leave most lanes of a vector empty; larger windows are not written out, and at a stride lanes would be apart.
    private const int ShortestRow = 12;
    private const int LargestWindow = 9;

    /// <summary>
    /// The windows, through reshapes that only insert or remove axes of extent 1; and for each of their axes its place in the order of memory.
    /// Null if that is their own order, or rows are short.
    /// </summary>
    public static (Value Windows, int[] Order)? Find(Value windows)
    {
        switch (windows.Node)
        {
            case { Op: ReshapeOp reshape } when Find(windows.Node.Inputs[0]) is { } below:
            {
                var from = windows.Node.Inputs[0].Shape;
                var order = new int[windows.Rank];
                var axis = 0;
                for (var i = 0; i < order.Length; i++)
                {
                    order[i] = int.MaxValue;
                    if (windows.Shape[i].IsOne) continue;
                    while (axis < from.Rank && from[axis].IsOne) axis++;
                    if (axis == from.Rank || from[axis] != windows.Shape[i]) return null;
                    order[i] = below.Order[axis++];
                }
                return (windows.Graph.Add(reshape, [below.Windows]), order);
            }
            case { Op: WindowOp { Geometry: var geometry }, Inputs: [{ Node: { Op: PadOp pad, Inputs: [{ Node: { Op: TransposeOp { Permutation: var permutation } } transposition }, var filling] } }] }:
            {
                var x = transposition.Inputs[0];
                if (!IsSmall(geometry) || permutation.Select((from, to) => from == to).All(same => same) || !(x.Shape[^1] is { IsConstant: true, Value: >= ShortestRow })) return null;
                var back = new int[permutation.Count];
                for (var to = 0; to < back.Length; to++) back[permutation[to]] = to;
                var padded = x.Graph.Add(new PadOp(new([.. back.Select(a => pad.Low[a])]), new([.. back.Select(a => pad.High[a])]), new([.. back.Select(a => pad.Interior[a])])), [x, filling]);
                var turned = x.Graph.Add(new WindowOp(geometry with { Axes = new([.. geometry.Axes.Select(a => permutation[a])]) }), [padded]);
                int[] order = [.. permutation, .. Enumerable.Range(permutation.Count, geometry.Axes.Count)];
                return (Ops.Transpose(turned, order), order);
            }
            default:
                return null;
        }
    }

    /// <summary>
    /// A transposition of a fold, or of a part of one, as a fold in the order that the transposition gives: its windows are then read in the order of the result in
    /// memory. Null where the fold is computed as a product, or rows are short.
    /// </summary>
    public static Value? Fold(Value transposed)
    {
        var permutation = ((TransposeOp)transposed.Node.Op).Permutation;
        var part = transposed.Node.Inputs[0];
        var fold = part.Node.Op is SliceOp ? part.Node.Inputs[0] : part;
        if (fold.Node is not { Op: FoldOp { Geometry: var geometry, Shape: var shape }, Inputs: [var windows] }) return null;
        if (!IsSmall(geometry) || IsProduct(windows) || !geometry.Axes.Contains(permutation[^1]) || !(transposed.Shape[^1] is { IsConstant: true, Value: >= ShortestRow })) return null;
        var to = new int[permutation.Count];
        for (var axis = 0; axis < to.Length; axis++) to[permutation[axis]] = axis;
        var turned = transposed.Graph.Add(
            new FoldOp(new Shape([.. permutation.Select(axis => shape[axis])]), geometry with { Axes = new([.. geometry.Axes.Select(axis => to[axis])]) }),
            [Ops.Transpose(windows, [.. permutation, .. Enumerable.Range(permutation.Count, geometry.Axes.Count)])]);
        if (part.Node.Op is not SliceOp slice) return turned;
        return transposed.Graph.Add(
            new SliceOp(
                new([.. permutation.Select(axis => slice.Starts[axis])]), new([.. permutation.Select(axis => slice.Lengths[axis])]), new([.. permutation.Select(axis => slice.Steps[axis])])),
            [turned]);
    }

    private static bool IsSmall(WindowGeometry geometry) =>
        geometry.Sizes.Aggregate((a, b) => a * b) <= LargestWindow && geometry.Strides.All(stride => stride == 1);

    private static bool IsProduct(Value windows)
    {
        while (windows.Node.Op is ReshapeOp or TransposeOp) windows = windows.Node.Inputs[0];
        return windows.Node.Op is DotOp;
    }
}
