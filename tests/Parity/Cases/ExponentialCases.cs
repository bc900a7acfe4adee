using GraphGrad.Tests.Exact;

namespace GraphGrad.Parity.Cases;

internal static class ExponentialCases
{
    private static readonly Recipe[][] Shares = [[Values(0.5, 0.25, 0.75, 0.499, 1e-3, 1e-20, 0.999, 0.9)], [Uniform(0, 1, 3, 1, 5)], [Uniform(0, 1)], [Uniform(0, 1, 0, 2)]];

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
        new("exp2", x => Exp2(x[0]), Special),
        new("log2", x => Log2(x[0]), Positive),
        new("log10", x => Log10(x[0]), Positive),
        new("pow", x => Pow(x[0], x[1]), Pairs) { Derivatives = Derivatives.None },
        new("pow differentiated", x => Pow(x[0], x[1]), [[Uniform(0.3, 3, 3, 1, 5), Normal(4, 1)], [Uniform(0.3, 3), Normal(3)]]) { By = Measure.Norm },
        new("pow of a number", x => Pow(x[0], 3), Special),
        new("float_power", x => Pow(Cast(x[0], DType.Float64), Cast(x[1], DType.Float64)), WholePairs),
        new("logaddexp", x => LogAddExp(x[0], x[1]), Pairs) { Derivatives = Derivatives.None },
        new("logaddexp differentiated", x => LogAddExp(x[0], x[1]), [[Normal(3, 1, 5), Normal(3, 2, 5)], [Normal(3), Normal()]]) { By = Measure.Norm },
        new Case("logaddexp2", x => LogAddExp2(x[0], x[1]), Pairs) { Derivatives = Derivatives.None }
            .Instead("log2(½ + ½) is 0", p => p.Inputs[0].Count == p.Inputs[1].Count && p.X() == -1 && p.X(1) == -1 ? 0 : null),
        new("logaddexp2 differentiated", x => LogAddExp2(x[0], x[1]), [[Normal(3, 1, 5), Normal(3, 2, 5)], [Normal(3), Normal()]]) { By = Measure.Norm },
        new("logit", x => Logit(x[0]), Shares),
        new("logit cut off", x => Logit(x[0], 0.1), Shares),
        new("xlogy", x => XLogY(x[0], x[1]), Pairs) { Derivatives = Derivatives.None },
        new("xlogy differentiated", x => XLogY(x[0], x[1]), [[Normal(3, 1, 5), Uniform(0.2, 3, 4, 1)], [Values(0, 0, 2), Values(2, 0.5, 1)]]) { By = Measure.Norm },
        new("xlog1py", x => XLog1pY(x[0], x[1]), Pairs) { Derivatives = Derivatives.None },
        new("xlog1py differentiated", x => XLog1pY(x[0], x[1]), [[Normal(3, 1, 5), Uniform(-0.8, 3, 4, 1)], [Values(0, 0, 2), Values(2, 0.5, 1)]]) { By = Measure.Norm },
        new("entr", x => Entr(x[0]), [[Values(0.5, 1e-10, 1, 3, 100)], [Uniform(0.1, 3, 3, 1, 5)], [Uniform(0.1, 3)]]),
        new("entr at its end", x => Entr(x[0]), [[Values(0, -1, double.NegativeInfinity, double.PositiveInfinity, double.NaN)]]) { Derivatives = Derivatives.None },
        new("pow of 0 to negative powers", x => Pow(x[0], x[1]), [[Values(0, 0, 0, 2), Values(-1, -0.5, 0.5, -1)]]) { Derivatives = Derivatives.First },
        new("pow of whole numbers", x => Pow(x[0], x[1]), [[Whole(-4, 5, 3, 4), Whole(0, 7, 4)], [Wholes(-1, 1, 0, 3, -1), Wholes(-3, -2, 5, 0, 40)], [Whole(-9, 9, 3, 1).As(DType.Int32), Whole(0, 5, 2).As(DType.Int32)]]),
        new("pow of whole numbers to a number", x => (Pow(x[0], 5), Pow(x[0], 0)), [[Whole(-9, 9, 3, 4)], [Whole(-9, 9, 5).As(DType.Int32)]]),
        new("entr differentiated at its end", x => Entr(x[0]), [[Values(0, -1, 0.5, -0.25)]]) { Derivatives = Derivatives.First },
        new("logit outside its domain", x => Logit(x[0]), [[Values(-0.5, 1.5, 0.25, 7)]]) { Derivatives = Derivatives.First },
        Case.Refuses("pow of whole numbers to a negative number", x => Pow(x[0], -1), "no whole number from 0 up", Whole(1, 9, 3)),
        Case.Refuses("logaddexp of ints", x => LogAddExp(x[0], x[1]), "is not float32 or float64", Whole(0, 5, 3), Whole(0, 5, 3)),
        Case.Refuses("pow shapes", x => Pow(x[0], x[1]), "do not broadcast", Normal(3), Normal(4)),
        Case.Refuses("xlogy shapes", x => XLogY(x[0], x[1]), "do not broadcast", Normal(3), Normal(4)),
        Case.Refuses("exp of ints", x => Exp(x[0]) + x[1], "float", Whole(0, 5, 3), Normal(3, 4)),
    ];
}
