using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GraphGrad.Operations;

/// <summary>
/// Cholesky's factor, panel of columns by panel: of A = Uᵀ·U the columns of a panel follow from those on its left by forward substitution with Uᵀ, which leaves the square on the diagonal to be
/// factored by itself. Below the diagonal panels stand as rows of L = Uᵀ, whose terms are neighbours.
/// </summary>
internal static unsafe class BlockedCholesky
{
    // Squares that are transposed together: their rows and columns stay in the cache.
    private const int Square = 16;

    /// <summary>The lower triangular L with L·Lᵀ = (A + Aᵀ) / 2, zero above the diagonal.</summary>
    /// <param name="a">A, [n, n].</param>
    /// <param name="l">L; if A is not positive definite, unfinished, with the pivot that is not positive on its diagonal.</param>
    /// <param name="n">How many rows, at least one.</param>
    /// <returns>-1, or which pivot is not positive.</returns>
    public static int Of<T>(ReadOnlySpan<T> a, Span<T> l, int n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* from = a, address = l)
        {
            var failed = Vector512.IsHardwareAccelerated ? Of<T, WideLane<T>>(from, address, n) : Of<T, NativeLane<T>>(from, address, n);
            if (failed >= 0) return failed;
        }
        for (var i = 0; i < n; i++) l.Slice((i * n) + i + 1, n - i - 1).Clear();
        return -1;
    }

    private static int Of<T, TLane>(T* a, T* l, int n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLane : struct, ILane<TLane, T>
    {
        Symmetrize<T, TLane>(a, l, n);
        return Factor<T, TLane>(new Block<T>(l, n, n, n));
    }

    /// <summary>(A + Aᵀ) / 2, on and above the diagonal.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Symmetrize<T, TLane>(T* a, T* to, int n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLane : struct, ILane<TLane, T>
    {
        var half = T.CreateChecked(0.5);
        var halves = TLane.Fill(half);
        var turned = stackalloc T[Square * Square];
        for (var from = 0; from < n; from += Square)
        {
            var rows = Math.Min(Square, n - from);
            for (var at = from; at < n; at += Square)
            {
                var columns = Math.Min(Square, n - at);
                Transposition.Turn(a + ((nint)at * n) + from, n, turned, Square, columns, rows);
                for (var i = 0; i < rows; i++)
                {
                    var start = ((nint)(from + i) * n) + at;
                    T* x = a + start, y = turned + (i * Square), sum = to + start;
                    var j = 0;
                    for (; j + TLane.Count <= columns; j += TLane.Count) ((TLane.Load(x + j) + TLane.Load(y + j)) * halves).Store(sum + j);
                    for (; j < columns; j++) sum[j] = (x[j] + y[j]) * half;
                }
            }
        }
    }

    [SkipLocalsInit]
    private static int Factor<T, TLane>(Block<T> a)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLane : struct, ILane<TLane, T>
    {
        var width = ProductTile<T, TLane>.Width;
        var memory = stackalloc T[(width * width) + TLane.Count];
        var square = Elimination.Aligned(memory, TLane.Count);
        for (var from = 0; from < a.Rows; from += width)
        {
            var columns = Math.Min(width, a.Columns - from);
            var (panel, rows, diagonal) = (a.Part(0, from, from, columns), a.Part(from, 0, columns, from), a.Part(from, from, columns, columns));
            Elimination.Forward(a.Part(0, 0, from, from), panel, isUnit: false);
            Transposition.Turn(panel.Address, panel.RowStride, rows.Address, rows.RowStride, from, columns);
            Elimination.Subtract(rows, panel, diagonal);
            for (var i = 0; i < columns; i++)
            {
                new ReadOnlySpan<T>(diagonal.At(i, i), columns - i).CopyTo(new Span<T>(square + (i * width) + i, columns - i));
                new Span<T>(square + (i * width), i).Clear();
                new Span<T>(square + (i * width) + columns, width - columns).Clear();
            }
            var failed = FactorSquare<T, TLane>(square, width, columns);
            if (failed >= 0)
            {
                *a.At(from + failed, from + failed) = square[(failed * width) + failed];
                return from + failed;
            }
            Transposition.Turn(square, width, diagonal.Address, diagonal.RowStride, columns, columns);
        }
        return -1;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int FactorSquare<T, TLane>(T* square, int width, int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLane : struct, ILane<TLane, T>
    {
        for (var k = 0; k < count; k++)
        {
            var row = square + (k * width);
            if (!(row[k] > T.Zero)) return k;
            var root = T.Sqrt(row[k]);
            var divisor = TLane.Fill(root);
            for (var j = k / TLane.Count * TLane.Count; j < count; j += TLane.Count) (TLane.Load(row + j) / divisor).Store(row + j);
            row[k] = root;
            for (var i = k + 1; i < count; i++)
            {
                var factor = TLane.Fill(-row[i]);
                var to = square + (i * width);
                for (var j = i / TLane.Count * TLane.Count; j < count; j += TLane.Count) TLane.MultiplyAdd(factor, TLane.Load(row + j), TLane.Load(to + j)).Store(to + j);
            }
        }
        return -1;
    }
}
