using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GraphGrad.Operations;

/// <summary>An element as an unsigned integer that orders as it does, and where it stands; equal elements order by place, so that any sorting of keys is stable.</summary>
internal interface ISortKey<TSelf>
    where TSelf : unmanaged, ISortKey<TSelf>
{
    static abstract bool IsLess(TSelf a, TSelf b);

    static abstract void Sort(Span<TSelf> keys);

    /// <summary>How many bytes the element has.</summary>
    static abstract int Digits { get; }

    /// <summary>How many words a key is, of which the first decides before the second. The lower half of the last one is the place.</summary>
    static abstract int Words { get; }

    int Place { get; }

    /// <summary>One of its words.</summary>
    ulong Word(int number);

    /// <summary>A byte of the element, the lowest first.</summary>
    int Digit(int digit);
}

/// <summary>The key of an element of at most four bytes: the element above its place, in one integer.</summary>
internal readonly record struct NarrowKey(ulong Bits) : ISortKey<NarrowKey>
{
    public NarrowKey(uint order, int place)
        : this(((ulong)order << 32) | (uint)place)
    {
    }

    public static int Digits => 4;

    public static int Words => 1;

    public int Place => (int)(uint)Bits;

    public ulong Word(int number) => Bits;

    public int Digit(int digit) => (byte)(Bits >> (32 + (8 * digit)));

    public static bool IsLess(NarrowKey a, NarrowKey b) => a.Bits < b.Bits;

    // The sorting of integers is faster than that of anything that compares itself.
    public static void Sort(Span<NarrowKey> keys) => MemoryMarshal.Cast<NarrowKey, ulong>(keys).Sort();
}

/// <summary>The key of an element of eight bytes.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct WideKey(ulong Order, int Place) : ISortKey<WideKey>, IComparable<WideKey>
{
    public static int Digits => 8;

    public static int Words => 2;

    public ulong Word(int number) => number == 0 ? Order : (uint)Place;

    public int Digit(int digit) => (byte)(Order >> (8 * digit));

    public static bool IsLess(WideKey a, WideKey b) => a.Order < b.Order || (a.Order == b.Order && a.Place < b.Place);

    public static void Sort(Span<WideKey> keys) => keys.Sort();

    public int CompareTo(WideKey other) => Order != other.Order ? Order.CompareTo(other.Order) : Place.CompareTo(other.Place);
}

/// <summary>Sorts keys.</summary>
internal static class SortKeys
{
    // Measured: below, comparing is faster than counting digits.
    private const int FewestToCount = 64;

    /// <summary>The order of a float: NaN is the greatest, and both zeros are equal.</summary>
    public static uint OrderOf(float x)
    {
        if (float.IsNaN(x)) return uint.MaxValue;
        // Without a branch, which random signs would mislead.
        var bits = BitConverter.SingleToInt32Bits(x + 0f);
        return (uint)(bits ^ ((bits >> 31) | int.MinValue));
    }

    /// <inheritdoc cref="OrderOf(float)"/>
    public static ulong OrderOf(double x)
    {
        if (double.IsNaN(x)) return ulong.MaxValue;
        var bits = BitConverter.DoubleToInt64Bits(x + 0.0);
        return (ulong)(bits ^ ((bits >> 63) | long.MinValue));
    }

    public static uint OrderOf(int x) => (uint)x ^ 0x8000_0000u;

    public static ulong OrderOf(long x) => (ulong)x ^ 0x8000_0000_0000_0000ul;

    // The loops are compiled at once: they are entered once a run or line, and would be measured for long before they are fast.

    /// <summary>The keys of elements that stand <paramref name="stride"/> apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Make<T, TKey, TMaker>(ReadOnlySpan<T> x, int stride, ulong reversal, Span<TKey> keys)
        where TMaker : struct, IKeyMaker<T, TKey>
    {
        for (var i = 0; i < keys.Length; i++) keys[i] = TMaker.Make(x[i * stride], i, reversal);
    }

    /// <summary>Sorts keys in ascending order.</summary>
    public static void Sort<TKey>(Span<TKey> keys)
        where TKey : unmanaged, ISortKey<TKey>
    {
        if (keys.Length < FewestToCount) TKey.Sort(keys);
        else SortByDigits(keys);
    }

    /// <summary>From the lowest digit to the highest, each time keeping the order of what is equal in it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SortByDigits<TKey>(Span<TKey> keys)
        where TKey : unmanaged, ISortKey<TKey>
    {
        const int Values = 256;
        Span<int> counts = stackalloc int[TKey.Digits * Values];
        counts.Clear();
        foreach (var key in keys)
        {
            for (var digit = 0; digit < TKey.Digits; digit++) counts[(digit * Values) + key.Digit(digit)]++;
        }
        var pooled = ArrayPool<TKey>.Shared.Rent(keys.Length);
        try
        {
            var from = keys;
            var to = pooled.AsSpan(0, keys.Length);
            var isMoved = false;
            for (var digit = 0; digit < TKey.Digits; digit++)
            {
                var places = counts.Slice(digit * Values, Values);
                // All keys have the same digit: nothing moves.
                if (places[from[0].Digit(digit)] == keys.Length) continue;
                var start = 0;
                foreach (ref var place in places) (place, start) = (start, start + place);
                foreach (var key in from) to[places[key.Digit(digit)]++] = key;
                var passed = from;
                from = to;
                to = passed;
                isMoved = !isMoved;
            }
            if (isMoved) from.CopyTo(keys);
        }
        finally
        {
            ArrayPool<TKey>.Shared.Return(pooled);
        }
    }
}
