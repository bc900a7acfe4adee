using GraphGrad.Operations;

namespace GraphGrad;

public static partial class Ops
{
    /// <summary>The distances of every row of one matrix from every row of another: result[…, i, j] = ‖x[…, i] - y[…, j]‖.</summary>
    /// <param name="x">[…, n, k], float32 or float64.</param>
    /// <param name="y">[…, m, k]; the leading axes broadcast.</param>
    /// <param name="order">The order of the norm, as in <see cref="Norm(Value, double, int?, bool)"/>. Differences are taken before squaring, so nothing cancels.</param>
    /// <returns>[…, n, m]; the gradient at distance 0 is 0.</returns>
    /// <exception cref="GraphException">An operand has fewer than two axes, the last extents differ, or the order is negative or NaN.</exception>
    public static Value PairwiseDistances(Value x, Value y, double order = 2)
    {
        if (x.Rank < 2 || y.Rank < 2 || x.Shape[^1] != y.Shape[^1])
            throw x.Graph.Error("pairwise_distances", $"'{x.Name}' {x.Type} and '{y.Name}' {y.Type} must be matrices of equally long rows, or stacks of them; reshape one of them.");
        RequireDistance("pairwise_distances", x, order);
        RequireFloat("pairwise_distances", x);
        return Norm(ExpandDims(x, x.Rank - 1) - ExpandDims(y, y.Rank - 2), order, -1);
    }

    /// <summary>The distance of each row of one from the row of another, ‖x - y + epsilon‖ along the last axis.</summary>
    /// <param name="x">[…, k], float32 or float64.</param>
    /// <param name="y">Broadcasts with x.</param>
    /// <param name="order">The order of the norm, as in <see cref="Norm(Value, double, int?, bool)"/>.</param>
    /// <param name="epsilon">Added to each difference, so that the gradient is defined where they vanish.</param>
    /// <param name="keepDims">Whether the axis stays, with extent 1.</param>
    /// <exception cref="GraphException">The shapes do not broadcast, x is a scalar or no float, or the order has no norm.</exception>
    public static Value Distance(Value x, Value y, double order = 2, double epsilon = 1e-6, bool keepDims = false) =>
        Norm(RequireFloat("distance", x) - y + epsilon, order, -1, keepDims);

    /// <summary>The cosine of the angle between vectors along an axis: Σ x·y / (max(‖x‖, epsilon) · max(‖y‖, epsilon)).</summary>
    /// <param name="x">float32 or float64.</param>
    /// <param name="y">Broadcasts with x.</param>
    /// <param name="axis">The axis of the vectors, after broadcasting.</param>
    /// <param name="epsilon">Keeps the quotient finite at the zero vector.</param>
    /// <exception cref="GraphException">The shapes do not broadcast, there is no such axis, or x is no float.</exception>
    public static Value CosineSimilarity(Value x, Value y, int axis = 1, double epsilon = 1e-8)
    {
        if (!Broadcasting.TryUnite(x.Shape, y.Shape, out var shape, out var why))
            throw x.Graph.Error("cosine_similarity", $"'{x.Name}' {x.Type} and '{y.Name}' {y.Type} do not broadcast: {why}");
        var (left, right) = (BroadcastTo(x, shape), BroadcastTo(y, shape));
        Axes.FindReduced(left, [axis], "cosine_similarity");
        return Sum(L2Normalize(left, axis, epsilon) * L2Normalize(right, axis, epsilon), axis);
    }

    /// <summary>The norm of each matrix in the last two axes.</summary>
    /// <param name="x">[…, n, m], float32 or float64.</param>
    /// <param name="order">Which norm.</param>
    /// <param name="keepDims">Whether the two axes stay, with extent 1.</param>
    /// <exception cref="GraphException">x has fewer than two axes, or is no float; for norms of singular values, extents are not known, or 0.</exception>
    public static Value MatrixNorm(Value x, MatrixNormOrder order = MatrixNormOrder.Frobenius, bool keepDims = false)
    {
        if (x.Rank < 2 || !x.DType.IsFloat()) throw x.Graph.Error("matrix_norm", $"'{x.Name}' {x.Type} must be a matrix of floats, or a stack of them; reshape or cast it.");
        var (rows, columns) = (x.Rank - 2, x.Rank - 1);
        var result = order switch
        {
            MatrixNormOrder.Frobenius => Norm(x, 2, [rows, columns], keepDims: true),
            MatrixNormOrder.LargestColumn => Max(Sum(Abs(x), rows, keepDims: true), columns, keepDims: true),
            MatrixNormOrder.SmallestColumn => Min(Sum(Abs(x), rows, keepDims: true), columns, keepDims: true),
            MatrixNormOrder.LargestSingular => ExpandDims(Slice(Svd(x).S, -1, 0, 1), -1),
            MatrixNormOrder.SmallestSingular => ExpandDims(Slice(Reverse(Svd(x).S, -1), -1, 0, 1), -1),
            MatrixNormOrder.Nuclear => ExpandDims(Sum(Svd(x).S, -1, keepDims: true), -1),
            MatrixNormOrder.LargestRow => Max(Sum(Abs(x), columns, keepDims: true), rows, keepDims: true),
            _ => Min(Sum(Abs(x), columns, keepDims: true), rows, keepDims: true),
        };
        return keepDims ? result : Squeeze(result, rows, columns);
    }
}
