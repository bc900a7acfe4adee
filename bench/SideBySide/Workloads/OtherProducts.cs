using static GraphGrad.Bench.SideBySide.Workloads.Catalogue;
using static GraphGrad.Ops;

namespace GraphGrad.Bench.SideBySide.Workloads;

/// <summary>Products with few rows or columns, batches, and what is made of them.</summary>
internal static class OtherProducts
{
    public static IEnumerable<Workload> All =>
    [
        Product("product-vector", 1, 4096, 4096),
        Product("product-column", 4096, 1, 4096),
        Product("product-8x8", 8, 8, 65536),
        Product("product-1x1", 1, 1, 1 << 20),
        Product("product-thin", 64, 16384, 16),
        Product("product-narrow", 4096, 8, 512),
        Product("product-odd", 1000, 999, 333),
        Fed.Forward("product-nt", t => MatMul(t[0], Transpose(t[1])), 2 * Count(512, 512, 512), new("a", [512, 512]), new("b", [512, 512])),
        Fed.Forward("product-tn-tall", t => MatMul(Transpose(t[0]), t[1]), 2 * Count(64, 32, 20000), new("a", [20000, 64]), new("b", [20000, 32])),
        Fed.Forward("product-gram", t => MatMul(Transpose(t[0]), t[0]), 2 * Count(20, 20, 50000), new Fed("a", [50000, 20])),
        Fed.Forward("products-128", t => MatMul(t[0], t[1]), 2 * Count(32, 128, 128, 64), new("a", [32, 128, 64]), new("b", [32, 64, 128])),
        Fed.Forward("products-16", t => MatMul(t[0], t[1]), 2 * Count(1000, 16, 16, 16), new("a", [1000, 16, 16]), new("b", [1000, 16, 16])),
        Fed.Forward("products-4", t => MatMul(t[0], t[1]), 2 * Count(10000, 4, 4, 4), new("a", [10000, 4, 4]), new("b", [10000, 4, 4])),
        Fed.Forward("products-vector", t => MatMul(t[0], t[1]), 2 * Count(256, 128, 64), new("a", [256, 1, 128]), new("b", [256, 128, 64])),
        Fed.Forward("outer", t => Outer(t[0], t[1]), 0, new("a", [2048]), new("b", [2048])),
        Fed.Gradient("bilinear-grad", t => Einsum("bi,oij,bj->bo", t), 6 * Count(64, 32, 64, 65), new("a", [64, 64]), new("w", [32, 64, 64]), new("b", [64, 64])),
        Fed.Wide("product-f64", t => MatMul(t[0], t[1]), 2 * 2 * Count(384, 384, 384), gradient: false, new("a", [384, 384]), new("b", [384, 384])),
        Fed.Forward("mlp-one", Perceptron, 2 * (Count(784, 512) + Count(512, 512) + Count(512, 10)), [new("x", [1, 784]), .. PerceptronWeights]),
        Fed.Forward("mlp-eight", Perceptron, 16 * (Count(784, 512) + Count(512, 512) + Count(512, 10)), [new("x", [8, 784]), .. PerceptronWeights]),
        Fed.Wide("mlp-f64-grad", t => Mean(Square(Perceptron(t))), 2 * 3 * 128 * (Count(784, 512) + Count(512, 512) + Count(512, 10)), gradient: true, [new("x", [128, 784]), .. PerceptronWeights]),
        Fed.Gradient("attention-causal-grad", t => ScaledDotProductAttention(t[0], t[1], t[2], causal: true), Scores(4, 8, 256, 256, 64, 6), Heads(4, 8, 256, 256, 64)),
        Fed.Forward("attention-mask", t => ScaledDotProductAttention(t[0], t[1], t[2], t[3]), Scores(4, 8, 256, 256, 64, 2), [.. Heads(4, 8, 256, 256, 64), new("m", [256, 256])]),
        Fed.Forward("attention-2048", t => ScaledDotProductAttention(t[0], t[1], t[2]), Scores(1, 8, 2048, 2048, 64, 2), Heads(1, 8, 2048, 2048, 64)),
        Fed.Gradient("attention-2048-grad", t => ScaledDotProductAttention(t[0], t[1], t[2]), Scores(1, 4, 2048, 2048, 64, 6), Heads(1, 4, 2048, 2048, 64)),
        Fed.Gradient("attention-cross-grad", t => ScaledDotProductAttention(t[0], t[1], t[2]), Scores(4, 8, 197, 77, 64, 6), Heads(4, 8, 197, 77, 64)),
        Fed.Forward("attention-one", t => ScaledDotProductAttention(t[0], t[1], t[2]), Scores(8, 8, 1, 512, 64, 2), Heads(8, 8, 1, 512, 64)),
    ];

    private static Fed[] PerceptronWeights { get; } =
    [
        new("w1", [784, 512], 0.1f), new("b1", [512]), new("w2", [512, 512], 0.1f), new("b2", [512]), new("w3", [512, 10], 0.1f), new("b3", [10]),
    ];

    private static Value Perceptron(Value[] t) => Linear(Relu(Linear(Relu(Linear(t[0], t[1], t[2])), t[3], t[4])), t[5], t[6]);

    private static Workload Product(string name, int rows, int columns, int inner) =>
        Fed.Forward(name, t => MatMul(t[0], t[1]), 2 * Count(rows, columns, inner), new("a", [rows, inner]), new("b", [inner, columns]));

    private static double Scores(int batch, int heads, int queries, int keys, int depth, int products) =>
        Count(batch, heads, queries, keys) * ((products * 2 * depth) + ExpFlops);

    private static Fed[] Heads(int batch, int heads, int queries, int keys, int depth) =>
        [new("q", [batch, heads, queries, depth]), new("k", [batch, heads, keys, depth]), new("v", [batch, heads, keys, depth])];
}
