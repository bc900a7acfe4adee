namespace GraphGrad.Operations;

/// <summary>
/// Modified Bessel functions of the first kind in double precision, for the interpreter and as references of the tests: by their power
/// series and, from 18 on, by their asymptotic series.
/// </summary>
internal static class BesselFunctions
{
    private const double Far = 18;

    public static double I0(double x) => Of(0, x, scaled: false);

    public static double I1(double x) => Of(1, x, scaled: false);

    /// <summary>e^-|x|·I0(x).</summary>
    public static double ScaledI0(double x) => Of(0, x, scaled: true);

    /// <summary>e^-|x|·I1(x).</summary>
    public static double ScaledI1(double x) => Of(1, x, scaled: true);

    /// <summary>
    /// 1/π · ∫ e^(-|x|·(1 - cos θ))·(1 - cos θ)^k dθ over 0 ≤ θ ≤ π: (2k)!/(k!²·2^k)·e^(-2x) · Σ (1/2)ₙ/(k + 1)ₙ·(2x)ⁿ/n!, whose terms are positive, and far out
    /// (2k - 1)!!/√π·(2x)^(-k - 1/2) · Σ (k + 1/2)ₙ·(1/2)ₙ/(n!·(2x)ⁿ).
    /// </summary>
    public static double ScaledMoment(int k, double x)
    {
        if (double.IsNaN(x)) return x;
        var twice = 2 * Math.Abs(x);
        var (term, sum, factor) = (1.0, 1.0, 1.0);
        if (twice >= 80)
        {
            for (var n = 0; n < 30; n++)
            {
                term *= (n + k + 0.5) * (n + 0.5) / (n + 1) / twice;
                sum += term;
            }
            for (var i = 1; i <= k; i++) factor *= ((2 * i) - 1) / twice;
            return sum * factor / Math.Sqrt(Math.PI) / Math.Sqrt(twice);
        }
        for (var n = 0; term > 1e-18 * sum; n++)
        {
            term *= (n + 0.5) * twice / ((n + k + 1) * (n + 1.0));
            sum += term;
        }
        for (var i = 1; i <= k; i++) factor *= ((2 * i) - 1.0) / i;
        return sum * factor * Math.Exp(-twice);
    }

    /// <summary>
    /// J1(x)/x or I1(x)/x: within the unit interval by its power series Σ (±x²/4)ᵏ / (2·k!·(k + 1)!), whose derivatives are exact there. As a quotient it is ½ less something
    /// small near 0, and its derivative the difference of two large numbers.
    /// </summary>
    /// <param name="x">The argument.</param>
    /// <param name="first">The function of order 1 there.</param>
    /// <param name="sign">-1 for J1, 1 for I1.</param>
    public static Value FirstOverArgument(Value x, Value first, int sign)
    {
        var isNear = Ops.Abs(x) < 1;
        var square = Ops.Square(Ops.Where(isNear, x, 0));
        // What the term k = 9 adds at 1 is below the rounding of float64.
        var series = x.Number(1);
        for (var k = 8; k >= 1; k--) series = (series * square * (sign / (4.0 * k * (k + 1)))) + 1;
        return Ops.Where(isNear, series * 0.5, first / Ops.Where(isNear, 1, x));
    }

    private static double Of(int order, double x, bool scaled)
    {
        var magnitude = Math.Abs(x);
        if (double.IsNaN(x)) return x;
        if (double.IsInfinity(x)) return scaled ? (order == 0 ? 0 : Math.CopySign(0, x)) : order == 0 ? magnitude : x;
        double result;
        if (magnitude < Far)
        {
            var (term, sum) = (1.0, 1.0);
            for (var k = 1; term > 1e-18 * sum; k++)
            {
                term *= magnitude * magnitude / 4 / (k * (double)(k + order));
                sum += term;
            }
            result = (order == 0 ? sum : sum * (magnitude / 2)) * (scaled ? Math.Exp(-magnitude) : 1);
        }
        else
        {
            // e^x / √(2πx) · Σ (-1)^k (4n² - 1)(4n² - 9)…(4n² - (2k - 1)²) / (k!·(8x)^k).
            var (term, sum) = (1.0, 1.0);
            for (var k = 1; k < 30; k++)
            {
                term *= -((4.0 * order * order) - ((2 * k) - 1) * ((2 * k) - 1)) / (k * 8 * magnitude);
                sum += term;
            }
            var factor = sum / Math.Sqrt(2 * Math.PI) / Math.Sqrt(magnitude);
            var half = scaled ? 1 : Math.Exp(magnitude / 2);
            result = factor * half * half;
        }
        return order == 1 && double.IsNegative(x) ? -result : result;
    }
}
