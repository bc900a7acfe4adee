using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace GraphGrad.Operations;

/// <summary>Jacobi's rotations, of which each makes one element zero, or two columns orthogonal; they are repeated until none is left to be made. They converge quadratically, in some ten sweeps.</summary>
internal static class Rotations
{
    private const int Sweeps = 60;

    // Larger matrices are reduced to tridiagonal ones first; small ones get small eigenvalues more exactly so, in as little time.
    private const int MostRotated = 16;

    /// <summary>The eigenvectors of a symmetric matrix, as columns in ascending order of the eigenvalues.</summary>
    public static void Symmetric(ReadOnlySpan<double> matrix, Span<double> result, int n)
    {
        if (!AllFinite(matrix))
        {
            result.Fill(double.NaN);
            return;
        }
        var (scaled, v, values) = (Scaled(matrix), new double[n * n], new double[n]);
        if (n > MostRotated) Tridiagonal.Diagonalize(scaled, values, v, n);
        else Rotate(scaled, values, v, n);
        int[] order = [.. Enumerable.Range(0, n).OrderBy(i => values[i])];
        Arrange(v, order, result, n);
    }

    /// <summary>Row i of A becomes the image of row i of V: both are rotated as rows, which lie together.</summary>
    private static void Rotate(double[] a, Span<double> values, double[] v, int n)
    {
        for (var i = 0; i < n; i++) v[(i * n) + i] = 1;
        var negligible = 1e-17 * Math.Sqrt(Dot(a, a));
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
                    Turn(a.AsSpan(p * n, n), a.AsSpan(q * n, n), c, s);
                    for (var k = 0; k < n; k++) (a[(k * n) + p], a[(k * n) + q]) = ((c * a[(k * n) + p]) - (s * a[(k * n) + q]), (s * a[(k * n) + p]) + (c * a[(k * n) + q]));
                    a[(p * n) + q] = a[(q * n) + p] = 0;
                    Turn(v.AsSpan(p * n, n), v.AsSpan(q * n, n), c, s);
                }
            }
        }
        for (var i = 0; i < n; i++) values[i] = a[(i * n) + i];
    }

    /// <summary>A square of a singular value counts as 0 if it is no more than this share of the largest, of a matrix of so many rows.</summary>
    public static double Negligible(int rows) => rows * (double)rows * Math.Pow(2, -104);

    /// <summary>The singular vectors of a matrix with no more columns than rows, right and left ones, as columns in descending order of the singular values.</summary>
    public static void OfColumns(ReadOnlySpan<double> matrix, Span<double> right, Span<double> left, int m, int n)
    {
        if (!AllFinite(matrix))
        {
            right.Fill(double.NaN);
            left.Fill(double.NaN);
            return;
        }
        var (scaled, columns, v) = (Scaled(matrix), new double[n * m], new double[n * n]);
        if (n > MostRotated) Prepare(scaled, columns, v, m, n);
        else
        {
            Householder.Transpose(scaled, n, columns, m, m, n);
            for (var i = 0; i < n; i++) v[(i * n) + i] = 1;
        }
        Orthogonalize(columns, v, 1e-34 * Dot(scaled, scaled), m, n);
        double[] squares = [.. Enumerable.Range(0, n).Select(j => Dot(columns.AsSpan(j * m, m), columns.AsSpan(j * m, m)))];
        int[] order = [.. Enumerable.Range(0, n).OrderByDescending(j => squares[j])];
        var signs = Arrange(v, order, right, n);
        var basis = new double[n * m];
        for (var j = 0; j < n; j++)
        {
            var vector = basis.AsSpan(j * m, m);
            if (squares[order[j]] > squares[order[0]] * Negligible(m)) TensorPrimitives.Multiply(columns.AsSpan(order[j] * m, m), signs[j] / Math.Sqrt(squares[order[j]]), vector);
            else Complete(basis, j, vector, m);
            for (var i = 0; i < m; i++) left[(i * n) + j] = vector[i];
        }
    }

    /// <summary>Turns columns until they are orthogonal, and V with them. One shorter than the least is made of roundings of the others, orthogonal to none, and would turn for ever.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Orthogonalize(double[] columns, double[] v, double least, int m, int n)
    {
        // Cosines are not known better than to the roundings of so many terms.
        var negligible = 1e-16 * Math.Max(1, Math.Sqrt(m) / 4);
        var lengths = new double[n];
        for (var (sweep, isDone) = (0, false); sweep < Sweeps && !isDone; sweep++)
        {
            isDone = true;
            for (var j = 0; j < n; j++) lengths[j] = Dot(columns.AsSpan(j * m, m), columns.AsSpan(j * m, m));
            for (var p = 0; p < n; p++)
            {
                for (var q = p + 1; q < n; q++)
                {
                    var x = columns.AsSpan(p * m, m);
                    var y = columns.AsSpan(q * m, m);
                    var xy = Dot(x, y);
                    if (Math.Abs(xy) <= negligible * Math.Sqrt(lengths[p] * lengths[q]) || xy == 0 || Math.Min(lengths[p], lengths[q]) <= least) continue;
                    isDone = false;
                    var (c, s) = Rotation((lengths[q] - lengths[p]) / (2 * xy));
                    Turn(x, y, c, s);
                    Turn(v.AsSpan(p * n, n), v.AsSpan(q * n, n), c, s);
                    (lengths[p], lengths[q]) = (Dot(x, x), Dot(y, y));
                }
            }
        }
    }

    /// <summary>A unit vector orthogonal to so many of a basis: what is left of the axis of which most is left, orthogonalized twice.</summary>
    private static void Complete(double[] basis, int count, Span<double> vector, int m)
    {
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
                var other = basis.AsSpan(k * m, m);
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Turn(Span<double> x, Span<double> y, double c, double s)
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

    /// <summary>
    /// Columns turned by the eigenvectors of Aᵀ·A, whose roundings alone are left to rotate away (Drmač and Veselić, "New fast and accurate Jacobi SVD algorithm", 2008, begin with other factors to the same end).
    /// </summary>
    private static unsafe void Prepare(double[] matrix, double[] columns, double[] v, int m, int n)
    {
        var (turned, gram, values) = (new double[m * n], new double[n * n], new double[n]);
        Householder.Transpose(matrix, n, turned, m, m, n);
        fixed (double* a = matrix, transposed = turned, squares = gram, vectors = v, products = columns)
        {
            // -Aᵀ·A, whose values ascend as those of A descend.
            Elimination.Subtract(new Block<double>(transposed, n, m, m), new Block<double>(a, m, n, n), new Block<double>(squares, n, n, n));
            Tridiagonal.Diagonalize(gram, values, v, n);
            Elimination.Subtract(new Block<double>(vectors, n, n, n), new Block<double>(transposed, n, m, m), new Block<double>(products, n, m, m));
        }
        TensorPrimitives.Negate(v, v);
    }

    /// <summary>Rows in an order as columns, with signs that make the largest element of each positive.</summary>
    private static int[] Arrange(double[] rows, int[] order, Span<double> result, int n)
    {
        var signs = new int[n];
        for (var j = 0; j < n; j++)
        {
            var row = rows.AsSpan(order[j] * n, n);
            var sign = 1;
            for (var (k, most) = (0, 0.0); k < n; k++)
            {
                if (Math.Abs(row[k]) > most) (most, sign) = (Math.Abs(row[k]), Math.Sign(row[k]));
            }
            for (var k = 0; k < n; k++) result[(k * n) + j] = sign * row[k];
            signs[j] = sign;
        }
        return signs;
    }

    /// <summary>A copy, times the power of two at which squares of its elements neither overflow nor vanish.</summary>
    private static double[] Scaled(ReadOnlySpan<double> matrix)
    {
        var scaled = matrix.ToArray();
        var largest = scaled.Length == 0 ? 0 : Math.Abs(TensorPrimitives.MaxMagnitude<double>(scaled));
        // Of the smallest numbers the reciprocal is infinite.
        if (largest > 0) TensorPrimitives.Multiply(scaled, Math.ScaleB(1, Math.Min(-Math.ILogB(largest), 1_000)), scaled);
        return scaled;
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
