using static GraphGrad.Ops;
using static GraphGrad.Tests.Functions.ConvolutionTests;

namespace GraphGrad.Tests.Functions;

public sealed class NetworkFunctionTests
{
    private static readonly TensorData X = FunctionCheck.Numbers(2, 6, 2, 3);

    [Fact]
    public void Group_instance_and_root_mean_square_norm()
    {
        var (gamma, beta) = (FunctionCheck.Numbers(6), FunctionCheck.Numbers(6));
        FunctionCheck.All(v => GroupNorm(v[0], 3, v[1], v[2]), x => Normalized(x, 12), X, gamma, beta);
        FunctionCheck.All(v => InstanceNorm(v[0], v[1], v[2]), x => Normalized(x, 6), X, gamma, beta);
        FunctionCheck.All(v => RmsNorm(v[0], v[1]), x => [.. x[0].Chunk(3).SelectMany(row => row.Select((e, k) => e / Math.Sqrt(row.Average(a => a * a)) * x[1][k]))], Rows(0.5), FunctionCheck.Numbers(3));
        Agree(v => RmsNorm(v[0], epsilon: 0.25), v => v[0] / Sqrt(Mean(Square(v[0]), -1, keepDims: true) + 0.25), X);
    }

    [Fact]
    public void Local_response_norm_looks_at_neighbouring_channels() => FunctionCheck.All(
        v => LocalResponseNorm(v[0], 4, 0.3, 0.6, 2),
        x => [.. x[0].Select((e, at) => e / Math.Pow(2 + (0.3 * Enumerable.Range((at / 6 % 6) - 2, 4).Where(c => c is >= 0 and < 6).Sum(c => Math.Pow(x[0][(at / 36 * 36) + (c * 6) + (at % 6)], 2)) / 4), 0.6))],
        X);

    [Fact]
    public void Bags_of_rows()
    {
        var (table, ids, offsets) = (FunctionCheck.Numbers(5, 3), TensorData.Create<long>([1, 4, 0, 1, 1, 3, 2], 7), TensorData.Create<long>([0, 2, 2, 5], 4));
        int[][] bags = [[1, 4], [], [0, 1, 1], [3, 2]];
        foreach (var mode in Enum.GetValues<BagMode>())
        {
            FunctionCheck.All(v => EmbeddingBag(v[0], v[1], v[2], mode), x => Bags(x[0], bags, mode), table, ids, offsets);
            FunctionCheck.All(v => EmbeddingBag(v[0], v[1], v[2], mode, paddingId: -4), x => Bags(x[0], [.. bags.Select(b => b.Where(id => id != 1).ToArray())], mode), table, ids, offsets);
            var square = TensorData.Create<int>([1, 4, 0, 1, 3, 3], 2, 3);
            FunctionCheck.All(v => EmbeddingBag(v[0], v[1], mode: mode), x => Bags(x[0], [[1, 4, 0], [1, 3, 3]], mode), table, square);
            FunctionCheck.All(v => EmbeddingBag(v[0], v[1], mode: mode, paddingId: 1), x => Bags(x[0], [[4, 0], [3, 3]], mode), table, square);
        }
        Agree(v => EmbeddingBag(v[0], v[1], v[2], BagMode.Sum, v[3]), v => Stack([.. bags.Select(b => b.Length == 0 ? v[0][0] * 0 : Sum(Gather(v[0], v[1].Graph.Constant(b)) * ExpandDims(v[3][b[0] == 0 ? 2..5 : b[0] == 1 ? 0..2 : 5..7], 1), 0))]), table, ids, offsets, FunctionCheck.Numbers(7));
    }

    [Fact]
    public void The_padding_row_of_an_embedding_gets_no_gradient()
    {
        var ids = TensorData.Create<int>([1, 0, 1], 3);
        Assert.Equal([1.0, 0], FunctionCheck.Gradient(v => Embedding(v[0], v[1], 1), [FunctionCheck.Numbers(2, 1), ids]).AsSpan<double>().ToArray());
        Agree(v => Embedding(v[0], v[1]), v => Gather(v[0], v[1]), FunctionCheck.Numbers(2, 3), ids);
    }

    [Fact]
    public void Attention_with_masks()
    {
        var (q, k, v3) = (FunctionCheck.Numbers(2, 3, 4), FunctionCheck.Numbers(2, 5, 4), FunctionCheck.Numbers(2, 5, 3));
        FunctionCheck.All(v => ScaledDotProductAttention(v[0], v[1], v[2]), x => Attended(x, 0.5, (_, _) => 0), q, k, v3);
        FunctionCheck.All(v => ScaledDotProductAttention(v[0], v[1], v[2], causal: true, scale: 2), x => Attended(x, 2, (i, j) => j <= i ? 0 : double.NegativeInfinity), q, k, v3);
        TensorData mask = new[,] { { true, false, true, true, false }, { false, false, false, false, false }, { true, true, true, true, true } };
        FunctionCheck.All(v => ScaledDotProductAttention(v[0], v[1], v[2], v[3]), x => Attended(x, 0.5, (i, j) => x[3][(i * 5) + j] != 0 ? 0 : double.NegativeInfinity), q, k, v3, mask);
        FunctionCheck.All(v => ScaledDotProductAttention(v[0], v[1], v[2], v[3]), x => Attended(x, 0.5, (i, j) => x[3][(i * 5) + j]), q, k, v3, FunctionCheck.Numbers(3, 5));
    }

    [Fact]
    public void Several_heads_attend_by_themselves() => Agree(
        v => { var (output, weights) = MultiHeadAttention(v[0], v[1], v[1], 2, v[2], v[3], v[4], v[5]); return Concat([Reshape(output, -1), Reshape(weights, -1)]); },
        v =>
        {
            Value Part(Value x, int part, int head) => MatMul(x, Transpose(v[2][(part * 4 + head * 2)..(part * 4 + head * 2 + 2)])) + v[3][(part * 4 + head * 2)..(part * 4 + head * 2 + 2)];
            var weights = Enumerable.Range(0, 2).Select(head => Softmax(MatMul(Part(v[0], 0, head), Transpose(Part(v[1], 1, head), 0, 2, 1)) / Math.Sqrt(2))).ToArray();
            var heads = Concat([.. weights.Select((w, head) => MatMul(w, Part(v[1], 2, head)))], 2);
            return Concat([Reshape(MatMul(heads, Transpose(v[4])) + v[5], -1), Reshape((weights[0] + weights[1]) / 2, -1)]);
        },
        FunctionCheck.Numbers(2, 3, 4), FunctionCheck.Numbers(2, 2, 4), FunctionCheck.Numbers(12, 4), FunctionCheck.Numbers(12), FunctionCheck.Numbers(4, 4), FunctionCheck.Numbers(4));

    [Fact]
    public void Bilinear_maps() => Agree(
        v => Bilinear(v[0], v[1], v[2], v[3]), v => Einsum("bi,bj,oij->bo", v[0], v[1], v[2]) + v[3],
        FunctionCheck.Numbers(3, 2), FunctionCheck.Numbers(3, 4), FunctionCheck.Numbers(5, 2, 4), FunctionCheck.Numbers(5));

    [Fact]
    public void Second_derivatives()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [2, 6, 2, 3], DType.Float64);
        var q = graph.Placeholder("q", [2, 3, 4], DType.Float64);
        foreach (var (y, wrt, data) in new[]
        {
            (GroupNorm(x, 3), x, X), (InstanceNorm(x), x, X), (RmsNorm(x), x, X), (LocalResponseNorm(x, 3, 0.5), x, X),
            (Interpolate(x, (3, 2), InterpolationMode.Cubic), x, X), (AdaptiveAvgPool2d(x, (1, 2)), x, X), (MaxPool2d(x, 2, 1, 1), x, X), (LpPool2d(x, 2, 2, 1), x, X),
            (ScaledDotProductAttention(q, q, q, causal: true), q, FunctionCheck.Numbers(2, 3, 4)), (CosineSimilarity(q, q[0]), q, FunctionCheck.Numbers(2, 3, 4)),
        })
            GradientCheck.Verify(Gradient(Sum(Square(y) * y), wrt), [wrt], (wrt, data));
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        var graph = new Graph();
        var (x, table, ids) = (graph.Placeholder("x", [2, 6, 4]), graph.Placeholder("table", [5, 3]), graph.Placeholder("ids", [7], DType.Int64));
        Errors.Throws("GroupNorm: the 6 channels of 'x' float32[2, 6, 4] cannot be split into 4 groups; choose a number of groups that divides them. Built at {here}.", () => GroupNorm(x, 4));
        Errors.Throws("InstanceNorm: 'table' float32[5, 3] has no spatial axis; it must be [batch, channels, spatial axes …]. Reshape it. Built at {here}.", () => InstanceNorm(table));
        Errors.Throws("InstanceNorm: 'one' float32[3, 6, 1] has one element for each channel, which is its own mean, so all would come out 0; give it more, or take LayerNorm. Built at {here}.", () => InstanceNorm(graph.Placeholder("one", [3, 6, 1])));
        Errors.Throws("BatchNorm: 'row' float32[1, 6] has one element for each channel, which is its own mean, so all would come out 0; take a larger batch, or BatchNormInference. Built at {here}.", () => BatchNorm(graph.Placeholder("row", [1, 6])));
        Errors.Throws("EmbeddingBag: the ids 'ids' int64[7] must be a matrix of bags, or a vector with offsets that say where bags begin. Built at {here}.", () => EmbeddingBag(table, ids));
        Errors.Throws("EmbeddingBag: the weights 'x' float32[2, 6, 4] go with sums only, and must have the shape [7] of the ids and the type float32 of the table. Built at {here}.", () => EmbeddingBag(table, ids, ids, BagMode.Sum, x));
        Errors.Throws("embedding: the padding id 5 lies outside the 5 rows of the table 'table' float32[5, 3]. Built at {here}.", () => Embedding(table, ids, 5));
        Errors.Throws("ScaledDotProductAttention: the query 'x' [2, 6, 4] and key 'table' [5, 3] must agree on the last axis, the key and value 'table' [5, 3] on the last but one. Built at {here}.", () => ScaledDotProductAttention(x, table, table));
        Errors.Throws("ScaledDotProductAttention: the mask 'table' float32[5, 3] does not broadcast to the scores [2, 6, 6]: axis -1 has extent 6 on one side and 3 on the other; extents must be equal or 1. Reshape, slice or transpose one of them. Built at {here}.", () => ScaledDotProductAttention(x, x, x, table));
        Errors.Throws("MultiHeadAttention: the 4 elements of 'x' float32[2, 6, 4] cannot be split into 3 heads; choose a number of heads that divides them. Built at {here}.", () => MultiHeadAttention(x, x, x, 3, table, null, table, null));
        Errors.Throws("bilinear: 'x' [2, 6, 4] and 'x' [2, 6, 4] must have equal leading axes, and the weights 'table' [5, 3] be [outputs, elements of one, elements of the other]. Reshape them. Built at {here}.", () => Bilinear(x, x, table));
    }

    private static TensorData Rows(double shift) => TensorData.Create<double>([.. FunctionCheck.Elements(X).Select(e => e + shift)], 2, 6, 2, 3);

    private static double[] Normalized(double[][] x, int group) =>
        [.. x[0].Chunk(group).SelectMany(part => { var mean = part.Average(); return part.Select(e => (e - mean) / Math.Sqrt(part.Average(a => (a - mean) * (a - mean)) + 1e-5)); }).Select((e, at) => (e * x[1][at / 6 % 6]) + x[2][at / 6 % 6])];

    private static double[] Bags(double[] table, int[][] bags, BagMode mode)
    {
        return [.. from bag in bags from k in Enumerable.Range(0, 3) select Reduced([.. bag.Select(id => table[(id * 3) + k])])];

        double Reduced(double[] column) => column.Length == 0 ? 0 : mode switch { BagMode.Sum => column.Sum(), BagMode.Mean => column.Average(), _ => column.Max() };
    }

    /// <summary>Attention of [2, 3, 4] to [2, 5, 4] and [2, 5, 3], by its definition.</summary>
    private static double[] Attended(double[][] x, double scale, Func<int, int, double> mask)
    {
        var result = new List<double>();
        for (var at = 0; at < 6; at++)
        {
            var (batch, i) = (at / 3, at % 3);
            var weights = Enumerable.Range(0, 5).Select(j => Math.Exp((Enumerable.Range(0, 4).Sum(e => x[0][(at * 4) + e] * x[1][(((batch * 5) + j) * 4) + e]) * scale) + mask(i, j))).ToArray();
            for (var e = 0; e < 3; e++) result.Add(weights.Sum() == 0 ? 0 : Enumerable.Range(0, 5).Sum(j => weights[j] * x[2][(((batch * 5) + j) * 3) + e]) / weights.Sum());
        }
        return [.. result];
    }
}
