namespace GraphGrad.Parity.Cases;

internal static class ReflectionCases
{
    // Of at most three columns of five: a reflection sums five squares, takes a root and a quotient, sums five products and subtracts; derivatives go the same way back, twice.
    private const int Roundings = 3 * 14 * 3;

    public static readonly Case[] All =
    [
        new("geqrf", x => HouseholderReflections(x[0]), [[Normal(4, 3)], [Normal(3, 3)], [Normal(2, 4)], [Normal(1, 1)], [Normal(2, 5, 2)], [Values(3, 1, 0, 2).Shaped(2, 2)]]) { By = Measure.Norm, Derivatives = Derivatives.None, Roundings = Roundings },
        new("linalg.householder_product", x => HouseholderProduct(x[0], x[1]), [[Normal(4, 3), Normal(3)], [Normal(3, 3), Normal(2)], [Normal(2, 5, 2), Normal(2, 2)], [Normal(4, 2), Values(0, 0.5)]]) { By = Measure.Norm, Derivatives = Derivatives.First, Roundings = Roundings },
        new("orgqr", x => HouseholderProduct(x[0], x[1]), [[Normal(4, 3), Normal(3)]]) { By = Measure.Norm, Derivatives = Derivatives.None, Roundings = Roundings },
        new("ormqr", x => HouseholderMultiply(x[0], x[1], x[2]), [[Normal(4, 3), Normal(3), Normal(4, 2)], [Normal(2, 3, 2), Normal(2, 2), Normal(2, 3, 1)]]) { By = Measure.Norm, Derivatives = Derivatives.None, Roundings = Roundings },
        new("ormqr transposed", x => HouseholderMultiply(x[0], x[1], x[2], transpose: true), [[Normal(4, 3), Normal(3), Normal(4, 2)]]) { By = Measure.Norm, Derivatives = Derivatives.None, Roundings = Roundings },
        new("ormqr from the right", x => (HouseholderMultiply(x[0], x[1], x[2], left: false), HouseholderMultiply(x[0], x[1], x[2], left: false, transpose: true)), [[Normal(4, 3), Normal(3), Normal(2, 4)]]) { By = Measure.Norm, Derivatives = Derivatives.None, Roundings = Roundings },
        new("triangular_solve", x => TriangularSolve(x[1], x[0], lower: false), [[Normal(3, 2), Uniform(1, 2, 3, 3)]]) { By = Measure.Norm, Roundings = 36 },
        Case.Refuses("geqrf of a vector", x => HouseholderReflections(x[0]), "no matrix of known extents", Normal(3)),
        Case.Refuses("linalg.householder_product of a wide matrix", x => HouseholderProduct(x[0], x[1]), "at least as many rows as columns", Normal(2, 3), Normal(2)),
        Case.Refuses("linalg.householder_product factors", x => HouseholderProduct(x[0], x[1]), "at most one for each column", Normal(4, 2), Normal(3)),
        Case.Refuses("ormqr rows", x => HouseholderMultiply(x[0], x[1], x[2]), "does not fit the reflections", Normal(4, 3), Normal(3), Normal(3, 2)),
    ];

}
