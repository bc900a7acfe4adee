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
    public static double ScaledErfc(double x)
    {
        if (x < -30) return double.PositiveInfinity;
        if (x >= 3)
        {
            var fraction = x;
            for (var n = 100; n > 0; n--) fraction = x + (n / 2.0 / fraction);
            return 1 / Math.Sqrt(Math.PI) / fraction;
        }
        var square = x * x;
        return Math.Exp(square) * (1 + Math.FusedMultiplyAdd(x, x, -square)) * SpecialFunctions.Erfc(x);
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
