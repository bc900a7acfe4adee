using GraphGrad.Operations;

namespace GraphGrad;

public static partial class Ops
{
    /// <summary>softmax(query · keyᵀ · scale + mask) · value.</summary>
    /// <remarks>Vaswani et al., "Attention is all you need", 2017.</remarks>
    /// <param name="query">[…, L, E], float32 or float64.</param>
    /// <param name="key">[…, S, E]; leading axes broadcast.</param>
    /// <param name="value">[…, S, V].</param>
    /// <param name="mask">Broadcasts to […, L, S]. bool: whether a key takes part; float: added to the scores. A query without any key gives zeros.</param>
    /// <param name="causal">Whether query i sees keys up to i only.</param>
    /// <param name="scale">The factor of the scores; null for 1/√E.</param>
    /// <param name="grouped">Whether neighbouring heads, the last axis but two, share a key and a value: the query then has a multiple of their heads.</param>
    /// <returns>[…, L, V].</returns>
    /// <exception cref="GraphException">Ranks, types or extents do not fit, E is unknown and no scale is given, the mask does not broadcast or is an integer, or heads do not form groups.</exception>
    public static Value ScaledDotProductAttention(Value query, Value key, Value value, Value? mask = null, bool causal = false, double? scale = null, bool grouped = false)
    {
        if (grouped) return GroupedAttention(query, key, value, mask, causal, scale);
        if (query.Rank < 2 || key.Rank < 2 || value.Rank < 2)
            throw query.Graph.Error("attention", $"the query '{query.Name}' {query.Type}, key '{key.Name}' {key.Type} and value '{value.Name}' {value.Type} must have at least two axes: places and elements. Reshape them.");
        if (query.Shape[^1] != key.Shape[^1] || key.Shape[^2] != value.Shape[^2])
            throw query.Graph.Error("attention", $"the query '{query.Name}' {query.Shape} and key '{key.Name}' {key.Shape} must agree on the last axis, the key and value '{value.Name}' {value.Shape} on the last but one.");
        Shape batch = [.. query.Shape.Dims[..^2]], keys = [.. key.Shape.Dims[..^2]];
        CheckMask(mask, [.. batch, query.Shape[^2], key.Shape[^2]]);
        var products = query.Shape[^2] * key.Shape[^2] * (query.Shape[^1] + value.Shape[^1]);
        var inner = InnerPrecision.Of([batch.ElementCount * products, keys.ElementCount * products], query, key, value, NumbersOf(mask));
        var weights = AttentionWeights(inner.Enter(query), inner.Enter(key), Entered(inner, mask), causal, scale);
        return inner.Leave(MatMul(weights, inner.Enter(value)));
    }

    /// <remarks>Ainslie et al., "GQA: training generalized multi-query transformer models from multi-head checkpoints", 2023.</remarks>
    private static Value GroupedAttention(Value query, Value key, Value value, Value? mask, bool causal, double? scale)
    {
        if (query.Rank < 3 || key.Rank < 3 || value.Rank < 3 || key.Shape[^3] != value.Shape[^3] || !Dim.TryDivideExactly(query.Shape[^3], key.Shape[^3], out var group))
            throw query.Graph.Error("attention", $"the heads of the query '{query.Name}' {query.Type}, the last axis but two, must be a multiple of those of the key '{key.Name}' {key.Type} and the value '{value.Name}' {value.Type}, which must agree.");
        CheckMask(mask, [.. query.Shape.Dims[..^1], key.Shape[^2]]);
        // The heads of a group broadcast over their key and value; nothing is copied.
        Value Split(Value x) => Reshape(x, [.. x.Shape.Dims[..^3], key.Shape[^3], group, .. x.Shape.Dims[^2..]]);
        if (mask is { Rank: >= 3 }) mask = mask.Shape[^3].IsOne ? ExpandDims(mask, -3) : Split(mask);
        var heads = ScaledDotProductAttention(Split(query), ExpandDims(key, -3), ExpandDims(value, -3), mask, causal, scale);
        return Reshape(heads, [.. heads.Shape.Dims[..^4], query.Shape[^3], .. heads.Shape.Dims[^2..]]);
    }

    private static void CheckMask(Value? mask, Shape scores)
    {
        if (mask is null) return;
        if (mask.DType.IsInteger()) throw mask.Graph.Error("attention", $"the mask '{mask.Name}' {mask.Type} must be bool, or a float that is added; cast it with Cast.");
        if (!Broadcasting.TryUnite(scores, mask.Shape, out _, out var why)) throw mask.Graph.Error("attention", $"the mask '{mask.Name}' {mask.Type} does not broadcast to the scores {scores}: {why}");
    }

    /// <summary>A mask as what it adds to scores.</summary>
    private static Value AsScores(Value mask, DType type) => mask.DType != DType.Bool ? mask : Where(mask, mask.Graph.Constant(TensorData.Filled(type, 0)), double.NegativeInfinity);

    private static Value? NumbersOf(Value? mask) => mask is { DType: DType.Bool } ? null : mask;

    private static Value? Entered(InnerPrecision inner, Value? mask) => NumbersOf(mask) is { } numbers ? inner.Enter(numbers) : mask;

    /// <summary>x · wᵀ + b, for weights of outputs by inputs.</summary>
    private static Value Mapped(Value x, Value w, Value? b)
    {
        var product = Dot(x, w, [-1], [1]);
        return b is null ? product : product + b;
    }

    private static Value AttentionWeights(Value query, Value key, Value? mask, bool causal, double? scale)
    {
        if (scale is null && !query.Shape[^1].IsConstant) throw query.Graph.Error("attention", $"the number of elements {query.Shape[^1]} of '{query.Name}' is unknown; give the scale.");
        // The query is smaller than the scores.
        var scores = MatMul(query * (scale ?? 1 / Math.Sqrt(query.Shape[^1].Value)), SwapLast(key));
        if (causal) scores = Where(Column(scores) <= Row(scores), scores, double.NegativeInfinity);
        if (mask is null) return Softmax(scores);
        scores = mask.DType == DType.Bool ? Where(mask, scores, double.NegativeInfinity) : scores + mask;
        return Where(Equal(Max(scores, -1, keepDims: true), double.NegativeInfinity), 0, Softmax(scores));
    }
}
