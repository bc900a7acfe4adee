namespace GraphGrad.Tests.OpTable;

/// <summary>Compares data with exact or approximate numbers, in units of the last place of the element type.</summary>
internal static class Closeness
{
    /// <summary>
    /// Every element is within so many units of the last place, or so much, of what is expected in double precision. NaN
    /// expects NaN; an infinity expects itself, or a number that close to the largest finite one.
    /// </summary>
    public static void AssertClose(TensorData actual, Func<int, double> expected, double ulps, double absolute, bool signOfZero, string what) =>
        AssertClose(actual, expected, ulps, _ => absolute, signOfZero, what);

    /// <summary>The same, with an absolute tolerance for each element.</summary>
    public static void AssertClose(TensorData actual, Func<int, double> expected, double ulps, Func<int, double> absolute, bool signOfZero, string what)
    {
        for (var i = 0; i < actual.Count; i++)
        {
            var wanted = expected(i);
            if (!IsClose(actual.DType, actual.At(i), wanted, ulps, absolute(i), signOfZero))
            {
                Assert.Fail(
                    $"{what}: element {i} of {actual.Count} is {actual.At(i):R}, expected {wanted:R} "
                    + $"({Math.Abs(actual.At(i) - wanted) / Ulp(actual.DType, wanted):G3} units of the last place, {ulps} allowed)");
            }
        }
    }

    /// <summary>Bit for bit, NaNs apart: which NaN it is means nothing.</summary>
    public static void AssertSame(TensorData actual, TensorData expected, string what)
    {
        Expect.True(actual.Type == expected.Type, $"{what}: {actual.Type}, expected {expected.Type}");
        if (actual.DType == DType.Int64) Assert.Equal(expected.AsSpan<long>(), actual.AsSpan<long>());
        for (var i = 0; i < actual.Count; i++)
        {
            var (x, y) = (actual.At(i), expected.At(i));
            if (BitConverter.DoubleToInt64Bits(x) != BitConverter.DoubleToInt64Bits(y) && !(double.IsNaN(x) && double.IsNaN(y)))
                Assert.Fail($"{what}: element {i} of {actual.Count} is {x:R}, expected {y:R}, bit for bit");
        }
    }

    private static bool IsClose(DType type, double actual, double wanted, double ulps, double absolute, bool signOfZero)
    {
        if (double.IsNaN(wanted)) return double.IsNaN(actual);
        if (!type.IsFloat()) return actual == Wrap(type, wanted);
        var rounded = type == DType.Float32 ? (float)wanted : wanted;
        if (actual == rounded) return actual != 0 || !signOfZero || double.IsNegative(actual) == double.IsNegative(rounded);
        if (double.IsInfinity(actual) || double.IsInfinity(rounded))
        {
            var (largest, epsilon) = type == DType.Float32 ? (float.MaxValue, Math.Pow(2, -24)) : (double.MaxValue, Math.Pow(2, -53));
            return Math.Sign(actual) == Math.Sign(wanted) && Math.Min(Math.Abs(actual), Math.Abs(wanted)) >= largest * (1 - (ulps * epsilon));
        }
        // False for NaN too.
        return Math.Abs(actual - wanted) <= Math.Max(absolute, ulps * Ulp(type, wanted));
    }

    private static double Wrap(DType type, double number) => type switch
    {
        DType.Bool => number != 0 ? 1 : 0,
        DType.Int32 => unchecked((int)(long)number),
        _ => number,
    };

    private static double Ulp(DType type, double number)
    {
        var magnitude = Math.Abs(number);
        if (type == DType.Float32)
        {
            var single = MathF.Min((float)magnitude, float.MaxValue / 2);
            return (double)MathF.BitIncrement(single) - single;
        }
        magnitude = Math.Min(magnitude, double.MaxValue / 2);
        return Math.BitIncrement(magnitude) - magnitude;
    }
}
