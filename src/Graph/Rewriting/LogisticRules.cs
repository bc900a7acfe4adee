using static GraphGrad.Ops;
using static GraphGrad.Rewriting.Patterns;

namespace GraphGrad.Rewriting;

/// <summary>The logistic function, its logarithm, and the hyperbolic tangent written with exponentials.</summary>
internal static class LogisticRules
{
    private static readonly Pattern X = Any("x");
    private static readonly Pattern Y = Any("y");
    private static readonly Pattern C = AnyNumber("c");

    // tanh(x)^2 is x * x in canonical form; one pattern twice matches one value.
    private static readonly Pattern TanhX = Tanh(X);

    public static readonly RuleSet All = new("logistic")
    {
        { "log(1 + exp(x)) => softplus(x)", Log(Exp(X) + 1), m => Softplus(m[X]), Soundness.Rounding, "x > 88 (float32): exp overflows; x < -16: the sum is 1" },
        { "log1p(exp(x)) => softplus(x)", Log1p(Exp(X)), m => Softplus(m[X]), Soundness.Rounding, "x > 88 (float32): exp overflows" },
        { "(exp(x) - 1) / (exp(x) + 1) => tanh(x / 2)", Expm1(X) / (Exp(X) + 1), m => Tanh(m[X] * 0.5), Soundness.Rounding, "x > 88 (float32): inf / inf" },
        { "(exp(x) - exp(y)) / (exp(x) + exp(y)) => tanh((x - y) / 2)", (Exp(X) - Exp(Y)) / (Exp(X) + Exp(Y)), m => Tanh((m[X] - m[Y]) * 0.5), Soundness.Rounding, "x > 88 (float32): inf / inf" },
        { "1 / (1 + exp(x)) => sigmoid(-x)", 1 / (Exp(X) + 1), m => Sigmoid(-m[X]), Soundness.Rounding, "x > 88 (float32): exp overflows, the gradient is NaN" },
        { "exp(x) / (1 + exp(x)) => sigmoid(x)", Exp(X) / (Exp(X) + 1), m => Sigmoid(m[X]), Soundness.Rounding, "x > 88 (float32): exp overflows" },
        { "y / (1 + exp(x)) => y * sigmoid(-x)", Y / (Exp(X) + 1), m => m[Y] * Sigmoid(-m[X]), Soundness.Rounding, "x > 88 (float32): exp overflows, the gradient is NaN" },
        { "exp(x) / (c + exp(x)) => sigmoid(x - log(c))", Exp(X) / (Exp(X) + C), m => m.Number(C) > 0 ? Sigmoid(m[X] - Math.Log(m.Number(C))) : null, Soundness.Rounding, "x > 88 (float32): exp overflows" },
        { "log(c + exp(x)) => log(c) + softplus(x - log(c))", Log(Exp(X) + C), m => m.Number(C) > 0 ? Softplus(m[X] - Math.Log(m.Number(C))) + Math.Log(m.Number(C)) : null, Soundness.Rounding, "x > 88 (float32): exp overflows" },
        { "exp(x) * sigmoid(-x) => sigmoid(x)", Exp(X) * Sigmoid(-X), m => Sigmoid(m[X]), Soundness.Rounding, "x > 88 (float32): inf * 0" },
        { "exp(-x) * sigmoid(x) => sigmoid(-x)", Exp(-X) * Sigmoid(X), m => Sigmoid(-m[X]), Soundness.Rounding, "x < -88 (float32): inf * 0" },
        { "log1p(-sigmoid(x)) => -softplus(x)", Log1p(-Sigmoid(X)), m => -Softplus(m[X]), Soundness.Rounding, "x > 16 (float32): log(0)" },
        { "softplus(x) - softplus(-x) => x", Softplus(X) - Softplus(-X), m => m[X], Soundness.Rounding, "|x| << 1: the difference cancels" },
        { "log(cosh(x)) => x + softplus(-2 * x) - log(2)", Log(Cosh(X)), m => m[X] + Softplus(m[X] * -2) - Math.Log(2), Soundness.Rounding, "|x| > 89 (float32): cosh overflows" },
        { "1 - sigmoid(x) => sigmoid(-x)", 1 - Sigmoid(X), m => Sigmoid(-m[X]), Soundness.Rounding, "x > 16 (float32): the difference cancels to 0" },
        { "log(sigmoid(x)) => -softplus(-x)", Log(Sigmoid(X)), m => -Softplus(-m[X]), Soundness.Rounding, "x < -104 (float32): log(0); x > 16: log(1)" },
        { "exp(-softplus(x)) => sigmoid(-x)", Exp(-Softplus(X)), m => Sigmoid(-m[X]), Soundness.Rounding, "x << 0: the result is 1 only to rounding of softplus" },
        { "softplus(x) - x => softplus(-x)", Softplus(X) - X, m => Softplus(-m[X]), Soundness.Rounding, "x > 16 (float32): the difference cancels to 0" },
        { "x - softplus(x) => -softplus(-x)", X - Softplus(X), m => -Softplus(-m[X]), Soundness.Rounding, "x > 16 (float32): the difference cancels to 0" },
        { "2 * sigmoid(x) - 1 => tanh(x / 2)", (Sigmoid(X) * 2) - 1, m => Tanh(m[X] * 0.5), Soundness.Rounding, "|x| << 1: the difference cancels" },
        { "1 - 2 * sigmoid(x) => -tanh(x / 2)", 1 - (Sigmoid(X) * 2), m => -Tanh(m[X] * 0.5), Soundness.Rounding, "|x| << 1: the difference cancels" },
        { "log(1 - tanh(x)^2) => 2 * log(2) - softplus(2 * x) - softplus(-2 * x)", Log(1 - (TanhX * TanhX)), m => LogSquareSech(m[X]), Soundness.Rounding, "|x| > 9 (float32): log(0)" },
    };

    /// <summary>1 - tanh(x)² = 4 · sigmoid(2x) · sigmoid(-2x).</summary>
    private static Value LogSquareSech(Value x) => (2 * Math.Log(2)) - Softplus(x * 2) - Softplus(x * -2);
}
