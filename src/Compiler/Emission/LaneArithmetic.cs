using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GraphGrad.Compilation.Emission;

/// <summary>
/// The arithmetic for which there is no portable vector instruction: a function of one element, and its map over registers.
/// Each call is one vector operation.
/// </summary>
internal static class LaneArithmetic
{
    // Operands of less than 2^52 divide exactly in float64, fractions cut off: a quotient below the integer k is so by 1/b at
    // least, which is more than half a unit in the last place of k while b·k <= a + b < 2^53.
    private const long ExactBelow = 1L << 52;

    internal interface IFunction<T>
    {
        static abstract T Of(T a, T b);
    }

    public static Vector512<T> Map<TFunction, T>(Vector512<T> a, Vector512<T> b) where TFunction : IFunction<T> =>
        Vector512.Create(Map<TFunction, T>(a.GetLower(), b.GetLower()), Map<TFunction, T>(a.GetUpper(), b.GetUpper()));

    public static Vector256<T> Map<TFunction, T>(Vector256<T> a, Vector256<T> b) where TFunction : IFunction<T> =>
        Vector256.Create(Map<TFunction, T>(a.GetLower(), b.GetLower()), Map<TFunction, T>(a.GetUpper(), b.GetUpper()));

    public static Vector128<T> Map<TFunction, T>(Vector128<T> a, Vector128<T> b) where TFunction : IFunction<T>
    {
        var result = Vector128.CreateScalar(TFunction.Of(a.ToScalar(), b.ToScalar()))
            .WithElement(1, TFunction.Of(a.GetElement(1), b.GetElement(1)));
        if (Vector128<T>.Count == 2) return result;
        return result
            .WithElement(2, TFunction.Of(a.GetElement(2), b.GetElement(2)))
            .WithElement(3, TFunction.Of(a.GetElement(3), b.GetElement(3)));
    }

    /// <summary>-1 for true and 0 for false, without a branch, which would often be foreseen wrongly where rows choose.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T MaskOf<T>(bool condition) where T : struct, IBinaryInteger<T> => -T.CreateTruncating(Unsafe.BitCast<bool, sbyte>(condition));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Absolute<T>(T a) where T : struct, IBinaryInteger<T> => T.IsNegative(a) ? unchecked(-a) : a;

    public static Vector512<int> Divide(Vector512<int> a, Vector512<int> b) => !Avx512DQ.IsSupported
        ? Map<Quotient<int>, int>(a, b)
        : Vector512.Narrow(
            Divide(Vector512.WidenLower(a), Vector512.WidenLower(b)),
            Divide(Vector512.WidenUpper(a), Vector512.WidenUpper(b)));

    public static Vector256<int> Divide(Vector256<int> a, Vector256<int> b) => Avx512DQ.VL.IsSupported
        ? Vector256.Narrow(
            Divide(Vector256.WidenLower(a), Vector256.WidenLower(b)),
            Divide(Vector256.WidenUpper(a), Vector256.WidenUpper(b)))
        : Avx.IsSupported ? Vector256.Create(Divide(a.GetLower(), b.GetLower()), Divide(a.GetUpper(), b.GetUpper()))
        : Map<Quotient<int>, int>(a, b);

    // By 0 the conversion gives what no quotient is, and MinValue for MinValue / -1, which wraps around.
    public static Vector128<int> Divide(Vector128<int> a, Vector128<int> b) => Avx512DQ.VL.IsSupported
        ? Vector128.Narrow(
            Divide(Vector128.WidenLower(a), Vector128.WidenLower(b)),
            Divide(Vector128.WidenUpper(a), Vector128.WidenUpper(b)))
        : Avx.IsSupported ? Vector128.AndNot(Avx.ConvertToVector128Int32WithTruncation(Avx.ConvertToVector256Double(a) / Avx.ConvertToVector256Double(b)), Vector128.Equals(b, Vector128<int>.Zero))
        : Map<Quotient<int>, int>(a, b);

    public static Vector512<long> Divide(Vector512<long> a, Vector512<long> b) =>
        Avx512DQ.IsSupported && IsExact(a) && IsExact(b) && !Vector512.EqualsAny(b, Vector512<long>.Zero)
            ? Vector512.ConvertToInt64(Vector512.ConvertToDouble(a) / Vector512.ConvertToDouble(b))
            : Map<Quotient<long>, long>(a, b);

    public static Vector256<long> Divide(Vector256<long> a, Vector256<long> b) =>
        Avx512DQ.VL.IsSupported && IsExact(a) && IsExact(b) && !Vector256.EqualsAny(b, Vector256<long>.Zero)
            ? Vector256.ConvertToInt64(Vector256.ConvertToDouble(a) / Vector256.ConvertToDouble(b))
            : Avx.IsSupported && AreShifted(a) && AreShifted(b) ? Vector256.AndNot(ToShifted(Vector256.Truncate(FromShifted(a) / FromShifted(b))), Vector256.Equals(b, Vector256<long>.Zero))
            : Map<Quotient<long>, long>(a, b);

    public static Vector128<long> Divide(Vector128<long> a, Vector128<long> b) =>
        Avx512DQ.VL.IsSupported && IsExact(a) && IsExact(b) && !Vector128.EqualsAny(b, Vector128<long>.Zero)
            ? Vector128.ConvertToInt64(Vector128.ConvertToDouble(a) / Vector128.ConvertToDouble(b))
            : Map<Quotient<long>, long>(a, b);

    // Without an instruction for it, a whole number of less than 2^51 is read off the significand of its sum with 3·2^51, from which it is that far away.
    private const double Shift = 3.0 * (1L << 51), ShiftedBelow = 1L << 51;

    /// <summary>Numbers with the fraction cut off; what an integer cannot hold becomes the nearest that it can, and NaN 0.</summary>
    public static Vector512<long> ToInt64(Vector512<double> x) => Avx512DQ.IsSupported
        ? Vector512.ConvertToInt64(x)
        : Vector512.Create(ToInt64(x.GetLower()), ToInt64(x.GetUpper()));

    /// <inheritdoc cref="ToInt64(Vector512{double})"/>
    public static Vector256<long> ToInt64(Vector256<double> x) =>
        Avx512DQ.VL.IsSupported || !Vector256.LessThanAll(Vector256.Abs(x), Vector256.Create(ShiftedBelow))
            ? Vector256.ConvertToInt64(x)
            : ToShifted(Vector256.Truncate(x));

    /// <inheritdoc cref="ToInt64(Vector512{double})"/>
    public static Vector128<long> ToInt64(Vector128<double> x) =>
        Avx512DQ.VL.IsSupported || !Vector128.LessThanAll(Vector128.Abs(x), Vector128.Create(ShiftedBelow))
            ? Vector128.ConvertToInt64(x)
            : (Vector128.Truncate(x) + Vector128.Create(Shift)).AsInt64() - Vector128.Create(Shift).AsInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<long> ToShifted(Vector256<double> x) => (x + Vector256.Create(Shift)).AsInt64() - Vector256.Create(Shift).AsInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> FromShifted(Vector256<long> a) => (a + Vector256.Create(Shift).AsInt64()).AsDouble() - Vector256.Create(Shift);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool AreShifted(Vector256<long> a) =>
        Vector256.LessThanAll((a + Vector256.Create((long)ShiftedBelow)).AsUInt64(), Vector256.Create(2UL * (ulong)ShiftedBelow));

    private static bool IsExact(Vector512<long> a) =>
        Vector512.LessThanAll((a + Vector512.Create(ExactBelow)).AsUInt64(), Vector512.Create(2UL * ExactBelow));

    private static bool IsExact(Vector256<long> a) =>
        Vector256.LessThanAll((a + Vector256.Create(ExactBelow)).AsUInt64(), Vector256.Create(2UL * ExactBelow));

    private static bool IsExact(Vector128<long> a) =>
        Vector128.LessThanAll((a + Vector128.Create(ExactBelow)).AsUInt64(), Vector128.Create(2UL * ExactBelow));

    /// <summary>
    /// Integer division that never traps, for lanes beyond the end of the data hold zeros: by 0 it gives 0 and
    /// leaves the dividend, and MinValue / -1 wraps around.
    /// </summary>
    internal readonly struct Quotient<T> : IFunction<T> where T : struct, IBinaryInteger<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Of(T a, T b) => T.IsZero(b) ? T.Zero : b == -T.One ? unchecked(-a) : a / b;
    }

    /// <summary>What <see cref="Quotient{T}"/> leaves.</summary>
    internal readonly struct IntegerRemainder<T> : IFunction<T> where T : struct, IBinaryInteger<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Of(T a, T b) => T.IsZero(b) ? a : b == -T.One ? T.Zero : a % b;
    }

    /// <summary>C fmod.</summary>
    internal readonly struct FloatRemainder<T> : IFunction<T> where T : struct, IFloatingPointIeee754<T>
    {
        public static T Of(T a, T b) => a % b;
    }

    internal readonly struct ShiftedLeft<T> : IFunction<T> where T : struct, IBinaryInteger<T>
    {
        public static T Of(T a, T count) => a << int.CreateTruncating(count);
    }

    internal readonly struct ShiftedRight<T> : IFunction<T> where T : struct, IBinaryInteger<T>
    {
        public static T Of(T a, T count) => a >> int.CreateTruncating(count);
    }

    internal readonly struct ShiftedRightLogically<T> : IFunction<T> where T : struct, IBinaryInteger<T>
    {
        public static T Of(T a, T count) => a >>> int.CreateTruncating(count);
    }
}
