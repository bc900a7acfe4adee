namespace GraphGrad.Parity.Cases;

/// <summary>
/// Layers whose weights libtorch keeps for itself: gradients by the input are compared as always, gradients by the weights, of the sum of the results' squares, as further
/// results.
/// </summary>
internal static class LayerCases
{
    public static readonly Case[] All =
    [
        new("linear", x => Linear(x[0], Transpose(x[1]), x[2]), [[Normal(3, 4), Normal(2, 4), Normal(2)], [Normal(2, 3, 4), Normal(5, 4), Normal(5)], [Normal(4), Normal(2, 4), Normal(2)]]) { By = Measure.Norm },
        new("linear without bias", x => Linear(x[0], Transpose(x[1])), [[Normal(3, 4), Normal(2, 4)]]) { By = Measure.Norm },
        new("bilinear", x => Bilinear(x[0], x[1], x[2], x[3]), [[Normal(3, 4), Normal(3, 2), Normal(5, 4, 2), Normal(5)], [Normal(2, 3, 4), Normal(2, 3, 2), Normal(5, 4, 2), Normal(5)]]) { By = Measure.Norm },
        new("embedding", x => OfWeights(x[1..], w => [Embedding(w[0], x[0])]), [[Whole(0, 5, 3, 2), Normal(5, 4)]]) { By = Measure.Norm, Ours = "Embedding", Derivatives = Derivatives.None, ReturnsGradients = true },
        new("embedding with padding", x => OfWeights(x[1..], w => [Embedding(w[0], x[0], paddingId: 1)]), [[Wholes(1, 0, 4, 1), Normal(5, 4)]]) { By = Measure.Norm, Ours = "Embedding", Derivatives = Derivatives.None, ReturnsGradients = true },
        .. Enum.GetValues<BagMode>().SelectMany(Bags),
        new("embedding_bag with weights", x => OfWeights(x[3..], w => [EmbeddingBag(w[0], x[0], x[1], BagMode.Sum, x[2])]), [[Wholes(1, 4, 0, 1, 1, 3, 2), Wholes(0, 2, 2, 5), Normal(7), Normal(5, 3)]]) { By = Measure.Norm, Ours = "EmbeddingBag", Derivatives = Derivatives.None, ReturnsGradients = true },

        Recurrent("rnn_tanh", "Rnn", 1, (x, w) => Both(Rnn(x[0], Weights(w))), []),
        Recurrent("rnn_relu", "Rnn", 1, (x, w) => Both(Rnn(x[0], Weights(w), x[1], relu: true)), [Normal(1, 2, 3)]),
        Recurrent("rnn_tanh two layers both ways", "Rnn", 1, (x, w) => Both(Rnn(x[0], Weights(w), x[1], bidirectional: true)), [Normal(4, 2, 3)], layers: 2, directions: 2),
        Recurrent("gru", "Gru", 3, (x, w) => Both(Gru(x[0], Weights(w), x[1])), [Normal(1, 2, 3)]),
        Recurrent("gru two layers both ways", "Gru", 3, (x, w) => Both(Gru(x[0], Weights(w), x[1], bidirectional: true)), [Normal(4, 2, 3)], layers: 2, directions: 2),
        Recurrent("gru batch first", "Gru", 3, (x, w) => Both(Gru(x[0], Weights(w), batchFirst: true)), [], layers: 2),
        Recurrent("lstm", "Lstm", 4, (x, w) => All3(Lstm(x[0], Weights(w), x[1], x[2])), [Normal(1, 2, 3), Normal(1, 2, 3)]),
        Recurrent("lstm two layers both ways", "Lstm", 4, (x, w) => All3(Lstm(x[0], Weights(w), x[1], x[2], bidirectional: true)), [Normal(4, 2, 3), Normal(4, 2, 3)], layers: 2, directions: 2),
        Recurrent("lstm batch first", "Lstm", 4, (x, w) => All3(Lstm(x[0], Weights(w), batchFirst: true)), [], layers: 2),
        new("rnn_tanh_cell", x => OfWeights(x[2..], w => [RnnCell(x[0], x[1], Weights(w)[0])]), Cell(1)) { By = Measure.Norm, Ours = "RnnCell" },
        new("rnn_relu_cell", x => OfWeights(x[2..], w => [RnnCell(x[0], x[1], Weights(w)[0], relu: true)]), Cell(1)) { By = Measure.Norm, Ours = "RnnCell" },
        new("gru_cell", x => OfWeights(x[2..], w => [GruCell(x[0], x[1], Weights(w)[0])]), Cell(3)) { By = Measure.Norm, Ours = "GruCell" },
        new("lstm_cell", x => OfWeights(x[3..], w => Both(LstmCell(x[0], x[1], x[2], Weights(w)[0]))), [[Normal(2, 5), Normal(2, 3), .. Cell(4)[0][1..]]]) { By = Measure.Norm, Ours = "LstmCell" },

        new("scaled_dot_product_attention", x => ScaledDotProductAttention(x[0], x[1], x[2]), [[Normal(2, 3, 4), Normal(2, 5, 4), Normal(2, 5, 4)], [Normal(2, 3, 7, 4), Normal(2, 3, 7, 4), Normal(2, 3, 7, 4)]]) { By = Measure.Norm, Derivatives = Derivatives.First },
        new("scaled_dot_product_attention causal", x => ScaledDotProductAttention(x[0], x[1], x[2], causal: true), [[Normal(2, 3, 7, 4), Normal(2, 3, 7, 4), Normal(2, 3, 7, 4)]]) { By = Measure.Norm, Derivatives = Derivatives.First },
        new("scaled_dot_product_attention with a mask", x => ScaledDotProductAttention(x[0], x[1], x[2], x[3]), [[Normal(2, 3, 4), Normal(2, 5, 4), Normal(2, 5, 4), Values(1, 0, 1, 1, 0, 0, 0, 1, 0, 0, 1, 1, 1, 1, 1).As(DType.Bool).Shaped(3, 5)]]) { By = Measure.Norm, Derivatives = Derivatives.First },
        new("scaled_dot_product_attention with numbers added", x => ScaledDotProductAttention(x[0], x[1], x[2], x[3]), [[Normal(2, 3, 4), Normal(2, 5, 4), Normal(2, 5, 4), Normal(3, 5)]]) { By = Measure.Norm, Derivatives = Derivatives.First },
        new("multi_head_attention_forward", x => OfWeights(x[3..], w => Both(MultiHeadAttention(x[0], x[1], x[2], 2, w[0], w[1], w[2], w[3]))), [[Normal(2, 3, 4), Normal(2, 5, 4), Normal(2, 5, 4), Normal(12, 4), Normal(12), Normal(4, 4), Normal(4)]]) { By = Measure.Norm, Ours = "MultiHeadAttention" },
        new("multi_head_attention_forward with a mask", x => OfWeights(x[4..], w => Both(MultiHeadAttention(x[0], x[1], x[2], 2, w[0], w[1], w[2], w[3], x[3]))), [[Normal(2, 3, 4), Normal(2, 5, 4), Normal(2, 5, 4), Normal(3, 5), Normal(12, 4), Normal(12), Normal(4, 4), Normal(4)]]) { By = Measure.Norm, Ours = "MultiHeadAttention" },

        Case.Refuses("linear inputs", x => Linear(x[0], Transpose(x[1])), "must be equal", Normal(3, 4), Normal(2, 5)),
        Case.Refuses("bilinear inputs", x => Bilinear(x[0], x[1], x[2]), "equal leading axes", Normal(3, 4), Normal(2, 2), Normal(5, 4, 2)),
        Case.Refuses("bilinear weights", x => Bilinear(x[0], x[1], x[2]), "equal leading axes", Normal(3, 4), Normal(3, 2), Normal(5, 4, 3)),
        Case.Refuses("embedding of floats", x => Embedding(x[1], x[0]), "integers", Normal(3), Normal(5, 4)),
        Case.Refuses("embedding_bag of a vector", x => EmbeddingBag(x[1], x[0]), "must be a matrix of bags", Whole(0, 5, 3), Normal(5, 4)),
        Case.Refuses("gru inputs", x => Gru(x[0], Weights(x[1..])), "must have the shape [9, 5]", Normal(4, 2, 5), Normal(9, 4), Normal(9, 3), Normal(9), Normal(9)),
        Case.Refuses("lstm start", x => Lstm(x[0], Weights(x[3..]), x[1], x[2]), "the start", Normal(4, 2, 5), Normal(1, 3, 3), Normal(1, 3, 3), Normal(12, 5), Normal(12, 3), Normal(12), Normal(12)),
        Case.Refuses("scaled_dot_product_attention elements", x => ScaledDotProductAttention(x[0], x[1], x[2]), "must agree", Normal(2, 3, 4), Normal(2, 5, 3), Normal(2, 5, 4)),
        Case.Refuses("scaled_dot_product_attention mask", x => ScaledDotProductAttention(x[0], x[1], x[2], x[3]), "broadcast", Normal(2, 3, 4), Normal(2, 5, 4), Normal(2, 5, 4), Normal(3, 4)),
    ];

    private static Case[] Bags(BagMode mode)
    {
        var name = mode.ToString().ToLowerInvariant();
        return
        [
            new($"embedding_bag {name}", x => OfWeights(x[2..], w => [EmbeddingBag(w[0], x[0], x[1], mode)]), [[Wholes(1, 4, 0, 1, 1, 3, 2), Wholes(0, 2, 2, 5), Normal(5, 3)]]) { By = Measure.Norm, Ours = "EmbeddingBag", Derivatives = Derivatives.None, ReturnsGradients = true },
            new($"embedding_bag {name} of a matrix", x => OfWeights(x[1..], w => [EmbeddingBag(w[0], x[0], mode: mode)]), [[Wholes(1, 4, 0, 1, 1, 3).Shaped(2, 3), Normal(5, 3)]]) { By = Measure.Norm, Ours = "EmbeddingBag", Derivatives = Derivatives.None, ReturnsGradients = true },
            new($"embedding_bag {name} with padding", x => OfWeights(x[2..], w => [EmbeddingBag(w[0], x[0], x[1], mode, paddingId: 1)]), [[Wholes(1, 4, 0, 1, 1, 3, 2), Wholes(0, 2, 2, 5), Normal(5, 3)]]) { By = Measure.Norm, Ours = "EmbeddingBag", Derivatives = Derivatives.None, ReturnsGradients = true },
        ];
    }

    /// <summary>Inputs of 5, states of 3, 4 steps, a batch of 2 (with the batch first, 4 of 2 steps).</summary>
    private static Case Recurrent(string name, string ours, int gates, Func<Value[], Value[], Value[]> run, Recipe[] starts, int layers = 1, int directions = 1)
    {
        var weights = Enumerable.Range(0, layers).SelectMany(layer => Enumerable.Repeat(layer == 0 ? 5 : 3 * directions, directions))
            .SelectMany(inputs => new[] { Normal(gates * 3, inputs), Normal(gates * 3, 3), Normal(gates * 3), Normal(gates * 3) });
        return new(name, x => OfWeights(x[(1 + starts.Length)..], w => run(x, w)), [[Normal(4, 2, 5), .. starts, .. weights]]) { By = Measure.Norm, Ours = ours };
    }

    private static Recipe[][] Cell(int gates) => [[Normal(2, 5), Normal(2, 3), Normal(gates * 3, 5), Normal(gates * 3, 3), Normal(gates * 3), Normal(gates * 3)]];

    private static RecurrentWeights[] Weights(Value[] w) => [.. w.Chunk(4).Select(own => new RecurrentWeights(own[0], own[1], own[2], own[3]))];

    internal static Value[] Both((Value First, Value Second) values) => [values.First, values.Second];

    private static Value[] All3((Value First, Value Second, Value Third) values) => [values.First, values.Second, values.Third];

    /// <summary>What a layer gives, and the gradients of the sum of its squares by its weights; nothing flows to the weights otherwise.</summary>
    internal static Value[] OfWeights(Value[] weights, Func<Value[], Value[]> layer)
    {
        Value[] own = [.. weights.Select(w => StopGradient(w))];
        var values = layer(own);
        var loss = values.Select(v => Sum(Square(v))).Aggregate((a, b) => a + b);
        return [.. values, .. Gradients(loss, own).Select(g => StopGradient(g))];
    }
}
