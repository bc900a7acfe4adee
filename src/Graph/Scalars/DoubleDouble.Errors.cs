namespace GraphGrad.Scalars;

internal readonly partial struct DoubleDouble
{
    // The series of erf serves below, the continued fraction of erfc above; at 2.5 both take some 100 steps.
    private const double SeriesEnd = 2.5;

    private static readonly DoubleDouble InverseRootOfPi = new(0.5641895835477563, 7.66772980658294e-18);

    /// <summary>The error function; below 2.5 by 2·x·e^(-x²)/√π · Σ (2·x²)^n / (1·3·…·(2n + 1)), whose terms are positive.</summary>
    public static DoubleDouble Erf(DoubleDouble x)
    {
        if (!(Math.Abs(x.High) < SeriesEnd)) return double.IsNaN(x.High) ? x : x.High > 0 ? One - Erfc(x) : Erfc(-x) - One;
        var (square, term, sum) = (x * x, One, One);
        for (var n = 1; term.High > 1e-34 * sum.High; n++)
        {
            term *= square * 2 / ((2 * n) + 1);
            sum += term;
        }
        return sum * x * Exp(-square) * InverseRootOfPi * 2;
    }

    /// <summary>1 - erf(x).</summary>
    public static DoubleDouble Erfc(DoubleDouble x) =>
        x.High < SeriesEnd ? (x.High > -SeriesEnd ? One - Erf(x) : new DoubleDouble(2) - Erfc(-x)) : double.IsNaN(x.High) || x.High > 30 ? (double.IsNaN(x.High) ? x : Zero) : Exp(-(x * x)) * Tail(x);

    /// <summary>e^(x²) · erfc(x).</summary>
    public static DoubleDouble ScaledErfc(DoubleDouble x) => x.High < SeriesEnd ? Exp(x * x) * Erfc(x) : double.IsNaN(x.High) ? x : Tail(x);

    /// <summary>1 / (x·√π) / (1 + q / (1 + 2·q / (1 + 3·q / …))), q = 1 / (2·x²).</summary>
    private static DoubleDouble Tail(DoubleDouble x)
    {
        if (!x.IsFinite) return Zero;
        var q = new DoubleDouble(0.5) / x / x;
        var fraction = One;
        for (var n = 20 + (int)(1900 / (x.High * x.High)); n > 0; n--) fraction = One + (q * n / fraction);
        return InverseRootOfPi / x / fraction;
    }
}
