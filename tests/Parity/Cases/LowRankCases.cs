namespace GraphGrad.Parity.Cases;

/// <summary>
/// Some singular values or eigenvalues of many. What is random or of undetermined sign is compared by what it makes: the matrix again, and the sum of weighted projections. Inputs of low rank have a single answer.
/// </summary>
internal static class LowRankCases
{
    // Of the products, factorizations and steps one after the other.
    private const int Roundings = 200;

    // Vectors are exact to it divided by the distance of their eigenvalues.
    private const double Tolerance = 1e-14;

    private static readonly Recipe[][] Graded = [[Values(0, 1.5, 3, 5, 7.5, 10, 14, 19, 25), Normal(9, 9)]];

    public static readonly Case[] All =
    [
        new("svd_lowrank", x => Rebuilt(SvdLowRank(MatMul(x[0], x[1]), 2, seed: 3)), [[Normal(7, 2), Normal(2, 5)], [Normal(4, 2), Normal(2, 9)], [Normal(3, 6, 2), Normal(3, 2, 5)]]) { By = Measure.Norm, Roundings = Roundings, Ours = "SvdLowRank" },
        new("svd_lowrank of all", x => Rebuilt(SvdLowRank(x[0], 3, iterations: 0, seed: 3)), [[Normal(6, 3)], [Normal(3, 6)]]) { By = Measure.Norm, Roundings = Roundings, Ours = "SvdLowRank" },
        new("pca_lowrank", x => Rebuilt(PcaLowRank(MatMul(x[0], x[1]) + Cast(x[2], x[0].DType), 2, seed: 3)), [[Normal(7, 2), Normal(2, 5), Whole(-3, 4, 5)]]) { By = Measure.Norm, Roundings = Roundings, Ours = "PcaLowRank" },
        new("pca_lowrank of what is centered", x => Rebuilt(PcaLowRank(MatMul(x[0], x[1]), 2, center: false, seed: 3)), [[Normal(7, 2), Normal(2, 5)]]) { By = Measure.Norm, Roundings = Roundings, Ours = "PcaLowRank" },
        new("lobpcg", x => Weighted(Lobpcg(Matrix(x), 3, tolerance: Tolerance, seed: 3)), Graded) { By = Measure.Norm, Roundings = Roundings, Ours = "Lobpcg" },
        new("lobpcg of the smallest", x => Weighted(Lobpcg(Matrix(x), 2, largest: false, tolerance: Tolerance, seed: 3)), Graded) { By = Measure.Norm, Roundings = Roundings, Ours = "Lobpcg" },
        new("lobpcg by a second matrix", x => Weighted(Lobpcg(Matrix(x), 2, b: Metric(x), tolerance: Tolerance, seed: 3)), [[.. Graded[0], Normal(9, 9)]]) { By = Measure.Norm, Roundings = Roundings, Ours = "Lobpcg" },
        new("lobpcg of several", x => Weighted(Lobpcg(Stack([Matrix(x), 2 * Matrix(x)]), 1, tolerance: Tolerance, seed: 3)), Graded) { By = Measure.Norm, Roundings = Roundings, Ours = "Lobpcg" },
        Case.Refuses("svd_lowrank of a vector", x => SvdLowRank(x[0], 1).S, "is no matrix of known extents", Normal(4)),
        Case.Refuses("svd_lowrank of too many", x => SvdLowRank(x[0], 4).S, "has no 4 singular values", Normal(3, 5)),
        Case.Refuses("pca_lowrank of a vector", x => PcaLowRank(x[0], 1).S, "holds no points", Normal(4)),
        Case.Refuses("lobpcg of a rectangle", x => Lobpcg(x[0]).Values, "is no square matrix", Normal(4, 3)),
        Case.Refuses("lobpcg by another size", x => Lobpcg(x[0], b: x[1]).Values, "must be as", Normal(4, 4), Normal(5, 5)),
        Case.Refuses("lobpcg of too many", x => Lobpcg(x[0], 5).Values, "SymmetricEigen finds all", Normal(4, 4)),
    ];

    private static Results Rebuilt((Value U, Value S, Value Vt) factors) => (MatMul(factors.U * ExpandDims(factors.S, -2), factors.Vt), factors.S);

    private static Results Weighted((Value Values, Value Vectors) pairs)
    {
        var weights = Arange(pairs.Values.Graph, 1, pairs.Values.Shape[^1].Value + 1, dtype: pairs.Values.DType);
        return (pairs.Values, MatMul(pairs.Vectors * weights, SwapAxes(pairs.Vectors, -1, -2)));
    }

    private static Value Matrix(Value[] x) => Identity(x[0].Graph, 9, x[0].DType) * x[0] + 0.1 * (x[1] + Transpose(x[1]));

    private static Value Metric(Value[] x) => Identity(x[0].Graph, 9, x[0].DType) + 0.05 * MatMul(x[2], Transpose(x[2]));
}
