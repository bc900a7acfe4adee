using System.Collections.Concurrent;

namespace GraphGrad.Scalars;

internal readonly partial struct BigFloat
{
    // Euler's constant by numbers of digits.
    private static readonly ConcurrentDictionary<int, BigFloat> EulerConstants = new();

    private static BigFloat EulerConstant => EulerConstants.GetOrAdd((Precision + ConstantStep) / ConstantStep * ConstantStep, static bits => With(bits, () => -Digamma(One)));

    /// <summary>The modified Bessel function of the first kind of order 0 or 1.</summary>
    public static BigFloat BesselI(int n, BigFloat x) => Growing(n, x, scaled: false);

    /// <summary>The same times e^-|x|.</summary>
    public static BigFloat ScaledBesselI(int n, BigFloat x) => Growing(n, x, scaled: true);

    /// <summary>1/π · ∫ e^(-|x|·(1 - cos θ))·(1 - cos θ)^k dθ over 0 ≤ θ ≤ π, by series of positive terms (DLMF 13.2.2, 13.2.39, 13.7.2).</summary>
    public static BigFloat ScaledBesselMoment(int k, BigFloat x)
    {
        if (x.end != 0) return x.IsUnknown || double.IsNaN(x.end) ? x : Zero;
        if (x.mantissa.Sign < 0) return ScaledBesselMoment(k, -x);
        if (x.error > -1) return Unknown;
        var twice = x.Center.Scale(1);
        var result = Working(Guard, () => IsFarOut(x) ? FarMoment(k, twice) : NearMoment(k, twice)).Blur(Exact);
        return result.Blur(x.error + result.Log2Size + 2);
    }

    /// <summary>The modified Bessel function of the second kind of order 0 or 1.</summary>
    public static BigFloat BesselK(int n, BigFloat x) => Decaying(x, scaled: false, y => DecayingNear(n, y), y => Add(Hankel(n, y, 1)));

    /// <summary>The same times e^x.</summary>
    public static BigFloat ScaledBesselK(int n, BigFloat x) => Decaying(x, scaled: true, y => DecayingNear(n, y), y => Add(Hankel(n, y, 1)));

    /// <summary>e^x·(K1(x) - K0(x)).</summary>
    public static BigFloat ScaledBesselKDifference(BigFloat x) =>
        Working(Math.Clamp(x.Magnitude, 0, LargestAngle), () => Decaying(x, scaled: true, y => DecayingNear(1, y) - DecayingNear(0, y), y => Add(Hankel(1, y, 1)) - Add(Hankel(0, y, 1)))).Blur(Exact);

    /// <summary>The Bessel function of the first kind of order 0 or 1, whose slope is at most 1.</summary>
    public static BigFloat BesselJ(int n, BigFloat x)
    {
        if (x.end != 0) return x.IsUnknown || double.IsNaN(x.end) ? x : Zero;
        if (x.mantissa.Sign < 0) return n % 2 == 0 ? BesselJ(n, -x) : -BesselJ(n, -x);
        if (x.error > -1) return Unknown;
        var center = x.Center;
        return (IsFarOut(x) ? Wave(n, center).J.Blur(Exact) : WorkingNear(center, 1.5, () => BesselSeries(n, center, -1).Plain)).Blur(x.error + 1);
    }

    /// <summary>The Bessel function of the second kind of order 0 or 1 (DLMF 10.8.1).</summary>
    public static BigFloat BesselY(int n, BigFloat x)
    {
        if (x.end != 0) return x.IsUnknown || double.IsNaN(x.end) ? x : x.end > 0 ? Zero : NaN;
        if (x.IsExactZero) return double.NegativeInfinity;
        if (x.Accuracy < 2) return Unknown;
        if (x.mantissa.Sign < 0) return NaN;
        var center = x.Center;
        var result = IsFarOut(x) ? Wave(n, center).Y.Blur(Exact) : WorkingNear(center, 1.5, () =>
        {
            var (plain, harmonic) = BesselSeries(n, center, -1);
            var sum = ((Log(center.Scale(-1)) + EulerConstant) * plain).Scale(1) - harmonic;
            return (n == 0 ? sum : sum - (One / center).Scale(1)) / Pi;
        });
        return result.Blur(x.error + (2 * OverSmall(x)) + 3);
    }

    private static BigFloat Growing(int n, BigFloat x, bool scaled)
    {
        if (x.end != 0) return x.IsUnknown || double.IsNaN(x.end) ? x : scaled ? Zero : n % 2 == 0 ? double.PositiveInfinity : x;
        if (x.mantissa.Sign < 0) return n % 2 == 0 ? Growing(n, -x, scaled) : -Growing(n, -x, scaled);
        if (x.error > -1) return Unknown;
        var center = x.Center;
        var result = Working(Guard, () =>
        {
            if (!IsFarOut(x))
            {
                var sum = BesselSeries(n, center, 1).Plain;
                return scaled ? sum * Exp(-center) : sum;
            }
            var (even, odd) = Hankel(n, center, 1);
            var far = (even - odd) / Sqrt((Pi * center).Scale(1));
            return scaled ? far : far * Exp(center);
        }).Blur(Exact);
        return result.Blur(x.error + Math.Max(0, result.Log2Size) + 3);
    }

    private static BigFloat Decaying(BigFloat x, bool scaled, Func<BigFloat, BigFloat> near, Func<BigFloat, BigFloat> far)
    {
        if (x.end != 0) return x.IsUnknown || double.IsNaN(x.end) ? x : x.end > 0 ? Zero : NaN;
        if (x.IsExactZero) return double.PositiveInfinity;
        if (x.Accuracy < 2 || x.error > -1) return Unknown;
        if (x.mantissa.Sign < 0) return NaN;
        var center = x.Center;
        // Near 0 what grows as e^x leaves what decays as e^-x.
        var result = IsFarOut(x) ? Working(Guard, () => far(center) * Sqrt(Pi / center.Scale(1)) * (scaled ? One : Exp(-center))).Blur(Exact)
            : WorkingNear(center, 3, () => near(center) * (scaled ? Exp(center) : One));
        return result.Blur(result.Log2Size + x.error + OverSmall(x) + 4);
    }

    /// <summary>The modified function of the second kind from its series (DLMF 10.31.1, 10.31.2).</summary>
    private static BigFloat DecayingNear(int n, BigFloat x)
    {
        var (plain, harmonic) = BesselSeries(n, x, 1);
        var sum = harmonic.Scale(-1) - ((Log(x.Scale(-1)) + EulerConstant) * plain);
        return n == 0 ? sum : (One / x) - sum;
    }

    /// <summary>Both kinds far from 0: waves of a phase of their own (DLMF 10.17.3, 10.17.4).</summary>
    private static (BigFloat J, BigFloat Y) Wave(int n, BigFloat x) => Working(Guard + Math.Max(0, x.Magnitude), () =>
    {
        var (even, odd) = Hankel(n, x, -1);
        var (sin, cos) = SinCos(x - (Pi * ((2 * n) + 1)).Scale(-2));
        var size = Sqrt((One / (Pi * x)).Scale(1));
        return (size * ((even * cos) - (odd * sin)), size * ((even * sin) + (odd * cos)));
    });

    private static BigFloat NearMoment(int k, BigFloat twice)
    {
        var (term, sum, factor, rise) = (One, One, One, 2 * twice.ToDouble());
        for (var n = 0; ; n++)
        {
            term = term * twice * ((2 * n) + 1) / (2.0 * (n + k + 1) * (n + 1));
            sum += term;
            // From here on each term is less than half the one before.
            if (term.mantissa.IsZero || (term.Magnitude < sum.Magnitude - Precision && n > rise)) break;
        }
        for (var i = 1; i <= k; i++) factor = factor * ((2 * i) - 1) / i;
        return sum.Blur(term.Log2Size + 1) * factor * Exp(-twice);
    }

    private static BigFloat FarMoment(int k, BigFloat twice)
    {
        var (term, sum, factor) = (One, One, One);
        for (var n = 0; term.Magnitude > -Precision - Guard; n++)
        {
            var next = term * ((2.0 * (n + k) + 1) * ((2 * n) + 1)) / (twice * (4.0 * (n + 1)));
            if (next.Magnitude > term.Magnitude) break;
            term = next;
            sum += term;
        }
        for (var i = 1; i <= k; i++) factor = factor * ((2 * i) - 1) / twice;
        return sum.Blur(term.Log2Size + 1) * factor / Sqrt(Pi * twice);
    }

    /// <summary>Whether the least term of the asymptotic series, e^(-2x), is below the last digit.</summary>
    private static bool IsFarOut(BigFloat x) => x.Magnitude > LargestErfc || Math.Abs(x.ToDouble()) > (0.35 * (Precision + (3 * Guard))) + 10;

    /// <summary>Σ s^k·(x/2)^(2k + n) / (k!·(k + n)!), and each term times H(k) + H(k + n), the harmonic numbers.</summary>
    private static (BigFloat Plain, BigFloat Harmonic) BesselSeries(int n, BigFloat x, int sign)
    {
        var half = x.Scale(-1);
        var (square, term) = (half * half, n == 0 ? One : half);
        var (first, second) = (Zero, n == 0 ? Zero : One);
        var (plain, harmonic) = (term, term * second);
        var (last, rise) = (term.Magnitude - Precision - Guard, x.ToDouble());
        for (var k = 1; ; k++)
        {
            term = term * square / ((double)k * (k + n)) * sign;
            first += One / k;
            second += One / (k + n);
            plain += term;
            harmonic += term * (first + second);
            // From here on each term is less than half the one before.
            if (term.mantissa.IsZero || (term.Magnitude < Math.Min(last, plain.Magnitude - Precision) && k > rise)) return (plain.Blur(term.Log2Size + 1), harmonic.Blur(term.Log2Size + Guard));
        }
    }

    /// <summary>The terms of Hankel's expansions, a(k) = ((4n² - 1)·(4n² - 9)·…·(4n² - (2k - 1)²)) / (k!·(8x)^k): those of even and of odd k, with a sign from each to the next but one.</summary>
    private static (BigFloat Even, BigFloat Odd) Hankel(int n, BigFloat x, int sign)
    {
        var (even, odd, term, eight) = (One, Zero, One, x.Scale(3));
        for (var k = 1; ; k++)
        {
            var next = term * ((4.0 * n * n) - Math.Pow((2 * k) - 1, 2)) / (eight * k);
            if (next.Magnitude > term.Magnitude || next.Magnitude < -Precision - Guard) return (even.Blur(term.Log2Size + 2), odd.Blur(term.Log2Size + 2));
            term = next;
            var signed = sign < 0 && k % 4 >= 2 ? -term : term;
            if (k % 2 == 0) even += signed;
            else odd += signed;
        }
    }

    private static BigFloat Add((BigFloat Even, BigFloat Odd) sums) => sums.Even + sums.Odd;

    /// <summary>As many digits besides as the terms of a series grow beyond its sum.</summary>
    private static BigFloat WorkingNear(BigFloat x, double growth, Func<BigFloat> compute) => Working(Guard + (int)(growth * Math.Abs(x.ToDouble())), compute).Blur(Exact);

    /// <summary>The binary logarithm of 1 + 1/x, or a little more.</summary>
    private static double OverSmall(BigFloat x) => Math.Max(0, -x.Log2Size) + 1;

    private static BigFloat With(int bits, Func<BigFloat> compute) => Working(bits - Precision, compute);
}
