namespace GraphGrad.Scalars;

/// <summary>
/// The logarithm of the gamma function and its derivatives, in float64. Large arguments by Stirling's series, small ones by a polynomial
/// or recurrence, negative ones by reflection (Abramowitz and Stegun, Handbook of Mathematical Functions, 1964, chapter 6).
/// </summary>
internal static class Gamma
{
    private const double HalfLogTwoPi = 0.9189385332046727;
    private const double LogPi = 1.1447298858494002;
    private const double StirlingFrom = 8;
    private const int Steps = 10;

    // log Γ(x) / ((x - 1)(x - 2)) in x - 2 on [1, 3], by Chebyshev interpolation; relative error 0.4 units in the last place.
    private static readonly double[] NearTwo =
    [
        1.4756809431956831e-09, -3.045083104616406e-09, -3.670795027768109e-09, 7.546982106044216e-09, 1.435465302953771e-08,
        -2.9689377236178223e-08, 8.980664220820412e-09, -1.9155798912805917e-08, 1.0090092625984202e-07,
        -2.1160209415295267e-07, 3.982919074962609e-07, -8.417878185566207e-07, 1.8101965799291278e-06, -3.851628024568635e-06,
        8.221641168761987e-06, -1.7660549436859962e-05, 3.816898384337613e-05, -8.30953205143401e-05, 0.0001825526289609524,
        -0.0004057073767183402, 0.0009153769228593482, -0.0021081308352055112, 0.004998641164680356, -0.012384192193336403,
        0.03296500062115597, -0.10031730167435421, 0.42278433509846713,
    ];

    // sin(πr) / r in r² for |r| ≤ 1/2, likewise.
    private static readonly double[] SinPi =
    [
        7.697826768224191e-07, -2.1903497074626018e-05, 0.0004662998161898394, -0.007370430505916944, 0.0821458865731029, -0.5992645293189447,
        2.5501640398773007, -5.167712780049969, 3.141592653589793,
    ];

    // B(2k) / (2k·(2k - 1)), from k = 8 down to 1.
    private static readonly double[] Stirling =
    [
        -0.029550653594771242, 0.00641025641025641, -0.0019175269175269176, 0.0008417508417508417, -0.0005952380952380953, 0.0007936507936507937,
        -0.002777777777777778, 0.08333333333333333,
    ];

    // B(2k), from k = 1 up.
    private static readonly double[] Bernoulli =
        [1.0 / 6, -1.0 / 30, 1.0 / 42, -1.0 / 30, 5.0 / 66, -691.0 / 2730, 7.0 / 6, -3617.0 / 510, 43867.0 / 798, -174611.0 / 330];

    /// <summary>log |Γ(x)|.</summary>
    public static Scalar LogGamma(ScalarBuilder b, Scalar x)
    {
        var one = b.Float64(1);
        var isNegative = b.LessThan(x, b.Float64(0.5));
        // Γ(x)·Γ(1 - x) = π / sin(πx); 1 - x is rounded, but by less than its logarithm of Γ is anyway.
        var positive = OfPositive(b, b.Select(isNegative, b.Subtract(one, x), x));
        var sine = b.Absolute(SinOfPi(b, x));
        var reflected = b.Subtract(b.Subtract(b.Float64(LogPi), Logarithms.Log(b, sine)), positive);
        // Below 2^-60 log |Γ(x)| = -log |x|, without the difference of 1.
        var magnitude = b.Absolute(x);
        var tiny = b.LessThan(magnitude, b.Float64(Math.ScaleB(1, -60)));
        var result = b.Select(isNegative, b.Select(tiny, b.Negate(Logarithms.Log(b, magnitude)), reflected), positive);
        return b.Select(b.And(isNegative, b.Equal(b.Floor(x), x)), b.Float64(double.PositiveInfinity), result);
    }

    /// <summary>ψ(x), the derivative of log Γ.</summary>
    public static Scalar Digamma(ScalarBuilder b, Scalar x)
    {
        var (zero, one) = (b.Float64(0), b.Float64(1));
        var isNegative = b.LessThan(x, zero);
        var y = b.Select(isNegative, b.Subtract(one, x), x);
        // ψ(y) = ψ(y + 10) - Σ 1 / (y + i), i below 10.
        var small = b.LessThan(y, b.Float64(Steps));
        var sum = b.Select(small, SumOfInverses(b, y), zero);
        var z = b.Select(small, b.Add(y, b.Float64(Steps)), y);
        var inverse = b.Divide(one, z);
        var square = b.Multiply(inverse, inverse);
        // log z - 1/2z - Σ B(2k) / (2k·z^2k).
        var series = b.Polynomial(square, [.. Enumerable.Range(1, 8).Reverse().Select(k => -Bernoulli[k - 1] / (2 * k))]);
        var asymptotic = b.FusedMultiplyAdd(inverse, b.Float64(-0.5), b.Multiply(square, series));
        var large = b.Add(Logarithms.Log(b, z), asymptotic);
        var positive = b.Subtract(large, sum);
        // ψ(x) = ψ(1 - x) - π·cot(πx).
        var (sine, cosine) = SinCosOfPi(b, x);
        var reflected = b.Subtract(positive, b.Multiply(b.Float64(Math.PI), b.Divide(cosine, sine)));
        var whole = b.And(isNegative, b.Equal(b.Floor(x), x));
        var result = b.Select(whole, b.Float64(double.NaN), b.Select(isNegative, reflected, positive));
        // -1/x for ±0 has the sign of the pole's side.
        return b.Select(b.Equal(x, zero), b.Divide(b.Float64(-1), x), result);
    }

    /// <summary>
    /// The derivative of ψ of an order n ≥ 1: (-1)^(n+1)·n!·ζ(n + 1, x), with Hurwitz's ζ by the formula of Euler and Maclaurin.
    /// </summary>
    public static Scalar Polygamma(ScalarBuilder b, Scalar x, int n)
    {
        var (zero, one) = (b.Float64(0), b.Float64(1));
        var isNegative = b.LessThan(x, zero);
        var y = b.Select(isNegative, b.Subtract(one, x), x);
        // Σ (y + i)^-(n+1) for i below 10, then y^-n/n + y^-(n+1)/2 + Σ B(2k)/(2k)!·(n+1)…(n+2k-1)·y^-(n+2k), at y + 10.
        var sum = zero;
        for (var i = Steps - 1; i >= 0; i--) sum = b.Add(sum, Power(b, b.Divide(one, b.Add(y, b.Float64(i))), n + 1));
        var inverse = b.Divide(one, b.Add(y, b.Float64(Steps)));
        var square = b.Multiply(inverse, inverse);
        var coefficients = new double[Bernoulli.Length];
        for (var (k, factor) = (1, (n + 1) / 2.0); k <= Bernoulli.Length; k++)
        {
            coefficients[^k] = Bernoulli[k - 1] * factor;
            factor *= (double)(n + (2 * k)) * (n + (2 * k) + 1) / (((2 * k) + 1) * ((2 * k) + 2));
        }
        var series = b.FusedMultiplyAdd(b.Polynomial(square, coefficients), square, b.FusedMultiplyAdd(inverse, b.Float64(0.5), b.Float64(1.0 / n)));
        var zeta = b.Add(sum, b.Multiply(series, Power(b, inverse, n)));
        var positive = b.Multiply(b.Float64(Enumerable.Range(1, n).Aggregate(1.0, (product, i) => product * i)), zeta);
        // (-1)^n·ψ(1 - x) - ψ(x) = π·dⁿ/dxⁿ cot(πx), ψ being the derivative of order n.
        var (sine, cosine) = SinCosOfPi(b, x);
        var reflected = b.FusedMultiplyAdd(b.Float64(-Math.PI), DerivativeOfCotangent(b, b.Divide(cosine, sine), n), b.Negate(positive));
        var whole = b.And(b.And(isNegative, b.Equal(b.Floor(x), x)), b.LessThan(b.Float64(double.NegativeInfinity), x));
        var sign = n % 2 == 0 ? -1.0 : 1;
        var atPole = b.Float64(sign * double.PositiveInfinity);
        return b.Select(whole, atPole, b.Select(isNegative, reflected, b.Multiply(b.Float64(sign), positive)));
    }

    private static Scalar OfPositive(ScalarBuilder b, Scalar x)
    {
        var (one, two) = (b.Float64(1), b.Float64(2));
        // From 3 to 8: log Γ(x) = log Γ(x - k) + log((x - 1)…(x - k)), with x - k in [2, 3). Below 1: log Γ(x + 1) - log x.
        var (u, product) = (x, one);
        for (var i = 0; i < (int)StirlingFrom - 3; i++)
        {
            var down = b.And(b.LessOrEqual(b.Float64(3), u), b.LessThan(x, b.Float64(StirlingFrom)));
            u = b.Select(down, b.Subtract(u, one), u);
            product = b.Select(down, b.Multiply(product, u), product);
        }
        var below = b.LessThan(x, one);
        u = b.Select(below, b.Add(x, one), u);
        var (toOne, toTwo) = (b.Select(below, x, b.Subtract(u, one)), b.Select(below, b.Subtract(x, one), b.Subtract(u, two)));
        var near = b.Multiply(b.Multiply(toOne, toTwo), b.Polynomial(toTwo, NearTwo));
        var log = Logarithms.Log(b, b.Select(b.LessThan(x, b.Float64(StirlingFrom)), b.Select(below, x, product), x));
        var small = b.Select(below, b.Subtract(near, log), b.Add(near, log));
        // (x - ½)·(log x - 1) - ½ + ½ log 2π + Σ B(2k) / (2k(2k-1)·x^(2k-1)): the product overflows where log Γ does.
        var inverse = b.Divide(one, x);
        var series = b.Multiply(inverse, b.Polynomial(b.Multiply(inverse, inverse), Stirling));
        var large = b.FusedMultiplyAdd(b.Subtract(x, b.Float64(0.5)), b.Subtract(log, one), b.Add(b.Float64(HalfLogTwoPi - 0.5), series));
        return b.Select(b.LessThan(x, b.Float64(StirlingFrom)), small, large);
    }

    /// <summary>1/y + … + 1/(y + 9) from the smallest up, two terms to a division.</summary>
    private static Scalar SumOfInverses(ScalarBuilder b, Scalar y)
    {
        var sum = b.Divide(b.Float64(1), b.Add(y, b.Float64(Steps - 1)));
        for (var i = Steps - 3; i > 0; i -= 2)
        {
            var (first, second) = (b.Add(y, b.Float64(i)), b.Add(y, b.Float64(i + 1)));
            sum = b.Add(sum, b.Divide(b.Add(first, second), b.Multiply(first, second)));
        }
        return b.Add(sum, b.Divide(b.Float64(1), y));
    }

    /// <summary>sin(πx), but for its sign.</summary>
    public static Scalar SinOfPi(ScalarBuilder b, Scalar x) => SinCosOfPi(b, x).Sin;

    /// <summary>sin(πx) and cos(πx), each but for the sign of both: x less the nearest whole number is exact.</summary>
    private static (Scalar Sin, Scalar Cos) SinCosOfPi(ScalarBuilder b, Scalar x)
    {
        var r = b.Subtract(x, b.RoundToEven(x));
        var sine = b.Multiply(r, b.Polynomial(b.Multiply(r, r), SinPi));
        // cos(πr) = sin(π(½ - |r|)).
        var rest = b.Subtract(b.Float64(0.5), b.Absolute(r));
        return (sine, b.Multiply(rest, b.Polynomial(b.Multiply(rest, rest), SinPi)));
    }

    /// <summary>dⁿ/dxⁿ cot(πx) as a polynomial in c = cot(πx), for c' = -π(1 + c²).</summary>
    private static Scalar DerivativeOfCotangent(ScalarBuilder b, Scalar c, int n)
    {
        double[] powers = [0, 1];
        for (var i = 0; i < n; i++)
        {
            var next = new double[powers.Length + 1];
            for (var k = 1; k < powers.Length; k++)
            {
                next[k - 1] -= Math.PI * k * powers[k];
                next[k + 1] -= Math.PI * k * powers[k];
            }
            powers = next;
        }
        return b.Polynomial(c, [.. powers.Reverse()]);
    }

    private static Scalar Power(ScalarBuilder b, Scalar x, int n)
    {
        var (power, square) = ((Scalar?)null, x);
        for (; n > 0; n >>= 1)
        {
            if ((n & 1) == 1) power = power is null ? square : b.Multiply(power, square);
            if (n > 1) square = b.Multiply(square, square);
        }
        return power!;
    }
}
