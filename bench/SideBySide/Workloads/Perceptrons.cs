using static GraphGrad.Ops;

namespace GraphGrad.Bench.SideBySide.Workloads;

/// <summary>Training steps of ReLU networks: cross-entropy, Adam.</summary>
internal static class Perceptrons
{
    public static IEnumerable<Workload> All =>
    [
        Create("mlp-tiny", 32, 64, 32, 10),
        Create("mlp-small", 64, 784, 128, 10),
        Create("mlp-large", 128, 784, 512, 512, 10),
    ];

    public static Workload Create(string name, int batch, params int[] widths)
    {
        var weights = widths.Zip(widths.Skip(1), (a, b) => (double)a * b).ToArray();
        // The first layer needs no gradient of its input.
        var flops = 2.0 * batch * ((3 * weights.Sum()) - weights[0]);
        // Adam reads and writes three numbers a weight.
        return new Workload(name, () => Define(batch, widths), flops, Bytes: 4 * ((6 * weights.Sum()) + (batch * widths[0])));
    }

    private static Definition Define(int batch, int[] widths)
    {
        var definition = new Definition(seed: 3);
        var logits = definition.Input("x", [batch, widths[0]]);
        var labels = definition.Classes("labels", batch, widths[^1]);
        for (var layer = 1; layer < widths.Length; layer++)
        {
            var scale = MathF.Sqrt(6f / widths[layer - 1]);
            var (w, b) = (definition.Weight($"w{layer}", [widths[layer - 1], widths[layer]], scale), definition.Weight($"b{layer}", [widths[layer]], 0.1f));
            if (layer > 1) logits = Relu(logits);
            logits = Linear(logits, w, b);
        }
        var loss = Losses.CategoricalCrossEntropyFromLogits(logits, labels);
        return definition.Train(loss, new Adam(0.001f).Minimize(loss));
    }
}
