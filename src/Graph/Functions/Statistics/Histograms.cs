namespace GraphGrad;

public static partial class Ops
{
    /// <summary>Into which of the intervals between ascending boundaries each element falls (int64): how many boundaries lie before it. NaN lies behind all.</summary>
    /// <param name="x">A tensor of a number type.</param>
    /// <param name="boundaries">Ascending, of the same type: [n].</param>
    /// <param name="right">Whether a boundary belongs to the interval on its right: then boundaries equal to the element lie before it.</param>
    /// <exception cref="GraphException">Types differ or are bool, or the boundaries have not one axis.</exception>
    public static Value Bucketize(Value x, Value boundaries, bool right = false) => boundaries.Rank == 1
        ? SearchSorted(boundaries, x, right)
        : throw x.Graph.Error("bucketize", $"the boundaries '{boundaries.Name}' {boundaries.Type} must have one axis; for lines of their own use SearchSorted.");

    /// <summary>How often each of the numbers 0 … length - 1 occurs (int64). A run fails on a number outside.</summary>
    /// <param name="x">int32 or int64, of one axis.</param>
    /// <param name="length">How many numbers are counted.</param>
    /// <exception cref="GraphException">x is no integer, or has not one axis.</exception>
    public static Value BinCount(Value x, Dim length) =>
        BinCount(x, length, BroadcastTo(x.Graph.Constant(1L), x.Shape));

    /// <summary>The sum of the weights of each of the numbers 0 … length - 1. A run fails on a number outside.</summary>
    /// <param name="x">int32 or int64, of one axis.</param>
    /// <param name="length">How many numbers are counted.</param>
    /// <param name="weights">Of a number type, of x's shape.</param>
    /// <exception cref="GraphException">x is no integer, has not one axis, or the weights have another shape.</exception>
    public static Value BinCount(Value x, Dim length, Value weights)
    {
        if (!x.DType.IsInteger()) throw x.Graph.Error("bincount", $"'{x.Name}' {x.Type} is not int32 or int64; cast it with Cast.");
        if (x.Rank != 1) throw x.Graph.Error("bincount", $"'{x.Name}' {x.Type} must have one axis; flatten it.");
        if (!weights.Shape.Equals(x.Shape)) throw x.Graph.Error("bincount", $"the weights '{weights.Name}' {weights.Type} must have the shape of '{x.Name}' {x.Type}; broadcast or reshape them.");
        return ScatterAdd(BroadcastTo(Scalar(weights, 0), [length]), x, weights);
    }

    /// <summary>How many elements fall into each of <paramref name="bins"/> intervals of equal width (of x's type). The last one holds its upper end, too; what lies outside, and NaN, counts nowhere.</summary>
    /// <param name="x">float32 or float64.</param>
    /// <param name="bins">How many intervals.</param>
    /// <param name="minimum">Where the first begins.</param>
    /// <param name="maximum">Where the last ends.</param>
    /// <param name="density">Whether counts are divided by the width and by their sum, so that the histogram's integral is 1; NaN where nothing counts.</param>
    /// <exception cref="GraphException">x is not float32 or float64, there is no interval, or the ends are not finite and ascending.</exception>
    public static Value Histogram(Value x, int bins, double minimum, double maximum, bool density = false)
    {
        CheckHistogram(x, bins);
        if (!(minimum < maximum) || !double.IsFinite(maximum - minimum)) throw x.Graph.Error("histogram", $"the ends {minimum} and {maximum} for '{x.Name}' must be finite and ascending.");
        var edges = Linspace(x.Graph, minimum, maximum, bins + 1, x.DType);
        // The width says which interval but for rounding; its edges say whether it is a neighbour.
        var guess = Minimum(Maximum(Cast((x - minimum) * (bins / (maximum - minimum)), DType.Int32), 0), bins - 1);
        var place = guess + Cast(GreaterOrEqual(x, Gather(edges, guess + 1)), DType.Int32) - Cast(Less(x, Gather(edges, guess)), DType.Int32);
        var counts = Counted(x, place, edges[0], edges[^1], bins, OnesLike(x));
        return density ? Densities(counts, edges) : counts;
    }

    /// <summary>How many elements fall into each of <paramref name="bins"/> intervals of equal width, from the smallest element to the largest: between <see cref="HistogramEdges"/>.</summary>
    /// <param name="x">float32 or float64.</param>
    /// <param name="bins">How many intervals.</param>
    /// <param name="density">Whether counts are divided by the widths and by their sum, so that the histogram's integral is 1.</param>
    /// <exception cref="GraphException">x is not float32 or float64, or there is no interval.</exception>
    public static Value Histogram(Value x, int bins, bool density = false) => Histogram(x, HistogramEdges(x, bins), density);

    /// <summary>
    /// The edges of <paramref name="bins"/> intervals of equal width from the smallest element of x to the largest, [bins + 1]. Around elements that are all equal the range is 1
    /// wide, and 0 to 1 of no elements; NaN if x holds NaN or an infinity. No gradient flows through them.
    /// </summary>
    /// <param name="x">float32 or float64.</param>
    /// <param name="bins">How many intervals.</param>
    /// <exception cref="GraphException">x is not float32 or float64, or there is no interval.</exception>
    public static Value HistogramEdges(Value x, int bins)
    {
        CheckHistogram(x, bins);
        if (x.Shape.ElementCount.Is(0)) return Linspace(x.Graph, 0, 1, bins + 1, x.DType);
        var exact = StopGradient(Cast(x, DType.Float64));
        var (low, high) = (Min(exact), Max(exact));
        if (!x.Shape.ElementCount.IsConstant)
        {
            var isEmpty = Equal(SizeOf(x.Graph, x.Shape.ElementCount), 0);
            (low, high) = (Where(isEmpty, 0, low), Where(isEmpty, 1, high));
        }
        var half = Where(Equal(low, high), 0.5, low * 0);
        // From either end, so that the smallest and the largest element are edges exactly.
        var places = Iota(x.Graph, [bins + 1], dtype: DType.Float64);
        var step = (high - low + (half * 2)) / bins;
        return Cast(Where(places * 2 < bins, low - half + (places * step), high + half - ((bins - places) * step)), x.DType);
    }

    /// <summary>How many elements fall into each interval between neighbouring edges (of x's type). The last one holds its upper edge, too; what lies outside, and NaN, counts nowhere.</summary>
    /// <param name="x">A tensor of a number type.</param>
    /// <param name="edges">Ascending, of the same type: [bins + 1].</param>
    /// <param name="density">Whether counts are divided by the widths and by their sum, so that the histogram's integral is 1.</param>
    /// <exception cref="GraphException">Types differ or are bool, there are fewer than two edges, or integers are to be divided to densities.</exception>
    public static Value Histogram(Value x, Value edges, bool density = false) => Histogram(x, edges, OnesLike(x), density);

    /// <summary>The sum of the weights of the elements in each interval between neighbouring edges; the gradient flows to the weights.</summary>
    /// <param name="x">A tensor of a number type.</param>
    /// <param name="edges">Ascending, of the same type: [bins + 1].</param>
    /// <param name="weights">Of a number type, of x's shape.</param>
    /// <param name="density">Whether counts are divided by the widths and by their sum, so that the histogram's integral is 1.</param>
    /// <exception cref="GraphException">Types differ or are bool, there are fewer than two edges, the weights have another shape, or integers are to be divided to densities.</exception>
    public static Value Histogram(Value x, Value edges, Value weights, bool density = false)
    {
        if (edges.Rank != 1 || edges.Shape[0] - 2 is { IsConstant: true, Value: < 0 }) throw x.Graph.Error("histogram", $"the edges '{edges.Name}' {edges.Type} must be at least two, on one axis.");
        if (!weights.Shape.Equals(x.Shape)) throw x.Graph.Error("histogram", $"the weights '{weights.Name}' {weights.Type} must have the shape of '{x.Name}' {x.Type}; broadcast or reshape them.");
        var counts = Counted(x, SearchSorted(edges, x, right: true) - 1, edges[0], edges[^1], edges.Shape[0] - 1, weights);
        return density ? Densities(counts, edges) : counts;
    }

    private static Value Densities(Value counts, Value edges)
    {
        if (!counts.DType.IsFloat()) throw counts.Graph.Error("histogram", $"sums of {counts.DType.Text()} cannot be divided to densities; cast the numbers or their weights with Cast.");
        return counts / Cast(Diff(edges), counts.DType) / Sum(counts);
    }

    private static void CheckHistogram(Value x, int bins)
    {
        if (!x.DType.IsFloat()) throw x.Graph.Error("histogram", $"'{x.Name}' {x.Type} is not float32 or float64; cast it with Cast.");
        if (bins < 1) throw x.Graph.Error("histogram", $"{bins} intervals for '{x.Name}' {x.Type} hold nothing; ask for at least one.");
    }

    /// <summary>The sum of weights for each interval; the upper end belongs to the last, and what lies outside counts nowhere.</summary>
    private static Value Counted(Value x, Value place, Value first, Value last, Dim bins, Value weights)
    {
        var counts = GreaterOrEqual(x, first) & LessOrEqual(x, last);
        var within = Minimum(Maximum(place, 0), Cast(SizeOf(x.Graph, bins) - 1, place.DType));
        return BinCount(Flatten(within), bins, Flatten(Where(counts, weights, 0)));
    }
}
