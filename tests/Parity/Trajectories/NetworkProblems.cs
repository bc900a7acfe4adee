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
        new("encoder and decoder", Steps, null, [Normal(8, 2, 8), Normal(3, 2, 8)], EncoderAndDecoder),
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
        var (_, last) = Ops.Gru(d[0], [new RecurrentWeights(p[0], p[1], p[2], p[3])]);
        return Losses.MeanSquaredError(Affine(last[0], p[4], p[5]), d[1]);
    }

    /// <summary>
    /// A block of a transformer's encoder with two heads: attention and a small network, each added to its input and normalized. libtorch's has places before the
    /// batch.
    /// </summary>
    private static Value Transformer(Value[] p, Value[] d)
    {
        var x = Transpose(d[0], 1, 0, 2);
        var mixed = LayerNorm(x + MultiHeadAttention(x, x, x, heads: 2, p[0], p[1], p[2], p[3]).Output, p[8], p[9]);
        var output = LayerNorm(mixed + Affine(Relu(Affine(mixed, p[4], p[5])), p[6], p[7]), p[10], p[11]);
        return Losses.MeanSquaredError(Transpose(output, 1, 0, 2), d[1]);
    }

    /// <summary>A whole transformer, of which the first five places are the source and the last three the target.</summary>
    private static Value EncoderAndDecoder(Value[] p, Value[] d)
    {
        var next = 0;
        var weights = TransformerParameters.Create((_, _) => p[next++], elements: 8, encoderLayers: 1, decoderLayers: 1, width: 16);
        var x = Transpose(d[0], 1, 0, 2);
        var output = Ops.Transformer(Slice(x, 1, 0, 5), Slice(x, 1, 5, 3), 2, weights, causal: true);
        return Losses.MeanSquaredError(Transpose(output, 1, 0, 2), d[1]);
    }

    /// <summary>libtorch's linear layer, whose weights are output by input.</summary>
    private static Value Affine(Value x, Value w, Value b) => Linear(x, Transpose(w), b);
}
