using GraphGrad.Operations;

namespace GraphGrad.Rewriting;

/// <summary>
/// Products with one-hot rows: rows of the other operand are taken, or added up, at the places of the ones. A product also multiplies all others by 0, which is NaN where they are not finite: then it is
/// computed as it stands.
/// </summary>
internal static class OneHotProducts
{
    // Smaller products take about as long as to see whether an operand is finite.
    private const long FewestTerms = 1 << 16, FewestClasses = 16, FewestRows = 4;

    /// <summary>The product as a lookup; null if no operand is one-hot, or it is small.</summary>
    public static Value? AsLookup(Value product)
    {
        var (dot, left, right) = ((DotOp)product.Node.Op, product.Node.Inputs[0], product.Node.Inputs[1]);
        if (dot.IsOfOneHot || dot.LeftBatch.Count > 0 || !product.DType.IsFloat()) return null;
        var contracted = dot.LeftContract.Aggregate(product.Shape.ElementCount, (count, axis) => count * left.Shape[axis]);
        if (contracted.IsConstant && contracted.Value < FewestTerms) return null;
        var lookup = OfRows(left, [.. dot.LeftContract], right, [.. dot.RightContract]);
        var other = right;
        if (lookup is null && OfRows(right, [.. dot.RightContract], left, [.. dot.LeftContract]) is { } turned)
        {
            other = left;
            var own = right.Rank - dot.RightContract.Count;
            lookup = Ops.Transpose(turned, [.. Enumerable.Range(own, product.Rank - own), .. Enumerable.Range(0, own)]);
        }
        return lookup is null ? null : Ops.Cond(Ops.IsFinite(Ops.Max(Ops.Abs(other))), lookup, product.Graph.Add(dot with { IsOfOneHot = true }, [left, right]));
    }

    /// <summary>The product of one-hot rows and another operand, whose own axes come last.</summary>
    private static Value? OfRows(Value oneHot, int[] contract, Value other, int[] otherContract)
    {
        if (oneHot.Rank < 2 || IndicesOf(oneHot) is not { } given) return null;
        var (last, classes) = (oneHot.Rank - 1, oneHot.Shape[^1]);
        var indices = Ops.Reshape(given, [.. oneHot.Shape.Dims[..^1]]);
        int[] rest = [.. Enumerable.Range(0, other.Rank).Except(otherContract)];
        // An index outside has no 1.
        var isInside = Ops.And(indices >= 0, indices < Ops.SizeOf(indices.Graph, classes, indices.DType));
        var places = Ops.Where(isInside, indices, 0);
        var isTaken = Ops.Reshape(isInside, [.. isInside.Shape, .. rest.Select(_ => (Dim)1)]);
        if (contract is [var single] && single == last)
        {
            if (indices.Shape.ElementCount is { IsConstant: true, Value: < FewestRows }) return null;
            return Ops.Where(isTaken, Ops.Gather(Ops.Transpose(other, [otherContract[0], .. rest]), places), 0);
        }
        if (contract.Length != last || contract.Contains(last)) return null;
        var rows = Ops.Transpose(other, [.. Enumerable.Range(0, last).Select(axis => otherContract[Array.IndexOf(contract, axis)]), .. rest]);
        Shape sums = new([classes, .. rest.Select(axis => other.Shape[axis])]);
        return Ops.ScatterAdd(Ops.BroadcastTo(Ops.Scalar(other, 0), sums), places, Ops.Where(isTaken, rows, 0));
    }

    /// <summary>The indices of what <see cref="Ops.OneHot"/> makes, with an axis of one element behind.</summary>
    private static Value? IndicesOf(Value value)
    {
        if (value.Node.Op is not CastOp || value.Node.Inputs[0].Node is not { Op: EqualOp } equal) return null;
        if (value.Shape[^1] is { IsConstant: true, Value: < FewestClasses }) return null;
        var (x, y) = (equal.Inputs[0], equal.Inputs[1]);
        return Fits(x, y) ? x : Fits(y, x) ? y : null;

        bool Fits(Value indices, Value places) =>
            places.Node.Op is IotaOp && places.Rank == 1 && places.Shape[0] == value.Shape[^1]
            && indices.DType.IsInteger() && indices.Shape.Equals(value.Shape.With(value.Rank - 1, 1));
    }
}
