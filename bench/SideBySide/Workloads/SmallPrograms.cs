using static GraphGrad.Ops;

namespace GraphGrad.Bench.SideBySide.Workloads;

/// <summary>Programs of a few numbers, where everything but arithmetic is overhead.</summary>
internal static class SmallPrograms
{
    public static IEnumerable<Workload> All =>
    [
        new("himmelblau-loop", Himmelblau, Flops: 40, Bytes: 16) { IsLoop = true },
        new("himmelblau-step", Himmelblau, Flops: 40, Bytes: 16),
        new("logistic-step", Logistic, Flops: 200, Bytes: 64),
    ];

    private static Definition Himmelblau()
    {
        var definition = new Definition(seed: 1);
        var p = definition.Weight("p", [2], [0f, 0f]);
        var (x, y) = (p[0], p[1]);
        var loss = Square((x * x) + y - 11) + Square(x + (y * y) - 7);
        return definition.Train(loss, new GradientDescent(0.001f).Minimize(loss));
    }

    private static Definition Logistic()
    {
        var definition = new Definition(seed: 2);
        var x = definition.Graph.Constant(new float[,] { { 1, 1 }, { 1, 0 }, { 0, 1 }, { 0, 0 } });
        var labels = definition.Graph.Constant([0f, 1f, 0f, 1f]);
        var (w, b) = (definition.Weight("w", [2], [0.1f, -0.1f]), definition.Weight("b", [], [0f]));
        var loss = Losses.BinaryCrossEntropyFromLogits(Sum(x * w, 1) + b, labels);
        return definition.Train(loss, new GradientDescent(0.01f).Minimize(loss));
    }
}
