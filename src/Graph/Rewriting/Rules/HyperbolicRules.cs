using GraphGrad.Operations;
using static GraphGrad.Ops;
using static GraphGrad.Rewriting.Patterns;

namespace GraphGrad.Rewriting;

/// <summary>Hyperbolic functions, written with exponentials or not, that overflow or cancel.</summary>
internal static class HyperbolicRules
{
    private static readonly Pattern X = Any("x");
    private static readonly Pattern Y = Any("y");
    private static readonly Pattern B = AnyBool("b");
    private static readonly Pattern C = AnyNumber("c");
    private static readonly Pattern D = AnyNumber("d");
    private static readonly Pattern TanhX = Tanh(X);
    private static readonly Pattern SinhX = Sinh(X);
    private static readonly Pattern SechX = Sech(X);
    private static readonly Pattern CoshX = Cosh(X);

    public static readonly RuleSet All = new("hyperbolic")
    {
        { "exp(x) + exp(-x) => 2 * cosh(x)", Exp(X) + Exp(-X), m => Cosh(m[X]) * 2, Soundness.Rounding, "|x| << 1: the derivative cancels" },
        { "exp(x) - exp(-x) => 2 * sinh(x)", Exp(X) - Exp(-X), m => Sinh(m[X]) * 2, Soundness.Rounding, "|x| << 1: the difference cancels" },
        { "exp(-x) - exp(x) => -2 * sinh(x)", Exp(-X) - Exp(X), m => -(Sinh(m[X]) * 2), Soundness.Rounding | Soundness.SignOfZero, "|x| << 1: the difference cancels" },
        { "sinh(x) / cosh(x) => tanh(x)", Sinh(X) / Cosh(X), m => Tanh(m[X]), Soundness.Rounding, "|x| > 89 (float32): inf / inf" },
        { "cosh(x) / sinh(x) => 1 / tanh(x)", Cosh(X) / Sinh(X), m => 1 / Tanh(m[X]), Soundness.Rounding, "|x| > 89 (float32): inf / inf" },
        { "y / sinh(x) => y * 2 * exp(-x) / (1 - exp(-2 * x)) for x > 1", Y / Sinh(X), m => m.Same(m[X], m[Y]) ? null : OverSinh(m[Y], m[X]), Soundness.Rounding, "|x| > 89 (float32): sinh overflows, the gradient is NaN" },
        { "log(where(b, y, sinh(x) / x)) => where(b, log(y), |x| + log1p(-exp(-2 * |x|)) - log|2 * x|)", Log(Where(B, Y, Sinh(X) / X)), m => Where(m[B], Log(Where(m[B], m[Y], 1)), LogSinh(Abs(m[X])) - Log(Abs(m[X]))), Soundness.Rounding, "|x| > 89 (float32): sinh overflows" },
        { "log(where(b, y, (exp(x) - 1) / x)) => where(b, log(y), max(x, 0) + log1p(-exp(-|x|)) - log|x|)", Log(Where(B, Y, Expm1(X) / X)), m => Where(m[B], Log(Where(m[B], m[Y], 1)), LogExpm1Quotient(m[X])), Soundness.Rounding, "x > 88 (float32): exp overflows" },
        { "(sinh(x) * c) / (cosh(x) * d) => tanh(x) * (c / d)", Sinh(X) * C / (Cosh(X) * D), m => m.Number(D) != 0 ? Tanh(m[X]) * (m.Number(C) / m.Number(D)) : null, Soundness.Rounding, "|x| > 89 (float32): inf / inf" },
        { "exp(x) / (cosh(x) * c) => sigmoid(2 * x) * (2 / c)", Exp(X) / (Cosh(X) * C), m => m.Number(C) != 0 ? Sigmoid(m[X] * 2) * (2 / m.Number(C)) : null, Soundness.Rounding, "|x| > 89 (float32): inf / inf" },
        { "exp(-x) / (cosh(x) * c) => sigmoid(-2 * x) * (2 / c)", Exp(-X) / (Cosh(X) * C), m => m.Number(C) != 0 ? Sigmoid(m[X] * -2) * (2 / m.Number(C)) : null, Soundness.Rounding, "|x| > 89 (float32): inf / inf" },
        { "y / cosh(x) => y * sech(x)", Y / Cosh(X), m => m[Y] * Sech(m[X]), Soundness.Rounding, "|x| > 89 (float32): cosh overflows, the gradient is NaN" },
        { "y / (cosh(x) * c) => y * sech(x) / c", Y / (Cosh(X) * C), m => m.Number(C) != 0 ? m[Y] * Sech(m[X]) / m.Number(C) : null, Soundness.Rounding, "|x| > 89 (float32): cosh overflows, the gradient is NaN" },
        { "y / cosh(x)^2 => y * sech(x)^2", Y / (CoshX * CoshX), m => m[Y] * Square(Sech(m[X])), Soundness.Rounding, "|x| > 44 (float32): the square overflows" },
        { "exp(x - y) + exp(y - x) => 2 * cosh(x - y)", Exp(X - Y) + Exp(Y - X), m => Cosh(m[X] - m[Y]) * 2, Soundness.Rounding, "x near y: the derivative cancels" },
        { "exp(x - y) - exp(y - x) => 2 * sinh(x - y)", Exp(X - Y) - Exp(Y - X), m => Sinh(m[X] - m[Y]) * 2, Soundness.Rounding, "x near y: the difference cancels" },
        { "sinh(x) / (cosh(x) + y) => tanh(x) / (1 + y * sech(x))", Sinh(X) / (Cosh(X) + Y), m => Tanh(m[X]) / (1 + (m[Y] * Sech(m[X]))), Soundness.Rounding, "|x| > 89 (float32): inf / inf" },
        { "abs(sech(x)) => sech(x)", Abs(Sech(X)), m => Sech(m[X]), Soundness.Exact, "for log(sech(x)^2)" },
        { "log(cosh(x)) => |x| + log1p(exp(-2 * |x|)) - log(2), near 0 log1p(2 * sinh(x / 2)^2)", Log(Cosh(X)), m => LogCosh(m[X]), Soundness.Rounding, "|x| > 89 (float32): cosh overflows; |x| << 1: log(1)" },
        { "log(cosh(x) * 2) => |x| + log1p(exp(-2 * |x|))", Log(Cosh(X) * 2), m => KnownDerivatives.OfLogCosh(Abs(m[X]) + Log1p(Exp(Abs(m[X]) * -2)), m[X]), Soundness.Rounding, "|x| > 89 (float32): cosh overflows" },
        { "log(cosh(x) * c) => log(cosh(x)) + log(c)", Log(Cosh(X) * C), m => m.IsPositive(C) ? Log(Cosh(m[X])) + Math.Log(m.Number(C)) : null, Soundness.Rounding, "|x| > 89 (float32): cosh overflows" },
        { "log(sech(x)) => -log(cosh(x))", Log(Sech(X)), m => -Log(Cosh(m[X])), Soundness.Rounding, "|x| > 104 (float32): log(0); |x| << 1: log(1)" },
        { "log(sigmoid(x) * 2) => log1p(tanh(x / 2)) near 0", Log(Sigmoid(X) * 2), m => LogTwiceSigmoid(m[X]), Soundness.Rounding, "|x| << 1: the sum of logarithms cancels; x < -104 (float32): log(0)" },
        { "log(sinh(x)) => x + log(1 - exp(-2 * x)) - log(2)", Log(Sinh(X)), m => m[X] + Log(1 - Exp(m[X] * -2)) - Math.Log(2), Soundness.Rounding, "x > 89 (float32): sinh overflows" },
        { "log(sinh(x) * c) => log(sinh(x)) + log(c)", Log(Sinh(X) * C), m => m.IsPositive(C) ? Log(Sinh(m[X])) + Math.Log(m.Number(C)) : null, Soundness.Rounding, "x > 89 (float32): sinh overflows" },
        { "log(tanh(x)) => log(1 - exp(-2 * x)) - softplus(-2 * x)", Log(Tanh(X)), m => Log(1 - Exp(m[X] * -2)) - Softplus(m[X] * -2), Soundness.Rounding, "x > 9 (float32): log(1)" },
        { "cosh(x) - 1 => 2 * sinh(x / 2)^2", Cosh(X) - 1, m => Square(Sinh(m[X] * 0.5)) * 2, Soundness.Rounding, "|x| << 1: the difference cancels" },
        { "1 - cosh(x) => -2 * sinh(x / 2)^2", 1 - Cosh(X), m => -(Square(Sinh(m[X] * 0.5)) * 2), Soundness.Rounding, "|x| << 1: the difference cancels" },
        { "cosh(x)^2 - sinh(x)^2 => 1", (CoshX * CoshX) - (SinhX * SinhX), m => Where(IsNaN(m[X]), double.NaN, m.Scalar(1)), Soundness.Rounding, "|x| > 44 (float32): inf - inf; |x| > 9: all digits cancel" },
        { "cosh(x) - sinh(x) => exp(-x)", Cosh(X) - Sinh(X), m => Exp(-m[X]), Soundness.Rounding, "x >> 1: the difference cancels" },
        { "cosh(x) + sinh(x) => exp(x)", Cosh(X) + Sinh(X), m => Exp(m[X]), Soundness.Rounding, "x << -1: the sum cancels" },
        { "1 - tanh(x)^2 => sech(x)^2", 1 - (TanhX * TanhX), m => Square(Sech(m[X])), Soundness.Rounding, "|x| > 9 (float32): the difference cancels to 0" },
        { "tanh(x) - tanh(y) => 2 * (sigmoid(2 * x) - sigmoid(2 * y))", Tanh(X) - Tanh(Y), m => (Sigmoid(m[X] * 2) - Sigmoid(m[Y] * 2)) * 2, Soundness.Rounding, "x near y, or both > 9 or < -9 (float32): the difference cancels" },
        { "1 - sech(x)^2 => tanh(x)^2", 1 - (SechX * SechX), m => Square(Tanh(m[X])), Soundness.Rounding, "|x| << 1: the difference cancels" },
        { "1 - tanh(x) => 2 * sigmoid(-2 * x)", 1 - Tanh(X), m => Sigmoid(m[X] * -2) * 2, Soundness.Rounding, "x > 9 (float32): the difference cancels to 0" },
        { "tanh(x) + 1 => 2 * sigmoid(2 * x)", Tanh(X) + 1, m => Sigmoid(m[X] * 2) * 2, Soundness.Rounding, "x < -9 (float32): the sum cancels to 0" },
        { "tanh(x) - 1 => -2 * sigmoid(-2 * x)", Tanh(X) - 1, m => -(Sigmoid(m[X] * -2) * 2), Soundness.Rounding, "x > 9 (float32): the difference cancels to 0" },
    };

    private static Value? OverSinh(Value y, Value x)
    {
        if (x.Node.Op is SelectOp || y.Node.Op is CoshOp) return null;
        var isLarge = Abs(x) > 1;
        var large = Where(isLarge, x, 1);
        return Where(isLarge, y * (Exp(-Abs(large)) / -Expm1(Abs(large) * -2) * Sign(large) * 2), y / Sinh(Where(isLarge, 1, x)));
    }

    // Both are for x that a selection keeps away from 0.
    private static Value LogSinh(Value size) => size + Log(-Expm1(size * -2)) - Math.Log(2);

    private static Value LogExpm1Quotient(Value x) => Maximum(x, 0) + Log(-Expm1(-Abs(x))) - Log(Abs(x));

    private static Value LogTwiceSigmoid(Value x)
    {
        var isNear = Abs(x) < 0.5;
        return Where(isNear, Log1p(Tanh(Where(isNear, x, 0) * 0.5)), Math.Log(2) - Softplus(-x));
    }

    // The branch that is not taken stays finite.
    private static Value LogCosh(Value x)
    {
        var size = Abs(x);
        var near = Log1p(Square(Sinh(Minimum(size, 1.5) * 0.5)) * 2);
        // The form is even by its operand's size, whose second derivative at 0 is none.
        return KnownDerivatives.OfLogCosh(Where(size < 1, near, size + Log1p(Exp(size * -2)) - Math.Log(2)), x);
    }
}
