using GraphGrad.Scalars;

namespace GraphGrad.Operations;

/// <summary>
/// Airy's function Ai and its derivative, for the interpreter and as references of the tests: by the Maclaurin series in double-double arithmetic, above by Bessel functions K of
/// orders ⅓ and ⅔, below by the asymptotic series (Abramowitz and Stegun, 10.4.2, 10.4.14, 10.4.16, 10.4.60 and 10.4.62).
/// </summary>
internal static class AiryFunctions
{
    private static readonly DoubleDouble AtZero = new(0.3550280538878172, 2.05233632436212e-17);
    private static readonly DoubleDouble MinusSlopeAtZero = new(0.2588194037928068, -2.522243111610832e-17);

    public static double Ai(double x) => Of(x, slope: false);

    /// <summary>Ai'.</summary>
    public static double Slope(double x) => Of(x, slope: true);

    private static double Of(double x, bool slope)
    {
        if (double.IsNaN(x)) return x;
        if (double.IsInfinity(x)) return x > 0 ? (slope ? -0.0 : 0) : slope ? double.NaN : 0;
        if (x is > -10 and < 2) return Series(x, slope);
        return x > 0 ? Decaying(x, slope) : Wave(-x, slope);
    }

    // Ai(0)·(1 + x³/(2·3) + x⁶/(2·3·5·6) + …) + Ai'(0)·(x + x⁴/(3·4) + x⁷/(3·4·6·7) + …).
    private static double Series(double x, bool slope)
    {
        DoubleDouble cube = new DoubleDouble(x) * x * x, first = slope ? new DoubleDouble(x) * x * 0.5 : DoubleDouble.One, second = slope ? DoubleDouble.One : x;
        var (sumOfFirst, sumOfSecond) = (first, second);
        for (var k = 1; k < 100; k++)
        {
            // The derivative of x^n / … has the factor n and one power less.
            first = first * cube / (slope ? 3.0 * k * ((3 * k) + 2) : 3.0 * k * ((3 * k) - 1));
            second = second * cube / (slope ? 3.0 * k * ((3 * k) - 2) : 3.0 * k * ((3 * k) + 1));
            sumOfFirst += first;
            sumOfSecond += second;
            if (Math.Abs(first.High) + Math.Abs(second.High) < 1e-34) break;
        }
        return ((sumOfFirst * AtZero) - (sumOfSecond * MinusSlopeAtZero)).High;
    }

    private static double Decaying(double x, bool slope)
    {
        var zeta = Zeta(x);
        if (zeta.High > 800) return slope ? -0.0 : 0;
        var exp = DoubleDouble.Exp(-zeta).High;
        return slope
            ? -x / (Math.PI * Math.Sqrt(3)) * DecayingBesselFunctions.Integral(2 / 3.0, zeta.High) * exp
            : Math.Sqrt(x / 3) / Math.PI * DecayingBesselFunctions.Integral(1 / 3.0, zeta.High) * exp;
    }

    private static double Wave(double y, bool slope)
    {
        var zeta = Zeta(Math.Min(y, 1e200));
        // Σ of u(k)/ζ^k, or v(k)/ζ^k, the even terms and the odd ones with signs in turn; u(k) = u(k - 1)·(6k - 5)(6k - 1)/(72k), v(k) = -u(k)·(6k + 1)/(6k - 1).
        var (even, odd, u) = (1.0, 0.0, 1.0);
        for (var k = 1; k < 40; k++)
        {
            u *= ((6 * k) - 5.0) * ((6 * k) - 1.0) / (72 * k * zeta.High);
            if (u < 1e-18) break;
            var term = (slope ? -u * ((6 * k) + 1) / ((6 * k) - 1) : u) * (k / 2 % 2 == 0 ? 1 : -1);
            if (k % 2 == 0) even += term;
            else odd += term;
        }
        var (sin, cos) = SinCos(zeta);
        var (sine, cosine) = ((sin - cos) / Math.Sqrt(2), (sin + cos) / Math.Sqrt(2));
        var fourth = Math.Sqrt(Math.Sqrt(y));
        return slope ? fourth / Math.Sqrt(Math.PI) * ((sine * even) - (cosine * odd)) : ((cosine * even) + (sine * odd)) / Math.Sqrt(Math.PI) / fourth;
    }

    // Beyond the range of the double-double functions to the second order in the low part, which far out is as good as unknown.
    private static (double Sin, double Cos) SinCos(DoubleDouble angle)
    {
        if (angle.High < 1e9) return (DoubleDouble.Sin(angle).High, DoubleDouble.Cos(angle).High);
        var low = Math.Abs(angle.Low) < 1e-3 ? angle.Low : 0;
        var (sin, cos) = Math.SinCos(angle.High);
        return (sin + (low * cos) - (low * low / 2 * sin), cos - (low * sin) - (low * low / 2 * cos));
    }

    private static DoubleDouble Zeta(double x) => DoubleDouble.Sqrt(x) * x * 2 / 3;
}
