namespace GraphGrad;

public static partial class Losses
{
    /// <summary>
    /// Kullback and Leibler's divergence, of all elements: y · (log y - log p), and 0 where y is 0. Its mean over the batch is the sum divided by the number of
    /// examples.
    /// </summary>
    /// <param name="logProbabilities">log p.</param>
    /// <param name="targets">y, or log y, of the same type; it broadcasts.</param>
    /// <param name="logTargets">Whether the targets are logarithms.</param>
    /// <param name="reduction">What becomes of the elements.</param>
    /// <exception cref="GraphException">Types or shapes differ, or are not floats.</exception>
    public static Value KullbackLeibler(Value logProbabilities, Value targets, bool logTargets = false, Reduction reduction = Reduction.Mean)
    {
        (logProbabilities, targets) = Broadcast("Losses.KullbackLeibler", logProbabilities, targets);
        return Reduce(
            logTargets ? Ops.Exp(targets) * (targets - logProbabilities) : Ops.XLogY(targets, targets) - targets * logProbabilities, reduction);
    }

    /// <summary>
    /// The negative log-likelihood of counts, of all elements, but for log y!: e^x - y·x of the logarithm x of the rate, or x - y·log(x + epsilon) of the rate x.
    /// </summary>
    /// <param name="prediction">x.</param>
    /// <param name="targets">y, counts, of the same type; it broadcasts.</param>
    /// <param name="logRate">Whether x is the logarithm of the rate.</param>
    /// <param name="full">Adds Stirling's approximation y·log y - y + log(2πy)/2 of log y! where y exceeds 1.</param>
    /// <param name="epsilon">Keeps the logarithm of a rate of 0 finite.</param>
    /// <param name="reduction">What becomes of the elements.</param>
    /// <exception cref="GraphException">Types or shapes differ, or are not floats.</exception>
    public static Value PoissonNegativeLogLikelihood(
        Value prediction, Value targets, bool logRate = true, bool full = false, double epsilon = 1e-8, Reduction reduction = Reduction.Mean)
    {
        (prediction, targets) = Broadcast("Losses.PoissonNegativeLogLikelihood", prediction, targets);
        var losses = logRate ? Ops.Exp(prediction) - targets * prediction : prediction - targets * Ops.Log(prediction + epsilon);
        if (full)
        {
            var isMany = targets > 1;
            var many = Ops.Where(isMany, targets, 1);
            losses += Ops.Where(isMany, many * Ops.Log(many) - many + 0.5 * Ops.Log(2 * Math.PI * many), 0);
        }
        return Reduce(losses, reduction);
    }

    /// <summary>The negative log-likelihood of normal distributions, of all elements: (log v + (x - y)²/v) / 2 with v = max(variance, epsilon).</summary>
    /// <param name="mean">x.</param>
    /// <param name="targets">y, of the same type, and a shape of which one broadcasts to the other.</param>
    /// <param name="variance">Of the same type; it may broadcast to that shape. Without the last axis it is one for each row, as in PyTorch, even where it would broadcast.</param>
    /// <param name="full">Adds log(2π)/2.</param>
    /// <param name="epsilon">The least variance; the gradient by the variance goes through all the same.</param>
    /// <param name="reduction">What becomes of the elements.</param>
    /// <remarks>Nix and Weigend, "Estimating the mean and variance of the target probability distribution", 1994.</remarks>
    /// <exception cref="GraphException">Types or shapes do not fit, or epsilon is not positive.</exception>
    public static Value GaussianNegativeLogLikelihood(
        Value mean, Value targets, Value variance, bool full = false, double epsilon = 1e-6, Reduction reduction = Reduction.Mean)
    {
        const string loss = "Losses.GaussianNegativeLogLikelihood";
        (mean, targets) = Broadcast(loss, mean, targets);
        if (!(epsilon > 0)) throw new GraphException($"{loss}: epsilon for '{mean.Name}' is {epsilon}; it must be positive. Built at {Origin.Capture()}.");
        if (mean.Rank > 0 && variance.Shape.Equals(mean.Shape[..^1])) variance = Ops.ExpandDims(variance, -1);
        var kept = variance + Ops.StopGradient(Ops.Where(variance < epsilon, epsilon - variance, 0));
        var losses = 0.5 * (Ops.Log(kept) + Ops.Square(mean - targets) / kept);
        if (!losses.Shape.Equals(mean.Shape))
            throw new GraphException($"{loss}: the variance '{variance.Name}' of shape {variance.Shape} does not broadcast to the prediction '{mean.Name}' {mean.Shape}. Built at {Origin.Capture()}.");
        return Reduce(full ? losses + 0.5 * Math.Log(2 * Math.PI) : losses, reduction);
    }
}
