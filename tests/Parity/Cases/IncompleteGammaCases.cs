using GraphGrad.Tests.Exact;

namespace GraphGrad.Parity.Cases;

internal static class IncompleteGammaCases
{
    private const double Inf = double.PositiveInfinity;

    private static readonly double[] Shapes = [1e-6, 0.1, 0.5, 1, 1.5, 2, 5, 10, 30, 99, 150];

    private static readonly double[] Ratios = [1e-3, 0.1, 0.5, 0.9, 1, 1.1, 1.5, 3];

    // Each shape with an argument at so many times it, and small arguments.
    private static readonly Recipe[] Products = [Values([.. Shapes.SelectMany(a => Ratios.Select(_ => a))]), Values([.. Shapes.SelectMany(a => Ratios.Select(r => a * r))])];

    private static readonly Recipe[] Edges = [Values(0, 0, 0, 1, 1, -1, 1, Inf, Inf, 2, double.NaN, 1, 0.5), Values(0, 1, Inf, 0, Inf, 1, -1, 1, Inf, double.NaN, 2, 1e-40, 1e-40)];

    private static readonly Recipe[][] Pairs = [Products, Edges, [Uniform(0.1, 5, 3, 1, 4), Uniform(0.1, 5, 2, 1)], [Uniform(0.1, 5), Uniform(0.1, 5, 3)], [Uniform(1, 2, 0, 3), Uniform(1, 2, 1, 3)]];

    private static readonly Recipe[][] Arguments = [[Values(1e-3, 0.25, 1, 2.5, 3, 7, 20)], [Uniform(0.1, 9, 3, 5)], [Uniform(1, 2)]];

    private static readonly Recipe[][] Bases = [[Values(0.1, 0.5, 1, 2, 7, 30, 1e3, 1e6)], [Uniform(0.5, 9, 3, 5)], [Uniform(1, 2)]];

    private static readonly Recipe[][] ZetaPairs =
    [
        [
            Values(2, 1.5, 1.001, 3, 10, 50, 2, 2, 4, 3, 2, 3, 2.5, 1, 0.5, 2, 2, double.NaN, 2, 30, 2, 1.25),
            Values(1, 1, 1, 1, 1, 1, 0.1, 1e3, 1e-3, 25, -0.5, -2.25, -0.5, 2, 2, 0, -3, 1, double.NaN, 0.25, 1e8, 12),
        ],
        [Uniform(1.1, 9, 3, 1, 4), Uniform(0.1, 9, 2, 1)], [Uniform(2, 3), Uniform(0.1, 5, 3)], [Uniform(2, 3, 0, 3), Uniform(1, 2, 1, 3)],
    ];

    // libtorch has no derivatives by the first argument.
    public static readonly Case[] All =
    [
        new Case("special.gammainc", x => GammaInc(x[0], x[1]), Pairs) { Derivatives = Derivatives.None }
            .Exactly("libtorch's has 9 digits for a above 20 and x near it", x => Dual.GammaInc(x[0].Value.ToDouble(), x[1])),
        new Case("special.gammaincc", x => GammaIncc(x[0], x[1]), Pairs) { Derivatives = Derivatives.None }
            .Exactly("libtorch's has 9 digits for a above 20 and x near it", x => 1 - Dual.GammaInc(x[0].Value.ToDouble(), x[1])),
        new("igamma", x => GammaInc(x[0], x[1]), [[Uniform(0.1, 5, 3, 4), Uniform(0.1, 5, 3, 4)]]) { Derivatives = Derivatives.None },
        new("igammac", x => GammaIncc(x[0], x[1]), [[Uniform(0.1, 5, 3, 4), Uniform(0.1, 5, 3, 4)]]) { Derivatives = Derivatives.None },
        new("special.gammainc by x", x => GammaInc(2.5, x[0]), Arguments),
        new("special.gammaincc by x", x => GammaIncc(2.5, x[0]), Arguments),
        new("special.gammainc by x of a small shape", x => GammaInc(0.25, x[0]), Arguments),
        new("special.zeta", x => Zeta(x[0], x[1]), ZetaPairs) { Derivatives = Derivatives.None },
        new("special.zeta by q", x => Zeta(2.5, x[0]), Bases),
        new("special.zeta by q of a whole exponent", x => Zeta(3, x[0]), [[Values(-0.25, -1.5, -3.75, 0.5)]]),
        Case.Refuses("special.gammainc shapes", x => GammaInc(x[0], x[1]), "do not broadcast", Uniform(1, 2, 3), Uniform(1, 2, 4)),
        Case.Refuses("special.gammaincc shapes", x => GammaIncc(x[0], x[1]), "do not broadcast", Uniform(1, 2, 3), Uniform(1, 2, 4)),
        Case.Refuses("special.zeta shapes", x => Zeta(x[0], x[1]), "do not broadcast", Uniform(2, 3, 3), Uniform(1, 2, 4)),
        Case.Refuses("special.zeta by s", x => Gradient(Sum(Zeta(x[0], x[1])), x[0]), "no derivative by s", Uniform(2, 3, 3), Uniform(1, 2, 3)),
    ];
}
