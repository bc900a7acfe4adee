namespace GraphGrad.Tests.Exact;

/// <summary>Bessel functions, Airy's function and the incomplete gamma function by their power series, whose terms may grow before they fall.</summary>
internal static class BesselFamily
{
    // Terms of larger arguments would be too many.
    private const double Largest = 500;

    /// <summary>J and Y of an order 0 or 1 of a positive number (Abramowitz and Stegun, 9.1.10 and 9.1.11).</summary>
    public static (Real J, Real Y) Of(int order, Real x)
    {
        Require(x);
        var half = x.Scale(-1);
        var square = half * half;
        // Σ (-x²/4)^k / (k!·(k + n)!), and the same with the harmonic numbers of k and k + n.
        var (term, harmonic) = (Real.One, order == 0 ? Real.Zero : Real.One);
        var (j, weighted) = (term, harmonic);
        for (var k = 1; IsNeeded(term, k, x.ToDouble()); k++)
        {
            term = -(term * square) / k / (k + order);
            harmonic += (Real.One / k) + (Real.One / (k + order));
            j += term;
            weighted += term * harmonic;
        }
        if (order == 1) (j, weighted) = (j * half, weighted * half);
        j = j.Blur(term.Log2 + 20);
        var y = ((Elementary.Log(half) - GammaFamily.Polygamma(0, 1)) * j).Scale(1) - weighted;
        return (j, ((order == 1 ? y - (Real.One / half) : y) / Elementary.Pi).Blur(term.Log2 + 20));
    }

    /// <summary>K = ∫ exp(-x·cosh t)·cosh(order·t) dt from 0 on, times e^x if <paramref name="isScaled"/>, for order 0 or 1; the trapezoidal rule in fortieths of t is off by less than 1e-80.</summary>
    public static Real K(int order, Real x, bool isScaled)
    {
        Require(x);
        var ratio = Elementary.Exp(Real.One / 40);
        var (sum, growing) = (Real.Zero, Real.One);
        for (var i = 0; ; i++, growing *= ratio)
        {
            var cosh = (growing + (Real.One / growing)).Scale(-1);
            var exponent = x * (cosh - Real.One);
            if (exponent.ToDouble() > 200) break;
            var term = order == 0 ? Elementary.Exp(-exponent) : Elementary.Exp(-exponent) * cosh;
            sum += i == 0 ? term.Scale(-1) : term;
        }
        return (isScaled ? sum : sum * Elementary.Exp(-x)) / 40;
    }

    /// <summary>I of an order 0 or 1 of a positive number: Σ (x/2)^(2k + n) / (k!·(k + n)!) (Abramowitz and Stegun, 9.6.10).</summary>
    public static Real Modified(int order, Real x)
    {
        Require(x);
        var half = x.Scale(-1);
        var (term, sum) = (Real.One, Real.One);
        for (var k = 1; IsNeeded(term, k, x.ToDouble()); k++)
        {
            term = term * half * half / k / (k + order);
            sum += term;
        }
        return (order == 1 ? sum * half : sum).Blur(term.Log2 + 20);
    }

    /// <summary>Ai, or its derivative, by the Maclaurin series with Ai(0) = 1 / (3^⅔·Γ(⅔)) and -Ai'(0) = 1 / (3^⅓·Γ(⅓)).</summary>
    public static Real Airy(Real x, bool slope)
    {
        // Further up more digits cancel than the constants have.
        Require(x.Sign > 0 && x.ToDouble() > 12 ? Real.Zero : x.Sign < 0 ? -x : x + 1);
        var third = Real.One / 3;
        var log3 = Elementary.Log(3);
        var first = Elementary.Exp(-(log3 * third).Scale(1) - GammaFamily.LogGamma(third.Scale(1)));
        var second = -Elementary.Exp(-(log3 * third) - GammaFamily.LogGamma(third));
        // y'' = x·y: the coefficient of x^(n + 3) is that of x^n, divided by (n + 3)(n + 2).
        var sum = Real.Zero;
        foreach (var (start, coefficient) in new[] { (0, first), (1, second) })
        {
            // x^(n - 1) of the derivative, which begins with x², else x^n.
            var n = slope && start == 0 ? 3 : start;
            var term = !slope ? (start == 0 ? coefficient : coefficient * x) : start == 0 ? (coefficient * x * x).Scale(-1) : coefficient;
            for (; IsNeeded(term, n, 3 * Math.Pow(Math.Abs(x.ToDouble()), 1.5)); n += 3)
            {
                sum += term;
                term = term * x * x * x / (n + 2) / (slope ? n : n + 3);
            }
        }
        return sum.Blur(-Real.Precision + 64);
    }

    /// <summary>P(a, x) = x^a·e^-x / Γ(a + 1) · Σ x^n / ((a + 1)…(a + n)) of positive numbers.</summary>
    public static Real GammaInc(Real a, Real x)
    {
        Require(a);
        Require(x);
        var (term, sum) = (Real.One, Real.One);
        for (var n = 1; IsNeeded(term, n, x.ToDouble()); n++)
        {
            term = term * x / (a + n);
            sum += term;
        }
        return (sum.Blur(term.Log2 + 10) * Elementary.Exp((a * Elementary.Log(x)) - x - GammaFamily.LogGamma(a + 1))).Blur(-Real.Precision + 64);
    }

    /// <summary>The derivative by a of the x at a constant P(a, x): -∂P/∂a divided by the density, term by term.</summary>
    public static Real GammaIncSlope(Real a, Real x)
    {
        Require(a);
        Require(x);
        var (term, sum, harmonic, slope) = (Real.One, Real.One, Real.Zero, Real.Zero);
        for (var n = 1; IsNeeded(term, n, x.ToDouble()); n++)
        {
            term = term * x / (a + n);
            harmonic += Real.One / (a + n);
            sum += term;
            slope += term * harmonic;
        }
        return (x / a * (slope - ((Elementary.Log(x) - GammaFamily.Polygamma(0, a + 1)) * sum))).Blur(-Real.Precision + 64);
    }

    /// <summary>The derivative by a of the x at a constant I(a, b, x), divided by 1 - x; with I = x^a·(1 - x)^b / (a·B(a, b)) · Σ (a + b)…(a + b + n - 1) / ((a + 1)…(a + n))·x^n.</summary>
    public static Real BetaIncSlope(Real a, Real b, Real x)
    {
        Require(a);
        Require(b);
        Require(x);
        var (term, sum, harmonic, slope) = (Real.One, Real.One, Real.Zero, Real.Zero);
        for (var n = 1; IsNeeded(term, n, 100); n++)
        {
            term = term * x * (a + b + (n - 1)) / (a + n);
            harmonic += (Real.One / (a + b + (n - 1))) - (Real.One / (a + n));
            sum += term;
            slope += term * harmonic;
        }
        return (-(x / a) * (((Elementary.Log(x) + GammaFamily.Polygamma(0, a + b) - GammaFamily.Polygamma(0, a + 1)) * sum) + slope)).Blur(-Real.Precision + 64);
    }

    private static bool IsNeeded(Real term, int n, double growth) => n < growth || (!term.IsZero && term.Magnitude > -Real.Precision);

    private static void Require(Real x)
    {
        if (x.Sign <= 0 || x.ToDouble() > Largest) throw new ArithmeticException("out of the range of the series");
    }
}
