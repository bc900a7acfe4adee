using GraphGrad.Tests.Exact;

namespace GraphGrad.Parity.Cases;

internal static class BesselCases
{
    private static readonly double[] Magnitudes = [1e-40, 1e-20, 1e-6, 1e-3, 0.1, 0.5, 1, 2, 2.5, 3, 4.75, 5, 5.25, 6, 7.75, 8, 8.25, 12, 20, 35, 50];

    private static readonly Recipe[][] Numbers = [[Values([0, -0.0, double.NaN, .. Magnitudes, .. Magnitudes.Select(x => -x)])], [Uniform(0.25, 2)], [Uniform(0.25, 2, 3, 1, 5)], [Normal(0, 4)]];

    private static readonly Recipe[][] PositiveNumbers = [[Values([0, -0.0, -1, -50, double.NegativeInfinity, double.NaN, .. Magnitudes])], [Uniform(1, 2)], [Uniform(1, 2, 3, 1, 5)], [Uniform(1, 2, 0, 4)]];

    private static readonly Recipe[][] Shifted = [[Values(double.NaN, 0, 1e-20, 1e-3, 0.5, 1, 2, 2.25, 3, 5, 10, 20, 25, -1e-3, -0.5, -1, -2, -3, -3.5, -5, -7, -12, -20)], [Uniform(-1, 2)], [Uniform(-1, 2, 3, 1, 5)], [Normal(0, 4)]];

    // libtorch has no derivatives of them.
    public static readonly Case[] All =
    [
        new Case("special.bessel_j0", x => BesselJ0(x[0]), Numbers) { Derivatives = Derivatives.None }
            .Exactly("libtorch's has 6 digits beyond 5", x => Dual.BesselJ0(Dual.Abs(x[0]))),
        new Case("special.bessel_j1", x => BesselJ1(x[0]), Numbers) { Derivatives = Derivatives.None }
            .Exactly("libtorch's has 6 digits beyond 5", x => x[0].Value.Sign < 0 ? -Dual.BesselJ1(-x[0]) : Dual.BesselJ1(x[0])),
        new Case("special.bessel_y0", x => BesselY0(x[0]), PositiveNumbers) { Derivatives = Derivatives.None }
            .Exactly("libtorch's has 6 digits beyond 5", x => Dual.BesselY0(x[0])),
        new Case("special.bessel_y1", x => BesselY1(x[0]), PositiveNumbers) { Derivatives = Derivatives.None }
            .Exactly("libtorch's has 6 digits beyond 5", x => Dual.BesselY1(x[0])),
        new Case("special.bessel_j0 at infinities", x => BesselJ0(x[0]), [[Values(double.PositiveInfinity, double.NegativeInfinity)]]) { Derivatives = Derivatives.None }
            .Instead("it falls to 0 at both ends", _ => 0),
        new Case("special.bessel_j1 at infinities", x => BesselJ1(x[0]), [[Values(double.PositiveInfinity, double.NegativeInfinity)]]) { Derivatives = Derivatives.None }
            .Instead("it falls to 0 at both ends", _ => 0),
        new Case("special.bessel_y0 at infinity", x => BesselY0(x[0]), [[Values(double.PositiveInfinity)]]) { Derivatives = Derivatives.None }
            .Instead("it falls to 0", _ => 0),
        new Case("special.bessel_y1 at infinity", x => BesselY1(x[0]), [[Values(double.PositiveInfinity)]]) { Derivatives = Derivatives.None }
            .Instead("it falls to 0", _ => 0),
        new("special.modified_bessel_k0", x => BesselK0(x[0]), [.. PositiveNumbers, [Values(double.PositiveInfinity, 100, 700)]]) { Derivatives = Derivatives.None },
        new("special.modified_bessel_k1", x => BesselK1(x[0]), [.. PositiveNumbers, [Values(double.PositiveInfinity, 100, 700)]]) { Derivatives = Derivatives.None },
        new("special.scaled_modified_bessel_k0", x => ScaledBesselK0(x[0]), [.. PositiveNumbers, [Values(double.PositiveInfinity, 100, 1e5)]]) { Derivatives = Derivatives.None },
        new("special.scaled_modified_bessel_k1", x => ScaledBesselK1(x[0]), [.. PositiveNumbers, [Values(double.PositiveInfinity, 100, 1e5)]]) { Derivatives = Derivatives.None },
        new("special.spherical_bessel_j0", x => SphericalBesselJ0(x[0]), [.. Numbers, [Values(double.PositiveInfinity, double.NegativeInfinity, 1e3)]]) { Derivatives = Derivatives.None },
        new Case("special.airy_ai", x => AiryAi(x[0]), Shifted) { Derivatives = Derivatives.None }
            .Exactly("libtorch's has 5 digits below -2.09", x => Dual.AiryAi(x[0])),
        new Case("special.airy_ai at infinities", x => AiryAi(x[0]), [[Values(double.PositiveInfinity, double.NegativeInfinity, 200, 1e30)]]) { Derivatives = Derivatives.None }
            .Instead("it falls to 0 at both ends", p => double.IsInfinity(p.X()) ? 0 : null),
    ];
}
