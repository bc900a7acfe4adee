namespace GraphGrad;

// Numbers between 0 and 1 in place of outcomes, as GumbelSoftmax draws them (Maddison, Mnih and Teh, "The concrete distribution", 2016), and outcomes as vectors.
public static partial class LogDensity
{
    /// <summary>Of sigmoid((logits + L) / temperature), L a logistic number: a trial whose outcome is between 0 and 1.</summary>
    /// <param name="x">The points, between 0 and 1.</param>
    /// <param name="temperature">How far they are from 0 and 1; above 0.</param>
    /// <param name="logits">log(p / (1 - p)) of the probability p of success.</param>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value RelaxedBernoulli(Value x, Value temperature, Value logits) => Outside(
        (x < 0) | (x > 1), RelaxedBernoulliLogit(Ops.Log(x) - Ops.Log1p(-x), temperature, logits) - Ops.Log(x) - Ops.Log1p(-x));

    /// <summary>Of (logits + L) / temperature, L a logistic number: the logit of what <see cref="RelaxedBernoulli"/> is of.</summary>
    /// <param name="x">The points.</param>
    /// <param name="temperature">Above 0.</param>
    /// <param name="logits">log(p / (1 - p)) of the probability p of success.</param>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value RelaxedBernoulliLogit(Value x, Value temperature, Value logits)
    {
        var difference = logits - x * temperature;
        return Ops.Log(temperature) + difference - 2 * Ops.Softplus(difference);
    }

    /// <summary>Of softmax((logits + G) / temperature), G numbers of Gumbel's distribution: a category as shares of all.</summary>
    /// <param name="x">The shares, in the last axis.</param>
    /// <param name="temperature">How far they are from one category alone: a scalar, or of the axes before the last.</param>
    /// <param name="logits">Logarithms of the probabilities but for a common summand, in the last axis.</param>
    /// <exception cref="GraphException">The types differ or are not floats, the shapes do not fit, or the last axis has no known extent.</exception>
    public static Value RelaxedCategorical(Value x, Value temperature, Value logits)
    {
        var log = Ops.Log(x);
        return RelaxedCategoricalLog(log, temperature, logits) - Ops.Sum(log, -1);
    }

    /// <summary>Of the logarithms of the shares that <see cref="RelaxedCategorical"/> is of.</summary>
    /// <param name="x">Logarithms of shares, in the last axis.</param>
    /// <param name="temperature">A scalar, or of the axes before the last.</param>
    /// <param name="logits">Logarithms of the probabilities but for a common summand, in the last axis.</param>
    /// <exception cref="GraphException">The types differ or are not floats, the shapes do not fit, or the last axis has no known extent.</exception>
    public static Value RelaxedCategoricalLog(Value x, Value temperature, Value logits)
    {
        var count = ElementsOf("relaxed categorical density", logits, 1);
        if (count < 1) throw logits.Graph.Error("relaxed categorical density", $"the logits '{logits.Name}' {logits.Type} have no category in their last axis; give at least one.");
        var score = logits - (temperature.Rank == 0 ? temperature : Ops.ExpandDims(temperature, -1)) * x;
        var logFactorial = Enumerable.Range(1, (int)count - 1).Sum(n => Math.Log(n));
        return logFactorial + (count - 1) * Ops.Log(temperature) + Ops.Sum(Ops.LogSoftmax(score), -1);
    }

    /// <summary>Of one of several categories as a vector that is 1 at its place and 0 elsewhere.</summary>
    /// <param name="x">The vectors, in the last axis.</param>
    /// <param name="logits">Logarithms of the probabilities but for a common summand, in the last axis.</param>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value OneHotFromLogits(Value x, Value logits) => Ops.Sum(Ops.Where(Ops.Equal(x, 0), 0, x * Ops.LogSoftmax(logits)), -1);
}
