namespace GraphGrad.Parity.Cases;

internal static class MatrixCases
{
    public static readonly Case[] All =
    [
        new("matmul", x => MatMul(x[0], x[1]), [[Normal(3, 5), Normal(5, 2)], [Normal(2, 1, 3, 4), Normal(3, 4, 2)], [Normal(0, 3), Normal(3, 2)]]) { By = Measure.Norm },
        new("trace", x => Trace(x[0]), [[Normal(3, 3)]]) { By = Measure.Norm },
        new("inverse", x => Inverse(x[0]), [[Normal(3, 3)]]) { By = Measure.Norm },
        Case.Refuses("matmul inner", x => MatMul(x[0], x[1]), "3 columns", Normal(2, 3), Normal(4, 5)),
    ];
}
