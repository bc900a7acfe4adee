namespace GraphGrad;

/// <summary>What the query, key and value of <see cref="Ops.MultiHeadAttention(Value, Value, Value, int, AttentionParameters, Value?, bool, Value?, bool, bool)"/> are mapped by, as libtorch's: outputs by inputs.</summary>
/// <param name="Query">[E, E].</param>
/// <param name="Key">[E, K], for keys of K elements.</param>
/// <param name="Value">[E, V], for values of V elements.</param>
/// <param name="Bias">[3·E], those of query, key and value one after the other, or null for none.</param>
/// <param name="Out">[E, E].</param>
/// <param name="OutBias">[E], or null for none.</param>
public sealed record AttentionParameters(Value Query, Value Key, Value Value, Value? Bias, Value Out, Value? OutBias)
{
    /// <summary>A mapped key that every query sees besides, after the others: [E] or [1, 1, E] (PyTorch's add_bias_kv); null for none.</summary>
    public Value? KeyBias { get; init; }

    /// <summary>Its value, of the same shape; null if there is no such key.</summary>
    public Value? ValueBias { get; init; }

    /// <summary>Of weights that lie one below the other.</summary>
    /// <param name="inWeights">[3·E, E].</param>
    /// <param name="inBias">[3·E], or null for none.</param>
    /// <param name="outWeights">[E, E].</param>
    /// <param name="outBias">[E], or null for none.</param>
    /// <exception cref="GraphException">The weights of the inputs are no matrix of three times as many rows as columns.</exception>
    public static AttentionParameters Packed(Value inWeights, Value? inBias, Value outWeights, Value? outBias)
    {
        if (inWeights.Rank != 2 || inWeights.Shape[0] != inWeights.Shape[1] * 3)
            throw inWeights.Graph.Error("multi-head attention", $"the weights '{inWeights.Name}' {inWeights.Type} must have three times as many rows as columns: those of query, key and value, one below the other.");
        var elements = inWeights.Shape[1];
        Value Part(int part) => Ops.Slice(inWeights, 0, elements * part, elements);
        return new(Part(0), Part(1), Part(2), inBias, outWeights, outBias);
    }

    /// <summary>Made one by one in the order and by the names of PyTorch's <c>nn.MultiheadAttention</c> behind a prefix.</summary>
    /// <param name="make">Makes a weight of a name and a shape.</param>
    /// <param name="prefix">What the names begin with, without the dot, such as <c>self_attn</c>.</param>
    /// <param name="elements">E, of queries, keys and values.</param>
    public static AttentionParameters Create(Func<string, Shape, Value> make, string prefix, int elements)
    {
        var (weights, bias) = (make($"{prefix}.in_proj_weight", [3 * elements, elements]), make($"{prefix}.in_proj_bias", [3 * elements]));
        return Packed(weights, bias, make($"{prefix}.out_proj.weight", [elements, elements]), make($"{prefix}.out_proj.bias", [elements]));
    }

    internal IEnumerable<Value?> All => [Query, Key, Value, Bias, Out, OutBias, KeyBias, ValueBias];

    internal void Require(Value query, Value key, Value value)
    {
        var elements = query.Shape[2];
        Require(Query, [elements, elements]);
        Require(Key, [elements, key.Shape[2]]);
        Require(Value, [elements, value.Shape[2]]);
        Require(Out, [elements, elements]);
        if (Bias is not null) Require(Bias, [elements * 3]);
        if (OutBias is not null) Require(OutBias, [elements]);
        if ((KeyBias is null) != (ValueBias is null)) throw query.Graph.Error("multi-head attention", "a key that every query sees needs a value, and this a key: give both KeyBias and ValueBias, or none.");
        foreach (var bias in new[] { KeyBias, ValueBias })
        {
            if (bias is not null) Require(bias, bias.Rank == 3 ? [1, 1, elements] : [elements]);
        }
    }

    private static void Require(Value weights, Shape shape)
    {
        if (!weights.Shape.Equals(shape)) throw weights.Graph.Error("multi-head attention", $"the weights '{weights.Name}' {weights.Type} must have the shape {shape}.");
    }
}
