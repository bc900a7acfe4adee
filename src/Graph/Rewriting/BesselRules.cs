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
    private static readonly Pattern K0 = Op<BesselK0Op>(X);
    private static readonly Pattern K1 = Op<BesselK1Op>(X);

    public static readonly RuleSet All = new("Bessel")
    {
        { "log(i0(x)) => log(exp(-|x|) * i0(x)) + |x| for |x| > 1", Log(I0), m => LogOfGrowing(m[X], BesselI0, ScaledBesselI0), Soundness.Rounding, "|x| > 91 (float32): i0 overflows" },
        { "log(i1(x)) => log(exp(-x) * i1(x)) + x for x > 1", Log(I1), m => LogOfGrowing(m[X], BesselI1, ScaledBesselI1), Soundness.Rounding, "x > 91 (float32): i1 overflows" },
        { "log(k0(x)) => log(exp(x) * k0(x)) - x", Log(K0), m => Log(ScaledBesselK0(m[X])) - m[X], Soundness.Rounding, "x > 85 (float32): log(0)" },
        { "log(k1(x)) => log(exp(x) * k1(x)) - x", Log(K1), m => Log(ScaledBesselK1(m[X])) - m[X], Soundness.Rounding, "x > 85 (float32): log(0)" },
        { "i1(x) / i0(x) => its series in 1 / x for |x| > 30", I1 / I0, m => Quotient(m[X]), Soundness.Rounding, "|x| > 91 (float32): inf / inf; |x| >> 1: the gradient cancels" },
        { "i0(x) / i1(x) => 1 / (i1(x) / i0(x))", I0 / I1, m => 1 / Quotient(m[X]), Soundness.Rounding, "|x| > 91 (float32): inf / inf" },
        { "k1(x) / k0(x) => the quotient of both times exp(x)", K1 / K0, m => ScaledBesselK1(m[X]) / ScaledBesselK0(m[X]), Soundness.Rounding, "x > 85 (float32): 0 / 0" },
        { "k0(x) / k1(x) => the quotient of both times exp(x)", K0 / K1, m => ScaledBesselK0(m[X]) / ScaledBesselK1(m[X]), Soundness.Rounding, "x > 85 (float32): 0 / 0" },
        { "exp(y) * i0(x) => exp(y + |x|) * (exp(-|x|) * i0(x)) for |x| > 1", Exp(Y) * I0, m => TimesGrowing(m[X], m[Y], BesselI0, ScaledBesselI0), Soundness.Rounding, "|x| > 91 (float32): 0 * inf" },
        { "exp(y) * i1(x) => exp(y + |x|) * (exp(-|x|) * i1(x)) for |x| > 1", Exp(Y) * I1, m => TimesGrowing(m[X], m[Y], BesselI1, ScaledBesselI1), Soundness.Rounding, "|x| > 91 (float32): 0 * inf" },
        { "exp(y) / i0(x) => exp(y - |x|) / (exp(-|x|) * i0(x)) for |x| > 1", Exp(Y) / I0, m => OverGrowing(m[X], m[Y], BesselI0, ScaledBesselI0), Soundness.Rounding, "|x| > 91 (float32): inf / inf" },
        { "exp(y) * k0(x) => exp(y - x) * (exp(x) * k0(x))", Exp(Y) * K0, m => Exp(m[Y] - m[X]) * ScaledBesselK0(m[X]), Soundness.Rounding, "x > 85 (float32): inf * 0" },
        { "exp(y) * k1(x) => exp(y - x) * (exp(x) * k1(x))", Exp(Y) * K1, m => Exp(m[Y] - m[X]) * ScaledBesselK1(m[X]), Soundness.Rounding, "x > 85 (float32): inf * 0" },
    };

    private static Value? LogOfGrowing(Value x, Func<Value, Value> function, Func<Value, Value> scaled)
    {
        if (x.Node.Op is SelectOp) return null;
        var isLarge = Abs(x) > Large;
        var large = Where(isLarge, x, Large);
        return Where(isLarge, Log(scaled(large)) + Abs(large), Log(function(Where(isLarge, Large, x))));
    }

    private static Value? TimesGrowing(Value x, Value y, Func<Value, Value> function, Func<Value, Value> scaled)
    {
        if (x.Node.Op is SelectOp || !x.Shape.Equals(y.Shape)) return null;
        var isLarge = Abs(x) > Large;
        var large = Where(isLarge, x, Large);
        return Where(isLarge, Exp(Where(isLarge, y, 0) + Abs(large)) * scaled(large), Exp(Where(isLarge, 0, y)) * function(Where(isLarge, Large, x)));
    }

    private static Value? OverGrowing(Value x, Value y, Func<Value, Value> function, Func<Value, Value> scaled)
    {
        if (x.Node.Op is SelectOp || !x.Shape.Equals(y.Shape)) return null;
        var isLarge = Abs(x) > Large;
        var large = Where(isLarge, x, Large);
        return Where(isLarge, Exp(Where(isLarge, y, 0) - Abs(large)) / scaled(large), Exp(Where(isLarge, 0, y)) / function(Where(isLarge, Large, x)));
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
