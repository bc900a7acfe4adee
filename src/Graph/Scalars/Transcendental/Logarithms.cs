namespace GraphGrad.Scalars;

/// <summary>
/// Logarithms: x = 2^k·m with √½ ≤ m &lt; √2, log x = k·ln 2 + log(1 + f), f = m - 1, and log(1 + f) = f + f²·P(f) with P
/// fitted by the Remez exchange for the least relative error. A polynomial, where a quotient of two would need a division.
/// </summary>
internal static class Logarithms
{
    // Relative error of log(1 + f): 0.03 units in the last place in float32, 0.2 in float64.
    private static readonly double[] Tail32 =
    [
        -0.0762174875, 0.129043281, -0.132429436, 0.141818404, -0.166090906, 0.200019732, -0.250015825, 0.333333254, -0.499999881,
    ];

    private static readonly double[] Tail64 =
    [
        -0.02830061395802736, 0.0632515167833647, -0.06787074575648173, 0.059735263181449914, -0.06041115783117819,
        0.06621607607868162, -0.07160261366506611, 0.07697710694598486, -0.083325519923385, 0.0909058329433513,
        -0.10000018190037069, 0.11111122018009734, -0.12499999829681305, 0.14285714087174325, -0.16666666666268917,
        0.20000000001741663, -0.25000000000012346, 0.33333333333328097, -0.4999999999999997,
    ];

    /// <summary>log x.</summary>
    public static Scalar Log(ScalarBuilder b, Scalar x)
    {
        var (k, m) = Split(b, x);
        return WithEdges(b, x, x, Sum(b, k, b.Subtract(m, b.Number(x.Type, 1))));
    }

    /// <summary>log x of a positive normal number.</summary>
    public static Scalar LogOfNormal(ScalarBuilder b, Scalar x)
    {
        var (k, m) = SplitNormal(b, x);
        return Sum(b, k, b.Subtract(m, b.Number(x.Type, 1)));
    }

    /// <summary>log(1 + x).</summary>
    public static Scalar Log1p(ScalarBuilder b, Scalar x)
    {
        var tiny = b.LessThan(b.Absolute(x), b.Number(x.Type, FloatFormat.Of(x.Type).Tiny));
        var (u, lost) = OnePlus(b, x);
        return b.Select(tiny, x, WithEdges(b, u, x, LogOfSum(b, u, lost)));
    }

    /// <summary>log2 x, whole for powers of two.</summary>
    public static Scalar Log2(ScalarBuilder b, Scalar x) => ToBase(b, x, x.Type == DType.Float32
        ? new(1, 0, 1.4426950216293335, 1.9259629911266175e-08)
        : new(1, 0, 1.4426950408889634, 2.0355273740931033e-17));

    /// <summary>log10 x, whole for powers of ten: the high part of log10 2 times k is exact.</summary>
    public static Scalar Log10(ScalarBuilder b, Scalar x) => ToBase(b, x, x.Type == DType.Float32
        ? new(0.30103302001953125, -3.0243555500547862e-06, 0.4342944920063019, -1.0103050052231683e-08)
        : new(0.30102999566383914, 1.42050232272661e-13, 0.4342944819032518, 1.098319650216765e-17));

    /// <summary>1 + x exactly, in two parts (Knuth).</summary>
    public static (Scalar Sum, Scalar Lost) OnePlus(ScalarBuilder b, Scalar x)
    {
        var one = b.Number(x.Type, 1);
        var sum = b.Add(x, one);
        var second = b.Subtract(sum, one);
        return (sum, b.Add(b.Subtract(one, b.Subtract(sum, second)), b.Subtract(x, second)));
    }

    /// <summary>log(2^power·(u + low)) for a positive normal u, |low| small.</summary>
    public static Scalar LogOfSum(ScalarBuilder b, Scalar u, Scalar low, Scalar? power = null)
    {
        var format = FloatFormat.Of(u.Type);
        var (k, m) = SplitNormal(b, u);
        // 2^-k·low goes to m - 1. As 2^(1-k)·(low/2), for k reaches one above the greatest exponent; there 2^(1-k) becomes 0.
        var exponent = b.Subtract(b.Bitcast(format.Integer, u), b.Bitcast(format.Integer, m));
        var twice = b.Bitcast(u.Type, b.Subtract(format.PowerBits(b, 1), exponent));
        var (whole, part) = (b.Subtract(m, b.Number(u.Type, 1)), b.Multiply(b.Multiply(low, b.Number(u.Type, 0.5)), twice));
        var f = b.Add(whole, part);
        return Sum(b, power is null ? k : b.Add(k, power), f, b.Subtract(part, b.Subtract(f, whole)));
    }

    /// <summary>log(1 + x) for 0 ≤ x ≤ 1.</summary>
    public static Scalar Log1pOfUnit(ScalarBuilder b, Scalar x)
    {
        // For 1 + x ≥ √2: log 2 + log(1 + (x - 1)/2), the fraction being exact.
        var upper = b.LessThan(b.Number(x.Type, 0.41421356), x);
        var (zero, one, half) = (b.Number(x.Type, 0), b.Number(x.Type, 1), b.Number(x.Type, 0.5));
        return Sum(b, b.Select(upper, one, zero), b.Select(upper, b.Multiply(b.Subtract(x, one), half), x));
    }

    /// <summary>k as a float and m, of a positive x = 2^k·m.</summary>
    public static (Scalar K, Scalar M) Split(ScalarBuilder b, Scalar x)
    {
        var format = FloatFormat.Of(x.Type);
        // Denormal numbers are made normal, by as many binary places as the significand has.
        var denormal = b.LessThan(x, b.Number(x.Type, Math.ScaleB(1, 1 - format.Bias)));
        var places = format.MantissaBits + 1;
        var (k, m) = SplitNormal(b, b.Select(denormal, b.Multiply(x, b.Number(x.Type, Math.ScaleB(1, places))), x));
        return (b.Select(denormal, b.Subtract(k, b.Number(x.Type, places)), k), m);
    }

    /// <summary>k as a float and m, of a positive x = 2^k·m that is not denormal.</summary>
    public static (Scalar K, Scalar M) SplitNormal(ScalarBuilder b, Scalar x)
    {
        var format = FloatFormat.Of(x.Type);
        var shift = b.Constant(format.Integer, format.MantissaBits);
        var root = format.Bits(b, Math.Sqrt(0.5));
        // Moved so that a carry into the exponent happens at √½ instead of at 1.
        var moved = b.Add(b.Bitcast(format.Integer, x), b.Subtract(format.Bits(b, 1), root));
        var fraction = b.And(moved, b.Constant(format.Integer, (1L << format.MantissaBits) - 1));
        // The exponent, or-ed into the low bits of 2^MantissaBits, is a float without a conversion.
        var whole = Math.ScaleB(1, format.MantissaBits);
        var exponent = b.Or(b.ShiftRightLogical(moved, shift), format.Bits(b, whole));
        var k = b.Subtract(b.Bitcast(x.Type, exponent), b.Number(x.Type, whole + format.Bias));
        return (k, b.Bitcast(x.Type, b.Add(fraction, root)));
    }

    /// <summary>k·ln 2 + log(1 + f + rest), the small parts summed first.</summary>
    private static Scalar Sum(ScalarBuilder b, Scalar k, Scalar f, Scalar? rest = null)
    {
        var single = f.Type == DType.Float32;
        var (high, low) = single ? (0.693147182464599609375, -1.904654299957768e-09) : (0.6931471805599453, 2.3190468138462996e-17);
        var lowest = b.Number(f.Type, low);
        var small = rest is null ? b.Multiply(k, lowest) : b.FusedMultiplyAdd(k, lowest, rest);
        var tail = b.FusedMultiplyAdd(b.Multiply(f, f), b.Polynomial(f, single ? Tail32 : Tail64), small);
        return b.FusedMultiplyAdd(k, b.Number(f.Type, high), b.Add(f, tail));
    }

    /// <summary>k·log 2 + log(1 + f) to another base.</summary>
    private static Scalar ToBase(ScalarBuilder b, Scalar x, Base to)
    {
        var type = x.Type;
        var (k, m) = Split(b, x);
        var f = b.Subtract(m, b.Number(type, 1));
        var tail = b.Multiply(b.Multiply(f, f), b.Polynomial(f, type == DType.Float32 ? Tail32 : Tail64));
        var factor = b.Number(type, to.Factor);
        var product = b.Multiply(f, factor);
        var lost = b.FusedMultiplyAdd(f, factor, b.Negate(product));
        var whole = b.Multiply(k, b.Number(type, to.OfTwo));
        var sum = b.Add(whole, product);
        lost = b.Add(lost, b.Subtract(product, b.Subtract(sum, whole)));
        var small = b.FusedMultiplyAdd(k, b.Number(type, to.OfTwoLow), b.FusedMultiplyAdd(f, b.Number(type, to.FactorLow), lost));
        return WithEdges(b, x, x, b.Add(sum, b.FusedMultiplyAdd(tail, factor, small)));
    }

    /// <summary>-∞ at 0, NaN below, and at +∞ and NaN the input itself, by the argument u of the logarithm.</summary>
    private static Scalar WithEdges(ScalarBuilder b, Scalar u, Scalar input, Scalar result)
    {
        var zero = b.Number(u.Type, 0);
        var finite = b.Select(b.LessThan(u, b.Number(u.Type, double.PositiveInfinity)), result, input);
        var outside = b.Select(b.Equal(u, zero), b.Number(u.Type, double.NegativeInfinity), b.Number(u.Type, double.NaN));
        return b.Select(b.LessThan(zero, u), finite, outside);
    }

    /// <summary>The logarithm of 2 to a base and the factor of the natural one, in two parts each; the first part of the former has so few bits that k times it is exact.</summary>
    private readonly record struct Base(double OfTwo, double OfTwoLow, double Factor, double FactorLow);
}
