namespace GraphGrad.Parity.Cases;

internal static class PolynomialCases
{
    private static readonly Recipe[][] Inside = [[Uniform(-1, 1, 3, 5)], [Values(-1, 0, 1, 0.5)]];

    private static readonly Recipe[][] Numbers = [[Normal(3, 5)], [Values(-2, 0, 3, 0.5)]];

    // libtorch has no derivatives of them.
    public static readonly Case[] All =
    [
        new("special.chebyshev_polynomial_t", x => (ChebyshevT(x[0], 0), ChebyshevT(x[0], 1), ChebyshevT(x[0], 5)), Inside) { By = Measure.Norm, Derivatives = Derivatives.None, Roundings = 15 },
        new("special.chebyshev_polynomial_u", x => (ChebyshevU(x[0], 0), ChebyshevU(x[0], 1), ChebyshevU(x[0], 5)), Inside) { By = Measure.Norm, Derivatives = Derivatives.None, Roundings = 15 },
        new("special.chebyshev_polynomial_v", x => (ChebyshevV(x[0], 0), ChebyshevV(x[0], 1), ChebyshevV(x[0], 5)), Inside) { By = Measure.Norm, Derivatives = Derivatives.None, Roundings = 15 },
        new("special.chebyshev_polynomial_w", x => (ChebyshevW(x[0], 0), ChebyshevW(x[0], 1), ChebyshevW(x[0], 5)), Inside) { By = Measure.Norm, Derivatives = Derivatives.None, Roundings = 15 },
        new("special.hermite_polynomial_h", x => (HermiteH(x[0], 0), HermiteH(x[0], 1), HermiteH(x[0], 5)), Numbers) { By = Measure.Norm, Derivatives = Derivatives.None, Roundings = 15 },
        new("special.hermite_polynomial_he", x => (HermiteHe(x[0], 0), HermiteHe(x[0], 1), HermiteHe(x[0], 5)), Numbers) { By = Measure.Norm, Derivatives = Derivatives.None, Roundings = 15 },
        new("special.laguerre_polynomial_l", x => (LaguerreL(x[0], 0), LaguerreL(x[0], 1), LaguerreL(x[0], 5)), Numbers) { By = Measure.Norm, Derivatives = Derivatives.None, Roundings = 25 },
        new("special.legendre_polynomial_p", x => (LegendreP(x[0], 0), LegendreP(x[0], 1), LegendreP(x[0], 5)), Inside) { By = Measure.Norm, Derivatives = Derivatives.None, Roundings = 25 },
    ];
}
