using GraphGrad.Operations;

namespace GraphGrad.Rewriting;

/// <summary>
/// Products that multiply no matrices: for each index of the batch axes, one of the operands is a single row. As products there would be one of a column,
/// with most lanes idle, for every such index; as sums of elementwise products vectors lie along the batch axes.
/// </summary>
internal static class SmallProducts
{
    // Rows of eight fill a vector of 256 bits. An unknown number of rows counts as many.
    private const long MostTerms = 7, FewestRows = 64, FewestRowsOfMany = 32, Lanes = 16;

    /// <summary>The product as a sum of elementwise ones; null if it multiplies matrices.</summary>
    public static Value? AsSum(Value product)
    {
        var (dot, left, right) = ((DotOp)product.Node.Op, product.Node.Inputs[0], product.Node.Inputs[1]);
        var (leftFree, rightFree) = (dot.LeftFree(left.Rank), dot.RightFree(right.Rank));
        // A trace of a product of matrices: to pack them for one result takes longer than the sum.
        if (IsSingle(left, leftFree) && IsSingle(right, rightFree) && AreTurned(dot)) return Sum(dot, left, right, leftFree, rightFree);
        // Rows of a few elements times one vector: lanes along a row would stay empty, and each row be combined across.
        if (IsSingle(right, rightFree) && AreShort(left, dot.LeftContract, leftFree, dot.LeftBatch)) return Sum(dot, left, right, leftFree, rightFree);
        if (!IsSingle(left, leftFree) || !AreShort(right, dot.RightContract, rightFree, dot.RightBatch, isRow: true))
        {
            if (dot.LeftBatch.All(axis => left.Shape[axis].IsOne)) return null;
            if (IsSingle(left, dot.LeftContract) || (IsSingle(right, rightFree) && IsWindows(left))) return Sum(dot, left, right, leftFree, rightFree);
            if (!IsSingle(left, leftFree) || !IsWindows(right)) return null;
        }
        var exchanged = new DotOp(dot.RightContract, dot.LeftContract, dot.RightBatch, dot.LeftBatch);
        var sum = Sum(exchanged, right, left, rightFree, leftFree);
        var batch = dot.LeftBatch.Count;
        return Ops.Transpose(sum, [
            .. Enumerable.Range(0, batch), .. Enumerable.Range(batch + rightFree.Length, leftFree.Length), .. Enumerable.Range(batch, rightFree.Length)]);
    }

    /// <summary>The operands of a product with the axes of its result, 1 where an operand does not have them, and the contracted ones behind.</summary>
    public static (Value Left, Value Right) Aligned(DotOp dot, Value left, Value right)
    {
        var (leftFree, rightFree) = (dot.LeftFree(left.Rank), dot.RightFree(right.Rank));
        return (
            Spread(left, [.. dot.LeftBatch, .. leftFree, .. rightFree.Select(_ => -1), .. dot.LeftContract]),
            Spread(right, [.. dot.RightBatch, .. leftFree.Select(_ => -1), .. rightFree, .. dot.RightContract]));
    }

    private static bool IsSingle(Value value, IEnumerable<int> axes) => axes.All(axis => value.Shape[axis].IsOne);

    /// <summary>Whether a matrix of many rows of few terms is summed faster than multiplied; of a batch of matrices, each by a vector of its own, each must be large, and the product a row that does not fill whole vectors or a column.</summary>
    private static bool AreShort(Value matrix, IReadOnlyList<int> contracted, int[] free, IReadOnlyList<int> batch, bool isRow = false)
    {
        var (terms, rows, matrices) = (Extent(contracted), Extent(free), Extent(batch));
        if (terms is not { IsConstant: true, Value: > 0 and <= MostTerms }) return false;
        if (matrices.IsOne) return rows.Evaluate(_ => FewestRows) >= FewestRows;
        return rows.Evaluate(_ => FewestRows) >= FewestRowsOfMany && !(isRow && rows is { IsConstant: true, Value: var columns } && columns % Lanes == 0);

        Dim Extent(IReadOnlyList<int> axes) => axes.Aggregate((Dim)1, (product, axis) => product * matrix.Shape[axis]);
    }

    /// <summary>Whether the contracted axes of one operand lie in another order than those of the other.</summary>
    private static bool AreTurned(DotOp dot) => !dot.LeftContract.Order().Select(axis => dot.RightContract[dot.LeftContract.ToList().IndexOf(axis)]).SequenceEqual(dot.RightContract.Order());

    private static bool IsWindows(Value value)
    {
        while (value.Node.Op is ReshapeOp or TransposeOp) value = value.Node.Inputs[0];
        return value.Node.Op is WindowOp;
    }

    /// <summary>
    /// Axes of the elementwise product: contracted, the right operand's own, then the left operand's in its own order, so that of the larger one
    /// what is last in memory stays last.
    /// </summary>
    private static Value Sum(DotOp dot, Value left, Value right, int[] leftFree, int[] rightFree)
    {
        int[] others = [.. Enumerable.Range(0, left.Rank).Where(axis => !dot.LeftContract.Contains(axis))];
        // Axes of the left operand; behind them, by their number, those of the right operand alone.
        int[] order = [.. dot.LeftContract, .. rightFree.Select((_, i) => left.Rank + i), .. others];
        var rank = left.Rank;
        var x = Spread(left, [.. order.Select(axis => axis < rank ? axis : -1)]);
        var y = Spread(right, [.. order.Select(axis => axis < rank ? Partner(axis) : rightFree[axis - rank])]);
        var products = x * y;
        int[] reduced = [.. Enumerable.Range(0, order.Length).Where(place => dot.LeftContract.Contains(order[place]))];
        int[] rest = [.. order.Where(axis => !dot.LeftContract.Contains(axis))];
        var sum = IsSingle(left, dot.LeftContract)
            ? Ops.Reshape(products, [.. products.Shape.Where((_, place) => !reduced.Contains(place))])
            : Reductions.Apply(products, new ReduceOp(ReductionKind.Sum, [.. reduced]));
        return Ops.Transpose(sum, [
            .. dot.LeftBatch.Concat(leftFree).Select(axis => Array.IndexOf(rest, axis)),
            .. Enumerable.Range(0, rightFree.Length).Select(i => Array.IndexOf(rest, rank + i))]);

        int Partner(int axis)
        {
            if (dot.LeftContract.ToList().IndexOf(axis) is >= 0 and var contracted) return dot.RightContract[contracted];
            var batch = dot.LeftBatch.ToList().IndexOf(axis);
            return batch < 0 ? -1 : dot.RightBatch[batch];
        }
    }

    /// <summary>A value with its axes in another order, and axes of extent 1 where the order has -1.</summary>
    private static Value Spread(Value value, int[] order)
    {
        var moved = Ops.Transpose(value, [.. order.Where(axis => axis >= 0)]);
        return Ops.Reshape(moved, [.. order.Select(axis => axis < 0 ? 1 : value.Shape[axis])]);
    }
}
