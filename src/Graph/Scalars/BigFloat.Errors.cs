namespace GraphGrad.Scalars;

internal readonly partial struct BigFloat
{
    // Beyond, e^(-x²) leaves the range.
    private const int LargestErfc = 20;

    /// <summary>The error function: 2·x·e^(-x²)/√π · Σ (2·x²)^n / (1·3·…·(2n + 1)), whose terms are positive, below; 1 - erfc above.</summary>
    public static BigFloat Erf(BigFloat x)
    {
        if (x.end != 0) return x.IsUnknown || double.IsNaN(x.end) ? x : Math.Sign(x.end);
        if (x.mantissa.Sign < 0) return -Erf(-x);
        return IsFar(x) ? One - Erfc(x) : Rise(x);
    }

    /// <summary>1 - erf(x): with the digits that cancel, or the asymptotic series, which is further away from 0 than its terms rise again.</summary>
    public static BigFloat Erfc(BigFloat x)
    {
        if (x.end != 0) return x.IsUnknown || double.IsNaN(x.end) ? x : x.end > 0 ? Zero : 2;
        if (x.mantissa.Sign < 0) return One + Erf(-x);
        if (x.Magnitude > LargestErfc) return Zero.Blur(-LargestMagnitude);
        if (IsFar(x)) return Exp(-(x * x)) * Tail(x);
        // e^(-x²) is 2^(-1.4427·x²).
        return Working(Guard + (int)(1.5 * Math.Pow(x.ToDouble(), 2)), () => One - Rise(x)).Blur(Exact);
    }

    /// <summary>e^(x²) · erfc(x).</summary>
    public static BigFloat ScaledErfc(BigFloat x)
    {
        if (x.end != 0) return x.IsUnknown || double.IsNaN(x.end) ? x : x.end > 0 ? Zero : double.PositiveInfinity;
        return x.mantissa.Sign > 0 && IsFar(x) ? Tail(x) : Exp(x * x) * Erfc(x);
    }

    /// <summary>e^(x²) times the repeated integral of erfc of order 1 or 2, by the recurrence, whose terms cancel as x² at each step.</summary>
    public static BigFloat ScaledErfcIntegral(int n, BigFloat x)
    {
        if (x.end != 0) return ScaledErfc(x);
        if (x.error > -1) return Unknown;
        var center = x.Center;
        var result = Working(Guard + (2 * n * Math.Max(0, x.Magnitude + 1)), () =>
        {
            var (before, current) = (One.Scale(1) / Sqrt(Pi), ScaledErfc(center));
            for (var i = 1; i <= n; i++) (before, current) = (current, (before - (center * current).Scale(1)) / (2 * i));
            return current;
        }).Blur(Exact);
        return result.Blur(x.error + result.Log2Size + Math.Max(0, x.Magnitude) + 3);
    }

    // Where the least term of the asymptotic series, e^(-x²), is below the last digit.
    private static bool IsFar(BigFloat x) => x.Magnitude > LargestErfc || x.ToDouble() > Math.Sqrt(0.7 * (Precision + Guard)) + 1;

    private static BigFloat Rise(BigFloat x)
    {
        if (x.mantissa.IsZero) return x.Blur(x.error + 1);
        var result = Working(Guard, () =>
        {
            var center = x.Center;
            var (twice, term, sum) = ((center * center).Scale(1), One, One);
            for (var n = 1; ; n++)
            {
                term = term * twice / ((2 * n) + 1);
                sum += term;
                // From here on each term is less than half the one before.
                if (term.Magnitude < sum.Magnitude - Precision && (2 * n) + 1 > 4 * center.ToDouble() * center.ToDouble()) break;
            }
            return (sum.Blur(term.Log2Size + 1) * center * Exp(-(center * center))).Scale(1) / Sqrt(Pi);
        });
        return result.Blur(x.error + 1);
    }

    /// <summary>1 / (x·√π) · (1 - q + 1·3·q² - 1·3·5·q³ + …), q = 1 / (2·x²); what is left out is less than the next term.</summary>
    private static BigFloat Tail(BigFloat x)
    {
        var q = One / (x * x).Scale(1);
        var (term, sum) = (One, One);
        for (var n = 1; term.Magnitude > -Precision - Guard; n++)
        {
            var next = -(term * q * ((2 * n) - 1));
            if (next.Magnitude > term.Magnitude) break;
            term = next;
            sum += term;
        }
        return sum.Blur(term.Log2Size) / (x * Sqrt(Pi));
    }
}
