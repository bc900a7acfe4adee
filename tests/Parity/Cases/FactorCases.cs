namespace GraphGrad.Parity.Cases;

/// <summary>Orthogonal factors that are square, and factors of symmetric matrices that are not definite.</summary>
internal static class FactorCases
{
    private static readonly Recipe[][] Squares = [[Normal(3, 3)], [Normal(2, 5, 5)], [Normal(1, 1)], [Normal(9, 9)], [Normal(40, 40)]];

    public static readonly Case[] All =
    [
        new("linalg.qr complete", x => Qr(x[0], complete: true), [[Normal(3, 3)], [Normal(2, 2, 4)], [Normal(1, 1)]]) { By = Measure.Norm },
        // libtorch differentiates no complete factors of more rows than columns.
        new("linalg.qr complete of tall matrices", x => Qr(x[0], complete: true), [[Normal(5, 3)], [Normal(2, 4, 1)], [Normal(40, 35)]]) { By = Measure.Norm, Derivatives = Derivatives.None },
        new("linalg.qr complete: the space that is left", x => Left(Qr(x[0], complete: true).Q, 3), [[Normal(5, 3)], [Normal(2, 4, 3)]]) { By = Measure.Norm, Ours = "Qr" },
        new("linalg.svd of full matrices", x => Basis(Svd(x[0], full: true)), [[Normal(5, 3)], [Normal(2, 2, 4)], [Normal(3, 3)]]) { By = Measure.Norm, Derivatives = Derivatives.None, Ours = "Svd" },
        new("linalg.svd of full matrices of lesser rank", x => Basis(Svd(MatMul(x[0], x[1]), full: true)), [[Normal(5, 2), Normal(2, 3)]]) { By = Measure.Norm, Derivatives = Derivatives.None, Ours = "Svd" },
        new("linalg.svd of full matrices: the space that is left", x => Left(Svd(x[0], full: true).U, 3), [[Normal(5, 3)]]) { By = Measure.Norm, Ours = "Svd" },
        // libtorch has no derivatives of these.
        new("linalg.ldl_factor", x => Ldl(Symmetric(x[0])) is var f ? (f.Packed, f.Pivots) : (x[0], x[0]), Squares) { By = Measure.Norm, Derivatives = Derivatives.None, Ours = "Ldl", Roundings = 40 },
        new("linalg.ldl_factor_ex", x => Ldl(x[0]) is var f ? (f.Packed, f.Pivots) : (x[0], x[0]), [[Values(0, 1, 1, 0).Shaped(2, 2)], [Values(0, 2, 1, 2, 0, 4, 1, 4, 0).Shaped(3, 3)], [Values(1, 2, 2, 4).Shaped(2, 2)]]) { By = Measure.Norm, Derivatives = Derivatives.None, Ours = "Ldl" },
        new("linalg.ldl_solve", x => LdlSolve(Ldl(Symmetric(x[0])), x[1]), [[Normal(3, 3), Normal(3, 2)], [Normal(2, 4, 4), Normal(2, 4, 1)], [Normal(7, 7), Normal(7, 3)]]) { By = Measure.Norm, Derivatives = Derivatives.None, Roundings = 40 },
        new("linalg.ldl_solve differentiated as a system", x => LdlSolve(Ldl(Symmetric(x[0])), x[1]), [[Values(0, 1, 2, 3, 0, 1, 1, 0.5, 0).Shaped(3, 3), Normal(3, 2)], [Values(3, 1, 2, 0, -1, 1, 0.5, 0, 0, 1, 2, -2, 1, 0, 1, 4).Shaped(4, 4), Normal(4, 1)]]) { By = Measure.Norm, Roundings = 40 },
        Case.Refuses("linalg.ldl_factor of a rectangle", x => Ldl(x[0]).Packed, "no square matrix", Normal(2, 3)),
        Case.Refuses("linalg.ldl_solve of other rows", x => LdlSolve(new(x[0], x[1]), x[2]), "do not fit", Normal(3, 3), Wholes(1, 2, 3).As(DType.Int32), Normal(2, 2)),
        Case.Refuses("linalg.qr complete of a vector", x => Qr(x[0], complete: true).Q, "no matrix", Normal(3)),
        Case.Refuses("linalg.svd of full matrices of a vector", x => Svd(x[0], full: true).U, "no matrix", Normal(3)),
    ];

    private static Value Symmetric(Value a) => a + SwapAxes(a, -1, -2);

    // The product with the columns beyond, whatever they are: a projection.
    private static Value Left(Value basis, int from)
    {
        var rest = Slice(basis, -1, from, basis.Shape[^1] - from);
        return MatMul(rest, SwapAxes(rest, -1, -2));
    }

    // Which vectors complete a basis is anybody's choice; that they do is not.
    private static Results Basis((Value U, Value S, Value Vt) factors)
    {
        var (u, s, vt) = factors;
        var k = s.Shape[^1];
        var product = MatMul(Slice(u, -1, 0, k) * ExpandDims(s, -2), Slice(vt, -2, 0, k));
        return (product, MatMul(SwapAxes(u, -1, -2), u), MatMul(vt, SwapAxes(vt, -1, -2)));
    }
}
