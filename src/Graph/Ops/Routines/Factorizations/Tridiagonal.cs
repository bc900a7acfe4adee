using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GraphGrad.Operations;

/// <summary>
/// Eigenvalues and eigenvectors of larger symmetric matrices: reflections leave a tridiagonal one, whose values implicitly shifted QL steps find (Dubrulle, Martin and Wilkinson, "The implicit QL algorithm", 1968), and its vectors <see cref="DivideAndConquer"/>.
/// About 5 n³ operations, of which 3 n³ are products.
/// </summary>
internal static unsafe class Tridiagonal
{
    private const int Steps = 60;

    // Of the matrix to be reduced squares on the diagonal and what is to the right of them are kept: as wide as the widest vector.
    private const int Square = 8;

    // What lies so far below the largest element is nothing beside the roundings of the reflections.
    private const double Negligible = 1.0 / (1L << 60);

    private const double Rounding = 1.0 / (1L << 53);

    /// <summary>The eigenvalues of a symmetric finite matrix, in no order, times a power of two, and its eigenvectors.</summary>
    /// <param name="matrix">[n, n].</param>
    /// <param name="values">The scaled eigenvalues, [n].</param>
    /// <param name="vectors">Row i is the vector of value i, [n, n]; empty if only values are wanted.</param>
    /// <param name="n">At least 2.</param>
    public static void Diagonalize(ReadOnlySpan<double> matrix, Span<double> values, Span<double> vectors, int n)
    {
        var pitch = Householder.Pitch(n);
        using var work = new Scratch<double>((2 * n * pitch) + (4 * pitch) + (vectors.IsEmpty ? 0 : (n * pitch) + DivideAndConquer.Memory(n)) + Vector512<double>.Count);
        fixed (double* memory = work.Span)
        {
            var rows = Elimination.Aligned(memory, Vector512<double>.Count);
            var axes = rows + ((nint)n * pitch);
            var vector = axes + ((nint)n * pitch);
            double* sums = vector + pitch, below = sums + pitch, factors = below + pitch, turned = factors + pitch;
            new Span<double>(axes, (n + 1) * pitch).Clear();
            var largest = Math.Abs(TensorPrimitives.MaxMagnitude(matrix));
            var scale = largest == 0 ? 1 : Math.ScaleB(1, -Math.ILogB(largest));
            for (var i = 0; i < n; i++)
            {
                var row = new Span<double>(rows + ((nint)i * pitch), pitch);
                TensorPrimitives.Multiply(matrix.Slice(i * n, n), scale, row);
                row[n..].Clear();
            }
            fixed (double* diagonal = values)
            {
                if (Vector512.IsHardwareAccelerated) Reduce<WideLane<double>>(rows, axes, factors, vector, sums, diagonal, below, n, pitch);
                else Reduce<NativeLane<double>>(rows, axes, factors, vector, sums, diagonal, below, n, pitch);
                if (vectors.IsEmpty)
                {
                    RotationSweeps none = default;
                    Iterate(diagonal, below, n, ref none, hasVectors: false);
                    return;
                }
                // Negative elements beside the diagonal are made positive by turning rows and columns.
                for (var i = 0; i < n - 1; i++) sums[i] = below[i];
                for (var i = 0; i < n - 1; i++) below[i] = Math.Abs(below[i]);
                new Span<double>(turned, n * pitch).Clear();
                new DivideAndConquer(diagonal, below, n, turned, rows, turned + ((nint)n * pitch)).Solve();
                Householder.Transpose(turned, pitch, rows, pitch, n, n);
                Turn(rows, sums, n, pitch);
                BlockReflection.Apply(axes, factors, n - 2, 1, new Block<double>(rows, n, n, pitch));
            }
            fixed (double* result = vectors) Householder.Transpose(rows, pitch, result, n, n, n);
        }
    }

    /// <summary>Row k of what is left of A gives the next reflection; in one pass the other rows take up the last one and are multiplied by the next.</summary>
    private static void Reduce<TLane>(double* rows, double* axes, double* factors, double* w, double* sums, double* diagonal, double* below, int n, int pitch)
        where TLane : struct, ILane<TLane, double>
    {
        // A less v·wᵀ + w·vᵀ is due; at first it is nothing.
        var v = axes + ((nint)(n - 1) * pitch);
        for (var k = 0; k < n; k++)
        {
            var row = rows + ((nint)k * pitch);
            TakeUp<TLane>(row, v, w, k, pitch);
            diagonal[k] = row[k];
            if (k == n - 1) return;
            var beta = 0.0;
            var next = axes + ((nint)k * pitch);
            if (k == n - 2) below[k] = row[k + 1];
            else
            {
                var axis = new Span<double>(next + k + 1, n - k - 1);
                new ReadOnlySpan<double>(row + k + 1, n - k - 1).CopyTo(axis);
                (beta, below[k]) = Householder.Of(axis);
                if (beta == 0) axis.Clear();
            }
            factors[k] = beta;
            Multiply<TLane>(rows, v, w, next, sums, k + 1, n, pitch);
            var half = 0.0;
            for (var i = k + 1; i < n; i++) half += sums[i] * next[i];
            // The square of β may be infinite, of a row of roundings of roundings.
            half = half * beta * (beta / 2);
            for (var i = 0; i < pitch; i++) w[i] = i > k && i < n ? (beta * sums[i]) - (half * next[i]) : 0;
            v = next;
        }
    }

    private static void TakeUp<TLane>(double* row, double* v, double* w, int at, int pitch)
        where TLane : struct, ILane<TLane, double>
    {
        var (a, b) = (TLane.Fill(-v[at]), TLane.Fill(-w[at]));
        for (var j = at / TLane.Count * TLane.Count; j < pitch; j += TLane.Count)
            TLane.MultiplyAdd(b, TLane.Load(v + j), TLane.MultiplyAdd(a, TLane.Load(w + j), TLane.Load(row + j))).Store(row + j);
    }

    /// <summary>What is left takes up what is due, and is multiplied by the next axis: the squares on the diagonal, and what is to the right of them, whose elements count for their rows and for their columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply<TLane>(double* rows, double* v, double* w, double* next, double* sums, int from, int n, int pitch)
        where TLane : struct, ILane<TLane, double>
    {
        new Span<double>(sums + from, pitch - from).Clear();
        for (var i = from; i < n;)
        {
            var j = i / Square * Square;
            var beyond = j + Square;
            var x0 = rows + ((nint)i * pitch);
            TLane a0 = TLane.Fill(-v[i]), b0 = TLane.Fill(-w[i]), z0 = TLane.Fill(next[i]), s0 = default;
            if (i + 4 > Math.Min(beyond, n))
            {
                for (; j < beyond; j += TLane.Count) Take(x0 + j, a0, b0, TLane.Load(v + j), TLane.Load(w + j), TLane.Load(next + j), ref s0);
                for (; j < pitch; j += TLane.Count) TLane.MultiplyAdd(Take(x0 + j, a0, b0, TLane.Load(v + j), TLane.Load(w + j), TLane.Load(next + j), ref s0), z0, TLane.Load(sums + j)).Store(sums + j);
                sums[i++] += TLane.Sum(s0);
                continue;
            }
            double* x1 = x0 + pitch, x2 = x1 + pitch, x3 = x2 + pitch;
            TLane a1 = TLane.Fill(-v[i + 1]), a2 = TLane.Fill(-v[i + 2]), a3 = TLane.Fill(-v[i + 3]);
            TLane b1 = TLane.Fill(-w[i + 1]), b2 = TLane.Fill(-w[i + 2]), b3 = TLane.Fill(-w[i + 3]);
            TLane z1 = TLane.Fill(next[i + 1]), z2 = TLane.Fill(next[i + 2]), z3 = TLane.Fill(next[i + 3]);
            TLane s1 = default, s2 = default, s3 = default;
            for (; j < beyond; j += TLane.Count)
            {
                var (p, q, z) = (TLane.Load(v + j), TLane.Load(w + j), TLane.Load(next + j));
                Take(x0 + j, a0, b0, p, q, z, ref s0);
                Take(x1 + j, a1, b1, p, q, z, ref s1);
                Take(x2 + j, a2, b2, p, q, z, ref s2);
                Take(x3 + j, a3, b3, p, q, z, ref s3);
            }
            for (; j < pitch; j += TLane.Count)
            {
                var (p, q, z) = (TLane.Load(v + j), TLane.Load(w + j), TLane.Load(next + j));
                var below = TLane.MultiplyAdd(Take(x0 + j, a0, b0, p, q, z, ref s0), z0, TLane.Load(sums + j));
                below = TLane.MultiplyAdd(Take(x1 + j, a1, b1, p, q, z, ref s1), z1, below);
                below = TLane.MultiplyAdd(Take(x2 + j, a2, b2, p, q, z, ref s2), z2, below);
                TLane.MultiplyAdd(Take(x3 + j, a3, b3, p, q, z, ref s3), z3, below).Store(sums + j);
            }
            sums[i] += TLane.Sum(s0);
            sums[i + 1] += TLane.Sum(s1);
            sums[i + 2] += TLane.Sum(s2);
            sums[i + 3] += TLane.Sum(s3);
            i += 4;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Take<TLane>(double* x, TLane a, TLane b, TLane v, TLane w, TLane next, ref TLane sum)
        where TLane : struct, ILane<TLane, double>
    {
        var y = TLane.MultiplyAdd(b, v, TLane.MultiplyAdd(a, w, TLane.Load(x)));
        y.Store(x);
        sum = TLane.MultiplyAdd(y, next, sum);
        return y;
    }

    /// <summary>Turns rows with what is beside the diagonal, so that nothing of that is negative.</summary>
    private static void Turn(double* rows, double* below, int n, int pitch)
    {
        var isTurned = false;
        for (var i = 1; i < n; i++)
        {
            isTurned ^= below[i - 1] < 0;
            var row = new Span<double>(rows + ((nint)i * pitch), n);
            if (isTurned) TensorPrimitives.Negate(row, row);
        }
    }

    /// <summary>
    /// Makes a tridiagonal matrix diagonal by the squares of what is beside its diagonal and of the rotations' cosines and sines: a step waits for one quotient and no root (Pal, Walker and Kahan's form of QL, in Parlett, "The
    /// symmetric eigenvalue problem", 1980, 8.15).
    /// </summary>
    public static void Iterate(double* d, double* e, int n, ref RotationSweeps sweeps, bool hasVectors)
    {
        e[n - 1] = 0;
        for (var i = 0; i < n; i++) e[i] *= e[i];
        for (var first = 0; first < n; first++)
        {
            // Of the first of a block alone: a sweep leaves it with the sign of the last cosine.
            var signBelow = 1.0;
            for (var step = 0; step < Steps; step++)
            {
                var last = first;
                while (last < n - 1)
                {
                    var least = (Rounding * (Math.Abs(d[last]) + Math.Abs(d[last + 1]))) + Negligible;
                    if (!(e[last] > least * least)) break;
                    last++;
                }
                if (last == first) break;
                // The eigenvalue of the first two rows that is nearer to the first one's element.
                var root = Math.Sqrt(e[first]);
                var slope = (d[first + 1] - d[first]) / (2 * root);
                var shift = d[first] - (root / (slope + Math.CopySign(Length(slope, 1), slope)));
                var angles = hasVectors ? sweeps.Next() : null;
                var (cosine, sine, gap) = (1.0, 0.0, d[last] - shift);
                var square = gap * gap;
                // The cosine's sign is that of the gap and of the cosine before; sines are positive.
                var (sign, signBefore) = (Math.CopySign(1, gap), 1.0);
                for (var i = last - 1; i >= first; i--)
                {
                    var length = square + e[i];
                    if (i < last - 1) e[i + 1] = sine * length;
                    var (before, old, inverse) = (cosine, gap, length / square);
                    cosine = square / length;
                    sine = e[i] / length;
                    gap = (cosine * (d[i] - shift)) - (sine * old);
                    d[i + 1] = old + (d[i] - gap);
                    if (hasVectors) (angles[i], angles[n + i]) = (sign * cosine, sine);
                    (sign, signBefore) = (cosine == 0 ? -signBefore : Math.CopySign(sign, sign * gap), sign);
                    square = cosine == 0 ? before * e[i] : gap * gap * inverse;
                }
                e[first] = sine * square;
                d[first] = shift + gap;
                if (!hasVectors) continue;
                angles[n + first] *= signBelow;
                signBelow *= sign;
                TakeRoots(new Span<double>(angles + first, last - first));
                TakeRoots(new Span<double>(angles + n + first, last - first));
                sweeps.Add(first, last);
            }
        }
    }

    /// <summary>Roots of magnitudes, with the signs.</summary>
    private static void TakeRoots(Span<double> x)
    {
        var i = 0;
        for (; i + Vector<double>.Count <= x.Length; i += Vector<double>.Count)
        {
            var squares = new Vector<double>(x[i..]);
            var roots = Vector.SquareRoot(Vector.Abs(squares));
            Vector.ConditionalSelect(Vector.LessThan(squares, Vector<double>.Zero), -roots, roots).CopyTo(x[i..]);
        }
        for (; i < x.Length; i++) x[i] = Math.CopySign(Math.Sqrt(Math.Abs(x[i])), x[i]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Length(double x, double y) => Math.Sqrt((x * x) + (y * y));
}
