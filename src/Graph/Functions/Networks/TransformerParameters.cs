namespace GraphGrad;

/// <summary>The weights of <see cref="Ops.Transformer"/>: those of its layers, and of the norms behind the last ones.</summary>
/// <param name="Encoder">One for each layer.</param>
/// <param name="EncoderNorm">Of the norm of what the encoder gives, or null for none.</param>
/// <param name="Decoder">One for each layer.</param>
/// <param name="DecoderNorm">Of the norm of what the decoder gives, or null for none.</param>
public sealed record TransformerParameters(
    IReadOnlyList<EncoderLayerParameters> Encoder, NormParameters? EncoderNorm, IReadOnlyList<DecoderLayerParameters> Decoder, NormParameters? DecoderNorm)
{
    /// <summary>
    /// All weights of a transformer, made one by one in the order and by the names of PyTorch's <c>nn.Transformer</c>, such as <c>encoder.layers.0.self_attn.in_proj_weight</c>, so that
    /// <c>Session.Load</c> reads what was saved there. PyTorch starts matrices as <c>Initializers.GlorotUniform</c>, <c>norm</c>'s weights as ones, and all else as zeros but the
    /// biases <c>linear1.bias</c> and <c>linear2.bias</c>, which are uniform.
    /// </summary>
    /// <param name="make">Makes a weight of a name and a shape.</param>
    /// <param name="elements">E, of each place.</param>
    /// <param name="encoderLayers">How many layers the encoder has.</param>
    /// <param name="decoderLayers">How many layers the decoder has.</param>
    /// <param name="width">F, between the two maps of a layer.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public static TransformerParameters Create(Func<string, Shape, Value> make, int elements, int encoderLayers, int decoderLayers, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(elements, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(encoderLayers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(decoderLayers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        EncoderLayerParameters[] encoder = [.. Enumerable.Range(0, encoderLayers).Select(i => EncoderLayerParameters.Create(make, $"encoder.layers.{i}", elements, width))];
        var encoderNorm = NormParameters.Create(make, "encoder.norm", elements);
        DecoderLayerParameters[] decoder = [.. Enumerable.Range(0, decoderLayers).Select(i => DecoderLayerParameters.Create(make, $"decoder.layers.{i}", elements, width))];
        return new(encoder, encoderNorm, decoder, NormParameters.Create(make, "decoder.norm", elements));
    }
}

/// <summary>The weights of <see cref="Ops.TransformerEncoderLayer"/>.</summary>
/// <param name="Attention">Those of attention.</param>
/// <param name="FeedForward">Those of the two maps.</param>
/// <param name="AttentionNorm">Those of attention's norm.</param>
/// <param name="FeedForwardNorm">Those of the maps' norm.</param>
public sealed record EncoderLayerParameters(AttentionParameters Attention, FeedForwardParameters FeedForward, NormParameters AttentionNorm, NormParameters FeedForwardNorm)
{
    /// <summary>Made one by one in the order and by the names of PyTorch's <c>nn.TransformerEncoderLayer</c> behind a prefix.</summary>
    /// <param name="make">Makes a weight of a name and a shape.</param>
    /// <param name="prefix">What the names begin with, without the dot, such as <c>layers.0</c>.</param>
    /// <param name="elements">E, of each place.</param>
    /// <param name="width">F, between the two maps.</param>
    public static EncoderLayerParameters Create(Func<string, Shape, Value> make, string prefix, int elements, int width) => new(
        AttentionParameters.Create(make, $"{prefix}.self_attn", elements),
        FeedForwardParameters.Create(make, prefix, elements, width),
        NormParameters.Create(make, $"{prefix}.norm1", elements),
        NormParameters.Create(make, $"{prefix}.norm2", elements));
}

/// <summary>The weights of <see cref="Ops.TransformerDecoderLayer"/>.</summary>
/// <param name="Attention">Those of attention to itself.</param>
/// <param name="MemoryAttention">Those of attention to what the encoder gave.</param>
/// <param name="FeedForward">Those of the two maps.</param>
/// <param name="AttentionNorm">Those of the norm of attention to itself.</param>
/// <param name="MemoryNorm">Those of the norm of attention to what the encoder gave.</param>
/// <param name="FeedForwardNorm">Those of the maps' norm.</param>
public sealed record DecoderLayerParameters(
    AttentionParameters Attention, AttentionParameters MemoryAttention, FeedForwardParameters FeedForward, NormParameters AttentionNorm, NormParameters MemoryNorm, NormParameters FeedForwardNorm)
{
    /// <summary>Made one by one in the order and by the names of PyTorch's <c>nn.TransformerDecoderLayer</c> behind a prefix.</summary>
    /// <inheritdoc cref="EncoderLayerParameters.Create" path="/param"/>
    public static DecoderLayerParameters Create(Func<string, Shape, Value> make, string prefix, int elements, int width) => new(
        AttentionParameters.Create(make, $"{prefix}.self_attn", elements),
        AttentionParameters.Create(make, $"{prefix}.multihead_attn", elements),
        FeedForwardParameters.Create(make, prefix, elements, width),
        NormParameters.Create(make, $"{prefix}.norm1", elements),
        NormParameters.Create(make, $"{prefix}.norm2", elements),
        NormParameters.Create(make, $"{prefix}.norm3", elements));
}
