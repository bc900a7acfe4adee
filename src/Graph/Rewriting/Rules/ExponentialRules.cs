using GraphGrad.Operations;
using static GraphGrad.Ops;
using static GraphGrad.Rewriting.Patterns;

namespace GraphGrad.Rewriting;

/// <summary>Exponentials and logarithms that overflow, underflow or undo each other.</summary>
internal static class ExponentialRules
{
    private static readonly Pattern X = Any("x");
    private static readonly Pattern Y = Any("y");
    private static readonly Pattern Z = Any("z");
    private static readonly Pattern C = AnyNumber("c");
    private static readonly Pattern E = AnyExponential("e");
    private static readonly Pattern Product = ViewWhere("product", (value, match) => WithoutExponential(value, match) is not null);
    private static readonly Pattern ProdExp = Prod(Exp(X));
    private static readonly Pattern ProdE = Prod(E);

    public static readonly RuleSet All = new("exponential")
    {
        { "log(exp(x)) => x", Log(Exp(X)), m => m[X], Soundness.Rounding, "x > 88 (float32): exp overflows; x < -104: log(0)" },
        { "log(exp / y) => log(exp) - log(y)", Log(E / Y), m => Log(m[E]) - Log(m[Y]), Soundness.Rounding, "e / y > 3.4e38 (float32): the quotient overflows; < 1e-45: log(0)" },
        { "log(y / exp) => log(y) - log(exp)", Log(Y / E), m => Log(m[Y]) - Log(m[E]), Soundness.Rounding, "y / e > 3.4e38 (float32): the quotient overflows; < 1e-45: log(0)" },
        { "log(exp * y) => log(exp) + log(y)", Log(E * Y), m => Log(m[E]) + Log(m[Y]), Soundness.Rounding, "e * y > 3.4e38 (float32): the product overflows; < 1e-45: log(0)" },
        { "log(x * exp(y) / z) => log(x / z) + y", Log(Product), m => WithoutExponential(m[Product], m) is var (rest, y) ? Log(rest) + y : null, Soundness.Rounding, "y > 88 or < -104 (float32): the product overflows or vanishes" },
        { "log(-(exp * y)) => log(exp) + log(-y)", Log(-(E * Y)), m => Log(m[E]) + Log(-m[Y]), Soundness.Rounding, "e * y > 3.4e38 (float32): the product overflows; < 1e-45: log(0)" },
        { "log(-(exp / y)) => log(exp) - log(-y)", Log(-(E / Y)), m => Log(m[E]) - Log(-m[Y]), Soundness.Rounding, "e / y > 3.4e38 (float32): the quotient overflows; < 1e-45: log(0)" },
        { "log(-(y / exp)) => log(-y) - log(exp)", Log(-(Y / E)), m => Log(-m[Y]) - Log(m[E]), Soundness.Rounding, "y / e > 3.4e38 (float32): the quotient overflows; < 1e-45: log(0)" },
        { "log(abs(exp * y)) => log(exp) + log(abs(y))", Log(Abs(E * Y)), m => Log(m[E]) + Log(Abs(m[Y])), Soundness.Rounding, "e * y > 3.4e38 (float32): the product overflows; < 1e-45: log(0)" },
        { "log(1 - exp(x)) => where(x > -log 2, x + log(expm1(-x)), log1p(-exp(x)))", Log(-Expm1(X)), m => LogOfOneMinusExp(m[X]), Soundness.Rounding, "x < -16 (float32): log(1); -x << 1: the difference cancels" },
        { "log(exp(x) - 1) => where(x > 1, x + log1p(-exp(-x)), log(expm1(x)))", Log(Expm1(X)), m => LogOfExpMinusOne(m[X]), Soundness.Rounding, "x > 88 (float32): exp overflows" },
        { "log1p(-exp(x)) => where(x > -log 2, x + log(expm1(-x)), log1p(-exp(x)))", Log1p(-Exp(X)), m => LogOfOneMinusExp(m[X]), Soundness.Rounding, "-x << 1: the digits of x are lost in exp" },
        { "log1p(exp(x) - 1) => x", Log1p(Expm1(X)), m => m[X], Soundness.Rounding, "x > 88 (float32): exp overflows" },
        { "log(exp(x) - exp(y)) => x + log(1 - exp(y - x))", Log(Exp(X) - Exp(Y)), m => LogOfDifference(m[X], m[Y]), Soundness.Rounding, "x or y > 88 (float32): exp overflows; x near y: the difference cancels" },
        { "x * exp(y) * exp(z) => x * exp(y + z)", X * Exp(Y) * Exp(Z), m => m[X] * Exp(m[Y] + m[Z]), Soundness.Rounding, "y or z > 88 (float32): exp overflows" },
        { "log(1 / x) => -log(x)", Log(1 / X), m => -Log(m[X]), Soundness.Rounding | Soundness.SignOfZero, "x < 3e-39 (float32): the quotient overflows" },
        { "1 / exp(x) => exp(-x)", 1 / Exp(X), m => Exp(-m[X]), Soundness.Rounding, "x > 88 (float32): exp overflows, the gradient is NaN" },
        { "exp(x) / exp(y) => exp(x - y)", Exp(X) / Exp(Y), m => Exp(m[X] - m[Y]), Soundness.Rounding, "x or y > 88 (float32): exp overflows" },
        { "x / exp(y) => x * exp(-y)", X / Exp(Y), m => m[X] * Exp(-m[Y]), Soundness.Rounding, "y > 88 (float32): exp overflows, the gradient is NaN" },
        { "exp(x) * exp(y) => exp(x + y)", Exp(X) * Exp(Y), m => Exp(m[X] + m[Y]), Soundness.Rounding, "x > 88 or y < -104 (float32): 0 * inf" },
        { "exp(x) * exp(y) => exp(x + y) (equal)", Op<MultiplyOp>(Exp(X), Exp(X)), m => Exp(m[X] + m[X]), Soundness.Rounding, "x > 44 (float32): the product overflows, and what is taken of it with it" },
        { "prod(exp(x)) => exp(sum(x))", ProdExp, m => OfProduct(m, ProdExp, m[X], sum => Exp(sum)), Soundness.Rounding, "sum of x > 88 or partial sums out of range (float32): 0 * inf" },
        { "log(prod(exp)) => sum(log(exp))", Log(ProdE), m => OfProduct(m, ProdE, Log(m[E]), sum => sum), Soundness.Rounding, "log of the product < -104 (float32): log(0)" },
        { "sqrt(exp(x)) => exp(x / 2)", Sqrt(Exp(X)), m => Exp(m[X] * 0.5), Soundness.Rounding, "x > 88 (float32): exp overflows" },
        { "exp(x) ^ c => exp(x * c)", Pow(Exp(X), C), m => double.IsFinite(m.Number(C)) && m.Number(C) != 0 ? Exp(m[X] * m[C]) : null, Soundness.Rounding, "x > 88 (float32): exp overflows" },
        { "x * log(x) => where(x == 0, 0, x * log(x))", X * Log(X), m => TimesOwnLog(m[X]), Soundness.Rounding, "x = 0: 0 * -inf, where the limit is 0" },
    };

    // Of two that are -∞ the difference is NaN, and the logarithm that of 0.
    private static Value LogOfDifference(Value x, Value y)
    {
        var larger = Maximum(x, y);
        var vanish = Ops.Equal(larger, Scalar(larger, double.NegativeInfinity));
        return x + Log(1 - Exp(y - Where(vanish, 0, x)));
    }

    // The branches of these two stay clear of their own patterns: they call functions with bounded arguments only, such calls
    // are left alone, and the branch that is not taken stays finite.
    private static Value? LogOfOneMinusExp(Value x) =>
        x.Node.Op is MinimumOp ? null : Where(x > -Math.Log(2), x + Log(Expm1(Minimum(-x, 1))), Log1p(-Exp(Minimum(x, -0.5))));

    private static Value? LogOfExpMinusOne(Value x) =>
        x.Node.Op is MinimumOp ? null : Where(x > 1, x + Log1p(-Exp(Minimum(-x, -0.5))), Log(Expm1(Minimum(x, 2))));

    /// <summary>A product or quotient without a factor exp(y), wherever it stands, and y; null if there is none.</summary>
    internal static (Value Others, Value Exponent)? WithoutExponential(Value value, Match match, int depth = 6)
    {
        if (depth == 0 || !match.MayLookInto(value) || value.Node is not { Op: MultiplyOp or DivideOp, Inputs: [var a, var b] }) return null;
        var isQuotient = value.Node.Op is DivideOp;
        if (Exponent(a) is { } first) return (isQuotient ? 1 / b : b, first);
        if (Exponent(b) is { } second) return (a, isQuotient ? -second : second);
        if (WithoutExponential(a, match, depth - 1) is var (left, y)) return (isQuotient ? left / b : left * b, y);
        if (WithoutExponential(b, match, depth - 1) is var (right, z)) return (isQuotient ? a / right : a * right, isQuotient ? -z : z);
        return null;

        Value? Exponent(Value factor) => factor.Node.Op is ExpOp && match.MayLookInto(factor) ? factor.Node.Inputs[0] : null;
    }

    private static Value TimesOwnLog(Value x)
    {
        var isZero = KnownDerivatives.IsZero(x);
        return KnownDerivatives.OfOwnLog(Where(isZero, 0, x * Log(Where(isZero, 1, x))), x);
    }

    /// <summary>A function of the sum of <paramref name="terms"/> over the axes of a product.</summary>
    private static Value OfProduct(Match m, Pattern product, Value terms, Func<Value, Value> function)
    {
        var reduction = Reductions.Find(m[product], m.MayLookInto)!;
        var sum = Reductions.Apply(terms, (ReduceOp)reduction.Node.Op with { Kind = ReductionKind.Sum });
        return Reductions.Like(m[product], reduction, function(sum));
    }
}
