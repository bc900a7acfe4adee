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
        if (!x.Shape.Equals(match.Root.Shape) || Norm.Of(match, isTaken) is not { Value: { Node: { Op: NotOp, Inputs: [var isZero] } } } mask) return null;
        if (Norm.Of(match, factor) is not { Value.Node: { Op: SelectOp, Inputs: [var same, var zero, _] } } weight || !match.Same(isZero, same) || !IsZero(zero)) return null;
        if (isZero.Node is not { Op: EqualOp, Inputs: [var root, var none] } || !IsZero(none)) return null;
        var size = Norm.Of(match, root);
        var norm = size.Value;
        if (norm.Node.Op is CastOp && match.MayLookInto(norm)) norm = norm.Node.Inputs[0];
        if (norm.Node is not { Op: SqrtOp, Inputs: [var squared] } || !match.MayLookInto(norm) || Norm.Of(match, squared) is not { Value.Node: { Op: ReduceOp { Kind: ReductionKind.Sum } sum, Inputs: [var squares] } } total) return null;
        if (squares.Node is not { Op: MultiplyOp, Inputs: [var a, var b] } || !match.MayLookInto(squares) || !match.Same(a, b) || !match.Same(a, x)) return null;
        var kept = Reductions.Kept(x.Shape, sum);
        return mask.KeepsRows(kept) && weight.KeepsRows(kept) && size.KeepsRows(kept) && total.KeepsRows(kept) ? factor * x : null;

        bool IsZero(Value value) => match.TryNumber(value, out var number) && number == 0;
    }

    /// <summary>A value of rows, and the shapes through which it was brought to the elements.</summary>
    private readonly record struct Norm(Value Value, List<Shape> Shapes)
    {
        public static Norm Of(Match match, Value value)
        {
            var shapes = new List<Shape>();
            while (value.Node.Op is ReshapeOp or BroadcastOp && match.MayLookInto(value))
            {
                if (value.Node.Op is ReshapeOp || value.Rank != value.Node.Inputs[0].Rank) shapes.Add(value.Shape);
                value = value.Node.Inputs[0];
            }
            return new Norm(value, shapes);
        }

        /// <summary>Whether the elements of a row got its own value: all that was done to it is to put the axes of the norm back with extent 1, and to repeat it along them.</summary>
        public bool KeepsRows(Shape kept) => Shapes.TrueForAll(kept.Equals);
    }
}
