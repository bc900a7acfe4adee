using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace GraphGrad.Operations;

/// <summary>
/// Reflections I - β·v·vᵀ in float64 (Householder, "Unitary triangularization of a nonsymmetric matrix", 1958).
/// </summary>
internal static unsafe class Householder
{
    // Between these, squares are neither infinite nor without digits, whichever way a few of them are multiplied or divided.
    private const double Least = 1e-120, Most = 1e120;

    /// <summary>How far vectors of so many elements are apart.</summary>
    public static int Pitch(int length) => (length + Vector512<double>.Count - 1) / Vector512<double>.Count * Vector512<double>.Count;

    /// <summary>Whether the square of a length is as exact as the length.</summary>
    public static bool HasSquare(double length) => length is >= Least and <= Most;

    /// <summary>Whether the squares of all numbers are as exact as the numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool HasSquares(ReadOnlySpan<double> x)
    {
        var (zero, least, most) = (Vector<double>.Zero, new Vector<double>(Least), new Vector<double>(Most));
        var at = 0;
        ref var first = ref MemoryMarshal.GetReference(x);
        for (; at + Vector<double>.Count <= x.Length; at += Vector<double>.Count)
        {
            var magnitudes = Vector.Abs(Vector.LoadUnsafe(ref first, (nuint)at));
            var isFit = (Vector.GreaterThanOrEqual(magnitudes, least) & Vector.LessThanOrEqual(magnitudes, most)) | Vector.Equals(magnitudes, zero);
            if (!Vector.EqualsAll(isFit, Vector<long>.AllBitsSet)) return false;
        }
        foreach (var element in x[at..])
        {
            if (element != 0 && !HasSquare(Math.Abs(element))) return false;
        }
        return true;
    }

    /// <summary>The v and β that take a vector x to ∓‖x‖·e₁; the sign is that which does not cancel. A vector whose square is out of range is divided by its largest element: v has any length.</summary>
    /// <param name="x">The vector, from its first element on; v afterwards.</param>
    /// <returns>β, 0 if x is 0, and what the first element becomes.</returns>
    public static (double Beta, double First) Of(Span<double> x)
    {
        var scale = 1.0;
        var length = Math.Sqrt(TensorPrimitives.Dot<double>(x, x));
        if (!HasSquare(length))
        {
            scale = Math.Abs(TensorPrimitives.MaxMagnitude<double>(x));
            if (scale == 0) return (0, 0);
            TensorPrimitives.Divide(x, scale, x);
            length = Math.Sqrt(TensorPrimitives.Dot<double>(x, x));
        }
        var shift = x[0] < 0 ? -length : length;
        x[0] += shift;
        return (1 / (shift * x[0]), -shift * scale);
    }

    /// <summary>A = Q·R, signs as LAPACK's: a column of one element is left as it is.</summary>
    /// <param name="a">A, [m, n], neither of which is 0.</param>
    /// <param name="q">Q, [m, k] with k the smaller of m and n; empty if it is not wanted.</param>
    /// <param name="r">R, [k, n].</param>
    /// <param name="m">How many rows.</param>
    /// <param name="n">How many columns.</param>
    /// <param name="rest">The columns of the product of all reflections that Q does not have, [m, m - k]; empty if they are not wanted.</param>
    public static void Factor(ReadOnlySpan<double> a, Span<double> q, Span<double> r, int m, int n, Span<double> rest = default)
    {
        const int together = BlockReflection.Most;
        var (k, pitch, width) = (Math.Min(m, n), Pitch(n), ReflectionPanel.Width);
        var axesPitch = Pitch(k);
        var columns = rest.IsEmpty ? k : m;
        using Scratch<double> numbers = new((m * (pitch + axesPitch)) + (together * (axesPitch + Math.Max(n, columns))) + (k * width) + Vector512<double>.Count), corners = new(k), scales = new(n), whole = new(rest.IsEmpty ? 0 : m * m);
        var blocks = stackalloc BlockReflection[(k + together - 1) / together];
        var basis = rest.IsEmpty ? q : whole.Span;
        fixed (double* memory = numbers.Span, orthogonal = basis)
        {
            var x = new Block<double>(Elimination.Aligned(memory, Vector512<double>.Count), m, pitch, pitch);
            var v = new Block<double>(x.At(m, 0), m, axesPitch, axesPitch);
            double* triangles = v.At(m, 0), squares = triangles + (together * axesPitch), shares = squares + (k * width);
            Scale(a, x, scales.Span);
            for (var from = 0; from < k; from += together)
            {
                var (to, edge) = (Math.Min(k, from + together), Math.Min(pitch, from + together));
                for (var at = from; at < to; at += width)
                {
                    var (panel, axes) = (x.Part(at, at, m - at, width), v.Part(at, at, m - at, Math.Min(width, to - at)));
                    var triangle = new Block<double>(squares + (at * width), axes.Columns, axes.Columns, width);
                    ReflectionPanel.Factor(panel, triangle, corners.Span[at..]);
                    ReflectionPanel.CopyAxes(panel, axes);
                    for (var i = from; i < at; i++) new Span<double>(v.At(i, at), axes.Columns).Clear();
                    if (at + width < edge) new BlockReflection(axes, triangle).ApplyTransposed(x.Part(at, at + width, m - at, edge - at - width), shares);
                }
                blocks[from / together] = BlockReflection.Join(v.Part(from, from, m - from, to - from), new Block<double>(squares + (from * width), to - from, width, width), triangles + (from * together));
                blocks[from / together].ApplyTransposed(x.Part(from, edge, m - from, pitch - edge), shares);
            }
            for (var i = 0; i < k; i++)
            {
                var row = r.Slice(i * n, n);
                *x.At(i, i) = corners.Span[i];
                row[..i].Clear();
                TensorPrimitives.Divide(new ReadOnlySpan<double>(x.At(i, i), n - i), scales.Span[i..], row[i..]);
            }
            for (var i = k; i < columns; i++)
            {
                // Columns of the unit matrix, of which the last reflections' rows need not be there.
                basis.Slice((i * columns) + k, columns - k).Clear();
                basis[(i * columns) + i] = 1;
            }
            for (var from = (k - 1) / together * together; from >= 0 && !q.IsEmpty; from -= together) blocks[from / together].Expand(new Block<double>(orthogonal, m, columns, columns).Part(from, from, m - from, columns - from), shares);
            for (var i = 0; i < m && columns > k; i++)
            {
                basis.Slice(i * m, k).CopyTo(q[(i * k)..]);
                basis.Slice((i * m) + k, m - k).CopyTo(rest[(i * (m - k))..]);
            }
        }
    }

    /// <summary>Copies a matrix; where squares are out of range, each column times the power of two that makes its largest element about 1.</summary>
    private static void Scale(ReadOnlySpan<double> a, Block<double> to, Span<double> scales)
    {
        var n = scales.Length;
        scales.Fill(1);
        var isScaled = !HasSquares(a);
        if (isScaled)
        {
            scales.Clear();
            for (var at = 0; at < a.Length; at++) scales[at % n] = Math.Max(scales[at % n], Math.Abs(a[at]));
            // Of the smallest numbers the reciprocal is infinite.
            foreach (ref var scale in scales) scale = scale > 0 && double.IsFinite(scale) ? Math.ScaleB(1, Math.Min(-Math.ILogB(scale), 1_000)) : 1;
        }
        for (var i = 0; i < to.Rows; i++)
        {
            var row = new Span<double>(to.At(i, 0), to.Columns);
            if (isScaled) TensorPrimitives.Multiply(a.Slice(i * n, n), scales, row);
            else a.Slice(i * n, n).CopyTo(row);
            row[n..].Clear();
        }
    }

    /// <summary>Columns as rows, with zeros behind each.</summary>
    /// <param name="from">Rows <paramref name="fromPitch"/> apart.</param>
    /// <param name="fromPitch">At least the number of columns.</param>
    /// <param name="to">Rows <paramref name="toPitch"/> apart.</param>
    /// <param name="toPitch">At least the number of rows.</param>
    /// <param name="rows">How many rows are read.</param>
    /// <param name="columns">How many elements of each.</param>
    public static void Transpose(double* from, int fromPitch, double* to, int toPitch, int rows, int columns)
    {
        Transposition.Turn(from, fromPitch, to, toPitch, rows, columns);
        for (var j = 0; j < columns && toPitch > rows; j++) new Span<double>(to + ((nint)j * toPitch) + rows, toPitch - rows).Clear();
    }
}
