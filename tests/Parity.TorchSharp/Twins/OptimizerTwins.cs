using TorchSharp.Modules;

namespace GraphGrad.Parity.Live.Expressions;

internal static class OptimizerTwins
{
    public static readonly Twins All = new()
    {
        ["optim.SGD rate"] = Create(p => optim.SGD(p, -0.1)),
        ["optim.SGD decay"] = Create(p => optim.SGD(p, 0.1, weight_decay: -1)),
        ["optim.SGD momentum"] = Create(p => optim.SGD(p, 0.1, momentum: -1)),
        ["optim.SGD nesterov without momentum"] = Create(p => optim.SGD(p, 0.1, momentum: 0, nesterov: true)),
        ["optim.Adam rate"] = Create(p => optim.Adam(p, lr: -1)),
        ["optim.Adam beta1"] = Create(p => optim.Adam(p, lr: 0.1, beta1: 1)),
        ["optim.Adam beta2"] = Create(p => optim.Adam(p, lr: 0.1, beta2: -0.5)),
        ["optim.Adam epsilon"] = Create(p => optim.Adam(p, lr: 0.1, eps: -1e-8)),
        ["optim.AdamW decay"] = Create(p => optim.AdamW(p, lr: 0.1, weight_decay: -1)),
        ["optim.Adagrad rate decay"] = Create(p => optim.Adagrad(p, lr: 0.1, lr_decay: -1)),
        ["optim.Adagrad start"] = Create(p => optim.Adagrad(p, lr: 0.1, initial_accumulator_value: -1)),
        ["optim.Adadelta rho"] = Create(p => optim.Adadelta(p, lr: 1, rho: 1.5)),
        ["optim.Adamax beta2"] = Create(p => optim.Adamax(p, lr: 0.1, beta2: 1.5)),
        ["optim.NAdam momentum decay"] = Create(p => optim.NAdam(p, lr: 0.1, momentum_decay: -1)),
        ["optim.RAdam beta1"] = Create(p => optim.RAdam(p, lr: 0.1, beta1: -1)),
        ["optim.ASGD rate"] = Create(p => optim.ASGD(p, lr: -0.1)),
        ["optim.Rprop rate"] = Create(p => optim.Rprop(p, lr: -0.1)),
        ["optim.RMSProp alpha"] = Create(p => optim.RMSProp(p, lr: 0.1, alpha: -1)),
        ["optim.RMSProp momentum"] = Create(p => optim.RMSProp(p, lr: 0.1, momentum: -1)),
    };

    private static Func<Tensor[], Outputs> Create(Func<Parameter[], optim.Optimizer> create) => t =>
    {
        create([new Parameter(t[0])]);
        return t[0];
    };
}
