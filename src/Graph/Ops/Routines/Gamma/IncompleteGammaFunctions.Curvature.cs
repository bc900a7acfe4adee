namespace GraphGrad.Operations;

// The second derivative by a: each series differentiated twice term by term, and that of the logarithm of the fraction.
internal static partial class IncompleteGammaFunctions
{
    /// <summary>∂²P(a, x)/∂a².</summary>
    public static double CurvatureByShape(double a, double x)
    {
        if (!(a > 0) || !(x >= 0) || double.IsInfinity(a)) return double.NaN;
        if (x == 0 || double.IsInfinity(x)) return 0;
        return a < SmallShape && x < 1.1 ? SmallCurvature(a, x) : IsBelow(a, x) ? SeriesCurvature(a, x) : FractionCurvature(a, x);
    }

    private static double SmallCurvature(double a, double x)
    {
        var shape = new TwoSlopes(a, 1, 1);
        TwoSlopes sum = 0;
        var term = 1.0;
        for (var n = 1; n < 40; n++)
        {
            term *= -x / n;
            sum += term / (shape + n);
        }
        var log = Math.Log(x);
        var slope = log - GammaFunctions.Digamma(1 + a);
        return Math.Exp((a * log) - LogGammaOfOneMore(a)) * (1 + (shape * sum)).TimesExp(slope, slope, -GammaFunctions.Polygamma(1, 1 + a));
    }

    private static double SeriesCurvature(double a, double x)
    {
        var factor = Factor(a, x);
        if (factor == 0) return 0;
        // The terms divided by the first, with the harmonic sums of their derivatives.
        var (term, sum, byShape, twice, harmonic, squares) = (1.0, 1.0, 0.0, 0.0, 0.0, 0.0);
        for (var n = 1; term > 1e-17 * sum || term * harmonic * harmonic > 1e-17 * twice; n++)
        {
            term *= x / (a + n);
            harmonic += 1 / (a + n);
            squares += 1 / ((a + n) * (a + n));
            sum += term;
            byShape -= term * harmonic;
            twice += term * ((harmonic * harmonic) + squares);
        }
        var slope = LogLess(a, x) - (1 / a);
        return factor / a * new TwoSlopes(sum, byShape, byShape, twice).TimesExp(slope, slope, -GammaFunctions.Polygamma(1, 1 + a));
    }

    private static double FractionCurvature(double a, double x)
    {
        var factor = Factor(a, x);
        if (factor == 0) return 0;
        var shape = new TwoSlopes(a, 1, 1);
        var b = x + 1 - shape;
        TwoSlopes c = 1e300, d = 1 / b;
        var (fraction, relative, ofLog) = (d.Value, d.First / d.Value, d.OfLog);
        for (var n = 1; n < 1_000_000; n++)
        {
            var numerator = n * (shape - n);
            b += 2;
            d = 1 / (b + (numerator * d));
            c = b + (numerator / c);
            var (change, slope, curvature) = (c.Value * d.Value, (c.First / c.Value) + (d.First / d.Value), c.OfLog + d.OfLog);
            fraction *= change;
            relative += slope;
            ofLog += curvature;
            if (Math.Abs(change - 1) < 1e-16 && Math.Abs(slope) < 1e-16 * Math.Abs(relative) && Math.Abs(curvature) <= 1e-16 * Math.Abs(ofLog)) break;
        }
        var whole = LogLess(a, x) + relative;
        return -factor * fraction * ((whole * whole) + ofLog - GammaFunctions.Polygamma(1, a));
    }
}
