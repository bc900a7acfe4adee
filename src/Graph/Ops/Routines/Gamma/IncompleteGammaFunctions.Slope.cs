namespace GraphGrad.Operations;

// The derivative by a: each of the three ways differentiated term by term. Where the power series holds, and where the fraction does, the summands of the derivative have one sign.
internal static partial class IncompleteGammaFunctions
{
    // Below it 1/a in ψ(a) would cancel against the sum's.
    private const double SmallShape = 0.75;

    /// <summary>∂P(a, x)/∂a.</summary>
    public static double SlopeByShape(double a, double x)
    {
        if (!(a >= 0) || !(x >= 0) || (a == 0 && x == 0) || double.IsInfinity(a)) return double.NaN;
        if (x == 0 || double.IsInfinity(x)) return 0;
        if (IsUniform(a, x)) return UniformSlope(a, x);
        if (a < SmallShape && x < 1.1) return SmallSlope(a, x);
        return IsBelow(a, x) ? SeriesSlope(a, x) : FractionSlope(a, x);
    }

    // P = x^a/Γ(a + 1)·(1 + a·T), T = Σ (-x)^n / (n!·(a + n)).
    private static double SmallSlope(double a, double x)
    {
        var (term, sum, slope) = (1.0, 0.0, 0.0);
        for (var n = 1; n < 40; n++)
        {
            term *= -x / n;
            sum += term / (a + n);
            slope -= term / ((a + n) * (a + n));
        }
        var log = Math.Log(x);
        return Math.Exp((a * log) - LogGammaOfOneMore(a)) * (((log - GammaFunctions.Digamma(1 + a)) * (1 + (a * sum))) + sum + (a * slope));
    }

    private static double SeriesSlope(double a, double x)
    {
        var factor = Factor(a, x);
        if (factor == 0) return 0;
        var (term, sum, harmonic, slope) = (1.0, 1.0, 0.0, 0.0);
        for (var n = 1; term > 1e-17 * sum || term * harmonic > 1e-17 * slope; n++)
        {
            term *= x / (a + n);
            harmonic += 1 / (a + n);
            sum += term;
            slope += term * harmonic;
        }
        return factor / a * ((LogLess(a, x) * sum) - (sum / a) - slope);
    }

    private static double FractionSlope(double a, double x)
    {
        var factor = Factor(a, x);
        if (factor == 0) return 0;
        var b = x + 1 - a;
        var (c, slopeOfC) = (1e300, 0.0);
        var d = 1 / b;
        var slopeOfD = d * d;
        var (fraction, relative) = (d, d);
        for (var n = 1; n < 10_000; n++)
        {
            var numerator = n * (a - n);
            b += 2;
            slopeOfD = -1 + (n * d) + (numerator * slopeOfD);
            d = 1 / (b + (numerator * d));
            slopeOfD *= -d * d;
            slopeOfC = -1 + (n / c) - (numerator / c * (slopeOfC / c));
            c = b + (numerator / c);
            var (change, slope) = (c * d, (slopeOfC / c) + (slopeOfD / d));
            fraction *= change;
            relative += slope;
            if (Math.Abs(change - 1) < 1e-16 && Math.Abs(slope) < 1e-16 * Math.Abs(relative)) break;
        }
        return -factor * fraction * (LogLess(a, x) + relative);
    }

    /// <summary>log x - ψ(a), for large a without the difference of large numbers.</summary>
    private static double LogLess(double a, double x)
    {
        if (a < 20) return Math.Log(x) - GammaFunctions.Digamma(a);
        var inverse = 1 / (a * a);
        // log a - ψ(a).
        var rest = (0.5 / a) + ((((((((1.0 / 240) * -inverse) + (1.0 / 252)) * inverse) - (1.0 / 120)) * inverse) + (1.0 / 12)) * inverse);
        return SpecialFunctions.Log1p((x - a) / a) + rest;
    }

    // Q = ½·erfc(η·√(a/2)) + e^(-½aη²)/√(2πa)·S, with dη/da = -μ/(η·a).
    private static double UniformSlope(double a, double x)
    {
        var mu = (x - a) / a;
        var half = Excess(mu);
        var eta = Math.CopySign(Math.Sqrt(2 * half), mu);
        var quotient = eta == 0 ? 1 : mu / eta;
        var (sum, slope) = (0.0, 0.0);
        for (var k = Orders - 1; k >= 0; k--)
        {
            var (c, byEta) = (0.0, 0.0);
            for (var n = Temme[k].Length - 1; n >= 0; n--) (c, byEta) = ((c * eta) + Temme[k][n], (byEta * eta) + c);
            // Of c(k)·a^-k.
            slope = (slope / a) - (((byEta * quotient) + (k * c)) / a);
            sum = (sum / a) + c;
        }
        return -Math.Exp(-a * half) / Math.Sqrt(2 * Math.PI * a) * (quotient - (eta / 2) + (sum * (SpecialFunctions.Log1p(mu) - (0.5 / a))) + slope);
    }
}
