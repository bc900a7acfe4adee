using GraphGrad.Operations;

namespace GraphGrad;

public static partial class Ops
{
    /// <summary>All ways to choose so many elements of a vector, each in its order, in lexicographic order of places: [ways, count].</summary>
    /// <param name="x">[n] of known extent, of any element type.</param>
    /// <param name="count">How many elements are chosen; of 0 the result is an empty vector.</param>
    /// <param name="withReplacement">Whether an element may be chosen again.</param>
    /// <exception cref="GraphException">x is no vector of known extent, or the count is negative.</exception>
    public static Value Combinations(Value x, int count = 2, bool withReplacement = false)
    {
        if (x.Rank != 1 || !x.Shape[0].IsConstant) throw x.Graph.Error("combinations", $"'{x.Name}' {x.Type} is no vector of known extent.");
        if (count < 0) throw x.Graph.Error("combinations", $"{count} elements of '{x.Name}' {x.Type} are to be chosen; the number must not be negative.");
        if (count == 0) return Slice(x, 0, 0, 0);
        var n = x.Shape[0].Value;
        IEnumerable<long[]> ways = [[]];
        for (var i = 0; i < count; i++)
            ways = ways.SelectMany(way => Range(way.Length == 0 ? 0 : way[^1] + (withReplacement ? 0 : 1), n).Select(place => (long[])[.. way, place])).ToArray();
        long[] places = [.. ways.SelectMany(way => way)];
        return Gather(x, Reshape(x.Graph.Constant(places), [places.Length / count, count]));

        static IEnumerable<long> Range(long from, long to)
        {
            for (var place = from; place < to; place++) yield return place;
        }
    }

    /// <summary>Slices along an axis whose norm exceeds a bound, scaled down to it; the others stay.</summary>
    /// <param name="x">float32 or float64, with two axes or more.</param>
    /// <param name="order">The order of the norm; <see cref="Norm(Value, double, int?, bool)"/> lists them.</param>
    /// <param name="axis">The axis of the slices.</param>
    /// <param name="maxNorm">The bound.</param>
    /// <exception cref="GraphException">x is no float of two axes or more, there is no such axis, the order is not positive, or the bound is negative.</exception>
    public static Value Renorm(Value x, double order, int axis, double maxNorm)
    {
        RequireFloat("renorm", x);
        var at = Axes.Find(x, axis, "renorm");
        if (x.Rank < 2) throw x.Graph.Error("renorm", $"'{x.Name}' {x.Type} has fewer than two axes: its slices have no norm. Reshape it.");
        return Shortened("renorm", x, order, [.. Enumerable.Range(0, x.Rank).Where(a => a != at)], maxNorm);
    }

    /// <summary>What has at most a norm over axes.</summary>
    private static Value Shortened(string function, Value x, double order, int[] axes, double maxNorm)
    {
        if (!(order > 0)) throw x.Graph.Error(function, $"the order {order} of the norm of '{x.Name}' must be positive.");
        if (!(maxNorm >= 0)) throw x.Graph.Error(function, $"the largest norm of '{x.Name}' is {maxNorm}; it must not be negative.");
        var norm = Norm(x, order, axes, keepDims: true);
        // The small number keeps the quotient's rounding from leaving a norm above the bound.
        return x * Where(norm > maxNorm, maxNorm / (norm + 1e-7), 1);
    }

    /// <summary>The element that occurs most often along an axis, of several the smallest, and the last place where it stands (int64).</summary>
    /// <param name="x">A tensor of a number type. NaN equals nothing.</param>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="keepDims">Whether the axis stays, with extent 1.</param>
    /// <exception cref="GraphException">x is bool, there is no such axis, or its extent is 0.</exception>
    public static (Value Values, Value Indices) Mode(Value x, int axis = -1, bool keepDims = false)
    {
        if (Axes.IsOfScalar(x, axis)) return OfLine(x, line => Mode(line, 0, keepDims));
        var place = NonemptyAxis(x, axis, "mode");
        // In order, equal elements are neighbours: how far an element stands behind the first of its kind counts them.
        var order = ArgSort(x, place);
        var sorted = TakeAlongAxis(x, order, place);
        var at = Iota(x.Graph, [x.Shape[place], .. Enumerable.Repeat((Dim)1, x.Rank - 1 - place)]);
        var before = TakeAlongAxis(sorted, BroadcastTo(Maximum(at - 1, 0), sorted.Shape), place);
        var isNew = Or(NotEqual(sorted, before), Equal(at, 0));
        var first = CumMax(Where(isNew, at, BroadcastTo(at * 0, sorted.Shape)), place).Values;
        var last = ArgMax(at - first, place, keepDims: true);
        return AtIndices(x, TakeAlongAxis(order, last, place), place, keepDims);
    }
}
