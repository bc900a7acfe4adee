using static GraphGrad.Bench.SideBySide.Workloads.Catalogue;
using static GraphGrad.Ops;

namespace GraphGrad.Bench.SideBySide.Workloads;

/// <summary>Matrix products and attention.</summary>
internal static class Products
{
    public static IEnumerable<Workload> All =>
    [
        .. new[] { 16, 32, 64, 128, 256, 512, 1024, 2048 }.Select(n => Matrices($"matmul-{n}", n, n, n)),
        Attention("attention-grad", 8, 4, 512, 64),
    ];

    public static Workload Matrices(string name, int rows, int columns, int inner) =>
        new(name, () => Product(rows, columns, inner), 2 * Count(rows, columns, inner), 4 * (Count(rows, inner) + Count(inner, columns) + Count(rows, columns)));

    public static Workload Attention(string name, int batch, int heads, int length, int depth)
    {
        var scores = Count(batch, heads, length, length);
        // Two products forward, four backward.
        return new(name, () => AttentionGradient(batch, heads, length, depth), scores * ((6 * 2 * depth) + ExpFlops + 10), 8 * 4 * Count(batch, heads, length, depth));
    }

    private static Definition Product(int rows, int columns, int inner)
    {
        var definition = new Definition(seed: 11);
        return definition.Fetch(MatMul(definition.Input("a", [rows, inner]), definition.Input("b", [inner, columns])));
    }

    private static Definition AttentionGradient(int batch, int heads, int length, int depth)
    {
        var definition = new Definition(seed: 12);
        int[] extents = [batch, heads, length, depth];
        var (q, k, v) = (definition.Input("q", extents), definition.Input("k", extents), definition.Input("v", extents));
        var g = definition.Input("g", extents);
        var scores = MatMul(q, Transpose(k, 0, 1, 3, 2)) * (1 / MathF.Sqrt(depth));
        var y = MatMul(Ops.Softmax(scores), v);
        return definition.Fetch([y, .. Gradients(Sum(y * g), q, k, v)]);
    }
}
