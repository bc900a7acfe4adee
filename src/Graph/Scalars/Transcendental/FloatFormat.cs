namespace GraphGrad.Scalars;

/// <summary>The layout of a float type, by which scalar arithmetic takes numbers apart.</summary>
internal sealed class FloatFormat
{
    private static readonly FloatFormat Single = new(DType.Float32, DType.Int32, 23, 127);
    private static readonly FloatFormat Double = new(DType.Float64, DType.Int64, 52, 1023);

    private FloatFormat(DType type, DType integer, int mantissaBits, int bias)
    {
        Type = type;
        Integer = integer;
        MantissaBits = mantissaBits;
        Bias = bias;
    }

    public DType Type { get; }

    /// <summary>The integer type of the same size.</summary>
    public DType Integer { get; }

    /// <summary>Stored bits of the significand.</summary>
    public int MantissaBits { get; }

    public int Bias { get; }

    public bool IsSingle => Type == DType.Float32;

    /// <summary>1.5·2^MantissaBits: x + shift rounds a small x to a whole number, which then stands in the low bits of the sum.</summary>
    public double RoundingShift => 1.5 * Math.ScaleB(1, MantissaBits);

    /// <summary>Below this magnitude functions of the form x + O(x²) return x, and keep the sign of zero and denormal numbers.</summary>
    public double Tiny => Math.ScaleB(1, -MantissaBits - 2);

    public static FloatFormat Of(DType type) => type == DType.Float32 ? Single : Double;

    /// <summary>The bits of 2^exponent.</summary>
    public Scalar PowerBits(ScalarBuilder b, int exponent) => b.Constant(Integer, (long)(exponent + Bias) << MantissaBits);

    /// <summary>The bits of a number of this type.</summary>
    public Scalar Bits(ScalarBuilder b, double value) => b.Bitcast(Integer, b.Number(Type, value));

    /// <summary>
    /// A rounding shift whose low bits are the sign and exponent of <paramref name="scale"/>, a power of two or minus one: those
    /// of shift + x are then the sign and exponent of scale·2^n, n being x rounded.
    /// </summary>
    public double ScalingShift(double scale) =>
        RoundingShift + (IsSingle ? BitConverter.SingleToUInt32Bits((float)scale) : BitConverter.DoubleToUInt64Bits(scale)) / Math.ScaleB(1, MantissaBits);

    /// <summary>The power of two in the low bits of <paramref name="shifted"/>; it must be in the normal range.</summary>
    public Scalar PowerOfTwo(ScalarBuilder b, Scalar shifted) =>
        b.Bitcast(Type, b.ShiftLeft(b.Bitcast(Integer, shifted), b.Constant(Integer, MantissaBits)));

    /// <summary>x, but not below <paramref name="low"/>; NaN stays NaN.</summary>
    public Scalar AtLeast(ScalarBuilder b, Scalar x, double low) => b.Maximum(x, b.Number(Type, low));

    /// <summary>x, but not above <paramref name="high"/>; NaN stays NaN.</summary>
    public Scalar AtMost(ScalarBuilder b, Scalar x, double high) => b.Minimum(x, b.Number(Type, high));

    /// <summary><paramref name="x"/>, which is not negative, with the sign of <paramref name="sign"/>.</summary>
    public Scalar CopySign(ScalarBuilder b, Scalar x, Scalar sign) =>
        b.Bitcast(Type, b.Or(b.Bitcast(Integer, x), b.And(b.Bitcast(Integer, sign), SignBit(b))));

    /// <summary><paramref name="x"/>, whose sign bit is set, with the sign of <paramref name="sign"/>.</summary>
    public Scalar CopySignToNegative(ScalarBuilder b, Scalar x, Scalar sign) =>
        b.Bitcast(Type, b.Xor(b.Bitcast(Integer, x), b.And(b.Not(b.Bitcast(Integer, sign)), SignBit(b))));

    private Scalar SignBit(ScalarBuilder b) => b.Constant(Integer, Integer == DType.Int32 ? int.MinValue : long.MinValue);
}
