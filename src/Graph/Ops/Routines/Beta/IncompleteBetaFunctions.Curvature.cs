namespace GraphGrad.Operations;

// The second derivatives by the powers: of I = x^a·y^b / B(a, b) / fraction by those of its logarithm, of the power series term by term.
internal static partial class IncompleteBetaFunctions
{
    /// <summary>∂²I(a, b, x) by two of a and b, which may be one twice.</summary>
    public static double Curvature(double a, double b, double x, double y, bool byFirst, bool thenByFirst)
    {
        if (IsUndefined(a, b, x) || double.IsInfinity(a) || double.IsInfinity(b) || a == 0 || b == 0) return double.NaN;
        if (x == 0 || y == 0) return 0;
        return IsBelow(a, b, x) ? CurvatureBelow(a, b, x, y, byFirst, thenByFirst) : -CurvatureBelow(b, a, y, x, !byFirst, !thenByFirst);
    }

    private static double CurvatureBelow(double a, double b, double x, double y, bool byFirst, bool thenByFirst)
    {
        var (first, second) = (new TwoSlopes(a, byFirst ? 1 : 0, thenByFirst ? 1 : 0), new TwoSlopes(b, byFirst ? 0 : 1, thenByFirst ? 0 : 1));
        var (logX, logY) = (Log(x, y), Log(y, x));
        if (a < SmallPower)
        {
            var power = Math.Exp((a * logX) + GammaRatios.LogGammaIncrement(b, a) - IncompleteGammaFunctions.LogGammaOfOneMore(a));
            var both = byFirst != thenByFirst ? GammaFunctions.Polygamma(1, a + b)
                : !byFirst ? GammaRatios.TrigammaIncrement(b, a)
                : b < 1 ? -GammaRatios.TrigammaIncrement(a + b, 1 - b) : GammaRatios.TrigammaIncrement(1 + a, b - 1);
            return power * (1 + (first * SmallSum(first, second, x))).TimesExp(Small(byFirst), Small(thenByFirst), both);
        }
        var powers = Powers(a, b, x, y, 0);
        if (powers == 0) return 0;
        var (value, byOne, byOther, ofLog) = Fraction(first, second, Distance(a, b, x, y), x, y);
        var ofPowers = byFirst != thenByFirst ? GammaFunctions.Polygamma(1, a + b) : byFirst ? GammaRatios.TrigammaIncrement(a, b) : GammaRatios.TrigammaIncrement(b, a);
        return powers / value * (((Large(byFirst) - byOne) * (Large(thenByFirst) - byOther)) + ofPowers - ofLog);

        // Of log(x^a / (a·B(a, b))), and of log(x^a·y^b / B(a, b)).
        double Small(bool isFirst) => isFirst
            ? logX + (b < 1 ? -GammaRatios.DigammaIncrement(a + b, 1 - b) : GammaRatios.DigammaIncrement(1 + a, b - 1))
            : GammaRatios.DigammaIncrement(b, a);

        double Large(bool isFirst) => isFirst ? logX + GammaRatios.DigammaIncrement(a, b) : logY + GammaRatios.DigammaIncrement(b, a);
    }

    private static TwoSlopes SmallSum(TwoSlopes a, TwoSlopes b, double x)
    {
        TwoSlopes term = 1, sum = 0;
        for (var n = 1; n < 1000; n++)
        {
            term = term * (n - b) * (x / n);
            var next = term / (a + n);
            sum += next;
            if (IsDone(next, sum)) break;
        }
        return sum;
    }

    /// <summary>The fraction with its logarithmic derivatives by one parameter, by the other and by both.</summary>
    private static (double Value, double ByOne, double ByOther, double OfLog) Fraction(TwoSlopes a, TwoSlopes b, double distanceThere, double x, double y)
    {
        var distance = new TwoSlopes(distanceThere, (a.First * y) - (b.First * x), (a.Second * y) - (b.Second * x)) + 1;
        var start = a * distance / (a + 1);
        var (value, byOne, byOther, ofLog) = (start.Value, start.First / start.Value, start.Second / start.Value, start.OfLog);
        TwoSlopes c = start, d = 0;
        for (var m = 1; m < 100_000; m++)
        {
            var low = a + ((2 * m) - 1);
            var numerator = (a + (m - 1)) / low * ((a + b + (m - 1)) / low) * (b - m) * (m * x * x);
            var denominator = m + ((b - m) / low * (m * x)) + ((a + m) * (distance + (m * (2 - x))) / (low + 2));
            d = 1 / (denominator + (numerator * d));
            c = denominator + (numerator / c);
            var change = new TwoSlopes(c.Value * d.Value, (c.First / c.Value) + (d.First / d.Value), (c.Second / c.Value) + (d.Second / d.Value), c.OfLog + d.OfLog);
            value *= change.Value;
            byOne += change.First;
            byOther += change.Second;
            ofLog += change.Both;
            if (IsDone(change with { Value = change.Value - 1 }, new(1, byOne, byOther, ofLog))) break;
        }
        return (value, byOne, byOther, ofLog);
    }

    private static bool IsDone(TwoSlopes change, TwoSlopes sum) =>
        Math.Abs(change.Value) <= 1e-16 * Math.Abs(sum.Value) && Math.Abs(change.First) <= 1e-16 * Math.Abs(sum.First)
        && Math.Abs(change.Second) <= 1e-16 * Math.Abs(sum.Second) && Math.Abs(change.Both) <= 1e-16 * Math.Abs(sum.Both);
}
