namespace GraphGrad.Operations;

/// <summary>
/// Modified Bessel functions of the second kind in double precision, for the interpreter and as references of the tests: by their power series near 0, and by the trapezoidal
/// rule for ∫ e^(-x·cosh t)·cosh(νt) dt over t ≥ 0, whose error is e^-π²/h for a step h.
/// </summary>
internal static class DecayingBesselFunctions
{
    private const double Gamma = 0.5772156649015329;

    public static double K0(double x) => Of(0, x, scaled: false);

    public static double K1(double x) => Of(1, x, scaled: false);

    /// <summary>e^x·K0(x).</summary>
    public static double ScaledK0(double x) => Of(0, x, scaled: true);

    /// <summary>e^x·K1(x).</summary>
    public static double ScaledK1(double x) => Of(1, x, scaled: true);

    /// <summary>e^x·(K1(x) - K0(x)).</summary>
    public static double ScaledDifference(double x)
    {
        if (!(x >= 0.5 && x <= 1e15)) return x > 1e15 ? Math.Sqrt(Math.PI / 8) / Math.Sqrt(x) / x : x == 0 ? double.PositiveInfinity : ScaledK1(x) - ScaledK0(x);
        return Sum(x, t => Math.Sinh(t / 2) is var sinh ? 2 * sinh * sinh : 0);
    }

    /// <summary>e^x·K(x) of any order from 0 to 1.</summary>
    public static double Integral(double order, double x) => Sum(x, t => Math.Cosh(order * t));

    private static double Sum(double x, Func<double, double> factor)
    {
        // The bell of e^(-x·t²/2), as which the integrand looks for large x, must be wider than a step.
        var (step, sum) = (Math.Min(1 / 16.0, 0.5 / Math.Sqrt(x)), factor(0) / 2);
        for (var i = 1; ; i++)
        {
            // x·(cosh t - 1) = 2x·sinh²(t/2).
            var sinh = Math.Sinh(i * step / 2);
            var term = Math.Exp(-2 * x * sinh * sinh) * factor(i * step);
            sum += term;
            if (term < 1e-18 * sum) return sum * step;
        }
    }

    private static double Of(int order, double x, bool scaled)
    {
        if (double.IsNaN(x) || x < 0) return double.NaN;
        if (x == 0) return double.PositiveInfinity;
        if (x > 1e15) return scaled ? Math.Sqrt(Math.PI / 2) / Math.Sqrt(x) : 0;
        if (x >= 0.5) return Integral(order, x) * (scaled ? 1 : Math.Exp(-x));
        var result = order == 0 ? Series0(x) : Series1(x);
        return scaled ? result * Math.Exp(x) : result;
    }

    // -(log(x/2) + γ)·I0(x) + Σ (1 + … + 1/k)·(x²/4)^k / k!².
    private static double Series0(double x)
    {
        var (term, harmonic, sum) = (1.0, 0.0, 0.0);
        for (var k = 1; k < 12; k++)
        {
            term *= x * x / 4 / (k * (double)k);
            harmonic += 1.0 / k;
            sum += term * harmonic;
        }
        return sum - ((Math.Log(x) - Math.Log(2) + Gamma) * BesselFunctions.I0(x));
    }

    // 1/x + (log(x/2) + γ)·I1(x) - x/4 · Σ (1 + … + 1/k + 1 + … + 1/(k + 1))·(x²/4)^k / (k!·(k + 1)!).
    private static double Series1(double x)
    {
        var (term, harmonic, sum) = (1.0, 0.0, 1.0);
        for (var k = 1; k < 12; k++)
        {
            term *= x * x / 4 / (k * (double)(k + 1));
            harmonic += 1.0 / k;
            sum += term * ((2 * harmonic) + (1.0 / (k + 1)));
        }
        return (1 / x) + ((Math.Log(x) - Math.Log(2) + Gamma) * BesselFunctions.I1(x)) - (x / 4 * sum);
    }
}
