namespace GraphGrad.Operations;

/// <summary>Hurwitz's zeta function, by its terms and the formula of Euler and Maclaurin (Abramowitz and Stegun, 23.1.30).</summary>
internal static class ZetaFunctions
{
    // B(2k) / (2k)!, k from 1 up.
    private static readonly double[] Factors =
    [
        1.0 / 12, -1.0 / 720, 1.0 / 30240, -1.0 / 1209600, 1.0 / 47900160, -691.0 / 1307674368000, 1.0 / 74724249600, -3617.0 / 10670622842880000,
        43867.0 / 5109094217170944000, -174611.0 / 802857662698291200000.0, 77683.0 / 14101100039391805440000.0, -236364091.0 / 1693824136731743669452800000.0,
    ];

    /// <summary>Σ (q + k)^-s over k from 0 up.</summary>
    public static double Hurwitz(double s, double q)
    {
        if (double.IsNaN(s) || double.IsNaN(q) || s < 1) return double.NaN;
        if (s == 1) return double.PositiveInfinity;
        if (q <= 0)
        {
            if (q == Math.Floor(q)) return double.PositiveInfinity;
            if (s != Math.Floor(s)) return double.NaN;
            // With -q = m + t: of the terms from q up, those above 0 are ζ(s, 1 - t), those below ±(ζ(s, t) - ζ(s, 1 - q)).
            var t = -q - Math.Floor(-q);
            var below = OfPositive(s, t) - OfPositive(s, 1 - q);
            return OfPositive(s, 1 - t) + (Math.IEEERemainder(s, 2) == 0 ? below : -below);
        }
        return OfPositive(s, q);
    }

    private static double OfPositive(double s, double q)
    {
        if (double.IsInfinity(q)) return 0;
        if (double.IsInfinity(s)) return q < 1 ? double.PositiveInfinity : q == 1 ? 1 : 0;
        // The series in 1/q needs a q that grows with s; before it is reached, terms may vanish beside their sum.
        var (sum, far) = (0.0, 10 + (s / 2));
        for (; q < far; q++)
        {
            var term = Math.Pow(q, -s);
            sum += term;
            if (term < 1e-17 * sum) return sum;
        }
        var power = Math.Pow(q, -s);
        var (series, rising) = (0.0, s / q);
        for (var k = 1; k <= Factors.Length; k++)
        {
            var term = Factors[k - 1] * rising;
            series += term;
            if (Math.Abs(term) < 1e-17 * (q / (s - 1))) break;
            rising *= (s + (2 * k) - 1) / q * ((s + (2 * k)) / q);
        }
        return sum + (power * ((q / (s - 1)) + 0.5 + series));
    }
}
