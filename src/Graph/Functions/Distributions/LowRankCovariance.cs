namespace GraphGrad;

/// <summary>A covariance matrix W·Wᵀ + diag(d), by the formulas of Woodbury and Sylvester: of the small matrix I + Wᵀ·diag(1/d)·W.</summary>
internal sealed class LowRankCovariance
{
    private readonly Value diagonal, along;

    private LowRankCovariance(Value factor, Value diagonal)
    {
        this.diagonal = diagonal;
        var scaled = factor / Ops.ExpandDims(diagonal, -1);
        var small = Ops.Cholesky(Ops.MatMul(Ops.SwapLast(factor), scaled) + Ops.Identity(factor.Graph, factor.Shape[1], factor.DType));
        along = Ops.TriangularSolve(small, Ops.SwapLast(scaled));
        LogDeterminant = Ops.Sum(Ops.Log(diagonal)) + 2 * Ops.Sum(Ops.Log(Ops.Diagonal(small)));
    }

    /// <summary>The logarithm of the matrix's determinant.</summary>
    public Value LogDeterminant { get; }

    /// <summary>The diagonal of the matrix's inverse.</summary>
    public Value InverseDiagonal => 1 / diagonal - Ops.Sum(Ops.Square(along), 0);

    /// <exception cref="GraphException">The types differ or are not floats, or the shapes are not [elements, columns] and [elements] of known extents.</exception>
    public static LowRankCovariance Of(string function, Value factor, Value diagonal) =>
        factor.Rank == 2 && diagonal.Rank == 1 && factor.Shape[0] == diagonal.Shape[0] && diagonal.Shape[0].IsConstant && factor.DType == diagonal.DType && factor.DType.IsFloat()
            ? new(factor, diagonal)
            : throw factor.Graph.Error(function, $"the factor '{factor.Name}' {factor.Type} and the diagonal '{diagonal.Name}' {diagonal.Type} must be floats of one type, [elements, columns] and [elements] of known extent. Reshape or cast them.");

    /// <summary>xᵀ·M⁻¹·x of vectors x in the last axis.</summary>
    public Value Squares(Value vectors) =>
        Ops.Sum(Ops.Square(vectors) / diagonal, -1) - Ops.Sum(Ops.Square(Ops.MatMul(vectors, Ops.SwapLast(along))), -1);
}
