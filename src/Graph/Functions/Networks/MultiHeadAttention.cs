namespace GraphGrad;

public static partial class Ops
{
    /// <summary>
    /// Attention of several heads: query, key and value are mapped, each part of their elements attends by itself, and what comes out is mapped again. Weights as libtorch's:
    /// outputs by inputs, those of query, key and value one below the other.
    /// </summary>
    /// <inheritdoc cref="ScaledDotProductAttention" path="/remarks"/>
    /// <param name="query">[batch, L, E], float32 or float64.</param>
    /// <param name="key">[batch, S, E].</param>
    /// <param name="value">[batch, S, E].</param>
    /// <param name="heads">Into how many parts the E elements are split.</param>
    /// <param name="inWeights">[3·E, E].</param>
    /// <param name="inBias">[3·E], or null for none.</param>
    /// <param name="outWeights">[E, E].</param>
    /// <param name="outBias">[E], or null for none.</param>
    /// <param name="mask">Broadcasts to [batch, heads, L, S]; bool: whether a key takes part, float: added to the scores.</param>
    /// <param name="causal">Whether query i sees keys up to i only.</param>
    /// <param name="keyMask">
    /// [batch, S]: bool, whether a key takes part in any sum of its example (PyTorch's key_padding_mask says which do not), or a float added to its scores; null for all.
    /// </param>
    /// <returns>[batch, L, E], and the weights of the keys, averaged over heads: [batch, L, S].</returns>
    /// <exception cref="GraphException">Ranks or extents do not fit, E cannot be split so, or a mask does not broadcast or is an integer.</exception>
    public static (Value Output, Value Weights) MultiHeadAttention(
        Value query, Value key, Value value, int heads, Value inWeights, Value? inBias, Value outWeights, Value? outBias, Value? mask = null, bool causal = false, Value? keyMask = null)
    {
        // What is wrong with the query is told before the weights are cut.
        SplitInto(heads, query, key, value);
        return MultiHeadAttention(query, key, value, heads, AttentionParameters.Packed(inWeights, inBias, outWeights, outBias), mask, causal, keyMask);
    }

    /// <summary>As the first overload, for keys and values of other numbers of elements than the query's, and with keys besides those given.</summary>
    /// <inheritdoc cref="ScaledDotProductAttention" path="/remarks"/>
    /// <param name="query">[batch, L, E], float32 or float64.</param>
    /// <param name="key">[batch, S, K].</param>
    /// <param name="value">[batch, S, V].</param>
    /// <param name="heads">Into how many parts the E elements are split.</param>
    /// <param name="parameters">What they are mapped by, and a key and a value that every query sees besides.</param>
    /// <param name="mask">Broadcasts to [batch, heads, L, S]; bool: whether a key takes part, float: added to the scores.</param>
    /// <param name="causal">Whether query i sees keys up to i only.</param>
    /// <param name="keyMask">[batch, S]: bool, whether a key takes part in any sum of its example, or a float added to its scores; null for all.</param>
    /// <param name="zeroKey">Whether every query sees a key and a value of zeros besides (PyTorch's add_zero_attn).</param>
    /// <param name="perHead">Whether the weights come for each head.</param>
    /// <returns>[batch, L, E], and the weights of the keys, averaged over heads, [batch, L, S'], or [batch, heads, L, S'], with S' the number of all keys.</returns>
    /// <exception cref="GraphException">Ranks or extents do not fit, E cannot be split so, or a mask does not broadcast or is an integer.</exception>
    public static (Value Output, Value Weights) MultiHeadAttention(
        Value query, Value key, Value value, int heads, AttentionParameters parameters, Value? mask = null, bool causal = false, Value? keyMask = null, bool zeroKey = false, bool perHead = false)
    {
        var (elements, own) = SplitInto(heads, query, key, value);
        parameters.Require(query, key, value);
        CheckMask(mask, [query.Shape[0], heads, query.Shape[1], key.Shape[1]]);
        if (keyMask is not null)
        {
            if (!keyMask.Shape.Equals([key.Shape[0], key.Shape[1]]) || keyMask.DType.IsInteger())
                throw query.Graph.Error("multi-head attention", $"the mask of keys '{keyMask.Name}' {keyMask.Type} must be bool or a float of shape [{key.Shape[0]}, {key.Shape[1]}], as the keys '{key.Name}' {key.Type}.");
            var keys = ExpandDims(ExpandDims(keyMask, 1), 1);
            mask = mask is null ? keys : mask.DType == DType.Bool && keys.DType == DType.Bool ? mask & keys : AsScores(mask, query.DType) + AsScores(keys, query.DType);
        }
        var more = (parameters.KeyBias is null ? 0 : 1) + (zeroKey ? 1 : 0);
        if (more > 0)
        {
            if (causal)
            {
                var isBefore = Iota(query.Graph, [query.Shape[1], key.Shape[1]], 1, DType.Int32) <= Iota(query.Graph, [query.Shape[1], key.Shape[1]], 0, DType.Int32);
                mask = mask is null ? isBefore : mask.DType == DType.Bool ? mask & isBefore : mask + AsScores(isBefore, mask.DType);
                causal = false;
            }
            if (mask is not null) mask = WithKeys(mask, key.Shape[1], more);
        }
        var inner = InnerPrecision.Of(
            [
                query.Shape[0] * query.Shape[1] * key.Shape[1] * elements * 2,
                (query.Shape.ElementCount + key.Shape.ElementCount) * elements * 2,
            ],
            [query, key, value, NumbersOf(mask), .. parameters.All]);
        var q = Heads(Projected(query, parameters.Query, 0));
        var k = Heads(WithRows(Projected(key, parameters.Key, 1), parameters.KeyBias));
        var v = Heads(WithRows(Projected(value, parameters.Value, 2), parameters.ValueBias));
        var weights = AttentionWeights(q, k, Entered(inner, mask), causal, null);
        var together = Transpose(MatMul(weights, v), 0, 2, 1, 3);
        var output = Mapped(Reshape(together, query.Shape), inner.Enter(parameters.Out), inner.Enter(parameters.OutBias));
        return (inner.Leave(output), inner.Leave(perHead ? weights : Mean(weights, 1)));

        Value Projected(Value x, Value w, int part)
        {
            var bias = inner.Enter(parameters.Bias) is { } biases ? Slice(biases, 0, elements * part, elements) : null;
            return Mapped(inner.Enter(x), inner.Enter(w), bias);
        }

        Value WithRows(Value x, Value? bias)
        {
            Dim batch = x.Shape[0];
            if (bias is not null) x = Concat([x, BroadcastTo(inner.Enter(bias), [batch, 1, elements])], 1);
            return zeroKey ? Pad(x, [0, 0, 0], [0, 1, 0]) : x;
        }

        // [batch, heads, places, elements of a head]
        Value Heads(Value x) => Transpose(Reshape(x, [x.Shape[0], x.Shape[1], heads, own]), 0, 2, 1, 3);
    }

    /// <summary>The elements of a query, and those that each head has.</summary>
    private static (Dim Elements, Dim Own) SplitInto(int heads, Value query, Value key, Value value)
    {
        if (query.Rank != 3 || key.Rank != 3 || value.Rank != 3)
            throw query.Graph.Error("multi-head attention", $"the query '{query.Name}' {query.Type}, key '{key.Name}' {key.Type} and value '{value.Name}' {value.Type} must have three axes each: batch, places, elements. Reshape them.");
        if (key.Shape[1] != value.Shape[1] || key.Shape[0] != query.Shape[0] || value.Shape[0] != query.Shape[0])
            throw query.Graph.Error("multi-head attention", $"the query '{query.Name}' {query.Shape}, key '{key.Name}' {key.Shape} and value '{value.Name}' {value.Shape} must agree on the first axis, the key and value on the second.");
        var elements = query.Shape[2];
        if (heads < 1 || !Dim.TryDivideExactly(elements, heads, out var own))
            throw query.Graph.Error("multi-head attention", $"the {elements} elements of '{query.Name}' {query.Type} cannot be split into {heads} heads; choose a number of heads that divides them.");
        return (elements, own);
    }

    /// <summary>A mask of keys and of so many more, of which all take part.</summary>
    private static Value WithKeys(Value mask, Dim keys, int more)
    {
        if (mask.Rank == 0) mask = Reshape(mask, [1]);
        var all = BroadcastTo(mask, [.. mask.Shape.Dims[..^1], keys]);
        Shape rest = [.. mask.Shape.Dims[..^1], more];
        return Concat([all, mask.DType == DType.Bool ? OnesLike(BroadcastTo(mask.Graph.Constant(true), rest)) : ZerosLike(BroadcastTo(Cast(mask.Graph.Constant(0.0), mask.DType), rest))], -1);
    }
}
