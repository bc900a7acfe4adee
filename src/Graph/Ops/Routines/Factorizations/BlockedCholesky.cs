using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GraphGrad.Operations;

/// <summary>
/// Cholesky's factor, panel of columns by panel: of A = Uᵀ·U the columns of a panel follow from those on its left by forward substitution with Uᵀ, which leaves the square on the diagonal to be
/// factored by itself.
/// </summary>
internal static unsafe class BlockedCholesky
{
    // Squares whose elements are transposed together: their rows and columns stay in the cache.
    private const int Square = 16;

    /// <summary>The lower triangular L with L·Lᵀ = (A + Aᵀ) / 2, zero above the diagonal.</summary>
    /// <param name="a">A, [n, n].</param>
    /// <param name="l">L; if A is not positive definite, unfinished, with the pivot that is not positive on its diagonal.</param>
    /// <param name="n">How many rows, at least one.</param>
    /// <returns>-1, or which pivot is not positive.</returns>
    public static int Of<T>(ReadOnlySpan<T> a, Span<T> l, int n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var half = T.CreateChecked(0.5);
        for (var from = 0; from < n; from += Square)
        {
            for (var at = from; at < n; at += Square)
            {
                for (var i = from; i < Math.Min(n, from + Square); i++)
                {
                    for (var j = Math.Max(i, at); j < Math.Min(n, at + Square); j++) l[(i * n) + j] = (a[(i * n) + j] + a[(j * n) + i]) * half;
                }
            }
        }
        fixed (T* address = l)
        {
            var u = new Block<T>(address, n, n, n);
            var failed = Vector512.IsHardwareAccelerated ? Factor<T, WideLane<T>>(u) : Factor<T, NativeLane<T>>(u);
            if (failed >= 0) return failed;
        }
        for (var from = 0; from < n; from += Square)
        {
            for (var at = from; at < n; at += Square)
            {
                for (var i = from; i < Math.Min(n, from + Square); i++)
                {
                    for (var j = Math.Max(i + 1, at); j < Math.Min(n, at + Square); j++) (l[(j * n) + i], l[(i * n) + j]) = (l[(i * n) + j], T.Zero);
                }
            }
        }
        return -1;
    }

    [SkipLocalsInit]
    private static int Factor<T, TLane>(Block<T> u)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLane : struct, ILane<TLane, T>
    {
        var width = ProductTile<T, TLane>.Width;
        var memory = stackalloc T[(width * width) + TLane.Count];
        var panel = Elimination.Aligned(memory, TLane.Count);
        for (var from = 0; from < u.Rows; from += width)
        {
            var columns = Math.Min(width, u.Columns - from);
            Elimination.Forward(u.Part(0, 0, from, from + columns).Transposed, u.Part(0, from, from + columns, columns), isUnit: false);
            var diagonal = u.Part(from, from, columns, columns);
            for (var i = 0; i < columns; i++)
            {
                new ReadOnlySpan<T>(diagonal.At(i, i), columns - i).CopyTo(new Span<T>(panel + (i * width) + i, columns - i));
                new Span<T>(panel + (i * width), i).Clear();
                new Span<T>(panel + (i * width) + columns, width - columns).Clear();
            }
            var failed = FactorSquare<T, TLane>(panel, width, columns);
            if (failed >= 0)
            {
                *u.At(from + failed, from + failed) = panel[(failed * width) + failed];
                return from + failed;
            }
            for (var i = 0; i < columns; i++) new ReadOnlySpan<T>(panel + (i * width) + i, columns - i).CopyTo(new Span<T>(diagonal.At(i, i), columns - i));
        }
        return -1;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int FactorSquare<T, TLane>(T* panel, int width, int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLane : struct, ILane<TLane, T>
    {
        for (var k = 0; k < count; k++)
        {
            var row = panel + (k * width);
            if (!(row[k] > T.Zero)) return k;
            var root = T.Sqrt(row[k]);
            var divisor = TLane.Fill(root);
            for (var j = k / TLane.Count * TLane.Count; j < count; j += TLane.Count) (TLane.Load(row + j) / divisor).Store(row + j);
            row[k] = root;
            for (var i = k + 1; i < count; i++)
            {
                var factor = TLane.Fill(-row[i]);
                var to = panel + (i * width);
                for (var j = i / TLane.Count * TLane.Count; j < count; j += TLane.Count) TLane.MultiplyAdd(factor, TLane.Load(row + j), TLane.Load(to + j)).Store(to + j);
            }
        }
        return -1;
    }
}
