using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GraphGrad.Operations;

/// <summary>
/// Reflections I - β·v·vᵀ in float64, applied to vectors that each lie in one piece, a whole number of hardware vectors apart (Householder, "Unitary triangularization of a nonsymmetric matrix", 1958).
/// </summary>
internal static unsafe class Householder
{
    // So many reflections are applied by products: more take longer to be found one after the other.
    private const int Together = 32;

    // Between these, squares are neither infinite nor without digits, whichever way a few of them are multiplied or divided.
    private const double Least = 1e-120, Most = 1e120;

    /// <summary>How far vectors of so many elements are apart.</summary>
    public static int Pitch(int length) => (length + Vector512<double>.Count - 1) / Vector512<double>.Count * Vector512<double>.Count;

    /// <summary>Whether the squares of all numbers are as exact as the numbers.</summary>
    public static bool HasSquares(ReadOnlySpan<double> x)
    {
        foreach (var element in x)
        {
            if (element != 0 && Math.Abs(element) is not (>= Least and <= Most)) return false;
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
        if (!(length is >= Least and <= Most))
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
        using var work = new Scratch<double>(Together * (pitch + (2 * Together) + (2 * n)));
        fixed (double* x = columns.Span, v = axes.Span, beta = factors.Span, memory = work.Span)
        {
            Transpose(a, n, columns.Span, pitch, m, n);
            axes.Span.Clear();
            r.Clear();
            for (var from = 0; from < k; from += Together)
            {
                var to = Math.Min(k, from + Together);
                for (var i = from; i < to; i++)
                {
                    var axis = axes.Span.Slice((i * pitch) + i, m - i);
                    columns.Span.Slice((i * pitch) + i, m - i).CopyTo(axis);
                    (beta[i], r[(i * n) + i]) = i < m - 1 ? Of(axis) : (0, axis[0]);
                    Reflect(x + ((nint)(i + 1) * pitch), pitch, to - i - 1, v + ((nint)i * pitch), beta[i], i);
                }
                if (to < n) ReflectTogether(x + ((nint)to * pitch), pitch, n - to, v + ((nint)from * pitch), beta + from, to - from, memory, isForward: true);
            }
            for (var i = 0; i < k; i++)
            {
                for (var j = i + 1; j < n; j++) r[(i * n) + j] = x[(j * pitch) + i];
            }
            // Q's columns, from the last reflection to the first: those before a reflection's own are not touched by it.
            columns.Span[..(k * pitch)].Clear();
            for (var from = (k - 1) / Together * Together; from >= 0; from -= Together)
            {
                var to = Math.Min(k, from + Together);
                if (to < k) ReflectTogether(x + ((nint)to * pitch), pitch, k - to, v + ((nint)from * pitch), beta + from, to - from, memory, isForward: false);
                for (var i = to - 1; i >= from; i--)
                {
                    x[(i * pitch) + i] = 1;
                    Reflect(x + ((nint)i * pitch), pitch, to - i, v + ((nint)i * pitch), beta[i], i);
                }
            }
            Transpose(columns.Span, pitch, q, k, k, m);
        }
    }

    /// <summary>
    /// Several reflections by products: their product is I - V·T·Vᵀ with an upper triangle T (Schreiber and Van Loan, "A storage-efficient WY representation for products of Householder transformations", 1989).
    /// </summary>
    /// <param name="vectors">The first of the vectors that are reflected, <paramref name="pitch"/> apart.</param>
    /// <param name="pitch">As of <see cref="Pitch"/>.</param>
    /// <param name="count">How many.</param>
    /// <param name="axes">The reflections' v.</param>
    /// <param name="beta">Their β.</param>
    /// <param name="together">How many there are.</param>
    /// <param name="memory">For copies of V and T, and two times so many numbers for each vector.</param>
    /// <param name="isForward">Whether the first reflection comes first.</param>
    private static void ReflectTogether(double* vectors, int pitch, int count, double* axes, double* beta, int together, double* memory, bool isForward)
    {
        double* turned = memory, products = turned + (pitch * together), triangle = products + (together * together), sums = triangle + (together * together), shares = sums + (count * together);
        new Span<double>(products, together * 2 * (together + count)).Clear();
        Transpose(new ReadOnlySpan<double>(axes, together * pitch), pitch, new Span<double>(turned, pitch * together), together, together, pitch);
        var (v, x) = (new Block<double>(axes, together, pitch, pitch), new Block<double>(vectors, count, pitch, pitch));
        var (vT, t, w, z) = (new Block<double>(turned, pitch, together, together), new Block<double>(triangle, together, together, together), new Block<double>(sums, count, together, together), new Block<double>(shares, count, together, together));
        // -Vᵀ·V, from which column j of T is -β[j]·T·Vᵀ·v[j].
        Elimination.Subtract(v, vT, new Block<double>(products, together, together, together));
        for (var j = 0; j < together; j++)
        {
            *t.At(j, j) = beta[j];
            for (var i = 0; i < j; i++)
            {
                var sum = 0.0;
                for (var l = i; l < j; l++) sum += *t.At(i, l) * products[(l * together) + j];
                *t.At(i, j) = beta[j] * sum;
            }
        }
        if (!isForward)
        {
            for (var j = 0; j < together; j++)
            {
                for (var i = 0; i < j; i++) (*t.At(j, i), *t.At(i, j)) = (*t.At(i, j), 0);
            }
        }
        Elimination.Subtract(x, vT, w);
        Elimination.Subtract(w, t, z);
        Elimination.Subtract(z, v, x);
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
