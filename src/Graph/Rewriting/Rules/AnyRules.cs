using GraphGrad.Operations;
using static GraphGrad.Ops;
using static GraphGrad.Rewriting.Patterns;

namespace GraphGrad.Rewriting;

/// <summary>Whether anything holds in a row, known without looking at the row: masks of gradients ask it of labels.</summary>
internal static class AnyRules
{
    public static readonly RuleSet All = new("any")
    {
        { "any(x & y) => x & any(y), x the same for the row", NodeWhere("any(x & y)", (node, match) => IsAny(node) && node.Inputs[0].Node is { Op: AndOp } inner && match.MayLookInto(inner.Output)), m => Apart(m, 0) ?? Apart(m, 1), Soundness.Exact },
        { "any(x == iota) => x >= 0 & x < n", NodeWhere("any(x == iota)", (node, match) => IsAny(node) && node.Inputs[0].Node is { Op: EqualOp, Inputs: [_, { Node.Op: IotaOp }] } inner && match.MayLookInto(inner.Output)), Within, Soundness.Exact },
    };

    private static bool IsAny(Node node) => node is { Op: ReduceOp { Kind: ReductionKind.Maximum }, Inputs: [{ DType: DType.Bool }] };

    private static Value? Apart(Match m, int which)
    {
        var (reduce, both) = ((ReduceOp)m.Root.Node.Op, m.Root.Node.Inputs[0]);
        var (same, other) = (both.Node.Inputs[which], both.Node.Inputs[1 - which]);
        return other.Shape.Equals(both.Shape) && InRow(same, both.Shape, reduce) is { } once ? And(once, m.Root.Graph.Add(reduce, [other])) : null;
    }

    private static Value? Within(Match m)
    {
        var (reduce, equal) = ((ReduceOp)m.Root.Node.Op, m.Root.Node.Inputs[0]);
        var (label, row) = (equal.Node.Inputs[0], equal.Node.Inputs[1]);
        if (row.Rank != 1 || !reduce.Axes.SequenceEqual([equal.Rank - 1]) || InRow(label, equal.Shape, reduce) is not { } once) return null;
        var extent = row.Shape[0];
        return extent.IsConstant && extent.Value <= int.MaxValue ? And(once >= 0, once < extent.Value) : null;
    }

    /// <summary>What is the same all along the reduced axes, without them; null if it is not.</summary>
    private static Value? InRow(Value value, Shape shape, ReduceOp reduce) =>
        value.Rank == shape.Rank && reduce.Axes.All(axis => value.Shape[axis].IsOne && !shape[axis].IsOne)
            ? Reshape(value, [.. value.Shape.Where((_, axis) => !reduce.Axes.Contains(axis))]) : null;
}
