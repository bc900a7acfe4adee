namespace GraphGrad.Scalars;

/// <summary>
/// Arc functions: reduced to where x + x³·P(x²) converges fast, P fitted by the Remez exchange for the least relative error.
/// </summary>
internal static class InverseTrigonometric
{
    // asin on [0, 0.54] in float32, [0, 1/2] in float64; relative error 0.15 and 0.07 units in the last place.
    private static readonly double[] Asin32 = [0.048755642, 0.020175498, 0.0463018529, 0.0748857185, 0.16666919];

    private static readonly double[] Asin64 =
    [
        0.03193430079267277, -0.01625571720518411, 0.019547866373581083, 0.00652098503684457, 0.012170786000090394,
        0.013885002452826797, 0.01735972761927138, 0.022371756587768354, 0.03038195919551846, 0.04464285682697646,
        0.07500000000338554, 0.16666666666665403,
    ];

    // atan on [0, √2 - 1]; relative error 0.006 units in the last place in float32 and float64.
    private static readonly double[] Atan32 = [-0.0607776046, 0.105936393, -0.142435104, 0.199984699, -0.333333164];

    private static readonly double[] Atan64 =
    [
        -0.017902167631458306, 0.03805957601655817, -0.050390918992258386, 0.0584783795358821, -0.0666309635113032,
        0.07692059473475661, -0.0909089771194238, 0.11111110781706812, -0.14285714280157913, 0.19999999999953166,
        -0.333333333333332,
    ];

    /// <summary>asin x; for large |x| it is π/2 - 2·asin √((1 - |x|) / 2).</summary>
    public static Scalar Asin(ScalarBuilder b, Scalar x)
    {
        var magnitude = b.Absolute(x);
        var (outer, series) = AsinParts(b, magnitude);
        var (high, low) = HalfPi(x.Type, 1);
        // The first difference is exact where it is small.
        var far = b.Add(b.FusedMultiplyAdd(series, b.Number(x.Type, -2), b.Number(x.Type, high)), b.Number(x.Type, low));
        return FloatFormat.Of(x.Type).CopySign(b, b.Select(outer, far, series), x);
    }

    /// <summary>acos x: π/2 - asin x near 0, 2·asin √((1 - |x|) / 2) above, and π less that below.</summary>
    public static Scalar Acos(ScalarBuilder b, Scalar x)
    {
        var magnitude = b.Absolute(x);
        var (outer, series) = AsinParts(b, magnitude);
        var (high, low) = HalfPi(x.Type, 1);
        var negative = b.LessThan(x, b.Number(x.Type, 0));
        var signed = b.Select(negative, b.Negate(series), series);
        var near = b.Subtract(b.Number(x.Type, high), b.Subtract(signed, b.Number(x.Type, low)));
        var twice = b.Add(series, series);
        var far = b.Select(negative, b.Subtract(b.Number(x.Type, 2 * high), b.Subtract(twice, b.Number(x.Type, 2 * low))), twice);
        return b.Select(outer, far, near);
    }

    /// <summary>atan x.</summary>
    public static Scalar Atan(ScalarBuilder b, Scalar x)
    {
        var magnitude = b.Absolute(x);
        return FloatFormat.Of(x.Type).CopySign(b, AtanOfQuotient(b, magnitude, b.Number(x.Type, 1), b.Bool(false)), x);
    }

    /// <summary>The angle of (x, y).</summary>
    public static Scalar Atan2(ScalarBuilder b, Scalar y, Scalar x)
    {
        var format = FloatFormat.Of(x.Type);
        var (absY, absX) = (b.Absolute(y), b.Absolute(x));
        var (zero, one, infinity) = (b.Number(x.Type, 0), b.Number(x.Type, 1), b.Number(x.Type, double.PositiveInfinity));
        // Infinities of both count as 1/1, zeros of both as 0/1; others are scaled away from overflow and denormal numbers.
        var bothInfinite = b.And(b.Equal(absY, infinity), b.Equal(absX, infinity));
        var bothZero = b.And(b.Equal(absY, zero), b.Equal(absX, zero));
        var larger = b.Select(b.LessThan(absX, absY), absY, absX);
        var (edge, factor) = (Math.ScaleB(1, format.Bias - 27), Math.ScaleB(1, format.MantissaBits + 7));
        var scale = b.Select(b.LessThan(larger, b.Number(x.Type, 1 / edge)), b.Number(x.Type, factor), one);
        scale = b.Select(b.LessThan(b.Number(x.Type, edge), larger), b.Number(x.Type, 1 / factor), scale);
        var numerator = b.Select(bothInfinite, one, b.Multiply(absY, scale));
        var denominator = b.Select(b.Or(bothInfinite, bothZero), one, b.Multiply(absX, scale));
        // The sign bit, not x < 0: the angle of (-0, 0) is π.
        var negative = b.LessThan(b.Bitcast(format.Integer, x), b.Constant(format.Integer, 0));
        return format.CopySign(b, AtanOfQuotient(b, numerator, denominator, negative), y);
    }

    /// <summary>
    /// atan(y / x), mirrored to π less that where asked, for y, x ≥ 0, not both 0 or infinite. By the octant: atan(y/x),
    /// π/4 + atan((y - x)/(y + x)) or π/2 + atan(-x/y), each of a quotient within ±(√2 - 1); one division.
    /// </summary>
    private static Scalar AtanOfQuotient(ScalarBuilder b, Scalar y, Scalar x, Scalar mirrored)
    {
        var type = x.Type;
        var tangent = b.Number(type, Math.Sqrt(2) - 1);
        var low = b.LessOrEqual(y, b.Multiply(x, tangent));
        var high = b.LessThan(x, b.Multiply(y, tangent));
        var numerator = b.Select(low, y, b.Select(high, b.Negate(x), b.Subtract(y, x)));
        var denominator = b.Select(low, x, b.Select(high, y, b.Add(y, x)));
        var quotient = b.Divide(numerator, denominator);
        var q = b.Select(mirrored, b.Negate(quotient), quotient);
        var z = b.Multiply(q, q);
        var tail = b.Multiply(b.Multiply(z, q), b.Polynomial(z, type == DType.Float32 ? Atan32 : Atan64));
        var (angle, rest) = (Octant(a => a.High), Octant(a => a.Low));
        return b.Add(angle, b.Add(q, b.Add(tail, rest)));

        Scalar Octant(Func<(double High, double Low), double> part)
        {
            var first = b.Select(mirrored, b.Number(type, part(HalfPi(type, 2))), b.Number(type, 0));
            var middle = b.Select(mirrored, b.Number(type, part(HalfPi(type, 1.5))), b.Number(type, part(HalfPi(type, 0.5))));
            return b.Select(low, first, b.Select(high, b.Number(type, part(HalfPi(type, 1))), middle));
        }
    }

    /// <summary>Whether |x| is large, and the asin of √((1 - |x|) / 2) if so, else of |x|.</summary>
    private static (Scalar Outer, Scalar Series) AsinParts(ScalarBuilder b, Scalar magnitude)
    {
        var type = magnitude.Type;
        var half = b.Number(type, 0.5);
        // Below 0.54 the doubled error of the root would show in float32.
        var outer = b.LessThan(b.Number(type, type == DType.Float32 ? 0.54 : 0.5), magnitude);
        var halved = b.Multiply(b.Subtract(b.Number(type, 1), magnitude), half);
        var argument = b.Select(outer, b.SquareRoot(halved), magnitude);
        var z = b.Select(outer, halved, b.Multiply(magnitude, magnitude));
        var tail = b.Multiply(b.Multiply(z, argument), b.Polynomial(z, type == DType.Float32 ? Asin32 : Asin64));
        return (outer, b.Add(argument, tail));
    }

    /// <summary>A multiple of π/2 in two parts: the second would be lost in the first. Multiples of 1/2 up to 2 are exact in float64.</summary>
    private static (double High, double Low) HalfPi(DType type, double multiple)
    {
        var (high, low) = (multiple * 1.5707963267948966, multiple * 6.123233995736766e-17);
        return type == DType.Float32 ? ((float)high, high - (float)high) : (high, low);
    }
}
