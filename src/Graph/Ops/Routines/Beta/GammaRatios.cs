namespace GraphGrad.Operations;

/// <summary>How log Γ, ψ and ψ' grow from a to a + b, with the digits of a small b: b is positive, or above -a.</summary>
internal static class GammaRatios
{
    // From where on five terms of the asymptotic series give all digits.
    private const double Far = 20;

    /// <summary>log Γ(a + b) - log Γ(a).</summary>
    public static double LogGammaIncrement(double a, double b)
    {
        var sum = 0.0;
        for (; a < Far; a++) sum -= SpecialFunctions.Log1p(b / a);
        var c = a + b;
        var series = (PowerIncrement(a, b, 3) / -360) + (PowerIncrement(a, b, 5) / 1260) - (PowerIncrement(a, b, 7) / 1680) + (PowerIncrement(a, b, 9) / 1188);
        return sum + ((a - 0.5) * SpecialFunctions.Log1p(b / a)) + (b * (Math.Log(c) - 1)) - (b / a / c / 12) + series;
    }

    /// <summary>ψ(a + b) - ψ(a).</summary>
    public static double DigammaIncrement(double a, double b)
    {
        var sum = 0.0;
        for (; a < Far; a++) sum += b / a / (a + b);
        var c = a + b;
        var series = (PowerIncrement(a, b, 2) / -12) + (PowerIncrement(a, b, 4) / 120) - (PowerIncrement(a, b, 6) / 252) + (PowerIncrement(a, b, 8) / 240);
        return sum + SpecialFunctions.Log1p(b / a) + (b / a / c / 2) + series;
    }

    /// <summary>ψ'(a + b) - ψ'(a).</summary>
    public static double TrigammaIncrement(double a, double b)
    {
        var sum = 0.0;
        for (; a < Far; a++) sum += PowerIncrement(a, b, 2);
        var series = (PowerIncrement(a, b, 3) / 6) - (PowerIncrement(a, b, 5) / 30) + (PowerIncrement(a, b, 7) / 42) - (PowerIncrement(a, b, 9) / 30);
        return sum + PowerIncrement(a, b, 1) + (PowerIncrement(a, b, 2) / 2) + series;
    }

    /// <summary>(a + b)^-n - a^-n, by its factor -b / (a·(a + b)).</summary>
    private static double PowerIncrement(double a, double b, int n)
    {
        var (p, q, sum) = (1 / a, 1 / (a + b), 0.0);
        var power = 1.0;
        for (var k = 0; k < n; k++)
        {
            sum = (sum * q) + power;
            power *= p;
        }
        return -b * p * q * sum;
    }
}
