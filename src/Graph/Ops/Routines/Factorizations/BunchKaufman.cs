using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GraphGrad.Operations;

/// <summary>
/// Elimination of symmetric matrices with pivots from the diagonal: of one row, or, where none is large enough, of two (Bunch and Kaufman, "Some stable methods for calculating inertia and solving symmetric linear
/// systems", 1977). Pivots, and where things stand, are LAPACK's.
/// </summary>
internal static unsafe class BunchKaufman
{
    // So many rows are eliminated before what is left takes them up, all by one product.
    private const int Together = 32;

    // A call takes as long as it takes to look at so many elements.
    private const int Few = 8;

    // With it a step of one row lets elements grow no more than half a step of two does.
    private static readonly double Share = (1 + Math.Sqrt(17)) / 8;

    /// <summary>Factors symmetric matrices in place.</summary>
    /// <param name="a">The matrices, of which the upper triangles are read; afterwards D's diagonal, its elements below and L's, above it 0.</param>
    /// <param name="pivots">For each row from 1 the row that it was exchanged with; of a pivot of two rows both times the negative number for the second one.</param>
    /// <param name="n">How many rows.</param>
    public static void Factor(Span<double> a, Span<int> pivots, int n)
    {
        if (n == 0) return;
        var pitch = Householder.Pitch(n);
        using var numbers = new Scratch<double>(((n + Together + 1) * pitch) + (Together * Width) + Width + Vector512<double>.Count);
        fixed (double* memory = numbers.Span, results = a)
        {
            // Row j holds column j of the lower triangle, so that columns are neighbours in memory.
            var columns = new Block<double>(Elimination.Aligned(memory, Vector512<double>.Count), n, pitch, pitch);
            var scaled = new Block<double>(columns.At(n, 0), Together + 1, pitch, pitch);
            var panel = scaled.At(Together + 1, 0);
            for (var matrix = 0; matrix * n < pivots.Length; matrix++)
            {
                var result = results + ((nint)matrix * n * n);
                for (var i = 0; i < n; i++)
                {
                    var row = new Span<double>(columns.At(i, 0), pitch);
                    new ReadOnlySpan<double>(result + (i * n), n).CopyTo(row);
                    row[n..].Clear();
                }
                var own = pivots.Slice(matrix * n, n);
                if (Vector512.IsHardwareAccelerated) Factor<WideLane<double>>(columns, scaled, panel, own);
                else Factor<NativeLane<double>>(columns, scaled, panel, own);
                Householder.Transpose(columns.Address, pitch, result, n, n, n);
                for (var i = 0; i < n - 1; i++) new Span<double>(result + (i * n) + i + 1, n - i - 1).Clear();
            }
        }
    }

    /// <summary>The order of all exchanges together, and where each element of L stands before those that come after its column.</summary>
    /// <param name="pivots">As <see cref="Factor"/> leaves them.</param>
    /// <param name="order">For each row of L·D·Lᵀ the row of the matrix.</param>
    /// <param name="places">For each element of L, in the order of all exchanges, its row in the factored matrix.</param>
    /// <returns>Whether they are the pivots of a matrix.</returns>
    public static bool Follow(ReadOnlySpan<int> pivots, Span<int> order, Span<int> places)
    {
        var n = pivots.Length;
        for (var i = 0; i < n; i++)
        {
            order[i] = i;
            places.Slice(i * n, n).Fill(i);
        }
        for (var k = 0; k < n;)
        {
            var (row, size) = pivots[k] < 0 ? (~pivots[k], 2) : (pivots[k] - 1, 1);
            var moved = k + size - 1;
            if (row < moved || row >= n || (size == 2 && pivots[moved] != pivots[k])) return false;
            (order[moved], order[row]) = (order[row], order[moved]);
            for (var column = 0; column < k; column++) (places[(moved * n) + column], places[(row * n) + column]) = (places[(row * n) + column], places[(moved * n) + column]);
            k += size;
        }
        return true;
    }

    private static int Width => Vector512.IsHardwareAccelerated ? ProductTile<double, WideLane<double>>.Width : ProductTile<double, NativeLane<double>>.Width;

    private static void Factor<TLane>(Block<double> columns, Block<double> scaled, double* panel, Span<int> pivots)
        where TLane : struct, ILane<TLane, double>
    {
        var n = columns.Rows;
        for (var from = 0; from < n;)
        {
            var to = FactorSome<TLane>(columns, scaled, pivots, from);
            // Of what is left L·(L·D)ᵀ is due.
            for (var at = to / TLane.Count * TLane.Count; at < n && to < n; at += Width)
            {
                var tile = new ProductTile<double, TLane>(panel, Math.Min(Width, columns.Columns - at));
                tile.Pack(columns.Part(from, at, to - from, tile.Columns));
                var rows = Math.Min(n, at + tile.Columns) - to;
                tile.Subtract(scaled.Part(0, to, to - from, rows).Transposed, columns.Part(to, at, rows, tile.Columns));
            }
            for (var last = to - 1; last >= from;)
            {
                var (row, size) = pivots[last] < 0 ? (~pivots[last], 2) : (pivots[last] - 1, 1);
                for (var before = from; before <= last - size && row != last; before++) Exchange(columns.At(before, 0), last, row);
                last -= size;
            }
            from = to;
        }
    }

    /// <summary>Eliminates some rows, of which each takes up those before only when it is looked at. All exchanges are made in all columns of L since the first one.</summary>
    /// <returns>The first row that is left.</returns>
    private static int FactorSome<TLane>(Block<double> columns, Block<double> scaled, Span<int> pivots, int from)
        where TLane : struct, ILane<TLane, double>
    {
        var n = columns.Rows;
        var k = from;
        while (k < n && k - from < Together)
        {
            double* own = scaled.At(k - from, 0), other = scaled.At(k - from + 1, 0);
            Copy(columns, own, k, k);
            TakeUp<TLane>(columns, scaled, own, from, k, k);
            var (row, size) = Choose<TLane>(columns, scaled, from, k);
            var moved = k + size - 1;
            if (size == 1 && row != k) new ReadOnlySpan<double>(other + k, n - k).CopyTo(new Span<double>(own + k, n - k));
            if (row != moved)
            {
                // What the row that is moved away from here holds is read no more: its turn has come.
                *columns.At(row, row) = *columns.At(moved, moved);
                for (var j = moved + 1; j < row; j++) *columns.At(j, row) = *columns.At(moved, j);
                new ReadOnlySpan<double>(columns.At(moved, row + 1), n - row - 1).CopyTo(new Span<double>(columns.At(row, row + 1), n - row - 1));
                for (var before = from; before < k; before++) Exchange(columns.At(before, 0), moved, row);
                for (var before = from; before <= moved; before++) Exchange(scaled.At(before - from, 0), moved, row);
            }
            double* x = columns.At(k, 0);
            if (size == 1)
            {
                var pivot = own[k];
                x[k] = pivot;
                var factors = new Span<double>(x + k + 1, n - k - 1);
                if (pivot != 0) TensorPrimitives.Divide(new ReadOnlySpan<double>(own + k + 1, n - k - 1), pivot, factors);
                else factors.Clear();
                pivots[k] = row + 1;
            }
            else
            {
                // The pivot divided by what is beside its diagonal, which is its largest element.
                var y = columns.At(k + 1, 0);
                var beside = own[k + 1];
                var (lower, upper) = (other[k + 1] / beside, own[k] / beside);
                var scale = 1 / ((lower * upper) - 1) / beside;
                for (var i = k + 2; i < n; i++) (x[i], y[i]) = (scale * ((lower * own[i]) - other[i]), scale * ((upper * other[i]) - own[i]));
                (x[k], x[k + 1], y[k + 1]) = (own[k], beside, other[k + 1]);
                pivots[k] = pivots[k + 1] = -(row + 1);
            }
            k += size;
        }
        return k;
    }

    /// <summary>The row to be exchanged, and the size of the pivot. Where that row had to be looked at, it is behind the one of the first, as it stands by now.</summary>
    private static (int Row, int Size) Choose<TLane>(Block<double> columns, Block<double> scaled, int from, int k)
        where TLane : struct, ILane<TLane, double>
    {
        var n = columns.Rows;
        double* x = scaled.At(k - from, 0), y = scaled.At(k - from + 1, 0);
        var own = Math.Abs(x[k]);
        var (largest, inColumn) = Largest(x, k + 1, n);
        if (inColumn == 0 || !(own < Share * inColumn)) return (k, 1);
        Copy(columns, y, k, largest);
        TakeUp<TLane>(columns, scaled, y, from, k, largest);
        var inRow = Math.Max(Largest(y, k, largest).Value, Largest(y, largest + 1, n).Value);
        if (own >= Share * inColumn * (inColumn / inRow)) return (k, 1);
        return (largest, Math.Abs(y[largest]) >= Share * inRow ? 1 : 2);
    }

    /// <summary>Row i of what was left when the last rows were done, from a row on.</summary>
    private static void Copy(Block<double> columns, double* to, int from, int i)
    {
        for (var j = from; j < i; j++) to[j] = *columns.At(j, i);
        new ReadOnlySpan<double>(columns.At(i, i), columns.Columns - i).CopyTo(new Span<double>(to + i, columns.Columns - i));
    }

    /// <summary>Row i takes up what has been eliminated since, from row k on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TakeUp<TLane>(Block<double> columns, Block<double> scaled, double* row, int from, int k, int i)
        where TLane : struct, ILane<TLane, double>
    {
        var (count, v) = (k - from, TLane.Count);
        double* factors = scaled.At(0, i), first = columns.At(from, 0);
        var (pitch, end) = (columns.RowStride, columns.Columns);
        var j = k / v * v;
        for (; j + (4 * v) <= end; j += 4 * v)
        {
            TLane x0 = TLane.Load(row + j), x1 = TLane.Load(row + j + v), x2 = TLane.Load(row + j + (2 * v)), x3 = TLane.Load(row + j + (3 * v));
            var from0 = first + j;
            for (var p = 0; p < count; p++, from0 += pitch)
            {
                var factor = TLane.Fill(-factors[p * pitch]);
                x0 = TLane.MultiplyAdd(factor, TLane.Load(from0), x0);
                x1 = TLane.MultiplyAdd(factor, TLane.Load(from0 + v), x1);
                x2 = TLane.MultiplyAdd(factor, TLane.Load(from0 + (2 * v)), x2);
                x3 = TLane.MultiplyAdd(factor, TLane.Load(from0 + (3 * v)), x3);
            }
            x0.Store(row + j);
            x1.Store(row + j + v);
            x2.Store(row + j + (2 * v));
            x3.Store(row + j + (3 * v));
        }
        for (; j < end; j += v)
        {
            var x = TLane.Load(row + j);
            for (var p = 0; p < count; p++) x = TLane.MultiplyAdd(TLane.Fill(-factors[p * pitch]), TLane.Load(first + (p * pitch) + j), x);
            x.Store(row + j);
        }
    }

    /// <summary>The first of the largest magnitudes from one element to before another; 0 of none.</summary>
    private static (int Place, double Value) Largest(double* x, int from, int to)
    {
        if (from >= to) return (from, 0);
        var place = from;
        if (to - from <= Few)
        {
            for (var i = from + 1; i < to; i++)
            {
                if (Math.Abs(x[i]) > Math.Abs(x[place]) || double.IsNaN(x[i])) place = i;
            }
            return (place, Math.Abs(x[place]));
        }
        var largest = Math.Abs(TensorPrimitives.MaxMagnitude(new ReadOnlySpan<double>(x + from, to - from)));
        while (place < to - 1 && Math.Abs(x[place]) != largest) place++;
        return (place, largest);
    }

    private static void Exchange(double* x, int first, int second) => (x[first], x[second]) = (x[second], x[first]);
}
