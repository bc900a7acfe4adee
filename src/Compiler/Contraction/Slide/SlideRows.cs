using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GraphGrad.Compilation.Contraction.Slide;

/// <summary>Rows that are copied, pulled apart into phases, or put together from them.</summary>
internal static unsafe class SlideRows
{
    /// <summary>Copies rows of some images, each so many bytes long. Steps are in bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy(byte* from, long fromRow, long fromImage, byte* to, long toRow, long toImage, long bytes, int rows, int images)
    {
        if (!Avx512F.IsSupported)
        {
            for (var image = 0; image < images; image++)
            {
                for (long row = 0; row < rows; row++) Copy(from + (image * fromImage) + (row * fromRow), to + (image * toImage) + (row * toRow), bytes);
            }
            return;
        }
        // Short rows are mostly their ends: a masked vector each, without a choice by length.
        var whole = bytes & -Vector512<byte>.Count;
        var end = Vector512.LessThan(Vector512<int>.Indices, Vector512.Create((int)(bytes - whole) / sizeof(int)));
        for (; images > 0; images--, from += fromImage, to += toImage)
        {
            var source = from;
            var target = to;
            for (var row = rows; row > 0; row--, source += fromRow, target += toRow)
            {
                for (long at = 0; at < whole; at += Vector512<byte>.Count) Vector512.Load(source + at).Store(target + at);
                Avx512F.MaskStore((int*)(target + whole), end, Avx512F.MaskLoad((int*)(source + whole), end, Vector512<int>.Zero));
            }
        }
    }

    /// <summary>Pulls rows apart: every other element to rows of one kind, the others to rows of another; the first is of the second kind where it lies at an odd place. Steps are in elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Split(float* from, long fromRow, float* even, float* odd, long toRow, int count, bool startsOdd, int rows)
    {
        var first = startsOdd ? odd : even;
        var second = startsOdd ? even : odd;
        if (!Avx512F.IsSupported)
        {
            for (; rows > 0; rows--, from += fromRow, first += toRow, second += toRow)
            {
                Split(from, first, second, count / 2);
                if (count % 2 > 0) first[count / 2] = from[count - 1];
            }
            return;
        }
        var (lanes, indices) = (Vector512<float>.Count, Vector512<int>.Indices);
        var (low, high) = (indices * 2, (indices * 2) + Vector512<int>.One);
        // Short rows are mostly their ends.
        var whole = count / (2 * lanes) * (2 * lanes);
        var left = count - whole;
        var (near, far) = (Vector512.LessThan(indices, Vector512.Create(left)).AsSingle(), Vector512.LessThan(indices, Vector512.Create(left - lanes)).AsSingle());
        var (firsts, seconds) = (Vector512.LessThan(indices, Vector512.Create((left + 1) / 2)).AsSingle(), Vector512.LessThan(indices, Vector512.Create(left / 2)).AsSingle());
        for (; rows > 0; rows--, from += fromRow, first += toRow, second += toRow)
        {
            var at = 0;
            for (; at < whole; at += 2 * lanes)
            {
                var (a, b) = (Vector512.Load(from + at), Vector512.Load(from + at + lanes));
                Avx512F.PermuteVar16x32x2(a, low, b).Store(first + (at / 2));
                Avx512F.PermuteVar16x32x2(a, high, b).Store(second + (at / 2));
            }
            if (left == 0) continue;
            var begin = Avx512F.MaskLoad(from + at, near, Vector512<float>.Zero);
            var end = left > lanes ? Avx512F.MaskLoad(from + at + lanes, far, Vector512<float>.Zero) : Vector512<float>.Zero;
            Avx512F.MaskStore(first + (at / 2), firsts, Avx512F.PermuteVar16x32x2(begin, low, end));
            Avx512F.MaskStore(second + (at / 2), seconds, Avx512F.PermuteVar16x32x2(begin, high, end));
        }
    }

    /// <summary>Elements of two rows in turns, for some rows. Steps are in elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Join(float* even, float* odd, long fromRow, float* to, long toRow, int pairs, int rows)
    {
        for (; rows > 0; rows--, even += fromRow, odd += fromRow, to += toRow) Join(even, odd, to, pairs);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy(byte* from, byte* to, long bytes)
    {
        long at = 0;
        if (bytes >= Vector256<byte>.Count)
        {
            for (; at + Vector256<byte>.Count <= bytes; at += Vector256<byte>.Count) Vector256.Load(from + at).Store(to + at);
            // The last vector overlaps the one before it.
            if (at < bytes) Vector256.Load(from + bytes - Vector256<byte>.Count).Store(to + bytes - Vector256<byte>.Count);
            return;
        }
        if (bytes >= Vector128<byte>.Count)
        {
            Vector128.Load(from).Store(to);
            Vector128.Load(from + bytes - Vector128<byte>.Count).Store(to + bytes - Vector128<byte>.Count);
            return;
        }
        for (; at < bytes; at += sizeof(int)) *(int*)(to + at) = *(int*)(from + at);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Split(float* from, float* even, float* odd, int pairs)
    {
        var i = 0;
        if (Sse.IsSupported)
        {
            for (; i + Vector128<float>.Count <= pairs; i += Vector128<float>.Count)
            {
                var (a, b) = (Vector128.Load(from + (2 * i)), Vector128.Load(from + (2 * i) + Vector128<float>.Count));
                Sse.Shuffle(a, b, 0b10_00_10_00).Store(even + i);
                Sse.Shuffle(a, b, 0b11_01_11_01).Store(odd + i);
            }
        }
        for (; i < pairs; i++) (even[i], odd[i]) = (from[2 * i], from[(2 * i) + 1]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Join(float* even, float* odd, float* to, int pairs)
    {
        var i = 0;
        if (Avx512F.IsSupported)
        {
            var (low, high) = (Turns(0), Turns(Vector512<float>.Count / 2));
            for (; i + Vector512<float>.Count <= pairs; i += Vector512<float>.Count)
            {
                var (a, b) = (Vector512.Load(even + i), Vector512.Load(odd + i));
                Avx512F.PermuteVar16x32x2(a, low, b).Store(to + (2 * i));
                Avx512F.PermuteVar16x32x2(a, high, b).Store(to + (2 * i) + Vector512<float>.Count);
            }
        }
        if (Sse.IsSupported)
        {
            for (; i + Vector128<float>.Count <= pairs; i += Vector128<float>.Count)
            {
                var (a, b) = (Vector128.Load(even + i), Vector128.Load(odd + i));
                Sse.UnpackLow(a, b).Store(to + (2 * i));
                Sse.UnpackHigh(a, b).Store(to + (2 * i) + Vector128<float>.Count);
            }
        }
        for (; i < pairs; i++) (to[2 * i], to[(2 * i) + 1]) = (even[i], odd[i]);
    }

    /// <summary>The sum of the lanes of a vector, in float64.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum<T>(T* lanes, int count)
        where T : unmanaged, INumber<T>
    {
        if (typeof(T) == typeof(float) && count == Vector512<float>.Count)
        {
            var (low, high) = Vector512.Widen(Vector512.Load((float*)lanes));
            return Vector512.Sum(low + high);
        }
        var sum = 0.0;
        for (var lane = 0; lane < count; lane++) sum += double.CreateTruncating(lanes[lane]);
        return sum;
    }

    /// <summary>Lanes of two vectors in turns, from the given one on.</summary>
    public static Vector512<int> Turns(int first) =>
        Vector512.Create(first) + (Vector512<int>.Indices >>> 1) + ((Vector512<int>.Indices & Vector512<int>.One) * Vector512<float>.Count);
}
