namespace GraphGrad;

public static partial class Losses
{
    // As in PyTorch: the logarithm of a probability that underflowed counts as this much.
    private const double SmallestLog = -100;

    // libtorch's bound of p·(1 - p) in the gradient, 1e-12 as a float32.
    private const double SmallestSpread = 1e-12f;

    /// <summary>
    /// -(y · log p + (1 - y) · log(1 - p)), of all elements. Logarithms are cut off at -100, so that p = 0 and p = 1 give finite losses;
    /// where one is cut off, the gradient by p is (p - y) · 1e12, as in PyTorch.
    /// </summary>
    /// <param name="probabilities">p, in [0, 1].</param>
    /// <param name="targets">y, in [0, 1], of the same type and shape.</param>
    /// <param name="reduction">What becomes of the losses of the elements.</param>
    /// <exception cref="GraphException">Types or shapes differ, or are not floats.</exception>
    public static Value BinaryCrossEntropy(Value probabilities, Value targets, Reduction reduction = Reduction.Mean) =>
        BinaryCrossEntropy(probabilities, targets, null, reduction);

    /// <summary>Binary cross-entropy whose elements are weighed.</summary>
    /// <param name="probabilities">p, in [0, 1].</param>
    /// <param name="targets">y, in [0, 1], of the same type and shape.</param>
    /// <param name="weights">Multiplies the losses of the elements; of the same type, it may broadcast. The mean stays over the number of elements.</param>
    /// <param name="reduction">What becomes of the losses of the elements.</param>
    /// <exception cref="GraphException">Types or shapes do not fit, or are not floats.</exception>
    public static Value BinaryCrossEntropy(Value probabilities, Value targets, Value? weights, Reduction reduction = Reduction.Mean)
    {
        RequireAlike("Losses.BinaryCrossEntropy", probabilities, targets);
        var losses = OfShares(probabilities, targets);
        // The stability rules compute the logarithm of a sigmoid from the logits: no sigmoid is 0 or 1.
        if (probabilities.Node.OpName != "sigmoid") losses = WithSlopeAtEnds(losses, probabilities, targets);
        return Reduce(Weighed("Losses.BinaryCrossEntropy", losses, weights), reduction);
    }

    /// <summary>
    /// Binary cross-entropy of p = sigmoid(logits) without computing p: softplus(x) - x·y, finite for every finite logit.
    /// An infinite logit costs 0 where the target agrees with it, infinitely much elsewhere.
    /// </summary>
    /// <param name="logits">x, any number.</param>
    /// <param name="targets">y, in [0, 1], of the same type and shape.</param>
    /// <param name="reduction">What becomes of the losses of the elements.</param>
    /// <exception cref="GraphException">Types or shapes differ, or are not floats.</exception>
    public static Value BinaryCrossEntropyFromLogits(Value logits, Value targets, Reduction reduction = Reduction.Mean) =>
        BinaryCrossEntropyFromLogits(logits, targets, null, null, reduction);

    /// <summary>Binary cross-entropy from logits, weighed: w·(k·y·softplus(-x) + (1 - y)·softplus(x)). An infinite logit costs 0 where the target agrees with it, infinitely much elsewhere.</summary>
    /// <param name="logits">x, any number.</param>
    /// <param name="targets">y, in [0, 1], of the same type and shape.</param>
    /// <param name="weights">w, of the same type; it may broadcast. The mean stays over the number of elements.</param>
    /// <param name="positiveWeights">k, of the same type; it may broadcast.</param>
    /// <param name="reduction">What becomes of the losses of the elements.</param>
    /// <exception cref="GraphException">Types or shapes do not fit, or are not floats.</exception>
    public static Value BinaryCrossEntropyFromLogits(
        Value logits, Value targets, Value? weights, Value? positiveWeights = null, Reduction reduction = Reduction.Mean)
    {
        RequireAlike("Losses.BinaryCrossEntropyFromLogits", logits, targets);
        var losses = positiveWeights is null
            ? Ops.Softplus(logits) - logits * targets
            : WithoutAgreed(
                targets * Weighed("Losses.BinaryCrossEntropyFromLogits", Ops.Softplus(-logits), positiveWeights) + (1 - targets) * Ops.Softplus(logits), logits, targets);
        return Reduce(Weighed("Losses.BinaryCrossEntropyFromLogits", losses, weights), reduction);
    }

    /// <summary>-Σ y · log p over the last axis, the classes; logarithms are cut off at -100, with gradient 0.</summary>
    /// <param name="probabilities">p, […, classes].</param>
    /// <param name="labels">
    /// Class numbers, int32 or int64 of shape […], or probabilities such as one-hot rows, of the type and shape of p. A class number
    /// outside 0 … classes - 1 makes the loss of its example NaN.
    /// </param>
    /// <param name="reduction">What becomes of the losses of the examples.</param>
    /// <exception cref="GraphException">Types or shapes do not fit.</exception>
    public static Value CategoricalCrossEntropy(Value probabilities, Value labels, Reduction reduction = Reduction.Mean)
    {
        const string loss = "Losses.CategoricalCrossEntropy";
        RequireFloat(loss, probabilities);
        return Reduce(-ChosenLog(loss, CutLog(probabilities), probabilities, labels), reduction);
    }

    /// <summary>Categorical cross-entropy of p = softmax(logits) without computing p: -Σ y · log_softmax(x) over the last axis, the classes.</summary>
    /// <param name="logits">x, […, classes].</param>
    /// <param name="labels">
    /// Class numbers, int32 or int64 of shape […], or probabilities such as one-hot rows, of the type and shape of x. A class number
    /// outside 0 … classes - 1 makes the loss of its example NaN.
    /// </param>
    /// <param name="reduction">What becomes of the losses of the examples.</param>
    /// <exception cref="GraphException">Types or shapes do not fit.</exception>
    public static Value CategoricalCrossEntropyFromLogits(Value logits, Value labels, Reduction reduction = Reduction.Mean)
    {
        const string loss = "Losses.CategoricalCrossEntropyFromLogits";
        RequireFloat(loss, logits);
        return Reduce(-ChosenLog(loss, Ops.LogSoftmax(logits), logits, labels), reduction);
    }

    /// <summary>The same losses, but 0 where an infinite logit agrees with its target: there one term is 0 · ∞.</summary>
    private static Value WithoutAgreed(Value losses, Value logits, Value targets)
    {
        var agree = (Ops.Equal(logits, double.PositiveInfinity) & Ops.Equal(targets, 1)) | (Ops.Equal(logits, double.NegativeInfinity) & Ops.Equal(targets, 0));
        return Ops.Where(agree, 0, losses);
    }

    private static Value Weighed(string loss, Value losses, Value? weights)
    {
        if (weights is null) return losses;
        var weighed = losses * weights;
        return weighed.Shape.Equals(losses.Shape) ? weighed
            : throw new GraphException($"{loss}: the weights '{weights.Name}' of shape {weights.Shape} do not broadcast to the losses of shape {losses.Shape}. Built at {Origin.Capture()}.");
    }

    private static Value OfShares(Value probabilities, Value targets) =>
        -(targets * CutLog(probabilities) + (1 - targets) * CutLog(1 - probabilities));

    /// <summary>The same losses; where a logarithm is cut off, their derivative by p is (p - y) / <see cref="SmallestSpread"/>.</summary>
    private static Value WithSlopeAtEnds(Value losses, Value probabilities, Value targets)
    {
        var isCut = (Ops.Log(probabilities) < SmallestLog) | (Ops.Log(1 - probabilities) < SmallestLog);
        var sloping = Ops.CustomGradient(
            v => v[0],
            c => [c.Adjoint, c.Adjoint * Slope(c.Inputs[1], c.Inputs[2]), null],
            c => c.Tangents[0] + (c.Tangents[1] * Slope(c.Inputs[1], c.Inputs[2])),
            OfShares(Ops.StopGradient(probabilities), targets), probabilities, targets);
        return Ops.Where(isCut, sloping, losses);

        static Value Slope(Value p, Value y) => (p - y) / SmallestSpread;
    }

    /// <summary>max(log p, -100), with the selection's exact zero gradient below.</summary>
    private static Value CutLog(Value p)
    {
        var log = Ops.Log(p);
        return Ops.Where(log < SmallestLog, SmallestLog, log);
    }

    /// <summary>Σ y · log p over the classes, or the log p of the class that a number names.</summary>
    private static Value ChosenLog(string loss, Value logs, Value prediction, Value labels)
    {
        if (prediction.Rank == 0) throw new GraphException($"{loss}: the prediction '{prediction.Name}' is a scalar; it needs an axis of classes. Built at {Origin.Capture()}.");
        if (!labels.DType.IsInteger())
        {
            RequireAlike(loss, prediction, labels, ", or cast the target to int32 if it holds class numbers");
            return Ops.Sum(labels * logs, -1);
        }
        var classes = prediction.Shape[^1];
        if (!labels.Shape.Equals(Shape.Create([.. prediction.Shape.Take(prediction.Rank - 1)])))
            throw new GraphException($"{loss}: the labels '{labels.Name}' have shape {labels.Shape}, the prediction '{prediction.Name}' {prediction.Shape}; class numbers have the prediction's shape without its last axis. Built at {Origin.Capture()}.");
        var chosen = Ops.OneHot(labels, classes, DType.Bool);
        var log = Ops.Sum(Ops.Where(chosen, logs, 0), -1);
        var known = (labels >= 0) & (labels < Ops.SizeOf(labels.Graph, classes, labels.DType));
        return Ops.Where(known, log, double.NaN);
    }
}
