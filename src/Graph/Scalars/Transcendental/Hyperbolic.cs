namespace GraphGrad.Scalars;

/// <summary>Hyperbolic functions by the exponential, and their inverses by the logarithm, of forms that do not cancel near 0.</summary>
internal static class Hyperbolic
{
    // (sinh x - x) / x³ on [0, 1], fitted by the Remez exchange; relative error of sinh below 0.01 units in the last place.
    private static readonly double[] Sinh32 = [2.78221319e-06, 0.000198428956, 0.00833331048, 0.166666672];

    private static readonly double[] Sinh64 =
    [
        7.7766006220987748e-13, 1.6056659154097433e-10, 2.5052130998846447e-08, 2.7557319106756308e-06,
        0.00019841269841593411, 0.0083333333333329117, 0.16666666666666669,
    ];

    /// <summary>sinh x = (e^|x| - e^-|x|) / 2, below 1 x + x³·P(x²).</summary>
    public static Scalar Sinh(ScalarBuilder b, Scalar x)
    {
        var format = FloatFormat.Of(x.Type);
        var (quarter, inverse) = QuarterExp(b, x);
        var difference = b.Subtract(quarter, inverse);
        var far = format.CopySign(b, b.Add(difference, difference), x);
        var z = b.Multiply(x, x);
        var near = b.FusedMultiplyAdd(b.Multiply(z, x), b.Polynomial(z, format.IsSingle ? Sinh32 : Sinh64), x);
        return b.Select(b.LessThan(b.Absolute(x), b.Number(x.Type, 1)), near, far);
    }

    /// <summary>cosh x = (e^|x| + e^-|x|) / 2.</summary>
    public static Scalar Cosh(ScalarBuilder b, Scalar x)
    {
        var (quarter, inverse) = QuarterExp(b, x);
        var sum = b.Add(quarter, inverse);
        return b.Add(sum, sum);
    }

    /// <summary>sech x = 2·e^-|x| / (1 + e^(-2|x|)).</summary>
    public static Scalar Sech(ScalarBuilder b, Scalar x)
    {
        var exp = Exponentials.ExpOfNegative(b, b.Absolute(x));
        var sech = b.Divide(b.Add(exp, exp), b.FusedMultiplyAdd(exp, exp, b.Number(x.Type, 1)));
        // sech² x = 4·σ·(1 - σ), σ = 1 / (1 + e^(2|x|)): four times the slope of the logistic function at 2x.
        var twice = b.Absolute(Twice(b, x));
        b.Forms.OfferSquare(sech, twice, () => Exponentials.SigmoidSlope(b, twice, 4));
        return sech;
    }

    /// <summary>2·x, of a product with a literal as it was before it was halved.</summary>
    private static Scalar Twice(ScalarBuilder b, Scalar x)
    {
        if (x is not { Op: ScalarOp.Multiply, Arguments: [var factor, { IsConstant: true } literal] }) return b.Add(x, x);
        var twice = b.Multiply(literal, b.Number(x.Type, 2));
        return ReferenceEquals(twice, b.Number(x.Type, 1)) ? factor : b.Multiply(factor, twice);
    }

    /// <summary>tanh x = (1 - e^(-2|x|)) / (1 + e^(-2|x|)).</summary>
    public static Scalar Tanh(ScalarBuilder b, Scalar x)
    {
        var format = FloatFormat.Of(x.Type);
        // Beyond the limit the result rounds to 1.
        var magnitude = format.AtMost(b, b.Absolute(x), format.IsSingle ? 10 : 22);
        // The divisor is not made of the rounded dividend, whose error would count twice near 1.
        var (difference, minusSum) = Exponentials.OneAndExpOfMinusTwice(b, magnitude);
        return format.CopySignToNegative(b, b.Divide(difference, minusSum), x);
    }

    /// <summary>asinh x = log(1 + (|x| + x² / (1 + √(1 + x²)))); for large |x| log |x| + ln 2.</summary>
    public static Scalar Asinh(ScalarBuilder b, Scalar x)
    {
        var format = FloatFormat.Of(x.Type);
        var (zero, one) = (b.Number(x.Type, 0), b.Number(x.Type, 1));
        var magnitude = b.Absolute(x);
        var large = IsLarge(b, magnitude);
        var square = b.Multiply(magnitude, magnitude);
        var root = b.SquareRoot(b.Add(square, one));
        var (sum, lost) = Logarithms.OnePlus(b, b.Add(magnitude, b.Divide(square, b.Add(one, root))));
        var log = Logarithms.LogOfSum(b, b.Select(large, magnitude, sum), b.Select(large, zero, lost), b.Select(large, one, zero));
        var unchanged = b.Or(b.LessThan(magnitude, b.Number(x.Type, format.Tiny)), b.Equal(magnitude, b.Number(x.Type, double.PositiveInfinity)));
        return b.Select(unchanged, x, format.CopySign(b, log, x));
    }

    /// <summary>acosh x = log(x + √(t² + 2t)), t = x - 1; for large x log x + ln 2.</summary>
    public static Scalar Acosh(ScalarBuilder b, Scalar x)
    {
        var (zero, one) = (b.Number(x.Type, 0), b.Number(x.Type, 1));
        var large = IsLarge(b, x);
        var t = b.Subtract(x, one);
        var root = b.SquareRoot(b.FusedMultiplyAdd(t, t, b.Add(t, t)));
        var sum = b.Add(x, root);
        var lost = b.Subtract(root, b.Subtract(sum, x));
        var log = Logarithms.LogOfSum(b, b.Select(large, x, sum), b.Select(large, zero, lost), b.Select(large, one, zero));
        var finite = b.Select(b.LessThan(x, b.Number(x.Type, double.PositiveInfinity)), log, x);
        return b.Select(b.LessThan(x, one), b.Number(x.Type, double.NaN), finite);
    }

    /// <summary>atanh x = ½·log(1 + 2x / (1 - x)), on the magnitude; what the quotient and its divisor lose is carried on.</summary>
    public static Scalar Atanh(ScalarBuilder b, Scalar x)
    {
        var format = FloatFormat.Of(x.Type);
        var magnitude = b.Absolute(x);
        var (one, twice) = (b.Number(x.Type, 1), b.Add(magnitude, magnitude));
        var divisor = b.Subtract(one, magnitude);
        var divisorLost = b.Subtract(b.Subtract(one, divisor), magnitude);
        var inverse = b.Divide(one, divisor);
        var quotient = b.Multiply(twice, inverse);
        var minusQuotient = b.Negate(quotient);
        var remainder = b.FusedMultiplyAdd(minusQuotient, divisorLost, b.FusedMultiplyAdd(minusQuotient, divisor, twice));
        var (sum, lost) = Logarithms.OnePlus(b, quotient);
        var log = Logarithms.LogOfSum(b, sum, b.FusedMultiplyAdd(remainder, inverse, lost));
        var edge = b.Select(b.Equal(magnitude, one), b.Number(x.Type, double.PositiveInfinity), b.Number(x.Type, double.NaN));
        var result = b.Select(b.LessThan(magnitude, one), b.Multiply(log, b.Number(x.Type, 0.5)), edge);
        return b.Select(b.LessThan(magnitude, b.Number(x.Type, format.Tiny)), x, format.CopySign(b, result, x));
    }

    /// <summary>Whether 1 + x rounds to x, and the square may overflow.</summary>
    private static Scalar IsLarge(ScalarBuilder b, Scalar x) => b.LessThan(b.Number(x.Type, 1 / FloatFormat.Of(x.Type).Tiny), x);

    /// <summary>e^|x| / 4 and e^-|x| / 4: e^|x| overflows before its half does.</summary>
    private static (Scalar Quarter, Scalar Inverse) QuarterExp(ScalarBuilder b, Scalar x)
    {
        var format = FloatFormat.Of(x.Type);
        var quarter = Exponentials.ScaledExp(b, format.AtMost(b, b.Absolute(x), format.IsSingle ? 89.5 : 710.7), 0.25);
        return (quarter, b.Divide(b.Number(x.Type, 0.0625), quarter));
    }
}
