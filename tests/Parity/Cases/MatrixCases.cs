namespace GraphGrad.Parity.Cases;

internal static class MatrixCases
{
    private static readonly Recipe[][] Squares = [[Dominant(3, 3)], [Dominant(2, 4, 4)], [Dominant(1, 1)]];

    private static readonly Recipe[][] Systems = [[Dominant(3, 3), Normal(3, 2)], [Dominant(2, 4, 4), Normal(2, 4, 1)], [Dominant(1, 1), Normal(1, 5)]];

    // Of at most six rows: each step of an elimination, or of a substitution, rounds a factor, a product and a difference; systems have both.
    private const int Elimination = 6 * 3;

    // Of at most three columns of five: a reflection sums five squares, takes a root and a quotient, sums five products and subtracts; derivatives go the same way back, twice.
    private const int Reflections = 3 * 14 * 3;

    public static readonly Case[] All = [.. Products, .. Distances, .. Factorizations, .. Refused];

    private static Case[] Products =>
    [
        new("matmul", x => MatMul(x[0], x[1]),
        [
            [Normal(3, 5), Normal(5, 2)], [Normal(2, 1, 3, 4), Normal(3, 4, 2)], [Normal(0, 3), Normal(3, 2)], [Normal(3, 0), Normal(0, 2)], [Normal(4), Normal(4)],
            [Normal(3, 4), Normal(4)], [Normal(4), Normal(4, 3)], [Normal(2, 3, 4), Normal(4)], [Normal(4), Normal(2, 4, 3)], [Normal(3, 4), Normal(2, 4, 5)], [Normal(17, 33), Normal(33, 19)],
        ]) { By = Measure.Norm },
        new("mm", x => MatMul(x[0], x[1]), [[Normal(3, 5), Normal(5, 2)], [Normal(1, 7), Normal(7, 1)]]) { By = Measure.Norm },
        new("bmm", x => MatMul(x[0], x[1]), [[Normal(2, 3, 5), Normal(2, 5, 4)], [Normal(0, 3, 5), Normal(0, 5, 4)]]) { By = Measure.Norm },
        new("mv", x => MatMul(x[0], x[1]), [[Normal(3, 5), Normal(5)]]) { By = Measure.Norm },
        new("dot", x => MatMul(x[0], x[1]), [[Normal(7), Normal(7)], [Normal(0), Normal(0)]]) { By = Measure.Norm },
        new("vdot", x => MatMul(x[0], x[1]), [[Normal(5), Normal(5)]]) { By = Measure.Norm },
        new("inner", x => Inner(x[0], x[1]), [[Normal(3, 5), Normal(2, 5)], [Normal(5), Normal(5)]]) { By = Measure.Norm },
        new("inner with a scalar", x => Inner(x[0], x[1]), [[Normal(), Normal(3)], [Normal(2, 3), Normal()]]),
        new("outer", x => Outer(x[0], x[1]), [[Normal(3), Normal(4)], [Normal(0), Normal(4)]]) { By = Measure.Norm },
        new("ger", x => Outer(x[0], x[1]), [[Normal(3), Normal(4)]]) { By = Measure.Norm },
        new("kron", x => Kron(x[0], x[1]), [[Normal(2, 3), Normal(4, 2)], [Normal(3), Normal(2, 2)], [Normal(2, 2, 2), Normal(3)]]) { By = Measure.Norm },
        new("tensordot", x => TensorDot(x[0], x[1]), [[Normal(2, 3, 4), Normal(3, 4, 5)]]) { By = Measure.Norm },
        new("tensordot of axes", x => Dot(x[0], x[1], [1, 0], [0, 2]), [[Normal(2, 3, 4), Normal(3, 5, 2)]]) { By = Measure.Norm },
        new("einsum transposed", x => Einsum("ij->ji", x), [[Normal(3, 4)]]) { By = Measure.Norm },
        new("einsum product", x => Einsum("ij,jk", x), [[Normal(3, 4), Normal(4, 2)]]) { By = Measure.Norm },
        new("einsum batches", x => Einsum("bij,bjk->bki", x), [[Normal(2, 3, 4), Normal(2, 4, 5)]]) { By = Measure.Norm },
        new("einsum of three", x => Einsum("bi,oij,bj->bo", x), [[Normal(2, 3), Normal(4, 3, 5), Normal(2, 5)]]) { By = Measure.Norm },
        new("einsum ellipsis", x => Einsum("...ij,...jk->...ik", x), [[Normal(2, 1, 3, 4), Normal(5, 4, 2)]]) { By = Measure.Norm },
        new("einsum diagonal", x => Einsum("iij->ij", x), [[Normal(3, 3, 2)]]) { By = Measure.Norm },
        new("einsum trace", x => Einsum("ii", x), [[Normal(4, 4)]]) { By = Measure.Norm },
        new Case("trace", x => Trace(x[0]), [[Normal(3, 3)], [Normal(2, 5)], [Normal(4, 1)]]) { By = Measure.Norm }
            .Instead("libtorch's gradient of a matrix with more rows than columns goes on below the diagonal", p => p is { Part: Part.Gradient, Element: > 0 } && p.Inputs[0].Extents() is [4, 1] ? 0 : null),
        new("addmm", x => (x[0] * 0.5) + (MatMul(x[1], x[2]) * 2), [[Normal(3, 2), Normal(3, 4), Normal(4, 2)], [Normal(2), Normal(3, 4), Normal(4, 2)]]) { By = Measure.Norm },
        new("addmv", x => (x[0] * 0.5) + (MatMul(x[1], x[2]) * 2), [[Normal(3), Normal(3, 4), Normal(4)]]) { By = Measure.Norm },
        new("addr", x => (x[0] * 0.5) + (Outer(x[1], x[2]) * 2), [[Normal(3, 4), Normal(3), Normal(4)]]) { By = Measure.Norm, Ours = "Outer" },
        new("addbmm", x => (x[0] * 0.5) + (Sum(MatMul(x[1], x[2]), 0) * 2), [[Normal(3, 2), Normal(5, 3, 4), Normal(5, 4, 2)]]) { By = Measure.Norm, Ours = "MatMul" },
        new("baddbmm", x => (x[0] * 0.5) + (MatMul(x[1], x[2]) * 2), [[Normal(5, 3, 2), Normal(5, 3, 4), Normal(5, 4, 2)]]) { By = Measure.Norm },
        new("linalg.multi_dot", x => MultiDot(x), [[Normal(2, 5), Normal(5, 3), Normal(3, 4), Normal(4)]]) { By = Measure.Norm },
        new("chain_matmul", x => MultiDot(x), [[Normal(2, 5), Normal(5, 3), Normal(3, 4)]]) { By = Measure.Norm },
        new("linalg.vecdot", x => VecDot(x[0], x[1]), [[Normal(2, 5), Normal(2, 5)], [Normal(3, 5), Normal(5)]]) { By = Measure.Norm },
        new("linalg.cross", x => Cross(x[0], x[1]), [[Normal(2, 3), Normal(2, 3)], [Normal(4, 3), Normal(1, 3)]]) { By = Measure.Norm },
        new("linalg.cross of columns", x => Cross(x[0], x[1], 0), [[Normal(3, 4), Normal(3, 4)]]) { By = Measure.Norm },
        new("linalg.vander", x => Vandermonde(x[0], 5, increasing: true), [[Normal(3)]]) { By = Measure.Norm },
        new("adjoint", x => Transpose(x[0], 0, 2, 1), [[Normal(2, 3, 4)]]) { By = Measure.Norm },
    ];

    private static Case[] Distances =>
    [
        new("cdist", x => PairwiseDistances(x[0], x[1]), [[Normal(3, 4), Normal(5, 4)], [Normal(2, 3, 4), Normal(2, 1, 4)]]) { By = Measure.Norm, Derivatives = Derivatives.First },
        new("cdist of order 1", x => PairwiseDistances(x[0], x[1], 1), [[Normal(3, 4), Normal(5, 4)]]) { By = Measure.Norm, Derivatives = Derivatives.First },
        new("cdist of order 3", x => PairwiseDistances(x[0], x[1], 3), [[Normal(3, 4), Normal(5, 4)]]) { By = Measure.Norm, Derivatives = Derivatives.First },
        new("cdist of order infinity", x => PairwiseDistances(x[0], x[1], double.PositiveInfinity), [[Normal(3, 4), Normal(5, 4)]]) { By = Measure.Norm, Derivatives = Derivatives.First },
        new("dist", x => Norm(x[0] - x[1]), [[Normal(3, 4), Normal(3, 4)], [Normal(3, 4), Normal(4)]]) { By = Measure.Norm },
        new("pairwise_distance", x => Distance(x[0], x[1]), [[Normal(3, 4), Normal(3, 4)]]) { By = Measure.Norm },
        new("pairwise_distance of order 1", x => Distance(x[0], x[1], 1, keepDims: true), [[Normal(3, 4), Normal(3, 4)]]) { By = Measure.Norm, Derivatives = Derivatives.First },
        new("cosine_similarity", x => CosineSimilarity(x[0], x[1]), [[Normal(3, 4), Normal(3, 4)], [Normal(3, 4, 2), Normal(1, 4, 2)]]) { By = Measure.Norm },
        new("normalize", x => L2Normalize(x[0], 1), [[Normal(3, 4)], [Normal(2, 3, 5)]]) { By = Measure.Norm },
        new("norm", x => Norm(x[0]), [[Normal(3, 4)], [Normal(5)]]) { By = Measure.Norm },
        new("norm of order 3 of rows", x => Norm(x[0], 3, 1), [[Normal(3, 4)]]) { By = Measure.Norm },
        new("linalg.vector_norm", x => (Norm(x[0]), Norm(x[0], 1, 1, keepDims: true)), [[Normal(3, 4)]]) { By = Measure.Norm },
        new("linalg.vector_norm of orders", x => (Norm(x[0], double.PositiveInfinity), Norm(x[0], double.NegativeInfinity), Norm(x[0], 1.5)), [[Normal(3, 4)]]) { By = Measure.Norm },
        new("linalg.vector_norm of order 0", x => Norm(x[0], 0), [[Values(0, 1, -2, 0, 1e-30)]]) { By = Measure.Norm, Derivatives = Derivatives.First },
        new("linalg.norm", x => (Norm(x[0]), Norm(x[0], 2, -1)), [[Normal(3, 4)]]) { By = Measure.Norm },
        new("linalg.matrix_norm", x => MatrixNorm(x[0]), [[Normal(3, 4)], [Normal(2, 3, 4)]]) { By = Measure.Norm },
        new("linalg.matrix_norm of columns", x => (MatrixNorm(x[0], MatrixNormOrder.LargestColumn), MatrixNorm(x[0], MatrixNormOrder.SmallestColumn)), [[Normal(3, 4)], [Normal(2, 3, 4)]]) { By = Measure.Norm, Derivatives = Derivatives.First },
        new("linalg.matrix_norm of rows", x => (MatrixNorm(x[0], MatrixNormOrder.LargestRow), MatrixNorm(x[0], MatrixNormOrder.SmallestRow, keepDims: true)), [[Normal(3, 4)], [Normal(2, 3, 4)]]) { By = Measure.Norm, Derivatives = Derivatives.First },
    ];

    private static Case[] Factorizations =>
    [
        new("inverse", x => Inverse(x[0]), Squares) { By = Measure.Norm },
        new("linalg.inv", x => Inverse(x[0]), Squares) { By = Measure.Norm },
        new("det", x => Determinant(x[0]), Squares) { By = Measure.Norm },
        new("linalg.det", x => Determinant(x[0]), [[Normal(3, 3)], [Dominant(4, 5, 5)], [Normal(2, 1, 1)], [Normal(0, 0)]]) { By = Measure.Norm },
        new("slogdet", x => SignedLogDeterminant(x[0]), Squares) { By = Measure.Norm },
        new("linalg.slogdet", x => SignedLogDeterminant(x[0]), [[Normal(3, 3)], [Normal(4, 5, 5)]]) { By = Measure.Norm },
        new("linalg.slogdet of a singular matrix", x => SignedLogDeterminant(x[0]), [[Values(1, 2, 2, 4).Shaped(2, 2)]]) { Derivatives = Derivatives.None },
        new("logdet", x => LogDeterminant(Definite(x[0])), [[Normal(3, 3)], [Normal(2, 4, 4)]]) { By = Measure.Norm, Ours = "LogDeterminant" },
        new("logdet of a negative determinant", x => LogDeterminant(x[0]), [[Values(2, 1, 0, -3).Shaped(2, 2)]]) { Derivatives = Derivatives.None },
        new("logdet of other matrices", x => LogDeterminant(x[0]), [[Values(2, 1, 0, 3).Shaped(2, 2)]]) { By = Measure.Norm },
        new("linalg.solve", x => Solve(x[0], x[1]), Systems) { By = Measure.Norm },
        new("linalg.solve of vectors and stacks", x => Solve(x[0], x[1]), [[Dominant(3, 3), Normal(3)], [Dominant(2, 3, 3), Normal(2, 3)], [Dominant(2, 3, 3), Normal(3, 2)], [Dominant(3, 3), Normal(2, 3, 2)]]) { By = Measure.Norm, Roundings = Elimination },
        new("linalg.qr", x => Qr(x[0]), [[Normal(4, 3)], [Dominant(3, 3)], [Normal(1, 1)], [Normal(2, 5, 2)]]) { By = Measure.Norm, Roundings = Reflections },
        new("linalg.lstsq", x => LeastSquares(x[0], x[1]), [[Normal(5, 3), Normal(5, 2)], [Normal(2, 4), Normal(2, 3)], [Normal(2, 4, 2), Normal(2, 4, 1)]]) { By = Measure.Norm, Roundings = Reflections },
        new("linalg.lu_factor", x => Lu(x[0]).Packed, Squares) { By = Measure.Norm },
        new("linalg.lu", x => (Lu(x[0]).Permutation, Lu(x[0]).Lower, Lu(x[0]).Upper), [[Normal(4, 4)], [Normal(2, 3, 3)]]) { By = Measure.Norm },
        new("linalg.lu_solve", x => Solve(x[0], x[1]), Systems) { By = Measure.Norm },
        new("linalg.solve_triangular", x => TriangularSolve(x[0], x[1]), Systems) { By = Measure.Norm, Roundings = Elimination * 2 },
        new("linalg.solve_triangular upper", x => TriangularSolve(x[0], x[1], lower: false), Systems) { By = Measure.Norm, Roundings = Elimination * 2 },
        new("linalg.solve_triangular transposed", x => TriangularSolve(x[0], x[1], transpose: true), Systems) { By = Measure.Norm, Roundings = Elimination * 2 },
        new("linalg.cholesky", x => Cholesky(Definite(x[0])), [[Normal(4, 4)], [Normal(2, 3, 3)]]) { By = Measure.Norm, Ours = "Cholesky" },
        new("cholesky_solve", x => CholeskySolve(Cholesky(Definite(x[0])), x[1]), [[Normal(3, 3), Normal(3, 2)]]) { By = Measure.Norm, Ours = "CholeskySolve" },
        new("cholesky_inverse", x => CholeskySolve(Cholesky(Definite(x[0])), Identity(x[0].Graph, 3, x[0].DType)), [[Normal(3, 3)]]) { By = Measure.Norm, Ours = "CholeskySolve" },
        new("matrix_power", x => (MatrixPower(x[0], 3), MatrixPower(x[0], -2), MatrixPower(x[0], 0)), Squares) { By = Measure.Norm, Roundings = Elimination * 2 },
        new("linalg.tensorsolve", x => Reshape(Solve(Reshape(x[0], 6, 6), Reshape(x[1], 6, 1)), 2, 3), [[Dominant(6, 6).Shaped(2, 3, 2, 3), Normal(2, 3)]]) { By = Measure.Norm, Ours = "Solve" },
        new("linalg.tensorinv", x => Reshape(Inverse(Reshape(x[0], 6, 6)), 2, 3, 2, 3), [[Dominant(6, 6).Shaped(2, 3, 2, 3)]]) { By = Measure.Norm, Ours = "Inverse" },
    ];

    private static Case[] Refused =>
    [
        Case.Refuses("matmul inner", x => MatMul(x[0], x[1]), "3 columns", Normal(2, 3), Normal(4, 5)),
        Case.Refuses("matmul of a scalar", x => MatMul(x[0], x[1]), "must have at least one axis", Normal(), Normal(4, 5)),
        Case.Refuses("matmul of types", x => MatMul(x[0], x[1]), "int64", Normal(2, 3), Whole(0, 5, 3, 2)),
        Case.Refuses("bmm batches", x => MatMul(x[0], x[1]), "do not broadcast", Normal(2, 3, 4), Normal(3, 4, 5)),
        Case.Refuses("dot sizes", x => MatMul(x[0], x[1]), "must be equal", Normal(3), Normal(4)),
        Case.Refuses("inner sizes", x => Inner(x[0], x[1]), "must be equal", Normal(2, 3), Normal(2, 4)),
        Case.Refuses("outer of a matrix", x => Outer(x[0], x[1]), "must be vectors", Normal(2, 3), Normal(4)),
        Case.Refuses("tensordot sizes", x => TensorDot(x[0], x[1]), "must be equal", Normal(2, 3, 4), Normal(4, 3, 5)),
        Case.Refuses("einsum sizes", x => Einsum("ij,jk->ik", x), "'j' stands for the extents 3 and 4", Normal(2, 3), Normal(4, 5)),
        Case.Refuses("einsum unknown letter", x => Einsum("ij->ik", x), "which no operand has", Normal(2, 3)),
        Case.Refuses("einsum repeated letter", x => Einsum("ij->ii", x), "names 'i' twice", Normal(2, 2)),
        Case.Refuses("einsum operands", x => Einsum("ij,jk->ik", x), "it has 2 operands and 1 are given", Normal(2, 3)),
        Case.Refuses("einsum axes", x => Einsum("ijk->i", x), "names 3 axes", Normal(2, 3)),
        Case.Refuses("linalg.multi_dot inner", x => MultiDot(x), "must be equal", Normal(2, 3), Normal(4, 5), Normal(5, 2)),
        Case.Refuses("linalg.cross of four", x => Cross(x[0], x[1]), "three elements", Normal(2, 4), Normal(2, 4)),
        Case.Refuses("cdist columns", x => PairwiseDistances(x[0], x[1]), "equally long rows", Normal(2, 3), Normal(2, 4)),
        Case.Refuses("cosine_similarity sizes", x => CosineSimilarity(x[0], x[1]), "do not broadcast", Normal(2, 3), Normal(2, 4)),
        Case.Refuses("trace of a vector", x => Trace(x[0]), "no square matrix", Normal(3)),
        Case.Refuses("inverse of a rectangle", x => Inverse(x[0]), "no square matrix", Normal(2, 3)),
        Case.Refuses("linalg.inv of whole numbers", x => Inverse(x[0]), "not a float", Whole(1, 5, 3, 3)),
        Case.Refuses("linalg.det of a rectangle", x => Determinant(x[0]), "no square matrix", Normal(2, 3)),
        Case.Refuses("linalg.slogdet of a vector", x => SignedLogDeterminant(x[0]), "no square matrix", Normal(3)),
        Case.Refuses("linalg.solve of a rectangle", x => Solve(x[0], x[1]), "no square matrix", Normal(2, 3), Normal(2, 1)),
        Case.Refuses("linalg.solve rows", x => Solve(x[0], x[1]), "do not fit", Normal(3, 3), Normal(2, 1)),
        Case.Refuses("linalg.solve of types", x => Solve(x[0], x[1]), "differ in element type", Normal(3, 3), Whole(0, 5, 3, 1)),
        Case.Refuses("linalg.solve_triangular rows", x => TriangularSolve(x[0], x[1]), "do not fit", Normal(3, 3), Normal(2, 1)),
        Case.Refuses("linalg.cholesky of a rectangle", x => Cholesky(x[0]), "no square matrix", Normal(2, 3)),
        Case.Refuses("linalg.lu_factor of whole numbers", x => Lu(x[0]).Packed, "not a float", Whole(1, 5, 3, 3)),
        Case.Refuses("matrix_power of a rectangle", x => MatrixPower(x[0], 2), "no square matrix", Normal(2, 3)),
        Case.Refuses("linalg.matrix_norm of a vector", x => MatrixNorm(x[0]), "must be a matrix", Normal(3)),
        Case.Refuses("linalg.vector_norm of whole numbers", x => Norm(x[0]), "not float32 or float64", Whole(1, 5, 3)),
    ];

    /// <summary>Square matrices that are far from singular.</summary>
    private static Recipe Dominant(params int[] extents)
    {
        var n = extents[^1];
        return new Recipe(null, extents, (draws, at) => draws.Normal() + (at / n % n == at % n ? 2 * n : 0));
    }

    /// <summary>A·Aᵀ + I.</summary>
    private static Value Definite(Value a) =>
        MatMul(a, Transpose(a, [.. Enumerable.Range(0, a.Rank - 2), a.Rank - 1, a.Rank - 2])) + Identity(a.Graph, a.Shape[^1], a.DType);
}
