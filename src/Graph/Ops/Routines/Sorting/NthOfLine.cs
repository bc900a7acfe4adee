using System.Runtime.CompilerServices;

namespace GraphGrad.Operations;

/// <summary>
/// The element of a line at a place of its order, without sorting it. From the highest digit to the lowest it is counted how many keys have each value, and only those whose value the wanted one has stay.
/// </summary>
internal static class NthOfLine
{
    // Measured: fewer are sorted as fast as their digits are counted.
    private const int FewestToCount = 32;

    private const int Values = 256;

    /// <summary>The key that <paramref name="number"/> others come before. Loses the keys.</summary>
    /// <param name="keys">In the order of the line.</param>
    /// <param name="number">From 0 to below how many keys there are.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static TKey Find<TKey>(Span<TKey> keys, int number)
        where TKey : unmanaged, ISortKey<TKey>
    {
        Span<int> counts = stackalloc int[2 * Values];
        for (var digit = TKey.Digits - 1; digit >= 0 && keys.Length >= FewestToCount; digit--)
        {
            var value = ValueAt(keys, digit, counts, ref number);
            var kept = 0;
            for (var i = 0; i < keys.Length; i++)
            {
                // Written in any case, and kept by counting: a branch would be mispredicted.
                var key = keys[i];
                keys[kept] = key;
                kept += key.Digit(digit) == value ? 1 : 0;
            }
            keys = keys[..kept];
        }
        // Of equal elements, whose digits end, the places are in order already.
        if (keys.Length < FewestToCount) TKey.Sort(keys);
        return keys[number];
    }

    /// <summary>The value of a digit of the wanted key, which becomes a number among those that have it, too.</summary>
    private static int ValueAt<TKey>(Span<TKey> keys, int digit, Span<int> counts, ref int number)
        where TKey : unmanaged, ISortKey<TKey>
    {
        counts.Clear();
        // Two tables by turns: neighbours often have the same value, and a count waits for the one before.
        var i = 0;
        for (; i + 1 < keys.Length; i += 2)
        {
            counts[keys[i].Digit(digit)]++;
            counts[Values + keys[i + 1].Digit(digit)]++;
        }
        if (i < keys.Length) counts[keys[i].Digit(digit)]++;
        for (var value = 0; ; value++)
        {
            var count = counts[value] + counts[Values + value];
            if (number < count) return value;
            number -= count;
        }
    }
}
