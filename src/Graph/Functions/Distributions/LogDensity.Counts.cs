using GraphGrad.Operations;

namespace GraphGrad;

// Counts are floats, which are expected to be whole, so that they have derivatives and mix with the parameters.
public static partial class LogDensity
{
    /// <summary>Of one trial, of success (1) and failure (0).</summary>
    /// <param name="x">0 or 1.</param>
    /// <param name="probability">That of success.</param>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Bernoulli(Value x, Value probability) => Ops.XLogY(x, probability) + Ops.XLog1pY(1 - x, -probability);

    /// <summary>As <see cref="Bernoulli"/>, by the logarithm of the odds.</summary>
    /// <param name="x">0 or 1.</param>
    /// <param name="logits">log(p / (1 - p)) of the probability p of success.</param>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value BernoulliFromLogits(Value x, Value logits) => x * logits - Ops.Softplus(logits);

    /// <summary>Of the number of successes in a number of trials.</summary>
    /// <param name="x">The number of successes.</param>
    /// <param name="count">The number of trials.</param>
    /// <param name="probability">That of success in one of them.</param>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Binomial(Value x, Value count, Value probability) => Outside(
        (x < 0) | (x > count), LogChoices(x, count) + Ops.XLogY(x, probability) + Ops.XLog1pY(count - x, -probability));

    /// <summary>As <see cref="Binomial"/>, by the logarithm of the odds.</summary>
    /// <param name="x">The number of successes.</param>
    /// <param name="count">The number of trials.</param>
    /// <param name="logits">log(p / (1 - p)) of the probability p of success.</param>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value BinomialFromLogits(Value x, Value count, Value logits) => Outside(
        (x < 0) | (x > count), LogChoices(x, count) + x * logits - count * Ops.Softplus(logits));

    /// <summary>Of the number of failures before the first success.</summary>
    /// <param name="x">The number of failures.</param>
    /// <param name="probability">That of success.</param>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Geometric(Value x, Value probability) => Outside(x < 0, Ops.XLog1pY(x, -probability) + Ops.Log(probability));

    /// <summary>Of the number of successes before a number of failures.</summary>
    /// <param name="x">The number of successes.</param>
    /// <param name="failures">The number of failures at which trials end; not necessarily whole.</param>
    /// <param name="probability">That of success.</param>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value NegativeBinomial(Value x, Value failures, Value probability) => Outside(
        x < 0, Ops.LogGamma(failures + x) - Ops.LogGamma(x + 1) - Ops.LogGamma(failures) + Ops.XLog1pY(failures, -probability) + Ops.XLogY(x, probability));

    /// <summary>Of Poisson's distribution.</summary>
    /// <param name="x">The counts.</param>
    /// <param name="rate">The mean.</param>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Poisson(Value x, Value rate) => Outside(x < 0, Ops.XLogY(x, rate) - rate - Ops.LogGamma(x + 1));

    /// <summary>Of one of several categories.</summary>
    /// <param name="labels">The categories, as int32 or int64; they broadcast with the other axes.</param>
    /// <param name="probabilities">Those of the categories, in the last axis; they are divided by their sum.</param>
    /// <exception cref="GraphException">The labels are no integers, the probabilities no floats, or the shapes do not fit.</exception>
    public static Value Categorical(Value labels, Value probabilities)
    {
        ElementsOf("categorical density", probabilities, 1);
        return Ops.Log(Chosen(probabilities, labels)) - Ops.Log(Ops.Sum(probabilities, -1));
    }

    /// <summary>As <see cref="Categorical"/>, by logarithms.</summary>
    /// <param name="labels">The categories, as int32 or int64; they broadcast with the other axes.</param>
    /// <param name="logits">Logarithms of the probabilities but for a common summand, in the last axis.</param>
    /// <exception cref="GraphException">The labels are no integers, the logits no floats, or the shapes do not fit.</exception>
    public static Value CategoricalFromLogits(Value labels, Value logits)
    {
        ElementsOf("categorical density", logits, 1);
        return Chosen(Ops.LogSoftmax(logits), labels);
    }

    /// <summary>Of how often each category comes up.</summary>
    /// <param name="x">The counts of the categories, in the last axis.</param>
    /// <param name="probabilities">Those of the categories, in the last axis; they are divided by their sum.</param>
    /// <exception cref="GraphException">The types differ or are not floats, the shapes do not broadcast, or one has no axis.</exception>
    public static Value Multinomial(Value x, Value probabilities)
    {
        ElementsOf("multinomial density", x, 1);
        ElementsOf("multinomial density", probabilities, 1);
        var shares = probabilities / Ops.Sum(probabilities, -1, keepDims: true);
        return Ops.LogGamma(Ops.Sum(x, -1) + 1) + Ops.Sum(Ops.XLogY(x, shares) - Ops.LogGamma(x + 1), -1);
    }

    private static Value LogChoices(Value x, Value count) => Ops.LogGamma(count + 1) - Ops.LogGamma(x + 1) - Ops.LogGamma(count - x + 1);

    private static Value Chosen(Value numbers, Value labels)
    {
        if (!labels.DType.IsInteger())
            throw labels.Graph.Error("categorical density", $"the labels '{labels.Name}' {labels.Type} must be int32 or int64; cast them with Cast.");
        if (!Broadcasting.TryUnite(labels.Shape, numbers.Shape[..^1], out var shape, out var why))
            throw labels.Graph.Error("categorical density", $"the labels '{labels.Name}' {labels.Type} do not broadcast to the axes of '{numbers.Name}' {numbers.Type} but the last: {why}");
        var places = Ops.ExpandDims(Ops.BroadcastTo(labels, shape), -1);
        return Ops.Squeeze(Ops.TakeAlongAxis(Ops.BroadcastTo(numbers, [.. shape, numbers.Shape[^1]]), places, -1), -1);
    }
}
