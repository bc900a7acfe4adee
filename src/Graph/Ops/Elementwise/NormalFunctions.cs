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

    // By Newton's iteration on the logarithm of erfc, which is nearly a square.
    private static double ErfcInverse(double c)
    {
        if (!(c > 0)) return c == 0 ? double.PositiveInfinity : double.NaN;
        var y = Math.Sqrt(-Math.Log(c));
        for (var i = 0; i < 8; i++) y += (Math.Log(ScaledErfc(y)) - (y * y) - Math.Log(c)) * (Math.Sqrt(Math.PI) / 2) * ScaledErfc(y);
        return y;
    }
}
