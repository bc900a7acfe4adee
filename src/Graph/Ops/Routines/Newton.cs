namespace GraphGrad.Operations;

/// <summary>A distribution, of which both tails and the density are known.</summary>
internal interface ITails
{
    (double Lower, double Upper, double Density) At(double t);
}

/// <summary>Newton's method for quantiles.</summary>
internal static class Newton
{
    /// <summary>
    /// The t at which a distribution has the lower tail p and the upper tail q = 1 - p. It must have a concave log-density: then the logarithm of either tail is concave, a tangent never falls below it, and after one step
    /// the root is approached from one side.
    /// </summary>
    /// <param name="tails">The distribution.</param>
    /// <param name="start">Where it begins.</param>
    /// <param name="middle">Where neither tail vanishes.</param>
    /// <param name="p">The lower tail.</param>
    /// <param name="q">The upper tail.</param>
    public static double OnTails<TTails>(TTails tails, double start, double middle, double p, double q)
        where TTails : struct, ITails
    {
        var isLower = p <= q;
        var (t, inside) = (start, middle);
        for (var i = 0; i < 200; i++)
        {
            var (lower, upper, density) = tails.At(t);
            var tail = isLower ? lower : upper;
            if (tail == 0 || density == 0)
            {
                // Too far out for a float: half the way back.
                t = (t + inside) / 2;
                continue;
            }
            inside = t;
            var ratio = tail / (isLower ? p : q);
            var step = (Math.Abs(ratio - 1) < 0.5 ? SpecialFunctions.Log1p(ratio - 1) : Math.Log(ratio)) * (tail / density);
            t = isLower ? t - step : t + step;
            // The next step would be about the square of this one.
            if (Math.Abs(step) < 1e-9) break;
        }
        return t;
    }
}
