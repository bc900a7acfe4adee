using GraphGrad.Operations;
using static GraphGrad.Ops;
using static GraphGrad.Rewriting.Patterns;

namespace GraphGrad.Rewriting;

/// <summary>Addition theorems read from right to left, sums that share a factor with a function that comes near ±1, and products of what is near 1.</summary>
internal static class AdditionRules
{
    private static readonly Pattern X = Any("x");
    private static readonly Pattern Y = Any("y");
    private static readonly Pattern C = AnyNumber("c");
    private static readonly Pattern D = AnyNumber("d");
    private static readonly Pattern F = ViewWhere("f", static (value, _) => value.Node.Op is ErfOp or TanhOp or CosOp or ExpOp);

    public static readonly RuleSet All = new("addition")
    {
        { "cos(x) * cos(y) + sin(x) * sin(y) => cos(x - y)", (Cos(X) * Cos(Y)) + (Sin(X) * Sin(Y)), m => Cos(m[X] - m[Y]), Soundness.Rounding, "x - y near π/2: the sum cancels; x near y: the derivative cancels" },
        { "cos(x) * cos(y) - sin(x) * sin(y) => cos(x + y)", (Cos(X) * Cos(Y)) - (Sin(X) * Sin(Y)), m => Cos(m[X] + m[Y]), Soundness.Rounding, "x + y near π/2: the difference cancels; x near -y: the derivative cancels" },
        { "sin(x) * sin(y) - cos(x) * cos(y) => -cos(x + y)", (Sin(X) * Sin(Y)) - (Cos(X) * Cos(Y)), m => -Cos(m[X] + m[Y]), Soundness.Rounding, "x + y near π/2: the difference cancels; x near -y: the derivative cancels" },
        { "sin(x) * cos(y) - cos(x) * sin(y) => sin(x - y)", (Sin(X) * Cos(Y)) - (Cos(X) * Sin(Y)), m => Sin(m[X] - m[Y]), Soundness.Rounding, "x near y: the difference cancels" },
        { "sin(x) * cos(y) + cos(x) * sin(y) => sin(x + y)", (Sin(X) * Cos(Y)) + (Cos(X) * Sin(Y)), m => Sin(m[X] + m[Y]), Soundness.Rounding, "x near -y: the sum cancels" },
        { "cosh(x) * cosh(y) - sinh(x) * sinh(y) => cosh(x - y)", (Cosh(X) * Cosh(Y)) - (Sinh(X) * Sinh(Y)), m => Cosh(m[X] - m[Y]), Soundness.Rounding, "|x|, |y| > 4, of equal sign: the difference cancels" },
        { "sinh(x) * sinh(y) - cosh(x) * cosh(y) => -cosh(x - y)", (Sinh(X) * Sinh(Y)) - (Cosh(X) * Cosh(Y)), m => -Cosh(m[X] - m[Y]), Soundness.Rounding, "|x|, |y| > 4, of equal sign: the difference cancels" },
        { "cosh(x) * cosh(y) + sinh(x) * sinh(y) => cosh(x + y)", (Cosh(X) * Cosh(Y)) + (Sinh(X) * Sinh(Y)), m => Cosh(m[X] + m[Y]), Soundness.Rounding, "|x|, |y| > 4, of different sign: the sum cancels" },
        { "sinh(x) * cosh(y) - cosh(x) * sinh(y) => sinh(x - y)", (Sinh(X) * Cosh(Y)) - (Cosh(X) * Sinh(Y)), m => Sinh(m[X] - m[Y]), Soundness.Rounding, "x near y: the difference cancels" },
        { "sinh(x) * cosh(y) + cosh(x) * sinh(y) => sinh(x + y)", (Sinh(X) * Cosh(Y)) + (Cosh(X) * Sinh(Y)), m => Sinh(m[X] + m[Y]), Soundness.Rounding, "x near -y: the sum cancels" },
        { "f * c + c => (f + 1) * c, f of erf, tanh, cos, exp", (F * C) + D, m => m.Number(C) == m.Number(D) ? (m[F] + 1) * m.Number(C) : null, Soundness.Rounding, "f near -1: the sum cancels" },
        { "c - f * c => (1 - f) * c, f of erf, tanh, cos, exp", D - (F * C), m => m.Number(C) == m.Number(D) ? (1 - m[F]) * m.Number(C) : null, Soundness.Rounding, "f near 1: the difference cancels" },
        { "f * c - c => (f - 1) * c, f of erf, tanh, cos, exp", (F * C) - D, m => m.Number(C) == m.Number(D) ? (m[F] - 1) * m.Number(C) : null, Soundness.Rounding, "f near 1: the difference cancels" },
        { "1 - (1 - exp(x)) * (1 - exp(y)) => exp(x) + exp(y) * (1 - exp(x)) for x, y < 0", 1 - (Expm1(X) * Expm1(Y)), m => LackOfProduct(m[X], m[Y]), Soundness.Rounding, "x, y << -1: the difference cancels" },
        { "1 - sigmoid(x) * sigmoid(y) => sigmoid(-x) + sigmoid(x) * sigmoid(-y)", 1 - (Sigmoid(X) * Sigmoid(Y)), m => Sigmoid(-m[X]) + (Sigmoid(m[X]) * Sigmoid(-m[Y])), Soundness.Rounding, "x, y > 17 (float32): the difference cancels to 0" },
        { "sin(atan(x) * 2) => 2 * (x / hypot(x, 1)) / hypot(x, 1)", Sin(Atan(X) * 2), m => m[X] / Hypot(m[X], 1) / Hypot(m[X], 1) * 2, Soundness.Rounding, "|x| >> 1: the sine near π has the digits of the angle" },
    };

    private static Value? LackOfProduct(Value x, Value y)
    {
        if (x.Node.Op is SelectOp || y.Node.Op is SelectOp) return null;
        var areNegative = And(x < 0, y < 0);
        var (p, q) = (Where(areNegative, x, -1), Where(areNegative, y, -1));
        return Where(areNegative, Exp(p) - (Exp(q) * Expm1(p)), 1 - (Expm1(Where(areNegative, 0, x)) * Expm1(Where(areNegative, 0, y))));
    }
}
