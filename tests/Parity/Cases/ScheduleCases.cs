namespace GraphGrad.Parity.Cases;

/// <summary>Learning rates by the number of steps.</summary>
internal static class ScheduleCases
{
    private static readonly Recipe[][] Counts = [[Wholes([.. Enumerable.Range(0, 40).Select(i => (double)i)])]];

    public static readonly Case[] All =
    [
        new("lr_scheduler.StepLR", x => Schedules.Step(x[0], 0.3, 7, 0.6), Counts) { Ours = "Schedules.Step" },
        new("lr_scheduler.MultiStepLR", x => Schedules.MultiStep(x[0], 0.3, [3, 4, 20], 0.5), Counts) { Ours = "Schedules.MultiStep" },
        new("lr_scheduler.ExponentialLR", x => Schedules.Exponential(x[0], 0.3, 0.93), Counts) { Ours = "Schedules.Exponential" },
        new("lr_scheduler.ConstantLR", x => Schedules.Constant(x[0], 0.3, 6, 0.2), Counts) { Ours = "Schedules.Constant" },
        new("lr_scheduler.LinearLR", x => Schedules.Linear(x[0], 0.3, 9, 0.1, 1.5), Counts) { Ours = "Schedules.Linear" },
        new("lr_scheduler.PolynomialLR", x => Schedules.Polynomial(x[0], 0.3, 17, 2), Counts) { Ours = "Schedules.Polynomial" },
        new("lr_scheduler.CosineAnnealingLR", x => Schedules.Cosine(x[0], 0.3, 40, 0.01), Counts) { Ours = "Schedules.Cosine" },
        new("lr_scheduler.CyclicLR", x => Schedules.Cyclic(x[0], 0.1, 0.7, 4, 7), Counts) { Ours = "Schedules.Cyclic" },
        new("lr_scheduler.CyclicLR of half the height", x => Schedules.Cyclic(x[0], 0.1, 0.7, 5, factor: 0.5), Counts) { Ours = "Schedules.Cyclic" },
        new("lr_scheduler.OneCycleLR", x => Schedules.OneCycle(x[0], 0.7, 40), Counts) { Ours = "Schedules.OneCycle" },
        new("lr_scheduler.OneCycleLR of divisors", x => Schedules.OneCycle(x[0], 0.7, 44, 0.4, 10, 100), Counts) { Ours = "Schedules.OneCycle" },
    ];
}
