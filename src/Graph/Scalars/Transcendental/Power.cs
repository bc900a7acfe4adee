namespace GraphGrad.Scalars;

/// <summary>Powers of a magnitude, and the special cases of <see cref="Math.Pow"/> around them.</summary>
internal static class Power
{
    // log2(1 + f) / f on [√½ - 1, √2 - 1], relative error 2^-35.
    private static readonly double[] Log2Tail =
    [
        0.07736701146184415, -0.1428366154081564, 0.144748621493299, -0.14315704611329222, 0.15876986854626388, -0.180300557594137,
        0.20617535155407707, -0.24045316684073256, 0.28853729377693077, -0.3606736748211214, 0.48089836139148373,
        -0.7213475208686563, 1.442695040868713,
    ];

    // 2^g on [-1/2, 1/2], relative error 2^-29.
    private static readonly double[] Exp2 =
    [
        0.0001534579379341757, 0.001339995636527412, 0.00961848918875226, 0.055503287159262824, 0.24022646887474755,
        0.6931472057660445, 1.000000000554507,
    ];

    // (atanh(s)/s - 1 - s²/3) / s⁴ in s² for |s| ≤ (√2 - 1)/(√2 + 1); 2^-73 of the logarithm.
    private static readonly double[] AtanhTail =
    [
        0.059945093571126325, 0.058374089810200355, 0.06668158718932689, 0.07692278435393117, 0.09090909435156182,
        0.1111111110876827, 0.14285714285722556, 0.1999999999999999,
    ];

    /// <summary>x^y.</summary>
    public static Scalar Pow(ScalarBuilder b, Scalar x, Scalar y)
    {
        var type = x.Type;
        var (zero, one) = (b.Number(type, 0), b.Number(type, 1));
        if (ReferenceEquals(y, b.Number(type, 0.5))) return Root(b, x);
        if (ReferenceEquals(y, b.Number(type, -0.5))) return InverseRoot(b, x);
        var absolute = b.Absolute(x);
        var magnitude = type == DType.Float32 ? Single(b, absolute, y) : Double(b, absolute, y);
        // 1 to an infinite power is 1, where the product in the exponent is 0 · ∞.
        magnitude = b.Select(b.And(b.Equal(absolute, one), b.Equal(y, y)), one, magnitude);
        var half = b.Multiply(y, b.Number(type, 0.5));
        var whole = b.Equal(b.Truncate(y), y);
        var odd = b.And(whole, b.NotEqual(b.Truncate(half), half));
        // The sign bit, not x < 0: (-0)^-1 is -∞.
        var integer = FloatFormat.Of(type).Integer;
        var negative = b.LessThan(b.Bitcast(integer, x), b.Constant(integer, 0));
        var signed = b.Select(b.And(negative, odd), b.Negate(magnitude), magnitude);
        var finiteBelow = b.And(b.LessThan(x, zero), b.LessThan(b.Number(type, double.NegativeInfinity), x));
        var real = b.Select(b.And(finiteBelow, b.Not(whole)), b.Number(type, double.NaN), signed);
        return b.Select(b.Or(b.Equal(y, zero), b.Equal(x, one)), one, real);
    }

    /// <summary>x^½: of -0 it is +0, of -∞ it is ∞.</summary>
    private static Scalar Root(ScalarBuilder b, Scalar x) =>
        b.Select(b.Equal(x, b.Number(x.Type, double.NegativeInfinity)), b.Number(x.Type, double.PositiveInfinity), PositiveRoot(b, x));

    /// <summary>x^-½: a root and a quotient, with what they lost put in to the first order.</summary>
    private static Scalar InverseRoot(ScalarBuilder b, Scalar x)
    {
        var (type, zero, one) = (x.Type, b.Number(x.Type, 0), b.Number(x.Type, 1));
        var root = PositiveRoot(b, x);
        var inverse = b.Divide(one, root);
        var minus = b.Negate(root);
        var lostOfRoot = b.Multiply(b.FusedMultiplyAdd(minus, root, x), inverse);
        var lost = b.FusedMultiplyAdd(lostOfRoot, b.Multiply(inverse, b.Number(type, -0.5)), b.FusedMultiplyAdd(minus, inverse, one));
        var isInner = b.And(b.LessThan(zero, x), b.LessThan(x, b.Number(type, double.PositiveInfinity)));
        var edge = b.Select(b.Equal(x, b.Number(type, double.NegativeInfinity)), zero, inverse);
        return b.Select(isInner, b.FusedMultiplyAdd(inverse, lost, inverse), edge);
    }

    private static Scalar PositiveRoot(ScalarBuilder b, Scalar x) => b.Add(b.SquareRoot(x), b.Number(x.Type, 0));

    /// <summary>2^(y·log2 x) through float64: the exponent needs 8 bits more than float32 has.</summary>
    private static Scalar Single(ScalarBuilder b, Scalar x, Scalar y)
    {
        var format = FloatFormat.Of(DType.Float64);
        var wide = b.Convert(DType.Float64, x);
        var (k, m) = Logarithms.SplitNormal(b, wide);
        var f = b.Subtract(m, b.Float64(1));
        var log = WithEdges(b, wide, b.FusedMultiplyAdd(f, b.Polynomial(f, Log2Tail), k));
        // Beyond ±200 the result is 0 or infinite in float32.
        var exponent = format.AtLeast(b, format.AtMost(b, b.Multiply(b.Convert(DType.Float64, y), log), 200), -200);
        var shift = b.Float64(format.ScalingShift(1));
        var shifted = b.Add(exponent, shift);
        var g = b.Subtract(exponent, b.Subtract(shifted, shift));
        return b.Convert(DType.Float32, b.Multiply(b.Polynomial(g, Exp2), format.PowerOfTwo(b, shifted)));
    }

    /// <summary>
    /// e^(y·log x) with log x and the product as unevaluated sums of two numbers (Dekker, 1971): log x = k·ln 2 + 2·atanh s,
    /// s = (m - 1)/(m + 1), atanh s = s + s·(s²/3 + s⁴·Q(s²)), all but Q in two parts.
    /// </summary>
    private static Scalar Double(ScalarBuilder b, Scalar x, Scalar y)
    {
        var (k, m) = Logarithms.Split(b, x);
        var (one, two) = (b.Float64(1), b.Float64(2));
        var f = b.Subtract(m, one);
        var (sum, sumLow) = FastSum(b, two, f);
        var inverse = b.Divide(one, sum);
        var s = b.Multiply(f, inverse);
        var remainder = b.FusedMultiplyAdd(b.Negate(s), sumLow, b.FusedMultiplyAdd(b.Negate(s), sum, f));
        var sLow = b.Multiply(remainder, inverse);

        var (z, zError) = Product(b, s, s);
        var zLow = b.FusedMultiplyAdd(b.Multiply(two, s), sLow, zError);
        var (third, thirdError) = Product(b, z, b.Float64(1.0 / 3));
        // 1/3 - fl(1/3).
        var thirdLow = b.FusedMultiplyAdd(z, b.Float64(1.850371707708594e-17), b.FusedMultiplyAdd(zLow, b.Float64(1.0 / 3), thirdError));
        var (t, tError) = FastSum(b, third, b.Multiply(b.Multiply(z, z), b.Polynomial(z, AtanhTail)));
        var (p, pError) = Product(b, s, t);
        var pLow = b.FusedMultiplyAdd(s, b.Add(tError, thirdLow), b.FusedMultiplyAdd(sLow, t, pError));
        var (half, halfError) = FastSum(b, s, p);
        var halfLow = b.Add(halfError, b.Add(pLow, sLow));

        var (whole, wholeError) = Product(b, k, b.Float64(0.6931471805599453));
        var wholeLow = b.FusedMultiplyAdd(k, b.Float64(2.3190468138462996e-17), wholeError);
        var (log, logError) = FastSum(b, whole, b.Multiply(two, half));
        var logLow = b.Add(logError, b.FusedMultiplyAdd(two, halfLow, wholeLow));

        var exponent = b.Multiply(y, WithEdges(b, x, log));
        var exponentLow = b.FusedMultiplyAdd(y, logLow, b.FusedMultiplyAdd(y, log, b.Negate(exponent)));
        // Where the exponent leaves the range, and may be infinite, its low part means nothing.
        var inside = b.LessThan(b.Absolute(exponent), b.Float64(1000));
        return Exponentials.Exp(b, exponent, b.Select(inside, exponentLow, b.Float64(0)));
    }

    /// <summary>The logarithm's -∞ at 0, and +∞ and NaN where x is.</summary>
    private static Scalar WithEdges(ScalarBuilder b, Scalar x, Scalar log)
    {
        var finite = b.Select(b.LessThan(x, b.Float64(double.PositiveInfinity)), log, x);
        return b.Select(b.Equal(x, b.Float64(0)), b.Float64(double.NegativeInfinity), finite);
    }

    /// <summary>x + y exactly, in two parts, for |x| ≥ |y| or x = 0.</summary>
    private static (Scalar Sum, Scalar Error) FastSum(ScalarBuilder b, Scalar x, Scalar y)
    {
        var sum = b.Add(x, y);
        return (sum, b.Subtract(y, b.Subtract(sum, x)));
    }

    /// <summary>x·y exactly, in two parts.</summary>
    private static (Scalar Product, Scalar Error) Product(ScalarBuilder b, Scalar x, Scalar y)
    {
        var product = b.Multiply(x, y);
        return (product, b.FusedMultiplyAdd(x, y, b.Negate(product)));
    }
}
