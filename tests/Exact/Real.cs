using System.Globalization;
using System.Numerics;

namespace GraphGrad.Tests.Exact;

/// <summary>
/// A real number as a ball: the true one is at most 2^<see cref="Error"/> away from <see cref="Mantissa"/> · 2^<see cref="Exponent"/>.
/// Every operation bounds its error, so a result says by itself how many of its digits are right, however much cancelled on the way.
/// </summary>
internal readonly struct Real
{
    /// <summary>The error of an exact number.</summary>
    public const double Exact = double.NegativeInfinity;

    [ThreadStatic]
    private static int precision;

    public Real(BigInteger mantissa, long exponent, double error)
    {
        var excess = (long)BigInteger.Abs(mantissa).GetBitLength() - Precision;
        if (excess > 0)
        {
            mantissa >>= (int)excess;
            exponent += excess;
            error = Join(error, exponent);
        }
        (Mantissa, Exponent, Error) = (mantissa, exponent, error);
    }

    public BigInteger Mantissa { get; }

    public long Exponent { get; }

    /// <summary>The bound of the error, as its binary logarithm.</summary>
    public double Error { get; }

    /// <summary>How many bits a mantissa keeps, for the operations of this thread.</summary>
    public static int Precision
    {
        get => precision == 0 ? 320 : precision;
        set => precision = value;
    }

    public static Real Zero => new(BigInteger.Zero, 0, Exact);

    public static Real One => 1;

    /// <summary>The least power of two above the magnitude.</summary>
    public long Magnitude => Mantissa.IsZero ? long.MinValue / 4 : Exponent + (long)BigInteger.Abs(Mantissa).GetBitLength();

    /// <summary>The binary logarithm of the magnitude.</summary>
    public double Log2
    {
        get
        {
            if (Mantissa.IsZero) return double.NegativeInfinity;
            var excess = (long)BigInteger.Abs(Mantissa).GetBitLength() - 64;
            return Math.Log2((double)(excess > 0 ? BigInteger.Abs(Mantissa) >> (int)excess : BigInteger.Abs(Mantissa))) + Exponent + Math.Max(0, excess) + 1e-12;
        }
    }

    /// <summary>How many bits are right.</summary>
    public double Accuracy => Error == Exact ? double.PositiveInfinity : Log2 - Error;

    /// <summary>-1, 0 or 1; 0 only if it is exactly zero.</summary>
    /// <exception cref="PrecisionException">The error is larger than the number.</exception>
    public int Sign => Error == Exact ? Mantissa.Sign : Accuracy > 1 ? Mantissa.Sign : throw new PrecisionException();

    public bool IsZero => Mantissa.IsZero && Error == Exact;

    public static implicit operator Real(int number) => new(number, 0, Exact);

    /// <summary>Exactly the number, of which every double is a fraction with a power of two below.</summary>
    public static implicit operator Real(double number)
    {
        if (number == 0) return Zero;
        var exponent = Math.ILogB(number) - 52;
        return new Real((BigInteger)Math.ScaleB(number, -exponent), exponent, Exact);
    }

    public static Real operator -(Real x) => new(-x.Mantissa, x.Exponent, x.Error);

    public static Real operator +(Real x, Real y)
    {
        if (x.IsZero) return y;
        if (y.IsZero) return x;
        var error = Join(x.Error, y.Error);
        var (high, low) = x.Exponent >= y.Exponent ? (x, y) : (y, x);
        var gap = high.Exponent - low.Exponent;
        // What lies wholly below the last place of the other is part of its error.
        if (gap > (2 * Precision) + 64)
        {
            if (low.Magnitude < high.Exponent - Precision) return new Real(high.Mantissa, high.Exponent, Join(error, low.Magnitude));
            if (high.Mantissa.IsZero) return new Real(low.Mantissa, low.Exponent, error);
        }
        return new Real((high.Mantissa << checked((int)gap)) + low.Mantissa, low.Exponent, error);
    }

    public static Real operator -(Real x, Real y) => x + (-y);

    public static Real operator *(Real x, Real y)
    {
        if (x.IsZero || y.IsZero) return Zero;
        var error = Exact;
        if (y.Error != Exact) error = Join(error, Join(x.Log2, x.Error) + y.Error);
        if (x.Error != Exact) error = Join(error, y.Log2 + x.Error);
        return new Real(x.Mantissa * y.Mantissa, x.Exponent + y.Exponent, error);
    }

    /// <exception cref="PrecisionException">The divisor may be zero.</exception>
    public static Real operator /(Real x, Real y)
    {
        if (y.Sign == 0) throw new DivideByZeroException();
        if (x.IsZero) return Zero;
        var shift = Math.Max(0, Precision + 2 + (long)BigInteger.Abs(y.Mantissa).GetBitLength() - (long)BigInteger.Abs(x.Mantissa).GetBitLength());
        var quotient = (x.Mantissa << (int)shift) / y.Mantissa;
        var exponent = x.Exponent - shift - y.Exponent;
        double error = exponent;
        if (x.Error != Exact) error = Join(error, x.Error - y.Log2);
        // The divisor is at least as large as it seems less its error.
        if (y.Error != Exact) error = Join(error, Join(x.Log2, x.Error) + y.Error - (2 * y.Log2)) - Math.Log2(1 - Math.Pow(2, -Math.Min(y.Accuracy, 60)));
        return new Real(quotient, exponent, error);
    }

    public static bool operator <(Real x, Real y) => (x - y).Sign < 0;

    public static bool operator >(Real x, Real y) => (x - y).Sign > 0;

    /// <summary>The number times a power of two.</summary>
    public Real Scale(long power) => new(Mantissa, Exponent + power, Error + power);

    /// <summary>The number at the middle, exactly.</summary>
    public Real Center => new(Mantissa, Exponent, Exact);

    /// <summary>The number with a further error.</summary>
    public Real Blur(double error) => new(Mantissa, Exponent, Join(Error, error));

    /// <summary>The nearest double; zero and infinity beyond its range.</summary>
    public double ToDouble()
    {
        if (Mantissa.IsZero) return 0;
        var excess = Math.Max(0, (long)BigInteger.Abs(Mantissa).GetBitLength() - 64);
        return Math.ScaleB((double)(Mantissa >> (int)excess), (int)Math.Clamp(Exponent + excess, -5000, 5000));
    }

    public override string ToString() => ToDouble().ToString("R", CultureInfo.InvariantCulture);

    /// <summary>The logarithm of the sum of two numbers of which the logarithms are given.</summary>
    private static double Join(double x, double y)
    {
        var (high, low) = x > y ? (x, y) : (y, x);
        return low == Exact ? high : high + Math.Log2(1 + Math.Pow(2, low - high));
    }
}
