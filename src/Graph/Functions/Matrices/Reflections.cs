namespace GraphGrad;

// LAPACK's form of orthogonal factors: reflections H(i) = I - τ(i)·v(i)·v(i)ᵀ, v(i) being 0 above place i, 1 there, and below it the column i of a matrix.
public static partial class Ops
{
    /// <summary>
    /// The reflections whose product is the orthogonal factor of matrices, below the diagonal, and on and above it the triangular one R. Composed of other ops: a graph grows with the number of
    /// columns, and derivatives of every order follow from it, where the columns (of a wide matrix, the first ones) are independent.
    /// </summary>
    /// <remarks>Householder, "Unitary triangularization of a nonsymmetric matrix", 1958; signs as LAPACK's geqrf.</remarks>
    /// <param name="a">[…, m, n] of known extents m and n, float32 or float64.</param>
    /// <returns>R and the vectors, […, m, n], and τ, […, k], with k the smaller of m and n.</returns>
    /// <exception cref="GraphException">a is not a float, has fewer than two axes, or m or n is not known.</exception>
    public static (Value Packed, Value Tau) HouseholderReflections(Value a)
    {
        RequireFloat("householder_reflections", a);
        if (a.Rank < 2 || !a.Shape[^2].IsConstant || !a.Shape[^1].IsConstant)
            throw a.Graph.Error("householder_reflections", $"'{a.Name}' {a.Type} is no matrix of known extents, nor a stack of them; reshape it, or give the placeholder that it comes from a shape of numbers.");
        if (a.Shape[^2].Is(0) || a.Shape[^1].Is(0)) return (a, Sum(Slice(a, -1, 0, 0), -2));
        using var scope = a.Graph.Scope("householder_reflections");
        var (m, n) = ((int)a.Shape[^2].Value, (int)a.Shape[^1].Value);
        var (rest, packed, factors) = (a, default(Value), new List<Value>());
        for (var i = 0; i < Math.Min(m, n); i++)
        {
            var (first, below) = (Slice(Slice(rest, -1, 0, 1), -2, 0, 1), Slice(Slice(rest, -1, 0, 1), -2, 1, m - i - 1));
            var square = Sum(Square(below), -2, keepDims: true);
            // What has zeros below already is left as it is.
            var isDone = Equal(square, 0);
            var length = Sqrt(Where(isDone, 1, Square(first) + square));
            var corner = Where(isDone, first, Where(first < 0, length, -length));
            var safe = Where(isDone, 1, first - corner);
            var (tau, v) = (Where(isDone, 0, -safe / Where(isDone, 1, corner)), Where(isDone, 0, below / safe));
            factors.Add(Squeeze(tau, -1));
            var others = Slice(rest, -1, 1, n - i - 1);
            var whole = Concat([OnesLike(first), v], -2);
            others -= tau * whole * MatMul(SwapLast(whole), others);
            // The finished row and column, of the corner, what is right of it and what is below.
            var finished = Concat([Concat([corner, Slice(others, -2, 0, 1)], -1), Concat([v, ZerosLike(Slice(others, -2, 1, m - i - 1))], -1)], -2);
            var margin = Enumerable.Repeat((Dim)0, a.Rank - 2).Concat([i, i]).ToArray();
            var placed = Pad(finished, margin, [.. Enumerable.Repeat((Dim)0, a.Rank)]);
            packed = packed is null ? placed : packed + placed;
            rest = Slice(others, -2, 1, m - i - 1);
        }
        return (packed!, factors.Count == 1 ? factors[0] : Concat([.. factors], -1));
    }

    /// <summary>The first n columns of the product H(1)·H(2)·…·H(k) of reflections, as <see cref="HouseholderReflections"/> gives them.</summary>
    /// <remarks>
    /// The product is I - V·T·Vᵀ with T⁻¹ = diag(1/τ) + the part of Vᵀ·V above the diagonal (Joffrain and others, "Accumulating Householder transformations, revisited", 2006).
    /// </remarks>
    /// <param name="a">[…, m, n], float32 or float64, m ≥ n; only what is below the diagonal is read.</param>
    /// <param name="tau">[…, k] of the same type, k ≤ n.</param>
    /// <exception cref="GraphException">Types or shapes do not fit.</exception>
    public static Value HouseholderProduct(Value a, Value tau)
    {
        CheckReflections("householder_product", a, tau);
        using var scope = a.Graph.Scope("householder_product");
        var unit = Identity(a.Graph, a.Shape[^2], a.Shape[^1], a.DType);
        return Reflected(a, tau, BroadcastTo(unit, a.Shape), isTransposed: false);
    }

    /// <summary>The product of Q = H(1)·H(2)·…·H(k), the whole orthogonal matrix of reflections, or of its transposed, with other matrices.</summary>
    /// <param name="a">[…, m, n], float32 or float64, m ≥ n; only what is below the diagonal is read.</param>
    /// <param name="tau">[…, k] of the same type, k ≤ n.</param>
    /// <param name="other">[…, m, l], or, from the left of Q, […, l, m], with the same leading axes.</param>
    /// <param name="left">Whether Q stands on the left.</param>
    /// <param name="transpose">Whether Qᵀ is meant.</param>
    /// <exception cref="GraphException">Types or shapes do not fit.</exception>
    public static Value HouseholderMultiply(Value a, Value tau, Value other, bool left = true, bool transpose = false)
    {
        CheckReflections("householder_multiply", a, tau);
        if (other.DType != a.DType || other.Rank != a.Rank || !other.Shape.Dims[..^2].SequenceEqual(a.Shape.Dims[..^2]) || other.Shape[left ? ^2 : ^1] != a.Shape[^2])
            throw a.Graph.Error("householder_multiply", $"'{other.Name}' {other.Type} does not fit the reflections '{a.Name}' {a.Type}: {a.Shape[^2]} {(left ? "rows" : "columns")}, the same type and equal leading axes are needed.");
        using var scope = a.Graph.Scope("householder_multiply");
        // C·Q = (Qᵀ·Cᵀ)ᵀ.
        return left ? Reflected(a, tau, other, transpose) : SwapLast(Reflected(a, tau, SwapLast(other), !transpose));
    }

    private static Value Reflected(Value a, Value tau, Value other, bool isTransposed)
    {
        var k = tau.Shape[^1];
        if (k.Is(0)) return other;
        var v = TriangularLower(Slice(a, -1, 0, k), -1) + Identity(a.Graph, a.Shape[^2], k, a.DType);
        // T = (I + diag τ · U)⁻¹ · diag τ, which takes τ = 0 as well.
        var scale = ExpandDims(tau, -1);
        var system = Identity(a.Graph, k, a.DType) + (scale * TriangularUpper(MatMul(SwapLast(v), v), 1));
        var inner = MatMul(SwapLast(v), other);
        inner = isTransposed ? scale * TriangularSolve(system, inner, lower: false, transpose: true) : TriangularSolve(system, scale * inner, lower: false);
        return other - MatMul(v, inner);
    }

    private static void CheckReflections(string function, Value a, Value tau)
    {
        RequireFloat(function, a);
        if (a.Rank < 2 || a.Shape[^2] - a.Shape[^1] is { IsConstant: true, Value: < 0 })
            throw a.Graph.Error(function, $"'{a.Name}' {a.Type} is no matrix of at least as many rows as columns, nor a stack of them; slice or transpose it.");
        if (tau.DType != a.DType || tau.Rank != a.Rank - 1 || !tau.Shape.Dims[..^1].SequenceEqual(a.Shape.Dims[..^2]) || a.Shape[^1] - tau.Shape[^1] is { IsConstant: true, Value: < 0 })
            throw a.Graph.Error(function, $"the factors '{tau.Name}' {tau.Type} do not fit the matrix '{a.Name}' {a.Type}: at most one for each column, the same type and equal leading axes are needed.");
    }
}
