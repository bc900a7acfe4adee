using static GraphGrad.Bench.SideBySide.Workloads.Catalogue;
using static GraphGrad.Ops;

namespace GraphGrad.Bench.SideBySide.Workloads;

/// <summary>Elementwise chains and reductions: what fusion is for.</summary>
internal static class Chains
{
    private const int Elements = 1 << 20;

    public static IEnumerable<Workload> All =>
    [
        new("gelu", Gelu, Flops: Elements * (TanhFlops + 12), Bytes: 8.0 * Elements),
        new("gelu-grad", GeluGradient, Flops: Elements * (TanhFlops + 36), Bytes: 16.0 * Elements),
        new("softmax", () => Softmax(4096, 1024), Flops: Count(4096, 1024) * (ExpFlops + 8), Bytes: 8 * Count(4096, 1024)),
        new("layernorm-grad", () => LayerNormGradient(4096, 1024), Flops: Count(4096, 1024) * 40, Bytes: 16 * Count(4096, 1024)),
        new("cross-entropy-grad", () => CrossEntropyGradient(512, 8192), Flops: Count(512, 8192) * (ExpFlops + 10), Bytes: 8 * Count(512, 8192)),
        new("broadcast-reduce", BroadcastReduce, Flops: Count(256, 128, 512) * (TanhFlops + 4), Bytes: 4 * Count(384, 512)),
        new("sum-rows", () => Sums(4096, 1024, axis: 1), Flops: 2 * Count(4096, 1024), Bytes: 4 * Count(4096, 1024)),
        new("sum-columns", () => Sums(4096, 1024, axis: 0), Flops: 2 * Count(4096, 1024), Bytes: 4 * Count(4096, 1024)),
    ];

    public static Definition Softmax(int rows, int columns)
    {
        var definition = new Definition(seed: 4);
        return definition.Fetch(Ops.Softmax(definition.Input("x", [rows, columns], scale: 4)));
    }

    public static Definition LayerNormGradient(int rows, int columns)
    {
        var definition = new Definition(seed: 5);
        var (x, g) = (definition.Input("x", [rows, columns]), definition.Input("g", [rows, columns]));
        var (gamma, beta) = (definition.Input("gamma", [columns]), definition.Input("beta", [columns]));
        var y = LayerNorm(x, gamma, beta);
        return definition.Fetch([y, .. Gradients(Sum(y * g), x, gamma, beta)]);
    }

    public static Definition CrossEntropyGradient(int rows, int classes)
    {
        var definition = new Definition(seed: 6);
        var (logits, labels) = (definition.Input("logits", [rows, classes], scale: 4), definition.Classes("labels", rows, classes));
        var loss = Losses.CategoricalCrossEntropyFromLogits(logits, labels);
        return definition.Fetch(loss, Gradient(loss, logits));
    }

    private static Definition Gelu()
    {
        var definition = new Definition(seed: 7);
        return definition.Fetch(GeluTanh(definition.Input("x", [Elements], scale: 4)));
    }

    private static Definition GeluGradient()
    {
        var definition = new Definition(seed: 8);
        var (x, g) = (definition.Input("x", [Elements], scale: 4), definition.Input("g", [Elements]));
        var y = GeluTanh(x);
        return definition.Fetch(y, Gradient(Sum(y * g), x));
    }

    private static Definition BroadcastReduce()
    {
        var definition = new Definition(seed: 9);
        var (a, b) = (definition.Input("a", [256, 1, 512]), definition.Input("b", [1, 128, 512]));
        return definition.Fetch(Sum(Tanh(a + b), [0, 1]));
    }

    private static Definition Sums(int rows, int columns, int axis)
    {
        var definition = new Definition(seed: 10);
        return definition.Fetch(Sum(definition.Input("x", [rows, columns]), axis));
    }
}
