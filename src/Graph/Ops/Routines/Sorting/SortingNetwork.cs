using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace GraphGrad.Operations;

/// <summary>
/// Sorts short lines side by side, one to a lane, by the exchanges of a network, which are the same for any data: nothing branches.
/// Batcher, "Sorting networks and their applications", 1968.
/// </summary>
internal static class SortingNetwork
{
    /// <summary>Keys of as many lines fill a vector.</summary>
    public const int Lines = 8;

    /// <summary>The exchanges of the longest line, as pairs of places.</summary>
    public const int MostPlaces = 2 * 543;

    // Measured: beyond, digits are counted as fast.
    public const int LongestLine = 64;

    // Measured: beyond, the first few are found as fast.
    private const int LongestToChoose = 32;

    private const int FewestLines = 4;

    /// <summary>Whether lines are so short, and so many, that this is faster than one line after the other.</summary>
    /// <param name="length">The elements of a line.</param>
    /// <param name="lines">How many lines.</param>
    /// <param name="chooses">Whether the first few of a line could be found without sorting it.</param>
    public static bool Pays(int length, int lines, bool chooses) =>
        Vector512.IsHardwareAccelerated && length > 1 && length <= (chooses ? LongestToChoose : LongestLine) && lines >= FewestLines;

    /// <summary>Writes the places that are exchanged, in pairs of which the first keeps the smaller key, leaving out what the keys from <paramref name="first"/> up to <paramref name="wanted"/> do not depend on. Returns how many are written.</summary>
    public static int Plan(int length, int first, int wanted, Span<int> places)
    {
        var count = 0;
        for (var run = 1; run < length; run *= 2)
        {
            for (var step = run; step > 0; step /= 2)
            {
                for (var start = step % run; start + step < length; start += 2 * step)
                {
                    for (var low = start; low < start + step && low + step < length; low++)
                    {
                        if (low / (2 * run) != (low + step) / (2 * run)) continue;
                        (places[count], places[count + 1]) = (low, low + step);
                        count += 2;
                    }
                }
            }
        }
        var needed = (wanted >= LongestLine ? ulong.MaxValue : (1ul << wanted) - 1) & (ulong.MaxValue << first);
        var kept = count;
        for (var at = count - 2; at >= 0; at -= 2)
        {
            var pair = (1ul << places[at]) | (1ul << places[at + 1]);
            if ((needed & pair) == 0) continue;
            needed |= pair;
            kept -= 2;
            (places[kept], places[kept + 1]) = (places[at], places[at + 1]);
        }
        places[kept..count].CopyTo(places);
        return count - kept;
    }

    /// <summary>Sorts the lines.</summary>
    /// <param name="keys">The first keys of all lines, then their second ones, and so on.</param>
    /// <param name="places">As planned.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sort(Span<ulong> keys, ReadOnlySpan<int> places)
    {
        ref var first = ref MemoryMarshal.GetReference(keys);
        for (var at = 0; at + 1 < places.Length; at += 2)
        {
            ref var low = ref Unsafe.Add(ref first, places[at] * Lines);
            ref var high = ref Unsafe.Add(ref first, places[at + 1] * Lines);
            var (x, y) = (Vector512.LoadUnsafe(ref low), Vector512.LoadUnsafe(ref high));
            Vector512.Min(x, y).StoreUnsafe(ref low);
            Vector512.Max(x, y).StoreUnsafe(ref high);
        }
    }

    /// <summary>Sorts lines whose keys are two words.</summary>
    /// <param name="keys">The words that decide first: those of the first keys of all lines, then those of their second ones, and so on.</param>
    /// <param name="seconds">The words that decide where these are equal, likewise.</param>
    /// <param name="places">As planned.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sort(Span<ulong> keys, Span<ulong> seconds, ReadOnlySpan<int> places)
    {
        ref var first = ref MemoryMarshal.GetReference(keys);
        ref var second = ref MemoryMarshal.GetReference(seconds[..keys.Length]);
        for (var at = 0; at + 1 < places.Length; at += 2)
        {
            var (low, high) = ((nuint)(places[at] * Lines), (nuint)(places[at + 1] * Lines));
            var (x, y) = (Vector512.LoadUnsafe(ref first, low), Vector512.LoadUnsafe(ref first, high));
            var (ofX, ofY) = (Vector512.LoadUnsafe(ref second, low), Vector512.LoadUnsafe(ref second, high));
            var isBefore = Vector512.LessThan(x, y) | (Vector512.Equals(x, y) & Vector512.LessThan(ofX, ofY));
            Vector512.Min(x, y).StoreUnsafe(ref first, low);
            Vector512.Max(x, y).StoreUnsafe(ref first, high);
            Vector512.ConditionalSelect(isBefore, ofX, ofY).StoreUnsafe(ref second, low);
            Vector512.ConditionalSelect(isBefore, ofY, ofX).StoreUnsafe(ref second, high);
        }
    }
}
