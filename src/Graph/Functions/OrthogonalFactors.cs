namespace GraphGrad;

public static partial class Ops
{
    /// <summary>
    /// Q·R of matrices: the columns of Q are orthonormal, R has zeros below its diagonal. By Householder's reflections, one for each column, which are composed of other ops: a graph grows
    /// with the number of columns, and derivatives of every order follow from it. They exist where the columns (of a wide matrix, the first ones) are independent. In float64 for either type.
    /// </summary>
    /// <remarks>Householder, "Unitary triangularization of a nonsymmetric matrix", 1958; signs as LAPACK's.</remarks>
    /// <param name="a">[…, m, n] of known extents m and n, float32 or float64.</param>
    /// <returns>Q, […, m, k], and R, […, k, n], with k the smaller of m and n.</returns>
    /// <exception cref="GraphException">a is not a float, has fewer than two axes, or m or n is not known or 0.</exception>
    public static (Value Q, Value R) Qr(Value a)
    {
        RequireFloat("qr", a);
        if (a.Rank < 2 || !a.Shape[^2].IsConstant || !a.Shape[^1].IsConstant || a.Shape[^2].Is(0) || a.Shape[^1].Is(0))
            throw a.Graph.Error("qr", $"'{a.Name}' {a.Type} is no matrix of known extents that are not 0, nor a stack of them; reshape or slice it.");
        if (a.DType == DType.Float32)
        {
            var (orthogonal, triangular) = Qr(Cast(a, DType.Float64));
            return (Cast(orthogonal, DType.Float32), Cast(triangular, DType.Float32));
        }
        using var scope = a.Graph.Scope("qr");
        var (m, n) = ((int)a.Shape[^2].Value, (int)a.Shape[^1].Value);
        var k = Math.Min(m, n);
        var rows = new List<Value>();
        var reflections = new List<Value?>();
        var rest = a;
        for (var i = 0; i < k; i++)
        {
            // A column of one element is left as it is.
            var axis = i < m - 1 ? Reflection(Slice(rest, -1, 0, 1)) : null;
            if (axis is not null) rest = Reflected(rest, axis);
            var row = Slice(rest, -2, 0, 1);
            rows.Add(Pad(row, [.. Enumerable.Repeat((Dim)0, a.Rank - 1), i], [.. Enumerable.Repeat((Dim)0, a.Rank)]));
            reflections.Add(axis);
            if (i < k - 1) rest = Slice(Slice(rest, -2, 1, m - i - 1), -1, 1, n - i - 1);
        }
        var unit = Identity(a.Graph, m, k, a.DType);
        var q = BroadcastTo(unit, new Shape([.. a.Shape.Dims[..^2], m, k]));
        for (var i = k - 1; i >= 0; i--)
        {
            if (reflections[i] is not { } axis) continue;
            var lower = Reflected(Slice(q, -2, i, m - i), axis);
            q = i == 0 ? lower : Concat([Slice(q, -2, 0, i), lower], -2);
        }
        return (q, k == 1 ? rows[0] : Concat(rows, -2));
    }

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
        if (a.DType == DType.Float32 && b.DType == DType.Float32) return Cast(LeastSquares(Cast(a, DType.Float64), Cast(b, DType.Float64)), DType.Float32);
        var isWide = a.Shape[^2] is { IsConstant: true, Value: var m } && a.Shape[^1] is { IsConstant: true, Value: var n } && m < n;
        var (q, r) = Qr(isWide ? SwapLast(a) : a);
        return isWide ? MatMul(q, TriangularSolve(r, b, lower: false, transpose: true)) : TriangularSolve(r, MatMul(SwapLast(q), b), lower: false);
    }

    /// <summary>The vector v = x ∓ ‖x‖·e₁ of a column, of which the reflection takes x to ∓‖x‖·e₁; the sign is that which does not cancel.</summary>
    private static Value Reflection(Value column)
    {
        var first = Slice(column, -2, 0, 1);
        var length = SafeSqrt(Sum(Square(column), -2, keepDims: true));
        var shift = Where(first < 0, -length, length);
        return Concat([first + shift, Slice(column, -2, 1, column.Shape[^2] - 1)], -2);
    }

    /// <summary>x - 2·v·(vᵀ·x) / (vᵀ·v); x itself where v is 0.</summary>
    private static Value Reflected(Value x, Value v)
    {
        var square = Sum(Square(v), -2, keepDims: true);
        var safe = Where(Equal(square, 0), 1, square);
        return x - (v * (MatMul(SwapLast(v), x) * (2 / safe)));
    }
}
