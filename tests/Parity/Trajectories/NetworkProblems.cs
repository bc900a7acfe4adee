namespace GraphGrad.Parity.Trajectories;

/// <summary>Small networks, with parameters in the order and the layout of libtorch's modules.</summary>
internal static class NetworkProblems
{
    private const int Steps = 100;

    public static readonly Problem[] All =
    [
        new("mlp", Steps, null, [Normal(32, 4), Whole(0, 3, 32)], Mlp),
        new("cnn", Steps, null, [Normal(16, 1, 8, 8), Whole(0, 3, 16)], Cnn),
        new("gru", Steps, null, [Normal(6, 8, 3), Normal(8, 2)], Gru),
        new("transformer", Steps, null, [Normal(5, 4, 8), Normal(5, 4, 8)], Transformer),
    ];

    private static Value Mlp(Value[] p, Value[] d) =>
        Losses.CategoricalCrossEntropyFromLogits(Affine(Tanh(Affine(Relu(Affine(d[0], p[0], p[1])), p[2], p[3])), p[4], p[5]), d[1]);

    /// <summary>Two convolutions with batch norm, a pooling each, and a linear layer.</summary>
    private static Value Cnn(Value[] p, Value[] d)
    {
        var fine = MaxPool2d(Relu(BatchNorm(Conv2d(d[0], p[0], p[1], padding: 1), p[2], p[3]).Output), 2);
        var coarse = AvgPool2d(Relu(BatchNorm(Conv2d(fine, p[4], p[5], padding: 1), p[6], p[7]).Output), 2);
        return Losses.CategoricalCrossEntropyFromLogits(Affine(Flatten(coarse, 1), p[8], p[9]), d[1]);
    }

    /// <summary>A recurrent layer over time, and a linear layer on its last state.</summary>
    private static Value Gru(Value[] p, Value[] d)
    {
        var hidden = (int)p[1].Shape[1].Value;
        var start = BroadcastTo(d[0][0, 0, 0] * 0, [8, hidden]);
        var (last, _) = Scan(
            (h, x) =>
            {
                var (fromInput, fromState) = (Split(Affine(x, p[0], p[2]), 3, axis: 1), Split(Affine(h, p[1], p[3]), 3, axis: 1));
                var (reset, update) = (Sigmoid(fromInput[0] + fromState[0]), Sigmoid(fromInput[1] + fromState[1]));
                var candidate = Tanh(fromInput[2] + reset * fromState[2]);
                var next = (1 - update) * candidate + update * h;
                return (next, next);
            },
            start,
            d[0]);
        return Losses.MeanSquaredError(Affine(last, p[4], p[5]), d[1]);
    }

    /// <summary>A block of a transformer's encoder with two heads: attention and a small network, each added to its input and normalized.</summary>
    private static Value Transformer(Value[] p, Value[] d)
    {
        const int heads = 2;
        var x = d[0];
        var (length, batch, width) = ((int)x.Shape[0].Value, (int)x.Shape[1].Value, (int)x.Shape[2].Value);
        var projected = Split(Affine(x, p[0], p[1]), 3, axis: 2);
        Value Heads(Value part) => Transpose(Reshape(part, [length, batch, heads, width / heads]), 1, 2, 0, 3);
        var (query, key, value) = (Heads(projected[0]), Heads(projected[1]), Heads(projected[2]));
        var weights = Softmax(MatMul(query, Transpose(key, 0, 1, 3, 2)) / Math.Sqrt(width / heads));
        var attended = Reshape(Transpose(MatMul(weights, value), 2, 0, 1, 3), [length, batch, width]);
        var mixed = LayerNorm(x + Affine(attended, p[2], p[3]), p[8], p[9]);
        var output = LayerNorm(mixed + Affine(Relu(Affine(mixed, p[4], p[5])), p[6], p[7]), p[10], p[11]);
        return Losses.MeanSquaredError(output, d[1]);
    }

    /// <summary>libtorch's linear layer, whose weights are output by input.</summary>
    private static Value Affine(Value x, Value w, Value b) => Linear(x, Transpose(w), b);
}
