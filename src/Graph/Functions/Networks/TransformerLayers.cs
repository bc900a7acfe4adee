namespace GraphGrad;

public static partial class Ops
{
    /// <summary>A layer of a transformer's encoder: attention to itself and two maps with an activation between, each added to what it reads, with layer norms.</summary>
    /// <remarks>Vaswani et al., "Attention is all you need", 2017; norms first: Xiong et al., "On layer normalization in the transformer architecture", 2020.</remarks>
    /// <param name="x">[batch, L, E], float32 or float64.</param>
    /// <param name="heads">How many heads attention has.</param>
    /// <param name="attention">The weights of attention.</param>
    /// <param name="feedForward">Those of the two maps.</param>
    /// <param name="attentionNorm">Those of attention's norm.</param>
    /// <param name="feedForwardNorm">Those of the maps' norm.</param>
    /// <param name="options">Null for norms after additions and ReLU.</param>
    /// <param name="mask">Broadcasts to [batch, heads, L, L]; bool: whether a place is seen, float: added to the scores.</param>
    /// <param name="causal">Whether place i sees places up to i only.</param>
    /// <param name="keyMask">[batch, L]: bool, whether a place is seen by any, or a float added to its scores.</param>
    /// <returns>[batch, L, E].</returns>
    /// <exception cref="GraphException">Ranks or extents do not fit, E cannot be split into the heads, or a mask does not broadcast or is an integer.</exception>
    public static Value TransformerEncoderLayer(
        Value x, int heads, AttentionParameters attention, FeedForwardParameters feedForward, NormParameters attentionNorm, NormParameters feedForwardNorm,
        TransformerOptions? options = null, Value? mask = null, bool causal = false, Value? keyMask = null)
    {
        options ??= new();
        x = Added(x, y => MultiHeadAttention(y, y, y, heads, attention, mask, causal, keyMask).Output, attentionNorm, options);
        return Added(x, y => FeedForward(y, feedForward, options), feedForwardNorm, options);
    }

    /// <summary>A layer of a transformer's decoder: attention to itself, attention to what an encoder gave, and two maps with an activation between.</summary>
    /// <inheritdoc cref="TransformerEncoderLayer" path="/remarks|/returns|/exception"/>
    /// <param name="x">[batch, L, E], float32 or float64.</param>
    /// <param name="memory">What an encoder gave: [batch, S, M].</param>
    /// <param name="heads">How many heads attention has.</param>
    /// <param name="attention">The weights of attention to itself.</param>
    /// <param name="memoryAttention">Those of attention to the memory.</param>
    /// <param name="feedForward">Those of the two maps.</param>
    /// <param name="attentionNorm">Those of the norm of attention to itself.</param>
    /// <param name="memoryNorm">Those of the norm of attention to the memory.</param>
    /// <param name="feedForwardNorm">Those of the maps' norm.</param>
    /// <param name="options">Null for norms after additions and ReLU.</param>
    /// <param name="mask">Broadcasts to [batch, heads, L, L]; bool: whether a place is seen, float: added to the scores.</param>
    /// <param name="causal">Whether place i sees places up to i only.</param>
    /// <param name="keyMask">[batch, L]: bool, whether a place is seen by any, or a float added to its scores.</param>
    /// <param name="memoryMask">Broadcasts to [batch, heads, L, S], as the mask.</param>
    /// <param name="memoryKeyMask">[batch, S], as the mask of keys.</param>
    public static Value TransformerDecoderLayer(
        Value x, Value memory, int heads, AttentionParameters attention, AttentionParameters memoryAttention, FeedForwardParameters feedForward,
        NormParameters attentionNorm, NormParameters memoryNorm, NormParameters feedForwardNorm,
        TransformerOptions? options = null, Value? mask = null, bool causal = false, Value? keyMask = null, Value? memoryMask = null, Value? memoryKeyMask = null)
    {
        options ??= new();
        x = Added(x, y => MultiHeadAttention(y, y, y, heads, attention, mask, causal, keyMask).Output, attentionNorm, options);
        x = Added(x, y => MultiHeadAttention(y, memory, memory, heads, memoryAttention, memoryMask, keyMask: memoryKeyMask).Output, memoryNorm, options);
        return Added(x, y => FeedForward(y, feedForward, options), feedForwardNorm, options);
    }

    private static Value Added(Value x, Func<Value, Value> part, NormParameters norm, TransformerOptions options)
    {
        Value Norm(Value y) => LayerNorm(y, norm.Gamma, norm.Beta, epsilon: options.Epsilon);
        Value Dropped(Value y) => options.Dropout is { } dropout ? dropout(y) : y;
        return options.NormFirst ? x + Dropped(part(Norm(x))) : Norm(x + Dropped(part(x)));
    }

    private static Value FeedForward(Value x, FeedForwardParameters weights, TransformerOptions options)
    {
        var (elements, width) = (x.Shape[^1], weights.In.Rank == 2 ? weights.In.Shape[0] : 0);
        if (!weights.In.Shape.Equals([width, elements]) || !weights.Out.Shape.Equals([elements, width]))
            throw x.Graph.Error("transformer layer", $"the weights '{weights.In.Name}' {weights.In.Type} and '{weights.Out.Name}' {weights.Out.Type} must have the shapes [F, {elements}] and [{elements}, F], outputs by inputs.");
        var inner = options.Activation(Mapped(x, weights.In, weights.InBias));
        return Mapped(options.Dropout is { } dropout ? dropout(inner) : inner, weights.Out, weights.OutBias);
    }
}
