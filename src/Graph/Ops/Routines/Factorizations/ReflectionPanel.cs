using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GraphGrad.Operations;

/// <summary>
/// Reflections of as many neighbouring columns as a vector of 512 bits holds, row by row: a pass over the rows takes up one reflection and finds what the next needs. With 256 bits a vector is two, so
/// that what is behind a panel is read and written half as often.
/// </summary>
internal static unsafe class ReflectionPanel
{
    /// <summary>How many columns there may be.</summary>
    public static int Width => Vector256.IsHardwareAccelerated ? WideLane<double>.Count : NativeLane<double>.Count;

    /// <summary>Reflects the first columns in turn, each so that nothing is left below its element on the diagonal, and all behind them.</summary>
    /// <param name="panel">Rows of <see cref="Width"/>; on and below the diagonal the axes afterwards.</param>
    /// <param name="triangle">That of the <see cref="BlockReflection"/>, as large as columns are reflected, no more than there are rows.</param>
    /// <param name="diagonal">What the elements on the diagonal become.</param>
    public static void Factor(Block<double> panel, Block<double> triangle, Span<double> diagonal)
    {
        if (Vector256.IsHardwareAccelerated) Factor<WideLane<double>>(panel, triangle, diagonal);
        else Factor<NativeLane<double>>(panel, triangle, diagonal);
    }

    /// <summary>Copies axes, with zeros above each.</summary>
    /// <param name="panel">Rows of <see cref="Width"/>.</param>
    /// <param name="axes">Rows of as much memory, of which what is behind the last axis is overwritten.</param>
    public static void CopyAxes(Block<double> panel, Block<double> axes)
    {
        if (Vector256.IsHardwareAccelerated) CopyAxes<WideLane<double>>(panel, axes);
        else CopyAxes<NativeLane<double>>(panel, axes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyAxes<TLane>(Block<double> panel, Block<double> axes)
        where TLane : struct, ILane<TLane, double>
    {
        for (var i = 0; i < panel.Rows; i++) TLane.Load(panel.At(i, 0)).Store(axes.At(i, 0));
        for (var i = 0; i + 1 < axes.Columns; i++) new Span<double>(axes.At(i, i + 1), axes.Columns - i - 1).Clear();
    }

    [SkipLocalsInit]
    private static void Factor<TLane>(Block<double> panel, Block<double> triangle, Span<double> diagonal)
        where TLane : struct, ILane<TLane, double>
    {
        var products = stackalloc double[TLane.Count];
        var shares = stackalloc double[TLane.Count];
        new Span<double>(shares, TLane.Count).Clear();
        Pass<TLane>(panel, 0, 0, 0, shares, products);
        for (var j = 0; j < triangle.Rows; j++)
        {
            var row = panel.At(j, 0);
            new Span<double>(shares, TLane.Count).Clear();
            (*triangle.At(j, j), diagonal[j]) = (-1, row[j]);
            if (j == panel.Rows - 1)
            {
                row[j] = 0;
                new Span<double>(triangle.At(j, 0), j).Clear();
                return;
            }
            var (length, scale) = (Math.Sqrt(products[j]), 1.0);
            if (!Householder.HasSquare(length))
            {
                scale = Rescale(panel, j);
                Pass<TLane>(panel, j, j, j, shares, products);
                length = Math.Sqrt(products[j]);
            }
            if (length != 0)
            {
                var shift = Math.CopySign(length, row[j]);
                var axis = row[j] + shift;
                // -1/β; in the columns before are the axes.
                *triangle.At(j, j) = -(shift * axis);
                for (var k = 0; k < j; k++) *triangle.At(j, k) = -(products[k] + (shift * row[k]));
                for (var k = j + 1; k < TLane.Count; k++) shares[k] = (products[k] + (shift * row[k])) / *triangle.At(j, j);
                diagonal[j] = -shift / scale;
                row[j] = axis;
            }
            else new Span<double>(triangle.At(j, 0), j).Clear();
            TLane.MultiplyAdd(TLane.Fill(row[j]), TLane.Load(shares), TLane.Load(row)).Store(row);
            if (j + 1 < TLane.Count) Pass<TLane>(panel, j + 1, j, j + 1, shares, products);
        }
    }

    /// <summary>A column whose square is out of range times the power of two, which is returned, that makes its largest element about 1.</summary>
    private static double Rescale(Block<double> panel, int column)
    {
        var largest = 0.0;
        for (var i = column; i < panel.Rows; i++) largest = Math.Max(largest, Math.Abs(*panel.At(i, column)));
        if (largest == 0 || !double.IsFinite(largest)) return 1;
        var scale = Math.ScaleB(1, Math.Min(1_000, -Math.ILogB(largest)));
        for (var i = column; i < panel.Rows; i++) *panel.At(i, column) *= scale;
        return scale;
    }

    /// <summary>Adds the shares of an axis to rows from one on, and sums the products of the next column with all.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pass<TLane>(Block<double> panel, int from, int axis, int next, double* shares, double* products)
        where TLane : struct, ILane<TLane, double>
    {
        var factors = TLane.Load(shares);
        TLane factor = TLane.Fill(shares[next]), s0 = default, s1 = default, s2 = default, s3 = default;
        var row = panel.At(from, 0);
        var (pitch, left) = (panel.RowStride, panel.Rows - from);
        for (; left >= 4; left -= 4)
        {
            Step(row, axis, next, factors, factor, ref s0);
            Step(row + pitch, axis, next, factors, factor, ref s1);
            Step(row + (2 * pitch), axis, next, factors, factor, ref s2);
            Step(row + (3 * pitch), axis, next, factors, factor, ref s3);
            row += 4 * pitch;
        }
        for (; left > 0; left--)
        {
            Step(row, axis, next, factors, factor, ref s0);
            row += pitch;
        }
        ((s0 + s1) + (s2 + s3)).Store(products);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step<TLane>(double* row, int axis, int next, TLane factors, TLane factor, ref TLane sum)
        where TLane : struct, ILane<TLane, double>
    {
        var share = TLane.Fill(row[axis]);
        var x = TLane.MultiplyAdd(share, factors, TLane.Load(row));
        // The next column's element as the vector has it, without waiting for the vector in memory.
        sum = TLane.MultiplyAdd(TLane.MultiplyAdd(share, factor, TLane.Fill(row[next])), x, sum);
        x.Store(row);
    }
}
