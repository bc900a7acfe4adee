using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace GraphGrad.Operations;

/// <summary>Running sums of lines of float32, in float64, four elements at a time: only one addition in four waits for the one before.</summary>
internal static class FloatRunningSums
{
    /// <summary>Sums each line of <paramref name="count"/> elements from its first element on or, reversed, from its last.</summary>
    // Compiled at once: the loop is entered once a run, and would be measured for long before it is fast.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(ReadOnlySpan<float> x, Span<float> result, int count, bool reverse)
    {
        for (var line = 0; line + count <= x.Length && count > 0; line += count)
        {
            if (reverse) Backward(x.Slice(line, count), result.Slice(line, count));
            else Forward(x.Slice(line, count), result.Slice(line, count));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Forward(ReadOnlySpan<float> x, Span<float> result)
    {
        var carry = Vector256<double>.Zero;
        var i = 0;
        for (; i + 4 <= x.Length; i += 4)
        {
            // An index beyond the last lane gives 0.
            var sums = Widened(x.Slice(i, 4));
            sums += Vector256.Shuffle(sums, Vector256.Create(4, 0, 1, 2));
            sums += Vector256.Shuffle(sums, Vector256.Create(4, 4, 0, 1));
            Narrow(sums + carry, result.Slice(i, 4));
            carry += Vector256.Shuffle(sums, Vector256.Create(3, 3, 3, 3));
        }
        var rest = carry[0];
        for (; i < x.Length; i++) result[i] = (float)(rest += x[i]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Backward(ReadOnlySpan<float> x, Span<float> result)
    {
        var carry = Vector256<double>.Zero;
        var i = x.Length;
        for (; i >= 4; i -= 4)
        {
            var sums = Widened(x.Slice(i - 4, 4));
            sums += Vector256.Shuffle(sums, Vector256.Create(1, 2, 3, 4));
            sums += Vector256.Shuffle(sums, Vector256.Create(2, 3, 4, 4));
            Narrow(sums + carry, result.Slice(i - 4, 4));
            carry += Vector256.Shuffle(sums, Vector256.Create(0, 0, 0, 0));
        }
        var rest = carry[0];
        for (i--; i >= 0; i--) result[i] = (float)(rest += x[i]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Widened(ReadOnlySpan<float> four) => Vector256.WidenLower(Vector128.Create(four).ToVector256Unsafe());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Narrow(Vector256<double> four, Span<float> result) =>
        Vector256.Narrow(four, Vector256<double>.Zero).GetLower().StoreUnsafe(ref MemoryMarshal.GetReference(result));
}
