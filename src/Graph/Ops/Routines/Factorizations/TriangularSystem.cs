using System.Numerics;
using System.Numerics.Tensors;

namespace GraphGrad.Operations;

/// <summary>Substitution in triangular systems, for the routines that need it.</summary>
internal static class TriangularSystem
{
    /// <summary>Solves A·X = B, or Aᵀ·X = B, in place of B.</summary>
    /// <param name="a">The matrix; what lies on the other side of the diagonal is not read.</param>
    /// <param name="x">B, of n rows, dense; X afterwards.</param>
    /// <param name="n">How many equations.</param>
    /// <param name="columns">How many right-hand sides.</param>
    /// <param name="isLower">Whether A is what stands on and below the diagonal.</param>
    /// <param name="isTransposed">Whether the system is of Aᵀ.</param>
    /// <param name="isUnit">Whether the diagonal counts as ones.</param>
    /// <param name="stride">How far a row of <paramref name="a"/> is from the next; n if left out.</param>
    public static unsafe void Solve<T>(ReadOnlySpan<T> a, Span<T> x, int n, int columns, bool isLower, bool isTransposed, bool isUnit = false, int? stride = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (n == 0 || columns == 0) return;
        var pitch = stride ?? n;
        // Rows are finished from the end at which the matrix has one element.
        var forward = isLower != isTransposed;
        if (columns == 1)
        {
            SolveColumn(a, x, n, pitch, forward, isTransposed, isUnit);
            return;
        }
        fixed (T* matrix = a, sides = x)
        {
            var triangle = isTransposed ? new Block<T>(matrix, n, n, 1, pitch) : new Block<T>(matrix, n, n, pitch);
            var rows = new Block<T>(sides, n, columns, columns);
            Elimination.Forward(forward ? triangle : triangle.Turned, forward ? rows : rows.Upward, isUnit);
        }
    }

    /// <summary>One right-hand side: along the rows of the matrix, which lie dense in memory, in both cases.</summary>
    private static void SolveColumn<T>(ReadOnlySpan<T> a, Span<T> x, int n, int pitch, bool forward, bool isTransposed, bool isUnit)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var step = 0; step < n; step++)
        {
            var i = forward ? step : n - 1 - step;
            var (from, to) = forward != isTransposed ? (0, i) : (i + 1, n);
            var row = a.Slice((i * pitch) + from, to - from);
            var others = x[from..to];
            if (!isTransposed) x[i] -= TensorPrimitives.Dot<T>(row, others);
            if (!isUnit) x[i] /= a[(i * pitch) + i];
            if (isTransposed) TensorPrimitives.MultiplyAdd<T>(row, -x[i], others, others);
        }
    }
}
