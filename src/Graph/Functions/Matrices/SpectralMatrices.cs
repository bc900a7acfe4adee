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
    /// <exception cref="GraphException">As for <see cref="Svd"/>, or the tolerance is negative. In a run: a singular value is infinite or NaN, and such a matrix has no rank.</exception>
    public static Value MatrixRank(Value a, double? relativeTolerance = null)
    {
        var share = RankBound(a, relativeTolerance, "matrix_rank");
        var s = Svd(Cast(a, DType.Float64)).S;
        var rank = Sum(s > Max(s, -1, keepDims: true) * share, -1);
        return Require(rank, All(IsFinite(s)), $"A singular value of '{a.Name}' is infinite or NaN, and such a matrix has no rank; look for infinite or NaN elements before.");
    }

    /// <summary>The condition numbers of the matrices in the last two axes: the largest singular value over the smallest, ∞ where that is 0, and 0 of a matrix without rows or columns.</summary>
    /// <param name="a">[…, m, n] of known extents, float32 or float64.</param>
    /// <exception cref="GraphException">As for <see cref="Svd"/>.</exception>
    public static Value ConditionNumber(Value a)
    {
        var s = Svd(a).S;
        if (s.Shape[^1].Is(0)) return Sum(s, -1);
        // Of zeros alone the quotient would be 0 / 0.
        var largest = Slice(s, -1, 0, 1);
        return Squeeze(Where(Equal(largest, 0), 1, largest) / Slice(s, -1, s.Shape[^1] - 1, 1), -1);
    }

    /// <summary>The condition number of square matrices by another norm: that of a times that of its inverse.</summary>
    /// <param name="a">[…, n, n].</param>
    /// <param name="order">The norm.</param>
    /// <exception cref="GraphException">a is no square matrix of floats, nor a stack of them.</exception>
    public static Value ConditionNumber(Value a, MatrixNormOrder order) => MatrixNorm(a, order) * MatrixNorm(Inverse(a), order);

    /// <summary>
    /// e^a of the square matrices in the last two axes, Σ aᵏ/k!: of a/2ˢ by Taylor's polynomial of degree 18 in five products, then squared s times; in float64 for either type. s is such that by the norms of a, a², a³ and a⁶ all further terms are
    /// less than a rounding, and that of a/2ˢ is at most 4. Only as many squarings are made as the largest s asks for, at most 20, which serves norms up to 4·10⁶.
    /// </summary>
    /// <remarks>
    /// Bader, Blanes and Casas, "Computing the matrix exponential with an optimized Taylor polynomial approximation", 2019, rearranged so that 1 and a have the coefficient 1 exactly; norms of powers as in Al-Mohy and Higham, "A new scaling and
    /// squaring algorithm for the matrix exponential", 2009.
    /// </remarks>
    /// <param name="a">[…, n, n], float32 or float64.</param>
    /// <exception cref="GraphException">a is no stack of square matrices of floats.</exception>
    public static Value MatrixExp(Value a)
    {
        const int squarings = 20;
        if (!a.DType.IsFloat() || a.Rank < 2 || a.Shape[^1] != a.Shape[^2])
            throw a.Graph.Error("matrix_exp", $"'{a.Name}' {a.Type} is no square matrix of floats, nor a stack of them: its last two axes must be equal. Slice, reshape or cast it.");
        using var scope = a.Graph.Scope("matrix_exp");
        var wide = Cast(a, DType.Float64);
        var square = MatMul(wide, wide);
        var cube = MatMul(square, wide);
        var sixth = MatMul(cube, cube);
        var steps = Squarings(wide, square, cube, sixth, squarings);
        var powers = new[] { wide * Exp2(-steps), square * Exp2(-2 * steps), cube * Exp2(-3 * steps), sixth * Exp2(-6 * steps) };
        var inner = MatMul(Combine(-1.00365581030144618e-1, -8.02924648241156932e-3, -8.92138498045729985e-4, 0), Combine(0, -9.23364619367118555e-2, -1.69364939002081723e-2, -1.40086798182036094e-5));
        var outer = inner + Combine(-6.76404519071381882e-2, 6.75961301770459655e-2, 2.95552570429315521e-2, -1.39180257516060693e-5);
        var other = outer + Combine(1.68015813878906206, 5.71779846478865511e-2, -6.98210122488052056e-3, 3.34975017086070471e-5);
        var result = Identity(a.Graph, a.Shape[^1], DType.Float64) + (Combine(1, 0.609071425048946482, 0.169424154717016527, -4.85762278605524159e-4) - (inner * 11.1485029717743683) + MatMul(other, outer));
        for (var i = 0; i < squarings; i++)
        {
            var (isAsked, now) = (steps > (double)i, result);
            result = Cond(Any(isAsked), () => Where(isAsked, MatMul(now, now), now), () => now);
        }
        return Cast(result, a.DType);

        Value Combine(params double[] factors) => factors.Select((factor, i) => (factor, i)).Where(f => f.factor != 0).Select(f => powers[f.i] * f.factor).Aggregate((x, y) => x + y);
    }

    /// <summary>How often e^(a/2ˢ) is squared. From degree 19 on ‖aᵏ‖ is at most ‖a⁶‖ to the whole part of k/6, times the norm of what is left: the largest of its k-th roots stands for ‖a‖, of which 2ˢ·1.09 is the bound.</summary>
    private static Value Squarings(Value a, Value square, Value cube, Value sixth, int most)
    {
        Value one = Norm(a), two = Minimum(Norm(square), 2 * one), three = Minimum(Norm(cube), one + two), six = Minimum(Norm(sixth), 2 * three);
        Value[] root = [(4 * six) / 24, ((3 * six) + one) / 19, ((3 * six) + two) / 20, ((3 * six) + three) / 21, ((3 * six) + (2 * two)) / 22, ((3 * six) + two + three) / 23];
        return Minimum(Maximum(Ceil(Maximum(root.Aggregate(Maximum) - Math.Log2(1.09), one - 2)), 0), most);

        static Value Norm(Value x) => Log2(StopGradient(Max(Sum(Abs(x), -2, keepDims: true), -1, keepDims: true)));
    }

    private static double RankBound(Value a, double? relativeTolerance, string function)
    {
        if (relativeTolerance is { } given) return given >= 0 ? given : throw a.Graph.Error(function, $"the tolerance {given} for '{a.Name}' must not be negative.");
        RequireFloat(function, a);
        if (a.Rank < 2 || !a.Shape[^2].IsConstant || !a.Shape[^1].IsConstant) throw a.Graph.Error(function, $"'{a.Name}' {a.Type} is no matrix of known extents, nor a stack of them; reshape it, or give the placeholder that it comes from a shape of numbers.");
        return Math.Max(a.Shape[^2].Value, a.Shape[^1].Value) * (a.DType == DType.Float32 ? MathF.BitIncrement(1f) - 1f : Math.BitIncrement(1.0) - 1.0);
    }
}
