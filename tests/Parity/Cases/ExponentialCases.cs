using GraphGrad.Tests.Exact;

namespace GraphGrad.Parity.Cases;

internal static class ExponentialCases
{
    public static readonly Case[] All =
    [
        new("exp", x => Exp(x[0]), Special),
        new Case("expm1", x => Expm1(x[0]), Special)
            .Exactly("libtorch differentiates by the result plus 1, which loses the digits of exp(x) below -10", x => Dual.Expm1(x[0])),
        new("log", x => Log(x[0]), Positive),
        new("log1p", x => Log1p(x[0]), Positive),
        new Case("sigmoid", x => Sigmoid(x[0]), Special)
            .Exactly("libtorch differentiates by s(1 - s), which cancels above 10, and again by 1 - 2s, which cancels near 0", x => Dual.Sigmoid(x[0])),
        new("sqrt", x => Sqrt(x[0]), Positive),
        new("rsqrt", x => Rsqrt(x[0]), Positive),
        Case.Refuses("exp of ints", x => Exp(x[0]) + x[1], "float", Whole(0, 5, 3), Normal(3, 4)),
    ];
}
