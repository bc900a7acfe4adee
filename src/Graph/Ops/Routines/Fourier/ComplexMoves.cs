using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GraphGrad.Operations;

/// <summary>Moves complex numbers between arrays of pairs, of parts, and of parts in another order.</summary>
internal static unsafe class ComplexMoves
{
    private const byte EvenOfFour = 0b10_00_10_00, OddOfFour = 0b11_01_11_01, Quarters = 0b11_01_10_00, LowHalves = 0x20, HighHalves = 0x31;

    /// <summary>Pairs become real and imaginary parts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Split<T>(T* pairs, T* re, T* im, int count)
        where T : unmanaged
    {
        var i = 0;
        if (Avx512F.IsSupported)
        {
            for (; i + Vector512<T>.Count <= count; i += Vector512<T>.Count)
            {
                var (a, b) = (Vector512.Load(pairs + (2 * i)), Vector512.Load(pairs + (2 * i) + Vector512<T>.Count));
                Even(a, b).Store(re + i);
                Odd(a, b).Store(im + i);
            }
        }
        if (Avx2.IsSupported)
        {
            for (; i + Vector256<T>.Count <= count; i += Vector256<T>.Count)
            {
                var (a, b) = (Vector256.Load(pairs + (2 * i)), Vector256.Load(pairs + (2 * i) + Vector256<T>.Count));
                Even(a, b).Store(re + i);
                Odd(a, b).Store(im + i);
            }
        }
        for (; i < count; i++) (re[i], im[i]) = (pairs[2 * i], pairs[(2 * i) + 1]);
    }

    /// <summary>Real and imaginary parts become pairs, times a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Join<T>(T* re, T* im, T* pairs, int count, T scale)
        where T : unmanaged
    {
        var i = 0;
        if (Avx512F.IsSupported)
        {
            var factor = Vector512.Create(scale);
            for (; i + Vector512<T>.Count <= count; i += Vector512<T>.Count)
            {
                var (a, b) = (Vector512.Load(re + i) * factor, Vector512.Load(im + i) * factor);
                Low(a, b).Store(pairs + (2 * i));
                High(a, b).Store(pairs + (2 * i) + Vector512<T>.Count);
            }
        }
        if (Avx2.IsSupported)
        {
            var factor = Vector256.Create(scale);
            for (; i + Vector256<T>.Count <= count; i += Vector256<T>.Count)
            {
                var (a, b) = (Vector256.Load(re + i) * factor, Vector256.Load(im + i) * factor);
                var (low, high) = Quadruples(a, b);
                Halves(low, high, LowHalves).Store(pairs + (2 * i));
                Halves(low, high, HighHalves).Store(pairs + (2 * i) + Vector256<T>.Count);
            }
        }
        for (; i < count; i++) (pairs[2 * i], pairs[(2 * i) + 1]) = (Scalar(re[i], scale), Scalar(im[i], scale));
    }

    /// <summary>Copies numbers, times another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scale<T>(T* from, T* to, int count, T scale)
        where T : unmanaged
    {
        var i = 0;
        var factor = Vector256.Create(scale);
        for (; i + Vector256<T>.Count <= count; i += Vector256<T>.Count) (Vector256.Load(from + i) * factor).Store(to + i);
        for (; i < count; i++) to[i] = Scalar(from[i], scale);
    }

    /// <summary>Copies numbers from the last to the first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Reverse<T>(T* from, T* to, int count)
        where T : unmanaged
    {
        var i = 0;
        for (; i + Vector128<T>.Count <= count; i += Vector128<T>.Count)
        {
            var x = Vector128.Load(from + count - i - Vector128<T>.Count);
            x = sizeof(T) == sizeof(int) ? Vector128.Shuffle(x.AsInt32(), Vector128.Create(3, 2, 1, 0)).As<int, T>() : Vector128.Shuffle(x.AsInt64(), Vector128.Create(1L, 0)).As<long, T>();
            x.Store(to + i);
        }
        for (; i < count; i++) to[i] = from[count - 1 - i];
    }

    /// <summary>Rows become columns; columns of the result beyond the rows, up to a number, are 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transpose<T>(T* from, nint fromPitch, int rows, int columns, T* to, nint toPitch, int filled)
        where T : unmanaged
    {
        var i = 0;
        if (Transposition.IsAccelerated)
        {
            for (; i + 4 <= rows; i += 4)
            {
                var row = from + (i * fromPitch);
                var j = 0;
                for (; j + 4 <= columns; j += 4) Transposition.FourByFour(row + j, row + fromPitch + j, row + (2 * fromPitch) + j, row + (3 * fromPitch) + j, to + (j * toPitch) + i, toPitch);
                for (; j < columns; j++)
                {
                    for (var k = 0; k < 4; k++) to[(j * toPitch) + i + k] = row[(k * fromPitch) + j];
                }
            }
        }
        for (; i < filled; i++)
        {
            for (var j = 0; j < columns; j++) to[(j * toPitch) + i] = i < rows ? from[(i * fromPitch) + j] : default;
        }
    }

    private static T Scalar<T>(T x, T y)
        where T : unmanaged => (Vector128.CreateScalarUnsafe(x) * Vector128.CreateScalarUnsafe(y)).ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Even<T>(Vector512<T> a, Vector512<T> b) => Vector512<T>.Count == 16
        ? Avx512F.PermuteVar16x32x2(a.AsInt32(), Vector512.Create(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30), b.AsInt32()).As<int, T>()
        : Avx512F.PermuteVar8x64x2(a.AsInt64(), Vector512.Create(0L, 2, 4, 6, 8, 10, 12, 14), b.AsInt64()).As<long, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Odd<T>(Vector512<T> a, Vector512<T> b) => Vector512<T>.Count == 16
        ? Avx512F.PermuteVar16x32x2(a.AsInt32(), Vector512.Create(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31), b.AsInt32()).As<int, T>()
        : Avx512F.PermuteVar8x64x2(a.AsInt64(), Vector512.Create(1L, 3, 5, 7, 9, 11, 13, 15), b.AsInt64()).As<long, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Low<T>(Vector512<T> a, Vector512<T> b) => Vector512<T>.Count == 16
        ? Avx512F.PermuteVar16x32x2(a.AsInt32(), Vector512.Create(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23), b.AsInt32()).As<int, T>()
        : Avx512F.PermuteVar8x64x2(a.AsInt64(), Vector512.Create(0L, 8, 1, 9, 2, 10, 3, 11), b.AsInt64()).As<long, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> High<T>(Vector512<T> a, Vector512<T> b) => Vector512<T>.Count == 16
        ? Avx512F.PermuteVar16x32x2(a.AsInt32(), Vector512.Create(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31), b.AsInt32()).As<int, T>()
        : Avx512F.PermuteVar8x64x2(a.AsInt64(), Vector512.Create(4L, 12, 5, 13, 6, 14, 7, 15), b.AsInt64()).As<long, T>();

    // Each half of the registers by itself; then the quarters in order.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> Even<T>(Vector256<T> a, Vector256<T> b) => Avx2.Permute4x64(
        Vector256<T>.Count == 8 ? Avx.Shuffle(a.AsSingle(), b.AsSingle(), EvenOfFour).AsInt64() : Avx.UnpackLow(a.AsDouble(), b.AsDouble()).AsInt64(), Quarters).As<long, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> Odd<T>(Vector256<T> a, Vector256<T> b) => Avx2.Permute4x64(
        Vector256<T>.Count == 8 ? Avx.Shuffle(a.AsSingle(), b.AsSingle(), OddOfFour).AsInt64() : Avx.UnpackHigh(a.AsDouble(), b.AsDouble()).AsInt64(), Quarters).As<long, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<T> Low, Vector256<T> High) Quadruples<T>(Vector256<T> a, Vector256<T> b) => Vector256<T>.Count == 8
        ? (Avx.UnpackLow(a.AsSingle(), b.AsSingle()).As<float, T>(), Avx.UnpackHigh(a.AsSingle(), b.AsSingle()).As<float, T>())
        : (Avx.UnpackLow(a.AsDouble(), b.AsDouble()).As<double, T>(), Avx.UnpackHigh(a.AsDouble(), b.AsDouble()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> Halves<T>(Vector256<T> a, Vector256<T> b, [ConstantExpected] byte which) => Avx.Permute2x128(a.AsSingle(), b.AsSingle(), which).As<float, T>();
}
