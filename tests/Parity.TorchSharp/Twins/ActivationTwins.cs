using static TorchSharp.torch.nn;

namespace GraphGrad.Parity.Live.Expressions;

internal static class ActivationTwins
{
    public static readonly Twins All = new()
    {
        ["relu"] = t => functional.relu(t[0]),
        ["relu6"] = t => functional.relu6(t[0]),
        ["leaky_relu"] = t => functional.leaky_relu(t[0], 0.01),
        ["leaky_relu of a slope"] = t => functional.leaky_relu(t[0], 0.2),
        ["rrelu in inference"] = t => Evaluated(RReLU(), t[0]),
        // TorchSharp's own gives back x.
        ["hardtanh"] = t => Script.Run("torch.hardtanh(x, -1.0, 1.0)", ("x", t[0])),
        ["hardtanh between limits"] = t => Script.Run("torch.hardtanh(x, -2.0, 3.0)", ("x", t[0])),
        ["prelu"] = t => functional.prelu(t[0], t[1]),
        ["elu"] = t => functional.elu(t[0], 1),
        ["elu of alpha"] = t => functional.elu(t[0], 1.5),
        ["selu"] = t => functional.selu(t[0]),
        ["celu"] = t => functional.celu(t[0], 1),
        ["celu of alpha"] = t => functional.celu(t[0], 2.5),
        ["gelu"] = t => functional.gelu(t[0]),
        ["gelu by tanh"] = t => Script.Run("torch.gelu(x, approximate='tanh')", ("x", t[0])),
        ["silu"] = t => functional.silu(t[0]),
        ["mish"] = t => functional.mish(t[0]),
        ["hardsigmoid"] = t => functional.hardsigmoid(t[0]),
        ["hardswish"] = t => functional.hardswish(t[0]),
        ["hardshrink"] = t => functional.hardshrink(t[0]),
        ["hardshrink of lambda"] = t => functional.hardshrink(t[0], 1),
        ["softshrink"] = t => functional.softshrink(t[0]),
        ["softshrink of lambda"] = t => functional.softshrink(t[0], 1),
        ["tanhshrink"] = t => functional.tanhshrink(t[0]),
        ["threshold"] = t => functional.threshold(t[0], 0.5, -3),
        ["softsign"] = t => functional.softsign(t[0]),
        ["softplus"] = t => functional.softplus(t[0]),
        ["softplus of beta"] = t => functional.softplus(t[0], 2.5),
        ["logsigmoid"] = t => functional.logsigmoid(t[0]),
        ["sigmoid"] = t => functional.sigmoid(t[0]),
        ["glu"] = t => functional.glu(t[0], -1),
        ["glu along an axis"] = t => functional.glu(t[0], 1),
        ["softmax"] = t => functional.softmax(t[0], -1),
        ["softmax along an axis"] = t => functional.softmax(t[0], 0),
        ["softmin"] = t => functional.softmin(t[0], -1),
        ["log_softmax"] = t => functional.log_softmax(t[0], -1),
        ["softmax2d"] = t => functional.softmax2d(t[0]),
        ["dropout in inference"] = t => functional.dropout(t[0], 0.4, training: false),
        ["softmax axis"] = t => functional.softmax(t[0], 2),
        ["glu of an odd axis"] = t => functional.glu(t[0], -1),
        ["prelu slopes"] = t => functional.prelu(t[0], t[1]),
        ["celu of alpha 0"] = t => functional.celu(t[0], 0),
        ["dropout of all"] = t => functional.dropout(t[0], 1),
        ["alpha_dropout in inference"] = t => functional.alpha_dropout(t[0], 0.4, training: false),
        ["alpha_dropout of all"] = t => Script.Run("torch.alpha_dropout(x, 1., True)", ("x", t[0])),
        ["dropout1d of all"] = t => Script.Run("torch.feature_dropout(x, 1., True)", ("x", t[0])),
        ["dropout2d of all"] = t => functional.dropout2d(t[0], 1),
        ["dropout2d in inference"] = t => functional.dropout2d(t[0], 0.4, training: false),
        ["dropout3d of all"] = t => functional.dropout3d(t[0], 1),
        ["feature_dropout of none"] = t => Script.Run("torch.feature_dropout(x, 0., True)", ("x", t[0])),
        ["feature_alpha_dropout in inference"] = t => functional.feature_alpha_dropout(t[0], 0.4, training: false),
        ["feature_alpha_dropout of all"] = t => Script.Run("torch.feature_alpha_dropout(x, 1., True)", ("x", t[0])),
        ["alpha_dropout rate"] = t => Script.Run("torch.alpha_dropout(x, -0.5, True)", ("x", t[0])),
        ["feature_dropout rate"] = t => Script.Run("torch.feature_dropout(x, 1.5, True)", ("x", t[0])),
        ["feature_dropout of a vector"] = t => Script.Run("torch.feature_dropout(x, 0.5, True)", ("x", t[0])),
        ["feature_alpha_dropout of a vector"] = t => Script.Run("torch.feature_alpha_dropout(x, 0.5, True)", ("x", t[0])),
        ["dropout rate"] = t => functional.dropout(t[0], 1.5),
        ["prelu of a scalar"] = t => Script.Run("torch.prelu(x, y)", ("x", t[0]), ("y", t[1])),
    };

    private static Tensor Evaluated(Module<Tensor, Tensor> module, Tensor x)
    {
        module.eval();
        return module.call(x);
    }
}
