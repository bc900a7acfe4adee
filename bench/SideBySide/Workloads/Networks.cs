using static GraphGrad.Bench.SideBySide.Workloads.Catalogue;
using static GraphGrad.Ops;

namespace GraphGrad.Bench.SideBySide.Workloads;

/// <summary>Convolutional networks and a transformer's layer.</summary>
internal static class Networks
{
    public static IEnumerable<Workload> All =>
    [
        new("cnn-train", () => Cnn(64, train: true), Flops: 2 * Count(64) * ((2 * Count(676, 32, 9)) + (3 * Count(121, 64, 288))), Bytes: 4 * Count(64, 784)),
        new("cnn-forward", () => Cnn(64, train: false), Flops: 2 * Count(64) * (Count(676, 32, 9) + Count(121, 64, 288)), Bytes: 4 * Count(64, 784)),
        new("convnet-bn", () => ConvNetWithBatchNorm(32), Flops: 2 * Count(32) * ((2 * Count(1024, 32, 27)) + (3 * Count(256, 64, 288))), Bytes: 4 * Count(32, 3072)),
        Transformer("transformer-train", batch: 8, length: 128, width: 256, heads: 4, inner: 1024),
    ];

    public static Workload Transformer(string name, int batch, int length, int width, int heads, int inner)
    {
        var weights = (4 * Count(width, width)) + (2 * Count(width, inner));
        var scores = Count(batch, length, length, width);
        var flops = (6 * Count(batch, length) * weights) + (12 * scores);
        return new Workload(name, () => TransformerLayer(batch, length, width, heads, inner), flops, 4 * ((6 * weights) + (2 * Count(batch, length, width))));
    }

    private static Definition Cnn(int batch, bool train)
    {
        var definition = new Definition(seed: 13);
        var x = definition.Input("x", [batch, 1, 28, 28]);
        var h = Layer(x, "1", 1, 32);
        h = Flatten(Layer(h, "2", 32, 64), fromAxis: 1);
        var logits = Linear(h, definition.Weight("w3", [1600, 10], 0.06f), definition.Weight("b3", [10], 0.1f));
        if (!train) return definition.Fetch(logits);
        var loss = Losses.CategoricalCrossEntropyFromLogits(logits, definition.Classes("labels", batch, 10));
        return definition.Train(loss, new Adam(0.001f).Minimize(loss));

        Value Layer(Value images, string number, int from, int to)
        {
            var kernels = definition.Weight($"w{number}", [to, from, 3, 3], MathF.Sqrt(6f / (9 * from)));
            return MaxPool2d(Relu(Conv2d(images, kernels, definition.Weight($"b{number}", [to], 0.1f))), 2);
        }
    }

    private static Definition ConvNetWithBatchNorm(int batch)
    {
        var definition = new Definition(seed: 14);
        var x = definition.Input("x", [batch, 3, 32, 32]);
        var h = Layer(Layer(x, "1", 3, 32, stride: 1), "2", 32, 64, stride: 2);
        var logits = Linear(Mean(h, [2, 3]), definition.Weight("w3", [64, 10], 0.3f), definition.Weight("b3", [10], 0.1f));
        var loss = Losses.CategoricalCrossEntropyFromLogits(logits, definition.Classes("labels", batch, 10));
        return definition.Train(loss, new Momentum(0.01f).Minimize(loss));

        Value Layer(Value images, string number, int from, int to, int stride)
        {
            var kernels = definition.Weight($"w{number}", [to, from, 3, 3], MathF.Sqrt(6f / (9 * from)));
            var (gamma, beta) = (definition.Full($"gamma{number}", to, 1), definition.Full($"beta{number}", to, 0));
            return Relu(BatchNorm(Conv2d(images, kernels, stride: stride, padding: 1), gamma, beta).Output);
        }
    }

    private static Definition TransformerLayer(int batch, int length, int width, int heads, int inner)
    {
        var definition = new Definition(seed: 15);
        var (x, target) = (definition.Input("x", [batch, length, width]), definition.Input("target", [batch, length, width]));
        var depth = width / heads;
        var qkv = Project(x, "qkv", width, 3 * width);
        var parts = Split(qkv, 3, axis: 2);
        var (q, k, v) = (Heads(parts[0]), Heads(parts[1]), Heads(parts[2]));
        var weights = Ops.Softmax(MatMul(q, Transpose(k, 0, 1, 3, 2)) * (1 / MathF.Sqrt(depth)));
        var attended = Reshape(Transpose(MatMul(weights, v), 0, 2, 1, 3), batch, length, width);
        var h = Norm(x + Project(attended, "out", width, width), "norm1");
        var y = Norm(h + Project(Gelu(Project(h, "up", width, inner)), "down", inner, width), "norm2");
        var loss = Losses.MeanSquaredError(y, target);
        return definition.Train(loss, new Adam(0.001f).Minimize(loss));

        Value Heads(Value part) => Transpose(Reshape(part, batch, length, heads, depth), 0, 2, 1, 3);

        Value Project(Value input, string name, int from, int to) =>
            Linear(input, definition.Weight($"w_{name}", [from, to], MathF.Sqrt(3f / from)), definition.Weight($"b_{name}", [to], 0.1f));

        Value Norm(Value input, string name) => LayerNorm(input, definition.Full($"gamma_{name}", width, 1), definition.Full($"beta_{name}", width, 0));
    }
}
