namespace GraphGrad.Operations;

/// <summary>
/// The regularized incomplete beta function with its derivatives: below the mean by a continued fraction (Didonato and Morris, "Algorithm 708", 1992, equation 9), for small powers of x by the power series
/// (NIST Digital Library of Mathematical Functions, 8.17.7); above by I(a, b, x) = 1 - I(b, a, 1 - x).
/// </summary>
internal static partial class IncompleteBetaFunctions
{
    // Below it 1/a in ψ(a) would cancel against the fraction's.
    private const double SmallPower = 0.75;

    // From where on the density takes Stirling's series.
    private const double LargePower = 20;

    /// <summary>I(a, b, x), y = 1 - x.</summary>
    public static double Lower(double a, double b, double x, double y)
    {
        if (IsUndefined(a, b, x)) return double.NaN;
        if (x == 0 || b == 0 || double.IsInfinity(a)) return y == 0 ? 1 : 0;
        if (y == 0 || a == 0 || double.IsInfinity(b)) return 1;
        if (IsBelow(a, b, x)) return a < SmallPower ? OfSmall(a, b, x, y) : OfFraction(a, b, x, y);
        return b < SmallPower ? LessSmall(b, a, y, x) : 1 - OfFraction(b, a, y, x);
    }

    /// <summary>x^(a-1)·y^(b-1) / B(a, b).</summary>
    public static double Density(double a, double b, double x, double y)
    {
        if (IsUndefined(a, b, x)) return double.NaN;
        if (x == 0) return a < 1 ? double.PositiveInfinity : a == 1 ? b : 0;
        if (y == 0) return b < 1 ? double.PositiveInfinity : b == 1 ? a : 0;
        if (a == 0 || b == 0 || double.IsInfinity(a) || double.IsInfinity(b)) return 0;
        return Powers(a, b, x, y, 1);
    }

    /// <summary>∂I(a, b, x)/∂a, or by b.</summary>
    public static double Slope(double a, double b, double x, double y, bool byFirst)
    {
        if (IsUndefined(a, b, x) || double.IsInfinity(a) || double.IsInfinity(b) || (byFirst ? a : b) == 0) return double.NaN;
        if (x == 0 || y == 0 || a == 0 || b == 0) return 0;
        if (!IsBelow(a, b, x)) return -SlopeBelow(b, a, y, x, !byFirst);
        return SlopeBelow(a, b, x, y, byFirst);
    }

    private static bool IsUndefined(double a, double b, double x) =>
        !(a >= 0) || !(b >= 0) || !(x >= 0) || !(x <= 1) || (a == 0 && (b == 0 || x == 0)) || (b == 0 && x == 1) || (double.IsInfinity(a) && double.IsInfinity(b));

    private static bool IsBelow(double a, double b, double x) => x <= (a + 1) / (a + b + 2);

    private static double SlopeBelow(double a, double b, double x, double y, bool byFirst)
    {
        var logX = Log(x, y);
        if (a < SmallPower)
        {
            var (sum, byA, byB) = SmallSum(a, b, x);
            var power = Math.Exp((a * logX) + GammaRatios.LogGammaIncrement(b, a) - IncompleteGammaFunctions.LogGammaOfOneMore(a));
            // ψ(a + b) - ψ(1 + a).
            var increment = b < 1 ? -GammaRatios.DigammaIncrement(a + b, 1 - b) : GammaRatios.DigammaIncrement(1 + a, b - 1);
            return byFirst
                ? power * (((logX + increment) * (1 + (a * sum))) + sum + (a * byA))
                : power * ((GammaRatios.DigammaIncrement(b, a) * (1 + (a * sum))) + (a * byB));
        }
        var powers = Powers(a, b, x, y, 0);
        if (powers == 0) return 0;
        var (fraction, relative) = Fraction(a, b, x, y, byFirst);
        return powers / fraction * ((byFirst ? logX + GammaRatios.DigammaIncrement(a, b) : Log(y, x) + GammaRatios.DigammaIncrement(b, a)) - relative);
    }

    private static double OfFraction(double a, double b, double x, double y)
    {
        var powers = Powers(a, b, x, y, 0);
        return powers == 0 ? 0 : powers / Fraction(a, b, x, y, byFirst: true).Value;
    }

    // x^a / (a·B(a, b)) · (1 + a·Σ (1 - b)…(n - b)·x^n / (n!·(a + n))).
    private static double OfSmall(double a, double b, double x, double y) =>
        Math.Exp((a * Log(x, y)) + GammaRatios.LogGammaIncrement(b, a) - IncompleteGammaFunctions.LogGammaOfOneMore(a)) * (1 + (a * SmallSum(a, b, x).Sum));

    /// <summary>1 less that.</summary>
    private static double LessSmall(double a, double b, double x, double y)
    {
        var exponent = (a * Log(x, y)) + GammaRatios.LogGammaIncrement(b, a) - IncompleteGammaFunctions.LogGammaOfOneMore(a);
        return -SpecialFunctions.Expm1(exponent) - (Math.Exp(exponent) * a * SmallSum(a, b, x).Sum);
    }

    /// <summary>Σ (1 - b)…(n - b)·x^n / (n!·(a + n)), with its derivatives by a and b; where x is below the mean of a small a, no term is above 1.</summary>
    private static (double Sum, double ByA, double ByB) SmallSum(double a, double b, double x)
    {
        var (term, slope, sum, byA, byB) = (1.0, 0.0, 0.0, 0.0, 0.0);
        for (var n = 1; n < 1000; n++)
        {
            slope = ((slope * (n - b)) - term) * x / n;
            term *= (n - b) * x / n;
            sum += term / (a + n);
            byA -= term / (a + n) / (a + n);
            byB += slope / (a + n);
            if (Math.Abs(term) < 1e-18 * Math.Abs(sum) && Math.Abs(slope) < 1e-18 * Math.Abs(byB)) break;
        }
        return (sum, byA, byB);
    }

    /// <summary>x^a·y^b / B(a, b) divided by I(a, b, x), and its logarithmic derivative by a or b; by Lentz's method.</summary>
    private static (double Value, double Relative) Fraction(double a, double b, double x, double y, bool byFirst)
    {
        var distance = Distance(a, b, x, y);
        var slopeOfDistance = byFirst ? y : -x;
        var value = a * (distance + 1) / (a + 1);
        var slope = (a * slopeOfDistance / (a + 1)) + (byFirst ? (distance + 1) / ((a + 1) * (a + 1)) : 0);
        var (c, slopeOfC, d, slopeOfD, relative) = (value, slope, 0.0, 0.0, slope / value);
        for (var m = 1; m < 100_000; m++)
        {
            var (low, high) = (a + (2 * m) - 1, a + (2 * m) + 1);
            var (first, second) = ((a + m - 1) / low, (a + b + m - 1) / low);
            var numerator = first * second * m * (b - m) * x * x;
            var inner = distance + 1 + (m * (2 - x));
            var denominator = m + (m * (b - m) * x / low) + ((a + m) * inner / high);
            var slopeOfNumerator = byFirst
                ? m * (b - m) * x * x * ((second + first - (2 * first * second)) / low)
                : first * m * x * x * ((b - m + a + b + m - 1) / low);
            var slopeOfDenominator = ((a + m) * slopeOfDistance / high) + (byFirst ? (inner * (m + 1) / high / high) - (m * (b - m) * x / low / low) : m * x / low);
            slopeOfD = slopeOfDenominator + (slopeOfNumerator * d) + (numerator * slopeOfD);
            d = 1 / (denominator + (numerator * d));
            slopeOfD *= -d * d;
            slopeOfC = slopeOfDenominator + (slopeOfNumerator / c) - (numerator / c * (slopeOfC / c));
            c = denominator + (numerator / c);
            var (change, step) = (c * d, (slopeOfC / c) + (slopeOfD / d));
            value *= change;
            relative += step;
            if (Math.Abs(change - 1) < 1e-16 && Math.Abs(step) < 1e-16 * Math.Abs(relative)) break;
        }
        return (value, relative);
    }

    /// <summary>x^(a-less)·y^(b-less) / B(a, b).</summary>
    private static double Powers(double a, double b, double x, double y, int less)
    {
        if (b > a) (a, b, x, y) = (b, a, y, x);
        if (b < LargePower)
        {
            var factor = b / Math.Exp(IncompleteGammaFunctions.LogGammaOfOneMore(b));
            return factor * Math.Exp(((a - less) * Log(x, y)) + ((b - less) * Log(y, x)) + GammaRatios.LogGammaIncrement(a, b));
        }
        // (x·c/a)^a·(y·c/b)^b, c = a + b, without the difference of large numbers, and what Stirling's formula leaves.
        var c = a + b;
        var distance = Distance(a, b, x, y);
        var exponent = -(a * Excess(-distance / a, x * (c / a))) - (b * Excess(distance / b, y * (c / b)));
        var stirling = IncompleteGammaFunctions.Stirling(c) - IncompleteGammaFunctions.Stirling(a) - IncompleteGammaFunctions.Stirling(b);
        var root = Math.Sqrt(a / c * b / (2 * Math.PI));
        return (less == 0 ? root : root / x / y) * Math.Exp(exponent + stirling);
    }

    /// <summary>a·y - b·x, by the one of x and y that has all its digits, and with those that a + b loses.</summary>
    private static double Distance(double a, double b, double x, double y)
    {
        var c = a + b;
        var lost = a > b ? b - (c - a) : a - (c - b);
        return x <= y ? Math.FusedMultiplyAdd(-c, x, a) - (lost * x) : Math.FusedMultiplyAdd(c, y, -b) + (lost * y);
    }

    /// <summary>μ - log(1 + μ), with the digits that 1 + μ has.</summary>
    private static double Excess(double mu, double oneMore) => Math.Abs(mu) < 0.5 ? IncompleteGammaFunctions.Excess(mu) : mu - Math.Log(oneMore);

    // By the one of x and y = 1 - x that has all its digits.
    private static double Log(double x, double y) => y < 0.5 ? SpecialFunctions.Log1p(-y) : Math.Log(x);
}
