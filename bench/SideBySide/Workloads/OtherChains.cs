using static GraphGrad.Ops;

namespace GraphGrad.Bench.SideBySide.Workloads;

/// <summary>Elementwise functions, normalizations, reductions, and moving elements about.</summary>
internal static class OtherChains
{
    public static IEnumerable<Workload> All =>
    [
        // Elementwise
        Fed.Forward("exp-log-pow", t => Pow(Exp(t[0]) + 1, 1.7) * Log(Square(t[0]) + 0.5), 0, new Fed("x", [1000, 999])),
        Fed.Forward("erf-sin", t => (Erf(t[0]) * Sin(t[0] * 3)) + Cos(t[0]), 0, new Fed("x", [1000, 999], 3)),
        Fed.Gradient("silu-mul-grad", t => Silu(t[0]) * t[1], 0, new("x", [1000, 999], 3), new("y", [1000, 999])),
        Fed.Forward("where", t => Where(And(t[0] > -0.5, t[1] < 0.5), t[0] * t[1], t[0]), 0, new("x", [1000, 999]), new("y", [1000, 999])),
        Fed.Forward("integers", t => ((t[0] * 3) + t[1]) % 7, 0, Fed.Whole("i", 1000, 1000, 999), Fed.Whole("j", 1000, 1000, 999)),
        Fed.Forward("compare", t => And(t[0] > t[1], Not(t[0] > 0.5)), 0, new("x", [1000, 999]), new("y", [1000, 999])),
        Fed.Forward("add-column", t => (t[0] * t[1]) + t[2], 0, new("x", [2000, 1001]), new("c", [2000, 1]), new("r", [1001])),
        Fed.Gradient("add-column-grad", t => (t[0] * t[1]) + t[2], 0, new("x", [2000, 1001]), new("c", [2000, 1]), new("r", [1001])),
        Fed.Wide("gelu-f64", t => GeluTanh(t[0]), 0, gradient: true, new Fed("x", [1 << 19], 4)),
        // Normalizations
        Fed.Gradient("layernorm-1001-grad", t => LayerNorm(t[0], t[1], t[2]), 0, new("x", [4000, 1001]), new("gamma", [1001]), new("beta", [1001])),
        Fed.Forward("layernorm", t => LayerNorm(t[0], t[1], t[2]), 0, new("x", [2048, 768]), new("gamma", [768]), new("beta", [768])),
        Fed.Wide("layernorm-f64", t => LayerNorm(t[0], t[1], t[2]), 0, gradient: true, new("x", [2000, 512]), new("gamma", [512]), new("beta", [512])),
        Fed.Gradient("rmsnorm-grad", t => RmsNorm(t[0], t[1], epsilon: 1e-5), 0, new("x", [2000, 1000]), new("gamma", [1000])),
        Fed.Gradient("groupnorm-grad", t => GroupNorm(t[0], 32, t[1], t[2]), 0, new("x", [8, 64, 56, 56]), new("gamma", [64]), new("beta", [64])),
        Fed.Gradient("batchnorm-grad", t => BatchNorm(t[0], t[1], t[2]).Output, 0, new("x", [16, 64, 28, 28]), new("gamma", [64]), new("beta", [64])),
        Fed.Forward("batchnorm-eval", t => BatchNormInference(t[0], t[1], Square(t[2]) + 0.5, t[3], t[4]), 0, new("x", [16, 64, 56, 56]), new("m", [64]), new("s", [64]), new("gamma", [64]), new("beta", [64])),
        Fed.Forward("softmax-middle", t => Softmax(t[0], 1), 0, new Fed("x", [64, 128, 256], 4)),
        Fed.Gradient("softmax-999-grad", t => Softmax(t[0]), 0, new Fed("x", [1000, 999], 4)),
        Fed.Gradient("logsoftmax-grad", t => LogSoftmax(t[0]), 0, new Fed("x", [1000, 999], 4)),
        Fed.Wide("softmax-f64", t => Softmax(t[0]), 0, gradient: false, new Fed("x", [1000, 999], 4)),
        Fed.Gradient("cross-entropy-50-grad", t => Losses.CategoricalCrossEntropyFromLogits(t[0], t[1]), 0, new("x", [8192, 50], 4), Fed.Whole("labels", 50, 8192)),
        Fed.Gradient("bce-grad", t => Losses.BinaryCrossEntropyFromLogits(t[0], Sigmoid(t[1])), 0, new("x", [10000, 100], 4), new("y", [10000, 100])),
        // Reductions
        Fed.Forward("sum-middle", t => Sum(t[0], 1), 0, new Fed("x", [64, 512, 128])),
        Fed.Forward("var-columns", t => Var(t[0], 0, 1), 0, new Fed("x", [4000, 1001])),
        Fed.Forward("mean-planes", t => Mean(t[0], [0, 2, 3]), 0, new Fed("x", [16, 64, 56, 56])),
        Fed.Forward("max-columns", t => Max(t[0], 0), 0, new Fed("x", [4000, 1001])),
        Fed.Forward("max-rows", t => Max(t[0], 1), 0, new Fed("x", [4000, 1001])),
        Fed.Forward("argmax", t => ArgMax(t[0], 1), 0, new Fed("x", [4000, 1001])),
        Fed.Forward("logsumexp", t => LogSumExp(t[0], 1), 0, new Fed("x", [4000, 1001], 4)),
        Fed.Forward("norm-all", t => Norm(t[0]), 0, new Fed("x", [4000, 1001])),
        Fed.Forward("distances", t => Sqrt(Sum(Square(t[0][AxisIndex.Slice(), AxisIndex.NewAxis] - t[1][AxisIndex.NewAxis, AxisIndex.Slice()]), 2)), 0, new("a", [500, 16]), new("b", [500, 16])),
        // Moving elements
        Fed.Forward("channels-last", t => Transpose(t[0], 0, 2, 3, 1), 0, new Fed("x", [32, 64, 28, 28])),
        Fed.Forward("swap-middle", t => Transpose(t[0], 0, 2, 1, 3), 0, new Fed("x", [16, 128, 8, 64])),
        Fed.Forward("transpose-999", t => Transpose(t[0]), 0, new Fed("x", [1000, 999])),
        Fed.Forward("concatenate", t => Concat(t, 1), 0, new("a", [1000, 300]), new("b", [1000, 500]), new("c", [1000, 199])),
        Fed.Forward("slice-steps", t => Slice(t[0], 1, 0, 500, 2), 0, new Fed("x", [2000, 1000])),
        Fed.Forward("pad", t => Pad(t[0], [0, 0, 1, 1], [0, 0, 1, 1]), 0, new Fed("x", [16, 64, 56, 56])),
        Fed.Forward("flip", t => Reverse(t[0], 1), 0, new Fed("x", [1000, 999])),
        Fed.Forward("roll", t => Roll(t[0], 100, 1), 0, new Fed("x", [1000, 999])),
        Fed.Forward("cumsum", t => CumSum(t[0], 1), 0, new Fed("x", [1000, 999])),
        Fed.Forward("cumsum-columns", t => CumSum(t[0], 0), 0, new Fed("x", [1000, 999])),
        Fed.Forward("sort", t => Sort(t[0]).Values, 0, new Fed("x", [300, 999])),
        Fed.Forward("topk", t => TopK(t[0], 10).Values, 0, new Fed("x", [300, 999])),
        Fed.Forward("gather-rows", t => Gather(t[0], t[1]), 0, new("x", [20000, 128]), Fed.Whole("i", 20000, 4096)),
        Fed.Gradient("embedding-grad", t => Gather(t[0], t[1]), 0, new("x", [5000, 128]), Fed.Whole("i", 5000, 4096)),
        Fed.Forward("take-along", t => TakeAlongAxis(t[0], t[1], 1), 0, new("x", [1000, 999]), Fed.Whole("i", 999, 1000, 500)),
    ];
}
