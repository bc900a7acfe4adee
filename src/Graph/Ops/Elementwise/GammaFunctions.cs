namespace GraphGrad.Operations;

/// <summary>
/// The gamma function's relatives in double precision, for the interpreter and as references of the tests: other ways to the same numbers
/// than the compiled bodies take.
/// </summary>
internal static class GammaFunctions
{
    private const double Far = 20;

    private static readonly double[] Bernoulli =
        [1.0 / 6, -1.0 / 30, 1.0 / 42, -1.0 / 30, 5.0 / 66, -691.0 / 2730, 7.0 / 6, -3617.0 / 510, 43867.0 / 798, -174611.0 / 330];

    // ζ(k) - 1 for k = 2, 3, …
    private static readonly double[] ZetaLessOne = [.. Enumerable.Range(2, 60).Select(k => Enumerable.Range(2, 400).Reverse().Sum(n => Math.Pow(n, -k)) + ZetaRest(k))];

    /// <summary>log |Γ(x)|.</summary>
    public static double LogGamma(double x)
    {
        if (double.IsInfinity(x) || (x <= 0 && x == Math.Floor(x))) return double.PositiveInfinity;
        if (x < -1e-20) return Math.Log(Math.PI / (Math.Abs(SinOfPi(x)) * -x)) - LogGamma(-x);
        if (x < 0.5) return LogGamma(1 + x) - Math.Log(Math.Abs(x));
        // Around 1 and 2, where it vanishes: log Γ(2 + e) = (1 - γ)·e + Σ (-1)^k (ζ(k) - 1)·e^k / k, k from 2 up.
        if (x < 1.5) return NearTwo(x - 1) - SpecialFunctions.Log1p(x - 1);
        if (x < Far)
        {
            var product = 1.0;
            for (; x >= 2.5; x--) product *= x - 1;
            return NearTwo(x - 2) + Math.Log(product);
        }
        var series = 0.0;
        for (var k = Bernoulli.Length; k >= 1; k--) series = (series / (x * x)) + (Bernoulli[k - 1] / (2 * k * ((2 * k) - 1)));
        return ((x - 0.5) * (Math.Log(x) - 1)) + ((Math.Log(2 * Math.PI) - 1) / 2) + (series / x);
    }

    /// <summary>The derivative of log Γ.</summary>
    public static double Digamma(double x)
    {
        if (x == 0) return -1 / x;
        if (x < 0) return x == Math.Floor(x) ? double.NaN : Digamma(1 - x) - (Math.PI * CosOfPi(x) / SinOfPi(x));
        // From the smallest term up.
        var (sum, steps) = (0.0, x < Far ? (int)Math.Ceiling(Far - x) : 0);
        for (var i = steps - 1; i >= 0; i--) sum += 1 / (x + i);
        x += steps;
        var series = 0.0;
        for (var k = Bernoulli.Length; k >= 1; k--) series = (series + (Bernoulli[k - 1] / (2 * k))) / (x * x);
        return Math.Log(x) - (0.5 / x) - series - sum;
    }

    /// <summary>The derivative of an order n ≥ 1 of the digamma function.</summary>
    public static double Polygamma(int n, double x)
    {
        var sign = n % 2 == 0 ? -1 : 1;
        var factorial = Enumerable.Range(1, n).Aggregate(1.0, (product, i) => product * i);
        if (double.IsNegativeInfinity(x)) return double.NaN;
        if (x < 0 && x == Math.Floor(x)) return sign * double.PositiveInfinity;
        // Σ (x + i)^-(n+1), over as many terms as lead beyond 20; those of negative x too.
        if (x < -1000) return sign * factorial * Reflected(n, x);
        // -0 as 0.
        x += 0.0;
        var sum = 0.0;
        for (; x < Far; x++) sum += Math.Pow(x, -(n + 1));
        var (tail, term) = ((1.0 / n) + (0.5 / x), (n + 1) / (2.0 * x * x));
        for (var k = 1; k <= Bernoulli.Length; k++)
        {
            tail += Bernoulli[k - 1] * term;
            term *= (double)(n + (2 * k)) * (n + (2 * k) + 1) / (((2 * k) + 1) * ((2 * k) + 2)) / (x * x);
        }
        return sign * factorial * (sum + (tail * Math.Pow(x, -n)));
    }

    /// <summary>Far on the negative axis what the whole axis gives, Σ (x + i)^-(n+1) over all i, but for what lies below x.</summary>
    private static double Reflected(int n, double x)
    {
        var r = x - Math.Round(x);
        var sum = Math.Pow(r, -(n + 1));
        for (var i = 1; i < 2000; i++) sum += Math.Pow(r + i, -(n + 1)) + Math.Pow(r - i, -(n + 1));
        return sum;
    }

    internal static double NearTwo(double e)
    {
        var sum = 0.0;
        for (var k = ZetaLessOne.Length + 1; k >= 2; k--) sum = (sum * -e) + (ZetaLessOne[k - 2] / k);
        return (e * (1 - 0.5772156649015329)) + (e * e * sum);
    }

    // By the formula of Euler and Maclaurin.
    private static double ZetaRest(int k) =>
        (Math.Pow(402, 1 - k) / (k - 1)) + (0.5 * Math.Pow(402, -k)) + (k / 12.0 * Math.Pow(402, -k - 1)) - (k * (k + 1.0) * (k + 2) / 720 * Math.Pow(402, -k - 3));

    private static double SinOfPi(double x)
    {
        var r = x - Math.Round(x);
        return Math.Sin(Math.PI * r);
    }

    private static double CosOfPi(double x) => Math.Sin(Math.PI * (0.5 - Math.Abs(x - Math.Round(x))));
}
