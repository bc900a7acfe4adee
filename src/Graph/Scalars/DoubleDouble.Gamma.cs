using GraphGrad.Operations;

namespace GraphGrad.Scalars;

internal readonly partial struct DoubleDouble
{
    // From here on Stirling's series has 32 digits.
    private const double Far = 30;

    private static readonly DoubleDouble LogRootTwoPi = new(0.9189385332046728, -3.878294158067242e-17);

    // B(2), B(4), …
    private static readonly DoubleDouble[] Bernoulli =
    [
        One / 6, -One / 30, One / 42, -One / 30, (DoubleDouble)5 / 66, (DoubleDouble)(-691) / 2730, (DoubleDouble)7 / 6, (DoubleDouble)(-3617) / 510, (DoubleDouble)43867 / 798,
        (DoubleDouble)(-174611) / 330, (DoubleDouble)854513 / 138, (DoubleDouble)(-236364091) / 2730, (DoubleDouble)8553103 / 6, (DoubleDouble)(-23749461029) / 870, (DoubleDouble)8615841276005 / 14322,
    ];

    /// <summary>log |Γ(x)|.</summary>
    public static DoubleDouble LogGamma(DoubleDouble x)
    {
        if (!x.IsFinite || (x.High <= 0 && x.High == Math.Floor(x.High))) return double.IsNaN(x.High) ? NaN : double.PositiveInfinity;
        if (x.High < 0.5) return Log(Pi / Abs(SinCosOfPi(x).Sin)) - LogGamma(One - x);
        if (x.Low == 0 && x.High is 1 or 2) return Zero;
        var product = One;
        for (; x.High < Far; x += One) product *= x;
        var (series, inverse) = (Zero, One / (x * x));
        for (var k = Bernoulli.Length; k >= 1; k--) series = (series * inverse) + (Bernoulli[k - 1] / (2 * k * ((2 * k) - 1)));
        return ((x - 0.5) * Log(x)) - x + LogRootTwoPi + (series / x) - Log(product);
    }

    /// <summary>The derivative of log Γ.</summary>
    public static DoubleDouble Digamma(DoubleDouble x)
    {
        if (!x.IsFinite || (x.High <= 0 && x.High == Math.Floor(x.High))) return GammaFunctions.Digamma(x.High);
        if (x.High < 0)
        {
            var (sin, cos) = SinCosOfPi(x);
            return Digamma(One - x) - (Pi * cos / sin);
        }
        var sum = Zero;
        for (; x.High < Far; x += One) sum += One / x;
        var (series, inverse) = (Zero, One / (x * x));
        for (var k = Bernoulli.Length; k >= 1; k--) series = (series + (Bernoulli[k - 1] / (2 * k))) * inverse;
        return Log(x) - (One / x * 0.5) - series - sum;
    }

    /// <summary>The derivative of an order n ≥ 1 of the digamma function; with the digits of a double below 0.</summary>
    public static DoubleDouble Polygamma(int n, DoubleDouble x)
    {
        if (!x.IsFinite || x.High <= 0) return GammaFunctions.Polygamma(n, x.High);
        var (sum, factorial) = (Zero, One);
        for (var i = 2; i <= n; i++) factorial *= i;
        for (; x.High < Far + n; x += One) sum += One / Power(x, n + 1);
        var inverse = One / (x * x);
        var (tail, term) = ((One / n) + (One / x * 0.5), inverse * (n + 1) * 0.5);
        for (var k = 1; k <= Bernoulli.Length; k++)
        {
            tail += Bernoulli[k - 1] * term;
            term *= inverse * (double)((n + (2 * k)) * (n + (2 * k) + 1)) / (double)(((2 * k) + 1) * ((2 * k) + 2));
        }
        return (sum + (tail / Power(x, n))) * factorial * (n % 2 == 0 ? -1 : 1);
    }

    private static (DoubleDouble Sin, DoubleDouble Cos) SinCosOfPi(DoubleDouble x)
    {
        var nearest = Math.Round(x.High);
        var (sin, cos) = SinCos((x - nearest) * Pi);
        return Math.IEEERemainder(nearest, 2) == 0 ? (sin, cos) : (-sin, -cos);
    }
}
