using GraphGrad.Operations;

namespace GraphGrad.Rewriting;

/// <summary>
/// Products that are masked where a norm is 0, as the gradient of a norm has them for every element. There the elements are so small that their squares vanish, and therefore
/// finite: a factor that was chosen to be 0 there makes the product 0 without a mask.
/// </summary>
internal static class MaskedNorms
{
    /// <summary>The product alone; null where it needs its mask.</summary>
    /// <param name="match">The match, whose root is where(isTaken, factor · x, 0).</param>
    /// <param name="isTaken">norm(x) ≠ 0, repeated along the axes of the norm.</param>
    /// <param name="factor">where(norm(x) = 0, 0, …), repeated alike.</param>
    /// <param name="x">What the norm is of.</param>
    public static Value? Unmask(Match match, Value isTaken, Value factor, Value x)
    {
        var (mask, weight) = (BehindViews(isTaken), BehindViews(factor));
        if (mask.Node is not { Op: NotOp, Inputs: [var isZero] } || !match.MayLookInto(mask)) return null;
        if (weight.Node is not { Op: SelectOp, Inputs: [var same, var zero, _] } || !match.MayLookInto(weight) || !match.Same(isZero, same) || !IsZero(zero)) return null;
        if (isZero.Node is not { Op: EqualOp, Inputs: [var root, var none] } || !match.MayLookInto(isZero) || !IsZero(none)) return null;
        var norm = BehindViews(root);
        if (norm.Node.Op is CastOp && match.MayLookInto(norm)) norm = norm.Node.Inputs[0];
        if (norm.Node is not { Op: SqrtOp, Inputs: [var squared] } || !match.MayLookInto(norm)) return null;
        var total = BehindViews(squared);
        if (total.Node is not { Op: ReduceOp { Kind: ReductionKind.Sum } sum, Inputs: [var squares] } || !match.MayLookInto(total)) return null;
        if (squares.Node is not { Op: MultiplyOp, Inputs: [var a, var b] } || !match.MayLookInto(squares) || !match.Same(a, b) || !match.Same(a, x)) return null;
        var kept = Reductions.Kept(x.Shape, sum);
        Value[] ofRows = [mask, weight, isZero, root, norm, squared];
        return Array.TrueForAll(ofRows, v => v.Shape.Equals(kept) || v.Shape.Equals(total.Shape)) && Array.TrueForAll([isTaken, factor, root, squared], KeepsRows)
            && x.Shape.Equals(match.Root.Shape) && isTaken.Rank == x.Rank && factor.Rank == x.Rank
            ? factor * x
            : null;

        bool IsZero(Value value) => match.TryNumber(value, out var number) && number == 0;

        bool IsView(Value value) => value.Node.Op is ReshapeOp or BroadcastOp && match.MayLookInto(value);

        Value BehindViews(Value value)
        {
            while (IsView(value)) value = value.Node.Inputs[0];
            return value;
        }

        // All that is done to the value of a row is to put the axes of the norm back with extent 1, and to repeat it along them.
        bool KeepsRows(Value value)
        {
            for (; IsView(value); value = value.Node.Inputs[0])
            {
                if ((value.Node.Op is ReshapeOp || value.Rank != value.Node.Inputs[0].Rank) && !value.Shape.Equals(kept)) return false;
            }
            return true;
        }
    }
}
