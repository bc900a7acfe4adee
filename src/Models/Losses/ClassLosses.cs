namespace GraphGrad;

public static partial class Losses
{
    /// <summary>
    /// Categorical cross-entropy of p = softmax(logits), with class weights, smoothed labels, ignored labels, and the classes on any axis. The mean over no
    /// example is NaN.
    /// </summary>
    /// <param name="logits">x, with the classes on one axis.</param>
    /// <param name="labels">
    /// Class numbers, int32 or int64, of x's shape without the classes' axis; or probabilities of the type and shape of x. A class number outside 0 …
    /// classes - 1 makes the loss of its example NaN.
    /// </param>
    /// <param name="options">Axis, weights, ignored class number, label smoothing.</param>
    /// <param name="reduction">What becomes of the losses of the examples.</param>
    /// <exception cref="GraphException">Types or shapes do not fit, the smoothing is not in [0, 1], or there is a class number to ignore among probabilities.</exception>
    public static Value CategoricalCrossEntropyFromLogits(Value logits, Value labels, ClassOptions options, Reduction reduction = Reduction.Mean)
    {
        const string loss = "Losses.CategoricalCrossEntropyFromLogits";
        RequireFloat(loss, logits);
        var axis = ClassAxis(loss, logits, options.Axis);
        return OfLogProbabilities(loss, Ops.LogSoftmax(logits, axis), logits, labels, options, axis, reduction);
    }

    /// <summary>
    /// -log p of the class that each label names, with class weights, smoothed labels, ignored labels, and the classes on any axis. The mean over no example is
    /// NaN.
    /// </summary>
    /// <param name="logProbabilities">log p, with the classes on one axis.</param>
    /// <param name="labels">Class numbers, int32 or int64, of that shape without the classes' axis. One outside 0 … classes - 1 makes the loss of its example NaN.</param>
    /// <param name="options">Axis, weights, ignored class number, label smoothing; the defaults if not given.</param>
    /// <param name="reduction">What becomes of the losses of the examples.</param>
    /// <exception cref="GraphException">Types or shapes do not fit, or the smoothing is not in [0, 1].</exception>
    public static Value NegativeLogLikelihood(
        Value logProbabilities, Value labels, ClassOptions? options = null, Reduction reduction = Reduction.Mean)
    {
        const string loss = "Losses.NegativeLogLikelihood";
        RequireFloat(loss, logProbabilities);
        if (!labels.DType.IsInteger())
            throw new GraphException($"{loss}: the labels '{labels.Name}' are {labels.DType.Text()}; they must be int32 or int64. Built at {Origin.Capture()}.");
        options ??= new ClassOptions();
        var axis = ClassAxis(loss, logProbabilities, options.Axis);
        return OfLogProbabilities(loss, logProbabilities, logProbabilities, labels, options, axis, reduction);
    }

    /// <summary>
    /// Hinge loss of several classes: Σ over the other classes of max(0, margin - x[label] + x[class])^power, divided by the number of classes.
    /// </summary>
    /// <param name="prediction">x, [batch, classes] or [classes].</param>
    /// <param name="labels">Class numbers, int32 or int64, [batch] or a scalar.</param>
    /// <param name="power">1 or 2.</param>
    /// <param name="margin">By how much the right class must lead.</param>
    /// <param name="weights">One weight for each class; it multiplies the losses of its examples, before the power.</param>
    /// <param name="reduction">What becomes of the losses of the examples.</param>
    /// <remarks>Crammer and Singer, "On the algorithmic implementation of multiclass kernel-based vector machines", 2001.</remarks>
    /// <exception cref="GraphException">Types or shapes do not fit, or the power is neither 1 nor 2.</exception>
    public static Value MultiMargin(
        Value prediction, Value labels, int power = 1, double margin = 1, Value? weights = null, Reduction reduction = Reduction.Mean)
    {
        const string loss = "Losses.MultiMargin";
        RequireFloat(loss, prediction);
        if (power is not (1 or 2))
            throw new GraphException($"{loss}: the power for '{prediction.Name}' is {power}; it must be 1 or 2. Built at {Origin.Capture()}.");
        RequireLabels(loss, prediction, labels, ClassAxis(loss, prediction, -1));
        var chosen = Ops.OneHot(labels, prediction.Shape[^1], DType.Bool);
        var right = Ops.Sum(Ops.Where(chosen, prediction, 0), -1, keepDims: true);
        var lack = Ops.Relu(margin - right + prediction);
        if (power == 2) lack = Ops.Square(lack);
        if (weights is not null) lack *= Ops.Sum(Ops.Where(chosen, ClassWeights(loss, prediction, weights, prediction.Rank - 1), 0), -1, keepDims: true);
        var sum = Ops.Sum(Ops.Where(chosen, 0, lack), -1);
        return Reduce(Ops.Where(Known(labels, prediction.Shape[^1]), sum / Classes(prediction), double.NaN), reduction);
    }

    private static Value OfLogProbabilities(
        string loss, Value logs, Value prediction, Value labels, ClassOptions options, int axis, Reduction reduction)
    {
        var smoothing = options.LabelSmoothing;
        if (smoothing is not (>= 0 and <= 1))
            throw new GraphException($"{loss}: the label smoothing for '{prediction.Name}' is {smoothing}; it must be in 0 … 1. Built at {Origin.Capture()}.");
        var classes = prediction.Shape[axis];
        var count = Ops.SizeOf(prediction.Graph, classes, prediction.DType);
        var weights = options.Weights is { } given ? ClassWeights(loss, prediction, given, axis) : null;
        var weighed = weights is null ? logs : logs * weights;
        if (!labels.DType.IsInteger())
        {
            RequireAlike(loss, prediction, labels);
            if (options.IgnoreIndex is { } ignored)
                throw new GraphException($"{loss}: the labels '{labels.Name}' are probabilities, of which none is the class number {ignored} to ignore; leave IgnoreIndex out. Built at {Origin.Capture()}.");
            var shares = smoothing == 0 ? labels : labels * (1 - smoothing) + smoothing / count;
            return Reduce(-Ops.Sum(shares * weighed, axis), reduction);
        }
        RequireLabels(loss, prediction, labels, axis);
        var numbers = Ops.Iota(labels.Graph, Shape.Create([classes, .. Enumerable.Repeat((Dim)1, prediction.Rank - 1 - axis)]), 0, labels.DType);
        var chosen = Ops.Equal(Ops.ExpandDims(labels, axis), numbers);
        // Selected, not multiplied: log 0 of another class must not become NaN.
        var losses = -Ops.Sum(Ops.Where(chosen, weighed, 0), axis);
        if (smoothing > 0) losses = losses * (1 - smoothing) - Ops.Sum(weighed, axis) * smoothing / count;
        losses = Ops.Where(Known(labels, classes), losses, double.NaN);
        var kept = options.IgnoreIndex is { } skip ? Ops.NotEqual(labels, skip) : null;
        if (kept is not null) losses = Ops.Where(kept, losses, 0);
        if (reduction != Reduction.Mean || (weights is null && kept is null)) return Reduce(losses, reduction);
        var shareOfEach = weights is null ? Ops.OnesLike(losses) : Ops.Sum(Ops.Where(chosen, weights, 0), axis);
        return Ops.Sum(losses) / Ops.Sum(kept is null ? shareOfEach : Ops.Where(kept, shareOfEach, 0));
    }

    private static int ClassAxis(string loss, Value prediction, int axis)
    {
        var at = axis < 0 ? axis + prediction.Rank : axis;
        return at >= 0 && at < prediction.Rank ? at
            : throw new GraphException($"{loss}: the prediction '{prediction.Name}' {prediction.Shape} has no axis {axis} of classes. Built at {Origin.Capture()}.");
    }

    private static void RequireLabels(string loss, Value prediction, Value labels, int axis)
    {
        if (!labels.DType.IsInteger() || !labels.Shape.Equals(Shape.Create([.. prediction.Shape.Where((_, a) => a != axis)])))
            throw new GraphException($"{loss}: the labels '{labels.Name}' are {labels.DType.Text()} of shape {labels.Shape}, the prediction '{prediction.Name}' has shape {prediction.Shape}; class numbers are int32 or int64, of the prediction's shape without axis {axis}. Built at {Origin.Capture()}.");
    }

    /// <summary>The weights in line with the classes' axis.</summary>
    private static Value ClassWeights(string loss, Value prediction, Value weights, int axis)
    {
        if (weights.DType != prediction.DType || weights.Rank != 1 || weights.Shape[0] != prediction.Shape[axis])
            throw new GraphException($"{loss}: the weights '{weights.Name}' are {weights.DType.Text()} of shape {weights.Shape}; there must be one {prediction.DType.Text()} for each of the {prediction.Shape[axis]} classes of '{prediction.Name}'. Built at {Origin.Capture()}.");
        return Ops.Reshape(weights, Shape.Create([weights.Shape[0], .. Enumerable.Repeat((Dim)1, prediction.Rank - 1 - axis)]));
    }

    private static Value Known(Value labels, Dim classes) =>
        (labels >= 0) & (labels < Ops.SizeOf(labels.Graph, classes, labels.DType));

    private static Value Classes(Value prediction) => Ops.SizeOf(prediction.Graph, prediction.Shape[^1], prediction.DType);
}
