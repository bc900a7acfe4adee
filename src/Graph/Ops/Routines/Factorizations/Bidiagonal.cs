using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GraphGrad.Operations;

/// <summary>
/// Singular values of larger matrices: reflections from both sides leave a diagonal and what is beside it (Golub and Kahan, "Calculating the singular values and pseudo-inverse of a matrix", 1965).
/// </summary>
internal static unsafe class Bidiagonal
{
    /// <summary>The singular values of a finite matrix whose elements have squares, descending, and its singular vectors, as columns.</summary>
    /// <param name="matrix">[m, n].</param>
    /// <param name="values">[n].</param>
    /// <param name="right">The right vectors, of which the largest element is positive, [n, n]; empty if only values are wanted.</param>
    /// <param name="left">The left vectors, [m, n]; empty, too.</param>
    /// <param name="m">At least n.</param>
    /// <param name="n">How many columns, at least 2.</param>
    public static void Solve(ReadOnlySpan<double> matrix, Span<double> values, Span<double> right, Span<double> left, int m, int n)
    {
        if (right.IsEmpty)
        {
            Values(matrix, values, m, n);
            return;
        }
        var (pitch, leftPitch) = (Householder.Pitch(n), Householder.Pitch(m));
        using Scratch<double> work = new((m * pitch) + Vector512<double>.Count), axes = new(n * (pitch + leftPitch)), vectors = new(2 * n * pitch), numbers = new((4 * pitch) + BidiagonalHalves.Memory(n));
        axes.Span.Clear();
        vectors.Span.Clear();
        fixed (double* memory = work.Span, rightAxes = axes.Span, rightRows = vectors.Span, d = numbers.Span)
        {
            double* rows = CopyRows(matrix, memory, m, n), e = d + pitch, leftRows = rightRows + ((nint)n * pitch);
            Reflections ofRows = new(rightAxes, e + pitch, n, 1), ofColumns = new(rightAxes + ((nint)n * pitch), e + (2 * pitch), m, 0);
            Reduce(rows, ofRows, ofColumns, d, e, m, n);
            new BidiagonalHalves(d, e, n, rightRows, leftRows, rows, d + (4 * pitch)).Solve();
            var negated = e;
            for (var i = 0; i < n; i++) negated[i] = -d[i];
            using var order = new Scratch<int>(n);
            Rotations.Sort(new ReadOnlySpan<double>(negated, n), order.Span);
            for (var j = 0; j < n; j++) values[j] = d[order.Span[j]];
            var signs = new Span<double>(e, n);
            Arrange(rightRows, order.Span, rows, right, n, n, ofRows, signs, isRight: true);
            Arrange(leftRows, order.Span, rows, left, m, n, ofColumns, signs, isRight: false);
        }
    }

    /// <summary>Vectors of the bidiagonal matrix, in an order, as columns, reflected: those of the matrix. Each is turned so that the right one's largest element is positive.</summary>
    private static void Arrange(double* vectors, ReadOnlySpan<int> order, double* memory, Span<double> result, int m, int n, Reflections reflections, Span<double> signs, bool isRight)
    {
        var pitch = Householder.Pitch(n);
        var columns = new Block<double>(memory, m, n, pitch);
        using var sorted = new Scratch<double>(n * pitch);
        for (var j = 0; j < n; j++) new ReadOnlySpan<double>(vectors + ((nint)order[j] * pitch), n).CopyTo(sorted.Span[(j * pitch)..]);
        fixed (double* from = sorted.Span) Householder.Transpose(from, pitch, memory, pitch, n, n);
        new Span<double>(columns.At(n, 0), (m - n) * pitch).Clear();
        reflections.Apply(columns);
        if (isRight)
        {
            signs.Clear();
            for (var i = 0; i < m; i++) TensorPrimitives.MaxMagnitude(signs, new ReadOnlySpan<double>(columns.At(i, 0), n), signs);
            foreach (ref var sign in signs) sign = sign < 0 ? -1 : 1;
        }
        for (var i = 0; i < m; i++) TensorPrimitives.Multiply(new ReadOnlySpan<double>(columns.At(i, 0), n), signs, result.Slice(i * n, n));
    }

    /// <summary>-A·B of A [m, n] and a square B.</summary>
    public static void Multiply(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> result, int m, int n)
    {
        result.Clear();
        fixed (double* x = a, y = b, to = result) Elimination.Subtract(new Block<double>(x, m, n, n), new Block<double>(y, n, n, n), new Block<double>(to, m, n, n));
    }

    private static void Values(ReadOnlySpan<double> matrix, Span<double> values, int m, int n)
    {
        var pitch = Householder.Pitch(n);
        using var work = new Scratch<double>((m * pitch) + Vector512<double>.Count);
        using var beside = new Scratch<double>(n);
        fixed (double* memory = work.Span)
        {
            var rows = CopyRows(matrix, memory, m, n);
            fixed (double* d = values, e = beside.Span) Reduce(rows, default, default, d, e, m, n);
        }
        TensorPrimitives.Multiply(values, values, values);
        TensorPrimitives.Multiply<double>(beside.Span, beside.Span, beside.Span);
        Dqds.Solve(values, beside.Span[..(n - 1)]);
        values.Sort((x, y) => y.CompareTo(x));
        TensorPrimitives.Sqrt(values, values);
    }

    private static double* CopyRows(ReadOnlySpan<double> matrix, double* memory, int m, int n)
    {
        var pitch = Householder.Pitch(n);
        var rows = Elimination.Aligned(memory, Vector512<double>.Count);
        for (var i = 0; i < m; i++)
        {
            var row = new Span<double>(rows + ((nint)i * pitch), pitch);
            matrix.Slice(i * n, n).CopyTo(row);
            row[n..].Clear();
        }
        return rows;
    }

    /// <summary>Leaves a diagonal and what is above it.</summary>
    /// <param name="rows">The matrix, in whole vectors.</param>
    /// <param name="ofRows">Keeps the reflections of rows.</param>
    /// <param name="ofColumns">Keeps those of columns.</param>
    /// <param name="diagonal">The diagonal.</param>
    /// <param name="beside">What is above it; an element more than that.</param>
    /// <param name="m">How many rows, at least n.</param>
    /// <param name="n">How many columns.</param>
    private static void Reduce(double* rows, Reflections ofRows, Reflections ofColumns, double* diagonal, double* beside, int m, int n)
    {
        if (Vector512.IsHardwareAccelerated) Reduce<WideLane<double>>(rows, ofRows, ofColumns, diagonal, beside, m, n);
        else Reduce<NativeLane<double>>(rows, ofRows, ofColumns, diagonal, beside, m, n);
    }

    private static void Reduce<TLane>(double* rows, Reflections ofRows, Reflections ofColumns, double* diagonal, double* beside, int m, int n)
        where TLane : struct, ILane<TLane, double>
    {
        var pitch = Householder.Pitch(n);
        using var work = new Scratch<double>((3 * m) + (3 * pitch) + Vector512<double>.Count);
        work.Span.Clear();
        fixed (double* memory = work.Span)
        {
            // A less u·yᵀ + x·vᵀ is due; at first it is nothing.
            double* y = Elimination.Aligned(memory, Vector512<double>.Count), v = y + pitch, sums = v + pitch, u = sums + pitch, x = u + m, column = x + m;
            for (var k = 0; k < n; k++)
            {
                for (var i = k; i < m; i++) column[i] = rows[((nint)i * pitch) + k] - (u[i] * y[k]) - (x[i] * v[k]);
                var beta = 0.0;
                if (k == m - 1) (diagonal[k], column[k]) = (column[k], 0);
                else (beta, diagonal[k]) = Householder.Of(new Span<double>(column + k, m - k));
                ofColumns.Add(k, column, beta);
                if (k == n - 1) return;
                Subtract<TLane>(rows, u, y, x, v, column, sums, k, m, pitch);
                var taken = u;
                u = column;
                column = taken;
                for (var j = 0; j < pitch; j++) y[j] = j > k ? beta * sums[j] : 0;
                var row = rows + ((nint)k * pitch);
                new Span<double>(v, k + 1).Clear();
                for (var j = k + 1; j < n; j++) v[j] = row[j] - (u[k] * y[j]);
                beta = 0;
                if (k == n - 2) (beside[k], v[k + 1]) = (v[k + 1], 0);
                else (beta, beside[k]) = Householder.Of(new Span<double>(v + k + 1, n - k - 1));
                ofRows.Add(k, v, beta);
                var share = TensorPrimitives.Dot(new ReadOnlySpan<double>(y, n), new ReadOnlySpan<double>(v, n));
                Multiply<TLane>(rows, v, x, k + 1, m, pitch);
                for (var i = k + 1; i < m; i++) x[i] = beta * (x[i] - (u[i] * share));
            }
        }
    }

    /// <summary>Takes u·yᵀ + x·vᵀ from rows, and multiplies what is left by the next axis.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Subtract<TLane>(double* rows, double* u, double* y, double* x, double* v, double* axis, double* sums, int from, int m, int pitch)
        where TLane : struct, ILane<TLane, double>
    {
        var start = from / TLane.Count * TLane.Count;
        new Span<double>(sums + start, pitch - start).Clear();
        var i = from;
        for (; i + 4 <= m; i += 4)
        {
            double* r0 = rows + ((nint)i * pitch), r1 = r0 + pitch, r2 = r1 + pitch, r3 = r2 + pitch;
            TLane u0 = TLane.Fill(-u[i]), u1 = TLane.Fill(-u[i + 1]), u2 = TLane.Fill(-u[i + 2]), u3 = TLane.Fill(-u[i + 3]);
            TLane x0 = TLane.Fill(-x[i]), x1 = TLane.Fill(-x[i + 1]), x2 = TLane.Fill(-x[i + 2]), x3 = TLane.Fill(-x[i + 3]);
            TLane a0 = TLane.Fill(axis[i]), a1 = TLane.Fill(axis[i + 1]), a2 = TLane.Fill(axis[i + 2]), a3 = TLane.Fill(axis[i + 3]);
            for (var j = start; j < pitch; j += TLane.Count)
            {
                TLane p = TLane.Load(y + j), q = TLane.Load(v + j), s = TLane.Load(sums + j);
                var r = TLane.MultiplyAdd(x0, q, TLane.MultiplyAdd(u0, p, TLane.Load(r0 + j)));
                r.Store(r0 + j);
                s = TLane.MultiplyAdd(a0, r, s);
                r = TLane.MultiplyAdd(x1, q, TLane.MultiplyAdd(u1, p, TLane.Load(r1 + j)));
                r.Store(r1 + j);
                s = TLane.MultiplyAdd(a1, r, s);
                r = TLane.MultiplyAdd(x2, q, TLane.MultiplyAdd(u2, p, TLane.Load(r2 + j)));
                r.Store(r2 + j);
                s = TLane.MultiplyAdd(a2, r, s);
                r = TLane.MultiplyAdd(x3, q, TLane.MultiplyAdd(u3, p, TLane.Load(r3 + j)));
                r.Store(r3 + j);
                TLane.MultiplyAdd(a3, r, s).Store(sums + j);
            }
        }
        for (; i < m; i++)
        {
            var row = rows + ((nint)i * pitch);
            TLane ui = TLane.Fill(-u[i]), xi = TLane.Fill(-x[i]), ai = TLane.Fill(axis[i]);
            for (var j = start; j < pitch; j += TLane.Count)
            {
                var r = TLane.MultiplyAdd(xi, TLane.Load(v + j), TLane.MultiplyAdd(ui, TLane.Load(y + j), TLane.Load(row + j)));
                r.Store(row + j);
                TLane.MultiplyAdd(ai, r, TLane.Load(sums + j)).Store(sums + j);
            }
        }
    }

    /// <summary>Rows times a vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply<TLane>(double* rows, double* v, double* x, int from, int m, int pitch)
        where TLane : struct, ILane<TLane, double>
    {
        var start = from / TLane.Count * TLane.Count;
        for (var i = from; i < m; i += 4)
        {
            // Those that are not there are the last one.
            double* r0 = rows + ((nint)i * pitch), r1 = rows + ((nint)Math.Min(i + 1, m - 1) * pitch), r2 = rows + ((nint)Math.Min(i + 2, m - 1) * pitch), r3 = rows + ((nint)Math.Min(i + 3, m - 1) * pitch);
            TLane s0 = default, s1 = default, s2 = default, s3 = default;
            for (var j = start; j < pitch; j += TLane.Count)
            {
                var factor = TLane.Load(v + j);
                s0 = TLane.MultiplyAdd(factor, TLane.Load(r0 + j), s0);
                s1 = TLane.MultiplyAdd(factor, TLane.Load(r1 + j), s1);
                s2 = TLane.MultiplyAdd(factor, TLane.Load(r2 + j), s2);
                s3 = TLane.MultiplyAdd(factor, TLane.Load(r3 + j), s3);
            }
            x[i] = TLane.Sum(s0);
            if (i + 1 < m) x[i + 1] = TLane.Sum(s1);
            if (i + 2 < m) x[i + 2] = TLane.Sum(s2);
            if (i + 3 < m) x[i + 3] = TLane.Sum(s3);
        }
    }

    /// <summary>Reflections that each begin an element after the one before; of the default nobody wants to know.</summary>
    /// <param name="axes">Their axes, one below the other, in whole vectors, zeros so far.</param>
    /// <param name="factors">Their β.</param>
    /// <param name="length">How many elements axes have.</param>
    /// <param name="first">Where the first begins.</param>
    private readonly struct Reflections(double* axes, double* factors, int length, int first)
    {
        public void Add(int k, double* axis, double beta)
        {
            if (axes == null) return;
            var start = k + first;
            factors[k] = beta;
            if (beta != 0) new ReadOnlySpan<double>(axis + start, length - start).CopyTo(new Span<double>(axes + ((nint)k * Householder.Pitch(length)) + start, length - start));
        }

        public void Apply(Block<double> columns) => BlockReflection.Apply(axes, factors, columns.Columns - (2 * first), first, columns);
    }
}
