using static GraphGrad.Ops;
using static GraphGrad.Rewriting.Patterns;

namespace GraphGrad.Rewriting;

/// <summary>
/// One form for expressions that can be written in several, so that other rules need fewer patterns: constants on the right,
/// no negative constants in sums and products, negation outermost, small powers as products.
/// </summary>
internal static class CanonicalRules
{
    private static readonly Pattern X = Any("x");
    private static readonly Pattern Y = Any("y");
    private static readonly Pattern F = AnyFloat("x");
    private static readonly Pattern C = AnyNumber("c");
    private static readonly Pattern V = NotNumber("x");
    private static readonly Pattern B = AnyBool("b");

    // Views hide from the stability rules what a logarithm is taken of. The interpreter rounds by position in memory.
    private static readonly Pattern ViewOfExp = ViewOf<Operations.ExpOp>("view(exp)");
    private static readonly Pattern ViewOfSigmoid = ViewOf<Operations.SigmoidOp>("view(sigmoid(x))");
    private static readonly Pattern ViewOfQuotient = ViewOf<Operations.DivideOp>("view(x / y)");

    public static readonly RuleSet All = new("canonical form")
    {
        { "c + x => x + c", Ordered<Operations.AddOp>(C, V), m => m[V] + m[C], Soundness.Exact },
        { "c * x => x * c", Ordered<Operations.MultiplyOp>(C, V), m => m[V] * m[C], Soundness.Exact },
        { "-(-x) => x", -(-X), m => m[X], Soundness.Exact },
        { "x + (-y) => x - y", X + -Y, m => m[X] - m[Y], Soundness.Exact },
        { "x - (-y) => x + y", X - -Y, m => m[X] + m[Y], Soundness.Exact },
        { "-(x - y) => y - x", -(X - Y), m => m[Y] - m[X], Soundness.SignOfZero },
        { "0 - x => -x", 0 - X, m => -m[X], Soundness.SignOfZero },
        { "-0 - x => -x", -0.0 - X, m => -m[X], Soundness.Exact },
        { "x + -c => x - c", F + C, m => Positive(m, C) is { } c ? m[F] - c : null, Soundness.Exact },
        { "x - -c => x + c", F - C, m => Positive(m, C) is { } c ? m[F] + c : null, Soundness.Exact },
        { "(-x) * y => -(x * y)", -X * Y, m => -(m[X] * m[Y]), Soundness.Exact },
        { "(-x) / y => -(x / y)", -F / Y, m => -(m[F] / m[Y]), Soundness.Exact },
        { "x / (-y) => -(x / y)", F / -Y, m => -(m[F] / m[Y]), Soundness.Exact },
        { "x * -1 => -x", X * -1, m => -m[X], Soundness.Exact },
        { "x / -1 => -x", F / -1, m => -m[F], Soundness.Exact },
        { "x * -c => -(x * c)", F * C, m => Positive(m, C) is { } c ? -(m[F] * c) : null, Soundness.Exact },
        { "x / -c => -(x / c)", F / C, m => Positive(m, C) is { } c ? -(m[F] / c) : null, Soundness.Exact },
        { "-c / x => -(c / x)", C / F, m => Positive(m, C) is { } c ? -(c / m[F]) : null, Soundness.Exact },
        { "where(!b, x, y) => where(b, y, x)", Where(Not(B), X, Y), m => Where(m[B], m[Y], m[X]), Soundness.Exact },
        { "log(view(exp)) => view(log(exp))", Log(ViewOfExp), m => OfView(m, ViewOfExp, Log), Soundness.Rounding },
        { "log(view(sigmoid(x))) => view(log(sigmoid(x)))", Log(ViewOfSigmoid), m => OfView(m, ViewOfSigmoid, Log), Soundness.Rounding },
        { "log(view(x / y)) => view(log(x / y))", Log(ViewOfQuotient), m => OfView(m, ViewOfQuotient, Log), Soundness.Rounding },
        { "1 - view(sigmoid(x)) => view(1 - sigmoid(x))", 1 - ViewOfSigmoid, m => OfView(m, ViewOfSigmoid, x => 1 - x), Soundness.Rounding },
        { "x ^ 1 => x", Pow(X, 1), m => m[X], Soundness.Exact },
        { "x ^ 2 => x * x", Pow(X, 2), m => m[X] * m[X], Soundness.Rounding },
        { "x ^ 3 => x * x * x", Pow(X, 3), m => m[X] * m[X] * m[X], Soundness.Rounding },
        { "x ^ -1 => 1 / x", Pow(X, -1), m => 1 / m[X], Soundness.Rounding },
        { "x ^ 0.5 => sqrt(x)", Pow(X, 0.5), m => Sqrt(m[X]), Soundness.Rounding | Soundness.SignOfZero | Soundness.AssumesFinite },
    };

    private static Value OfView(Match m, Pattern view, Func<Value, Value> function)
    {
        var under = Views.Under(m[view], m);
        return Views.Again(m[view], under, function(under));
    }

    /// <summary>The negated constant, if it is negative.</summary>
    private static Value? Positive(Match m, Pattern constant) =>
        m.Number(constant) is var number and < 0 && m.Root.DType.IsFloat() ? m.Scalar(-number) : null;
}
