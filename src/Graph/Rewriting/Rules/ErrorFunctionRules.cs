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

    // Beyond, erfc is less than half and has more digits than erf.
    private const double TailOfDifference = 0.5;

    private static readonly Pattern X = Any("x");
    private static readonly Pattern Y = Any("y");
    private static readonly Pattern Z = NotNumber("z");
    private static readonly Pattern C = AnyNumber("c");
    private static readonly Pattern D = AnyNumber("d");

    private static readonly Pattern B = AnyBool("b");
    private static readonly Pattern S = Any("s");

    private static readonly Pattern Tails = ViewWhere("a * erfc(x) + b * exp(-x^2)", static (value, match) => TailsOf(value, match) is not null);

    public static readonly RuleSet All = new("error function")
    {
        { "log(erfc(x)) => log(exp(x^2) * erfc(x)) - x^2 for x > 3", Log(Erfc(X)), m => LogErfc(m[X]), Soundness.Rounding, "x > 10 (float32): log(0)" },
        { "log(erfc(x) / 2) => log1p(-erfc(-x) / 2) for x < 0", Log(Erfc(X) * 0.5), m => LogHalfErfc(m[X]), Soundness.Rounding, "x > 10 (float32): log(0); x << 0: log(1)" },
        { "log(erfc(x) * c) => log(erfc(x)) + log(c)", Log(Erfc(X) * C), m => m.IsPositive(C) && m.Number(C) != 0.5 ? Log(Erfc(m[X])) + Math.Log(m.Number(C)) : null, Soundness.Rounding, "x > 10 (float32): log(0)" },
        { "log(erfc(x) / c) => log(erfc(x) * (1 / c))", Log(Erfc(X) / C), m => m.IsPositive(C) ? Log(Erfc(m[X]) * (1 / m.Number(C))) : null, Soundness.Rounding, "x > 10 (float32): log(0)" },
        { "log(a * erfc(x) + b * exp(-x^2)) => log(a * exp(x^2) * erfc(x) + b) - x^2 for x > 3", Log(Tails), m => LogOfTails(m, m[Tails]), Soundness.Rounding, "x > 9 (float32): log(0)" },
        { "log(where(b, s * exp(y), z)) => where(b, log(s) + y, log(z))", Log(Where(B, S * Exp(Y), Z)), m => Where(m[B], Log(Where(m[B], m[S], 1)) + m[Y], Log(m[Z])), Soundness.Rounding, "y < -104 (float32): log(0)" },
        { "erf(x) - erf(y) => erfc(y) - erfc(x) for x, y > 1/2, erfc(-x) - erfc(-y) for x, y < -1/2", Erf(X) - Erf(Y), m => Between(m[X], m[Y]), Soundness.Rounding, "x, y > 4 or < -4 (float32): the difference cancels to 0" },
        { "erfc(x) - erfc(y) => erfc(-y) - erfc(-x) for x, y < -1/2", Erfc(X) - Erfc(Y), m => BelowZero(m[X], m[Y]), Soundness.Rounding, "x, y < -4 (float32): the difference cancels to 0" },
        { "erfc(x) * c - erfc(y) * c => (erfc(x) - erfc(y)) * c", (Erfc(X) * C) - (Erfc(Y) * D), m => m.Number(C) == m.Number(D) ? (Erfc(m[X]) - Erfc(m[Y])) * m.Number(C) : null, Soundness.Rounding, "x, y < -4 (float32): the difference cancels to 0" },
        { "x * erfc(y) => 2 * gelu(x) for y = -x / sqrt(2)", X * Erfc(Y), m => OfGelu(m, m[X], m[Y]), Soundness.Rounding, "y >> 1: its last place counts y^2 times" },
        { "x * (erfc(y) * c) => 2 * c * gelu(x) for y = -x / sqrt(2)", X * (Erfc(Y) * C), m => OfGelu(m, m[X], m[Y]) is { } gelu ? gelu * m.Number(C) : null, Soundness.Rounding, "y >> 1: its last place counts y^2 times" },
        { "log(-gelu(x)) => log(-x) + log(erfc(-x / sqrt(2)) / 2)", Log(-Gelu(X)), m => LogMinusGelu(m[X]), Soundness.Rounding, "x < -13 (float32): log(0)" },
        { "log(abs(gelu(x))) => log(abs(x)) + log(erfc(-x / sqrt(2)) / 2) for x < 1/2", Log(Abs(Gelu(X))), m => LogSizeOfGelu(m[X]), Soundness.Rounding, "x < -13 (float32): log(0)" },
        { "log(-(gelu(x) * c)) => log(-gelu(x)) + log(c)", Log(-(Gelu(X) * C)), m => m.IsPositive(C) ? Log(-Gelu(m[X])) + Math.Log(m.Number(C)) : null, Soundness.Rounding, "x < -13 (float32): log(0)" },
        { "erfinv(1 - x) => -ndtri(x / 2) / sqrt(2)", ErfInverse(1 - X), m => NormalQuantile(m[X] * 0.5) * -Math.Sqrt(0.5), Soundness.Rounding | Soundness.SignOfZero, "|x| << 1: the digits of x are lost in the difference" },
        { "erfinv(x - 1) => ndtri(x / 2) / sqrt(2)", ErfInverse(X - 1), m => NormalQuantile(m[X] * 0.5) * Math.Sqrt(0.5), Soundness.Rounding | Soundness.SignOfZero, "|x| << 1: the digits of x are lost in the difference" },
        { "erfinv(erf(x)) => x", ErfInverse(Erf(X)), m => m[X], Soundness.Rounding, "|x| > 4 (float32): erfinv(1)" },
        { "erfc(x) / erfc(y) => exp(y^2 - x^2) * (exp(x^2) * erfc(x)) / (exp(y^2) * erfc(y)) for x, y > 3", Erfc(X) / Erfc(Y), m => QuotientOfTails(m[X], m[Y]), Soundness.Rounding, "x, y > 9 (float32): 0 / 0" },
        { "1 - erfc(x) / 2 => erfc(-x) / 2", 1 - (Erfc(X) * 0.5), m => Erfc(-m[X]) * 0.5, Soundness.Rounding, "x << 0: the difference cancels to 0" },
        { "exp(y) * erfc(x) => exp(y - x^2) * (exp(x^2) * erfc(x)) by a continued fraction for x > 3", Exp(Y) * Erfc(X), m => TimesExp(m, m[X], m[Y]), Soundness.Rounding, "x > 9 (float32): inf * 0" },
        { "exp(y) * (erfc(x) * c) => exp(y) * erfc(x) * c", Exp(Y) * (Erfc(X) * C), m => Exp(m[Y]) * Erfc(m[X]) * m[C], Soundness.Rounding, "x > 9 (float32): inf * 0" },
        { "z * exp(y) * erfc(x) => exp(y) * erfc(x) * z", Z * Exp(Y) * Erfc(X), m => Exp(m[Y]) * Erfc(m[X]) * m[Z], Soundness.Rounding, "x > 9 (float32): inf * 0" },
        { "exp(y) / erfc(x) => exp(y + x^2) / (exp(x^2) * erfc(x)) by a continued fraction for x > 3", Exp(Y) / Erfc(X), m => OverErfc(m, m[X], m[Y]), Soundness.Rounding, "x > 9 (float32): 0 / 0" },
        { "exp(y) / (erfc(x) * c) => exp(y) / erfc(x) / c", Exp(Y) / (Erfc(X) * C), m => m.Number(C) != 0 ? Exp(m[Y]) / Erfc(m[X]) / m[C] : null, Soundness.Rounding, "x > 9 (float32): 0 / 0" },
        { "exp(y) * c / (erfc(x) * d) => exp(y) / erfc(x) * (c / d)", Exp(Y) * C / (Erfc(X) * D), m => m.Number(D) != 0 ? Exp(m[Y]) / Erfc(m[X]) * (m.Number(C) / m.Number(D)) : null, Soundness.Rounding, "x > 9 (float32): 0 / 0" },
        { "exp(y) / c / (erfc(x) * d) => exp(y) / erfc(x) / (c * d)", Exp(Y) / C / (Erfc(X) * D), m => m.Number(C) * m.Number(D) != 0 ? Exp(m[Y]) / Erfc(m[X]) / (m.Number(C) * m.Number(D)) : null, Soundness.Rounding, "x > 9 (float32): 0 / 0" },
        { "exp(y) / (erfc(x) * z) => exp(y) / erfc(x) / z", Exp(Y) / (Erfc(X) * Z), m => Exp(m[Y]) / Erfc(m[X]) / m[Z], Soundness.Rounding, "x > 9 (float32): 0 / 0" },
        { "exp(y) / c / erfc(x) => exp(y) / erfc(x) / c", Exp(Y) / C / Erfc(X), m => Exp(m[Y]) / Erfc(m[X]) / m[C], Soundness.Rounding, "x > 9 (float32): 0 / 0" },
        { "exp(y) * c / erfc(x) => exp(y) / erfc(x) * c", Exp(Y) * C / Erfc(X), m => Exp(m[Y]) / Erfc(m[X]) * m[C], Soundness.Rounding, "x > 9 (float32): 0 / 0" },
    };

    /// <summary>What the error function grows from y to x: in a tail by the complements, of which the digits are there.</summary>
    private static Value? Between(Value x, Value y)
    {
        if (x.Node.Op is SelectOp || y.Node.Op is SelectOp) return null;
        var (isUpper, isLower) = (And(x > TailOfDifference, y > TailOfDifference), And(x < -TailOfDifference, y < -TailOfDifference));
        var isTail = Or(isUpper, isLower);
        // In both tails by the arguments' sizes; what is not taken is at 1.
        var (p, q) = (Where(isTail, Abs(x), 1), Where(isTail, Abs(y), 1));
        var tail = Erfc(q) - Erfc(p);
        return Where(isTail, Where(isUpper, tail, -tail), Erf(Where(isTail, 0, x)) - Erf(Where(isTail, 0, y)));
    }

    private static Value? BelowZero(Value x, Value y)
    {
        if (x.Node.Op is SelectOp || y.Node.Op is SelectOp) return null;
        var isTail = And(x < -TailOfDifference, y < -TailOfDifference);
        var tail = Erfc(Where(isTail, -y, 1)) - Erfc(Where(isTail, -x, 1));
        return Where(isTail, tail, Erfc(Where(isTail, 0, x)) - Erfc(Where(isTail, 0, y)));
    }

    private static Value? LogErfc(Value x) => x.Node.Op is SelectOp ? null : LogErfcByParts(x);

    private static Value LogErfcByParts(Value x)
    {
        var (isTail, isNear) = (x > TailStart, x < 0.5);
        var middle = Log(Erfc(Where(Or(isTail, isNear), 1, x)));
        var tail = Log(Tail(Where(isTail, x, TailStart))) - Square(Where(isTail, x, 0));
        return Where(isTail, tail, Where(isNear, Log1p(-Erf(Where(isNear, x, 0))), middle));
    }

    private static Value? LogHalfErfc(Value x)
    {
        if (x.Node.Op is SelectOp) return null;
        var isNegative = x < 0;
        return Where(isNegative, Log1p(Erfc(-Where(isNegative, x, 0)) * -0.5), LogErfcByParts(Where(isNegative, 0, x)) - Math.Log(2));
    }

    /// <summary>x, a and b of a·erfc(x) ± b·exp(-x²), as an expected improvement is made of them; null if a value is none.</summary>
    private static (Value X, Value? A, Value? B)? TailsOf(Value value, Match m)
    {
        if (!m.MayLookInto(value) || value.Node is not { Op: AddOp or SubtractOp, Inputs: [var p, var q] }) return null;
        var subtracts = value.Node.Op is SubtractOp;
        return Of(p, q) is var (x, a, b) ? (x, a, Signed(b)) : Of(q, p) is var (y, c, d) ? (y, Signed(c), d) : null;

        (Value X, Value? A, Value? B)? Of(Value tail, Value density)
        {
            var (first, second) = (Shifting.Factors(tail, m), Shifting.Factors(density, m));
            var (erfc, exp) = (first.FindIndex(f => !f.IsDivisor && f.Value.Node.Op is ErfcOp), second.FindIndex(f => !f.IsDivisor && f.Value.Node.Op is ExpOp));
            if (erfc < 0 || exp < 0) return null;
            var (at, exponent) = (first[erfc].Value.Node.Inputs[0], second[exp].Value.Node.Inputs[0]);
            if (!at.Shape.Equals(value.Shape) || !IsSquare(m, exponent, at, -1)) return null;
            first.RemoveAt(erfc);
            second.RemoveAt(exp);
            return (at, Shifting.Product(first), Shifting.Product(second));
        }

        Value? Signed(Value? factor) => !subtracts ? factor : factor is null ? Ops.Scalar(value, -1) : -factor;
    }

    private static Value? LogOfTails(Match m, Value written)
    {
        var (x, a, b) = TailsOf(written, m)!.Value;
        if (x.Node.Op is SelectOp) return null;
        var isTail = x > TailStart;
        var scaled = Tail(Where(isTail, x, TailStart));
        var sum = (a is null ? scaled : scaled * a) + (b ?? Ops.Scalar(written, 1));
        return Where(isTail, Log(Where(isTail, sum, 1)) - Square(Where(isTail, x, 0)), Log(Where(isTail, 1, written)));
    }

    private static Value? TimesExp(Match m, Value x, Value y)
    {
        if (x.Node.Op is SelectOp) return null;
        // Of an infinite x nothing is left, and no slope.
        var isTail = And(x > TailStart, IsFinite(x));
        var tail = Tail(Where(isTail, x, TailStart));
        if (!IsSquare(m, y, x, 1)) tail *= Exp(Where(isTail, y - (x * x), 0));
        return Where(isTail, tail, Exp(Where(isTail, 0, y)) * Erfc(Where(isTail, 0, x)));
    }

    /// <summary>Whether a value is the complement of an error function, or its product with an exponential as the rule about it writes it: both are positive, and have a logarithm of their own.</summary>
    internal static bool IsTail(Value value) => value.Node is { Op: ErfcOp } or { Op: SelectOp, Inputs: [_, _, { Node: { Op: MultiplyOp, Inputs: [{ Node.Op: ExpOp }, { Node.Op: ErfcOp }] } }] };

    private static Value? OverErfc(Match m, Value x, Value y)
    {
        if (x.Node.Op is SelectOp) return null;
        var isTail = x > TailStart;
        var tail = 1 / Tail(Where(isTail, x, TailStart));
        if (!IsSquare(m, y, x, -1)) tail *= Exp(Where(isTail, y + (x * x), 0));
        return Where(isTail, tail, Exp(Where(isTail, 0, y)) / Erfc(Where(isTail, 0, x)));
    }

    private static Value? QuotientOfTails(Value x, Value y)
    {
        if (x.Node.Op is SelectOp || y.Node.Op is SelectOp) return null;
        var isTail = And(x > TailStart, y > TailStart);
        var (p, q) = (Where(isTail, x, TailStart), Where(isTail, y, TailStart));
        var (a, b) = (Cast(p, DType.Float64), Cast(q, DType.Float64));
        // No product of nothing and infinity where both are as large as float64 allows.
        var exponent = Cast(((b - a) * a) + ((b - a) * b), x.DType);
        return Where(isTail, Exp(exponent) * (Tail(p) / Tail(q)), Erfc(Where(isTail, 0, x)) / Erfc(Where(isTail, 0, y)));
    }

    /// <summary>c·x·erfc(y) for y = -x/√2, to the digits with which that number is written; null otherwise.</summary>
    private static Value? OfGelu(Match m, Value product, Value y)
    {
        var ((x, c), (argument, d)) = (Shifting.Scaled(m, product, 1), Shifting.Scaled(m, y, 1));
        var tolerance = x.DType == DType.Float32 ? 1e-7 : 1e-15;
        return m.Same(x, argument) && Math.Abs(d + Math.Sqrt(0.5)) < tolerance ? Gelu(x) * (2 * c) : null;
    }

    // An infinite number has no mass behind it, whatever it is multiplied with; the square of any number as large as the bound leaves float32.
    private static Value LogMinusGelu(Value x) => Log(Minimum(-x, 1e38)) + NormalLogCdf(x);

    private static Value? LogSizeOfGelu(Value x)
    {
        if (x.Node.Op is SelectOp) return null;
        // Further up the logarithms of x and of the probability may cancel.
        var isLow = x < 0.5;
        var low = Where(isLow, x, -1);
        return Where(isLow, Log(Minimum(Abs(low), 1e38)) + NormalLogCdf(low), Log(Gelu(Where(isLow, 1, x))));
    }

    /// <summary>Whether y is ±x² however their factors are spread: x²/2 is the square of x/√2, to the digits of a float64 constant.</summary>
    private static bool IsSquare(Match m, Value y, Value x, double sign)
    {
        var (squares, c) = Parted(y, sign);
        var (roots, d) = Parted(x, 1);
        foreach (var root in roots)
        {
            for (var twice = 0; twice < 2; twice++)
            {
                if (squares.FindIndex(f => f.IsDivisor == root.IsDivisor && m.Same(f.Value, root.Value)) is not (>= 0 and var found)) return false;
                squares.RemoveAt(found);
            }
        }
        return squares.Count == 0 && Math.Abs(c - (d * d)) <= 1e-12 * d * d;

        (List<(Value Value, bool IsDivisor)> Factors, double Number) Parted(Value value, double number)
        {
            var (term, factor) = Shifting.Scaled(m, value, number);
            var parts = Shifting.Factors(term, m).Select(f => (f.IsDivisor, Scaled: m.TryNumber(f.Value, out var whole) ? ((Value?)null, whole) : Shifting.Scaled(m, f.Value, 1))).ToList();
            foreach (var (isDivisor, (_, own)) in parts) factor = isDivisor ? factor / own : factor * own;
            return ([.. parts.Where(p => p.Scaled.Item1 is not null).Select(p => (p.Scaled.Item1!, p.IsDivisor))], factor);
        }
    }

    /// <summary>
    /// exp(x²)·erfc(x): in float32 a function of its own, whose derivatives are short. In float64 1 / √π / (x + ½ / (x + 1 / (x + 3⁄2 / (x + …)))) (Laplace), for that function's derivative cancels there to 13 digits.
    /// </summary>
    private static Value Tail(Value x)
    {
        if (x.DType == DType.Float32) return ScaledErfc(x);
        var fraction = x;
        for (var n = Levels; n >= 1; n--) fraction = x + ((n * 0.5) / fraction);
        return 1 / Math.Sqrt(Math.PI) / fraction;
    }
}
