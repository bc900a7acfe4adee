using GraphGrad.Operations;
using static GraphGrad.Ops;
using static GraphGrad.Rewriting.Patterns;

namespace GraphGrad.Rewriting;

/// <summary>Arithmetic and logic that need not be done.</summary>
internal static class AlgebraRules
{
    private static readonly Pattern X = Any("x");
    private static readonly Pattern Y = Any("y");
    private static readonly Pattern Z = Any("z");
    private static readonly Pattern F = AnyFloat("x");
    private static readonly Pattern N = AnyInteger("x");
    private static readonly Pattern B = AnyBool("x");
    private static readonly Pattern C = AnyNumber("c");
    private static readonly Pattern D = AnyNumber("d");
    private static readonly Pattern Scaled = F * C;
    private static readonly Pattern Narrowed = Patterns.Cast(X);

    private static readonly RuleSet Arithmetic = new("algebra")
    {
        { "x + 0 => x", X + 0, m => m[X], Soundness.SignOfZero },
        { "x + -0 => x", X + -0.0, m => m[X], Soundness.Exact },
        { "x - 0 => x", X - 0, m => m[X], Soundness.Exact },
        { "x * 1 => x", X * 1, m => m[X], Soundness.Exact },
        { "x / 1 => x", X / 1, m => m[X], Soundness.Exact },
        { "x * 0 => 0", F * 0, m => m.Scalar(0), Soundness.AssumesFinite },
        { "x * 0 => 0 (integers)", N * 0, m => m.Scalar(0), Soundness.Exact },
        { "0 / x => 0", 0 / F, m => m.Scalar(0), Soundness.AssumesFinite },
        { "x - x => 0", F - F, m => m.Scalar(0), Soundness.AssumesFinite },
        { "x - x => 0 (integers)", N - N, m => m.Scalar(0), Soundness.Exact },
        { "x / x => 1", F / F, m => m.Scalar(1), Soundness.AssumesFinite },
        { "x ^ 0 => 1", Pow(X, 0), m => m.Scalar(1), Soundness.Exact },
        { "1 ^ x => 1", Pow(1, X), m => m.Scalar(1), Soundness.Exact },
        { "x + x => x * 2", Op<AddOp>(X, X), m => m[X] * m.Scalar(2), Soundness.Exact },
        { "(x * c) * d => x * (c * d)", F * C * D, m => Product(m, m.Number(C) * m.Number(D)), Soundness.Rounding },
        { "(x * c) / d => x * (c / d)", F * C / D, m => Product(m, m.Number(C) / m.Number(D)), Soundness.Rounding },
        { "(x + c) + d => x + (c + d) (integers)", N + C + D, m => m[N] + (m[C] + m[D]), Soundness.Exact },
        { "(x - c) + d => x + (d - c) (integers)", N - C + D, m => m[N] + (m[D] - m[C]), Soundness.Exact },
        { "sqrt(x) * sqrt(x) => x", Sqrt(X) * Sqrt(X), m => m[X], Soundness.Rounding | Soundness.AssumesFinite },
        { "exp(log(x)) => x", Exp(Log(X)), m => m[X], Soundness.Rounding | Soundness.AssumesFinite },
        { "abs(abs(x)) => abs(x)", Abs(Abs(X)), m => Abs(m[X]), Soundness.Exact },
        { "abs(-x) => abs(x)", Abs(-X), m => Abs(m[X]), Soundness.Exact },
        { "abs(x * x) => x * x", Abs(F * F), m => m[F] * m[F], Soundness.Exact },
        { "where(norm(x) != 0, y * x, 0) => y * x, y chosen to be 0 there", Where(B, Y * X, 0), m => MaskedNorms.Unmask(m, m[B], m[Y], m[X]), Soundness.SignOfZero },
        { "max(x, x) => x", Maximum(X, X), m => m[X], Soundness.Exact },
        { "min(x, x) => x", Minimum(X, X), m => m[X], Soundness.Exact },
    };

    private static readonly RuleSet Logic = new("logic")
    {
        { "!!x => x", Not(Not(X)), m => m[X], Soundness.Exact },
        { "x & x => x", And(X, X), m => m[X], Soundness.Exact },
        { "x | x => x", Or(X, X), m => m[X], Soundness.Exact },
        { "x & true => x", And(B, 1), m => m[B], Soundness.Exact },
        { "x & false => false", And(B, 0), m => m.Scalar(0), Soundness.Exact },
        { "x | true => true", Or(B, 1), m => m.Scalar(1), Soundness.Exact },
        { "x | false => x", Or(B, 0), m => m[B], Soundness.Exact },
        { "where(true, x, y) => x", Where(1, X, Y), m => m[X], Soundness.Exact },
        { "where(false, x, y) => y", Where(0, X, Y), m => m[Y], Soundness.Exact },
        { "where(b, x, x) => x", Where(B, X, X), m => m[X], Soundness.Exact },
        { "cond(true, x, y) => x", Op<CondOp>(1, X, Y), m => m[X], Soundness.Exact },
        { "cond(false, x, y) => y", Op<CondOp>(0, X, Y), m => m[Y], Soundness.Exact },
        { "where(b, where(b, x, y), z) => where(b, x, z)", Where(B, Where(B, X, Y), Z), m => Where(m[B], m[X], m[Z]), Soundness.Exact },
        { "where(b, x, where(b, y, z)) => where(b, x, z)", Where(B, X, Where(B, Y, Z)), m => Where(m[B], m[X], m[Z]), Soundness.Exact },
    };

    public static readonly RuleSet All = Arithmetic + Logic + AnyRules.All + LayoutRules.All;

    /// <summary>Cheaper arithmetic, for when no rule needs to recognize an expression any more.</summary>
    public static readonly RuleSet Strength = new("strength reduction")
    {
        { "x / 2^n => x * 2^-n", F / C, m => IsPowerOfTwo(m.Number(C)) ? m[F] * m.Scalar(1 / m.Number(C)) : null, Soundness.Exact },
        { "exp(x - max(x)) => exp(x - max(x)), at most 1", Exp(X), m => m.Root.Node.Op is ExpOp { IsOfDifference: false } && Shifting.IsNeverPositive(m, m[X]) ? m.Root.Graph.Add(new ExpOp { IsOfDifference = true }, [m[X]]) : null, Soundness.Exact },
        { "-(x * c) => x * -c", -(F * C), m => m[F] * m.Scalar(-m.Number(C)), Soundness.Exact },
        { "y * (x * x) => y * x * x, y a derivative of tanh", Y * Op<MultiplyOp>(X, X), m => HasSech(m[Y], depth: 6) && !m.Same(m[Y], m[X]) ? m[Y] * m[X] * m[X] : null, Soundness.Rounding },
        { "sum(x * 2^n) => sum(x) * 2^n, n > 0", Reduce(Scaled), m => IsSum(m) && m.Number(C) > 1 && IsPowerOfTwo(m.Number(C)) ? Reductions.Again(m.Root, m[F]) * m.Scalar(m.Number(C)) : null, Soundness.Rounding },
        { "sum(float32(x)) => float32(sum(x)), x in float64", Reduce(Narrowed), m => IsSum(m) && m.Root.DType == DType.Float32 && m[X].DType == DType.Float64 ? Cast(Reductions.Again(m.Root, m[X]), DType.Float32) : null, Soundness.Rounding },
        { "dot(one-hot(i), x) => x[i] where x is finite", Op<DotOp>(X, Y), m => OneHotProducts.AsLookup(m.Root), Soundness.Rounding | Soundness.SignOfZero },
        { "dot(x, y) of single rows => sum(x * y)", Op<DotOp>(X, Y), m => SmallProducts.AsSum(m.Root), Soundness.Rounding },
        { "reduce(f(x, y)) along short rows => reduce(f(transpose(x), transpose(y)))", Reduce(X), m => TurnedRows.Reduce(m.Root), Soundness.Rounding },
    };

    // sech(u)^2, the derivative of tanh(u), is 0 long before the square of what u is made of overflows.
    private static bool HasSech(Value y, int depth) =>
        y.Node.Op is SechOp || (depth > 0 && y.Node.Op is MultiplyOp && (HasSech(y.Node.Inputs[0], depth - 1) || HasSech(y.Node.Inputs[1], depth - 1)));

    // The product of the constants must neither overflow nor lose digits, or x = 0 would become NaN.
    private static Value? Product(Match m, double factor) =>
        Math.Abs(factor) is > 1e-30 and < 1e30 ? m[F] * m.Scalar(factor) : null;

    // Within this range both the power and its reciprocal are exact in float32 and float64.
    private static bool IsSum(Match m) => ((ReduceOp)m.Root.Node.Op).Kind == ReductionKind.Sum;

    private static bool IsPowerOfTwo(double number) =>
        number is >= 1e-30 and <= 1e30 && (BitConverter.DoubleToInt64Bits(number) & ((1L << 52) - 1)) == 0;
}
