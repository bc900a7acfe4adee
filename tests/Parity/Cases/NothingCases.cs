namespace GraphGrad.Parity.Cases;

/// <summary>Matrices without rows or columns, and stacks of no matrices.</summary>
internal static class NothingCases
{
    private static readonly Recipe[][] Squares = [[Normal(0, 0)], [Normal(0, 3, 3)], [Normal(2, 0, 0)]];

    private static readonly Recipe[][] Rectangles = [[Normal(3, 0)], [Normal(0, 3)], [Normal(0, 2, 3)], [Normal(0, 3, 2)], [Normal(2, 3, 0)], .. Squares];

    private static readonly Recipe[][] Systems = [[Normal(0, 0), Normal(0, 2)], [Normal(0, 3, 3), Normal(0, 3, 2)], [Normal(2, 0, 0), Normal(2, 0, 1)]];

    private static readonly Recipe[][] Fits = [[Normal(3, 0), Normal(3, 2)], [Normal(0, 3), Normal(0, 2)], [Normal(0, 0), Normal(0, 2)], [Normal(0, 3, 2), Normal(0, 3, 1)]];

    public static readonly Case[] All =
    [
        new("linalg.qr of nothing", x => Qr(x[0]), Rectangles) { Derivatives = Derivatives.None },
        new("linalg.qr of nothing differentiated", x => Qr(x[0]), Squares) { Derivatives = Derivatives.First },
        new("linalg.qr of nothing complete", x => Qr(x[0], complete: true), Rectangles) { Derivatives = Derivatives.None },
        new("linalg.svd of nothing", x => Svd(x[0]), Rectangles) { Derivatives = Derivatives.None },
        new("linalg.svd of nothing full", x => Svd(x[0], full: true), Rectangles) { Derivatives = Derivatives.None },
        new("linalg.svdvals of nothing", x => Svd(x[0]).S, Rectangles) { Derivatives = Derivatives.First },
        new("linalg.pinv of nothing", x => PseudoInverse(x[0]), Rectangles) { Derivatives = Derivatives.First },
        new("linalg.matrix_rank of nothing", x => MatrixRank(x[0]), Rectangles),
        new("linalg.cond of nothing", x => ConditionNumber(x[0]), Rectangles) { Derivatives = Derivatives.None },
        new("linalg.lu of nothing", x => (Lu(x[0]).Lower, Lu(x[0]).Upper), Rectangles) { Derivatives = Derivatives.None, Ours = "Lu" },
        new("linalg.matrix_norm of nothing", x => (MatrixNorm(x[0]), MatrixNorm(x[0], MatrixNormOrder.Nuclear)), Rectangles) { Derivatives = Derivatives.None },
        new("linalg.lstsq of nothing", x => LeastSquares(x[0], x[1]), Fits) { Derivatives = Derivatives.None },
        new("geqrf of nothing", x => HouseholderReflections(x[0]), Rectangles) { Derivatives = Derivatives.None },
        new("linalg.eigh of nothing", x => SymmetricEigen(x[0]), Squares) { Derivatives = Derivatives.First },
        new("linalg.cholesky of nothing", x => Cholesky(x[0]), [[Normal(0, 0)], [Normal(0, 3, 3)]]) { Derivatives = Derivatives.First },
        new("linalg.det of nothing", x => Determinant(x[0]), Squares) { Derivatives = Derivatives.First },
        new("linalg.slogdet of nothing", x => SignedLogDeterminant(x[0]), Squares) { Derivatives = Derivatives.First },
        new("linalg.inv of nothing", x => Inverse(x[0]), Squares) { Derivatives = Derivatives.First },
        new("linalg.solve of nothing", x => Solve(x[0], x[1]), Systems) { Derivatives = Derivatives.First },
        new("linalg.solve_triangular of nothing", x => TriangularSolve(x[0], x[1]), Systems) { Derivatives = Derivatives.First },
        new("linalg.matrix_power of nothing", x => (MatrixPower(x[0], 3), MatrixPower(x[0], -2), MatrixPower(x[0], 0)), Squares) { Derivatives = Derivatives.None },
        new("matrix_exp of nothing", x => MatrixExp(x[0]), Squares) { Derivatives = Derivatives.First },
    ];
}
