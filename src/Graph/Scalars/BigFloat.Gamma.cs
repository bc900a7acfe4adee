using System.Numerics;

namespace GraphGrad.Scalars;

internal readonly partial struct BigFloat
{
    // Below, too many factors lie between the number and where Stirling's series serves.
    private const double LowestGamma = -10_000;

    // So many numbers of Bernoulli are computed at a time.
    private const int BernoulliStep = 64;

    private static readonly Lock BernoulliLock = new();
    private static (BigInteger Dividend, BigInteger Divisor)[] bernoulli = [];

    // From here on the terms of Stirling's series fall below the last digit before they rise: the least is e^(-2πz).
    private static double Far => 8 + (Precision / 4);

    private bool IsPole => error == Exact && mantissa.Sign <= 0 && exponent >= 0;

    /// <summary>log |Γ(x)|, by Stirling's series of a large argument and the product of what lies between (Abramowitz and Stegun, 6.1.40).</summary>
    public static BigFloat LogGamma(BigFloat x)
    {
        if (x.end != 0) return x.IsUnknown || double.IsNaN(x.end) ? x : double.PositiveInfinity;
        if (x.IsPole) return double.PositiveInfinity;
        if (x.error == Exact && (x - One).mantissa * (x - 2).mantissa == 0) return Zero;
        if (x.ToDouble() < LowestGamma) return Unknown;
        return Working(Guard, () =>
        {
            if (IsVague(x, Far)) return Unknown;
            var (z, product) = (x, One);
            for (; z.ToDouble() < Far; z += One) product *= z;
            var sum = ((z - One.Scale(-1)) * Log(z)) - z + Log(Pi.Scale(1)).Scale(-1);
            sum = Stirling(sum, One / z, z, k => (2 * k) * ((2 * k) - 1), k => 1);
            return product.HoldsZero ? Unknown : sum - Log(Abs(product));
        }).Blur(Exact);
    }

    /// <summary>The derivative of log Γ (Abramowitz and Stegun, 6.3.18).</summary>
    public static BigFloat Digamma(BigFloat x)
    {
        if (x.end != 0) return x.IsUnknown || double.IsNaN(x.end) ? x : x.end > 0 ? x : NaN;
        if (x.IsPole) return NaN;
        if (x.ToDouble() < LowestGamma) return Unknown;
        return Working(Guard, () =>
        {
            if (IsVague(x, Far)) return Unknown;
            var (z, below) = (x, Zero);
            for (; z.ToDouble() < Far; z += One) below += One / z;
            return Stirling(Log(z) - (One / z.Scale(1)), -(One / (z * z)), z, k => 2 * k, k => 1) - below;
        }).Blur(Exact);
    }

    /// <summary>The derivative of an order n ≥ 1 of the digamma function (Abramowitz and Stegun, 6.4.11).</summary>
    public static BigFloat Polygamma(int n, BigFloat x)
    {
        if (x.end != 0) return x.IsUnknown || double.IsNaN(x.end) ? x : x.end > 0 ? Zero : NaN;
        if (x.IsPole) return n % 2 == 1 ? double.PositiveInfinity : NaN;
        if (x.ToDouble() < LowestGamma) return Unknown;
        return Working(Guard, () =>
        {
            if (IsVague(x, Far + n)) return Unknown;
            var (z, below, factorial) = (x, Zero, One);
            for (var i = 2; i <= n; i++) factorial *= i;
            for (; z.ToDouble() < Far + n; z += One) below += One / Power(z, n + 1);
            var power = One / Power(z, n);
            // (2k + n - 1)! / (2k)! from one term to the next.
            var sum = Stirling(power / n + (power / z).Scale(-1), power / (z * z) * (n + 1) / 2, z, k => 1, k => (BigFloat)((2.0 * k) + n) * ((2.0 * k) + n + 1) / (((2.0 * k) + 1) * ((2.0 * k) + 2)));
            var result = (sum + below) * factorial;
            return n % 2 == 0 ? -result : result;
        }).Blur(Exact);
    }

    /// <summary>Whether a number below the end may be off by 1 and more: 1 added to it again and again, it would never get there.</summary>
    private static bool IsVague(BigFloat x, double end) => x.error > -1 && x.ToDouble() < end;

    /// <summary>Adds Σ B(2k)·power / divisor(k), where the power is multiplied with growth(k) / z² from term to term. What is left out is less than the first term that is.</summary>
    private static BigFloat Stirling(BigFloat sum, BigFloat power, BigFloat z, Func<int, double> divisor, Func<int, BigFloat> growth)
    {
        var square = z * z;
        for (var k = 1; ; k++)
        {
            var (dividend, whole) = Bernoulli(k);
            var term = Whole(dividend) / Whole(whole) * power / divisor(k);
            if (term.Magnitude < sum.Magnitude - Precision) return sum.Blur(term.Log2Size);
            sum += term;
            power = power * growth(k) / square;
        }
    }

    /// <summary>B(2k) as a fraction, by tangent numbers: B(2k) = (-1)^(k - 1) · 2k · T(k) / (4^k · (4^k - 1)) (Brent and Harvey, 2013).</summary>
    private static (BigInteger Dividend, BigInteger Divisor) Bernoulli(int k)
    {
        lock (BernoulliLock)
        {
            if (k > bernoulli.Length) bernoulli = Computed((k + BernoulliStep - 1) / BernoulliStep * BernoulliStep);
            return bernoulli[k - 1];
        }

        static (BigInteger, BigInteger)[] Computed(int count)
        {
            var tangents = new BigInteger[count + 1];
            tangents[1] = 1;
            for (var i = 2; i <= count; i++) tangents[i] = (i - 1) * tangents[i - 1];
            for (var i = 2; i <= count; i++)
            {
                for (var j = i; j <= count; j++) tangents[j] = ((j - i) * tangents[j - 1]) + ((j - i + 2) * tangents[j]);
            }
            return [.. Enumerable.Range(1, count).Select(i => ((i % 2 == 0 ? -1 : 1) * 2 * i * tangents[i], (BigInteger.One << (2 * i)) * ((BigInteger.One << (2 * i)) - 1)))];
        }
    }
}
