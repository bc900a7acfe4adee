using GraphGrad.Operations;
using static GraphGrad.Ops;
using static GraphGrad.Rewriting.Patterns;

namespace GraphGrad.Rewriting;

/// <summary>Roots of quadratic forms: eigenvalues of symmetric matrices of two rows, sides of triangles.</summary>
internal static class LengthRules
{
    private static readonly Pattern X = AnyFloat("x");
    private static readonly Pattern Y = NotNumber("y");
    private static readonly Pattern Z = AnyFloat("z");
    private static readonly Pattern C = AnyNumber("c");
    private static readonly Pattern D = AnyNumber("d");
    private static readonly Pattern Form = ViewWhere("x * x + y * y - 2 * x * y * cos(z)", static (value, match) => TriangleOf(value, match) is not null);

    public static readonly RuleSet All = new("lengths")
    {
        { "sqrt(x * x + y * c * y) => hypot(x, y * sqrt(c))", Sqrt((X * X) + (Y * C * Y)), m => m.IsPositive(C) ? Hypot(m[X], m[Y] * Math.Sqrt(m.Number(C))) : null, Soundness.Rounding, "|x| or |y| > 1.8e19 or both < 1e-23 (float32): the squares overflow or vanish" },
        { "sqrt(x * x + y * y * c) => hypot(x, y * sqrt(c))", Sqrt((X * X) + (Y * Y * C)), m => m.IsPositive(C) ? Hypot(m[X], m[Y] * Math.Sqrt(m.Number(C))) : null, Soundness.Rounding, "|x| or |y| > 1.8e19 or both < 1e-23 (float32): the squares overflow or vanish" },
        { "(x + y) - hypot(x - y, z) => min(x, y) * 2 - z / (hypot(x - y, z) + |x - y|) * z", X + Y - Hypot(X - Y, Z), m => Eigenvalue(m[X], m[Y], m[Z], 1, isGreatest: false), Soundness.Rounding, "x and y far apart, z << both: the difference cancels" },
        { "(x + y) + hypot(x - y, z) => max(x, y) * 2 + z / (hypot(x - y, z) + |x - y|) * z", X + Y + Hypot(X - Y, Z), m => Eigenvalue(m[X], m[Y], m[Z], 1, isGreatest: true), Soundness.Rounding, "x and y far apart, z << both: the gradient cancels" },
        { "(x + y) * c - hypot((x - y) * c, z) => min(x, y) * 2 * c - z / (hypot((x - y) * c, z) + |x - y| * c) * z", ((X + Y) * C) - Hypot((X - Y) * D, Z), m => m.Number(C) == m.Number(D) ? Eigenvalue(m[X], m[Y], m[Z], m.Number(C), isGreatest: false) : null, Soundness.Rounding, "x and y far apart, z << both: the difference cancels" },
        { "(x + y) * c + hypot((x - y) * c, z) => max(x, y) * 2 * c + z / (hypot((x - y) * c, z) + |x - y| * c) * z", ((X + Y) * C) + Hypot((X - Y) * D, Z), m => m.Number(C) == m.Number(D) ? Eigenvalue(m[X], m[Y], m[Z], m.Number(C), isGreatest: true) : null, Soundness.Rounding, "x and y far apart, z << both: the gradient cancels" },
        { "sqrt(x * x + y * y - 2 * x * y * cos(z)) => hypot(x - y, 2 * sqrt(x * y) * sin(z / 2)) for x * y > 0", Sqrt(Form), m => Side(m), Soundness.Rounding, "x near y, |z| << 1: the sum cancels; |x| > 1.8e19 (float32): the squares overflow" },
    };

    // Where x = y each has half of the sum, as a minimum's derivative says.
    private static Value? Eigenvalue(Value x, Value y, Value z, double c, bool isGreatest)
    {
        if (!(c > 0) || !x.Shape.Equals(y.Shape) || !x.Shape.Equals(z.Shape)) return null;
        var distance = Abs(c == 1 ? x - y : (x - y) * c);
        var sum = Hypot(distance, z) + distance;
        // Where the sum is 0 or infinite, z·z is the share.
        var share = z / Where(And(sum > 0, IsFinite(sum)), sum, 1) * z;
        return isGreatest ? (Maximum(x, y) * (2 * c)) + share : (Minimum(x, y) * (2 * c)) - share;
    }

    /// <summary>x, y and the angle between them of x² + y² - 2·x·y·cos z, however the product is written; null if a value is something else.</summary>
    private static (Value X, Value Y, Value Angle)? TriangleOf(Value value, Match m)
    {
        if (!m.MayLookInto(value) || value.Node is not { Op: SubtractOp, Inputs: [{ Node: { Op: AddOp, Inputs: [var p, var q] } } squares, var product] } || !m.MayLookInto(squares)) return null;
        if (Root(p) is not { } x || Root(q) is not { } y) return null;
        var (factors, number) = (new List<Value>(), 1.0);
        foreach (var (factor, isDivisor) in Shifting.Factors(product, m))
        {
            if (m.TryNumber(factor, out var c)) number = isDivisor ? number / c : number * c;
            else if (isDivisor) return null;
            else factors.Add(factor);
        }
        if (number != 2 || factors.Count != 3 || factors.FindIndex(f => f.Node.Op is CosOp && m.MayLookInto(f)) is not (>= 0 and var cosine)) return null;
        var angle = factors[cosine].Node.Inputs[0];
        factors.RemoveAt(cosine);
        return (m.Same(factors[0], x) && m.Same(factors[1], y)) || (m.Same(factors[0], y) && m.Same(factors[1], x)) ? (x, y, angle) : null;

        Value? Root(Value square) => m.MayLookInto(square) && square.Node is { Op: MultiplyOp, Inputs: [var a, var b] } && m.Same(a, b) ? a : null;
    }

    private static Value? Side(Match m)
    {
        var (x, y, angle) = TriangleOf(m[Form], m)!.Value;
        if (!x.Shape.Equals(y.Shape) || !x.Shape.Equals(angle.Shape)) return null;
        // Beyond a right angle it is the other diagonal of the parallelogram.
        var areAlike = x * Sign(y) >= 0;
        var half = Where(areAlike, Sin(angle * 0.5), Cos(angle * 0.5));
        var side = Hypot(Where(areAlike, x - y, x + y), Sqrt(Abs(x)) * Sqrt(Abs(y)) * half * 2);
        return KnownDerivatives.OfSide(side, x, y, angle);
    }
}
