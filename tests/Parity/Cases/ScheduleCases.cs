namespace GraphGrad.Parity.Cases;

/// <summary>Learning rates of 200 epochs.</summary>
internal static class ScheduleCases
{
    private static readonly Recipe[][] Counts = [[Wholes([.. Enumerable.Range(0, 200).Select(i => (double)i)])]];

    // A loss that falls, halts, falls again, and is once no number.
    private static readonly Recipe[][] Losses = [[Values([.. Enumerable.Range(0, 200).Select(i => i == 90 ? double.NaN : 1 / (1.0 + (0.1 * i)) + (0.05 * Math.Sin(i * i)) + (i is > 40 and < 80 ? 0.4 : 0))])]];

    public static readonly Case[] All =
    [
        new("lr_scheduler.StepLR", x => Schedules.Step(x[0], 0.3, 7, 0.6), Counts) { Ours = "Schedules.Step" },
        new("lr_scheduler.MultiStepLR", x => Schedules.MultiStep(x[0], 0.3, [3, 4, 20, 150], 0.5), Counts) { Ours = "Schedules.MultiStep" },
        new("lr_scheduler.ExponentialLR", x => Schedules.Exponential(x[0], 0.3, 0.93), Counts) { Ours = "Schedules.Exponential" },
        new("lr_scheduler.ConstantLR", x => Schedules.Constant(x[0], 0.3, 6, 0.2), Counts) { Ours = "Schedules.Constant" },
        new("lr_scheduler.LinearLR", x => Schedules.Linear(x[0], 0.3, 9, 0.1, 1.5), Counts) { Ours = "Schedules.Linear" },
        new("lr_scheduler.PolynomialLR", x => Schedules.Polynomial(x[0], 0.3, 170, 2), Counts) { Ours = "Schedules.Polynomial" },
        new("lr_scheduler.CosineAnnealingLR", x => Schedules.Cosine(x[0], 0.3, 40, 0.01), Counts) { Ours = "Schedules.Cosine" },
        new("lr_scheduler.CyclicLR", x => Schedules.Cyclic(x[0], 0.1, 0.7, 4, 7), Counts) { Ours = "Schedules.Cyclic" },
        new("lr_scheduler.CyclicLR of half the height", x => Schedules.Cyclic(x[0], 0.1, 0.7, 5, factor: 0.5), Counts) { Ours = "Schedules.Cyclic" },
        new("lr_scheduler.CyclicLR that decays", x => Schedules.Cyclic(x[0], 0.1, 0.7, 20, 13, decay: 0.98), Counts) { Ours = "Schedules.Cyclic" },
        new("lr_scheduler.OneCycleLR", x => Schedules.OneCycle(x[0], 0.7, 200), Counts) { Ours = "Schedules.OneCycle" },
        new("lr_scheduler.OneCycleLR of divisors", x => Schedules.OneCycle(x[0], 0.7, 204, 0.4, 10, 100), Counts) { Ours = "Schedules.OneCycle" },
        new("lr_scheduler.OneCycleLR in straight lines", x => Schedules.OneCycle(x[0], 0.7, 200, 0.25, linear: true), Counts) { Ours = "Schedules.OneCycle" },
        new("lr_scheduler.OneCycleLR in three phases", x => Schedules.OneCycle(x[0], 0.7, 200, 0.3, symmetric: true), Counts) { Ours = "Schedules.OneCycle" },
        new("lr_scheduler.LambdaLR", x => 0.3 / (1 + (0.05 * Cast(x[0], DType.Float64))), Counts) { Ours = "a function of the count" },
        new("lr_scheduler.MultiplicativeLR", x => 0.3 * CumProd(Where(x[0] > 0, 1 - (0.5 / (2 + Cast(x[0], DType.Float64))), 1), 0), Counts) { Ours = "CumProd" },
        new("lr_scheduler.ChainedLR", x => Schedules.Constant(x[0], 0.3, 6, 0.2) * Schedules.Exponential(x[0], 1, 0.98), Counts) { Ours = "a product of Schedules" },
        new("lr_scheduler.SequentialLR", x => Schedules.Sequential(x[0], [t => Schedules.Linear(t, 0.3, 30, 0.1), t => Schedules.Exponential(t, 0.3, 0.97), t => Schedules.Step(t, 0.3, 9, 0.5)], [30, 120]), Counts) { Ours = "Schedules.Sequential" },
        new("lr_scheduler.ReduceLROnPlateau", x => new ReduceOnPlateau(x[0].Graph, 0.3, 0.5, 4, cooldown: 3, floor: 1e-3).Rates(x[0]), Losses) { Derivatives = Derivatives.None, Ours = "ReduceOnPlateau" },
        new("lr_scheduler.ReduceLROnPlateau of what rises", x => new ReduceOnPlateau(x[0].Graph, 0.3, 0.7, 0, 0.02, relativeThreshold: false, maximize: true).Rates(1 - x[0]), Losses) { Derivatives = Derivatives.None, Ours = "ReduceOnPlateau" },
        Case.Refuses("lr_scheduler.ReduceLROnPlateau of a factor of 1", x => new ReduceOnPlateau(x[0].Graph, 0.3, 1).Rates(x[0]), "the factor is 1; it must be at least 0 and below 1", Normal(3)),
        Case.Refuses("lr_scheduler.SequentialLR without milestones", x => Schedules.Sequential(x[0], [t => Schedules.Linear(t, 0.3, 30), t => Schedules.Exponential(t, 0.3, 0.97)], []), "there must be one less of them", Wholes(1, 2)),
        Case.Refuses("lr_scheduler.OneCycleLR of too long a rise", x => Schedules.OneCycle(x[0], 0.7, 20, 1.5), "rising is 1.5", Wholes(1, 2)),
    ];
}
