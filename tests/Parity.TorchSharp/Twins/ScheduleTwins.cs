using TorchSharp.Modules;
using static TorchSharp.torch.optim.lr_scheduler;
using static TorchSharp.torch.optim.lr_scheduler.impl.CyclicLR;

namespace GraphGrad.Parity.Live.Expressions;

internal static class ScheduleTwins
{
    public static readonly Twins All = new()
    {
        ["lr_scheduler.StepLR"] = Rates(o => StepLR(o, 7, 0.6)),
        ["lr_scheduler.MultiStepLR"] = Rates(o => MultiStepLR(o, [3, 4, 20, 150], 0.5)),
        ["lr_scheduler.ExponentialLR"] = Rates(o => ExponentialLR(o, 0.93)),
        ["lr_scheduler.ConstantLR"] = Rates(o => ConstantLR(o, 0.2, 6)),
        ["lr_scheduler.LinearLR"] = Rates(o => LinearLR(o, 0.1, 1.5, 9)),
        ["lr_scheduler.PolynomialLR"] = Rates(o => PolynomialLR(o, 170, 2)),
        ["lr_scheduler.CosineAnnealingLR"] = Rates(o => CosineAnnealingLR(o, 40, 0.01)),
        ["lr_scheduler.CyclicLR"] = Rates(o => CyclicLR(o, 0.1, 0.7, 4, 7, cycle_momentum: false)),
        ["lr_scheduler.CyclicLR of half the height"] = Rates(o => CyclicLR(o, 0.1, 0.7, 5, mode: Mode.Triangular2, cycle_momentum: false)),
        // TorchSharp's own mode for it, ExpRange, takes the number of the wave, from 1, for the count.
        ["lr_scheduler.CyclicLR that decays"] = Rates(o => CyclicLR(o, 0.1, 0.7, 20, 13, scale_fn: t => Math.Pow(0.98, t), scale_mode: ScaleMode.Iterations, cycle_momentum: false)),
        ["lr_scheduler.OneCycleLR"] = Rates(o => OneCycleLR(o, 0.7, 200, cycle_momentum: false)),
        ["lr_scheduler.OneCycleLR of divisors"] = Rates(o => OneCycleLR(o, 0.7, 204, pct_start: 0.4, div_factor: 10, final_div_factor: 100, cycle_momentum: false)),
        ["lr_scheduler.OneCycleLR in straight lines"] = Rates(o => OneCycleLR(o, 0.7, 200, pct_start: 0.25, anneal_strategy: impl.OneCycleLR.AnnealStrategy.Linear, cycle_momentum: false)),
        ["lr_scheduler.OneCycleLR in three phases"] = Rates(o => OneCycleLR(o, 0.7, 200, three_phase: true, cycle_momentum: false)),
        ["lr_scheduler.LambdaLR"] = Rates(o => LambdaLR(o, t => 1 / (1 + (0.05 * t)))),
        ["lr_scheduler.MultiplicativeLR"] = Rates(o => MultiplicativeLR(o, t => 1 - (0.5 / (2.0 + t)))),
        ["lr_scheduler.ChainedLR"] = Rates(o => ChainedLR([ConstantLR(o, 0.2, 6), ExponentialLR(o, 0.98)])),
        ["lr_scheduler.SequentialLR"] = Rates(o => SequentialLR(o, [LinearLR(o, 0.1, 1, 30), ExponentialLR(o, 0.97), StepLR(o, 9, 0.5)], [30, 120])),
        ["lr_scheduler.ReduceLROnPlateau"] = Reduced(o => ReduceLROnPlateau(o, factor: 0.5, patience: 4, cooldown: 3, min_lr: [1e-3]), x => x),
        ["lr_scheduler.ReduceLROnPlateau of what rises"] = Reduced(o => ReduceLROnPlateau(o, "max", 0.7, 0, 0.02, "abs"), x => 1 - x),
        ["lr_scheduler.ReduceLROnPlateau of a factor of 1"] = Reduced(o => ReduceLROnPlateau(o, factor: 1), x => x),
        ["lr_scheduler.SequentialLR without milestones"] = Rates(o => SequentialLR(o, [LinearLR(o), ExponentialLR(o, 0.97)], [])),
        ["lr_scheduler.OneCycleLR of too long a rise"] = Rates(o => OneCycleLR(o, 0.7, 20, pct_start: 1.5)),
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

    /// <summary>The rates after each of the metrics.</summary>
    private static Func<Tensor[], Outputs> Reduced(Func<optim.Optimizer, optim.lr_scheduler.LRScheduler> create, Func<double, double> metric) => t =>
    {
        var optimizer = optim.SGD([new Parameter(zeros(1))], 0.3);
        var scheduler = create(optimizer);
        return tensor(t[0].to_type(ScalarType.Float64).data<double>().ToArray().Select(x =>
        {
            scheduler.step(metric(x));
            return optimizer.ParamGroups.First().LearningRate;
        }).ToArray());
    };
}
