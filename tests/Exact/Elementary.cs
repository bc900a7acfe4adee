using System.Numerics;

namespace GraphGrad.Tests.Exact;

/// <summary>The elementary functions of <see cref="Real"/>, by their series, with the error that the argument brings along.</summary>
internal static class Elementary
{
    private const int Guard = 64;

    // Powers of two beyond this are taken for zero; their reciprocals are refused.
    private const int LargestLog = 60;

    private static readonly Dictionary<int, (Real Log2, Real Pi)> Constants = [];

    public static Real Log2 => Constant().Log2;

    public static Real Pi => Constant().Pi;

    /// <summary>e^x = 2^k · (e^(r/2^j))^(2^j) with |r| ≤ log 2 / 2.</summary>
    /// <exception cref="PrecisionException">The argument is not known to a half.</exception>
    public static Real Exp(Real x)
    {
        if (x.IsZero) return 1;
        if (x.Magnitude > LargestLog) return x.Sign < 0 ? new Real(0, 0, -(1L << (LargestLog - 1))) : throw new OverflowException("e to that power");
        if (x.Error > -1) throw new PrecisionException();
        var result = Memo<Real>.Of(nameof(Exp), x.Center, ExpOf);
        return result.Blur(result.Log2 + x.Error + 1);
    }

    /// <summary>The natural logarithm, by Halley's iteration y + 2·(x - e^y)/(x + e^y), which triples the right bits.</summary>
    public static Real Log(Real x)
    {
        if (x.Sign <= 0) throw x.Sign == 0 ? new DivideByZeroException("logarithm of 0") : new ArithmeticException("logarithm of a negative number");
        if (x.Error == Real.Exact && (x - 1).IsZero) return Real.Zero;
        return Memo<Real>.Of(nameof(Log), x.Center, LogOf).Blur(x.Error - x.Log2 + 1);
    }

    public static Real Sqrt(Real x)
    {
        if (x.IsZero) return x;
        if (x.Sign < 0) throw new ArithmeticException("root of a negative number");
        var shift = (2 * Real.Precision) + 2;
        if (((x.Exponent - shift) & 1) != 0) shift++;
        var (n, exponent) = (x.Mantissa << shift, (x.Exponent - shift) / 2);
        // From above, Newton's iteration falls until it has the root rounded down; it starts with the root of the first 100 bits.
        var rest = Math.Max(0, (int)(n.GetBitLength() - 100) / 2 * 2);
        var root = (BigInteger)(Math.Sqrt((double)(n >> rest)) * (1 + 1e-14)) + 1 << (rest / 2);
        for (BigInteger next; (next = (root + (n / root)) >> 1) < root;) root = next;
        return new Real(root, exponent, exponent).Blur(x.Error - (x.Log2 / 2));
    }

    public static (Real Sin, Real Cos) SinCos(Real x)
    {
        if (x.IsZero) return (x, 1);
        if (x.Error > -1) throw new PrecisionException();
        var (sine, cosine) = Memo<(Real, Real)>.Of(nameof(SinCos), x.Center, SinCosOf);
        return (sine.Blur(x.Error), cosine.Blur(x.Error));
    }

    /// <summary>atan x = 2·atan(x / (1 + √(1 + x²))), and the series of a small argument.</summary>
    public static Real Atan(Real x) => x.IsZero ? x : Memo<Real>.Of(nameof(Atan), x.Center, AtanOf).Blur(x.Error);

    private static Real AtanOf(Real x) => Working(Guard, () =>
    {
        var halvings = (int)Math.Sqrt(Real.Precision) + 4 + (int)Math.Clamp(x.Magnitude, 0, 1);
        for (var i = 0; i < halvings; i++) x /= 1 + Sqrt(1 + (x * x));
        var (sum, power) = (x, x);
        for (var n = 3; power.Magnitude > x.Magnitude - Real.Precision; n += 2)
        {
            power *= -(x * x);
            sum += power / n;
        }
        return sum.Blur(power.Log2).Scale(halvings);
    });

    /// <summary>
    /// erf x = 2/√π · Σ (-1)^n x^(2n+1) / (n!·(2n+1)), and from 16 on 1 - erfc.
    /// </summary>
    public static Real Erf(Real x)
    {
        if (x.IsZero) return x;
        if (x.Magnitude > 4) return x.Sign > 0 ? 1 - Erfc(x) : Erfc(-x) - 1;
        // Terms grow to e^(x²) before they fall.
        var growth = (int)(1.5 * Math.Pow(x.ToDouble(), 2)) + 4;
        var erf = Working(Guard + growth, () =>
        {
            var exact = x.Center;
            var (sum, power) = (exact, exact);
            for (var n = 1; ; n++)
            {
                power = power * -(exact * exact) / n;
                var term = power / ((2 * n) + 1);
                sum += term;
                if (n > growth && term.Magnitude < exact.Magnitude - Real.Precision) return sum.Blur(term.Log2).Scale(1) / Sqrt(Pi);
            }
        });
        return erf.Blur(x.Error + 1);
    }

    /// <summary>1 - erf, and from 16 on its asymptotic series, whose error is at most the first term left out.</summary>
    public static Real Erfc(Real x)
    {
        if (x.IsZero) return 1;
        if (x.Sign < 0) return 2 - Erfc(-x);
        if (x.Magnitude <= 4) return Working((int)(1.5 * Math.Pow(x.ToDouble(), 2)), () => 1 - Erf(x));
        var inverse = 1 / (x * x).Scale(1);
        var (sum, term) = (Real.One, Real.One);
        for (var n = 1; ; n++)
        {
            var next = term * -inverse * ((2 * n) - 1);
            if (next.Log2 >= term.Log2 || next.Log2 < -Real.Precision) break;
            term = next;
            sum += term;
        }
        return sum.Blur(term.Log2) * Exp(-(x * x)) / (x * Sqrt(Pi));
    }

    /// <summary>The x of erfc x = y, by Newton's iteration on log erfc, which is concave: from its second step on it comes down to the root.</summary>
    /// <exception cref="ArithmeticException">y is not between 0 and 2.</exception>
    public static Real ErfcInverse(Real y)
    {
        if (y.Sign <= 0 || (2 - y).Sign <= 0) throw new ArithmeticException("inverse of no value of erfc");
        if ((y - 1).IsZero) return Real.Zero;
        if ((y - 1).Sign > 0) return -ErfcInverse(2 - y);
        var (x, log) = ((Real)Math.Sqrt(Math.Max(0, -y.Log2 * Math.Log(2))), Log(y));
        while (true)
        {
            var erfc = Erfc(x);
            var step = (Log(erfc) - log) * erfc * Sqrt(Pi) * Exp(x * x).Scale(-1);
            x = (x + step).Center;
            // The next step is as small as the square of this one, and none is better known than its error.
            if (Math.Max(step.Log2, step.Error) is var size && (2 * step.Log2 < x.Log2 - Real.Precision || step.Log2 <= step.Error)) return x.Blur(step.Log2 <= step.Error ? size + 1 : Math.Max(step.Error, 2 * step.Log2) + 4);
        }
    }

    private static Real ExpOf(Real x) => Working(Guard + (int)Math.Max(0, x.Magnitude), () =>
    {
        var k = Round(x / Log2);
        var r = x - (Integer(k) * Log2);
        var halvings = (int)Math.Sqrt(Real.Precision) + 1;
        // In units of 2^-scale: a term is wrong by less than two, and each squaring doubles the error.
        var scale = Real.Precision + (2 * halvings) + 16;
        var (part, term) = (Units(r.Scale(-halvings), scale), BigInteger.One << scale);
        var power = term;
        for (var n = 1; !(term = (term * part >> scale) / n).IsZero; n++) power += term;
        for (var i = 0; i < halvings; i++) power = power * power >> scale;
        return new Real(power, (long)k - scale, (long)k - Real.Precision).Blur((long)k + r.Error + 1);
    });

    private static Real LogOf(Real x) => Working(Guard, () =>
    {
        var k = x.Magnitude;
        var m = x.Scale(-k);
        Real y = Math.Log(m.ToDouble());
        for (var bits = 48; bits < Real.Precision; bits *= 3)
        {
            // No step needs more digits than it reaches.
            y = Working(Math.Min(0, (3 * bits) + Guard - Real.Precision), () => ExpOf(y) is var exp ? (y + ((m - exp).Scale(1) / (m + exp))).Center : default);
        }
        // The logarithm of a number near 1 is as small as its distance from 1; the iteration's own error is absolute.
        y = new Real(y.Mantissa, y.Exponent, -Real.Precision + (Guard / 2));
        return k == 0 ? y : y + (Integer(k) * Log2);
    });

    private static (Real Sin, Real Cos) SinCosOf(Real x) => Working(Guard + (int)Math.Max(0, x.Magnitude), () =>
    {
        var quadrant = Round(x.Scale(1) / Pi);
        var r = x - (Integer(quadrant) * Pi).Scale(-1);
        var halvings = (int)Math.Sqrt(Real.Precision) + 1;
        // In units of 2^-scale, of which a small sine has as many digits as a large one. With v = 1 - cos, which stays small: sin 2r = 2·sin r·(1 - v), v(2r) = 2·sin² r.
        var scale = Real.Precision + (3 * halvings) + 16 + (int)Math.Clamp(-r.Magnitude, 0, 20_000);
        var (part, term) = (Units(r.Scale(-halvings), scale), BigInteger.One << scale);
        var (sin, v, one) = (BigInteger.Zero, BigInteger.Zero, term);
        for (var n = 1; !(term = (term * part >> scale) / n).IsZero; n++)
        {
            if (n % 2 == 1) sin += n % 4 == 1 ? term : -term;
            else v += n % 4 == 2 ? term : -term;
        }
        for (var i = 0; i < halvings; i++) (sin, v) = (sin * (one - v) >> (scale - 1), sin * sin >> (scale - 1));
        var error = -scale + (2 * halvings) + 8;
        var (sine, cosine) = (new Real(sin, -scale, error).Blur(r.Error), new Real(one - v, -scale, error).Blur(r.Error));
        return (int)(((quadrant % 4) + 4) % 4) switch
        {
            0 => (sine, cosine),
            1 => (cosine, -sine),
            2 => (-sine, -cosine),
            _ => (-cosine, sine),
        };
    });

    /// <summary>The number in units of 2^-scale, rounded down.</summary>
    private static BigInteger Units(Real x, int scale) => x.Exponent + scale is var shift && shift >= 0 ? x.Mantissa << (int)shift : -shift > int.MaxValue ? 0 : x.Mantissa >> (int)-shift;

    private static BigInteger Round(Real x)
    {
        if (x.Exponent >= 0) return x.Mantissa << (int)x.Exponent;
        if (x.Magnitude < -1) return 0;
        return (x.Mantissa + (BigInteger.One << (int)(-x.Exponent - 1))) >> (int)-x.Exponent;
    }

    private static Real Integer(BigInteger n) => new(n, 0, Real.Exact);

    private static T Working<T>(int guard, Func<T> compute)
    {
        var before = Real.Precision;
        Real.Precision = before + guard;
        try
        {
            return compute();
        }
        finally
        {
            Real.Precision = before;
        }
    }

    // In steps of 256 bits, so that few are computed.
    private static (Real Log2, Real Pi) Constant()
    {
        var bits = ((Real.Precision + 255) / 256 * 256) + 64;
        lock (Constants)
        {
            if (!Constants.TryGetValue(bits, out var found))
            {
                // log 2 = 2·artanh(1/3); Machin: π/4 = 4·arctan(1/5) - arctan(1/239).
                var scale = bits + 32;
                found = Working(bits + 64 - Real.Precision, () =>
                    (Fixed(2 * Series(3, scale, 1), scale), Fixed(4 * ((4 * Series(5, scale, -1)) - Series(239, scale, -1)), scale)));
                Constants.Add(bits, found);
            }
            return found;
        }
    }

    private static Real Fixed(BigInteger n, int scale) => new(n, -scale, -scale + 20);

    /// <summary>Σ sign^n / ((2n+1)·q^(2n+1)), in units of 2^-scale.</summary>
    private static BigInteger Series(int q, int scale, int sign)
    {
        var power = (BigInteger.One << scale) / q;
        var sum = BigInteger.Zero;
        for (var n = 0; !power.IsZero; n++)
        {
            sum += (sign < 0 && n % 2 == 1 ? -power : power) / ((2 * n) + 1);
            power /= q * q;
        }
        return sum;
    }
}
