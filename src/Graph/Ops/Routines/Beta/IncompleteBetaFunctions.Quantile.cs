namespace GraphGrad.Operations;

// The inverse by x. As functions of log(x / (1 - x)) the logarithms of both tails are concave, and nearly straight lines far out.
internal static partial class IncompleteBetaFunctions
{
    /// <summary>The log(x / (1 - x)) with I(a, b, x) = p, q = 1 - p; of the smaller of the two the digits count.</summary>
    public static double QuantileLogOdds(double a, double b, double p, double q)
    {
        if (!(a >= 0) || !(b >= 0) || !(p >= 0) || !(q >= 0) || (a == 0 && b == 0) || (double.IsInfinity(a) && double.IsInfinity(b))) return double.NaN;
        if (b == 0 || double.IsInfinity(a)) return p == 0 ? double.NaN : double.PositiveInfinity;
        if (a == 0 || double.IsInfinity(b)) return q == 0 ? double.NaN : double.NegativeInfinity;
        if (p == 0) return double.NegativeInfinity;
        if (q == 0) return double.PositiveInfinity;
        // Far below, I is x^a / (a·B(a, b)), and far above what is left is (1 - x)^b / (b·B(a, b)).
        var low = (Math.Log(p) - GammaRatios.LogGammaIncrement(b, a) + IncompleteGammaFunctions.LogGammaOfOneMore(a)) / a;
        if (low < -40 && low < -40 - Math.Log(b)) return low;
        var high = -(Math.Log(q) - GammaRatios.LogGammaIncrement(a, b) + IncompleteGammaFunctions.LogGammaOfOneMore(b)) / b;
        if (high > 40 && high > 40 + Math.Log(a)) return high;
        var deviations = Math.Clamp(p < q ? NormalFunctions.Quantile(p) : -NormalFunctions.Quantile(q), -40, 40);
        var start = Math.Clamp(Math.Log(a / b) + (deviations * Math.Sqrt((1 / a) + (1 / b))), Math.Max(low, -700), Math.Min(high, 700));
        return Newton.OnTails(new LogOddsTails(a, b), start, Math.Log(a / b), p, q);
    }

    /// <summary>The x itself.</summary>
    public static double Quantile(double a, double b, double p, double q) => 1 / (1 + Math.Exp(-QuantileLogOdds(a, b, p, q)));

    /// <summary>Of log(x / (1 - x)) of a beta number.</summary>
    private readonly struct LogOddsTails(double a, double b) : ITails
    {
        public (double Lower, double Upper, double Density) At(double t)
        {
            var (x, y) = (1 / (1 + Math.Exp(-t)), 1 / (1 + Math.Exp(t)));
            return (Lower(a, b, x, y), Lower(b, a, y, x), Powers(a, b, x, y, 0));
        }
    }
}
