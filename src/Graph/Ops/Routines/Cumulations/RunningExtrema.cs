using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace GraphGrad.Operations;

/// <summary>
/// The extremum of each element and all before it on its line, and where it stands: of equal ones the last; NaN from the first NaN on, the last one. A new one is rare on most lines, so a
/// vector of elements is compared with the last one first, and gets it as a whole where none takes its place.
/// </summary>
internal static class RunningExtrema
{
    // Records of the first elements of a line are many.
    private const int ByThemselves = 16;

    /// <summary>Whether an element takes the place of the extremum before it.</summary>
    public static bool Takes<T>(T now, T old, bool isMaximum)
        where T : INumber<T> => !(isMaximum ? now < old : now > old) && (!T.IsNaN(old) || T.IsNaN(now));

    // Compiled at once: the loop is entered once for many elements.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Places<T>(ReadOnlySpan<T> x, Span<long> result, int count, bool isMaximum)
        where T : INumber<T>
    {
        ref var from = ref MemoryMarshal.GetReference(x[..result.Length]);
        ref var to = ref MemoryMarshal.GetReference(result);
        for (var line = 0; line < result.Length; line += count)
        {
            var (old, best, i) = (Unsafe.Add(ref from, line), 0L, 0);
            for (var stop = Math.Min(ByThemselves, count); i < count; stop = Math.Min(i + Vector256<T>.Count, count))
            {
                for (; i < stop; i++)
                {
                    var now = Unsafe.Add(ref from, line + i);
                    if (Takes(now, old, isMaximum)) (old, best) = (now, i);
                    Unsafe.Add(ref to, line + i) = best;
                }
                var places = Vector256.Create(best);
                for (; i <= count - Vector256<T>.Count && NoneTakes(ref Unsafe.Add(ref from, line + i), old, isMaximum); i += Vector256<T>.Count)
                {
                    for (var k = 0; k < Vector256<T>.Count; k += Vector256<long>.Count) places.StoreUnsafe(ref to, (nuint)(line + i + k));
                }
            }
        }
    }

    /// <summary>The extrema themselves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Values<T>(ReadOnlySpan<T> x, Span<T> result, int count, bool isMaximum)
        where T : INumber<T>
    {
        ref var from = ref MemoryMarshal.GetReference(x[..result.Length]);
        ref var to = ref MemoryMarshal.GetReference(result);
        for (var line = 0; line < result.Length; line += count)
        {
            var (old, i) = (Unsafe.Add(ref from, line), 0);
            for (var stop = Math.Min(ByThemselves, count); i < count; stop = Math.Min(i + Vector256<T>.Count, count))
            {
                for (; i < stop; i++)
                {
                    var now = Unsafe.Add(ref from, line + i);
                    if (!T.IsNaN(old) && Takes(now, old, isMaximum)) old = now;
                    Unsafe.Add(ref to, line + i) = old;
                }
                var values = Vector256.Create(old);
                for (; i <= count - Vector256<T>.Count && NoneTakes(ref Unsafe.Add(ref from, line + i), old, isMaximum); i += Vector256<T>.Count)
                    values.StoreUnsafe(ref to, (nuint)(line + i));
            }
        }
    }

    // Beside a NaN no comparison is true.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool NoneTakes<T>(ref T elements, T old, bool isMaximum)
    {
        var (now, before) = (Vector256.LoadUnsafe(ref elements), Vector256.Create(old));
        return isMaximum ? Vector256.LessThanAll(now, before) : Vector256.GreaterThanAll(now, before);
    }
}
