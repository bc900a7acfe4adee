using GraphGrad.Operations;
using static GraphGrad.Ops;
using static GraphGrad.Rewriting.Patterns;

namespace GraphGrad.Rewriting;

/// <summary>The upper tail of the error function, where it vanishes and its logarithm and its product with exp(x²) do not.</summary>
internal static class ErrorFunctionRules
{
    // From here on 40 levels of the continued fraction give float64 to the last digit, and erfc is far from vanishing in float32.
    private const double TailStart = 3;
    private const int Levels = 40;

    private static readonly Pattern X = Any("x");
    private static readonly Pattern C = AnyNumber("c");

    public static readonly RuleSet All = new("error function")
    {
        { "log(erfc(x)) => log(exp(x^2) * erfc(x)) - x^2 for x > 3", Log(Erfc(X)), m => LogErfc(m[X]), Soundness.Rounding, "x > 10 (float32): log(0)" },
        { "log(erfc(x) / 2) => log1p(-erfc(-x) / 2) for x < 0", Log(Erfc(X) * 0.5), m => LogHalfErfc(m[X]), Soundness.Rounding, "x > 10 (float32): log(0); x << 0: log(1)" },
        { "log(erfc(x) * c) => log(erfc(x)) + log(c)", Log(Erfc(X) * C), m => m.Number(C) > 0 && m.Number(C) != 0.5 ? Log(Erfc(m[X])) + Math.Log(m.Number(C)) : null, Soundness.Rounding, "x > 10 (float32): log(0)" },
        { "1 - erfc(x) / 2 => erfc(-x) / 2", 1 - (Erfc(X) * 0.5), m => Erfc(-m[X]) * 0.5, Soundness.Rounding, "x << 0: the difference cancels to 0" },
        { "exp(x * x) * erfc(x) => its continued fraction for x > 3", Exp(X * X) * Erfc(X), m => m[X].Node.Op is SelectOp ? null : Scaled(m[X]), Soundness.Rounding, "x > 9 (float32): inf * 0" },
    };

    private static Value? LogErfc(Value x)
    {
        if (x.Node.Op is SelectOp) return null;
        var (isTail, isNear) = (x > TailStart, x < 0.5);
        var middle = Log(Erfc(Where(Or(isTail, isNear), 1, x)));
        var tail = Log(Tail(Where(isTail, x, TailStart))) - Square(Where(isTail, x, 0));
        return Where(isTail, tail, Where(isNear, Log1p(-Erf(Where(isNear, x, 0))), middle));
    }

    private static Value? LogHalfErfc(Value x)
    {
        if (x.Node.Op is SelectOp) return null;
        var isNegative = x < 0;
        return Where(isNegative, Log1p(Erfc(-Where(isNegative, x, 0)) * -0.5), LogErfc(Maximum(x, 0))! - Math.Log(2));
    }

    private static Value Scaled(Value x)
    {
        var isTail = x > TailStart;
        var near = Where(isTail, 0, x);
        return Where(isTail, Tail(Where(isTail, x, TailStart)), Exp(near * near) * Erfc(near));
    }

    /// <summary>exp(x²)·erfc(x) = 1 / √π / (x + ½ / (x + 1 / (x + 3⁄2 / (x + …)))) (Laplace).</summary>
    private static Value Tail(Value x)
    {
        var fraction = x;
        for (var n = Levels; n >= 1; n--) fraction = x + ((n * 0.5) / fraction);
        return 1 / Math.Sqrt(Math.PI) / fraction;
    }
}
