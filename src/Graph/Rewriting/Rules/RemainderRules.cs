using GraphGrad.Operations;
using static GraphGrad.Ops;
using static GraphGrad.Rewriting.Patterns;
using static GraphGrad.Rewriting.PowerSeries;

namespace GraphGrad.Rewriting;

/// <summary>
/// What functions differ by from x, of second or third order near 0: in float64, too, no digit of the difference is left at 1e-8. The last term of
/// each series is below 1e-17 of the sum at the end of its range.
/// </summary>
internal static class RemainderRules
{
    private static readonly Pattern X = AnyFloat("x");
    private static readonly Pattern B = AnyBool("b");
    private static readonly Pattern S = AnyFloat("s");
    private static readonly Pattern T = AnyFloat("t");
    private static readonly Pattern Z = AnyFloat("z");
    private static readonly Pattern Y = NotNumber("y");
    private static readonly Pattern SquareOfX = Op<MultiplyOp>(X, X);
    private static readonly Pattern SquareOfT = Op<MultiplyOp>(T, T);

    public static readonly RuleSet All = new("remainders")
    {
        { "x - sin(x) => its series near 0", X - Sin(X), m => Cubic(m[X], OfSine, x => x - Sin(x)), Soundness.Rounding, "|x| < 0.5: the difference cancels" },
        { "sinh(x) - x => its series near 0", Sinh(X) - X, m => Cubic(m[X], OfSinh, x => Sinh(x) - x), Soundness.Rounding, "|x| < 0.5: the difference cancels" },
        { "x - tanh(x) => the series of x * cosh(x) - sinh(x), over cosh(x), near 0", X - Tanh(X), m => Cubic(m[X], t => Of(t, 9, k => (2 * k + 2) / Factorial((2 * k) + 3)), x => x - Tanh(x), Sech), Soundness.Rounding, "|x| < 0.5: the difference cancels" },
        { "tan(x) - x => the series of sin(x) - x * cos(x), over cos(x), near 0", Tan(X) - X, m => Cubic(m[X], t => Of(t, 9, k => Sign(k) * (2 * k + 2) / Factorial((2 * k) + 3)), x => Tan(x) - x, x => 1 / Cos(x)), Soundness.Rounding, "|x| < 0.5: the difference cancels" },
        { "tan(x) - sin(x) => 2 * tan(x) * sin(x / 2)^2", Tan(X) - Sin(X), m => Tan(m[X]) * Square(Sin(m[X] * 0.5)) * 2, Soundness.Rounding, "|x| < 0.5: the difference cancels" },
        { "exp(x) - 1 - x => its series near 0", Expm1(X) - X, m => Quadratic(m[X], 0.5, x => Of(x, 15, k => 1 / Factorial(k + 2)), x => Expm1(x) - x), Soundness.Rounding, "|x| << 1: the difference cancels" },
        { "x - log1p(x) => its series near 0", X - Log1p(X), m => Quadratic(m[X], 0.1, x => Of(x, 17, k => Sign(k) / (k + 2)), x => x - Log1p(x)), Soundness.Rounding, "|x| << 1: the difference cancels" },
        { "x - y * sin(x) => x * (1 - y) + y * (x - sin(x)) near 0", X - (Sin(X) * Y), m => Kepler(m[X], m[Y], (x, y) => (x * (1 - y)) + (y * (OfSine(x * x) * (x * x * x))), (x, y) => x - (Sin(x) * y)), Soundness.Rounding, "|x| << 1, y near 1: the difference cancels" },
        { "y * sinh(x) - x => x * (y - 1) + y * (sinh(x) - x) near 0", (Sinh(X) * Y) - X, m => Kepler(m[X], m[Y], (x, y) => (x * (y - 1)) + (y * (OfSinh(x * x) * (x * x * x))), (x, y) => (Sinh(x) * y) - x), Soundness.Rounding, "|x| << 1, y near 1: the difference cancels" },
        { "1 - y * cos(x) => (1 - y) + y * (1 - cos(x)) near 0", 1 - (Cos(X) * Y), m => Kepler(m[X], m[Y], (x, y) => 1 - y + (y * (1 - Cos(x))), (x, y) => 1 - (Cos(x) * y)), Soundness.Rounding, "|x| << 1, y near 1: the difference cancels" },
        { "y * cosh(x) - 1 => (y - 1) + y * (cosh(x) - 1) near 0", (Cosh(X) * Y) - 1, m => Kepler(m[X], m[Y], (x, y) => y - 1 + (y * (Cosh(x) - 1)), (x, y) => (Cosh(x) * y) - 1), Soundness.Rounding, "|x| << 1, y near 1: the difference cancels" },
        { "where(b, s * t^2, z) / x^2 => where(b, s, z / x^2), t = where(b, x, 0)", Where(B, S * SquareOfT, Z) / SquareOfX, m => Cancelled(m, (y, x) => y / x / x), Soundness.Rounding, "|x| << 1: the gradient cancels" },
        { "where(b, s * t^3, z) / x^3 => where(b, s, z / x^3), t = where(b, x, 0)", Where(B, S * (SquareOfT * T), Z) / (SquareOfX * X), m => Cancelled(m, (y, x) => y / x / x / x), Soundness.Rounding, "|x| << 1: the gradient cancels; the power vanishes" },
    };

    // At 0 itself the quotient stays 0 / 0. Of a large x the power would overflow.
    private static Value? Cancelled(Match m, Func<Value, Value, Value> overPower) =>
        m[T].Node is { Op: SelectOp, Inputs: [var b, var x, var zero] } && m.Same(b, m[B]) && m.Same(x, m[X]) && m.TryNumber(zero, out var number) && number == 0
            ? Where(m[B], Where(Ops.Equal(m[X], Ops.Scalar(m[X], 0)), double.NaN, m[S]), overPower(m[Z], Where(m[B], 1, m[X])))
            : null;

    // (x - sin(x)) / x³ and (sinh(x) - x) / x³ by t = x².
    private static Value OfSine(Value t) => Of(t, 9, k => Sign(k) / Factorial((2 * k) + 3));

    private static Value OfSinh(Value t) => Of(t, 9, k => 1 / Factorial((2 * k) + 3));

    /// <summary>Two forms of Kepler's equation, of its derivative, or of an expression like them: one for |x| &lt; 1, and as written.</summary>
    private static Value? Kepler(Value x, Value y, Func<Value, Value, Value> near, Func<Value, Value, Value> written)
    {
        if (x.Node.Op is SelectOp || !x.Shape.Equals(y.Shape)) return null;
        // Of an infinite y the terms are infinite, and nothing cancels.
        var isNear = And(Abs(x) < 1, IsFinite(y));
        return Where(isNear, near(Where(isNear, x, 0), Where(isNear, y, 0)), written(Where(isNear, 1, x), y));
    }

    private static double Sign(int k) => k % 2 == 0 ? 1 : -1;

    // A selected operand is the rule's own result.
    private static Value? Cubic(Value x, Func<Value, Value> series, Func<Value, Value> difference, Func<Value, Value>? factor = null) =>
        x.Node.Op is SelectOp ? null : Near(x, 1, t => factor is null ? series(t * t) * (t * t * t) : series(t * t) * factor(t) * (t * t * t), difference);

    private static Value? Quadratic(Value x, double limit, Func<Value, Value> series, Func<Value, Value> difference) =>
        x.Node.Op is SelectOp ? null : Near(x, limit, t => series(t) * (t * t), difference);
}
