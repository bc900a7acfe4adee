namespace GraphGrad;

/// <summary>The two maps between which the activation of a transformer layer lies, as <see cref="Ops.Linear"/>'s but of outputs by inputs.</summary>
/// <param name="In">[F, E].</param>
/// <param name="InBias">[F], or null for none.</param>
/// <param name="Out">[E, F].</param>
/// <param name="OutBias">[E], or null for none.</param>
public sealed record FeedForwardParameters(Value In, Value? InBias, Value Out, Value? OutBias);

/// <summary>Factor and summand of a layer norm over the last axis, [E] each.</summary>
/// <param name="Gamma">The factor, or null for 1.</param>
/// <param name="Beta">The summand, or null for 0.</param>
public sealed record NormParameters(Value? Gamma, Value? Beta);

/// <summary>How a transformer layer is made.</summary>
public sealed record TransformerOptions
{
    /// <summary>Whether norms come before attention and maps, whose results are added to what is not normed; else after the addition.</summary>
    public bool NormFirst { get; init; }

    /// <summary>What lies between the two maps; by default <see cref="Ops.Relu"/>.</summary>
    public Func<Value, Value> Activation { get; init; } = Ops.Relu;

    /// <summary>What the norms add to variances.</summary>
    public double Epsilon { get; init; } = 1e-5;

    /// <summary>
    /// What drops elements after attention, after the activation and after the second map: called once for each place, so that <c>x => Dropout(x, 0.1, seed++)</c> draws other numbers for each; null for none.
    /// </summary>
    public Func<Value, Value>? Dropout { get; init; }
}

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
