namespace GraphGrad.Parity.Cases;

internal static class ShiftedPolynomialCases
{
    private static readonly Recipe[][] Inside = [[Uniform(0, 1, 3, 5)], [Values(0, 0.5, 1, 0.75)]];

    // libtorch has no derivatives of them.
    public static readonly Case[] All =
    [
        new("special.shifted_chebyshev_polynomial_t", x => (ShiftedChebyshevT(x[0], 0), ShiftedChebyshevT(x[0], 1), ShiftedChebyshevT(x[0], 5)), Inside) { By = Measure.Norm, Derivatives = Derivatives.None, Roundings = 15 },
        new("special.shifted_chebyshev_polynomial_u", x => (ShiftedChebyshevU(x[0], 0), ShiftedChebyshevU(x[0], 1), ShiftedChebyshevU(x[0], 5)), Inside) { By = Measure.Norm, Derivatives = Derivatives.None, Roundings = 15 },
        new("special.shifted_chebyshev_polynomial_v", x => (ShiftedChebyshevV(x[0], 0), ShiftedChebyshevV(x[0], 1), ShiftedChebyshevV(x[0], 5)), Inside) { By = Measure.Norm, Derivatives = Derivatives.None, Roundings = 15 },
        new("special.shifted_chebyshev_polynomial_w", x => (ShiftedChebyshevW(x[0], 0), ShiftedChebyshevW(x[0], 1), ShiftedChebyshevW(x[0], 5)), Inside) { By = Measure.Norm, Derivatives = Derivatives.None, Roundings = 15 },
    ];
}
