using GraphGrad.Operations;
using static GraphGrad.Ops;
using static GraphGrad.Rewriting.Patterns;

namespace GraphGrad.Rewriting;

/// <summary>Addition theorems of the hyperbolic functions read from right to left, sums that share a factor with a function that comes near ±1, and products of what is near 1.</summary>
internal static class AdditionRules
{
    private static readonly Pattern X = Any("x");
    private static readonly Pattern Y = Any("y");
    private static readonly Pattern Z = Any("z");
    private static readonly Pattern C = AnyNumber("c");
    private static readonly Pattern D = AnyNumber("d");
    private static readonly Pattern F = ViewWhere("f", static (value, _) => value.Node.Op is ErfOp or TanhOp or CosOp or ExpOp);

    public static readonly RuleSet All = new("addition")
    {
        { "cosh(x) * cosh(y) - sinh(x) * sinh(y) => cosh(x - y)", (Cosh(X) * Cosh(Y)) - (Sinh(X) * Sinh(Y)), m => Cosh(m[X] - m[Y]), Soundness.Rounding, "|x|, |y| > 4, of equal sign: the difference cancels" },
        { "sinh(x) * sinh(y) - cosh(x) * cosh(y) => -cosh(x - y)", (Sinh(X) * Sinh(Y)) - (Cosh(X) * Cosh(Y)), m => -Cosh(m[X] - m[Y]), Soundness.Rounding, "|x|, |y| > 4, of equal sign: the difference cancels" },
        { "cosh(x) * cosh(y) + sinh(x) * sinh(y) => cosh(x + y)", (Cosh(X) * Cosh(Y)) + (Sinh(X) * Sinh(Y)), m => Cosh(m[X] + m[Y]), Soundness.Rounding, "|x|, |y| > 4, of different sign: the sum cancels" },
        { "sinh(x) * cosh(y) - cosh(x) * sinh(y) => sinh(x - y)", (Sinh(X) * Cosh(Y)) - (Cosh(X) * Sinh(Y)), m => Sinh(m[X] - m[Y]), Soundness.Rounding, "x near y: the difference cancels" },
        { "sinh(x) * cosh(y) + cosh(x) * sinh(y) => sinh(x + y)", (Sinh(X) * Cosh(Y)) + (Cosh(X) * Sinh(Y)), m => Sinh(m[X] + m[Y]), Soundness.Rounding, "x near -y: the sum cancels" },
        { "f * c + c => (f + 1) * c, f of erf, tanh, cos, exp", (F * C) + D, m => m.Number(C) == m.Number(D) ? (m[F] + 1) * m.Number(C) : null, Soundness.Rounding, "f near -1: the sum cancels" },
        { "c - f * c => (1 - f) * c, f of erf, tanh, cos, exp", D - (F * C), m => m.Number(C) == m.Number(D) ? (1 - m[F]) * m.Number(C) : null, Soundness.Rounding, "f near 1: the difference cancels" },
        { "f * c - c => (f - 1) * c, f of erf, tanh, cos, exp", (F * C) - D, m => m.Number(C) == m.Number(D) ? (m[F] - 1) * m.Number(C) : null, Soundness.Rounding, "f near 1: the difference cancels" },
        { "acos(sin(x) * sin(y) + cos(x) * cos(y) * cos(z)) => 2 * atan2(h, k), h^2 = (cos(z / 2) * sin((x - y) / 2))^2 + (sin(z / 2) * cos((x + y) / 2))^2", Op<AcosOp>((Sin(X) * Sin(Y)) + (Cos(X) * Cos(Y) * Cos(Z))), m => Arc(m[X], m[Y], m[Z]), Soundness.Rounding, "points near each other or opposite: the digits of the distance are lost in the cosine" },
        { "1 - sigmoid(x) * sigmoid(y) => sigmoid(-x) + sigmoid(x) * sigmoid(-y) for x, y > 1", 1 - (Sigmoid(X) * Sigmoid(Y)), m => LackOfSigmoids(m[X], m[Y]), Soundness.Rounding, "x, y > 17 (float32): the difference cancels to 0" },
        { "1 - sigmoid(x) * sigmoid(y) * sigmoid(z) => (1 - sigmoid(x) * sigmoid(y)) + sigmoid(x) * sigmoid(y) * sigmoid(-z) for x, y, z > 1", 1 - (Sigmoid(X) * Sigmoid(Y) * Sigmoid(Z)), m => LackOfSigmoids(m[X], m[Y], m[Z]), Soundness.Rounding, "x, y, z > 17 (float32): the difference cancels to 0" },
        { "1 - tanh(x) * tanh(y) => 2 * (exp(-2 * |x|) + exp(-2 * |y|)) * sigmoid(2 * |x|) * sigmoid(2 * |y|) for x, y > 1 or < -1", 1 - (Tanh(X) * Tanh(Y)), m => LackOfTangents(m[X], m[Y]), Soundness.Rounding, "x, y > 9 or < -9 (float32): the difference cancels to 0" },
        { "1 - (1 - exp(x)) * (1 - exp(y)) => exp(x) + exp(y) * (1 - exp(x)) for x, y < -1", 1 - (Expm1(X) * Expm1(Y)), m => LackOfProduct(m[X], m[Y]), Soundness.Rounding, "x, y << -1: the difference cancels" },
    };

    /// <summary>
    /// The distance on the unit sphere between latitudes x and y, z apart in longitude: half of it has a sine h and a cosine k that are sums of squares.
    /// </summary>
    private static Value Arc(Value x, Value y, Value z)
    {
        var (difference, sum) = ((x - y) * 0.5, (x + y) * 0.5);
        var (sin, cos) = (Sin(z * 0.5), Cos(z * 0.5));
        return Atan2(Hypot(cos * Sin(difference), sin * Cos(sum)), Hypot(cos * Cos(difference), sin * Sin(sum))) * 2;
    }

    // A product with one factor that is far from 1 differs enough from 1 itself.
    private static Value? LackOfProduct(Value x, Value y)
    {
        if (x.Node.Op is SelectOp || y.Node.Op is SelectOp) return null;
        var areNearOne = And(x < -1, y < -1);
        var (p, q) = (Where(areNearOne, x, -1), Where(areNearOne, y, -1));
        return Where(areNearOne, Exp(p) - (Exp(q) * Expm1(p)), 1 - (Expm1(Where(areNearOne, 0, x)) * Expm1(Where(areNearOne, 0, y))));
    }

    private static Value? LackOfSigmoids(Value x, Value y)
    {
        if (x.Node.Op is SelectOp || y.Node.Op is SelectOp) return null;
        var areNearOne = And(x > 1, y > 1);
        var (p, q) = (Where(areNearOne, x, 1), Where(areNearOne, y, 1));
        return Where(areNearOne, Sigmoid(-p) + (Sigmoid(p) * Sigmoid(-q)), 1 - (Sigmoid(Where(areNearOne, 0, x)) * Sigmoid(Where(areNearOne, 0, y))));
    }

    private static Value? LackOfSigmoids(Value x, Value y, Value z)
    {
        if (x.Node.Op is SelectOp || y.Node.Op is SelectOp || z.Node.Op is SelectOp) return null;
        var areNearOne = And(And(x > 1, y > 1), z > 1);
        var (p, q, r) = (Where(areNearOne, x, 1), Where(areNearOne, y, 1), Where(areNearOne, z, 1));
        var lack = Sigmoid(-p) + (Sigmoid(p) * (Sigmoid(-q) + (Sigmoid(q) * Sigmoid(-r))));
        return Where(areNearOne, lack, 1 - (Sigmoid(Where(areNearOne, 0, x)) * Sigmoid(Where(areNearOne, 0, y)) * Sigmoid(Where(areNearOne, 0, z))));
    }

    private static Value? LackOfTangents(Value x, Value y)
    {
        if (x.Node.Op is SelectOp || y.Node.Op is SelectOp) return null;
        var areNearOne = Or(And(x > 1, y > 1), And(x < -1, y < -1));
        var (p, q) = (Where(areNearOne, Abs(x), 1) * 2, Where(areNearOne, Abs(y), 1) * 2);
        var lack = (Exp(-p) + Exp(-q)) * Sigmoid(p) * Sigmoid(q) * 2;
        return Where(areNearOne, lack, 1 - (Tanh(Where(areNearOne, 0, x)) * Tanh(Where(areNearOne, 0, y))));
    }
}
