namespace GraphGrad;

public static partial class Losses
{
    /// <summary>max(0, margin - y · (x1 - x2)), of all elements: x1 should lead where y is 1, x2 where it is -1.</summary>
    /// <param name="first">x1.</param>
    /// <param name="second">x2, of the same type and shape, but for axes of extent 1, along which the tensors repeat.</param>
    /// <param name="target">y, 1 or -1, of the same type and such a shape.</param>
    /// <param name="margin">By how much.</param>
    /// <param name="reduction">What becomes of the losses of the elements.</param>
    /// <exception cref="GraphException">Types differ or are not floats, or shapes do not fit.</exception>
    public static Value MarginRanking(Value first, Value second, Value target, double margin = 0, Reduction reduction = Reduction.Mean)
    {
        const string loss = "Losses.MarginRanking";
        (first, second) = OfOneRank(loss, first, second);
        (first, target) = OfOneRank(loss, first, target);
        return Reduce(Hinge(-target * (first - second) + margin), reduction);
    }

    /// <summary>x where y is 1, max(0, margin - x) where it is -1, of all elements: x is a distance.</summary>
    /// <exception cref="GraphException">Types or shapes differ, or are not floats.</exception>
    public static Value HingeEmbedding(Value distance, Value target, double margin = 1, Reduction reduction = Reduction.Mean)
    {
        (distance, target) = Broadcast("Losses.HingeEmbedding", distance, target);
        return Reduce(PerLabel(target, distance, Hinge(margin - distance)), reduction);
    }

    /// <summary>1 - cos(x1, x2) where y is 1, max(0, cos(x1, x2) - margin) where it is -1; the cosine along the last axis.</summary>
    /// <param name="first">x1, [batch, features] or [features].</param>
    /// <param name="second">x2, of the same type and shape, but for axes of extent 1, along which the tensors repeat.</param>
    /// <param name="target">y, 1 or -1, of the same type, [batch], [1] or a scalar.</param>
    /// <param name="margin">From -1 to 1.</param>
    /// <param name="reduction">What becomes of the losses of the examples.</param>
    /// <exception cref="GraphException">Types or shapes do not fit.</exception>
    public static Value CosineEmbedding(Value first, Value second, Value target, double margin = 0, Reduction reduction = Reduction.Mean)
    {
        const string loss = "Losses.CosineEmbedding";
        // Added to the squares, so that vectors of length zero have a cosine, 0.
        const double tiny = 1e-12;
        (first, second) = OfOneRank(loss, first, second);
        if (first.Rank == 0)
            throw new GraphException($"{loss}: the prediction '{first.Name}' is a scalar; it needs an axis of features. Built at {Origin.Capture()}.");
        var product = Ops.Sum(first * second, -1);
        if (target.Rank != product.Rank || !(Repeats(target.Shape, product.Shape) || Repeats(product.Shape, target.Shape)))
            throw new GraphException($"{loss}: the target '{target.Name}' has shape {target.Shape}, the predictions '{first.Name}' {first.Shape}; there must be one label for each vector, {product.Shape}. Reshape the target. Built at {Origin.Capture()}.");
        (product, target) = OfOneRank(loss, product, target);
        var cosine = product / Ops.Sqrt((Ops.Sum(Ops.Square(first), -1) + tiny) * (Ops.Sum(Ops.Square(second), -1) + tiny));
        return Reduce(PerLabel(target, 1 - cosine, Hinge(cosine - margin)), reduction);
    }

    /// <summary>log(1 + e^(-y·x)), of all elements.</summary>
    /// <param name="prediction">x.</param>
    /// <param name="target">y, 1 or -1, of the same type and shape.</param>
    /// <param name="reduction">What becomes of the losses of the elements.</param>
    /// <exception cref="GraphException">Types or shapes differ, or are not floats.</exception>
    public static Value SoftMargin(Value prediction, Value target, Reduction reduction = Reduction.Mean)
    {
        (prediction, target) = Broadcast("Losses.SoftMargin", prediction, target);
        return Reduce(Ops.Softplus(-target * prediction), reduction);
    }

    /// <summary>max(0, d(anchor, positive) - d(anchor, negative) + margin) with d = (Σ |a - b + epsilon|^p)^(1/p) along the last axis of the two that are compared, broadcast.</summary>
    /// <param name="anchor">[…, features].</param>
    /// <param name="positive">What should be near, of the same type and rank; the three tensors broadcast.</param>
    /// <param name="negative">What should be far, of the same type and rank.</param>
    /// <param name="margin">By how much farther.</param>
    /// <param name="p">The order of the distance, positive.</param>
    /// <param name="epsilon">Keeps the derivative of a distance of 0 finite.</param>
    /// <param name="swap">Takes the distance from positive to negative where it is smaller than that from the anchor (Balntas et al., 2016).</param>
    /// <param name="reduction">What becomes of the losses of the examples.</param>
    /// <exception cref="GraphException">Types differ or are not floats, shapes do not fit, or the order is not positive.</exception>
    public static Value TripletMargin(
        Value anchor, Value positive, Value negative, double margin = 1, double p = 2, double epsilon = 1e-6, bool swap = false, Reduction reduction = Reduction.Mean)
    {
        if (!(p > 0)) throw new GraphException($"Losses.TripletMargin: the order for '{anchor.Name}' is {p}; it must be positive. Built at {Origin.Capture()}.");
        return TripletMargin(anchor, positive, negative, Distance, margin, swap, reduction);

        Value Distance(Value x, Value y)
        {
            var difference = Ops.Abs(x - y + epsilon);
            if (p == 1) return Ops.Sum(difference, -1);
            if (double.IsPositiveInfinity(p)) return Ops.Max(difference, -1);
            if (p == 2) return Ops.Norm(difference, 2, -1);
            return Ops.Pow(Ops.Sum(Ops.Pow(difference, p), -1), 1 / p);
        }
    }

    /// <summary>max(0, d(anchor, positive) - d(anchor, negative) + margin) with a distance of one's own.</summary>
    /// <param name="anchor">[…, features].</param>
    /// <param name="positive">What should be near, of the same type and rank; the three tensors broadcast.</param>
    /// <param name="negative">What should be far, of the same type and rank.</param>
    /// <param name="distance">Builds the distances of two of these, which it gets as they are, not broadcast.</param>
    /// <param name="margin">By how much farther.</param>
    /// <param name="swap">Takes the distance from positive to negative where it is smaller than that from the anchor.</param>
    /// <param name="reduction">What becomes of the losses of the examples.</param>
    /// <exception cref="GraphException">Types or shapes differ, or are not floats.</exception>
    public static Value TripletMargin(
        Value anchor, Value positive, Value negative, Func<Value, Value, Value> distance, double margin = 1, bool swap = false, Reduction reduction = Reduction.Mean)
    {
        // Each distance broadcasts its own two tensors: stretched to the third's features, one difference of two would count several times.
        foreach (var (one, other) in new[] { (anchor, positive), (anchor, negative), (positive, negative) })
        {
            RequireOneType("Losses.TripletMargin", one, other);
            if (one.Rank != other.Rank || !Enumerable.Range(0, one.Rank).All(a => one.Shape[a] == 1 || other.Shape[a] == 1 || one.Shape[a] == other.Shape[a]))
                RequireAlike("Losses.TripletMargin", one, other);
        }
        var far = distance(anchor, negative);
        if (swap) far = Ops.Minimum(far, distance(positive, negative));
        return Reduce(Hinge(distance(anchor, positive) - far + margin), reduction);
    }

    /// <summary>Binary cross-entropy from logits of every class by itself, averaged over the last axis, the classes.</summary>
    /// <param name="logits">x, […, classes].</param>
    /// <param name="targets">y, in [0, 1], of the same type and shape.</param>
    /// <param name="weights">One weight for each class, of the same type.</param>
    /// <param name="reduction">What becomes of the losses of the examples.</param>
    /// <exception cref="GraphException">Types or shapes do not fit.</exception>
    public static Value MultiLabelSoftMargin(Value logits, Value targets, Value? weights = null, Reduction reduction = Reduction.Mean)
    {
        const string loss = "Losses.MultiLabelSoftMargin";
        RequireAlike(loss, logits, targets);
        var axis = ClassAxis(loss, logits, -1);
        var losses = BinaryCrossEntropyFromLogits(logits, targets, Reduction.None);
        if (weights is not null) losses *= ClassWeights(loss, logits, weights, axis);
        return Reduce(Ops.Mean(losses, -1), reduction);
    }

    /// <summary>
    /// Hinge loss of several classes, of which several are right: Σ over right classes y and wrong ones c of max(0, 1 - x[y] + x[c]), divided by the number
    /// of classes.
    /// </summary>
    /// <param name="prediction">x, [batch, classes] or [classes].</param>
    /// <param name="labels">The numbers of the right classes, int32 or int64, of the same shape; a row ends with the first negative number.</param>
    /// <param name="reduction">What becomes of the losses of the examples.</param>
    /// <exception cref="GraphException">Types or shapes do not fit.</exception>
    public static Value MultiLabelMargin(Value prediction, Value labels, Reduction reduction = Reduction.Mean)
    {
        const string loss = "Losses.MultiLabelMargin";
        RequireFloat(loss, prediction);
        ClassAxis(loss, prediction, -1);
        if (!labels.DType.IsInteger() || !labels.Shape.Equals(prediction.Shape))
            throw new GraphException($"{loss}: the labels '{labels.Name}' are {labels.DType.Text()} of shape {labels.Shape}; they must be int32 or int64 of the prediction's shape {prediction.Shape}. Built at {Origin.Capture()}.");
        var classes = prediction.Shape[^1];
        // [labels, classes]: which class a label names, if no label up to it is negative.
        var numbers = Ops.Iota(labels.Graph, [classes, classes]);
        var upTo = Ops.Iota(labels.Graph, [classes, classes], 1) <= numbers;
        var ended = Ops.Any(Ops.And(Ops.ExpandDims(labels < 0, -2), upTo), -1);
        var names = Ops.And(Ops.OneHot(labels, classes, DType.Bool), Ops.Not(Ops.ExpandDims(ended, -1)));
        var isRight = Ops.ExpandDims(Ops.Any(names, -2), -2);
        var named = Ops.Sum(Ops.Where(names, Ops.ExpandDims(prediction, -2), 0), -1, keepDims: true);
        var lack = Ops.Relu(1 - named + Ops.ExpandDims(prediction, -2));
        var counts = Ops.And(Ops.Not(Ops.ExpandDims(ended, -1)), Ops.Not(isRight));
        return Reduce(Ops.Sum(Ops.Where(counts, lack, 0), [-1, -2]) / Classes(prediction), reduction);
    }

    // max(0, lack), with libtorch's derivative where it begins: 1.
    private static Value Hinge(Value lack) => Ops.Where(lack < 0, 0, lack);

    // As libtorch: labels that are neither 1 nor -1 count on both sides.
    private static Value PerLabel(Value target, Value positive, Value negative) =>
        Ops.Where(Ops.Equal(target, -1), 0, positive) + Ops.Where(Ops.Equal(target, 1), 0, negative);
}
