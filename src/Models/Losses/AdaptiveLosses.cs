namespace GraphGrad;

public static partial class Losses
{
    /// <summary>
    /// -log p of the class that each label names, by an adaptive softmax: p is the head's, or the head's of a cluster times the cluster's. Clusters are evaluated for all examples, whatever their
    /// labels, which costs far less than a softmax of all classes where their maps are narrow.
    /// </summary>
    /// <remarks>Grave, Joulin, Cissé, Grangier and Jégou, "Efficient softmax approximation for GPUs", 2017; libtorch's AdaptiveLogSoftmaxWithLoss, whose output is the loss of each example with the other sign.</remarks>
    /// <param name="x">[…, E], float32 or float64.</param>
    /// <param name="labels">Class numbers, int32 or int64, […], from the frequent to the rare. One outside 0 … classes - 1 makes the loss of its example NaN.</param>
    /// <param name="parameters">The weights.</param>
    /// <param name="reduction">What becomes of the losses of the examples.</param>
    /// <exception cref="GraphException">Types or shapes do not fit, or there is no cluster.</exception>
    public static Value AdaptiveSoftmax(Value x, Value labels, AdaptiveSoftmaxParameters parameters, Reduction reduction = Reduction.Mean)
    {
        const string loss = "Losses.AdaptiveSoftmax";
        parameters.Require(loss, x);
        if (!labels.DType.IsInteger() || !labels.Shape.Equals(Shape.Create([.. x.Shape.Take(x.Rank - 1)])))
            throw new GraphException($"{loss}: the labels '{labels.Name}' are {labels.DType.Text()} of shape {labels.Shape}, '{x.Name}' has shape {x.Shape}; class numbers are int32 or int64, of that shape without its last axis. Built at {Origin.Capture()}.");
        Value Number(Dim dim) => Ops.SizeOf(x.Graph, dim, labels.DType);
        var head = HeadOf(x, parameters);
        var frequent = parameters.Frequent;
        // The row of the head: the class itself, or its cluster.
        var row = labels;
        Value? within = null;
        var first = frequent;
        for (var i = 0; i < parameters.Clusters.Count; i++)
        {
            var classes = parameters.Clusters[i].Out.Shape[0];
            var isIn = (labels >= Number(first)) & (labels < Number(first + classes));
            row = Ops.Where(isIn, Number(frequent + i), row);
            // A log p of minus infinity elsewhere must not become NaN by a product with 0.
            var log = Ops.Where(isIn, Chosen(ClusterOf(x, parameters, i), labels - Number(first)), 0);
            within = within is null ? log : within + log;
            first += classes;
        }
        var known = (labels >= 0) & (labels < Number(first));
        return Reduce(-Ops.Where(known, Chosen(head, row) + within!, double.NaN), reduction);
    }

    /// <summary>log p of all classes by an adaptive softmax, from the frequent to the rare.</summary>
    /// <inheritdoc cref="AdaptiveSoftmax" path="/remarks"/>
    /// <param name="x">[…, E], float32 or float64.</param>
    /// <param name="parameters">The weights.</param>
    /// <returns>[…, classes]; its ArgMax is libtorch's predict.</returns>
    /// <exception cref="GraphException">Types or shapes do not fit, or there is no cluster.</exception>
    public static Value AdaptiveLogSoftmax(Value x, AdaptiveSoftmaxParameters parameters)
    {
        parameters.Require("Losses.AdaptiveLogSoftmax", x);
        var head = HeadOf(x, parameters);
        Value Part(Dim from, Dim count) => Ops.Slice(head, -1, from, count);
        var clusters = parameters.Clusters.Select((_, i) => ClusterOf(x, parameters, i) + Part(parameters.Frequent + i, 1));
        return Ops.Concat([Part(0, parameters.Frequent), .. clusters], -1);
    }

    private static Value HeadOf(Value x, AdaptiveSoftmaxParameters parameters)
    {
        var logits = Ops.Dot(x, parameters.Head, [-1], [1]);
        return Ops.LogSoftmax(parameters.HeadBias is { } bias ? logits + bias : logits);
    }

    private static Value ClusterOf(Value x, AdaptiveSoftmaxParameters parameters, int cluster)
    {
        var (inner, outer) = parameters.Clusters[cluster];
        return Ops.LogSoftmax(Ops.Dot(Ops.Dot(x, inner, [-1], [1]), outer, [-1], [1]));
    }

    private static Value Chosen(Value logs, Value labels) => Ops.Sum(Ops.Where(Ops.OneHot(labels, logs.Shape[^1], DType.Bool), logs, 0), -1);
}
