namespace GraphGrad;

public static partial class Ops
{
    /// <summary>
    /// Near the <paramref name="count"/> largest singular values of the matrices in the last two axes and their vectors, of a matrix of no higher rank exactly those: of the part of a that lies in the space to which a
    /// and its transpose, in turns, take so many random vectors. In products of a with few columns, where <see cref="Svd"/> asks for as many as a has. Derivatives are those of the steps; where the rank is lower than
    /// the count, the space has none.
    /// </summary>
    /// <remarks>Halko, Martinsson and Tropp, "Finding structure with randomness: probabilistic algorithms for constructing approximate matrix decompositions", 2011.</remarks>
    /// <param name="a">[…, m, n] of known extents, float32 or float64.</param>
    /// <param name="count">How many; at most m and n. Some more than are of interest make these more exact.</param>
    /// <param name="iterations">How often a and its transpose are applied again: the more, the more exact, of matrices whose singular values fall slowly above all.</param>
    /// <param name="seed">The key of the generator, as for <see cref="RandomBits"/>.</param>
    /// <returns>U, […, m, count], S, […, count], descending, and Vᵀ, […, count, n].</returns>
    /// <exception cref="GraphException">a is not a float, has fewer than two axes, m or n is not known or below the count, or the count is below 1 or the number of iterations below 0.</exception>
    public static (Value U, Value S, Value Vt) SvdLowRank(Value a, int count, int iterations = 2, long? seed = null)
    {
        RequireFloat("svd_low_rank", a);
        if (a.Rank < 2 || !a.Shape[^2].IsConstant || !a.Shape[^1].IsConstant) throw a.Graph.Error("svd_low_rank", $"'{a.Name}' {a.Type} is no matrix of known extents, nor a stack of them; reshape it, or give the placeholder that it comes from a shape of numbers.");
        if (count < 1 || count > Math.Min(a.Shape[^2].Value, a.Shape[^1].Value)) throw a.Graph.Error("svd_low_rank", $"'{a.Name}' {a.Type} has no {count} singular values; ask for 1 … {Math.Min(a.Shape[^2].Value, a.Shape[^1].Value)}.");
        if (iterations < 0) throw a.Graph.Error("svd_low_rank", $"{iterations} iterations on '{a.Name}' cannot be made; make 0 or more.");
        if (a.Shape[^2].Value < a.Shape[^1].Value)
        {
            var (left, values, right) = SvdLowRank(SwapLast(a), count, iterations, seed);
            return (SwapLast(right), values, SwapLast(left));
        }
        using var scope = a.Graph.Scope("svd_low_rank");
        var basis = Qr(MatMul(a, RandomNormal(a.Graph, [a.Shape[^1], count], seed, a.DType))).Q;
        for (var i = 0; i < iterations; i++) basis = Qr(MatMul(a, Qr(MatMul(SwapLast(a), basis)).Q)).Q;
        var (u, s, vt) = Svd(MatMul(SwapLast(basis), a));
        return (MatMul(basis, u), s, vt);
    }

    /// <summary>The directions in which points lie widest: <see cref="SvdLowRank"/> of the points less their mean. The squares of S over the number of points less 1 are the variances along the rows of Vᵀ.</summary>
    /// <param name="points">[…, m, n]: m points of n numbers, of known extents, float32 or float64.</param>
    /// <param name="count">How many directions; at most m and n.</param>
    /// <param name="center">Whether to subtract the mean; not needed where it is 0 already.</param>
    /// <param name="iterations">As for <see cref="SvdLowRank"/>.</param>
    /// <param name="seed">The key of the generator, as for <see cref="RandomBits"/>.</param>
    /// <returns>U·diag(S), […, m, count] and […, count], are the points in the coordinates of these directions, the rows of Vᵀ, […, count, n].</returns>
    /// <exception cref="GraphException">As for <see cref="SvdLowRank"/>.</exception>
    public static (Value U, Value S, Value Vt) PcaLowRank(Value points, int count, bool center = true, int iterations = 2, long? seed = null)
    {
        RequireFloat("pca_low_rank", points);
        if (points.Rank < 2) throw points.Graph.Error("pca_low_rank", $"'{points.Name}' {points.Type} holds no points; their numbers lie in the last axis, the points in the one before.");
        return SvdLowRank(center ? points - Mean(points, -2, keepDims: true) : points, count, iterations, seed);
    }
}
