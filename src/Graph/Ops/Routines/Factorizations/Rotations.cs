using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace GraphGrad.Operations;

/// <summary>Jacobi's rotations, of which each makes one element zero, or two columns orthogonal; they are repeated until none is left to be made. They converge quadratically, in some ten sweeps.</summary>
internal static class Rotations
{
    /// <summary>So many at most.</summary>
    public const int Sweeps = 60;

    /// <summary>An element is nothing if it is no more than this share of a symmetric matrix's norm.</summary>
    public const double NegligibleElement = 1e-17;

    // The square of a column that is made of roundings, as a share of the square of the matrix.
    private const double LeastColumn = 1e-34;

    // Larger matrices are reduced to tridiagonal ones first; small ones get small eigenvalues more exactly so, in as little time.
    private const int MostRotated = 16;

    // From so many times as many rows as columns on, the triangle of a QR factorization is taken instead.
    private const double Tall = 1.6;

    /// <summary>The eigenvalues of symmetric matrices, ascending, and their eigenvectors, as columns; no vectors if there is no place for them.</summary>
    public static unsafe void Symmetric(ReadOnlySpan<double> unscaled, Span<double> toValues, Span<double> toVectors, int n)
    {
        if (n == 0) return;
        var (size, count) = (n * n, unscaled.Length / (n * n));
        using var scaled = new Scratch<double>(unscaled.Length);
        var matrices = scaled.Span;
        var lanes = MatrixLanes.Fits(n, n, count) ? RotationLanes.Count : 1;
        using Scratch<double> memory = new(lanes > 1 ? 2 * size * lanes : size), vectors = new(size), values = new(n), scales = new(count);
        using var order = new Scratch<int>(n);
        Scale(unscaled, matrices, size, scales.Span);
        fixed (double* group = memory.Span)
        {
            for (var matrix = 0; matrix < count; matrix++)
            {
                var (at, lane) = (matrix * size, matrix % lanes);
                if (lanes > 1 && lane == 0)
                {
                    MatrixLanes.Gather(matrices, group, matrix, size, count, lanes);
                    RotationLanes.Diagonalize(group, group + (size * lanes), n);
                }
                var result = toVectors.IsEmpty ? [] : toVectors.Slice(at, size);
                var ordered = toValues.Slice(matrix * n, n);
                if (!AllFinite(matrices.Slice(at, size)))
                {
                    result.Fill(double.NaN);
                    ordered.Fill(double.NaN);
                    continue;
                }
                // The product of both scales of subnormal numbers would be infinite.
                var (scale, again) = (scales.Span[matrix], 1.0);
                if (lanes > 1)
                {
                    for (var i = 0; i < n; i++) values.Span[i] = group[(((i * n) + i) * lanes) + lane];
                    for (var i = 0; i < size; i++) vectors.Span[i] = group[((size + i) * lanes) + lane];
                }
                else if (n > MostRotated)
                {
                    Tridiagonal.Diagonalize(matrices.Slice(at, size), values.Span, result.IsEmpty ? [] : vectors.Span, n);
                    // It scales the matrix once more.
                    var largest = Math.Abs(TensorPrimitives.MaxMagnitude<double>(matrices.Slice(at, size)));
                    if (largest > 0) again = Math.ScaleB(1, -Math.ILogB(largest));
                }
                else Rotate(matrices.Slice(at, size), memory.Span[..size], values.Span, vectors.Span, n);
                Sort(values.Span, order.Span);
                for (var j = 0; j < n; j++) ordered[j] = values.Span[order.Span[j]] / again / scale;
                if (!result.IsEmpty) Arrange(vectors.Span, order.Span, result, n);
            }
        }
    }

    private static void Rotate(ReadOnlySpan<double> matrix, Span<double> a, Span<double> values, Span<double> v, int n)
    {
        // Row i of a is the image of row i of v: both are rotated as rows, which lie together.
        matrix.CopyTo(a);
        SetIdentity(v, n);
        var negligible = NegligibleElement * Math.Sqrt(Dot(matrix, matrix));
        for (var (sweep, isDone) = (0, false); sweep < Sweeps && !isDone; sweep++)
        {
            isDone = true;
            for (var p = 0; p < n; p++)
            {
                for (var q = p + 1; q < n; q++)
                {
                    var (app, aqq, apq) = (a[(p * n) + p], a[(q * n) + q], a[(p * n) + q]);
                    if (Math.Abs(apq) <= negligible) continue;
                    isDone = false;
                    var (c, s) = Rotation((aqq - app) / (2 * apq));
                    Turn(a.Slice(p * n, n), a.Slice(q * n, n), c, s);
                    for (var k = 0; k < n; k++) (a[(k * n) + p], a[(k * n) + q]) = ((c * a[(k * n) + p]) - (s * a[(k * n) + q]), (s * a[(k * n) + p]) + (c * a[(k * n) + q]));
                    a[(p * n) + q] = a[(q * n) + p] = 0;
                    Turn(v.Slice(p * n, n), v.Slice(q * n, n), c, s);
                }
            }
        }
        for (var i = 0; i < n; i++) values[i] = a[(i * n) + i];
    }

    /// <summary>A square of a singular value counts as 0 if it is no more than this share of the largest, of a matrix of so many rows.</summary>
    public static double Negligible(int rows) => rows * (double)rows * Math.Pow(2, -104);

    /// <summary>Columns with so many elements are orthogonal if their cosine is no more than this: it is not known better than to the roundings of so many terms.</summary>
    public static double NegligibleCosine(int terms) => 1e-16 * Math.Max(1, Math.Sqrt(terms) / 4);

    /// <summary>The singular values of matrices with no more columns than rows, descending, and their right and left singular vectors, as columns; no vectors if there is no place for them.</summary>
    public static unsafe void OfColumns(ReadOnlySpan<double> unscaled, Span<double> right, Span<double> left, Span<double> values, int m, int n)
    {
        if (m * n == 0) return;
        var (size, count) = (m * n, unscaled.Length / (m * n));
        using Scratch<double> scaled = new(unscaled.Length), factors = new(count);
        Scale(unscaled, scaled.Span, size, factors.Span);
        var lanes = MatrixLanes.Fits(n, m, count) ? RotationLanes.Count : 1;
        using Scratch<double> memory = new(lanes > 1 ? ((size + (n * n)) * lanes) + lanes : 0), columns = new(size), vectors = new(n * n);
        fixed (double* group = memory.Span, turned = columns.Span, matrices = scaled.Span)
        {
            for (var matrix = 0; matrix < count; matrix++)
            {
                ReadOnlySpan<double> from = scaled.Span.Slice(matrix * size, size);
                var toRight = right.IsEmpty ? [] : right.Slice(matrix * n * n, n * n);
                var toLeft = right.IsEmpty ? [] : left.Slice(matrix * size, size);
                var toValues = values.Slice(matrix * n, n);
                var lane = matrix % lanes;
                if (lanes > 1 && lane == 0) OrthogonalizeGroup(scaled.Span, group, matrix, count, m, n);
                if (!AllFinite(from))
                {
                    toRight.Fill(double.NaN);
                    toLeft.Fill(double.NaN);
                    toValues.Fill(double.NaN);
                    continue;
                }
                if (lanes == 1 && m > Tall * n) OfTall(from, toRight, toLeft, toValues, m, n);
                else if (n > MostRotated) Bidiagonal.Solve(from, toValues, toRight, toLeft, m, n);
                else
                {
                    if (lanes > 1)
                    {
                        for (var i = 0; i < size; i++) columns.Span[i] = group[(i * lanes) + lane];
                        for (var i = 0; i < n * n; i++) vectors.Span[i] = group[((size + i) * lanes) + lane];
                    }
                    else
                    {
                        Householder.Transpose(matrices + (matrix * size), n, turned, m, m, n);
                        SetIdentity(vectors.Span, n);
                        Orthogonalize(columns.Span, vectors.Span, LeastColumn * Dot(from, from), m, n);
                    }
                    OfOrthogonal(columns.Span, vectors.Span, toRight, toLeft, toValues, m, n);
                }
                TensorPrimitives.Divide(toValues, factors.Span[matrix], toValues);
            }
        }
    }

    /// <summary>Turns the columns of as many matrices as there are lanes, from one on.</summary>
    private static unsafe void OrthogonalizeGroup(ReadOnlySpan<double> matrices, double* group, int first, int count, int m, int n)
    {
        var (size, lanes) = (m * n, RotationLanes.Count);
        var least = group + ((size + (n * n)) * lanes);
        for (var lane = 0; lane < lanes; lane++)
        {
            var one = matrices.Slice(Math.Min(first + lane, count - 1) * size, size);
            least[lane] = LeastColumn * Dot(one, one);
            for (var i = 0; i < size; i++) group[(((i % n * m) + (i / n)) * lanes) + lane] = one[i];
        }
        RotationLanes.Orthogonalize(group, group + (size * lanes), least, m, n);
    }

    /// <summary>Singular values and vectors of a matrix whose columns were turned until they are orthogonal.</summary>
    private static void OfOrthogonal(ReadOnlySpan<double> columns, ReadOnlySpan<double> vectors, Span<double> right, Span<double> left, Span<double> values, int m, int n)
    {
        using Scratch<double> squares = new(n), basis = new(m * n);
        using var order = new Scratch<int>(n);
        // Negated, so that they ascend.
        for (var j = 0; j < n; j++) squares.Span[j] = -Dot(columns.Slice(j * m, m), columns.Slice(j * m, m));
        Sort(squares.Span, order.Span);
        for (var j = 0; j < n; j++) values[j] = Math.Sqrt(-squares.Span[order.Span[j]]);
        if (right.IsEmpty) return;
        var negligible = squares.Span[order.Span[0]] * Negligible(m);
        Arrange(vectors, order.Span, right, n);
        for (var j = 0; j < n; j++)
        {
            var at = order.Span[j];
            var vector = basis.Span.Slice(j * m, m);
            if (squares.Span[at] < negligible) TensorPrimitives.Multiply(columns.Slice(at * m, m), SignOfMost(vectors.Slice(at * n, n)) / Math.Sqrt(-squares.Span[at]), vector);
            else Complete(basis.Span, j, vector, m);
            for (var i = 0; i < m; i++) left[(i * n) + j] = vector[i];
        }
    }

    /// <summary>Those of one matrix by the triangle of its QR factorization, whose columns are as long.</summary>
    private static void OfTall(ReadOnlySpan<double> matrix, Span<double> right, Span<double> left, Span<double> values, int m, int n)
    {
        using Scratch<double> triangle = new(n * n), orthogonal = new(right.IsEmpty ? 0 : m * n), inner = new(right.IsEmpty ? 0 : n * n);
        Householder.Factor(matrix, orthogonal.Span, triangle.Span, m, n);
        OfColumns(triangle.Span, right, inner.Span, values, n, n);
        if (right.IsEmpty) return;
        TensorPrimitives.Negate(inner.Span, inner.Span);
        Bidiagonal.Multiply(orthogonal.Span, inner.Span, left, m, n);
    }

    /// <summary>Turns columns until they are orthogonal, and V with them. One shorter than the least is made of roundings of the others, orthogonal to none, and would turn for ever.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Orthogonalize(Span<double> columns, Span<double> v, double least, int m, int n)
    {
        using var squares = new Scratch<double>(n);
        var lengths = squares.Span;
        var negligible = NegligibleCosine(m);
        for (var (sweep, isDone) = (0, false); sweep < Sweeps && !isDone; sweep++)
        {
            isDone = true;
            for (var j = 0; j < n; j++) lengths[j] = Dot(columns.Slice(j * m, m), columns.Slice(j * m, m));
            for (var p = 0; p < n; p++)
            {
                for (var q = p + 1; q < n; q++)
                {
                    var x = columns.Slice(p * m, m);
                    var y = columns.Slice(q * m, m);
                    var xy = Dot(x, y);
                    if (Math.Abs(xy) <= negligible * Math.Sqrt(lengths[p] * lengths[q]) || xy == 0 || Math.Min(lengths[p], lengths[q]) <= least) continue;
                    isDone = false;
                    var (c, s) = Rotation((lengths[q] - lengths[p]) / (2 * xy));
                    Turn(x, y, c, s);
                    Turn(v.Slice(p * n, n), v.Slice(q * n, n), c, s);
                    (lengths[p], lengths[q]) = (Dot(x, x), Dot(y, y));
                }
            }
        }
    }

    /// <summary>A unit vector orthogonal to so many of a basis: what is left of the axis of which most is left, orthogonalized twice.</summary>
    private static void Complete(ReadOnlySpan<double> basis, int count, Span<double> vector, int m)
    {
        vector.Clear();
        var (axis, most) = (0, -1.0);
        for (var i = 0; i < m; i++)
        {
            var rest = 1.0;
            for (var k = 0; k < count; k++) rest -= basis[(k * m) + i] * basis[(k * m) + i];
            if (rest > most) (axis, most) = (i, rest);
        }
        vector[axis] = 1;
        for (var pass = 0; pass < 2; pass++)
        {
            for (var k = 0; k < count; k++)
            {
                var other = basis.Slice(k * m, m);
                TensorPrimitives.MultiplyAdd(other, -Dot(other, vector), vector, vector);
            }
            TensorPrimitives.Divide(vector, Math.Sqrt(Dot(vector, vector)), vector);
        }
    }

    /// <summary>Cosine and sine of the smaller of the two angles whose tangent t solves t² + 2·cot·t = 1.</summary>
    private static (double Cosine, double Sine) Rotation(double cot)
    {
        var t = (cot < 0 ? -1 : 1) / (Math.Abs(cot) + Math.Sqrt(1 + (cot * cot)));
        var c = 1 / Math.Sqrt(1 + (t * t));
        return (c, c * t);
    }

    /// <summary>x becomes c·x - s·y, and y becomes s·x + c·y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Turn(Span<double> x, Span<double> y, double c, double s)
    {
        var k = 0;
        for (; k + Vector<double>.Count <= x.Length; k += Vector<double>.Count)
        {
            var (a, b) = (new Vector<double>(x[k..]), new Vector<double>(y[k..]));
            ((c * a) - (s * b)).CopyTo(x[k..]);
            ((s * a) + (c * b)).CopyTo(y[k..]);
        }
        for (; k < x.Length; k++) (x[k], y[k]) = ((c * x[k]) - (s * y[k]), (s * x[k]) + (c * y[k]));
    }

    /// <summary>Rows, in an order, as columns, each with the sign that makes its largest element positive.</summary>
    public static unsafe void Arrange(ReadOnlySpan<double> rows, ReadOnlySpan<int> order, Span<double> result, int n)
    {
        using var arranged = new Scratch<double>(n * n);
        for (var j = 0; j < n; j++)
        {
            var row = rows.Slice(order[j] * n, n);
            TensorPrimitives.Multiply(row, SignOfMost(row), arranged.Span.Slice(j * n, n));
        }
        fixed (double* from = arranged.Span, to = result) Householder.Transpose(from, n, to, n, n, n);
    }

    private static double SignOfMost(ReadOnlySpan<double> row) => row[TensorPrimitives.IndexOfMaxMagnitude(row)] < 0 ? -1 : 1;

    /// <summary>The places of keys in ascending order; equal ones stay in theirs.</summary>
    public static void Sort(ReadOnlySpan<double> keys, Span<int> order)
    {
        for (var i = 0; i < keys.Length; i++)
        {
            var at = i;
            for (; at > 0 && keys[order[at - 1]] > keys[i]; at--) order[at] = order[at - 1];
            order[at] = i;
        }
    }

    private static void SetIdentity(Span<double> v, int n)
    {
        v.Clear();
        for (var i = 0; i < n; i++) v[(i * n) + i] = 1;
    }

    /// <summary>Each matrix times the power of two at which squares of its elements neither overflow nor vanish.</summary>
    private static void Scale(ReadOnlySpan<double> matrices, Span<double> scaled, int size, Span<double> factors)
    {
        for (var at = 0; at < matrices.Length; at += size)
        {
            var matrix = matrices.Slice(at, size);
            var largest = Math.Abs(TensorPrimitives.MaxMagnitude(matrix));
            // Of the smallest numbers the reciprocal is infinite.
            var factor = largest > 0 && double.IsFinite(largest) ? Math.ScaleB(1, Math.Min(-Math.ILogB(largest), 1_000)) : 1;
            factors[at / size] = factor;
            TensorPrimitives.Multiply(matrix, factor, scaled.Slice(at, size));
        }
    }

    private static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y) => TensorPrimitives.Dot(x, y);

    private static bool AllFinite(ReadOnlySpan<double> x)
    {
        foreach (var element in x)
        {
            if (!double.IsFinite(element)) return false;
        }
        return true;
    }
}
