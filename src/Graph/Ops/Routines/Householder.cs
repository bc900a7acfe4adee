using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GraphGrad.Operations;

/// <summary>
/// Reflections I - β·v·vᵀ in float64, applied to vectors that each lie in one piece, a whole number of hardware vectors apart (Householder, "Unitary triangularization of a nonsymmetric matrix", 1958).
/// </summary>
internal static unsafe class Householder
{
    /// <summary>How far vectors of so many elements are apart.</summary>
    public static int Pitch(int length) => (length + Vector512<double>.Count - 1) / Vector512<double>.Count * Vector512<double>.Count;

    /// <summary>The v and β that take a vector x to ∓‖x‖·e₁; the sign is that which does not cancel.</summary>
    /// <param name="x">The vector, from its first element on; v afterwards.</param>
    /// <returns>β, 0 if x is 0, and what the first element becomes.</returns>
    public static (double Beta, double First) Of(Span<double> x)
    {
        var length = Math.Sqrt(System.Numerics.Tensors.TensorPrimitives.Dot<double>(x, x));
        if (length == 0) return (0, 0);
        var shift = x[0] < 0 ? -length : length;
        x[0] += shift;
        return (1 / (shift * x[0]), -shift);
    }

    /// <summary>Reflects vectors.</summary>
    /// <param name="vectors">The first of them, <paramref name="pitch"/> apart.</param>
    /// <param name="pitch">As of <see cref="Pitch"/>.</param>
    /// <param name="count">How many.</param>
    /// <param name="v">As long as the pitch, with zeros where nothing is reflected.</param>
    /// <param name="beta">β.</param>
    /// <param name="from">Where v begins.</param>
    public static void Reflect(double* vectors, int pitch, int count, double* v, double beta, int from)
    {
        if (beta == 0) return;
        if (Vector512.IsHardwareAccelerated) Reflect<WideProductLane<double>>(vectors, pitch, count, v, beta, from);
        else Reflect<NativeProductLane<double>>(vectors, pitch, count, v, beta, from);
    }

    /// <summary>A = Q·R, signs as LAPACK's: a column of one element is left as it is.</summary>
    /// <param name="a">A, [m, n], neither of which is 0.</param>
    /// <param name="q">Q, [m, k] with k the smaller of m and n.</param>
    /// <param name="r">R, [k, n].</param>
    /// <param name="m">How many rows.</param>
    /// <param name="n">How many columns.</param>
    public static void Factor(ReadOnlySpan<double> a, Span<double> q, Span<double> r, int m, int n)
    {
        var (k, pitch) = (Math.Min(m, n), Pitch(m));
        using var columns = new Scratch<double>(n * pitch);
        using var axes = new Scratch<double>(k * pitch);
        using var factors = new Scratch<double>(k);
        fixed (double* x = columns.Span, v = axes.Span)
        {
            Transpose(a, n, columns.Span, pitch, m, n);
            axes.Span.Clear();
            r.Clear();
            for (var i = 0; i < k; i++)
            {
                var axis = axes.Span.Slice((i * pitch) + i, m - i);
                columns.Span.Slice((i * pitch) + i, m - i).CopyTo(axis);
                (factors.Span[i], r[(i * n) + i]) = i < m - 1 ? Of(axis) : (0, axis[0]);
                Reflect(x + ((nint)(i + 1) * pitch), pitch, n - i - 1, v + ((nint)i * pitch), factors.Span[i], i);
                for (var j = i + 1; j < n; j++) r[(i * n) + j] = x[(j * pitch) + i];
            }
            // Q's columns, from the last reflection to the first: those before a reflection's own are not touched by it.
            columns.Span[..(k * pitch)].Clear();
            for (var i = k - 1; i >= 0; i--)
            {
                x[(i * pitch) + i] = 1;
                Reflect(x + ((nint)i * pitch), pitch, k - i, v + ((nint)i * pitch), factors.Span[i], i);
            }
            Transpose(columns.Span, pitch, q, k, k, m);
        }
    }

    /// <summary>Columns as rows, with zeros behind each.</summary>
    /// <param name="from">Rows <paramref name="fromPitch"/> apart.</param>
    /// <param name="fromPitch">At least the number of columns.</param>
    /// <param name="to">Rows <paramref name="toPitch"/> apart.</param>
    /// <param name="toPitch">At least the number of rows.</param>
    /// <param name="rows">How many rows are read.</param>
    /// <param name="columns">How many elements of each.</param>
    public static void Transpose(ReadOnlySpan<double> from, int fromPitch, Span<double> to, int toPitch, int rows, int columns)
    {
        const int square = 8;
        for (var row = 0; row < rows; row += square)
        {
            for (var column = 0; column < columns; column += square)
            {
                var (lastRow, lastColumn) = (Math.Min(rows, row + square), Math.Min(columns, column + square));
                for (var j = column; j < lastColumn; j++)
                {
                    for (var i = row; i < lastRow; i++) to[(j * toPitch) + i] = from[(i * fromPitch) + j];
                }
            }
        }
        for (var j = 0; j < columns && toPitch > rows; j++) to.Slice((j * toPitch) + rows, toPitch - rows).Clear();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Reflect<TLane>(double* vectors, int pitch, int count, double* v, double beta, int from)
        where TLane : struct, IProductLane<TLane, double>
    {
        from = from / TLane.Count * TLane.Count;
        for (var row = 0; row < count; row += 4)
        {
            // Those that are not there are the last one: its sum is taken again, and it is written once.
            var x = vectors + ((nint)row * pitch);
            double* x1 = vectors + ((nint)Math.Min(row + 1, count - 1) * pitch), x2 = vectors + ((nint)Math.Min(row + 2, count - 1) * pitch), x3 = vectors + ((nint)Math.Min(row + 3, count - 1) * pitch);
            TLane s0 = default, s1 = default, s2 = default, s3 = default;
            for (var k = from; k < pitch; k += TLane.Count)
            {
                var factor = TLane.Load(v + k);
                s0 = TLane.MultiplyAdd(factor, TLane.Load(x + k), s0);
                s1 = TLane.MultiplyAdd(factor, TLane.Load(x1 + k), s1);
                s2 = TLane.MultiplyAdd(factor, TLane.Load(x2 + k), s2);
                s3 = TLane.MultiplyAdd(factor, TLane.Load(x3 + k), s3);
            }
            s0 = TLane.Fill(-beta * TLane.Sum(s0));
            s1 = TLane.Fill(-beta * TLane.Sum(s1));
            s2 = TLane.Fill(-beta * TLane.Sum(s2));
            s3 = TLane.Fill(-beta * TLane.Sum(s3));
            if (row + 4 <= count)
            {
                for (var k = from; k < pitch; k += TLane.Count)
                {
                    var factor = TLane.Load(v + k);
                    TLane.MultiplyAdd(s0, factor, TLane.Load(x + k)).Store(x + k);
                    TLane.MultiplyAdd(s1, factor, TLane.Load(x1 + k)).Store(x1 + k);
                    TLane.MultiplyAdd(s2, factor, TLane.Load(x2 + k)).Store(x2 + k);
                    TLane.MultiplyAdd(s3, factor, TLane.Load(x3 + k)).Store(x3 + k);
                }
                continue;
            }
            Add(x, v, s0, from, pitch);
            if (row + 1 < count) Add(x1, v, s1, from, pitch);
            if (row + 2 < count) Add(x2, v, s2, from, pitch);
        }
    }

    private static void Add<TLane>(double* x, double* v, TLane factor, int from, int to)
        where TLane : struct, IProductLane<TLane, double>
    {
        for (var k = from; k < to; k += TLane.Count) TLane.MultiplyAdd(factor, TLane.Load(v + k), TLane.Load(x + k)).Store(x + k);
    }
}
