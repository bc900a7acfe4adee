using TorchSharp.Modules;
using static TorchSharp.torch.optim.lr_scheduler;
using static TorchSharp.torch.optim.lr_scheduler.impl.CyclicLR;

namespace GraphGrad.Parity.Live.Expressions;

internal static class ScheduleTwins
{
    public static readonly Twins All = new()
    {
        ["lr_scheduler.StepLR"] = Rates(o => StepLR(o, 7, 0.6)),
        ["lr_scheduler.MultiStepLR"] = Rates(o => MultiStepLR(o, [3, 4, 20], 0.5)),
        ["lr_scheduler.ExponentialLR"] = Rates(o => ExponentialLR(o, 0.93)),
        ["lr_scheduler.ConstantLR"] = Rates(o => ConstantLR(o, 0.2, 6)),
        ["lr_scheduler.LinearLR"] = Rates(o => LinearLR(o, 0.1, 1.5, 9)),
        ["lr_scheduler.PolynomialLR"] = Rates(o => PolynomialLR(o, 17, 2)),
        ["lr_scheduler.CosineAnnealingLR"] = Rates(o => CosineAnnealingLR(o, 40, 0.01)),
        ["lr_scheduler.CyclicLR"] = Rates(o => CyclicLR(o, 0.1, 0.7, 4, 7, cycle_momentum: false)),
        ["lr_scheduler.CyclicLR of half the height"] = Rates(o => CyclicLR(o, 0.1, 0.7, 5, mode: Mode.Triangular2, cycle_momentum: false)),
        ["lr_scheduler.OneCycleLR"] = Rates(o => OneCycleLR(o, 0.7, 40, cycle_momentum: false)),
        ["lr_scheduler.OneCycleLR of divisors"] = Rates(o => OneCycleLR(o, 0.7, 44, pct_start: 0.4, div_factor: 10, final_div_factor: 100, cycle_momentum: false)),
    };

    /// <summary>The rates before each of as many steps as there are counts.</summary>
    private static Func<Tensor[], Outputs> Rates(Func<optim.Optimizer, optim.lr_scheduler.LRScheduler> create) => t =>
    {
        var optimizer = optim.SGD([new Parameter(zeros(1))], 0.3);
        var scheduler = create(optimizer);
        var rates = new double[t[0].numel()];
        for (var i = 0; i < rates.Length; i++)
        {
            rates[i] = optimizer.ParamGroups.First().LearningRate;
            optimizer.step();
            scheduler.step();
        }
        return tensor(rates);
    };
}
