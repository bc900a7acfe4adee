using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GraphGrad.Compilation.Contraction.Slide;

/// <summary>Rows that are copied, pulled apart into phases, or put together from them.</summary>
internal static unsafe class SlideRows
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(byte* from, byte* to, long bytes)
    {
        long at = 0;
        if (bytes >= Vector512<byte>.Count)
        {
            for (; at + Vector512<byte>.Count <= bytes; at += Vector512<byte>.Count) Vector512.Load(from + at).Store(to + at);
            // The last vector overlaps the one before it.
            if (at < bytes) Vector512.Load(from + bytes - Vector512<byte>.Count).Store(to + bytes - Vector512<byte>.Count);
            return;
        }
        if (bytes >= Vector256<byte>.Count)
        {
            Vector256.Load(from).Store(to);
            Vector256.Load(from + bytes - Vector256<byte>.Count).Store(to + bytes - Vector256<byte>.Count);
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

    /// <summary>Every other element to one row, the others to another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Split(float* from, float* even, float* odd, int pairs)
    {
        var i = 0;
        if (Avx512F.IsSupported && pairs >= Vector512<float>.Count)
        {
            var (low, high) = (Vector512<int>.Indices * 2, (Vector512<int>.Indices * 2) + Vector512<int>.One);
            while (true)
            {
                var (a, b) = (Vector512.Load(from + (2 * i)), Vector512.Load(from + (2 * i) + Vector512<float>.Count));
                Avx512F.PermuteVar16x32x2(a, low, b).Store(even + i);
                Avx512F.PermuteVar16x32x2(a, high, b).Store(odd + i);
                if (i == pairs - Vector512<float>.Count) return;
                // The last vector may overlap the one before it.
                i = Math.Min(i + Vector512<float>.Count, pairs - Vector512<float>.Count);
            }
        }
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

    /// <summary>Elements of two rows in turns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Join(float* even, float* odd, float* to, int pairs)
    {
        var i = 0;
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
}
