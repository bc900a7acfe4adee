using GraphGrad.Operations;
using static GraphGrad.Ops;
using static GraphGrad.Rewriting.Patterns;
using static GraphGrad.Rewriting.PowerSeries;

namespace GraphGrad.Rewriting;

/// <summary>
/// Difference quotients of exponentials, sines and cosines, whose step is a factor by the addition theorems: the quotient of first or second order is the
/// function times a series in the step, of which derivatives by the step keep their digits.
/// </summary>
internal static class FiniteDifferenceRules
{
    private static readonly Pattern X = AnyFloat("x");
    private static readonly Pattern Y = NotNumber("y");
    private static readonly Pattern C = AnyNumber("c");
    private static readonly Pattern SquareOfY = Op<MultiplyOp>(Y, Y);

    public static readonly RuleSet All = new("finite differences")
    {
        { "(exp(x + y) - exp(x - y)) / (y * c) => exp(x) * (sinh(y) / y) * (2 / c) near 0", (Exp(X + Y) - Exp(X - Y)) / (Y * C), m => Quotient(m, 1, (x, y) => Exp(x) * SinhSeries(y) * (2 / m.Number(C))), Soundness.Rounding, "|y| << 1: the difference cancels, in the gradient twice" },
        { "(exp(x + y) - exp(x)) / y => exp(x) * ((exp(y) - 1) / y) near 0", (Exp(X + Y) - Exp(X)) / Y, m => Quotient(m, 0.5, (x, y) => Exp(x) * Of(y, 15, k => 1 / Factorial(k + 1))), Soundness.Rounding, "|y| << 1: the difference cancels, in the gradient twice" },
        { "(exp(x) - exp(x - y)) / y => exp(x) * ((1 - exp(-y)) / y) near 0", (Exp(X) - Exp(X - Y)) / Y, m => Quotient(m, 0.5, (x, y) => Exp(x) * Of(-y, 15, k => 1 / Factorial(k + 1))), Soundness.Rounding, "|y| << 1: the difference cancels, in the gradient twice" },
        { "(exp(x + y) - 2 * exp(x) + exp(x - y)) / y^2 => exp(x) * (sinh(y / 2) / (y / 2))^2 near 0", (Exp(X + Y) - (Exp(X) * 2) + Exp(X - Y)) / SquareOfY, m => Quotient(m, 1, (x, y) => Exp(x) * Square(SinhSeries(y * 0.5))), Soundness.Rounding, "|y| << 1: the sum cancels, in the gradient twice" },
        { "(sin(x + y) - 2 * sin(x) + sin(x - y)) / y^2 => -sin(x) * (sin(y / 2) / (y / 2))^2", (Sin(X + Y) - (Sin(X) * 2) + Sin(X - Y)) / SquareOfY, m => SecondOfSine(m[Y]) is { } part ? -(Sin(m[X]) * part) : null, Soundness.Rounding, "|y| << 1: the sum cancels, in the gradient twice" },
        { "(cos(x + y) - 2 * cos(x) + cos(x - y)) / y^2 => -cos(x) * (sin(y / 2) / (y / 2))^2", (Cos(X + Y) - (Cos(X) * 2) + Cos(X - Y)) / SquareOfY, m => SecondOfSine(m[Y]) is { } part ? -(Cos(m[X]) * part) : null, Soundness.Rounding, "|y| << 1: the sum cancels, in the gradient twice" },
    };

    // At a step of 0 the quotient stays 0 / 0.
    private static Value? Quotient(Match m, double limit, Func<Value, Value, Value> near)
    {
        var (x, y, written) = (m[X], m[Y], m.Root.Node);
        if (y.Node.Op is SelectOp || !x.Shape.Equals(y.Shape)) return null;
        var isNear = And(Abs(y) < limit, NotEqual(y, Ops.Scalar(y, 0)));
        var divisor = written.Inputs[1];
        return Where(isNear, near(x, Where(isNear, y, 0)), written.Inputs[0] / Where(isNear, 1, divisor));
    }

    private static Value? SecondOfSine(Value y)
    {
        if (y.Node.Op is SelectOp) return null;
        var half = y * 0.5;
        var isNear = And(Abs(half) < 1, NotEqual(half, Ops.Scalar(half, 0)));
        return Square(Where(isNear, SineSeries(Where(isNear, half, 0)), Sin(half) / Where(isNear, 1, half)));
    }

    private static Value SinhSeries(Value x) => Of(x * x, 10, k => 1 / Factorial((2 * k) + 1));

    private static Value SineSeries(Value x) => Of(x * x, 10, k => (k % 2 == 0 ? 1 : -1) / Factorial((2 * k) + 1));
}
