using GraphGrad.Operations;
using GraphGrad.Rewriting;

namespace GraphGrad.Compilation.Passes;

/// <summary>
/// Afterwards no fold adds up windows of stride 1 that a product made of positions (one operand) and places within a window
/// (the other). That is the gradient of a convolution by its input, and a convolution itself:
/// Σ over o + k·d = p of g[o]·w[k] = Σ over k of padded g[p + k·d] · w[K - 1 - k].
/// The product over windows never stores the windows, which are as many times larger as a window has elements. Of a fold that is
/// sliced, as around padding, only the slice is computed.
/// </summary>
internal static class FoldedProducts
{
    public static GraphProgram Unfold(GraphProgram program)
    {
        var copy = new GraphCopy(new Graph());
        foreach (var node in program.Graph.Nodes)
        {
            if (Product(node, copy) is { } product) copy.Map(node, product.Node);
            else copy.Add(node);
        }
        return DeadNodes.Remove(program.In(copy));
    }

    private static Value? Product(Node node, GraphCopy copy)
    {
        var folded = node.Op is SliceOp ? node.Inputs[0].Node : node;
        if (folded.Op is not FoldOp { Geometry: var geometry } fold || geometry.Strides.Any(s => s != 1)) return null;
        if (!TryStarts(node, geometry, out var starts)) return null;
        var windows = folded.Inputs[0];
        var order = Enumerable.Range(0, windows.Rank).ToArray();
        if (windows.Node.Op is TransposeOp transpose)
        {
            order = [.. transpose.Permutation];
            windows = windows.Node.Inputs[0];
        }
        if (windows.Node.Op is not DotOp dot) return null;
        var sides = new[] { Free(windows.Node.Inputs[0], dot.LeftContract, dot.LeftBatch), Free(windows.Node.Inputs[1], dot.RightContract, dot.RightBatch) };

        var rank = fold.Shape.Rank;
        var positions = geometry.Axes.Select(axis => Place(order[axis])).ToArray();
        var places = geometry.Axes.Select((_, k) => Place(order[rank + k])).ToArray();
        var side = positions[0].Side;
        if (side < 0 || positions.Any(p => p.Side != side) || places.Any(p => p.Side != 1 - side)) return null;

        using var origin = copy.Target.WithOrigin(node.Origin);
        var (gradient, weights) = (copy[windows.Node.Inputs[side]], copy[windows.Node.Inputs[1 - side]]);
        // Window axes are appended in the order of the axes that they slide over.
        var ordered = Enumerable.Range(0, positions.Length).OrderBy(k => positions[k].Axis).ToArray();
        var (low, high) = (new Dim[gradient.Rank], new Dim[gradient.Rank]);
        foreach (var k in ordered)
        {
            var axis = positions[k].Axis;
            low[axis] = geometry.Reach(k) - 1 - starts[geometry.Axes[k]];
            high[axis] = node.Output.Shape[geometry.Axes[k]] + geometry.Reach(k) - 1 - gradient.Shape[axis] - low[axis];
            if (!low[axis].IsNonNegative || !high[axis].IsNonNegative) return null;
        }
        var padded = Ops.Pad(gradient, low, high, new int[gradient.Rank], Ops.Scalar(gradient, 0));
        var slid = Ops.Windows(
            padded, [.. ordered.Select(k => positions[k].Axis)], [.. ordered.Select(k => geometry.Sizes[k])], null, [.. ordered.Select(k => geometry.Dilations[k])]);
        var flipped = Ops.Reverse(weights, [.. places.Select(p => p.Axis)]);

        int[] Contract(int which, EquatableArray<int> before) =>
            [.. before, .. ordered.Select((k, i) => which == side ? gradient.Rank + i : places[k].Axis)];
        var operands = side == 0 ? (slid, flipped) : (flipped, slid);
        var product = Ops.Dot(
            operands.Item1, operands.Item2, Contract(0, dot.LeftContract), Contract(1, dot.RightContract), [.. dot.LeftBatch], [.. dot.RightBatch]);
        // Where each axis of the fold's result is in the product: batch, then what is left free of either side.
        var free = new[] { sides[0], sides[1].ToArray() };
        free[1 - side] = [.. free[1 - side].Where(axis => !places.Any(p => p.Axis == axis))];
        var permutation = order[..rank].Select(axis => Place(axis) is { Side: >= 0 } p
            ? dot.LeftBatch.Count + (p.Side == 0 ? 0 : free[0].Length) + Array.IndexOf(free[p.Side], p.Axis)
            : axis);
        return Ops.Transpose(product, [.. permutation]);

        // The operand and its axis that an axis of the product comes from; side -1 for a batch axis.
        (int Side, int Axis) Place(int axis)
        {
            var index = axis - dot.LeftBatch.Count;
            if (index < 0) return (-1, axis);
            return index < sides[0].Length ? (0, sides[0][index]) : (1, sides[1][index - sides[0].Length]);
        }
    }

    /// <summary>Where the part of a fold that is wanted begins; false if a slice of it leaves elements out or touches other axes.</summary>
    private static bool TryStarts(Node node, WindowGeometry geometry, out Dim[] starts)
    {
        starts = new Dim[node.Output.Rank];
        if (node.Op is not SliceOp slice) return true;
        starts = [.. slice.Starts];
        var whole = node.Inputs[0].Shape;
        return slice.Steps.All(s => s == 1)
            && Enumerable.Range(0, whole.Rank).All(axis => geometry.Axes.Contains(axis) || (slice.Starts[axis].Is(0) && slice.Lengths[axis] == whole[axis]));
    }

    private static int[] Free(Value operand, EquatableArray<int> contracted, EquatableArray<int> batch) =>
        [.. Enumerable.Range(0, operand.Rank).Where(axis => !contracted.Contains(axis) && !batch.Contains(axis))];
}
