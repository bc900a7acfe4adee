using GraphGrad.Scalars;

namespace GraphGrad.Operations;

/// <summary>
/// Bessel functions of the first and second kind, for the interpreter and as references of the tests: by their power series in double-double arithmetic and, from 25 on, by
/// Hankel's asymptotic series (Abramowitz and Stegun, 9.1.10 to 9.1.13 and 9.2.5 to 9.2.10).
/// </summary>
internal static class OscillatingBesselFunctions
{
    private const double Far = 25;

    public static double J0(double x) => J(0, x);

    public static double J1(double x) => J(1, x);

    public static double Y0(double x) => Y(0, x);

    public static double Y1(double x) => Y(1, x);

    /// <summary>Euler's constant.</summary>
    public static DoubleDouble Gamma { get; } = new(0.5772156649015329, -4.942915152430649e-18);

    private static DoubleDouble Pi { get; } = new(3.141592653589793, 1.2246467991473532e-16);

    private static double J(int order, double x)
    {
        if (double.IsNaN(x) || (order == 1 && x == 0)) return x;
        var magnitude = Math.Abs(x);
        if (double.IsInfinity(x)) return order == 1 ? Math.CopySign(0, x) : 0;
        // Below 2^-500 x² would be denormal, and is lost beside 1.
        var result = magnitude < 1e-150 ? (order == 0 ? 1 : magnitude / 2) : magnitude < Far ? Series(order, magnitude).J.High : Asymptotic(order, magnitude).J;
        return order == 1 && x < 0 ? -result : result;
    }

    private static double Y(int order, double x)
    {
        if (double.IsNaN(x) || x < 0) return double.NaN;
        if (x == 0) return double.NegativeInfinity;
        if (double.IsInfinity(x)) return 0;
        if (x < 1e-150) return order == 0 ? 2 / Math.PI * (Math.Log(x) - Math.Log(2) + Gamma.High) : -2 / Math.PI / x;
        return x < Far ? Series(order, x).Y.High : Asymptotic(order, x).Y;
    }

    private static (DoubleDouble J, DoubleDouble Y) Series(int order, double x)
    {
        var half = new DoubleDouble(x) * 0.5;
        var square = -(half * half);
        // Σ (-x²/4)^k / (k!·(k + n)!), and the same with the sums 1 + ½ + … + 1/k of both factorials.
        var term = DoubleDouble.One;
        var (harmonic, above) = (DoubleDouble.Zero, order == 0 ? DoubleDouble.Zero : DoubleDouble.One);
        var (j, weighted) = (term, above);
        for (var k = 1; k < 200 && Math.Abs(term.High) > 1e-36; k++)
        {
            term = term * square / (k * (double)(k + order));
            harmonic += DoubleDouble.One / k;
            above += DoubleDouble.One / (k + order);
            j += term;
            weighted += term * (harmonic + above);
        }
        var power = order == 0 ? DoubleDouble.One : half;
        (j, weighted) = (j * power, weighted * power);
        // π·Y = 2·(log(x/2) + γ)·J - Σ … - (n = 1 alone) 2/x.
        var y = ((DoubleDouble.Log(half) + Gamma) * 2 * j) - weighted;
        if (order == 1) y -= DoubleDouble.One / half;
        return (j, y / Pi);
    }

    private static (double J, double Y) Asymptotic(int order, double x)
    {
        var (p, q, term) = (1.0, 0.0, 1.0);
        for (var k = 1; k < 50; k++)
        {
            var next = term * ((4.0 * order * order) - ((2 * k) - 1.0) * ((2 * k) - 1.0)) / (k * 8 * x);
            if (Math.Abs(next) >= Math.Abs(term)) break;
            term = next;
            var sign = k / 2 % 2 == 0 ? 1 : -1;
            if (k % 2 == 0) p += sign * term;
            else q += sign * term;
        }
        var (sine, cosine) = Math.SinCos(x);
        var factor = 1 / (Math.Sqrt(Math.PI) * Math.Sqrt(x));
        // √2 times the cosine and the sine of x - (2n + 1)·π/4.
        var (cos, sin) = order == 0 ? (cosine + sine, sine - cosine) : (sine - cosine, -(sine + cosine));
        return (factor * ((p * cos) - (q * sin)), factor * ((p * sin) + (q * cos)));
    }
}
