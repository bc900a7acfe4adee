using System.Buffers;
using System.Runtime.InteropServices;

namespace GraphGrad.Operations;

/// <summary>An element as an unsigned integer that orders as it does, and where it stands; equal elements order by place, so that any sorting of keys is stable.</summary>
internal interface ISortKey<TSelf> : IComparable<TSelf>
    where TSelf : unmanaged, ISortKey<TSelf>
{
    /// <summary>How many bytes the element has.</summary>
    static abstract int Digits { get; }

    int Place { get; }

    /// <summary>A byte of the element, the lowest first.</summary>
    int Digit(int digit);
}

/// <summary>The key of an element of at most four bytes: the element above its place, in one integer.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct NarrowKey(ulong Bits) : ISortKey<NarrowKey>
{
    public NarrowKey(uint order, int place)
        : this(((ulong)order << 32) | (uint)place)
    {
    }

    public static int Digits => 4;

    public int Place => (int)(uint)Bits;

    public int Digit(int digit) => (byte)(Bits >> (32 + (8 * digit)));

    public int CompareTo(NarrowKey other) => Bits.CompareTo(other.Bits);
}

/// <summary>The key of an element of eight bytes.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct WideKey(ulong Order, int Place) : ISortKey<WideKey>
{
    public static int Digits => 8;

    public int Digit(int digit) => (byte)(Order >> (8 * digit));

    public int CompareTo(WideKey other) => Order != other.Order ? Order.CompareTo(other.Order) : Place.CompareTo(other.Place);
}

/// <summary>Sorts keys.</summary>
internal static class SortKeys
{
    // Measured: below, comparing is faster than counting digits.
    private const int FewestToCount = 512;

    /// <summary>The order of a float: NaN is the greatest, and both zeros are equal.</summary>
    public static uint OrderOf(float x)
    {
        if (float.IsNaN(x)) return uint.MaxValue;
        var bits = BitConverter.SingleToUInt32Bits(x + 0f);
        return (bits >> 31) != 0 ? ~bits : bits | 0x8000_0000u;
    }

    /// <inheritdoc cref="OrderOf(float)"/>
    public static ulong OrderOf(double x)
    {
        if (double.IsNaN(x)) return ulong.MaxValue;
        var bits = BitConverter.DoubleToUInt64Bits(x + 0.0);
        return (bits >> 63) != 0 ? ~bits : bits | 0x8000_0000_0000_0000ul;
    }

    public static uint OrderOf(int x) => (uint)x ^ 0x8000_0000u;

    public static ulong OrderOf(long x) => (ulong)x ^ 0x8000_0000_0000_0000ul;

    /// <summary>Makes the first <paramref name="count"/> keys the smallest ones, in ascending order; the others are in no order.</summary>
    public static void Sort<TKey>(Span<TKey> keys, int count)
        where TKey : unmanaged, ISortKey<TKey>
    {
        if (count <= keys.Length / 8) Select(keys, count);
        else if (keys.Length < FewestToCount) keys.Sort();
        else SortByDigits(keys);
    }

    /// <summary>A heap of the smallest keys met, the largest of them on top; most keys of a long line are only compared with it.</summary>
    private static void Select<TKey>(Span<TKey> keys, int count)
        where TKey : unmanaged, ISortKey<TKey>
    {
        if (count == 0) return;
        var heap = keys[..count];
        for (var parent = (count / 2) - 1; parent >= 0; parent--) SiftDown(heap, parent);
        for (var i = count; i < keys.Length; i++)
        {
            if (keys[i].CompareTo(heap[0]) >= 0) continue;
            (keys[i], heap[0]) = (heap[0], keys[i]);
            SiftDown(heap, 0);
        }
        heap.Sort();
    }

    private static void SiftDown<TKey>(Span<TKey> heap, int at)
        where TKey : unmanaged, ISortKey<TKey>
    {
        var key = heap[at];
        for (var child = (2 * at) + 1; child < heap.Length; child = (2 * at) + 1)
        {
            if (child + 1 < heap.Length && heap[child + 1].CompareTo(heap[child]) > 0) child++;
            if (heap[child].CompareTo(key) <= 0) break;
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = key;
    }

    /// <summary>From the lowest digit to the highest, each time keeping the order of what is equal in it.</summary>
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
