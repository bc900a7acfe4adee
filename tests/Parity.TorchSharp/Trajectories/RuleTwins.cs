using TorchSharp.Modules;

namespace GraphGrad.Parity.Live.Trajectories;

/// <summary>TorchSharp's optimizers, by the names of the rules: each gives what makes one step.</summary>
internal static class RuleTwins
{
    private static readonly Dictionary<string, Func<Parameter[], Action>> All = new()
    {
        ["SGD"] = p => Step(optim.SGD(p, 0.05)),
        ["SGD decay"] = p => Step(optim.SGD(p, 0.05, weight_decay: 0.1)),
        ["SGD momentum"] = p => Step(optim.SGD(p, 0.02, momentum: 0.9)),
        ["SGD momentum dampening decay"] = p => Step(optim.SGD(p, 0.05, momentum: 0.8, dampening: 0.4, weight_decay: 0.05)),
        ["SGD nesterov"] = p => Step(optim.SGD(p, 0.02, momentum: 0.8, nesterov: true)),
        ["Adam"] = p => Step(optim.Adam(p, lr: 0.02)),
        ["Adam slow"] = p => Step(optim.Adam(p, lr: 0.002)),
        ["Adam decay"] = p => Step(optim.Adam(p, lr: 0.02, beta1: 0.8, beta2: 0.99, eps: 1e-6, weight_decay: 0.1)),
        ["Adam amsgrad"] = p => Step(optim.Adam(p, lr: 0.05, beta1: 0.8, beta2: 0.95, amsgrad: true)),
        ["AdamW"] = p => Step(optim.AdamW(p, lr: 0.02, weight_decay: 0.2)),
        ["AdamW amsgrad"] = p => Step(optim.AdamW(p, lr: 0.05, beta1: 0.8, beta2: 0.95, weight_decay: 0.01, amsgrad: true)),
        ["Adagrad"] = p => Step(optim.Adagrad(p, lr: 0.2)),
        ["Adagrad decays"] = p => Step(optim.Adagrad(p, lr: 0.3, lr_decay: 0.02, weight_decay: 0.05, initial_accumulator_value: 0.1)),
        ["Adadelta"] = p => Step(optim.Adadelta(p, lr: 1)),
        ["Adadelta decay"] = p => Step(optim.Adadelta(p, lr: 2, rho: 0.95, eps: 1e-5, weight_decay: 0.1)),
        ["Adamax"] = p => Step(optim.Adamax(p, lr: 0.05)),
        ["Adamax decay"] = p => Step(optim.Adamax(p, lr: 0.05, beta1: 0.8, beta2: 0.99, weight_decay: 0.1)),
        ["NAdam"] = p => Step(optim.NAdam(p, lr: 0.02)),
        ["NAdam decay"] = p => Step(optim.NAdam(p, lr: 0.01, beta1: 0.8, beta2: 0.99, weight_decay: 0.01, momentum_decay: 0.02)),
        ["RAdam"] = p => new RectifiedAdam(p, 0.02, 0.9, 0.999, 0).Step,
        ["RAdam decay"] = p => new RectifiedAdam(p, 0.02, 0.8, 0.99, 0.1).Step,
        ["ASGD"] = p => Step(optim.ASGD(p, lr: 0.05)),
        ["ASGD decay"] = p => Step(optim.ASGD(p, lr: 0.1, lambd: 0.01, alpha: 0.6, t0: 20, weight_decay: 0.05)),
        ["Rprop"] = p => new ResilientPropagation(p, 0.01, 0.5, 1.2, 1e-6, 50).Step,
        ["Rprop limits"] = p => new ResilientPropagation(p, 0.02, 0.6, 1.1, 1e-4, 0.1).Step,
        ["RMSProp"] = p => Step(optim.RMSProp(p, lr: 0.01)),
        ["RMSProp centered"] = p => Step(optim.RMSProp(p, lr: 0.005, alpha: 0.9, eps: 0.05, centered: true)),
        ["RMSProp momentum"] = p => Step(optim.RMSProp(p, lr: 0.005, momentum: 0.8)),
        ["RMSProp momentum centered decay"] = p => Step(optim.RMSProp(p, lr: 0.005, alpha: 0.95, eps: 1e-3, weight_decay: 0.1, momentum: 0.5, centered: true)),
        ["Adafactor"] = p => new FactoredSquares(p, 0.05, -0.8, null, 1e-3, 1, 0).Step,
        ["Adafactor decay"] = p => new FactoredSquares(p, 0.02, -0.6, 1e-3, 0.1, 1.5, 0.1).Step,
        ["Muon"] = p => new OrthogonalMomentum(p, 0.02, 0.95, true, 0.1, 5, false).Step,
        ["Muon matching Adam"] = p => new OrthogonalMomentum(p, 0.05, 0.8, false, 0, 3, true).Step,
    };

    /// <summary>Those that evaluate the loss themselves; the closure leaves its gradients.</summary>
    private static readonly Dictionary<string, Func<Parameter[], Func<Tensor>, Action>> Evaluating = new()
    {
        ["LBFGS"] = (p, closure) => Step(optim.LBFGS(p, lr: 0.5, max_iter: 20, tolerange_grad: 1e-5, tolerance_change: 1e-9, history_size: 100), closure),
        ["LBFGS short"] = (p, closure) => Step(optim.LBFGS(p, lr: 0.5, max_iter: 5, tolerange_grad: 1e-7, tolerance_change: 1e-9, history_size: 5), closure),
        ["LBFGS strong Wolfe"] = (p, closure) => new LimitedMemoryBfgs(p, closure, 1, 4, 5, 1e-9, 100).Step,
        ["LBFGS strong Wolfe far"] = (p, closure) => new LimitedMemoryBfgs(p, closure, 3, 2, 40, 1e-5, 3).Step,
    };

    public static Action Of(string rule, Parameter[] parameters, Func<Tensor> closure) =>
        All.TryGetValue(rule, out var create) ? create(parameters) : Evaluating[rule](parameters, closure);

    private static Action Step(optim.Optimizer optimizer) => () =>
    {
        optimizer.step();
        optimizer.zero_grad();
    };

    private static Action Step(optim.Optimizer optimizer, Func<Tensor> closure) => () => optimizer.step(closure);
}
