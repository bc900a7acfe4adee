namespace GraphGrad.Operations;

// The inverse by x. As functions of log x both log P and log Q are concave, so that Newton's method comes to the root from everywhere.
internal static partial class IncompleteGammaFunctions
{
    /// <summary>The x with P(a, x) = p, q = 1 - p; of the smaller of the two the digits count.</summary>
    public static double Quantile(double a, double p, double q)
    {
        if (!(a >= 0) || !(p >= 0) || !(q >= 0)) return double.NaN;
        if (a == 0 || p == 0) return a == 0 && q == 0 ? double.NaN : double.IsInfinity(a) && p == 0 ? double.NaN : 0;
        if (q == 0 || double.IsInfinity(a)) return double.PositiveInfinity;
        // Below, P is x^a / Γ(a + 1).
        var least = (Math.Log(p) + LogGammaOfOneMore(a)) / a;
        if (least < -40) return Math.Exp(least);
        // Cubes of normal numbers (Wilson and Hilferty, "The distribution of chi-square", 1931).
        var root = 1 - (1 / (9 * a)) + (Math.Clamp(p < q ? NormalFunctions.Quantile(p) : -NormalFunctions.Quantile(q), -40, 40) / (3 * Math.Sqrt(a)));
        var start = a >= 1 && root > 0.1 ? Math.Log(a) + (3 * Math.Log(root)) : Math.Max(least, -30);
        return Math.Exp(Newton.OnTails(new LogTails(a), start, Math.Log(a), p, q));
    }

    /// <summary>Of the logarithm of a gamma number.</summary>
    private readonly struct LogTails(double a) : ITails
    {
        public (double Lower, double Upper, double Density) At(double t)
        {
            var x = Math.Exp(t);
            return (Lower(a, x), Upper(a, x), Density(a, x) * x);
        }
    }
}
