using System.Numerics;
using System.Runtime.CompilerServices;

namespace GraphGrad.Operations;

/// <summary>
/// The first elements of a line in an order, without sorting all of it. The line is dealt out to groups, and the first element of each group is found a vector at a
/// time. Of these the n-th in order is a limit: at least n elements of the line come up to it, and mostly few more, and only they are sorted.
/// </summary>
internal static class FirstOfLine
{
    // More groups let fewer elements up to the limit that are not wanted, and take longer to sort.
    private const int GroupsPerWanted = 2;

    // The first of fewer elements says little.
    private const int SmallestGroup = 4;

    // So few are kept in order while the line is read, where it is too short for groups.
    private const int MostKept = 4;

    /// <summary>Whether so few elements are wanted of a line that this is faster than sorting it.</summary>
    public static bool Pays<T>(int length, int wanted)
        where T : unmanaged => wanted > 0 && (FillsGroups<T>(length, wanted) || (wanted <= MostKept && wanted < length));

    /// <summary>Finds the keys of the first elements, in order.</summary>
    /// <param name="x">The line.</param>
    /// <param name="wanted">How many elements.</param>
    /// <param name="reversal">See <see cref="IKeyMaker{T, TKey}.Make"/>.</param>
    /// <param name="groups">Room for elements, as many as the line has.</param>
    /// <param name="keys">Receives the keys; as many as the line has elements, for all of them may be equal.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Find<T, TKey, TMaker>(ReadOnlySpan<T> x, int wanted, ulong reversal, Span<T> groups, Span<TKey> keys)
        where T : unmanaged
        where TKey : unmanaged, ISortKey<TKey>
        where TMaker : struct, IKeyMaker<T, TKey>
    {
        if (!FillsGroups<T>(x.Length, wanted))
        {
            Keep<T, TKey, TMaker>(x, wanted, reversal, keys);
            return;
        }
        groups = groups[..Groups<T>(wanted)];
        Deal(x, reversal != 0, groups);
        for (var g = 0; g < groups.Length; g++) keys[g] = TMaker.Make(groups[g], g, reversal);
        SortKeys.Sort(keys[..groups.Length]);
        var count = UpTo<T, TKey, TMaker>(x, groups[keys[wanted - 1].Place], reversal, keys);
        SortKeys.Sort(keys[..count]);
    }

    private static bool FillsGroups<T>(int length, int wanted)
        where T : unmanaged => length / SmallestGroup >= Groups<T>(wanted);

    /// <summary>The first keys so far, in order; each further one takes its place among them, or none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Keep<T, TKey, TMaker>(ReadOnlySpan<T> x, int wanted, ulong reversal, Span<TKey> keys)
        where T : unmanaged
        where TKey : unmanaged, ISortKey<TKey>
        where TMaker : struct, IKeyMaker<T, TKey>
    {
        keys = keys[..wanted];
        for (var i = 0; i < x.Length; i++)
        {
            var key = TMaker.Make(x[i], i, reversal);
            if (i >= keys.Length && !TKey.IsLess(key, keys[^1])) continue;
            var at = Math.Min(i, keys.Length - 1);
            for (; at > 0 && TKey.IsLess(key, keys[at - 1]); at--) keys[at] = keys[at - 1];
            keys[at] = key;
        }
    }

    private static int Groups<T>(int wanted)
        where T : unmanaged => (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(GroupsPerWanted * wanted, Vector<T>.Count));

    /// <summary>The first element of each group. Where one is NaN it may be another of the group: the limit is right with any, only further behind.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Deal<T>(ReadOnlySpan<T> x, bool largest, Span<T> groups)
        where T : unmanaged
    {
        x[..groups.Length].CopyTo(groups);
        for (var at = groups.Length; at + groups.Length <= x.Length; at += groups.Length)
        {
            for (var g = 0; g < groups.Length; g += Vector<T>.Count)
            {
                var (element, first) = (new Vector<T>(x[(at + g)..]), new Vector<T>(groups[g..]));
                var isBefore = largest ? Vector.GreaterThan(element, first) : Vector.LessThan(element, first);
                Vector.ConditionalSelect(isBefore, element, first).CopyTo(groups[g..]);
            }
        }
    }

    /// <summary>Keys of the elements up to a limit, equal ones included, in the order of the line.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int UpTo<T, TKey, TMaker>(ReadOnlySpan<T> x, T limit, ulong reversal, Span<TKey> keys)
        where T : unmanaged
        where TKey : unmanaged, ISortKey<TKey>
        where TMaker : struct, IKeyMaker<T, TKey>
    {
        var last = TMaker.Make(limit, int.MaxValue, reversal);
        var limits = new Vector<T>(limit);
        var count = 0;
        for (var at = 0; at < x.Length; at += Vector<T>.Count)
        {
            var end = Math.Min(at + Vector<T>.Count, x.Length);
            if (end - at == Vector<T>.Count)
            {
                // Never true of NaN, which the keys then place.
                var elements = new Vector<T>(x[at..]);
                if (reversal != 0 ? Vector.LessThanAll(elements, limits) : Vector.GreaterThanAll(elements, limits)) continue;
            }
            for (var i = at; i < end; i++)
            {
                // Written in any case, and kept by counting: a branch would be mispredicted for each element that comes up to the limit.
                var key = TMaker.Make(x[i], i, reversal);
                keys[count] = key;
                count += TKey.IsLess(last, key) ? 0 : 1;
            }
        }
        return count;
    }
}
