using GraphGrad.Operations;
using static GraphGrad.Ops;
using static GraphGrad.Rewriting.Patterns;

namespace GraphGrad.Rewriting;

/// <summary>Modified Bessel functions where they overflow or vanish and their logarithms, quotients and products with exponentials do not: by the scaled ones.</summary>
internal static class BesselRules
{
    // Beyond, the derivative of the scaled function's logarithm keeps its digits beside 1, and both are far from the ends of float32.
    private const double Large = 1;

    // From here on the terms of the quotient's series fall below 1e-16 of it before they grow.
    private const double Asymptotic = 30;
    private const int Terms = 16;

    private static readonly Pattern X = Any("x");
    private static readonly Pattern Y = Any("y");
    private static readonly Pattern I0 = Op<BesselI0Op>(X);
    private static readonly Pattern I1 = Op<BesselI1Op>(X);
    private static readonly Pattern I0OfY = Op<BesselI0Op>(Y);
    private static readonly Pattern Z = NotNumber("z");
    private static readonly Pattern C = AnyNumber("c");

    public static readonly RuleSet All = new("Bessel")
    {
        { "log(i0(x)) => log(exp(-|x|) * i0(x)) + |x| for |x| > 1, its series near 0", Log(I0), m => LogOfGrowing(m[X], ScaledBesselI0, x => Log1p(SeriesOf(x, 0))), Soundness.Rounding, "|x| > 88 (float32): i0 overflows; |x| << 1: log(1)" },
        { "log(i1(x)) => log(exp(-x) * i1(x)) + x for x > 1, its series near 0", Log(I1), m => LogOfGrowing(m[X], ScaledBesselI1, x => Log(x) - Math.Log(2) + Log1p(SeriesOf(x, 1))), Soundness.Rounding, "x > 88 (float32): i1 overflows" },
        { "log(i0(x) * c) => log(i0(x)) + log(c)", Log(I0 * C), m => m.IsPositive(C) ? Log(m[I0]) + Math.Log(m.Number(C)) : null, Soundness.Rounding, "|x| > 88 (float32): i0 overflows" },
        { "i1(x) / i0(x) => its series in 1 / x for |x| > 30", I1 / I0, m => Quotient(m[X]), Soundness.Rounding, "|x| > 88 (float32): inf / inf; |x| >> 1: the gradient cancels" },
        { "i0(x) / i1(x) => 1 / (i1(x) / i0(x))", I0 / I1, m => 1 / Quotient(m[X]), Soundness.Rounding, "|x| > 88 (float32): inf / inf" },
        { "i1(x) * z / i0(x) => i1(x) / i0(x) * z", I1 * Z / I0, m => m[I1] / m[I0] * m[Z], Soundness.Rounding, "|x| > 88 (float32): inf / inf" },
        { "i1(x) / (i0(x) * z) => i1(x) / i0(x) / z", I1 / (I0 * Z), m => m[I1] / m[I0] / m[Z], Soundness.Rounding, "|x| > 88 (float32): inf / inf" },
        { "i0(x) / i0(y) => exp(|x| - |y|) * (exp(-|x|) * i0(x)) / (exp(-|y|) * i0(y)) for |x|, |y| > 1", I0 / I0OfY, m => GrowingOverGrowing(m[X], m[Y]), Soundness.Rounding, "|x|, |y| > 88 (float32): inf / inf" },
        { "exp(y) * i0(x) => exp(y + |x|) * (exp(-|x|) * i0(x)) for |x| > 1", Exp(Y) * I0, m => TimesGrowing(m[X], m[Y], BesselI0, ScaledBesselI0), Soundness.Rounding, "|x| > 88 (float32): 0 * inf" },
        { "exp(y) * i1(x) => exp(y + |x|) * (exp(-|x|) * i1(x)) for |x| > 1", Exp(Y) * I1, m => TimesGrowing(m[X], m[Y], BesselI1, ScaledBesselI1), Soundness.Rounding, "|x| > 88 (float32): 0 * inf" },
        { "z * exp(y) * i0(x) => exp(y) * i0(x) * z", Z * Exp(Y) * I0, m => Exp(m[Y]) * m[I0] * m[Z], Soundness.Rounding, "|x| > 88 (float32): 0 * inf" },
        { "exp(y) / (i0(x) * c) => exp(y) / i0(x) / c", Exp(Y) / (I0 * C), m => m.Number(C) != 0 ? Exp(m[Y]) / m[I0] / m[C] : null, Soundness.Rounding, "|x| > 88 (float32): inf / inf" },
        { "exp(y) / i0(x) => exp(y - |x|) / (exp(-|x|) * i0(x)) for |x| > 1", Exp(Y) / I0, m => OverGrowing(m[X], m[Y], BesselI0, ScaledBesselI0), Soundness.Rounding, "|x| > 88 (float32): inf / inf" },
    };

    private static Value? LogOfGrowing(Value x, Func<Value, Value> scaled, Func<Value, Value> near)
    {
        if (x.Node.Op is SelectOp) return null;
        var isLarge = And(Abs(x) > Large, IsFinite(x));
        var large = Where(isLarge, x, Large);
        return Where(isLarge, Log(scaled(large)) + Abs(large), near(Where(isLarge, Large, x)));
    }

    /// <summary>What i0(x), or i1(x) / (x / 2), differs by from 1, for |x| ≤ 1: Σ (x²/4)^k / (k!·(k + n)!).</summary>
    private static Value SeriesOf(Value x, int order)
    {
        var t = x * x * 0.25;
        return PowerSeries.Of(t, 9, k => 1 / PowerSeries.Factorial(k + 1) / PowerSeries.Factorial(k + 1 + order)) * t;
    }

    private static Value? TimesGrowing(Value x, Value y, Func<Value, Value> function, Func<Value, Value> scaled)
    {
        if (x.Node.Op is SelectOp || !x.Shape.Equals(y.Shape)) return null;
        var isLarge = And(Abs(x) > Large, IsFinite(x));
        var large = Where(isLarge, x, Large);
        return Where(isLarge, Exp(Where(isLarge, y, 0) + Abs(large)) * scaled(large), Exp(Where(isLarge, 0, y)) * function(Where(isLarge, Large, x)));
    }

    private static Value? OverGrowing(Value x, Value y, Func<Value, Value> function, Func<Value, Value> scaled)
    {
        if (x.Node.Op is SelectOp || !x.Shape.Equals(y.Shape)) return null;
        var isLarge = And(Abs(x) > Large, IsFinite(x));
        var large = Where(isLarge, x, Large);
        return Where(isLarge, Exp(Where(isLarge, y, 0) - Abs(large)) / scaled(large), Exp(Where(isLarge, 0, y)) / function(Where(isLarge, Large, x)));
    }

    private static Value? GrowingOverGrowing(Value x, Value y)
    {
        if (x.Node.Op is SelectOp || y.Node.Op is SelectOp || !x.Shape.Equals(y.Shape)) return null;
        var ((ofX, factorOfX), (ofY, factorOfY)) = (Parts(x), Parts(y));
        return Exp(ofX - ofY) * factorOfX / factorOfY;

        // i0(x) as an exponential and what it is multiplied with.
        static (Value Exponent, Value Factor) Parts(Value x)
        {
            var isLarge = Abs(x) > Large;
            // Of an infinite number the exponential says all.
            var large = Where(And(isLarge, IsFinite(x)), x, Large);
            return (Where(isLarge, Abs(x), 0), Where(isLarge, ScaledBesselI0(large), BesselI0(Where(isLarge, Large, x))));
        }
    }

    /// <summary>i1(x) / i0(x), the mean direction of von Mises' distribution.</summary>
    private static Value Quotient(Value x)
    {
        var isFar = Abs(x) > Asymptotic;
        var (near, inverse) = (Where(isFar, 0, x), 1 / Where(isFar, Abs(x), Asymptotic));
        return Where(isFar, Sign(x) * PowerSeries.Of(inverse, Terms, k => Coefficients[k]), ScaledBesselI1(near) / ScaledBesselI0(near));
    }

    /// <summary>Of r = Σ a(k)·x^-k in r' = 1 - r/x - r²: 2·a(k) = (k - 2)·a(k - 1) - Σ a(i)·a(k - i) over 0 &lt; i &lt; k.</summary>
    private static readonly double[] Coefficients = Recursion();

    private static double[] Recursion()
    {
        var a = new double[Terms];
        a[0] = 1;
        for (var k = 1; k < Terms; k++)
        {
            a[k] = (k - 2) * a[k - 1] / 2;
            for (var i = 1; i < k; i++) a[k] -= a[i] * a[k - i] / 2;
        }
        return a;
    }
}
