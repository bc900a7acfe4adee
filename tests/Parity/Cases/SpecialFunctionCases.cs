using GraphGrad.Tests.Exact;

namespace GraphGrad.Parity.Cases;

internal static class SpecialFunctionCases
{
    private static readonly Recipe[][] Gammas =
    [
        [Values(double.NaN, 1e-10, 1e-3, 0.1, 0.5, 0.75, 0.999, 1, 1.001, 1.5, 2.5, 3, 5, 10, 20, 50, 1e3, 1e10)],
        [Uniform(0.1, 3)], [Uniform(2, 12, 3, 1, 5)], [Uniform(1, 2, 0, 4)],
    ];

    private static readonly Recipe[][] Negative = [[Values(-0.25, -0.75, -1.25, -1.75, -3.25, -10.375, -20.75)], [Uniform(-0.9, -0.1, 3, 5)]];

    private static readonly Recipe[][] Shares =
    [
        [Values(double.NaN, 0.5, 0.25, 0.75, 0.499, 1e-3, 1e-20, 1e-38, 0.999, 0.9, 0.9999)], [Uniform(0, 1)], [Uniform(0.01, 0.99, 3, 1, 5)], [Uniform(0, 1, 0, 4)],
    ];

    private static readonly Recipe[][] Inside = [[Values(0, 1e-20, -1e-20, 1e-3, -0.5, 0.9, -0.999, 0.5)], [Uniform(-0.99, 0.99, 3, 1, 5)], [Uniform(-0.99, 0.99)], [Uniform(0, 1, 0, 2)]];

    private static readonly Recipe[][] Moderate =
    [
        [Values(double.NaN, 0, 1e-20, 1e-6, 1e-3, 0.1, 0.5, 1, 2, 5, 7.9, 8, 8.1, 12, 20, 50, 88, -1e-3, -0.5, -1, -3, -8, -20, -50)], [Normal()], [Normal(3, 1, 5)], [Normal(0, 4)],
    ];

    private static readonly Recipe[][] Numbers = [[Values(0, 1e-20, 1e-6, 1e-3, 0.1, 0.5, 1, 2, 5, 7.9, 8, 8.1, 12, 20, 50, 88, -1e-3, -0.5, -1, -3, -8, -20, -50)], [Normal()], [Normal(3, 1, 5)], [Normal(0, 4)]];

    // Near 0 and far out the second derivatives are differences that cancel, here and there.
    private static readonly Recipe[][] Away = [[Uniform(0.5, 9, 3, 5)], [Uniform(-9, -0.5)]];

    public static readonly Case[] All =
    [
        new("erf", x => Erf(x[0]), Special),
        new("erfc", x => Erfc(x[0]), Moderate),
        new("erfinv", x => ErfInverse(x[0]), Inside),
        new("erfinv at its ends", x => ErfInverse(x[0]), [[Values(1, -1, 1.5, -2, double.PositiveInfinity, double.NaN)]]) { Derivatives = Derivatives.None },
        new Case("special.erfcx", x => ScaledErfc(x[0]), [[Values(0, 1e-10, 0.5, 1, 3, 8, 12, 27, 28, 100, 1e5, -0.5, -1, -3, -8)], [Normal()], [Normal(3, 1, 5)]]) { Derivatives = Derivatives.First }
            .Exactly("TorchSharp's special.erfcx computes erfc", x => Dual.Exp(x[0] * x[0]) * Dual.Erfc(x[0])),
        new Case("special.erfcx differentiated twice", x => ScaledErfc(x[0]), [[Normal(3, 5)]])
            .Exactly("TorchSharp's special.erfcx computes erfc", x => Dual.Exp(x[0] * x[0]) * Dual.Erfc(x[0])),
        new Case("special.ndtr", x => NormalCdf(x[0]), Moderate)
            .Exactly("libtorch adds to 1, which loses the lower tail", x => Dual.Erfc(-x[0] * Dual.Sqrt(0.5)) / 2),
        new("special.ndtri", x => NormalQuantile(x[0]), Shares),
        new("special.ndtri at its ends", x => NormalQuantile(x[0]), [[Values(0, 1, -1, 2)]]) { Derivatives = Derivatives.None },
        new Case("lgamma", x => LogGamma(x[0]), Gammas)
            .Instead("it is exactly 0 at 1", p => p.Part == Part.Value && p.X() == 1 ? 0 : null)
            .Exactly("libtorch's trigamma function, the derivative, has 10 digits", x => Dual.LogGamma(x[0])),
        new Case("lgamma of negative numbers", x => LogGamma(x[0]), Negative)
            .Exactly("libtorch's trigamma function, the derivative, has 10 digits", x => Dual.LogGamma(x[0])),
        new("lgamma at its poles", x => LogGamma(x[0]), [[Values(0, -0.0, -1, -7, double.NegativeInfinity, double.PositiveInfinity)]]) { Derivatives = Derivatives.None },
        new Case("digamma", x => Digamma(x[0]), Gammas)
            .Exactly("libtorch's trigamma function, the derivative, has 10 digits", x => Dual.Polygamma(0, x[0])),
        new Case("digamma of negative numbers", x => Digamma(x[0]), Negative)
            .Exactly("libtorch's trigamma function, the derivative, has 10 digits", x => Dual.Polygamma(0, x[0])),
        new("digamma at its poles", x => Digamma(x[0]), [[Values(0, -0.0, -1, -7, double.PositiveInfinity)]]) { Derivatives = Derivatives.None },
        new Case("polygamma", x => Polygamma(1, x[0]), Gammas)
            .Exactly("libtorch's trigamma function, the derivative, has 10 digits", x => Dual.Polygamma(1, x[0])),
        new Case("polygamma of order 0", x => Polygamma(0, x[0]), Gammas)
            .Exactly("libtorch's trigamma function, the derivative, has 10 digits", x => Dual.Polygamma(0, x[0])),
        new Case("polygamma of order 2", x => Polygamma(2, x[0]), Gammas)
            .Exactly("libtorch's trigamma function, the derivative, has 10 digits", x => Dual.Polygamma(2, x[0])),
        new("polygamma of order 3", x => Polygamma(3, x[0]), [[Uniform(0.1, 3, 3, 5)], [Uniform(2, 30)]]),
        new Case("mvlgamma", x => LogMultivariateGamma(x[0], 3), [[Uniform(1.2, 9, 3, 5)], [Values(1.5, 2, 20, 1e5)]])
            .Exactly("libtorch's trigamma function, the derivative, has 10 digits", x => Dual.LogGamma(x[0]) + Dual.LogGamma(x[0] - 0.5) + Dual.LogGamma(x[0] - 1) + (1.5 * Dual.Log(Dual.Pi))),
        new("i0", x => BesselI0(x[0]), Numbers) { Derivatives = Derivatives.First },
        new("i0 differentiated twice", x => BesselI0(x[0]), Away),
        new("special.i0e", x => ScaledBesselI0(x[0]), Numbers) { Derivatives = Derivatives.First },
        new("special.i0e differentiated twice", x => ScaledBesselI0(x[0]), Away),
        new("special.i1", x => BesselI1(x[0]), Numbers) { Derivatives = Derivatives.First },
        new("special.i1 differentiated twice", x => BesselI1(x[0]), Away),
        new("special.i1e", x => ScaledBesselI1(x[0]), Numbers) { Derivatives = Derivatives.First },
        new("special.i1e differentiated twice", x => ScaledBesselI1(x[0]), Away),
        new Case("special.i1 of NaN and ∞", x => BesselI1(x[0]), [[Values(double.NaN, double.PositiveInfinity, double.NegativeInfinity)]]) { Derivatives = Derivatives.None }
            .Instead("libtorch computes 0 · ∞", p => double.IsInfinity(p.X()) ? p.X() : null),
        new("erfc at infinities", x => Erfc(x[0]), [[Values(double.PositiveInfinity, double.NegativeInfinity, 1e30, -1e30, double.NaN)]]) { Derivatives = Derivatives.First },
        new("special.ndtr at infinities", x => NormalCdf(x[0]), [[Values(double.PositiveInfinity, double.NegativeInfinity, 1e30, -1e30, double.NaN)]]) { Derivatives = Derivatives.First },
        Case.Refuses("polygamma of a negative order", x => Polygamma(-1, x[0]), "must be in 0 … 30", Normal(3)),
        Case.Refuses("mvlgamma of dimension 0", x => LogMultivariateGamma(x[0], 0), "must be positive", Uniform(3, 5, 3)),
    ];
}
