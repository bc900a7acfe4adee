namespace GraphGrad;

public static partial class Ops
{
    /// <summary>
    /// The pseudoinverses A⁺ of the matrices in the last two axes (Moore and Penrose): of <see cref="Svd"/>, those above a bound inverted, the others 0. The gradient is that of a matrix whose rank does
    /// not change (Golub and Pereyra, 1973), and asks for no differences of singular values.
    /// </summary>
    /// <param name="a">[…, m, n] of known extents, float32 or float64.</param>
    /// <param name="relativeTolerance">A singular value counts if it exceeds so much of the largest; by default max(m, n) times the distance of 1 from the next number.</param>
    /// <returns>[…, n, m].</returns>
    /// <exception cref="GraphException">As for <see cref="Svd"/>, or the tolerance is negative.</exception>
    public static Value PseudoInverse(Value a, double? relativeTolerance = null)
    {
        var share = RankBound(a, relativeTolerance, "pseudo_inverse");
        var result = CustomGradient(
            v => Inverted(v[0], share),
            c => [OfAdjoint(c.Inputs[0], c.Result, c.Adjoint)],
            c => OfTangent(c.Inputs[0], c.Result, c.Tangents[0]),
            Cast(a, DType.Float64));
        return Cast(result, a.DType);

        // The transpose of what follows, term by term.
        static Value OfAdjoint(Value a, Value p, Value adjoint)
        {
            var back = SwapLast(adjoint);
            var (first, second) = (MatMul(MatMul(back, p), SwapLast(p)), MatMul(SwapLast(p), MatMul(p, back)));
            return (first - MatMul(a, MatMul(p, first))) + (second - MatMul(MatMul(second, p), a)) - MatMul(MatMul(SwapLast(p), adjoint), SwapLast(p));
        }

        // -P·A'·P + P·Pᵀ·A'ᵀ·(1 - A·P) + (1 - P·A)·A'ᵀ·Pᵀ·P.
        static Value OfTangent(Value a, Value p, Value tangent)
        {
            var back = SwapLast(tangent);
            var (first, second) = (MatMul(p, MatMul(SwapLast(p), back)), MatMul(MatMul(back, SwapLast(p)), p));
            return (first - MatMul(MatMul(first, a), p)) + (second - MatMul(p, MatMul(a, second))) - MatMul(MatMul(p, tangent), p);
        }

        static Value Inverted(Value a, double share)
        {
            var (u, s, vt) = Svd(a);
            var counts = s > Max(s, -1, keepDims: true) * share;
            var inverse = Where(counts, 1 / Where(counts, s, 1), 0);
            return MatMul(SwapLast(vt) * ExpandDims(inverse, -2), SwapLast(u));
        }
    }

    /// <summary>How many singular values of each matrix in the last two axes exceed a share of the largest (int64).</summary>
    /// <param name="a">[…, m, n] of known extents, float32 or float64.</param>
    /// <param name="relativeTolerance">The share; by default max(m, n) times the distance of 1 from the next number.</param>
    /// <exception cref="GraphException">As for <see cref="Svd"/>, or the tolerance is negative.</exception>
    public static Value MatrixRank(Value a, double? relativeTolerance = null)
    {
        var share = RankBound(a, relativeTolerance, "matrix_rank");
        var s = Svd(a).S;
        return Sum(s > Max(s, -1, keepDims: true) * share, -1);
    }

    /// <summary>The condition numbers of the matrices in the last two axes: the largest singular value over the smallest, ∞ where that is 0, and 0 of a matrix without rows or columns.</summary>
    /// <param name="a">[…, m, n] of known extents, float32 or float64.</param>
    /// <exception cref="GraphException">As for <see cref="Svd"/>.</exception>
    public static Value ConditionNumber(Value a)
    {
        var s = Svd(a).S;
        if (s.Shape[^1].Is(0)) return Sum(s, -1);
        return Squeeze(Slice(s, -1, 0, 1) / Slice(s, -1, s.Shape[^1] - 1, 1), -1);
    }

    /// <summary>The condition number of square matrices by another norm: that of a times that of its inverse.</summary>
    /// <param name="a">[…, n, n].</param>
    /// <param name="order">The norm.</param>
    /// <exception cref="GraphException">a is no square matrix of floats, nor a stack of them.</exception>
    public static Value ConditionNumber(Value a, MatrixNormOrder order) => MatrixNorm(a, order) * MatrixNorm(Inverse(a), order);

    /// <summary>
    /// e^a of the square matrices in the last two axes, Σ aᵏ/k!: of a/2ˢ, whose norm is at most 1, by Taylor's polynomial of degree 18, then squared s times; in float64 for either type. Only as many squarings
    /// are made as the largest norm asks for, at most 20, which serves norms up to 10⁶.
    /// </summary>
    /// <remarks>Bader, Blanes and Casas, "Computing the matrix exponential with an optimized Taylor polynomial approximation", 2019; the polynomial in powers of a³ (Paterson and Stockmeyer, 1973).</remarks>
    /// <param name="a">[…, n, n], float32 or float64.</param>
    /// <exception cref="GraphException">a is no stack of square matrices of floats.</exception>
    public static Value MatrixExp(Value a)
    {
        const int squarings = 20;
        if (!a.DType.IsFloat() || a.Rank < 2 || a.Shape[^1] != a.Shape[^2])
            throw a.Graph.Error("matrix_exp", $"'{a.Name}' {a.Type} is no square matrix of floats, nor a stack of them: its last two axes must be equal. Slice, reshape or cast it.");
        using var scope = a.Graph.Scope("matrix_exp");
        var wide = Cast(a, DType.Float64);
        var norm = StopGradient(Max(Sum(Abs(wide), -2, keepDims: true), -1, keepDims: true));
        // 2^s ≥ norm.
        var steps = Where(norm > 1, Minimum(Ceil(Log2(Maximum(norm, 1))), squarings), 0);
        var x = wide * Exp2(-steps);
        var square = MatMul(x, x);
        var cube = MatMul(square, x);
        var unit = Identity(a.Graph, a.Shape[^1], DType.Float64);
        var factorials = new double[19];
        factorials[0] = 1;
        for (var k = 1; k < factorials.Length; k++) factorials[k] = factorials[k - 1] / k;
        var result = cube * factorials[18] + Part(15);
        for (var k = 12; k >= 0; k -= 3) result = MatMul(result, cube) + Part(k);
        for (var i = 0; i < squarings; i++)
        {
            var (isAsked, now) = (steps > (double)i, result);
            result = Cond(Any(isAsked), () => Where(isAsked, MatMul(now, now), now), () => now);
        }
        return Cast(result, a.DType);

        Value Part(int k) => (unit * factorials[k]) + (x * factorials[k + 1]) + (square * factorials[k + 2]);
    }

    private static double RankBound(Value a, double? relativeTolerance, string function)
    {
        if (relativeTolerance is { } given) return given >= 0 ? given : throw a.Graph.Error(function, $"the tolerance {given} for '{a.Name}' must not be negative.");
        RequireFloat(function, a);
        if (a.Rank < 2 || !a.Shape[^2].IsConstant || !a.Shape[^1].IsConstant) throw a.Graph.Error(function, $"'{a.Name}' {a.Type} is no matrix of known extents, nor a stack of them; reshape it.");
        return Math.Max(a.Shape[^2].Value, a.Shape[^1].Value) * (a.DType == DType.Float32 ? MathF.BitIncrement(1f) - 1f : Math.BitIncrement(1.0) - 1.0);
    }
}
