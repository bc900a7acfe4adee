using System.Numerics;

namespace GraphGrad.Tests.Exact;

/// <summary>
/// The logarithm of the gamma function and its derivatives, by recurrence up to a large argument and Stirling's series there (Abramowitz
/// and Stegun, 6.1.40, 6.3.18 and 6.4.11), whose error is at most the first term left out.
/// </summary>
internal static class GammaFamily
{
    private const int Terms = 40;
    private const int Far = 40;

    // B(2k) as fractions, k from 0 up.
    private static readonly Lazy<(BigInteger Numerator, BigInteger Denominator)[]> Bernoulli = new(Fractions);

    /// <summary>log |Γ(x)| of a number that is no pole.</summary>
    public static Real LogGamma(Real x)
    {
        var (z, product) = (x, Real.One);
        for (; !IsFar(z); z += 1) product *= z;
        var sum = ((z - Half) * Elementary.Log(z)) - z + (Elementary.Log(Elementary.Pi.Scale(1)).Scale(-1));
        var (inverse, power) = (1 / (z * z), 1 / z);
        for (var k = 1; k <= Terms; k++)
        {
            var term = B(k) * power / (2 * k) / ((2 * k) - 1);
            if (k == Terms) sum = sum.Blur(term.Log2);
            else sum += term;
            power *= inverse;
        }
        return sum - Elementary.Log(product.Sign < 0 ? -product : product);
    }

    /// <summary>The derivative of an order n of the digamma function, itself for order 0, of a number that is no pole.</summary>
    public static Real Polygamma(int n, Real x)
    {
        var (z, sum) = (x, Real.Zero);
        for (; !IsFar(z); z += 1) sum += 1 / Power(z, n + 1);
        var factorial = Enumerable.Range(1, n).Aggregate(Real.One, (product, i) => product * i);
        var (inverse, power) = (1 / (z * z), 1 / Power(z, n));
        var large = n == 0 ? Elementary.Log(z) - (1 / z.Scale(1)) : (factorial * power / n) + (factorial * power / z.Scale(1));
        // (2k + n - 1)! / (2k)!
        var factor = factorial * (n == 0 ? Half : Half * (n + 1));
        for (var k = 1; k <= Terms; k++)
        {
            power *= inverse;
            var term = B(k) * (n == 0 ? power / (2 * k) : factor * power);
            factor = factor * ((2 * k) + n) * ((2 * k) + n + 1) / ((2 * k) + 1) / ((2 * k) + 2);
            if (k == Terms) large = large.Blur(term.Log2);
            else large = n == 0 ? large - term : large + term;
        }
        if (n == 0) return large - sum;
        var result = (factorial * sum) + large;
        return n % 2 == 1 ? result : -result;
    }

    private static Real Half => Real.One.Scale(-1);

    private static Real B(int k) => new Real(Bernoulli.Value[k].Numerator, 0, Real.Exact) / new Real(Bernoulli.Value[k].Denominator, 0, Real.Exact);

    private static bool IsFar(Real z) => z.ToDouble() >= Far;

    private static Real Power(Real x, int n) => Enumerable.Range(0, n).Aggregate(Real.One, (power, _) => power * x);

    // Σ C(m + 1, j)·B(j) = 0 over j from 0 to m.
    private static (BigInteger, BigInteger)[] Fractions()
    {
        var all = new (BigInteger N, BigInteger D)[(2 * Terms) + 1];
        all[0] = (1, 1);
        for (var m = 1; m < all.Length; m++)
        {
            var (n, d, binomial) = (BigInteger.Zero, BigInteger.One, BigInteger.One);
            for (var j = 0; j < m; j++)
            {
                (n, d) = ((n * all[j].D) + (binomial * all[j].N * d), d * all[j].D);
                var common = BigInteger.GreatestCommonDivisor(n, d);
                if (!common.IsZero) (n, d) = (n / common, d / common);
                binomial = binomial * (m + 1 - j) / (j + 1);
            }
            (n, d) = (-n, d * (m + 1));
            var divisor = BigInteger.GreatestCommonDivisor(n, d);
            all[m] = (n / divisor, d / divisor);
        }
        return [.. Enumerable.Range(0, Terms + 1).Select(k => all[2 * k])];
    }
}
