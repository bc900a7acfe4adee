using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GraphGrad.Compilation.Emission;

/// <summary>
/// The arithmetic for which there is no portable vector instruction: a function of one element, and its map over registers.
/// Each call is one vector operation.
/// </summary>
internal static class LaneArithmetic
{
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Absolute<T>(T a) where T : struct, IBinaryInteger<T> => T.IsNegative(a) ? unchecked(-a) : a;

    /// <summary>
    /// Integer division that never traps, for lanes beyond the end of the data hold zeros: by 0 it gives 0, and
    /// MinValue / -1 wraps around.
    /// </summary>
    internal readonly struct Quotient<T> : IFunction<T> where T : struct, IBinaryInteger<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Of(T a, T b) => T.IsZero(b) ? T.Zero : b == -T.One ? unchecked(-a) : a / b;
    }

    /// <summary>What <see cref="Quotient{T}"/> leaves; 0 for a divisor of 0.</summary>
    internal readonly struct IntegerRemainder<T> : IFunction<T> where T : struct, IBinaryInteger<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Of(T a, T b) => T.IsZero(b) || b == -T.One ? T.Zero : a % b;
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

    internal readonly struct ShiftedRightArithmetically<T> : IFunction<T> where T : struct, IBinaryInteger<T>
    {
        public static T Of(T a, T count) => a >> int.CreateTruncating(count);
    }

    internal readonly struct ShiftedRightLogically<T> : IFunction<T> where T : struct, IBinaryInteger<T>
    {
        public static T Of(T a, T count) => a >>> int.CreateTruncating(count);
    }
}
