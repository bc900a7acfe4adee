namespace GraphGrad.Scalars;

/// <summary>What truncated division of floats leaves, exactly.</summary>
internal static class FloatRemainder
{
    /// <summary>
    /// x less a whole multiple of y, with the sign of x. As long as the quotient has no more digits than the significand, its rounded value is at least the whole number below, so truncated it is that
    /// number or the next one; either leaves a multiple of y's last place from -|y| to |y|, which a fused multiply-add gives exactly. Longer quotients, and what is not finite, are rare.
    /// </summary>
    public static Scalar Of(ScalarBuilder b, Scalar x, Scalar y)
    {
        var type = x.Type;
        var (dividend, divisor) = (b.Absolute(x), b.Absolute(y));
        var quotient = b.Divide(dividend, divisor);
        var isShort = b.And(b.LessThan(quotient, b.Number(type, Math.ScaleB(1, FloatFormat.Of(type).MantissaBits))), b.LessThan(divisor, b.Number(type, double.PositiveInfinity)));
        var rest = b.FusedMultiplyAdd(b.Negate(b.Truncate(quotient)), divisor, dividend);
        var magnitude = b.Select(b.LessThan(rest, b.Number(type, 0)), b.Add(rest, divisor), rest);
        return b.SelectRare(b.Not(isShort), b.Remainder(x, y), FloatFormat.Of(type).CopySign(b, magnitude, x));
    }
}
