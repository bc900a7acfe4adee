namespace GraphGrad;

public static partial class Ops
{
    /// <summary>Combines the slices along the first axis in segments that follow each other. A run fails if the lengths do not add up to the axis.</summary>
    /// <param name="x">float32 or float64, with at least one axis.</param>
    /// <param name="lengths">int32 or int64, [segments]: how many slices each segment has.</param>
    /// <param name="reduction">How slices combine; equal maxima share the gradient.</param>
    /// <param name="initial">What each segment begins with; null for nothing: then of an empty segment a sum is 0, a product 1, a maximum -∞, a minimum +∞, a mean NaN.</param>
    /// <returns>[segments, …].</returns>
    /// <exception cref="GraphException">x is not a float or a scalar, the lengths are not integers on one axis, or the reduction is to replace.</exception>
    public static Value SegmentReduce(Value x, Value lengths, ScatterReduction reduction, double? initial = null)
    {
        RequireFloat("segment_reduce", x);
        if (x.Rank == 0) throw x.Graph.Error("segment_reduce", $"'{x.Name}' {x.Type} is a scalar; segments need an axis.");
        if (!lengths.DType.IsInteger() || lengths.Rank != 1) throw x.Graph.Error("segment_reduce", $"the lengths '{lengths.Name}' {lengths.Type} must be integers on one axis. Cast or reshape them.");
        if (reduction == ScatterReduction.Replace) throw x.Graph.Error("segment_reduce", $"the slices of '{x.Name}' cannot replace each other; choose how they combine.");
        var counts = Cast(lengths, DType.Int64);
        var total = SizeOf(x.Graph, x.Shape[0]);
        var given = Require(x, Equal(Sum(counts), total), "The lengths of the segments do not add up to the first axis; change the lengths.");
        var places = SearchSorted(CumSum(counts, 0), Iota(x.Graph, [x.Shape[0]]), right: true);
        var empty = reduction switch { ScatterReduction.Product => 1, ScatterReduction.Maximum => double.NegativeInfinity, ScatterReduction.Minimum => double.PositiveInfinity, _ => 0 };
        var start = BroadcastTo(Scalar(x, initial ?? empty), x.Shape.With(0, lengths.Shape[0]));
        if (reduction != ScatterReduction.Mean) return Scatter(start, places, given, 0, reduction);
        var sums = Scatter(start, places, given, 0, ScatterReduction.Sum);
        var divisors = Reshape(Cast(counts, x.DType), new Shape([lengths.Shape[0], .. Enumerable.Repeat((Dim)1, x.Rank - 1)]));
        return initial is null ? sums / divisors : sums / Maximum(divisors, 1);
    }

    /// <summary>A convolution of sequences with time first: <see cref="Conv1d"/> with its axes in another order.</summary>
    /// <param name="x">[time, batch, in], float32 or float64.</param>
    /// <param name="weight">[size, in, out].</param>
    /// <param name="bias">[out].</param>
    /// <param name="padding">How many zeros stand before and behind each sequence.</param>
    /// <returns>[time + 2·padding - size + 1, batch, out].</returns>
    /// <exception cref="GraphException">Types or shapes do not fit.</exception>
    public static Value ConvTimeFirst(Value x, Value weight, Value bias, int padding = 0)
    {
        if (x.Rank != 3 || weight.Rank != 3) throw x.Graph.Error("conv_tbc", $"'{x.Name}' {x.Type} must be [time, batch, in], and the weight '{weight.Name}' {weight.Type} [size, in, out].");
        return Transpose(Conv1d(Transpose(x, 1, 2, 0), Transpose(weight, 2, 1, 0), bias, padding: padding), 2, 0, 1);
    }

    /// <summary>How many points fall into each cell between neighbouring edges (of x's type), or the sum of their weights. Upper ends belong to the last cells; what lies outside, and NaN, counts nowhere.</summary>
    /// <param name="x">[points, dimensions] of a number type.</param>
    /// <param name="edges">For each dimension ascending edges, of the same type: [bins + 1].</param>
    /// <param name="weights">Of a number type, [points]; null for ones.</param>
    /// <returns>[bins, …], an axis for each dimension.</returns>
    /// <exception cref="GraphException">x has not two axes, types differ, there are not edges for each dimension, or fewer than two.</exception>
    public static Value HistogramOfPoints(Value x, Value[] edges, Value? weights = null)
    {
        if (x.Rank != 2 || !x.Shape[1].Is(edges.Length) || edges.Length == 0) throw x.Graph.Error("histogramdd", $"'{x.Name}' {x.Type} must be [points, dimensions] with edges for each dimension; {edges.Length} are given.");
        if (Array.Find(edges, e => e.Rank != 1 || e.Shape[0] - 2 is { IsConstant: true, Value: < 0 }) is { } wrong)
            throw x.Graph.Error("histogramdd", $"the edges '{wrong.Name}' {wrong.Type} must be at least two, on one axis.");
        if (weights is not null && !weights.Shape.Equals(new Shape([x.Shape[0]]))) throw x.Graph.Error("histogramdd", $"the weights '{weights.Name}' {weights.Type} must be one for each point of '{x.Name}' {x.Type}.");
        var (place, counts, cells) = (default(Value), default(Value), (Dim)1);
        for (var d = 0; d < edges.Length; d++)
        {
            var (along, bins) = (x[.., d], edges[d].Shape[0] - 1);
            var inside = GreaterOrEqual(along, edges[d][0]) & LessOrEqual(along, edges[d][^1]);
            counts = counts is null ? inside : counts & inside;
            var own = Minimum(Maximum(SearchSorted(edges[d], along, right: true) - 1, 0), SizeOf(x.Graph, bins) - 1);
            place = place is null ? own : (place * SizeOf(x.Graph, bins)) + own;
            cells *= bins;
        }
        var kept = Where(counts!, weights ?? OnesLike(x[.., 0]), 0);
        return Reshape(BinCount(Flatten(place!), cells, Flatten(kept)), new Shape([.. edges.Select(e => e.Shape[0] - 1)]));
    }
}
