using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GraphGrad.Operations;

/// <summary>
/// Singular values of larger matrices: reflections from both sides leave a diagonal and what is beside it (Golub and Kahan, "Calculating the singular values and pseudo-inverse of a matrix", 1965).
/// </summary>
internal static unsafe class Bidiagonal
{
    private const int Sweeps = 60;

    private const double Rounding = 1.0 / (1L << 53);

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
        using Scratch<double> found = new(n), vectors = new(n * n), products = new(m * n), upper = new(n * n);
        using var order = new Scratch<int>(n);
        Factor(matrix, found.Span, vectors.Span, m, n);
        TensorPrimitives.Negate(found.Span, found.Span);
        Rotations.Sort(found.Span, order.Span);
        for (var j = 0; j < n; j++) values[j] = -found.Span[order.Span[j]];
        Rotations.Arrange(vectors.Span, order.Span, right, n);
        // -A·V = Q·R, and R is diagonal but for roundings, as values descend: Q are the left vectors, orthogonal whatever their values are.
        Multiply(matrix, right, products.Span, m, n);
        Householder.Factor(products.Span, left, upper.Span, m, n);
        for (var j = 0; j < n; j++) found.Span[j] = upper.Span[(j * n) + j] > 0 ? -1 : 1;
        for (var i = 0; i < m; i++) TensorPrimitives.Multiply(left.Slice(i * n, n), found.Span, left.Slice(i * n, n));
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
            fixed (double* d = values, e = beside.Span) Reduce(rows, null, null, d, e, m, n);
        }
        TensorPrimitives.Multiply(values, values, values);
        TensorPrimitives.Multiply<double>(beside.Span, beside.Span, beside.Span);
        Dqds.Solve(values, beside.Span[..(n - 1)]);
        values.Sort((x, y) => y.CompareTo(x));
        TensorPrimitives.Sqrt(values, values);
    }

    /// <summary>Singular values, in no order, and right singular vectors.</summary>
    /// <param name="matrix">[m, n].</param>
    /// <param name="values">[n].</param>
    /// <param name="vectors">Row i is the vector of value i, [n, n].</param>
    /// <param name="m">At least n.</param>
    /// <param name="n">How many columns, at least 2.</param>
    private static void Factor(ReadOnlySpan<double> matrix, Span<double> values, Span<double> vectors, int m, int n)
    {
        var pitch = Householder.Pitch(n);
        using Scratch<double> work = new((m * pitch) + Vector512<double>.Count), axes = new(n * pitch), numbers = new((2 * n) + RotationSweeps.Memory(n));
        axes.Span.Clear();
        fixed (double* memory = work.Span, reflections = axes.Span, d = values, e = numbers.Span)
        {
            double* rows = CopyRows(matrix, memory, m, n), factors = e + n;
            Reduce(rows, reflections, factors, d, e, m, n);
            BlockReflection.Multiply(reflections, factors, rows, n);
            // Sweeps go down the diagonal, and so up rows that are read from the last.
            var sweeps = new RotationSweeps(rows + ((nint)(n - 1) * pitch), -pitch, n, factors + n);
            Iterate(ref sweeps, d, e, n);
            sweeps.Apply();
            for (var i = 0; i < n; i++)
            {
                new ReadOnlySpan<double>(rows + ((nint)i * pitch), n).CopyTo(vectors[(i * n)..]);
                values[i] = Math.Abs(values[i]);
            }
        }
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
    /// <param name="axes">For the axes of reflections of rows, one below the other, zeros so far; null if nobody wants them.</param>
    /// <param name="factors">Their β.</param>
    /// <param name="diagonal">The diagonal.</param>
    /// <param name="beside">What is above it; an element more than that.</param>
    /// <param name="m">How many rows, at least n.</param>
    /// <param name="n">How many columns.</param>
    private static void Reduce(double* rows, double* axes, double* factors, double* diagonal, double* beside, int m, int n)
    {
        if (Vector512.IsHardwareAccelerated) Reduce<WideLane<double>>(rows, axes, factors, diagonal, beside, m, n);
        else Reduce<NativeLane<double>>(rows, axes, factors, diagonal, beside, m, n);
    }

    private static void Reduce<TLane>(double* rows, double* axes, double* factors, double* diagonal, double* beside, int m, int n)
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
                if (axes != null)
                {
                    new ReadOnlySpan<double>(v, n).CopyTo(new Span<double>(axes + ((nint)k * pitch), n));
                    factors[k] = beta;
                }
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

    /// <summary>Makes a bidiagonal matrix diagonal; of the rotations from the right, the angles are kept.</summary>
    private static void Iterate(ref RotationSweeps sweeps, double* d, double* e, int n)
    {
        var largest = Math.Abs(d[n - 1]);
        for (var i = 0; i < n - 1; i++) largest = Math.Max(largest, Math.Max(Math.Abs(d[i]), Math.Abs(e[i])));
        var negligible = largest * Rounding / 8;
        for (var (last, sweep) = (n - 1, 0); last > 0;)
        {
            var first = last;
            var isSingular = Math.Abs(d[last]) <= negligible;
            for (; first > 0 && Math.Abs(e[first - 1]) > (Rounding * (Math.Abs(d[first - 1]) + Math.Abs(d[first]))) + negligible; first--) isSingular |= Math.Abs(d[first - 1]) <= negligible;
            if (first == last || sweep == Sweeps)
            {
                (last, sweep) = (last - 1, 0);
                continue;
            }
            sweep++;
            // The eigenvalues of the last two rows and columns of BᵀB; none if a value is 0, which then comes to the end.
            var angles = sweeps.Next();
            var (near, far) = isSingular ? (0, 0) : Shifts(d[last - 1], d[last], e[last - 1], last - 1 > first ? e[last - 2] : 0);
            if (last - first < 3)
            {
                var chase = new Chase(d, e, first, last, near, angles, n);
                for (var i = first; i < last; i++) chase.Step(d, e, i);
                e[last - 1] = chase.Rest;
                sweeps.Add(n - 1 - last, n - 1 - first);
                continue;
            }
            // Two sweeps, one two rows behind the other, neither of which waits for the other's roots and quotients.
            var ahead = new Chase(d, e, first, last, near, angles, n);
            ahead.Step(d, e, first);
            ahead.Step(d, e, first + 1);
            var behind = new Chase(d, e, first, last, far, angles + (2 * n), n);
            for (var i = first + 2; i < last; i++)
            {
                ahead.Step(d, e, i);
                behind.Step(d, e, i - 2);
            }
            e[last - 1] = ahead.Rest;
            behind.Step(d, e, last - 2);
            behind.Step(d, e, last - 1);
            e[last - 1] = behind.Rest;
            sweeps.Add(n - 1 - last, n - 1 - first);
            sweeps.Add(n - 1 - last, n - 1 - first);
        }
    }

    /// <summary>The eigenvalues of [[x² + z², x·w], [x·w, y² + w²]], first that which is nearer to the last element.</summary>
    private static (double Near, double Far) Shifts(double x, double y, double w, double z)
    {
        var (first, last, beside) = ((x * x) + (z * z), (y * y) + (w * w), x * w);
        var half = (first - last) / 2;
        var root = half + Math.CopySign(Math.Sqrt((half * half) + (beside * beside)), half);
        var share = root == 0 ? 0 : beside * beside / root;
        return (last - share, first + share);
    }

    /// <summary>What a sweep carries down the diagonal: in turn it rotates two columns and two rows.</summary>
    private ref struct Chase
    {
        private readonly double* angles;
        private readonly int first, last, count;
        private double f, g;

        public Chase(double* d, double* e, int first, int last, double shift, double* angles, int count)
        {
            (this.first, this.last, this.count) = (first, last, count);
            this.angles = angles;
            (f, g) = (d[first] == 0 ? 0 : d[first] - (shift / d[first]), e[first]);
        }

        /// <summary>What is left beside the last element in the end.</summary>
        public readonly double Rest => f;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Step(double* d, double* e, int i)
        {
            var (c, s, length) = Rotation(f, g);
            if (i > first) e[i - 1] = length;
            (angles[count - 2 - i], angles[(2 * count) - 2 - i]) = (c, s);
            var (corner, beside, next) = ((c * d[i]) + (s * e[i]), (c * e[i]) - (s * d[i]), c * d[i + 1]);
            (c, s, d[i]) = Rotation(corner, s * d[i + 1]);
            f = (c * beside) + (s * next);
            d[i + 1] = (c * next) - (s * beside);
            if (i >= last - 1) return;
            g = s * e[i + 1];
            e[i + 1] *= c;
        }

        // Squares that are hardly numbers give no right angle.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static (double Cosine, double Sine, double Length) Rotation(double f, double g)
        {
            var square = (f * f) + (g * g);
            if (square < 1e-280) return (1, 0, f);
            var length = Math.Sqrt(square);
            var inverse = 1 / length;
            return (f * inverse, g * inverse, length);
        }
    }
}
