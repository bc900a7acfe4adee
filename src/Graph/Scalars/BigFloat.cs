using System.Numerics;

namespace GraphGrad.Scalars;

/// <summary>
/// A number of as many binary digits as are asked for (<see cref="Precision"/>), in a range that no expression leaves, with a bound of its error: the true one is at most 2^error away
/// (midpoint and radius). Every operation adds what it rounds and what its operands lack, so a result says by itself how many of its digits are right. What is not known at
/// all, as the quotient by what may be zero, is <see cref="Unknown"/>. Infinities and NaN follow double.
/// </summary>
internal readonly partial struct BigFloat : IPrecise<BigFloat>
{
    // The error of an exact number.
    private const double Exact = double.NegativeInfinity;

    // Beyond 2^±largest numbers are infinite or nothing; the logarithms of bounds stay exact to a fraction of a bit.
    private const long LargestMagnitude = 1L << 44;
    private const long NoMagnitude = long.MinValue / 4;

    // What is so much smaller than an error does not add to it.
    private const double Negligible = 60;

    [ThreadStatic]
    private static int precision;

    [ThreadStatic]
    private static bool hasGuessed;

    private readonly BigInteger mantissa;
    private readonly long exponent;
    private readonly double error;

    // Infinity or NaN; 0 if the number is finite.
    private readonly double end;

    private BigFloat(BigInteger mantissa, long exponent, double error)
    {
        var excess = Bits(mantissa) - Precision;
        if (excess > 0)
        {
            mantissa >>= (int)excess;
            exponent += excess;
            error = Join(error, exponent);
        }
        (this.mantissa, this.exponent, this.error) = mantissa.IsZero ? (mantissa, 0, error) : (mantissa, exponent, error);
        var magnitude = Magnitude;
        if (mantissa.IsZero || Math.Abs(magnitude) < LargestMagnitude) return;
        end = magnitude > 0 ? mantissa.Sign * double.PositiveInfinity : 0;
        (this.mantissa, this.exponent, this.error) = (BigInteger.Zero, 0, magnitude > 0 ? Exact : -LargestMagnitude);
    }

    private BigFloat(double end, double error) => (this.end, this.error) = (end, error);

    /// <summary>How many binary digits numbers keep, in the operations of this thread.</summary>
    public static int Precision
    {
        get => precision == 0 ? 256 : precision;
        set => precision = value;
    }

    /// <summary>Whether a comparison on this thread has been decided by what is within an error, since this was last set to false.</summary>
    public static bool HasGuessed
    {
        get => hasGuessed;
        set => hasGuessed = value;
    }

    public static BigFloat Zero => new(BigInteger.Zero, 0, Exact);

    public static BigFloat One => new(BigInteger.One, 0, Exact);

    public static BigFloat NaN => new(double.NaN, Exact);

    /// <summary>What nothing is known of: more digits may tell.</summary>
    public static BigFloat Unknown => new(double.NaN, double.PositiveInfinity);

    public bool IsUnknown => error == double.PositiveInfinity;

    public bool IsFinite => end == 0;

    public bool IsNaN => double.IsNaN(Told().end);

    public bool IsZero => Told().end == 0 && mantissa.IsZero;

    public BigFloat Sign => double.IsNaN(Told().end) ? 0 : Math.Sign(Direction);

    public double High => Told().end == 0 && double.IsInfinity(ToDouble()) ? Direction * double.MaxValue : ToDouble();

    /// <summary>The binary logarithm of the bound of the error: -∞ of what is exact, ∞ of what is unknown.</summary>
    public double Error => error;

    /// <summary>How many binary digits are right.</summary>
    public double Accuracy => error == Exact ? double.PositiveInfinity : Log2Size - error;

    /// <summary>The binary logarithm of the size.</summary>
    public double Log2Size
    {
        get
        {
            if (mantissa.IsZero) return double.NegativeInfinity;
            var excess = Math.Max(0, Bits(mantissa) - 62);
            return Math.Log2(Math.Abs((double)(long)(mantissa >> (int)excess))) + exponent + excess;
        }
    }

    /// <summary>The least power of two above the size.</summary>
    private long Magnitude => mantissa.IsZero ? NoMagnitude : exponent + Bits(mantissa);

    /// <summary>The sign of a number, infinity or NaN itself.</summary>
    private double Direction => end == 0 ? mantissa.Sign : end;

    private bool IsExactZero => end == 0 && mantissa.IsZero && error == Exact;

    /// <summary>Whether it may be zero.</summary>
    private bool HoldsZero => end == 0 && (mantissa.IsZero || (error != Exact && Accuracy <= 0));

    public static implicit operator BigFloat(double x)
    {
        if (x == 0) return Zero;
        if (!double.IsFinite(x)) return new BigFloat(x, Exact);
        var bits = BitConverter.DoubleToInt64Bits(x);
        var (field, fraction) = ((int)((bits >> 52) & 0x7FF), bits & ((1L << 52) - 1));
        var (mantissa, exponent) = field == 0 ? (fraction, -1074) : (fraction | (1L << 52), field - 1075);
        var zeros = BitOperations.TrailingZeroCount(mantissa);
        return new BigFloat(Math.Sign(x) * (mantissa >> zeros), exponent + zeros, Exact);
    }

    public static BigFloat operator -(BigFloat x) => x.end == 0 ? new(-x.mantissa, x.exponent, x.error) : new(-x.end, x.error);

    public static BigFloat operator +(BigFloat x, BigFloat y)
    {
        if (x.end != 0 || y.end != 0) return Ends(x, y, (a, b) => a + b);
        var error = Join(x.error, y.error);
        if (x.mantissa.IsZero) return new BigFloat(y.mantissa, y.exponent, error);
        if (y.mantissa.IsZero) return new BigFloat(x.mantissa, x.exponent, error);
        var (high, low) = x.exponent >= y.exponent ? (x, y) : (y, x);
        var gap = high.exponent - low.exponent;
        // What lies far below the last place of the other is part of its error.
        if (gap > (2 * Precision) + 64) return new BigFloat(high.mantissa, high.exponent, Join(error, low.Magnitude));
        return new BigFloat((high.mantissa << (int)gap) + low.mantissa, low.exponent, error);
    }

    public static BigFloat operator -(BigFloat x, BigFloat y) => x + (-y);

    public static BigFloat operator *(BigFloat x, BigFloat y)
    {
        if (x.end != 0 || y.end != 0) return x.HoldsZero && !x.IsExactZero || y.HoldsZero && !y.IsExactZero ? Unknown : Ends(x, y, (a, b) => a * b);
        if (x.IsExactZero || y.IsExactZero) return Zero;
        var error = Exact;
        if (y.error != Exact) error = Join(x.Log2Size, x.error) + y.error;
        if (x.error != Exact) error = Join(error, y.Log2Size + x.error);
        return new BigFloat(x.mantissa * y.mantissa, x.exponent + y.exponent, error);
    }

    public static BigFloat operator /(BigFloat x, BigFloat y)
    {
        if (y.HoldsZero && !y.IsExactZero) return Unknown;
        if (x.end != 0 || y.end != 0 || y.mantissa.IsZero) return x.HoldsZero && !x.IsExactZero ? (y.end != 0 ? Zero : Unknown) : Ends(x, y, (a, b) => a / b);
        if (x.IsExactZero) return Zero;
        var shift = (int)Math.Max(0, Precision + 2 + Bits(y.mantissa) - Bits(x.mantissa));
        var quotient = BigInteger.DivRem(x.mantissa << shift, y.mantissa, out var rest);
        var exponent = x.exponent - shift - y.exponent;
        double error = rest.IsZero ? Exact : exponent;
        // The divisor is at least as large as it seems, less its error.
        var least = y.error == Exact ? y.Log2Size : y.Log2Size + Math.Log2(1 - Math.Pow(2, -y.Accuracy));
        if (x.error != Exact) error = Join(error, x.error - least);
        if (y.error != Exact) error = Join(error, Join(x.Log2Size, x.error) + y.error - least - y.Log2Size);
        return new BigFloat(quotient, exponent, error);
    }

    public static bool operator <(BigFloat x, BigFloat y) => Compare(x, y) is { } order && order < 0;

    public static bool operator >(BigFloat x, BigFloat y) => Compare(x, y) is { } order && order > 0;

    public static bool Same(BigFloat x, BigFloat y) => Compare(x, y) == 0;

    public static BigFloat Abs(BigFloat x) => x.end == 0 ? (x.mantissa.Sign < 0 ? -x : x) : new(Math.Abs(x.end), x.error);

    public static BigFloat Sqrt(BigFloat x)
    {
        if (x.end != 0) return Ends(x, Math.Sqrt);
        if (x.IsExactZero) return x;
        // From 0 up to the root of all that it may be.
        if (x.HoldsZero) return Zero.Blur((Join(x.Log2Size, x.error) / 2) + 1);
        if (x.mantissa.Sign < 0) return NaN;
        var shift = (int)Math.Max(0, (2 * Precision) + 4 - Bits(x.mantissa));
        if (((x.exponent - shift) & 1) != 0) shift++;
        var n = x.mantissa << shift;
        var root = Root(n);
        var exponent = (x.exponent - shift) / 2;
        var error = root * root == n ? Exact : exponent;
        if (x.error != Exact) error = Join(error, x.error - (Below(x) / 2));
        return new BigFloat(root, exponent, error);
    }

    /// <summary>The nearest double, whose range it may leave.</summary>
    public double ToDouble()
    {
        if (end != 0) return end;
        var excess = Math.Max(0, Bits(mantissa) - 62);
        return Math.ScaleB((double)(long)(mantissa >> (int)excess), (int)Math.Clamp(exponent + excess, -5000, 5000));
    }

    /// <summary>A finite number as a whole one times a power of two.</summary>
    public void Deconstruct(out BigInteger mantissa, out long exponent) => (mantissa, exponent) = (this.mantissa, this.exponent);

    /// <summary>The number times a power of two.</summary>
    private BigFloat Scale(long power) => end == 0 ? new(mantissa, exponent + power, error + power) : this;

    /// <summary>The number with a further error.</summary>
    private BigFloat Blur(double further) => end == 0 ? new(mantissa, exponent, Join(error, further)) : this;

    /// <summary>The number in the middle, as if it were exact.</summary>
    private BigFloat Center => new(mantissa, exponent, Exact);

    private static long Bits(BigInteger n) => (long)BigInteger.Abs(n).GetBitLength();

    /// <summary>A lower bound of the binary logarithm of the size of what is not zero.</summary>
    private static double Below(BigFloat x) => x.error == Exact ? x.Log2Size : x.Log2Size + Math.Log2(1 - Math.Pow(2, -x.Accuracy));

    /// <summary>The logarithm of the sum of two numbers of which the logarithms are given.</summary>
    private static double Join(double x, double y)
    {
        var (high, low) = x > y ? (x, y) : (y, x);
        return low < high - Negligible || double.IsInfinity(high) ? high : high + Math.Log2(1 + Math.Pow(2, low - high));
    }

    /// <summary>-1, 0 or 1; null beside NaN. What is within the error is a guess.</summary>
    private static int? Compare(BigFloat x, BigFloat y)
    {
        if (x.IsUnknown || y.IsUnknown) hasGuessed = true;
        if (double.IsNaN(x.end) || double.IsNaN(y.end)) return null;
        if (x.end != 0 || y.end != 0) return x.end.CompareTo(y.end);
        var difference = x - y;
        if (!difference.HoldsZero) return difference.mantissa.Sign;
        if (difference.error != Exact) hasGuessed = true;
        return 0;
    }

    /// <summary>What an op makes of infinities, zeros and NaN; other numbers only lend their signs.</summary>
    private static BigFloat Ends(BigFloat x, BigFloat y, Func<double, double, double> op) =>
        x.IsUnknown || y.IsUnknown ? Unknown : op(x.Direction, y.Direction);

    private static BigFloat Ends(BigFloat x, Func<double, double> op) => x.IsUnknown ? x : op(x.end);

    /// <summary>The root of a whole number, rounded down: Newton's iteration falls from above until it has it.</summary>
    private static BigInteger Root(BigInteger n)
    {
        var rest = (int)Math.Max(0, (long)n.GetBitLength() - 100) / 2 * 2;
        var root = ((BigInteger)(Math.Sqrt((double)(n >> rest)) * (1 + 1e-14)) + 1) << (rest / 2);
        for (BigInteger next; (next = (root + (n / root)) >> 1) < root;) root = next;
        return root;
    }

    /// <summary>The number of which something is to be said: of what is unknown, or may be zero, that is a guess.</summary>
    private BigFloat Told()
    {
        if (IsUnknown || (HoldsZero && error != Exact)) hasGuessed = true;
        return this;
    }
}
