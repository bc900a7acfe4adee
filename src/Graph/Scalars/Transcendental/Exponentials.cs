namespace GraphGrad.Scalars;

/// <summary>
/// The exponential and what is made of it. x = n·ln 2 + f with |f| ≤ ln 2 / 2 (Cody and Waite, Software Manual for the
/// Elementary Functions, 1980), e^f = 1 + f + f²·P(f) with P fitted by the Remez exchange for the least relative error.
/// </summary>
internal static class Exponentials
{
    // Relative error of e^f: 0.03 units in the last place in float32, 0.02 in float64.
    private static readonly double[] Tail32 = [0.00138148735, 0.00836871844, 0.0416683815, 0.166665211, 0.49999994];

    private static readonly double[] Tail64 =
    [
        2.5000315205753763e-08, 2.763025045606736e-07, 2.7557585558961194e-06, 2.480149309325772e-05,
        0.00019841269507497135, 0.0013888888943635437, 0.008333333333494045, 0.041666666666530135,
        0.16666666666666413, 0.5000000000000011,
    ];

    /// <summary>e^(x + low), |low| small.</summary>
    public static Scalar Exp(ScalarBuilder b, Scalar x, Scalar? low = null)
    {
        var format = FloatFormat.Of(x.Type);
        var (least, most, half) = format.IsSingle ? (-104.0, 89.0, 64) : (-746.0, 710.0, 512);
        var bounded = format.AtLeast(b, format.AtMost(b, x, most), least);
        var (n, f) = Reduce(b, bounded, low);
        // 2^n in two factors, 2^(n + h) and 2^-h, for n reaches from below the least exponent to above the greatest.
        var shift = b.Select(b.LessThan(bounded, b.Number(x.Type, 0)), format.PowerBits(b, half), format.PowerBits(b, -half));
        var back = b.Bitcast(x.Type, b.Subtract(b.Constant(format.Integer, 2L * format.Bias << format.MantissaBits), shift));
        return b.Multiply(b.Multiply(OnePlus(b, f), format.PowerOfTwo(b, n, shift)), back);
    }

    /// <summary>factor · e^(x + low) for x ≤ 0, |low| small: one scaling less; the product is rounded once where it is denormal.</summary>
    public static Scalar ExpOfNonPositive(ScalarBuilder b, Scalar x, Scalar? low = null, Scalar? factor = null)
    {
        var format = FloatFormat.Of(x.Type);
        var (least, half) = format.IsSingle ? (-104.0, 64) : (-746.0, 512);
        var (n, f) = Reduce(b, format.AtLeast(b, x, least), low);
        var e = MinusOne(b, f);
        e = factor is null ? b.Add(e, b.Number(x.Type, 1)) : b.FusedMultiplyAdd(e, factor, factor);
        return b.Multiply(b.Multiply(e, format.PowerOfTwo(b, n, half)), b.Number(x.Type, Math.ScaleB(1, -half)));
    }

    /// <summary>2^shift · e^x, without the underflow and overflow that two scalings avoid: the product must be normal.</summary>
    public static Scalar ExpTimesPower(ScalarBuilder b, Scalar x, int shift)
    {
        var (n, f) = Reduce(b, x, null);
        return b.Multiply(OnePlus(b, f), FloatFormat.Of(x.Type).PowerOfTwo(b, n, shift));
    }

    /// <summary>e^x - 1.</summary>
    public static Scalar Expm1(ScalarBuilder b, Scalar x)
    {
        var format = FloatFormat.Of(x.Type);
        var (low, high) = format.IsSingle ? (-30.0, 89.0) : (-60.0, 710.0);
        // Half of it, for 2^n overflows before e^x does.
        var half = Expm1TimesPower(b, format.AtLeast(b, format.AtMost(b, x, high), low), -1);
        var tiny = b.LessThan(b.Absolute(x), b.Number(x.Type, format.Tiny));
        return b.Select(tiny, x, b.Add(half, half));
    }

    /// <summary>2^shift · (e^x - 1) = s·(e^f - 1) + (s - 2^shift), s = 2^(n + shift): both terms are exact to rounding and do not cancel.</summary>
    public static Scalar Expm1TimesPower(ScalarBuilder b, Scalar x, int shift)
    {
        var format = FloatFormat.Of(x.Type);
        var (n, f) = Reduce(b, x, null);
        var s = format.PowerOfTwo(b, n, shift);
        return b.FusedMultiplyAdd(s, MinusOne(b, f), b.Subtract(s, b.Number(x.Type, Math.ScaleB(1, shift))));
    }

    /// <summary>1 / (1 + e^-x), from e^-|x|, which neither overflows nor loses the lower tail.</summary>
    public static Scalar Sigmoid(ScalarBuilder b, Scalar x)
    {
        var one = b.Number(x.Type, 1);
        var e = ExpOfNonPositive(b, b.Negate(b.Absolute(x)));
        return b.Divide(b.Select(b.LessThan(x, b.Number(x.Type, 0)), e, one), b.Add(one, e));
    }

    /// <summary>max(x, 0) + log(1 + e^-|x|).</summary>
    public static Scalar Softplus(ScalarBuilder b, Scalar x)
    {
        var zero = b.Number(x.Type, 0);
        var e = ExpOfNonPositive(b, b.Negate(b.Absolute(x)));
        return b.Add(b.Select(b.LessThan(x, zero), zero, x), Logarithms.Log1pOfUnit(b, e));
    }

    /// <summary>n, standing in the low bits of a shifted number, and f of x + low = n·ln 2 + f.</summary>
    private static (Scalar N, Scalar F) Reduce(ScalarBuilder b, Scalar x, Scalar? low)
    {
        var format = FloatFormat.Of(x.Type);
        // ln 2 in two parts; with fused products the first difference is exact.
        var (ln2, rest) = format.IsSingle ? (0.693147182464599609375, -1.904654299957768e-09) : (0.6931471805599453, 2.3190468138462996e-17);
        var shift = b.Number(x.Type, format.RoundingShift);
        var shifted = b.FusedMultiplyAdd(x, b.Number(x.Type, 1.4426950408889634), shift);
        var n = b.Subtract(shifted, shift);
        var first = b.FusedMultiplyAdd(n, b.Number(x.Type, -ln2), x);
        var minusRest = b.Number(x.Type, -rest);
        var f = low is null ? b.FusedMultiplyAdd(n, minusRest, first) : b.Add(first, b.FusedMultiplyAdd(n, minusRest, low));
        return (shifted, f);
    }

    /// <summary>e^f - 1.</summary>
    private static Scalar MinusOne(ScalarBuilder b, Scalar f) =>
        b.FusedMultiplyAdd(b.Multiply(f, f), b.Polynomial(f, FloatFormat.Of(f.Type).IsSingle ? Tail32 : Tail64), f);

    /// <summary>e^f.</summary>
    private static Scalar OnePlus(ScalarBuilder b, Scalar f) =>
        b.Polynomial(f, [.. FloatFormat.Of(f.Type).IsSingle ? Tail32 : Tail64, 1, 1]);
}
