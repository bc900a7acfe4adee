namespace GraphGrad;

public static partial class Losses
{
    /// <summary>
    /// Connectionist temporal classification: the negative log-likelihood of label sequences that are shorter than the sequences of predictions, summed over all ways to align them. A way gives each time step a
    /// label of the sequence, in order, or the blank; equal neighbouring labels need a blank between. An example that cannot be aligned has the loss ∞ and the gradient 0 (libtorch's is NaN). By the forward recursion over time, one loop.
    /// </summary>
    /// <remarks>Graves, Fernández, Gomez and Schmidhuber, "Connectionist temporal classification", 2006.</remarks>
    /// <param name="logProbabilities">[time, batch, classes], normalized over the classes, as by LogSoftmax; float32 or float64.</param>
    /// <param name="labels">
    /// [batch, most labels], int32 or int64, of known extent; what lies behind a sequence's length is not read. Or one axis of known extent, in which the sequences follow each other.
    /// </param>
    /// <param name="times">How many time steps count for each example: [batch], integers.</param>
    /// <param name="counts">How many labels each sequence has: [batch], integers.</param>
    /// <param name="blank">The class that is the blank.</param>
    /// <param name="reduction">Mean: of each example's loss divided by its number of labels, at least 1.</param>
    /// <param name="zeroInfinity">Whether an example that cannot be aligned, its time being too short, counts 0 instead of ∞.</param>
    /// <exception cref="GraphException">Types or shapes do not fit, or the blank is no class.</exception>
    public static Value ConnectionistTemporal(
        Value logProbabilities, Value labels, Value times, Value counts, int blank = 0, Reduction reduction = Reduction.Mean, bool zeroInfinity = false)
    {
        const string loss = "Losses.ConnectionistTemporal";
        RequireFloat(loss, logProbabilities);
        var shape = logProbabilities.Shape;
        if (logProbabilities.Rank != 3 || labels.Rank is not (1 or 2) || times.Rank != 1 || counts.Rank != 1 || (labels.Rank == 2 && labels.Shape[0] != shape[1]) || times.Shape[0] != shape[1] || counts.Shape[0] != shape[1])
            throw new GraphException($"{loss}: the prediction '{logProbabilities.Name}' {shape} must be [time, batch, classes], the labels '{labels.Name}' {labels.Shape} [batch, most labels] or in one axis, and the lengths '{times.Name}' {times.Shape} and '{counts.Name}' {counts.Shape} [batch]. Built at {Origin.Capture()}.");
        if (new[] { labels, times, counts }.FirstOrDefault(v => v.DType is not (DType.Int32 or DType.Int64)) is { } wrong)
            throw new GraphException($"{loss}: '{wrong.Name}' is {wrong.DType.Text()}; labels and lengths must be int32 or int64. Built at {Origin.Capture()}.");
        if (!labels.Shape[^1].IsConstant || blank < 0 || (shape[2].IsConstant && blank >= shape[2].Value))
            throw new GraphException($"{loss}: the blank {blank} must be one of the {shape[2]} classes, and the extent {labels.Shape[^1]} of the labels' last axis known. Built at {Origin.Capture()}.");
        if (labels.Rank == 1) labels = Rows(labels, counts);
        var most = (int)labels.Shape[1].Value;
        var (all, ends) = (Ops.Cast(labels, DType.Int64), Ops.Cast(counts, DType.Int64));
        // Labels with blanks between and around them; labels that do not count are taken for blanks.
        var doesCount = Ops.Iota(all.Graph, [1, most], 1) < Ops.ExpandDims(ends, 1);
        all = Ops.Where(doesCount, all, blank);
        var blanks = all * 0 + (long)blank;
        var states = most == 0
            ? Ops.BroadcastTo(all.Graph.Constant((long)blank), [shape[1], 1])
            : Ops.Concat([Ops.Reshape(Ops.Stack([blanks, all], 2), [shape[1], 2 * most]), Ops.Slice(blanks, 1, 0, 1)], 1);
        var width = (2 * most) + 1;
        // As a finite number, of which differences are no NaN; e to it is 0.
        const double never = -1e30;
        var emitted = Ops.Maximum(Ops.TakeAlongAxis(logProbabilities, Ops.ExpandDims(states, 0), 2), never);
        // From two states before: over a blank between different labels.
        var maySkip = Ops.NotEqual(states, blank) & Ops.NotEqual(states, Shifted(states, 2, width, blank));
        var isStart = Ops.Iota(states.Graph, [1, width], 1) < 2L;
        var start = Ops.Where(isStart, Ops.Squeeze(Ops.Slice(emitted, 0, 0, 1), 0), never);
        var steps = Ops.Cast(times, DType.Int64);
        var later = Ops.Slice(emitted, 0, 1, shape[0] - 1);
        var (alpha, _) = Ops.Scan(
            (carries, inputs) =>
            {
                var own = carries[0];
                var next = LogSum(own, Shifted(own, 1, width, never), Ops.Where(maySkip, Shifted(own, 2, width, never), never)) + inputs[0];
                return ([Ops.Where(Ops.ExpandDims(inputs[1] < steps, 1), Ops.Maximum(next, never), own)], []);
            },
            [start],
            [later, Ops.Iota(states.Graph, [shape[0] - 1]) + 1L]);
        var last = Ops.ExpandDims(ends * 2L, 1);
        var inBlank = Ops.TakeAlongAxis(alpha[0], last, 1);
        var inLabel = Ops.Where(last > 0L, Ops.TakeAlongAxis(alpha[0], Ops.Maximum(last - 1L, 0), 1), never);
        var likelihood = Ops.Squeeze(LogSum(inBlank, inLabel, Ops.Where(last < 0L, inBlank, never)), 1);
        var isImpossible = likelihood < never / 2;
        var losses = Ops.Where(isImpossible, zeroInfinity ? 0 : double.PositiveInfinity, -likelihood);
        return reduction == Reduction.Mean ? Ops.Mean(losses / Ops.Cast(Ops.Maximum(ends, 1), losses.DType)) : Reduce(losses, reduction);
    }

    /// <summary>Sequences that follow each other in one axis, each in a row as long as all of them; behind its end stand labels of others.</summary>
    private static Value Rows(Value labels, Value counts)
    {
        var (all, ends) = (labels.Shape[0], Ops.Cast(counts, DType.Int64));
        if (all.Value == 0) return Ops.BroadcastTo(labels, [counts.Shape[0], 0]);
        var places = Ops.ExpandDims(Ops.CumSum(ends, 0) - ends, 1) + Ops.Iota(labels.Graph, [1, all], 1);
        return Ops.Take(labels, Ops.Minimum(places, all.Value - 1L));
    }

    private static Value LogSum(Value x, Value y, Value z)
    {
        var most = Ops.StopGradient(Ops.Maximum(Ops.Maximum(x, y), z));
        return most + Ops.Log(Ops.Exp(x - most) + Ops.Exp(y - most) + Ops.Exp(z - most));
    }

    /// <summary>The elements of the second axis moved to later places, and a number in the free ones.</summary>
    private static Value Shifted(Value x, int by, int width, double free)
    {
        var all = Ops.Pad(x, [0, by], [0, 0], free);
        return Ops.Slice(all, 1, 0, width);
    }
}
