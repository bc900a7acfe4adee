using static GraphGrad.Bench.SideBySide.Workloads.Catalogue;
using static GraphGrad.Ops;

namespace GraphGrad.Bench.SideBySide.Workloads;

/// <summary>What else programs are made of: geometry, statistics, recurrent steps, lookups with gradients, small systems, image resizing.</summary>
internal static class OtherPrograms
{
    public static IEnumerable<Workload> All =>
    [
        // Geometry and statistics
        Fed.Forward("distances-3", t => Sqrt(Sum(Square(Against(t[0], t[1])), 2)), 0, new("a", [1000, 3]), new("b", [1000, 3])),
        Fed.Gradient("distances-grad", t => Sqrt(Sum(Square(Against(t[0], t[1])), 2) + 1e-3), 0, new("a", [300, 16]), new("b", [400, 16])),
        Fed.Forward("manhattan", t => Sum(Abs(Against(t[0], t[1])), 2), 0, new("a", [400, 40]), new("b", [400, 40])),
        Fed.Forward("gaussian-kernel", t => Exp(Sum(Square(Against(t[0], t[1])), 2) * -0.5), 0, new("a", [1000, 8]), new("b", [500, 8])),
        Fed.Forward("kmeans", KMeans, 0, new("x", [5000, 16]), new("c", [50, 16])),
        Fed.Forward("cosine", t => MatMul(L2Normalize(t[0], 1), Transpose(L2Normalize(t[1], 1))), 2 * Count(500, 500, 64), new("a", [500, 64]), new("b", [500, 64])),
        Fed.Forward("standardize", t => (t[0] - Mean(t[0], 0)) / Std(t[0], 0, 1), 0, new Fed("x", [4000, 100])),
        Fed.Forward("covariance", t => MatMul(Transpose(t[0] - Mean(t[0], 0)), t[0] - Mean(t[0], 0)) / 4999, 2 * Count(64, 64, 5000), new Fed("x", [5000, 64])),
        Fed.Forward("masked-mean", t => Sum(t[0] * t[1], 1) / Sum(t[1], 1), 0, new("x", [64, 128, 256]), new("m", [64, 128, 1])),
        Fed.Forward("accuracy", t => Mean(Cast(Equal(ArgMax(t[0], 1), t[1]), DType.Float32)), 0, new("x", [50000, 10]), Fed.Whole("labels", 10, 50000)),
        // Reductions over short, middle and several axes
        Fed.Forward("sum-short", t => Sum(t[0], 1), 0, new Fed("x", [100000, 7])),
        Fed.Forward("argmax-short", t => ArgMax(t[0], 1), 0, new Fed("x", [100000, 10])),
        Fed.Forward("softmax-short", t => Softmax(t[0]), 0, new Fed("x", [50000, 10], 4)),
        Fed.Gradient("layernorm-short-grad", t => LayerNorm(t[0], t[1], t[2]), 0, new("x", [20000, 32]), new("gamma", [32]), new("beta", [32])),
        Fed.Forward("sum-middle-odd", t => Sum(t[0], 1), 0, new Fed("x", [99, 101, 103])),
        Fed.Forward("max-first-last", t => Max(t[0], [0, 2]), 0, new Fed("x", [64, 128, 100])),
        Fed.Forward("argmax-columns", t => ArgMax(t[0], 0), 0, new Fed("x", [1000, 999])),
        Fed.Forward("logsumexp-columns", t => LogSumExp(t[0], 0), 0, new Fed("x", [1000, 999], 4)),
        Fed.Gradient("softmax-middle-grad", t => Softmax(t[0], 1), 0, new Fed("x", [64, 128, 256], 4)),
        Fed.Gradient("segmentation-grad", t => Losses.CategoricalCrossEntropyFromLogits(Transpose(t[0], 0, 2, 3, 1), t[1]), 0, new("x", [4, 20, 64, 64], 4), Fed.Whole("labels", 20, 4, 64, 64)),
        Fed.Forward("std-rows", t => Std(t[0], 1, 1), 0, new Fed("x", [4000, 1001])),
        Fed.Wide("sum-f64", t => Sum(t[0], 1), 0, gradient: false, new Fed("x", [1000, 999])),
        Fed.Forward("integers-where", t => Sum(Where(t[0] > 500, t[0], t[1]), 1), 0, Fed.Whole("i", 1000, 1000, 999), Fed.Whole("j", 1000, 1000, 999)),
        Fed.Forward("cumprod", t => CumProd(t[0], 1), 0, new Fed("x", [1000, 999])),
        Fed.Forward("median", t => Median(t[0], 1).Values, 0, new Fed("x", [300, 999])),
        // Elementwise
        Fed.Forward("where-clip", t => Clip(Where(t[0] > 0, t[0] * 2, Expm1(t[0])), -0.5, 1.5), 0, new Fed("x", [1000, 999], 2)),
        Fed.Forward("outer-sum", t => ExpandDims(t[0], 1) + t[1], 0, new("a", [1000]), new("b", [999])),
        Fed.Forward("add-transposed", t => t[0] + Transpose(t[1]), 0, new("x", [1000, 999]), new("y", [999, 1000])),
        Fed.Gradient("glu-grad", t => Glu(t[0]), 0, new Fed("x", [2000, 1024])),
        Fed.Forward("rotary", Rotary, 0, new("x", [4, 256, 8, 64]), new("c", [256, 1, 32]), new("s", [256, 1, 32])),
        Fed.Forward("difference", t => Diff(t[0]), 0, new Fed("x", [1000, 1000])),
        Fed.Gradient("huber-grad", t => Losses.Huber(t[0], t[1]), 0, new("x", [1000, 999], 3), new("y", [1000, 999], 3)),
        // Moving elements
        Fed.Forward("permute-4", t => Transpose(t[0], 0, 3, 1, 2), 0, new Fed("x", [16, 28, 28, 64])),
        Fed.Forward("permute-reverse", t => Transpose(t[0], 3, 2, 1, 0), 0, new Fed("x", [32, 32, 32, 32])),
        Fed.Forward("slice-two-steps", t => Slice(Slice(t[0], 1, 1, 100, 3), 2, 0, 150, 2), 0, new Fed("x", [64, 300, 300])),
        Fed.Forward("stack-last", t => Stack(t, 2), 0, new("a", [500, 999]), new("b", [500, 999]), new("c", [500, 999])),
        Fed.Forward("concatenate-short", t => Concat(t, 2), 0, new("a", [2000, 100, 3]), new("b", [2000, 100, 1])),
        Fed.Forward("concatenate-channels", t => Concat(t, 1), 0, new("a", [16, 32, 28, 28]), new("b", [16, 64, 28, 28])),
        Fed.Forward("tile", t => Tile(t[0], 10, 10), 0, new Fed("x", [100, 99])),
        Fed.Forward("repeat", t => Repeat(t[0], 3, 1), 0, new Fed("x", [1000, 333])),
        Fed.Gradient("take-along-grad", t => TakeAlongAxis(t[0], t[1], 1), 0, new("x", [1000, 999]), Fed.Whole("i", 999, 1000, 500)),
        Fed.Gradient("gather-middle-grad", t => Gather(t[0], t[1], 1), 0, new("x", [64, 500, 64]), Fed.Whole("i", 500, 300)),
        Fed.Forward("scatter-add", t => ScatterAdd(t[0], t[1], t[2]), 0, new("x", [5000, 64]), Fed.Whole("i", 5000, 20000), new("v", [20000, 64])),
        Fed.Gradient("embedding-bag-grad", t => Mean(Gather(t[0], t[1]), 1), 0, new("x", [10000, 64]), Fed.Whole("i", 10000, 512, 20)),
        Fed.Forward("one-hot-product", t => MatMul(OneHot(t[1], 1000), t[0]), 0, new("x", [1000, 64]), Fed.Whole("i", 1000, 4096)),
        Fed.Forward("resize-nearest", t => Interpolate(t[0], 112), 0, new Fed("x", [8, 32, 56, 56])),
        Fed.Forward("resize-bilinear", t => Interpolate(t[0], 112, InterpolationMode.Linear), 0, new Fed("x", [8, 16, 56, 56])),
        Fed.Forward("avgpool-3x3", t => AvgPool2d(t[0], 3, 2, 1), 0, new Fed("x", [16, 64, 56, 56])),
        Fed.Forward("moving-mean", t => Mean(Windows(t[0], [1], [7]), 2), 0, new Fed("x", [1000, 999])),
        // Products, recurrent steps, systems
        Fed.Forward("products-3", t => MatMul(t[0], t[1]), 2 * Count(20000, 27), new("a", [20000, 3, 3]), new("b", [20000, 3, 3])),
        Fed.Forward("products-8", t => MatMul(t[0], t[1]), 2 * Count(4000, 512), new("a", [4000, 8, 8]), new("b", [4000, 8, 8])),
        Fed.Forward("rotate-points", t => Squeeze(MatMul(t[0], ExpandDims(t[1], 2)), 2), 0, new("a", [20000, 3, 3]), new("b", [20000, 3])),
        Fed.Forward("trace-product", t => Einsum("bij,bji->b", t), 2 * Count(100, 50, 50), new("a", [100, 50, 50]), new("b", [100, 50, 50])),
        Fed.Forward("complex-product", ComplexProduct, 0, new("x", [200000, 2]), new("y", [200000, 2])),
        Fed.Forward("quadratic-form", t => Einsum("bi,ij,bj->b", t), 0, new("x", [5000, 32]), new("w", [32, 32]), new("y", [5000, 32])),
        Fed.Forward("heads-product", t => Einsum("bqhd,bkhd->bhqk", t), 2 * Count(4 * 8 * 128, 128, 64), new("q", [4, 128, 8, 64]), new("k", [4, 128, 8, 64])),
        Fed.Gradient("attention-padded-grad", t => ScaledDotProductAttention(t[0], t[1], t[2], t[3]), 0, new("q", [4, 6, 177, 48]), new("k", [4, 6, 177, 48]), new("v", [4, 6, 177, 48]), new("m", [4, 1, 1, 177])),
        Fed.Gradient("linear-3d-grad", t => MatMul(t[0], Transpose(t[1])) + t[2], 6 * Count(8, 100, 256, 512), new("x", [8, 100, 256]), new("w", [512, 256]), new("b", [512])),
        Fed.Forward("lstm-step", t => Lstm(t[0], [new RecurrentWeights(t[1], t[2], t[3], t[4])]).Hidden[0], 0, new("x", [1, 1, 128]), new("wx", [1024, 128]), new("wh", [1024, 256]), new("bx", [1024]), new("bh", [1024])),
        Fed.Forward("lstm-64", t => Lstm(t[0], [new RecurrentWeights(t[1], t[2], t[3], t[4])]).Hidden[0], 0, new("x", [10, 64, 256]), new("wx", [1024, 256], 0.1f), new("wh", [1024, 256], 0.1f), new("bx", [1024]), new("bh", [1024])),
        Fed.Forward("gru-forward", t => Gru(t[0], [new RecurrentWeights(t[1], t[2], t[3], t[4])]).Hidden[0], 0, new("x", [50, 16, 64]), new("wx", [192, 64], 0.1f), new("wh", [192, 64], 0.1f), new("bx", [192]), new("bh", [192])),
        Fed.Forward("cholesky-6", t => Cholesky(Definite(t[0])), 0, new Fed("a", [1000, 6, 6])),
        Fed.Forward("solve-6", t => Solve(Definite(t[0]), t[1]), 0, new("a", [1000, 6, 6]), new("b", [1000, 6, 1])),
        Fed.Forward("inverse-4", t => Inverse(Definite(t[0])), 0, new Fed("a", [1000, 4, 4])),
        Fed.Forward("cholesky-200", t => Cholesky(Definite(t[0])), 0, new Fed("a", [1, 200, 200])),
        Fed.Forward("solve-200", t => Solve(Definite(t[0]), t[1]), 0, new("a", [1, 200, 200]), new("b", [1, 200, 10])),
        new("softmax-train", SoftmaxRegression, Flops: 4 * Count(1000, 784, 10)),
        new("adam-list", AdamOfMany, Flops: 14 * Count(60, 64, 64)),
    ];

    private static Value Against(Value a, Value b) => ExpandDims(a, 1) - ExpandDims(b, 0);

    private static Value Definite(Value a) => MatMul(a, Transpose(a, 0, 2, 1)) + (Identity(a.Graph, a.Shape[^1]) * 2);

    /// <summary>One step: points go to the nearest center, centers to the mean of their points.</summary>
    private static Value KMeans(Value[] t)
    {
        var nearest = ArgMin(Sum(Square(Against(t[0], t[1])), 2), 1);
        var sums = ScatterAdd(t[1] * 0, nearest, t[0]);
        return sums / Cast(ExpandDims(BinCount(nearest, 50), 1), DType.Float32);
    }

    /// <summary>Complex numbers, each a pair along the last axis.</summary>
    private static Value ComplexProduct(Value[] t)
    {
        var (a, b, c, d) = (t[0][.., 0], t[0][.., 1], t[1][.., 0], t[1][.., 1]);
        return Stack([(a * c) - (b * d), (a * d) + (b * c)], 1);
    }

    /// <summary>Pairs of features, the two halves of a head, turned by angles of their position.</summary>
    private static Value Rotary(Value[] t)
    {
        var halves = Split(t[0], 2, axis: 3);
        return Concat([(halves[0] * t[1]) - (halves[1] * t[2]), (halves[1] * t[1]) + (halves[0] * t[2])], 3);
    }

    private static Definition SoftmaxRegression()
    {
        var definition = new Definition(seed: 31);
        var (x, labels) = (definition.Input("x", [1000, 784]), definition.Classes("labels", 1000, 10));
        var (w, b) = (definition.Weight("w", [784, 10], 0.1f), definition.Weight("b", [10], 0.1f));
        var loss = Losses.CategoricalCrossEntropyFromLogits(MatMul(x, w) + b, labels);
        return definition.Train(loss, new GradientDescent(0.01f).Minimize(loss));
    }

    private static Definition AdamOfMany()
    {
        var definition = new Definition(seed: 32);
        Value[] losses = [.. Enumerable.Range(0, 60).Select(i => Mean(Square(definition.Weight($"w{i}", [64, 64], 1))))];
        var loss = losses.Aggregate((a, b) => a + b);
        return definition.Train(loss, new Adam(0.001f).Minimize(loss));
    }
}
