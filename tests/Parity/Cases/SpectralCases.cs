namespace GraphGrad.Parity.Cases;

internal static class SpectralCases
{
    private static readonly Recipe[][] Squares = [[Normal(3, 3)], [Normal(2, 4, 4)], [Normal(1, 1)]];

    private static readonly Recipe[][] Rectangles = [[Normal(4, 3)], [Normal(3, 5)], [Normal(2, 3, 3)]];

    public static readonly Case[] All =
    [
        // Signs of vectors are anybody's choice.
        new("linalg.eigh", x => SymmetricEigen(Symmetric(x[0])) is var (values, vectors) ? (values, Abs(vectors)) : (x[0], x[0]), Squares) { By = Measure.Norm, Ours = "SymmetricEigen" },
        new("linalg.eigvalsh", x => SymmetricEigen(Symmetric(x[0])).Values, [[Normal(3, 3)], [Normal(2, 4, 4)]]) { By = Measure.Norm, Ours = "SymmetricEigen" },
        new("linalg.svd", x => Svd(x[0]) is var (u, s, vt) ? (Abs(u), s, Abs(vt)) : (x[0], x[0], x[0]), Rectangles) { By = Measure.Norm, Ours = "Svd" },
        new("linalg.svdvals", x => Svd(x[0]).S, Rectangles) { By = Measure.Norm },
        new("linalg.pinv", x => PseudoInverse(x[0]), Rectangles) { By = Measure.Norm },
        new("linalg.pinv of lesser rank", x => PseudoInverse(MatMul(x[0], x[1])), [[Normal(4, 2), Normal(2, 3)]]) { By = Measure.Norm, Derivatives = Derivatives.First },
        new("pinverse", x => PseudoInverse(x[0]), [[Normal(4, 3)]]) { By = Measure.Norm },
        new("linalg.matrix_rank", x => MatrixRank(x[0]), [[Normal(4, 3)], [Values(1, 2, 3, 2, 4, 6, 0, 0, 1).Shaped(3, 3)], [Values(0, 0, 0, 0).Shaped(2, 2)]]) { Derivatives = Derivatives.None },
        new("linalg.cond", x => ConditionNumber(x[0]), [[Normal(4, 3)], [Normal(2, 3, 3)]]) { By = Measure.Norm },
        new("linalg.matrix_norm of singular values", x => (MatrixNorm(x[0], MatrixNormOrder.LargestSingular), MatrixNorm(x[0], MatrixNormOrder.SmallestSingular), MatrixNorm(x[0], MatrixNormOrder.Nuclear, keepDims: true)), [[Normal(4, 3)], [Normal(2, 3, 3)]]) { By = Measure.Norm },
        new("nuclear_norm", x => MatrixNorm(x[0], MatrixNormOrder.Nuclear), [[Normal(3, 4)]]) { By = Measure.Norm },
        new("linalg.matrix_exp", x => MatrixExp(x[0]), [.. Squares, [Values(0, 0, 0, 0).Shaped(2, 2)], [Values(0, 1, 30, 0, 0, 2, 0, 0, 0).Shaped(3, 3)]]) { By = Measure.Norm },
        new("matrix_exp", x => MatrixExp(x[0] * 8), [[Normal(3, 3)]]) { By = Measure.Norm },
        new("linalg.cholesky_ex", x => Cholesky(MatMul(x[0], SwapAxes(x[0], 0, 1)) + Identity(x[0].Graph, 3, x[0].DType)), [[Normal(3, 3)]]) { By = Measure.Norm, Ours = "Cholesky" },
        new("linalg.inv_ex", x => Inverse(x[0]), [[Values(4, 1, 2, 1, 5, 1, 2, 1, 6).Shaped(3, 3)]]) { By = Measure.Norm },
        new("linalg.lu_factor_ex", x => Lu(x[0]).Packed, [[Normal(3, 3)]]) { By = Measure.Norm, Roundings = 18 },
        new("lu_unpack", x => (Lu(x[0]).Permutation, Lu(x[0]).Lower, Lu(x[0]).Upper), [[Normal(4, 4)]]) { By = Measure.Norm, Roundings = 18 },
        Case.Refuses("linalg.eigh of a rectangle", x => SymmetricEigen(x[0]).Values, "no square matrix", Normal(2, 3)),
        Case.Refuses("linalg.eigvalsh of whole numbers", x => SymmetricEigen(x[0]).Values, "no square matrix of floats", Whole(1, 5, 3, 3)),
        Case.Refuses("linalg.svd of a vector", x => Svd(x[0]).S, "no matrix", Normal(3)),
        Case.Refuses("linalg.svdvals of whole numbers", x => Svd(x[0]).S, "not float32 or float64", Whole(1, 5, 3, 3)),
        Case.Refuses("linalg.pinv of a vector", x => PseudoInverse(x[0]), "no matrix", Normal(3)),
        Case.Refuses("linalg.cond of a vector", x => ConditionNumber(x[0]), "no matrix", Normal(3)),
        Case.Refuses("linalg.matrix_exp of a rectangle", x => MatrixExp(x[0]), "no square matrix", Normal(2, 3)),
    ];

    private static Value Symmetric(Value a) => a + SwapAxes(a, a.Rank - 2, a.Rank - 1);
}
