using System.Collections.Concurrent;
using System.Numerics;

namespace GraphGrad.Scalars;

internal readonly partial struct BigFloat
{
    // Beyond the digits of the result.
    private const int Guard = 32;

    // The logarithm of a number that is nearer to 1 than 2 to the minus this is a short series.
    private const int NearOne = 12;

    // The binary logarithm of the largest angle: so many digits of π are needed.
    private const int LargestAngle = 1 << 14;

    // What cancels beside 1 costs so many further digits at the most; beyond, two terms of the series are enough.
    private const int MostExtra = 4;

    // π and log 2 by numbers of digits, in steps of so many.
    private const int ConstantStep = 256;
    private static readonly ConcurrentDictionary<int, (BigInteger Pi, BigInteger Ln2)> Constants = new();

    public static BigFloat Pi => Constant(c => c.Pi);

    private static BigFloat Ln2 => Constant(c => c.Ln2);

    /// <summary>e^x = 2^k · (e^(r / 2^j))^(2^j) with |r| ≤ log 2 / 2, in whole numbers of units of 2^-scale.</summary>
    public static BigFloat Exp(BigFloat x)
    {
        if (x.end != 0) return Ends(x, Math.Exp);
        if (x.IsExactZero) return One;
        if (x.error > -1) return Unknown;
        var magnitude = Bits(LargestMagnitude);
        if (x.Magnitude > magnitude) return x.mantissa.Sign > 0 ? double.PositiveInfinity : Zero.Blur(-LargestMagnitude);
        var result = Working(Guard + Math.Max(0, x.Magnitude), () =>
        {
            var k = (x.Center / Ln2).Rounded();
            var r = x.Center - (Whole(k) * Ln2);
            var halvings = (int)Math.Sqrt(Precision);
            // Each squaring doubles the error of some units.
            var scale = Precision + (2 * halvings) + 8;
            var power = PowerSeries(r.Units(scale - halvings), scale);
            for (var i = 0; i < halvings; i++) power = (power * power) >> scale;
            return new BigFloat(power, (long)k - scale, (long)k - Precision);
        });
        return result.Blur(result.Log2Size + x.error + 1);
    }

    public static BigFloat Expm1(BigFloat x) => Near(x, y => Exp(y) - One, y => y + (y * y).Scale(-1));

    /// <summary>log x = k·log 2 + g + 2·artanh((y - 1) / (y + 1)), where g is what a double knows of the logarithm, and y = x·2^-k·e^-g is near 1.</summary>
    public static BigFloat Log(BigFloat x)
    {
        if (x.end != 0) return Ends(x, Math.Log);
        if (x.IsExactZero) return double.NegativeInfinity;
        if (x.HoldsZero) return Unknown;
        if (x.mantissa.Sign < 0) return NaN;
        var result = Working(Guard + NearOne, () =>
        {
            var k = x.Magnitude;
            var y = x.Center.Scale(-k);
            // Between √½ and √2, so that numbers near 1 keep their digits.
            if (y.Log2Size < -0.5) (y, k) = (y.Scale(1), k - 1);
            // Of what is so close to 1 the rounding of the exponential would be most.
            BigFloat guess = (y - One).Magnitude < -NearOne ? 0 : Math.Log(y.ToDouble());
            if (!guess.IsExactZero) y *= Exp(-guess);
            var series = OddSeries((y - One) / (y + One), 1).Scale(1) + guess;
            return k == 0 ? series : series + (Whole(k) * Ln2);
        });
        return x.error == Exact ? result : result.Blur(x.error - Below(x));
    }

    public static BigFloat Log1p(BigFloat x) => Near(x, y => Log(One + y), y => y - (y * y).Scale(-1));

    public static BigFloat Log2(BigFloat x) => Log(x) / Ln2;

    public static BigFloat Log10(BigFloat x) => Log(x) / Log(10);

    /// <summary>Whole powers as products, others by the logarithm; 0, infinity and NaN as <see cref="Math.Pow"/>.</summary>
    public static BigFloat Pow(BigFloat x, BigFloat y)
    {
        if (x.IsUnknown || y.IsUnknown) return Unknown;
        if (x.IsExactZero || x.end != 0 || y.end != 0) return Math.Pow(x.ToDouble(), y.ToDouble());
        var isWhole = y.error == Exact && y.exponent >= 0;
        if (isWhole && y.Magnitude <= 11) return Power(x, (int)y.ToDouble());
        if (x.HoldsZero) return Unknown;
        if (x.mantissa.Sign > 0) return Exp(y * Log(x));
        if (!isWhole) return y.error == Exact ? NaN : Unknown;
        var size = Exp(y * Log(-x));
        return y.exponent == 0 && !y.mantissa.IsEven ? -size : size;
    }

    public static BigFloat Hypot(BigFloat x, BigFloat y) => double.IsInfinity(x.end) || double.IsInfinity(y.end) ? double.PositiveInfinity : Sqrt((x * x) + (y * y));

    public static BigFloat Sin(BigFloat x) => x.end == 0 && !x.mantissa.IsZero && x.Magnitude < -Precision ? x.Blur(3 * x.Magnitude) : SinCos(x).Sin;

    public static BigFloat Cos(BigFloat x) => SinCos(x).Cos;

    public static BigFloat Tan(BigFloat x) => Sin(x) / Cos(x);

    public static BigFloat Asin(BigFloat x) => Compare(Abs(x), One) > 0 ? NaN : Atan2(x, Sqrt((One - x) * (One + x)));

    public static BigFloat Acos(BigFloat x) => Compare(Abs(x), One) > 0 ? NaN : Atan2(Sqrt(One - x), Sqrt(One + x)).Scale(1);

    /// <summary>atan x = t + atan((x·cos t - sin t) / (cos t + x·sin t)) with t the double next to it: what is left is as small as a double is exact.</summary>
    public static BigFloat Atan(BigFloat x)
    {
        if (x.end != 0) return x.IsUnknown || double.IsNaN(x.end) ? x : Pi.Scale(-1) * Math.Sign(x.end);
        if (x.IsExactZero) return x;
        if (x.Magnitude > 1) return (Pi.Scale(-1) * x.mantissa.Sign) - Atan(One / x);
        var result = Working(Guard, () =>
        {
            var center = x.Center;
            if (x.Magnitude < -Guard) return OddSeries(center, -1);
            BigFloat near = Math.Atan(center.ToDouble());
            var (sin, cos) = SinCos(near);
            return near + OddSeries(((center * cos) - sin) / (cos + (center * sin)), -1);
        });
        return result.Blur(x.error);
    }

    public static BigFloat Atan2(BigFloat y, BigFloat x)
    {
        if (x.IsUnknown || y.IsUnknown) return Unknown;
        if (x.end != 0 || y.end != 0 || (x.IsExactZero && y.IsExactZero))
        {
            var angle = Math.Atan2(y.Direction, x.Direction);
            return double.IsNaN(angle) ? NaN : Pi * Math.Round(angle * 4 / Math.PI) / 4;
        }
        if (x.HoldsZero && y.HoldsZero) return Unknown;
        if (y.HoldsZero || (!x.HoldsZero && y.Magnitude < x.Magnitude))
        {
            if (x.mantissa.Sign > 0) return Atan(y / x);
            return y.HoldsZero && !y.IsExactZero ? Unknown : Atan(y / x) + (Pi * (y.mantissa.Sign < 0 ? -1 : 1));
        }
        return (Pi.Scale(-1) * y.mantissa.Sign) - Atan(x / y);
    }

    public static BigFloat Sinh(BigFloat x)
    {
        var e = Expm1(Abs(x));
        var size = e.end == 0 ? (e + (e / (One + e))).Scale(-1) : e;
        return x.Direction < 0 ? -size : size;
    }

    public static BigFloat Cosh(BigFloat x) => x.end == 0 ? (Exp(x) + Exp(-x)).Scale(-1) : Ends(x, Math.Cosh);

    public static BigFloat Tanh(BigFloat x)
    {
        if (x.end != 0) return Ends(x, Math.Tanh);
        var e = Expm1(Abs(x).Scale(1));
        var size = e.end == 0 ? e / (e + 2) : e.IsUnknown ? e : One;
        return x.mantissa.Sign < 0 ? -size : size;
    }

    public static BigFloat Sech(BigFloat x) => One / Cosh(x);

    public static BigFloat Asinh(BigFloat x)
    {
        if (x.end != 0) return x;
        var size = Abs(x);
        var square = size * size;
        var result = Log1p(size + (square / (One + Sqrt(square + One))));
        return x.mantissa.Sign < 0 ? -result : result;
    }

    public static BigFloat Acosh(BigFloat x) => x - One is var above && above.end == 0 ? Log1p(above + Sqrt(above * (above + 2))) : Ends(x, Math.Acosh);

    public static BigFloat Atanh(BigFloat x) => x.end == 0 ? Log1p(x.Scale(1) / (One - x)).Scale(-1) : Ends(x, Math.Atanh);

    public static BigFloat Sigmoid(BigFloat x) => One / (One + Exp(-x));

    public static BigFloat Softplus(BigFloat x) => x.end == 0 && x.mantissa.Sign > 0 ? x + Log1p(Exp(-x)) : x.end == 0 ? Log1p(Exp(x)) : Ends(x, e => e > 0 || double.IsNaN(e) ? e : 0);

    /// <summary>A function that is about its argument near 0: as much as there is cancelled beside 1 is computed with further digits, or a series of two terms serves.</summary>
    /// <param name="x">The argument.</param>
    /// <param name="function">The function.</param>
    /// <param name="series">Its first terms, right to the third power.</param>
    private static BigFloat Near(BigFloat x, Func<BigFloat, BigFloat> function, Func<BigFloat, BigFloat> series)
    {
        if (x.end != 0 || x.Magnitude >= 0) return function(x);
        if (x.IsExactZero) return x;
        if (x.mantissa.IsZero) return x.Blur(x.error + 1);
        return x.Magnitude < -MostExtra * Precision ? series(x).Blur((3 * x.Magnitude) + 1) : Working(-x.Magnitude, () => function(x)).Blur(Exact);
    }

    /// <summary>Both of an angle, less whole quarters of turns; the sine of what is left from its series at a third of a third of …, sin 3r = 3·sin r - 4·sin³ r.</summary>
    private static (BigFloat Sin, BigFloat Cos) SinCos(BigFloat x)
    {
        if (x.end != 0) return x.IsUnknown ? (x, x) : (NaN, NaN);
        if (x.IsExactZero) return (x, One);
        if (x.error > -1 || x.Magnitude > LargestAngle) return (Unknown, Unknown);
        var (sin, cos) = Working(Guard + Math.Max(0, x.Magnitude), () =>
        {
            var quarters = (x.Center.Scale(1) / Pi).Rounded();
            var r = x.Center - (Whole(quarters) * Pi.Scale(-1));
            var thirds = (int)Math.Sqrt(Precision) / 3;
            // Small angles keep their digits relative to themselves.
            var scale = Precision + (2 * thirds) + 8 + (int)Math.Clamp(-r.Magnitude, 0, MostExtra * (long)Precision);
            var part = r.Units(scale) / BigInteger.Pow(3, thirds);
            var (sum, term, square) = (part, part, (part * part) >> scale);
            for (var n = 2; !(term = ((term * square) >> scale) / (n * (n + 1))).IsZero; n += 2) sum += (n & 2) != 0 ? -term : term;
            for (var i = 0; i < thirds; i++) sum = (3 * sum) - (((((sum * sum) >> scale) * sum) >> scale) << 2);
            var sine = new BigFloat(sum, -scale, (2 * thirds) + 4 - scale).Blur(r.error);
            var cosine = Sqrt(One - (sine * sine));
            return (int)(((quarters % 4) + 4) % 4) switch
            {
                0 => (sine, cosine),
                1 => (cosine, -sine),
                2 => (-sine, -cosine),
                _ => (-cosine, sine),
            };
        });
        return (sin.Blur(x.error), cos.Blur(x.error));
    }

    /// <summary>x + sign·x³/3 + x⁵/5 + …: artanh for 1, arctan for -1; of a small argument.</summary>
    private static BigFloat OddSeries(BigFloat x, int sign)
    {
        if (x.mantissa.IsZero) return x;
        var (sum, power, square) = (x, x, x * x * sign);
        for (var n = 3; ; n += 2)
        {
            power *= square;
            // What is left is less than twice the next term.
            if (power.mantissa.IsZero || power.Magnitude < x.Magnitude - Precision) return sum.Blur(power.Log2Size + 1);
            sum += power / n;
        }
    }

    /// <summary>Σ x^n / n!, in units of 2^-scale.</summary>
    private static BigInteger PowerSeries(BigInteger x, int scale)
    {
        var one = BigInteger.One << scale;
        var (sum, term) = (one, one);
        for (var n = 1; ; n++)
        {
            term = ((term * x) >> scale) / n;
            if (term.IsZero) return sum;
            sum += term;
        }
    }

    private static BigFloat Power(BigFloat x, int n)
    {
        var (result, power) = (One, x);
        for (var rest = Math.Abs(n); rest > 0; rest >>= 1)
        {
            if ((rest & 1) != 0) result *= power;
            if (rest > 1) power *= power;
        }
        return n < 0 ? One / result : result;
    }

    private static BigFloat Whole(BigInteger n) => new(n, 0, Exact);

    /// <summary>The next whole number.</summary>
    private BigInteger Rounded()
    {
        if (exponent >= 0) return mantissa << (int)exponent;
        return Magnitude < -1 ? BigInteger.Zero : (mantissa + (BigInteger.One << (int)(-exponent - 1))) >> (int)-exponent;
    }

    /// <summary>The number in units of 2^-scale, rounded down.</summary>
    private BigInteger Units(int scale)
    {
        var shift = exponent + scale;
        return shift >= 0 ? mantissa << (int)shift : -shift > Bits(mantissa) ? BigInteger.Zero : mantissa >> (int)-shift;
    }

    /// <summary>What is computed with further digits, rounded to the digits that were asked for.</summary>
    private static T Working<T>(long further, Func<T> compute)
    {
        var before = Precision;
        Precision = before + (int)further;
        try
        {
            return compute();
        }
        finally
        {
            Precision = before;
        }
    }

    private static BigFloat Constant(Func<(BigInteger Pi, BigInteger Ln2), BigInteger> part)
    {
        var bits = ((Precision + 8) / ConstantStep * ConstantStep) + ConstantStep;
        return new BigFloat(part(Constants.GetOrAdd(bits, Computed)), -bits, -bits);

        // Gauss: π = 48·arctan(1/18) + 32·arctan(1/57) - 20·arctan(1/239); log 2 = 18·artanh(1/26) - 2·artanh(1/4801) + 8·artanh(1/8749).
        static (BigInteger Pi, BigInteger Ln2) Computed(int bits)
        {
            const int Further = 32;
            var scale = bits + Further;
            return (((48 * Inverse(18, scale, -1)) + (32 * Inverse(57, scale, -1)) - (20 * Inverse(239, scale, -1))) >> Further,
                ((18 * Inverse(26, scale, 1)) - (2 * Inverse(4801, scale, 1)) + (8 * Inverse(8749, scale, 1))) >> Further);
        }
    }

    /// <summary>Σ sign^n / ((2n + 1)·q^(2n + 1)), in units of 2^-scale.</summary>
    private static BigInteger Inverse(int q, int scale, int sign)
    {
        var power = (BigInteger.One << scale) / q;
        var sum = BigInteger.Zero;
        for (var n = 0; !power.IsZero; n++)
        {
            sum += (sign < 0 && (n & 1) != 0 ? -power : power) / ((2 * n) + 1);
            power /= q * q;
        }
        return sum;
    }
}
