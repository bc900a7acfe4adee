namespace GraphGrad.Scalars;

/// <summary>Powers: |x|^y = e^(y·log |x|), and the special cases of <see cref="Math.Pow"/>.</summary>
internal static class Power
{
    /// <summary>x^y.</summary>
    public static Scalar Pow(ScalarBuilder b, Scalar x, Scalar y)
    {
        var type = x.Type;
        var (zero, one) = (b.Number(type, 0), b.Number(type, 1));
        var magnitude = Magnitude(b, b.Absolute(x), y);
        // 1 to an infinite power is 1, where the product of the exponent is 0 · ∞.
        var unit = b.And(b.Equal(b.Absolute(x), one), b.Equal(y, y));
        magnitude = b.Select(unit, one, magnitude);
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

    /// <summary>x^y for x ≥ 0; float32 through float64, whose product y·log x is exact enough.</summary>
    private static Scalar Magnitude(ScalarBuilder b, Scalar x, Scalar y)
    {
        var product = b.Multiply(b.Convert(DType.Float64, y), Logarithms.Log(b, b.Convert(DType.Float64, x)));
        return b.Convert(x.Type, Exponentials.Exp(b, product));
    }
}
