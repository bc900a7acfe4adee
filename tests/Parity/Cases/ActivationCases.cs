using GraphGrad.Tests.Exact;

namespace GraphGrad.Parity.Cases;

internal static class ActivationCases
{
    private static readonly Recipe[][] Rows = [[Normal(3, 6)], [Normal(2, 6, 4)], [Values(-1e3, 0, 1e3, 5, 5.1, -3)]];

    // Away from kinks, from both ends of the range and from zeros of the derivatives.
    private static readonly Recipe[][] Moderate =
        [[Values(double.NaN, 0, 1e-20, -1e-20, 1e-3, -1e-3, 0.3, -0.3, 0.7, -0.7, 1.2, -1.2, 2.2, -2.2, 4, -4, 5.5, -5.5, 8, -8)], [Normal()], [Normal(3, 1, 5)], [Normal(0, 4)]];

    private static readonly Recipe[][] Real = [[Values(1e-20, -1e-20, 1e-3, -1e-3, 0.3, -0.3, 0.7, -0.7, 1.2, -1.2, 2.2, -2.2, 4, -4, 5.5, -5.5, 8, -8)], [Normal()], [Normal(3, 1, 5)], [Normal(0, 4)]];

    public static readonly Case[] All =
    [
        new Case("relu", x => Relu(x[0]), Special).Instead(NaN, AtNaN),
        new Case("relu6", x => Relu6(x[0]), Special).Instead(NaN, AtNaN),
        new("leaky_relu", x => LeakyRelu(x[0]), Real),
        new("leaky_relu of a slope", x => LeakyRelu(x[0], 0.2), Real),
        new("rrelu in inference", x => LeakyRelu(x[0], ((1.0 / 8) + (1.0 / 3)) / 2), Real),
        new("hardtanh", x => HardTanh(x[0]), Real),
        new("hardtanh between limits", x => HardTanh(x[0], -2, 3), Real),
        new("prelu", x => PRelu(x[0], x[1]), [[Normal(4, 3, 2), Normal(3)], [Normal(4, 3), Values(0.25)], [Normal(5), Values(-0.5)]]) { By = Measure.Norm },
        new Case("elu", x => Elu(x[0]), Real).Exactly(Old, x => Exponential(x[0], 1, 1)),
        new Case("elu of alpha", x => Elu(x[0], 1.5), Real).Exactly(Old, x => Exponential(x[0], 1.5, 1)),
        new Case("selu", x => Selu(x[0]), Real).Exactly(Old, x => 1.0507009873554805 * Exponential(x[0], 1.6732632423543772, 1)),
        new Case("celu", x => Celu(x[0]), Real).Exactly(Old, x => Exponential(x[0], 1, 1)),
        new Case("celu of alpha", x => Celu(x[0], 2.5), Real).Exactly(Old, x => Exponential(x[0], 2.5, 2.5)),
        new Case("gelu", x => Gelu(x[0]), Real)
            .Exactly("libtorch adds 1 and an error function near -1", x => x[0] * Dual.Erfc(-x[0] * Dual.Sqrt(0.5)) / 2),
        new Case("gelu by tanh", x => GeluTanh(x[0]), Real)
            .Exactly("libtorch adds 1 and a tangent near -1", x => x[0] * Dual.Sigmoid(2 * Dual.Sqrt(2 / Dual.Pi) * (x[0] + (0.044715 * x[0] * x[0] * x[0])))),
        new("silu", x => Silu(x[0]), Real),
        new Case("mish", x => Mish(x[0]), Real)
            .Exactly("libtorch's second derivative cancels where the function is nearly straight", x => x[0] * Dual.Tanh(Dual.Softplus(x[0]))),
        new Case("hardsigmoid", x => HardSigmoid(x[0]), Real) { Derivatives = Derivatives.First }
            .Instead("libtorch differentiates by the float32 of 1/6", p => p.Part == Part.Gradient && Math.Abs(p.X()) < 3 ? p.Weight / 6 : null),
        new("hardswish", x => HardSwish(x[0]), Real),
        new("hardshrink", x => HardShrink(x[0]), Real),
        new("hardshrink of lambda", x => HardShrink(x[0], 1), Real),
        new("softshrink", x => SoftShrink(x[0]), Real),
        new("softshrink of lambda", x => SoftShrink(x[0], 1), Real),
        new Case("tanhshrink", x => TanhShrink(x[0]), [[Values(0.3, -0.3, 0.7, -0.7, 1.2, -1.2, 2.2, 4, -4)], [Normal(3, 1, 5)]])
            .Exactly("libtorch subtracts numbers that are close near 0", x => x[0] - Dual.Tanh(x[0])),
        new("threshold", x => Threshold(x[0], 0.5, -3), Real),
        new("softsign", x => SoftSign(x[0]), Real),
        new Case("softplus", x => Softplus(x[0]), [[Values(0, 1e-3, -1e-3, 0.3, -0.3, 4, -4, 8, -8, 15, 30, -30, 88)], [Normal()], [Normal(3, 1, 5)]])
            .Exactly("libtorch takes the straight line from 20 on", x => Dual.Softplus(x[0])),
        new Case("softplus of beta", x => Softplus(x[0], 2.5), [[Values(0, 1e-3, -1e-3, 0.3, -0.3, 4, -4, 8, -8)], [Normal(3, 1, 5)]])
            .Exactly("libtorch takes the straight line from 20/beta on", x => Dual.Softplus(2.5 * x[0]) / 2.5),
        new Case("logsigmoid", x => LogSigmoid(x[0]), Real)
            .Exactly("libtorch differentiates again by 1 - s, which cancels", x => -Dual.Softplus(-x[0])),
        new Case("sigmoid", x => Sigmoid(x[0]), Moderate)
            .Exactly("libtorch differentiates by s(1 - s), which cancels above 10, and again by 1 - 2s, which cancels near 0", x => Dual.Sigmoid(x[0])),
        new("glu", x => Glu(x[0]), Rows),
        new("glu along an axis", x => Glu(x[0], 1), [[Normal(2, 6, 4)]]),
        new("softmax", x => Softmax(x[0]), Rows) { By = Measure.Norm },
        new("softmax along an axis", x => Softmax(x[0], 0), [[Normal(4, 3)], [Normal(3, 1, 2)]]) { By = Measure.Norm },
        new("softmin", x => Softmin(x[0]), Rows) { By = Measure.Norm },
        new("log_softmax", x => LogSoftmax(x[0]), Rows) { By = Measure.Norm },
        new("softmax2d", x => Softmax(x[0], -3), [[Normal(2, 3, 2, 2)]]) { By = Measure.Norm },
        new("dropout in inference", x => Dropout(x[0], 0.4, 1, training: false), Real),
        new("dropout of all", x => Dropout(x[0], 1, 1), [[Normal(3, 4)]]),
        new("alpha_dropout in inference", x => AlphaDropout(x[0], 0.4, 1, training: false), [[Normal(3, 4)]]),
        new("alpha_dropout of all", x => AlphaDropout(x[0], 1, 1), [[Normal(3, 4)]]),
        new("dropout1d of all", x => FeatureDropout(x[0], 1, 1), [[Normal(2, 3, 4)]]),
        new("dropout2d of all", x => FeatureDropout(x[0], 1, 1), [[Normal(2, 3, 4, 2)]]),
        new("dropout2d in inference", x => FeatureDropout(x[0], 0.4, 1, training: false), [[Normal(2, 3, 4, 2)]]),
        new("dropout3d of all", x => FeatureDropout(x[0], 1, 1), [[Normal(2, 3, 2, 2, 3)]]),
        new("feature_dropout of none", x => FeatureDropout(x[0], 0, 1), [[Normal(2, 3)]]),
        new("feature_alpha_dropout in inference", x => FeatureAlphaDropout(x[0], 0.4, 1, training: false), [[Normal(2, 3, 4)]]),
        new("feature_alpha_dropout of all", x => FeatureAlphaDropout(x[0], 1, 1), [[Normal(2, 3, 4)]]),
        new("prelu of a scalar", x => PRelu(x[0], x[1]), [[Values(-1.5).Shaped(), Normal(1)]]),
        Case.Refuses("softmax axis", x => Softmax(x[0], 2), "axis", Normal(3, 4)),
        Case.Refuses("glu of an odd axis", x => Glu(x[0]), "cannot be halved", Normal(2, 3)),
        Case.Refuses("prelu slopes", x => PRelu(x[0], x[1]), "must be a scalar or one number for each", Normal(2, 3), Normal(4)),
        Case.Refuses("celu of alpha 0", x => Celu(x[0], 0), "must not be", Normal(3)),
        Case.Refuses("dropout rate", x => Dropout(x[0], 1.5, 1), "rate", Normal(3)),
        Case.Refuses("alpha_dropout rate", x => AlphaDropout(x[0], -0.5, 1), "rate", Normal(3)),
        Case.Refuses("feature_dropout rate", x => FeatureDropout(x[0], 1.5, 1), "rate", Normal(3, 2)),
        Case.Refuses("feature_dropout of a vector", x => FeatureDropout(x[0], 0.5, 1), "two axes at least", Normal(3)),
        Case.Refuses("feature_alpha_dropout of a vector", x => FeatureAlphaDropout(x[0], 0.5, 1), "two axes at least", Normal(3)),
    ];

    private const string Old = "libtorch subtracts 1 from the exponential function before its version 2, which cancels near 0";

    private const string NaN = "GraphGrad passes NaN on with its gradient";

    private static Dual Exponential(Dual x, double scale, double width) => x.Value.Sign > 0 ? x : scale * Dual.Expm1(x / width);

    private static double? AtNaN(Point p) => p.Part == Part.Gradient && double.IsNaN(p.X()) ? p.Weight : null;
}
