namespace GraphGrad;

public static partial class Ops
{
    /// <summary>Layers of a transformer's encoder one after the other, and a norm behind the last.</summary>
    /// <inheritdoc cref="TransformerEncoderLayer" path="/remarks|/returns|/exception"/>
    /// <param name="x">[batch, L, E], float32 or float64.</param>
    /// <param name="heads">How many heads attention has.</param>
    /// <param name="layers">The weights of each layer; of no layer the result is x, normed.</param>
    /// <param name="norm">Those of the norm behind the last layer, or null for none.</param>
    /// <param name="options">Null for norms after additions and ReLU.</param>
    /// <param name="mask">Broadcasts to [batch, heads, L, L]; bool: whether a place is seen, float: added to the scores.</param>
    /// <param name="causal">Whether place i sees places up to i only.</param>
    /// <param name="keyMask">[batch, L]: bool, whether a place is seen by any, or a float added to its scores.</param>
    public static Value TransformerEncoder(
        Value x, int heads, IReadOnlyList<EncoderLayerParameters> layers, NormParameters? norm = null,
        TransformerOptions? options = null, Value? mask = null, bool causal = false, Value? keyMask = null)
    {
        options ??= new();
        foreach (var own in layers)
            x = TransformerEncoderLayer(x, heads, own.Attention, own.FeedForward, own.AttentionNorm, own.FeedForwardNorm, options, mask, causal, keyMask);
        return norm is null ? x : LayerNorm(x, norm.Gamma, norm.Beta, epsilon: options.Epsilon);
    }

    /// <summary>Layers of a transformer's decoder one after the other, all of which attend to the same memory, and a norm behind the last.</summary>
    /// <inheritdoc cref="TransformerEncoderLayer" path="/remarks|/returns|/exception"/>
    /// <param name="x">[batch, L, E], float32 or float64.</param>
    /// <param name="memory">What an encoder gave: [batch, S, M].</param>
    /// <param name="heads">How many heads attention has.</param>
    /// <param name="layers">The weights of each layer; of no layer the result is x, normed.</param>
    /// <param name="norm">Those of the norm behind the last layer, or null for none.</param>
    /// <param name="options">Null for norms after additions and ReLU.</param>
    /// <param name="mask">Broadcasts to [batch, heads, L, L]; bool: whether a place is seen, float: added to the scores.</param>
    /// <param name="causal">Whether place i sees places up to i only.</param>
    /// <param name="keyMask">[batch, L]: bool, whether a place is seen by any, or a float added to its scores.</param>
    /// <param name="memoryMask">Broadcasts to [batch, heads, L, S], as the mask.</param>
    /// <param name="memoryKeyMask">[batch, S], as the mask of keys.</param>
    public static Value TransformerDecoder(
        Value x, Value memory, int heads, IReadOnlyList<DecoderLayerParameters> layers, NormParameters? norm = null,
        TransformerOptions? options = null, Value? mask = null, bool causal = false, Value? keyMask = null, Value? memoryMask = null, Value? memoryKeyMask = null)
    {
        options ??= new();
        foreach (var own in layers)
        {
            x = TransformerDecoderLayer(
                x, memory, heads, own.Attention, own.MemoryAttention, own.FeedForward, own.AttentionNorm, own.MemoryNorm, own.FeedForwardNorm, options, mask, causal, keyMask, memoryMask, memoryKeyMask);
        }
        return norm is null ? x : LayerNorm(x, norm.Gamma, norm.Beta, epsilon: options.Epsilon);
    }

    /// <summary>An encoder of a source, and a decoder of a target that attends to what the encoder gives.</summary>
    /// <inheritdoc cref="TransformerEncoderLayer" path="/remarks|/exception"/>
    /// <param name="source">[batch, S, E], float32 or float64.</param>
    /// <param name="target">[batch, L, E].</param>
    /// <param name="heads">How many heads attention has.</param>
    /// <param name="parameters">The weights.</param>
    /// <param name="options">Null for norms after additions and ReLU.</param>
    /// <param name="sourceMask">Broadcasts to [batch, heads, S, S]; bool: whether a place of the source is seen, float: added to the scores.</param>
    /// <param name="targetMask">Broadcasts to [batch, heads, L, L], likewise.</param>
    /// <param name="memoryMask">Broadcasts to [batch, heads, L, S]: which places of what the encoder gives a place of the target sees.</param>
    /// <param name="sourceKeyMask">[batch, S]: bool, whether a place is seen by any, or a float added to its scores.</param>
    /// <param name="targetKeyMask">[batch, L], likewise.</param>
    /// <param name="memoryKeyMask">[batch, S], likewise, for the decoder; null for all places, as in PyTorch.</param>
    /// <param name="causal">Whether place i of the target sees places of the target up to i only.</param>
    /// <returns>[batch, L, E].</returns>
    public static Value Transformer(
        Value source, Value target, int heads, TransformerParameters parameters, TransformerOptions? options = null, Value? sourceMask = null, Value? targetMask = null, Value? memoryMask = null,
        Value? sourceKeyMask = null, Value? targetKeyMask = null, Value? memoryKeyMask = null, bool causal = false)
    {
        var memory = TransformerEncoder(source, heads, parameters.Encoder, parameters.EncoderNorm, options, sourceMask, keyMask: sourceKeyMask);
        return TransformerDecoder(target, memory, heads, parameters.Decoder, parameters.DecoderNorm, options, targetMask, causal, targetKeyMask, memoryMask, memoryKeyMask);
    }
}
