using TorchSharp.Modules;
using static TorchSharp.torch.nn.functional;

namespace GraphGrad.Parity.Live.Expressions;

internal static class LayerTwins
{
    private static readonly string[] Gates = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"];

    public static readonly Twins All = new()
    {
        ["linear"] = t => linear(t[0], t[1], t[2]),
        ["linear without bias"] = t => linear(t[0], t[1]),
        ["bilinear"] = t => bilinear(t[0], t[1], t[2], t[3]),
        ["embedding"] = t => OfWeights(nn.Embedding(5, 4, dtype: t[1].dtype), ["weight"], t[1..], m => [m.call(t[0])]),
        ["embedding with padding"] = t => OfWeights(nn.Embedding(5, 4, padding_idx: 1, dtype: t[1].dtype), ["weight"], t[1..], m => [m.call(t[0])]),
        ["embedding_bag sum"] = t => Bag(t[2..], EmbeddingBagMode.Sum, m => m.call(t[0], t[1])),
        ["embedding_bag mean"] = t => Bag(t[2..], EmbeddingBagMode.Mean, m => m.call(t[0], t[1])),
        ["embedding_bag max"] = t => Bag(t[2..], EmbeddingBagMode.Max, m => m.call(t[0], t[1])),
        ["embedding_bag sum of a matrix"] = t => Bag(t[1..], EmbeddingBagMode.Sum, m => m.call(t[0])),
        ["embedding_bag mean of a matrix"] = t => Bag(t[1..], EmbeddingBagMode.Mean, m => m.call(t[0])),
        ["embedding_bag max of a matrix"] = t => Bag(t[1..], EmbeddingBagMode.Max, m => m.call(t[0])),
        ["embedding_bag sum with padding"] = t => Bag(t[2..], EmbeddingBagMode.Sum, m => m.call(t[0], t[1]), padding: 1),
        ["embedding_bag mean with padding"] = t => Bag(t[2..], EmbeddingBagMode.Mean, m => m.call(t[0], t[1]), padding: 1),
        ["embedding_bag max with padding"] = t => Bag(t[2..], EmbeddingBagMode.Max, m => m.call(t[0], t[1]), padding: 1),
        ["embedding_bag with weights"] = t => Bag(t[3..], EmbeddingBagMode.Sum, m => m.call(t[0], t[1], t[2])),

        ["rnn_tanh"] = t => OfWeights(nn.RNN(5, 3, dtype: t[0].dtype), Names(1, 1), t[1..], m => Both(m.call(t[0]))),
        ["rnn_relu"] = t => OfWeights(nn.RNN(5, 3, nonLinearity: nn.NonLinearities.ReLU, dtype: t[0].dtype), Names(1, 1), t[2..], m => Both(m.call(t[0], t[1]))),
        ["rnn_tanh two layers both ways"] = t => OfWeights(nn.RNN(5, 3, numLayers: 2, bidirectional: true, dtype: t[0].dtype), Names(2, 2), t[2..], m => Both(m.call(t[0], t[1]))),
        ["gru"] = t => OfWeights(nn.GRU(5, 3, dtype: t[0].dtype), Names(1, 1), t[2..], m => Both(m.call(t[0], t[1]))),
        ["gru two layers both ways"] = t => OfWeights(nn.GRU(5, 3, numLayers: 2, bidirectional: true, dtype: t[0].dtype), Names(2, 2), t[2..], m => Both(m.call(t[0], t[1]))),
        ["gru batch first"] = t => OfWeights(nn.GRU(5, 3, numLayers: 2, batchFirst: true, dtype: t[0].dtype), Names(2, 1), t[1..], m => Both(m.call(t[0]))),
        ["lstm"] = t => OfWeights(nn.LSTM(5, 3, dtype: t[0].dtype), Names(1, 1), t[3..], m => All3(m.call(t[0], (t[1], t[2])))),
        ["lstm two layers both ways"] = t => OfWeights(nn.LSTM(5, 3, numLayers: 2, bidirectional: true, dtype: t[0].dtype), Names(2, 2), t[3..], m => All3(m.call(t[0], (t[1], t[2])))),
        ["lstm batch first"] = t => OfWeights(nn.LSTM(5, 3, numLayers: 2, batchFirst: true, dtype: t[0].dtype), Names(2, 1), t[1..], m => All3(m.call(t[0]))),
        ["rnn_tanh_cell"] = t => OfWeights(nn.RNNCell(5, 3, dtype: t[0].dtype), Gates, t[2..], m => [m.forward(t[0], t[1])]),
        ["rnn_relu_cell"] = t => OfWeights(nn.RNNCell(5, 3, nn.NonLinearities.ReLU, dtype: t[0].dtype), Gates, t[2..], m => [m.forward(t[0], t[1])]),
        ["gru_cell"] = t => OfWeights(nn.GRUCell(5, 3, dtype: t[0].dtype), Gates, t[2..], m => [m.forward(t[0], t[1])]),
        ["lstm_cell"] = t => OfWeights(nn.LSTMCell(5, 3, dtype: t[0].dtype), Gates, t[3..], m => Both(m.forward(t[0], (t[1], t[2])))),

        ["scaled_dot_product_attention"] = t => Attended(t[0], t[1], t[2]),
        ["scaled_dot_product_attention causal"] = t => Attended(t[0], t[1], t[2], causal: true),
        ["scaled_dot_product_attention with a mask"] = t => Attended(t[0], t[1], t[2], t[3]),
        ["scaled_dot_product_attention with numbers added"] = t => Attended(t[0], t[1], t[2], t[3]),
        ["multi_head_attention_forward"] = t => Attention(t, t[3..], null),
        ["multi_head_attention_forward with a mask"] = t => Attention(t, t[4..], t[3]),

        ["linear inputs"] = t => linear(t[0], t[1]),
        ["bilinear inputs"] = t => bilinear(t[0], t[1], t[2]),
        ["bilinear weights"] = t => bilinear(t[0], t[1], t[2]),
        ["embedding of floats"] = t => nn.Embedding(5, 4).call(t[0]),
        ["embedding_bag of a vector"] = t => nn.EmbeddingBag(5, 4).call(t[0]),
        ["gru inputs"] = t => Both(nn.GRU(4, 3).call(t[0])),
        ["lstm start"] = t => All3(nn.LSTM(5, 3).call(t[0], (t[1], t[2]))),
        ["scaled_dot_product_attention elements"] = t => Attended(t[0], t[1], t[2]),
        ["scaled_dot_product_attention mask"] = t => Attended(t[0], t[1], t[2], t[3]),
    };

    private static Outputs Bag(Tensor[] weights, EmbeddingBagMode mode, Func<EmbeddingBag, Tensor> call, long padding = -1) =>
        OfWeights(nn.EmbeddingBag(5, 3, mode: mode, padding_index: padding, dtype: weights[0].dtype), ["weight"], weights, m => [call(m)]);

    // libtorch 1.13 has no such function.
    private static Tensor Attended(Tensor query, Tensor key, Tensor value, Tensor? mask = null, bool causal = false)
    {
        var options = $"{(mask is null ? "None" : "m")}, 0.0, {(causal ? "True" : "False")}";
        if (!TorchRun.LibtorchVersion.StartsWith("1.", StringComparison.Ordinal))
            return Script.Run($"torch.scaled_dot_product_attention(q, k, v, {options})", [("q", query), ("k", key), ("v", value), .. mask is null ? Array.Empty<(string, Tensor)>() : [("m", mask)]]);
        var scores = (query / Math.Sqrt(query.shape[^1])).matmul(key.transpose(-2, -1));
        if (causal) mask = ones(scores.shape[^2], scores.shape[^1], dtype: ScalarType.Bool).tril();
        if (mask is null) return scores.softmax(-1).matmul(value);
        if (mask.dtype != ScalarType.Bool) return (scores + mask).softmax(-1).matmul(value);
        return scores.masked_fill(mask.logical_not(), double.NegativeInfinity).softmax(-1).masked_fill(mask.any(-1, keepdim: true).logical_not(), 0).matmul(value);
    }

    // libtorch has places first.
    private static Outputs Attention(Tensor[] t, Tensor[] weights, Tensor? mask)
    {
        Tensor[] places = [.. t.Take(3).Select(x => x.transpose(0, 1))];
        return OfWeights((MultiheadAttention)nn.MultiheadAttention(4, 2).to(t[0].dtype), ["in_proj_weight", "in_proj_bias", "out_proj.weight", "out_proj.bias"], weights, m =>
        {
            var (output, own) = m.call(places[0], places[1], places[2], attn_mask: mask!);
            return [output.transpose(0, 1), own];
        });
    }

    /// <summary>The names of the weights, in the order in which the cases have them.</summary>
    private static string[] Names(int layers, int directions) =>
        [.. from layer in Enumerable.Range(0, layers) from direction in Enumerable.Range(0, directions) from gate in Gates select $"{gate}_l{layer}{(direction == 1 ? "_reverse" : "")}"];

    private static Tensor[] Both((Tensor First, Tensor Second) tensors) => [tensors.First, tensors.Second];

    private static Tensor[] All3((Tensor First, Tensor Second, Tensor Third) tensors) => [tensors.First, tensors.Second, tensors.Third];

    /// <summary>What a module with given weights gives, and the gradients of the sum of its squares by them.</summary>
    internal static Outputs OfWeights<TModule>(TModule module, string[] names, Tensor[] weights, Func<TModule, Tensor[]> call)
        where TModule : nn.Module
    {
        var parameters = module.named_parameters(recurse: true).ToDictionary(p => p.name, p => (Tensor)p.parameter);
        using (no_grad())
        {
            foreach (var (name, weight) in names.Zip(weights)) parameters[name].copy_(weight);
        }
        var values = call(module);
        var loss = values.Select(v => v.square().sum()).Aggregate((a, b) => a + b);
        var gradients = autograd.grad([loss], [.. names.Select(n => parameters[n])], retain_graph: true);
        return new Outputs([.. values, .. gradients]);
    }
}
