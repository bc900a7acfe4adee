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

    // Where 2^n, scaled up, has become 0: what rounds to 0 is multiplied by it, not by numbers whose product is too small, which takes several times as long.
    private const double LeastOfSingle = -132.4, LeastOfDouble = -1064;

    /// <summary>e^(x + low), |low| small.</summary>
    public static Scalar Exp(ScalarBuilder b, Scalar x, Scalar? low = null)
    {
        var format = FloatFormat.Of(x.Type);
        var (least, most, half) = format.IsSingle ? (LeastOfSingle, 89.0, 64) : (LeastOfDouble, 710.0, 512);
        // 2^n in two factors, for n reaches from below the least exponent to above the greatest.
        var (up, down) = (Math.ScaleB(1, half), Math.ScaleB(1, -half));
        if (low is null && ScalarSigns.IsNeverPositive(x))
        {
            // The same bits: it is known before which way the scaling goes.
            var (scaled, whole, part) = Reduce(b, format.AtLeast(b, x, least), 1, up);
            return b.Multiply(b.Multiply(ExpNear(b, PlusRest(b, whole, 1, part)), scaled), b.Number(x.Type, down));
        }
        var bounded = format.AtLeast(b, format.AtMost(b, x, most), least);
        var negative = b.LessThan(bounded, b.Number(x.Type, 0));
        var shift = b.Select(negative, b.Number(x.Type, format.ScalingShift(up)), b.Number(x.Type, format.ScalingShift(down)));
        var (power, n, high) = Reduce(b, bounded, 1, shift);
        var f = low is null ? PlusRest(b, n, 1, high) : b.Add(high, PlusRest(b, n, 1, low));
        var back = b.Select(negative, b.Number(x.Type, down), b.Number(x.Type, up));
        return b.Multiply(b.Multiply(ExpNear(b, f), power), back);
    }

    /// <summary>e^x for x ≤ 0, to the same bits: one bound and one choice of scales less.</summary>
    public static Scalar ExpAtMostOne(ScalarBuilder b, Scalar x)
    {
        var format = FloatFormat.Of(x.Type);
        var (least, half) = format.IsSingle ? (LeastOfSingle, 64) : (LeastOfDouble, 512);
        var (power, n, high) = Reduce(b, format.AtLeast(b, x, least), 1, Math.ScaleB(1, half));
        return b.Multiply(b.Multiply(ExpNear(b, PlusRest(b, n, 1, high)), power), b.Number(x.Type, Math.ScaleB(1, -half)));
    }

    /// <summary>e^-x for x ≥ 0: one scaling less.</summary>
    public static Scalar ExpOfNegative(ScalarBuilder b, Scalar x)
    {
        var format = FloatFormat.Of(x.Type);
        var (most, half) = format.IsSingle ? (-LeastOfSingle, 64) : (-LeastOfDouble, 512);
        var (power, n, high) = Reduce(b, format.AtMost(b, x, most), -1, Math.ScaleB(1, half));
        var e = b.FusedMultiplyAdd(power, Expm1Near(b, PlusRest(b, n, -1, high), -1), b.Negate(power));
        return b.Multiply(e, b.Number(x.Type, Math.ScaleB(1, -half)));
    }

    /// <summary>
    /// (factor + rest)·e^(x + low) for x from -104 (-746 in float64) to 0, |rest| and |low| small: the terms are summed from the
    /// smallest up, and the product is rounded but once where it is denormal.
    /// </summary>
    public static Scalar TimesExp(ScalarBuilder b, Scalar factor, Scalar rest, Scalar x, Scalar low)
    {
        var half = FloatFormat.Of(x.Type).IsSingle ? 64 : 512;
        var (power, n, f) = Reduce(b, x, 1, Math.ScaleB(1, half));
        var curve = b.Multiply(b.Multiply(f, f), Tail(b, f, 1));
        var approximate = b.FusedMultiplyAdd(factor, b.Add(f, curve), factor);
        var small = b.FusedMultiplyAdd(approximate, PlusRest(b, n, 1, low), b.FusedMultiplyAdd(factor, curve, rest));
        var product = b.Add(factor, b.FusedMultiplyAdd(factor, f, small));
        return b.Multiply(b.Multiply(product, power), b.Number(x.Type, Math.ScaleB(1, -half)));
    }

    /// <summary>factor·e^(x + low) for x from -150 (-1,000 in float64) to 0, |low| small; the product is rounded but once where it is denormal.</summary>
    public static Scalar TimesExp(ScalarBuilder b, Scalar factor, Scalar x, Scalar low)
    {
        var half = FloatFormat.Of(x.Type).IsSingle ? 64 : 512;
        var (power, n, f) = Reduce(b, x, 1, Math.ScaleB(1, half));
        var product = b.FusedMultiplyAdd(factor, Expm1Near(b, b.Add(f, PlusRest(b, n, 1, low)), 1), factor);
        return b.Multiply(b.Multiply(product, power), b.Number(x.Type, Math.ScaleB(1, -half)));
    }

    /// <summary>scale·e^x for a power of two, without the underflow and overflow that two scalings avoid: the product must be normal.</summary>
    public static Scalar ScaledExp(ScalarBuilder b, Scalar x, double scale)
    {
        var (power, n, high) = Reduce(b, x, 1, scale);
        return b.Multiply(ExpNear(b, PlusRest(b, n, 1, high)), power);
    }

    /// <summary>e^x - 1.</summary>
    public static Scalar Expm1(ScalarBuilder b, Scalar x)
    {
        var format = FloatFormat.Of(x.Type);
        var (least, most) = format.IsSingle ? (-30.0, 89.0) : (-60.0, 710.0);
        // s·(e^f - 1) + (s - 1), s = 2^n: both terms are exact to rounding and do not cancel. Half of it, for s overflows before e^x.
        var (s, n, f) = Reduce(b, format.AtLeast(b, format.AtMost(b, x, most), least), 1, 0.5);
        var half = b.FusedMultiplyAdd(s, Expm1Near(b, PlusRest(b, n, 1, f), 1), b.Subtract(s, b.Number(x.Type, 0.5)));
        var tiny = b.LessThan(b.Absolute(x), b.Number(x.Type, format.Tiny));
        return b.Select(tiny, x, b.Add(half, half));
    }

    /// <summary>1 - e^-2x and -1 - e^-2x for moderate x ≥ 0, each rounded but once.</summary>
    public static (Scalar Difference, Scalar MinusSum) OneAndExpOfMinusTwice(ScalarBuilder b, Scalar x)
    {
        // Without the rest of ln 2: beside 1 it is at most a fourteenth of a unit in the last place in float32, 0.2 in float64.
        var (s, _, f) = Reduce(b, x, -2, -1);
        var e = Expm1Near(b, f, -2);
        Scalar Plus(double number) => b.FusedMultiplyAdd(s, e, b.FusedMultiplyAdd(s, b.Number(x.Type, -0.5), b.Number(x.Type, number)));
        return (Plus(1), Plus(-1));
    }

    /// <summary>
    /// 1 / (1 + e^-x) = c / (s + c + s·(e^f - 1)), s = 2^n·c. The factor c keeps the divisor in range where e^-x overflows and the
    /// quotient is denormal. Beside its slope it is 1 / (1 + e^|x|) below 0, and what that leaves of 1 above: its error there is at most halved before the difference is rounded.
    /// </summary>
    public static Scalar Sigmoid(ScalarBuilder b, Scalar x)
    {
        var format = FloatFormat.Of(x.Type);
        // Beyond the limits the result rounds to 0 and 1.
        var (least, most, half) = format.IsSingle ? (-104.0, 40.0, 64) : (-746.0, 80.0, 512);
        var scale = Math.ScaleB(1, -half);
        var (minusS, n, f) = Reduce(b, format.AtMost(b, format.AtLeast(b, x, least), most), -1, scale);
        var c = b.Number(x.Type, scale);
        // What s + c loses of c where s is large, and of s where it is small, by Dekker's fast two-sum or too little to matter.
        var sum = b.Subtract(c, minusS);
        var lost = b.Subtract(c, b.Add(sum, minusS));
        var result = b.Divide(c, b.Add(sum, b.FusedMultiplyAdd(minusS, Expm1Near(b, PlusRest(b, n, -1, f), -1), lost)));
        b.Forms.Offer(result, b.Absolute(x), () =>
        {
            var lack = SigmoidOfMinus(b, b.Absolute(x));
            return b.Select(b.LessThan(x, b.Number(x.Type, 0)), lack, b.Subtract(b.Number(x.Type, 1), lack));
        });
        return result;
    }

    /// <summary>factor·σ·(1 - σ) for σ = 1 / (1 + e^x), x ≥ 0: the slope of the logistic function at x and at -x, times a power of two.</summary>
    public static Scalar SigmoidSlope(ScalarBuilder b, Scalar x, double factor)
    {
        var sigmoid = SigmoidOfMinus(b, x);
        return b.Multiply(b.Multiply(sigmoid, b.Number(x.Type, factor)), b.Subtract(b.Number(x.Type, 1), sigmoid));
    }

    /// <summary>1 / (1 + e^x) for x ≥ 0, like <see cref="Sigmoid"/>.</summary>
    private static Scalar SigmoidOfMinus(ScalarBuilder b, Scalar x)
    {
        var format = FloatFormat.Of(x.Type);
        // Beyond the limit the result rounds to 0.
        var (most, half) = format.IsSingle ? (104.0, 64) : (746.0, 512);
        var scale = Math.ScaleB(1, -half);
        var (s, n, f) = Reduce(b, format.AtMost(b, x, most), 1, scale);
        var c = b.Number(x.Type, scale);
        // What the sum loses of c, by Dekker's fast two-sum: s is not smaller.
        var sum = b.Add(c, s);
        var lost = b.Subtract(c, b.Subtract(sum, s));
        return b.Divide(c, b.Add(sum, b.FusedMultiplyAdd(s, Expm1Near(b, PlusRest(b, n, 1, f), 1), lost)));
    }

    /// <summary>max(x, 0) + log(1 + e^-|x|).</summary>
    public static Scalar Softplus(ScalarBuilder b, Scalar x)
    {
        var zero = b.Number(x.Type, 0);
        var e = ExpOfNegative(b, b.Absolute(x));
        return b.Add(b.Select(b.LessThan(x, zero), zero, x), Logarithms.Log1pOfUnit(b, e));
    }

    /// <summary>rate·x = n·ln 2 + rate·f, f still without the rest of ln 2, and rate·scale·2^n; rate and scale are powers of two or minus such.</summary>
    private static (Scalar Power, Scalar N, Scalar F) Reduce(ScalarBuilder b, Scalar x, double rate, double scale) =>
        Reduce(b, x, rate, b.Number(x.Type, FloatFormat.Of(x.Type).ScalingShift(rate * scale)));

    private static (Scalar Power, Scalar N, Scalar F) Reduce(ScalarBuilder b, Scalar x, double rate, Scalar shift)
    {
        var format = FloatFormat.Of(x.Type);
        var shifted = b.FusedMultiplyAdd(x, b.Number(x.Type, rate * 1.4426950408889634), shift);
        var n = b.Subtract(shifted, shift);
        // With a fused product the difference is exact.
        return (format.PowerOfTwo(b, shifted), n, b.FusedMultiplyAdd(n, b.Number(x.Type, -Ln2(format.IsSingle).High / rate), x));
    }

    /// <summary>y + f's part in n and the rest of ln 2.</summary>
    private static Scalar PlusRest(ScalarBuilder b, Scalar n, double rate, Scalar y) =>
        b.FusedMultiplyAdd(n, b.Number(n.Type, -Ln2(n.Type == DType.Float32).Low / rate), y);

    private static (double High, double Low) Ln2(bool single) =>
        single ? (0.693147182464599609375, -1.904654299957768e-09) : (0.6931471805599453, 2.3190468138462996e-17);

    /// <summary>e^f.</summary>
    private static Scalar ExpNear(ScalarBuilder b, Scalar f) => b.Polynomial(f, [.. FloatFormat.Of(f.Type).IsSingle ? Tail32 : Tail64, 1, 1]);

    /// <summary>(e^(rate·f) - 1) / rate.</summary>
    private static Scalar Expm1Near(ScalarBuilder b, Scalar f, double rate) => b.FusedMultiplyAdd(b.Multiply(f, f), Tail(b, f, rate), f);

    /// <summary>(e^(rate·f) - 1 - rate·f) / (rate·f²).</summary>
    private static Scalar Tail(ScalarBuilder b, Scalar f, double rate)
    {
        var coefficients = FloatFormat.Of(f.Type).IsSingle ? Tail32 : Tail64;
        return b.Polynomial(f, [.. coefficients.Select((c, i) => c * Math.Pow(rate, coefficients.Length - i))]);
    }
}
