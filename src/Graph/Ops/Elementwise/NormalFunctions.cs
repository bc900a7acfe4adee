namespace GraphGrad.Operations;

/// <summary>The error function's relatives in double precision, for the interpreter and as references of the tests: by iteration, where the compiled bodies have polynomials.</summary>
internal static class NormalFunctions
{
    /// <summary>The y with erf y = x, by Newton's iteration.</summary>
    public static double ErfInverse(double x)
    {
        if (Math.Abs(x) > 0.5) return Math.CopySign(ErfcInverse(1 - Math.Abs(x)), x);
        var y = x * Math.Sqrt(Math.PI) / 2;
        for (var i = 0; i < 4; i++) y -= (SpecialFunctions.Erf(y) - x) * (Math.Sqrt(Math.PI) / 2) * Math.Exp(y * y);
        return y;
    }

    /// <summary>The number that a normal one stays below with probability p.</summary>
    public static double Quantile(double p) => Math.Sqrt(2) * (p < 0.25 ? -ErfcInverse(2 * p) : ErfInverse((2 * p) - 1));

    /// <summary>e^(x²)·erfc x; from 3 on by Laplace's continued fraction.</summary>
    public static double ScaledErfc(double x) => ScaledErfc(x, SpecialFunctions.Erfc);

    private static double ScaledErfc(double x, Func<double, double> erfc)
    {
        if (x < -30) return double.PositiveInfinity;
        if (x >= 3)
        {
            var fraction = x;
            for (var n = 100; n > 0; n--) fraction = x + (n / 2.0 / fraction);
            return 1 / Math.Sqrt(Math.PI) / fraction;
        }
        var square = x * x;
        return Math.Exp(square) * (1 + Math.FusedMultiplyAdd(x, x, -square)) * erfc(x);
    }

    /// <summary>x·Φ(x).</summary>
    public static double TimesProbability(double x, Func<double, double> erfc)
    {
        var (magnitude, scaled, exp) = Tail(x, erfc);
        return Math.Max(x, -0.0) - (magnitude * scaled * exp);
    }

    /// <summary>Φ(x) + x·φ(x).</summary>
    public static double SlopeOfTimesProbability(double x, Func<double, double> erfc)
    {
        var (magnitude, scaled, exp) = Tail(x, erfc);
        var tail = (scaled - (magnitude / Math.Sqrt(2 * Math.PI))) * exp;
        return x < 0 ? tail : 1 - tail;
    }

    /// <summary>|x|, e^(x²/2)·Φ(-|x|) and e^(-x²/2), of which the square keeps the digits that a product loses.</summary>
    private static (double Magnitude, double Scaled, double Exp) Tail(double x, Func<double, double> erfc)
    {
        // Beyond, nothing is left.
        var magnitude = Math.Min(Math.Abs(x), 40);
        var square = magnitude * magnitude;
        var exp = Math.Exp(square * -0.5) * (1 - (0.5 * Math.FusedMultiplyAdd(magnitude, magnitude, -square)));
        return (magnitude, ScaledErfc(magnitude * Math.Sqrt(0.5), erfc) * 0.5, exp);
    }

    /// <summary>
    /// e^(x²) times the repeated integral of erfc of an order n, of which 2n·f(n) = f(n - 2) - 2x·f(n - 1) and f(-1) = 2/√π: forwards where x is negative or small, else by the
    /// quotients f(n)/f(n - 1) from far beyond backwards.
    /// </summary>
    public static double ScaledErfcIntegral(int order, double x)
    {
        var (before, current) = (2 / Math.Sqrt(Math.PI), ScaledErfc(x));
        if (!(x > 1))
        {
            for (var n = 1; n <= order; n++) (before, current) = (current, (before - (2 * x * current)) / (2 * n));
            return current;
        }
        var (quotient, product) = (0.0, before);
        // The other solution of the recurrence outgrows this one as e^(2x·√(2n)).
        for (var n = 40 + (int)(200 / (x * x)); n >= 0; n--)
        {
            quotient = 1 / ((2 * x) + ((2 * n) + 2) * quotient);
            if (n <= order) product *= quotient;
        }
        return product;
    }

    // By Newton's iteration on the logarithm of erfc, which is nearly a square.
    private static double ErfcInverse(double c)
    {
        if (!(c > 0)) return c == 0 ? double.PositiveInfinity : double.NaN;
        var y = Math.Sqrt(-Math.Log(c));
        for (var i = 0; i < 8; i++) y += (Math.Log(ScaledErfc(y)) - (y * y) - Math.Log(c)) * (Math.Sqrt(Math.PI) / 2) * ScaledErfc(y);
        return y;
    }
}
