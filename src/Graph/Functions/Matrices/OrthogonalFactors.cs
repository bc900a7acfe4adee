namespace GraphGrad;

public static partial class Ops
{
    /// <summary>
    /// The X that makes ‖a·X - b‖ least, for each matrix in the last two axes; of a wide matrix, which has many solutions, the one of the least norm. By <see cref="Qr"/>; the rows or
    /// the columns, whichever are fewer, must be independent.
    /// </summary>
    /// <param name="a">[…, m, n] of known extents m and n, float32 or float64.</param>
    /// <param name="b">[…, m, l]; leading axes broadcast. A vector [m], or one for each matrix, counts as a column.</param>
    /// <returns>[…, n, l], or […, n].</returns>
    /// <exception cref="GraphException">As for <see cref="Qr"/>, the types differ, or b does not fit.</exception>
    public static Value LeastSquares(Value a, Value b)
    {
        if (a.Rank >= 2 && (b.Rank == 1 || (b.Rank == a.Rank - 1 && b.Shape.Equals(new Shape([.. a.Shape.Dims[..^1]]))))) return Squeeze(LeastSquares(a, ExpandDims(b, -1)), -1);
        if (a.Rank < 2 || b.Rank < 2 || b.Shape[^2] != a.Shape[^2])
            throw a.Graph.Error("least_squares", $"the matrix '{a.Name}' {a.Type} and the right-hand sides '{b.Name}' {b.Type} do not fit: their numbers of rows must be equal.");
        // Nothing to come near to, or nothing to do it with: 0, or no numbers at all.
        if (a.Shape[^2].Is(0) || a.Shape[^1].Is(0)) return MatMul(SwapLast(a), b);
        if (a.DType == DType.Float32 && b.DType == DType.Float32) return Cast(LeastSquares(Cast(a, DType.Float64), Cast(b, DType.Float64)), DType.Float32);
        var isWide = a.Shape[^2] is { IsConstant: true, Value: var m } && a.Shape[^1] is { IsConstant: true, Value: var n } && m < n;
        var (q, r) = Qr(isWide ? SwapLast(a) : a);
        return isWide ? MatMul(q, TriangularSolve(r, b, lower: false, transpose: true)) : TriangularSolve(r, MatMul(SwapLast(q), b), lower: false);
    }
}
