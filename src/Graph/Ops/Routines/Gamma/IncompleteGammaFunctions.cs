namespace GraphGrad.Operations;

/// <summary>
/// The regularized incomplete gamma functions: by the power series where x ≤ a, by Legendre's continued fraction above, and where a is large and x near it by Temme's uniform expansion
/// (NIST Digital Library of Mathematical Functions, 8.7.1, 8.7.3, 8.9.2 and 8.12.3 to 8.12.11).
/// </summary>
internal static partial class IncompleteGammaFunctions
{
    // Temme's expansion: from which a on, how far x may be from it, and how many powers of 1/a and of η are taken: 100^-9, and (0.41/3.5)^20.
    private const double LargeShape = 100;
    private const double Nearness = 0.35;
    private const int Orders = 9;
    private const int Powers = 20;

    // From which x on x^20·e^-x is 0, though x^20 may be infinite.
    private const double Vanishing = 1000;

    private static readonly double[][] Temme = Coefficients();

    /// <summary>P(a, x).</summary>
    public static double Lower(double a, double x)
    {
        if (!(a >= 0) || !(x >= 0) || (a == 0 && x == 0) || (double.IsInfinity(a) && double.IsInfinity(x))) return double.NaN;
        if (a == 0 || double.IsInfinity(x)) return 1;
        if (x == 0 || double.IsInfinity(a)) return 0;
        if (IsUniform(a, x)) return Uniform(a, x, isUpper: false);
        return IsBelow(a, x) ? Series(a, x) : 1 - Fraction(a, x);
    }

    /// <summary>Q(a, x) = 1 - P(a, x).</summary>
    public static double Upper(double a, double x)
    {
        if (!(a >= 0) || !(x >= 0) || (a == 0 && x == 0) || (double.IsInfinity(a) && double.IsInfinity(x))) return double.NaN;
        if (a == 0 || double.IsInfinity(x)) return 0;
        if (x == 0 || double.IsInfinity(a)) return 1;
        if (IsUniform(a, x)) return Uniform(a, x, isUpper: true);
        if (!IsBelow(a, x)) return Fraction(a, x);
        return UpperBySeries(a, x, Series(a, x));
    }

    /// <summary>Q(a, x), of what the power series makes P(a, x).</summary>
    public static double UpperBySeries(double a, double x, double lower) => lower < 0.7 ? 1 - lower : UpperOfSmall(a, x);

    /// <summary>x^(a-1)·e^-x / Γ(a).</summary>
    public static double Density(double a, double x)
    {
        if (!(a >= 0) || !(x >= 0)) return double.NaN;
        if (x == 0) return a < 1 ? (a == 0 ? double.NaN : double.PositiveInfinity) : a == 1 ? 1 : 0;
        if (double.IsInfinity(x) || double.IsInfinity(a)) return double.IsInfinity(x) && double.IsInfinity(a) ? double.NaN : 0;
        if (a >= 20) return Factor(a, x) / x;
        return x > Vanishing ? 0 : a * Math.Pow(x, a - 1) * Math.Exp(-x) / GammaOfOneMore(a);
    }

    private static bool IsUniform(double a, double x) => a >= LargeShape && Math.Abs(x - a) < Nearness * a;

    /// <summary>Whether the series is taken, not the fraction.</summary>
    public static bool IsBelow(double a, double x) => x < 1.1 || x <= a;

    // x^a·e^-x / Γ(a + 1) · Σ x^n / ((a + 1)…(a + n)).
    private static double Series(double a, double x)
    {
        var factor = Factor(a, x);
        if (factor == 0) return 0;
        var (term, sum) = (1.0, 1.0);
        for (var n = 1; term > 1e-17 * sum; n++)
        {
            term *= x / (a + n);
            sum += term;
        }
        return factor / a * sum;
    }

    // For x below 1.1 and a small: 1 - x^a/Γ(a + 1) - x^a/Γ(a + 1) · a·Σ (-x)^n / (n!·(a + n)), n from 1 up.
    private static double UpperOfSmall(double a, double x)
    {
        var (term, sum) = (1.0, 0.0);
        for (var n = 1; n < 40; n++)
        {
            term *= -x / n;
            sum += term / (a + n);
        }
        var exponent = (a * Math.Log(x)) - LogGammaOfOneMore(a);
        return -SpecialFunctions.Expm1(exponent) - (Math.Exp(exponent) * a * sum);
    }

    // x^a·e^-x / Γ(a) · 1/(x + 1 - a - 1·(1 - a)/(x + 3 - a - 2·(2 - a)/(x + 5 - a - …))), by Lentz's method.
    private static double Fraction(double a, double x)
    {
        var factor = Factor(a, x);
        if (factor == 0) return 0;
        var b = x + 1 - a;
        var (c, d) = (1e300, 1 / b);
        var fraction = d;
        for (var n = 1; n < 10_000; n++)
        {
            var numerator = n * (a - n);
            b += 2;
            d = 1 / (b + (numerator * d));
            c = b + (numerator / c);
            var change = c * d;
            fraction *= change;
            if (Math.Abs(change - 1) < 1e-16) break;
        }
        return factor * fraction;
    }

    private static double Uniform(double a, double x, bool isUpper)
    {
        var mu = (x - a) / a;
        var half = Excess(mu);
        var eta = Math.CopySign(Math.Sqrt(2 * half), mu);
        var sum = 0.0;
        for (var k = Orders - 1; k >= 0; k--)
        {
            var c = 0.0;
            for (var n = Temme[k].Length - 1; n >= 0; n--) c = (c * eta) + Temme[k][n];
            sum = (sum / a) + c;
        }
        var rest = Math.Exp(-a * half) / Math.Sqrt(2 * Math.PI * a) * sum;
        var root = eta * Math.Sqrt(a / 2);
        return isUpper ? (SpecialFunctions.Erfc(root) / 2) + rest : (SpecialFunctions.Erfc(-root) / 2) - rest;
    }

    /// <summary>x^a·e^-x / Γ(a); for large a by Stirling's series, with a·log(x/a) - (x - a) without the difference of large numbers.</summary>
    public static double Factor(double a, double x)
    {
        if (a < 20) return x > Vanishing ? 0 : a * Math.Pow(x, a) * Math.Exp(-x) / GammaOfOneMore(a);
        var mu = (x - a) / a;
        var exponent = Math.Abs(mu) < 0.5 ? -a * Excess(mu) : (a * Math.Log(x / a)) - (x - a);
        return Math.Sqrt(a / (2 * Math.PI)) * Math.Exp(exponent - Stirling(a));
    }

    /// <summary>log Γ(a) - (a - ½)·log a + a - ½·log 2π, for a from 20 on.</summary>
    internal static double Stirling(double a)
    {
        var inverse = 1 / (a * a);
        return ((((((-1 / 1680.0) * inverse) + (1 / 1260.0)) * inverse) - (1 / 360.0)) * inverse + (1 / 12.0)) / a;
    }

    /// <summary>μ - log(1 + μ) = μ·s - 2s³·(1/3 + s²/5 + …), s = μ/(2 + μ), for |μ| below ½.</summary>
    internal static double Excess(double mu)
    {
        var s = mu / (2 + mu);
        var (square, sum) = (s * s, 0.0);
        for (var k = 16; k >= 1; k--) sum = (sum * square) + (1.0 / ((2 * k) + 1));
        return (mu * s) - (2 * s * square * sum);
    }

    private static double GammaOfOneMore(double a)
    {
        var product = 1.0;
        for (; a > 0.5; a--) product *= a;
        return product * Math.Exp(LogGammaOfOneMore(a));
    }

    /// <summary>log Γ(1 + a), with its digits near 0.</summary>
    internal static double LogGammaOfOneMore(double a) =>
        Math.Abs(a) <= 0.5 ? GammaFunctions.NearTwo(a) - SpecialFunctions.Log1p(a) : GammaFunctions.LogGamma(1 + a);

    // With λ = 1 + μ as a series in η, λ'·(λ - 1) = η·λ: c(0) = 1/μ - 1/η = (λ' - 1)/η - 1, and c(k) = c(k - 1)'/η - c(k - 1)'(0)·(1/η + c(0)).
    private static double[][] Coefficients()
    {
        var count = Powers + (2 * Orders);
        var alpha = new double[count + 3];
        (alpha[0], alpha[1]) = (1, 1);
        for (var n = 2; n < alpha.Length; n++)
        {
            var sum = alpha[n - 1];
            for (var k = 2; k < n; k++) sum -= k * alpha[k] * alpha[n + 1 - k];
            alpha[n] = sum / (n + 1);
        }
        var first = new double[count + 1];
        for (var n = 0; n <= count; n++) first[n] = ((n + 2) * alpha[n + 2]) - (n == 0 ? 1 : 0);
        var all = new List<double[]> { first };
        for (var k = 1; k < Orders; k++)
        {
            var last = all[^1];
            all.Add([.. Enumerable.Range(0, last.Length - 2).Select(n => ((n + 2) * last[n + 2]) - (last[1] * first[n]))]);
        }
        return [.. all.Select(c => c[..Powers])];
    }
}
