using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GraphGrad.Operations;

/// <summary>
/// Elimination with row exchanges, recursively: the left half of the columns, what that leaves of the right half, and the right half (Toledo, "Locality of reference in LU decomposition with
/// partial pivoting", 1997). Columns that fill one vector are eliminated one after the other, in a packed copy.
/// </summary>
internal static unsafe class RecursiveLu
{
    /// <summary>P·A = L·U in place: U on and above the diagonal, L, whose diagonal is 1, below it.</summary>
    /// <param name="a">A, [m, n], dense.</param>
    /// <param name="rows">Afterwards, for each row of the factors the row of A.</param>
    /// <param name="m">How many rows.</param>
    /// <param name="n">How many columns.</param>
    /// <returns>1 or -1 for an even or odd number of exchanges.</returns>
    public static T Factor<T>(Span<T> a, Span<int> rows, int m, int n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var i = 0; i < m; i++) rows[i] = i;
        // A pivot takes a column and a row: columns beyond the rows have none.
        var pivots = Math.Min(m, n);
        if (pivots == 0) return T.One;
        using var scratch = new Scratch<T>(checked((m + 1) * Vector512<T>.Count));
        fixed (T* address = a, packed = scratch.Span)
        {
            var whole = new Block<T>(address, m, n, n);
            var parity = Vector512.IsHardwareAccelerated
                ? Factor<T, WideLane<T>>(whole, rows, 0, pivots, Elimination.Aligned(packed, Vector512<T>.Count))
                : Factor<T, NativeLane<T>>(whole, rows, 0, pivots, Elimination.Aligned(packed, Vector<T>.Count));
            if (n > pivots) Elimination.Forward(whole.Part(0, 0, m, pivots), whole.Part(0, pivots, m, n - pivots), isUnit: true);
            return parity;
        }
    }

    private static T Factor<T, TLane>(Block<T> a, Span<int> rows, int from, int to, T* packed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLane : struct, ILane<TLane, T>
    {
        var width = to - from;
        if (width <= TLane.Count) return Eliminate<T, TLane>(a, rows, from, width, packed);
        var half = from + ((width / 2) + TLane.Count - 1) / TLane.Count * TLane.Count;
        var parity = Factor<T, TLane>(a, rows, from, half, packed);
        Elimination.Forward(a.Part(from, from, a.Rows - from, half - from), a.Part(from, half, a.Rows - from, to - half), isUnit: true);
        return parity * Factor<T, TLane>(a, rows, half, to, packed);
    }

    /// <summary>Eliminates columns that fill no more than a vector; rows of the whole matrix are exchanged.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static T Eliminate<T, TLane>(Block<T> a, Span<int> rows, int from, int width, T* packed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLane : struct, ILane<TLane, T>
    {
        var count = a.Rows - from;
        var part = new ProductTile<T, TLane>(packed, width);
        part.Pack(a.Part(from, from, count, width));
        var parity = T.One;
        var places = stackalloc T[TLane.Count];
        var upper = stackalloc T[TLane.Count];
        // Of each column the row, from the diagonal of the next column down, in which its element is largest; only that of the next column counts.
        Largest<T, TLane>(packed, 0, count).Store(places);
        for (var k = 0; k < width; k++)
        {
            var pivot = RowOf(places[k]);
            if (pivot != k)
            {
                Exchange<T, TLane>(packed + ((nint)pivot * TLane.Count), packed + ((nint)k * TLane.Count), TLane.Count);
                Exchange<T, TLane>(a.At(from + pivot, 0), a.At(from + k, 0), a.Columns);
                (rows[from + pivot], rows[from + k]) = (rows[from + k], rows[from + pivot]);
                parity = -parity;
            }
            var row = packed + ((nint)k * TLane.Count);
            var diagonal = row[k];
            // Nothing is left below a zero pivot.
            if (diagonal == T.Zero)
            {
                Largest<T, TLane>(packed, k + 1, count).Store(places);
                continue;
            }
            for (var j = 0; j < TLane.Count; j++) upper[j] = j > k ? -row[j] : T.Zero;
            var subtracted = TLane.Load(upper);
            var (largest, place) = (default(TLane), default(TLane));
            for (var i = k + 1; i < count; i++)
            {
                var to = packed + ((nint)i * TLane.Count);
                var factor = to[k] / diagonal;
                var rest = TLane.MultiplyAdd(TLane.Fill(factor), subtracted, TLane.Load(to));
                rest.Store(to);
                to[k] = factor;
                var magnitude = TLane.Abs(rest);
                var here = TLane.Fill(LaneOf<T>(i));
                if (i == k + 1) (largest, place) = (magnitude, here);
                place = TLane.WhereGreater(magnitude, largest, here, place);
                largest = TLane.WhereGreater(magnitude, largest, magnitude, largest);
            }
            place.Store(places);
        }
        part.Unpack(a.Part(from, from, count, width));
        return parity;
    }

    /// <summary>Of each column the first row with the largest element, from a row on; that row where the element in it is NaN.</summary>
    private static TLane Largest<T, TLane>(T* packed, int from, int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLane : struct, ILane<TLane, T>
    {
        if (from >= count) return default;
        var largest = TLane.Abs(TLane.Load(packed + ((nint)from * TLane.Count)));
        var place = TLane.Fill(LaneOf<T>(from));
        for (var i = from + 1; i < count; i++)
        {
            var magnitude = TLane.Abs(TLane.Load(packed + ((nint)i * TLane.Count)));
            place = TLane.WhereGreater(magnitude, largest, TLane.Fill(LaneOf<T>(i)), place);
            largest = TLane.WhereGreater(magnitude, largest, magnitude, largest);
        }
        return place;
    }

    /// <summary>A row's number in an element that is only selected: as bits, for float32 has no number for each row beyond 2²⁴.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T LaneOf<T>(int row)
        where T : unmanaged => sizeof(T) == sizeof(int) ? Unsafe.BitCast<int, T>(row) : Unsafe.BitCast<long, T>(row);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int RowOf<T>(T lane)
        where T : unmanaged => sizeof(T) == sizeof(int) ? Unsafe.BitCast<T, int>(lane) : (int)Unsafe.BitCast<T, long>(lane);

    private static void Exchange<T, TLane>(T* first, T* second, int count)
        where T : unmanaged
        where TLane : struct, ILane<TLane, T>
    {
        var i = 0;
        for (; i + TLane.Count <= count; i += TLane.Count)
        {
            var x = TLane.Load(first + i);
            TLane.Load(second + i).Store(first + i);
            x.Store(second + i);
        }
        for (; i < count; i++) (first[i], second[i]) = (second[i], first[i]);
    }
}
