namespace GraphGrad.Scalars;

/// <summary>Hyperbolic functions by e^x - 1, and their inverses by log(1 + x): neither cancels near 0.</summary>
internal static class Hyperbolic
{
    /// <summary>sinh x = (t + t / (t + 1)) / 2, t = e^|x| - 1.</summary>
    public static Scalar Sinh(ScalarBuilder b, Scalar x)
    {
        var format = FloatFormat.Of(x.Type);
        var magnitude = b.Absolute(x);
        // A quarter of t, for e^x overflows before sinh does.
        var quarter = Exponentials.Expm1TimesPower(b, format.AtMost(b, magnitude, format.IsSingle ? 89.5 : 710.7), -2);
        var t = b.Multiply(quarter, b.Number(x.Type, 4));
        var sum = b.Add(quarter, b.Divide(quarter, b.Add(t, b.Number(x.Type, 1))));
        var result = format.CopySign(b, b.Add(sum, sum), x);
        return b.Select(b.LessThan(magnitude, b.Number(x.Type, format.Tiny)), x, result);
    }

    /// <summary>cosh x = (e^|x| + e^-|x|) / 2.</summary>
    public static Scalar Cosh(ScalarBuilder b, Scalar x)
    {
        var format = FloatFormat.Of(x.Type);
        // A quarter of e^|x|, for it overflows before cosh does.
        var quarter = Exponentials.ExpTimesPower(b, format.AtMost(b, b.Absolute(x), format.IsSingle ? 89.5 : 710.7), -2);
        var sum = b.Add(quarter, b.Divide(b.Number(x.Type, 0.0625), quarter));
        return b.Add(sum, sum);
    }

    /// <summary>tanh x = t / (t + 2), t = e^(2|x|) - 1.</summary>
    public static Scalar Tanh(ScalarBuilder b, Scalar x)
    {
        var format = FloatFormat.Of(x.Type);
        var magnitude = b.Absolute(x);
        // Beyond the limit the result rounds to 1.
        var twice = format.AtMost(b, b.Add(magnitude, magnitude), format.IsSingle ? 20 : 44);
        var t = Exponentials.Expm1TimesPower(b, twice, 0);
        return format.CopySign(b, b.Divide(t, b.Add(t, b.Number(x.Type, 2))), x);
    }

    /// <summary>asinh x = log(1 + (|x| + x² / (1 + √(1 + x²)))); for large |x| log |x| + ln 2.</summary>
    public static Scalar Asinh(ScalarBuilder b, Scalar x)
    {
        var format = FloatFormat.Of(x.Type);
        var one = b.Number(x.Type, 1);
        var magnitude = b.Absolute(x);
        var large = b.LessThan(b.Number(x.Type, 1 / format.Tiny), magnitude);
        var square = b.Multiply(magnitude, magnitude);
        var root = b.SquareRoot(b.Add(square, one));
        var argument = b.Add(magnitude, b.Divide(square, b.Add(one, root)));
        return format.CopySign(b, LogSum(b, large, magnitude, argument), x);
    }

    /// <summary>acosh x = log(1 + (t + √(t·(t + 2)))), t = x - 1; for large x log x + ln 2.</summary>
    public static Scalar Acosh(ScalarBuilder b, Scalar x)
    {
        var format = FloatFormat.Of(x.Type);
        var one = b.Number(x.Type, 1);
        var large = b.LessThan(b.Number(x.Type, 1 / format.Tiny), x);
        var t = b.Subtract(x, one);
        var argument = b.Add(t, b.SquareRoot(b.Multiply(t, b.Add(t, b.Number(x.Type, 2)))));
        return b.Select(b.LessThan(x, one), b.Number(x.Type, double.NaN), LogSum(b, large, x, argument));
    }

    /// <summary>atanh x = ½·log(1 + 2x / (1 - x)), on the magnitude.</summary>
    public static Scalar Atanh(ScalarBuilder b, Scalar x)
    {
        var format = FloatFormat.Of(x.Type);
        var magnitude = b.Absolute(x);
        var argument = b.Divide(b.Add(magnitude, magnitude), b.Subtract(b.Number(x.Type, 1), magnitude));
        var result = b.Multiply(Logarithms.Log1p(b, argument), b.Number(x.Type, 0.5));
        return b.Select(b.LessThan(magnitude, b.Number(x.Type, format.Tiny)), x, format.CopySign(b, result, x));
    }

    // For a large x, 1 + x rounds to x, and log x + ln 2 is log 2x without its overflow.
    private static Scalar LogSum(ScalarBuilder b, Scalar large, Scalar x, Scalar argument)
    {
        var log = Logarithms.Log1p(b, b.Select(large, x, argument));
        return b.Add(log, b.Select(large, b.Number(x.Type, Math.Log(2)), b.Number(x.Type, 0)));
    }
}
