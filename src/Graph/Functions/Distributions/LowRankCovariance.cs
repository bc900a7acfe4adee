namespace GraphGrad;

/// <summary>Covariance matrices W·Wᵀ + diag(d), one or a stack of them, by the formulas of Woodbury and Sylvester: of the small matrix I + Wᵀ·diag(1/d)·W.</summary>
internal sealed class LowRankCovariance
{
    private readonly Value diagonal, along;

    private LowRankCovariance(Value factor, Value diagonal)
    {
        this.diagonal = diagonal;
        var scaled = factor / Ops.ExpandDims(diagonal, -1);
        var small = Ops.Cholesky(Ops.MatMul(Ops.SwapLast(factor), scaled) + Ops.Identity(factor.Graph, factor.Shape[^1], factor.DType));
        along = Ops.TriangularSolve(small, Ops.SwapLast(scaled));
        LogDeterminant = Ops.Sum(Ops.Log(diagonal), -1) + 2 * Ops.Sum(Ops.Log(Ops.Diagonal(small)), -1);
    }

    /// <summary>The logarithm of the matrix's determinant.</summary>
    public Value LogDeterminant { get; }

    /// <summary>The diagonal of the matrix's inverse.</summary>
    public Value InverseDiagonal => 1 / diagonal - Ops.Sum(Ops.Square(along), -2);

    /// <exception cref="GraphException">The types differ or are not floats, the shapes are not [elements, columns] and [elements] of known extents, or what stands before these does not broadcast.</exception>
    public static LowRankCovariance Of(string function, Value factor, Value diagonal) =>
        factor.Rank >= 2 && diagonal.Rank >= 1 && factor.Shape[^2] == diagonal.Shape[^1] && diagonal.Shape[^1].IsConstant && factor.DType == diagonal.DType && factor.DType.IsFloat()
            ? new(factor, diagonal)
            : throw factor.Graph.Error(function, $"the factor '{factor.Name}' {factor.Type} and the diagonal '{diagonal.Name}' {diagonal.Type} must be floats of one type, [elements, columns] and [elements] of known extent. Reshape or cast them.");

    /// <summary>xᵀ·M⁻¹·x of vectors x in the last axis.</summary>
    public Value Squares(Value vectors)
    {
        // One matrix takes all vectors as the rows of one product.
        var products = along.Rank == 2 ? Ops.MatMul(vectors, Ops.SwapLast(along)) : Ops.Squeeze(Ops.MatMul(Ops.ExpandDims(vectors, -2), Ops.SwapLast(along)), -2);
        return Ops.Sum(Ops.Square(vectors) / diagonal, -1) - Ops.Sum(Ops.Square(products), -1);
    }

    /// <summary>The sum of xᵀ·M⁻¹·x over the columns x of matrices.</summary>
    public Value SumOfSquares(Value columns) =>
        Ops.Sum(Ops.Square(columns) / Ops.ExpandDims(diagonal, -1), [-2, -1]) - Ops.Sum(Ops.Square(Ops.MatMul(along, columns)), [-2, -1]);
}
