using GraphGrad.Operations;
using static GraphGrad.Rewriting.Patterns;

namespace GraphGrad.Rewriting;

/// <summary>Sums less one of their elements, as losses leave the own example out.</summary>
internal static class ElementRules
{
    private const int Depth = 6;

    private static readonly Pattern X = AnyFloat("x");
    private static readonly Pattern Element = Any("y");
    private static readonly Pattern SumX = Sum(X);

    public static readonly RuleSet All = new("elements")
    {
        { "sum(x) - x[i] => the sum of the others", SumX - Element, m => Others(m), Soundness.Rounding, "x[i] >> the others: their digits are lost in the sum" },
    };

    private static Value? Others(Match m)
    {
        var sum = Reductions.Find(m[SumX], m.MayLookInto)!;
        if (((ReduceOp)sum.Node.Op).Axes is not [var axis] || m[Element].Shape is var shape && !shape.Equals(m[SumX].Shape)) return null;
        return Place(m[Element], m[X], Depth) is { } place ? Reductions.Like(m[SumX], sum, Reductions.Again(sum, Without(m[X], m[X].Shape, axis, place))) : null;

        // Which element along the axis a value is, computed from that element of the operands.
        Dim? Place(Value part, Value whole, int depth)
        {
            while (part.Node.Op is ReshapeOp && m.MayLookInto(part)) part = part.Node.Inputs[0];
            if (depth == 0 || !m.MayLookInto(part)) return null;
            if (part.Node.Op is SliceOp slice && m.Same(part.Node.Inputs[0], whole))
            {
                var isElement = Enumerable.Range(0, whole.Rank).All(a => a == axis ? slice.Lengths[a].IsOne : slice.Lengths[a].Equals(whole.Shape[a]) && slice.Steps[a] == 1);
                return isElement ? slice.Starts[axis] : (Dim?)null;
            }
            if (part.Node.Op is not ElementwiseOp || !part.Node.Op.Equals(whole.Node.Op) || !m.MayLookInto(whole)) return null;
            Dim? found = null;
            foreach (var (own, all) in part.Node.Inputs.Zip(whole.Node.Inputs))
            {
                if (!IsAlong(all, whole.Rank) && m.Same(own, all)) continue;
                if (!all.Shape.Equals(whole.Shape) || Place(own, all, depth - 1) is not { } place || !(found ?? place).Equals(place)) return null;
                found = place;
            }
            return found;
        }

        bool IsAlong(Value value, int rank) => axis - rank + value.Rank is >= 0 and var own && !value.Shape[own].IsOne;

        Value Without(Value whole, Shape shape, int along, Dim place)
        {
            if (whole.Node.Op is ElementwiseOp && m.MayLookInto(whole))
                return whole.Graph.Add(whole.Node.Op, [.. whole.Node.Inputs.Select(i => i.Shape.Equals(shape) ? Without(i, shape, along, place) : i)]);
            var rest = shape[along] - place - 1;
            if (place.Is(0)) return Ops.Slice(whole, along, 1, rest);
            return rest.Is(0) ? Ops.Slice(whole, along, 0, place) : Ops.Concat([Ops.Slice(whole, along, 0, place), Ops.Slice(whole, along, place + 1, rest)], along);
        }
    }
}
