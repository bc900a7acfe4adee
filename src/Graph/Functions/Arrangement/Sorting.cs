using GraphGrad.Operations;

namespace GraphGrad;

// An order is found once, as places; values are read at them, which gives them their gradients.
public static partial class Ops
{
    /// <summary>
    /// The elements along an axis in ascending or descending order, and where each stood (int64). Equal elements keep their order, NaN counts as greater than any number.
    /// The gradient goes back to where an element stood.
    /// </summary>
    /// <param name="x">A tensor of any element type.</param>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="descending">Whether the greatest comes first.</param>
    /// <exception cref="GraphException">There is no such axis.</exception>
    public static (Value Values, Value Indices) Sort(Value x, int axis = -1, bool descending = false)
    {
        var order = ArgSort(x, axis, descending);
        return (TakeAlongAxis(x, order, axis), order);
    }

    /// <summary>
    /// The <paramref name="count"/> largest or smallest elements along an axis, in order, and where each stood (int64); of equal ones the first. NaN counts as greater than any number.
    /// </summary>
    /// <param name="x">A tensor of any element type.</param>
    /// <param name="count">How many; at most the axis's extent.</param>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="largest">Whether to take the largest.</param>
    /// <exception cref="GraphException">There is no such axis, or it has fewer elements; a run refuses what only the values of symbols tell.</exception>
    public static (Value Values, Value Indices) TopK(Value x, Dim count, int axis = -1, bool largest = true)
    {
        if (Axes.IsOfScalar(x, axis)) return OfLine(x, line => TopK(line, count, 0, largest));
        var place = Axes.Find(x, axis, "topk");
        if (count is { IsConstant: true, Value: < 0 } || x.Shape[place] - count is { IsConstant: true, Value: < 0 })
            throw x.Graph.Error("topk", $"{count} elements of axis {place} of '{x.Name}' {x.Type} are asked for, whose extent is {x.Shape[place]}; ask for 0 … {x.Shape[place]}.");
        var order = x.Graph.Add(new ArgSortOp(place, count, largest), [x]);
        return (TakeAlongAxis(x, order, place), order);
    }

    /// <summary>The element along an axis that is the <paramref name="k"/>-th in ascending order, counted from 1, and where it stands (int64); of equal ones the earlier come first, NaN last.</summary>
    /// <exception cref="GraphException">There is no such axis, or k is not 1 … its extent.</exception>
    public static (Value Values, Value Indices) KthValue(Value x, int k, int axis = -1, bool keepDims = false)
    {
        if (Axes.IsOfScalar(x, axis)) return OfLine(x, line => KthValue(line, k, 0, keepDims));
        var place = Axes.Find(x, axis, "kthvalue");
        if (k < 1 || x.Shape[place] - k is { IsConstant: true, Value: < 0 })
            throw x.Graph.Error("kthvalue", $"axis {place} of '{x.Name}' {x.Type} has no element number {k} in its order; numbers are 1 … {x.Shape[place]}.");
        return AtIndices(x, x.Graph.Add(new ArgSortOp(place, k, IsDescending: false, LastAlone: true), [x]), place, keepDims);
    }

    /// <summary>The median of all elements; <see cref="Median(Value, int, bool)"/> says which. Elements equal to it share the gradient evenly. NaN for floats of no elements.</summary>
    /// <exception cref="GraphException">x has no elements and is not float32 or float64.</exception>
    public static Value Median(Value x)
    {
        if (x.DType.IsFloat() && x.Shape.ElementCount.Is(0)) return Mean(x);
        var line = Flatten(x);
        return x.DType.IsFloat() ? SharedAmongEquals(line, v => Median(v, 0).Values) : Median(line, 0).Values;
    }

    /// <summary>A median of a line, whose gradient goes in equal parts to all elements that equal it.</summary>
    private static Value SharedAmongEquals(Value line, Func<Value, Value> median)
    {
        return CustomGradient(
            v => median(v[0]),
            c => [Where(IsMedian(c.Inputs[0], c.Result), c.Adjoint / Share(c.Inputs[0], c.Result), 0)],
            c => Sum(Where(IsMedian(c.Inputs[0], c.Result), c.Tangents[0], 0)) / Share(c.Inputs[0], c.Result),
            line);

        static Value IsMedian(Value x, Value median) => Equal(x, median) | (IsNaN(x) & IsNaN(median));

        static Value Share(Value x, Value median) => Sum(Cast(IsMedian(x, median), x.DType));
    }

    /// <summary>
    /// The element in the middle of the order along an axis, the lower one of an even number, and where it stands (int64); NaN, and the first NaN, if there is one.
    /// </summary>
    /// <exception cref="GraphException">There is no such axis, or its extent is 0.</exception>
    public static (Value Values, Value Indices) Median(Value x, int axis, bool keepDims = false)
    {
        if (Axes.IsOfScalar(x, axis)) return OfLine(x, line => Median(line, 0, keepDims));
        var place = NonemptyAxis(x, axis, "median");
        var middle = x.Graph.Add(new ArgSortOp(place, (x.Shape[place] + 1) / 2, IsDescending: false, LastAlone: true), [x]);
        if (x.DType.IsFloat()) middle = Where(Any(IsNaN(x), place, keepDims: true), ArgMax(Cast(IsNaN(x), DType.Int32), place, keepDims: true), middle);
        return AtIndices(x, middle, place, keepDims);
    }

    /// <summary>The median of all elements that are not NaN, the lower one of two; NaN if there are none. The gradient goes to all elements that equal it, in equal parts.</summary>
    /// <exception cref="GraphException">There are no elements, or x is no float.</exception>
    public static Value NanMedian(Value x) => SharedAmongEquals(Flatten(FloatsOf(x, "nanmedian")), v => NanMedian(v, 0).Values);

    /// <summary>The median of what is not NaN along an axis, the lower one of an even number, and where it stands (int64); NaN if there is nothing else.</summary>
    /// <exception cref="GraphException">x is not float32 or float64, there is no such axis, or its extent is 0.</exception>
    public static (Value Values, Value Indices) NanMedian(Value x, int axis, bool keepDims = false)
    {
        if (Axes.IsOfScalar(x, axis)) return OfLine(x, line => NanMedian(line, 0, keepDims));
        var place = NonemptyAxis(x, axis, "nanmedian");
        var count = CountNonzero(Not(IsNaN(x)), place, keepDims: true);
        return AtIndices(x, TakeAlongAxis(ArgSort(x, place), Maximum((count - 1) / 2, 0), place), place, keepDims);
    }

    /// <summary>
    /// The elements that split the order along an axis: 0 gives the smallest, 0.5 the median, 1 the largest; between two neighbours their weighted mean. NaN if one is NaN.
    /// </summary>
    /// <param name="x">float32 or float64.</param>
    /// <param name="fraction">From 0 to 1.</param>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="keepDims">Whether the axis stays, with extent 1.</param>
    /// <param name="interpolation">What is taken where the order is split between two elements.</param>
    /// <exception cref="GraphException">x is not float32 or float64, the fraction lies outside 0 … 1, there is no such axis, or its extent is 0.</exception>
    public static Value Quantile(Value x, double fraction, int axis = -1, bool keepDims = false, QuantileInterpolation interpolation = QuantileInterpolation.Linear)
    {
        if (Axes.IsOfScalar(x, axis)) return OfLine(x, line => Quantile(line, fraction, 0, keepDims, interpolation));
        var place = NonemptyAxis(x, axis, "quantile");
        var result = Quantile(x, fraction, place, SizeOf(x.Graph, x.Shape[place]), Any(IsNaN(FloatsOf(x, "quantile")), place, keepDims: true), interpolation, "quantile");
        return keepDims ? result : Squeeze(result, place);
    }

    /// <summary>The quantiles of several fractions, along a new first axis; <see cref="Quantile(Value, double, int, bool, QuantileInterpolation)"/> says what they are.</summary>
    /// <exception cref="GraphException">x is not float32 or float64, there is no fraction, one lies outside 0 … 1, there is no such axis, or its extent is 0.</exception>
    public static Value Quantile(Value x, double[] fractions, int axis = -1, bool keepDims = false, QuantileInterpolation interpolation = QuantileInterpolation.Linear) => fractions.Length > 0
        ? Stack([.. fractions.Select(fraction => Quantile(x, fraction, axis, keepDims, interpolation))])
        : throw x.Graph.Error("quantile", $"no fractions are given for '{x.Name}' {x.Type}; give at least one.");

    /// <summary>As <see cref="Quantile(Value, double, int, bool, QuantileInterpolation)"/>, of what is not NaN; NaN if there is nothing else.</summary>
    /// <exception cref="GraphException">x is not float32 or float64, the fraction lies outside 0 … 1, there is no such axis, or its extent is 0.</exception>
    public static Value NanQuantile(Value x, double fraction, int axis = -1, bool keepDims = false, QuantileInterpolation interpolation = QuantileInterpolation.Linear)
    {
        if (Axes.IsOfScalar(x, axis)) return OfLine(x, line => NanQuantile(line, fraction, 0, keepDims, interpolation));
        var place = NonemptyAxis(x, axis, "nanquantile");
        var result = Quantile(x, fraction, place, Maximum(CountNonzero(Not(IsNaN(FloatsOf(x, "nanquantile"))), place, keepDims: true), 1), null, interpolation, "nanquantile");
        return keepDims ? result : Squeeze(result, place);
    }

    /// <summary>Several quantiles of the elements that are not NaN, in a new leading axis.</summary>
    /// <param name="x">A float tensor.</param>
    /// <param name="fractions">Each in 0 … 1; at least one.</param>
    /// <param name="axis">The axis.</param>
    /// <param name="keepDims">Whether the axis stays, with one element.</param>
    /// <param name="interpolation">What is taken between two elements.</param>
    /// <exception cref="GraphException">x is no float, there is no such axis or it is empty, or there are no fractions, or one is out of range.</exception>
    public static Value NanQuantile(Value x, double[] fractions, int axis = -1, bool keepDims = false, QuantileInterpolation interpolation = QuantileInterpolation.Linear) => fractions.Length > 0
        ? Stack([.. fractions.Select(fraction => NanQuantile(x, fraction, axis, keepDims, interpolation))])
        : throw x.Graph.Error("nanquantile", $"no fractions are given for '{x.Name}' {x.Type}; give at least one.");

    /// <summary>Whether each element is among the given values: bool of x's shape. NaN never is.</summary>
    /// <param name="x">A tensor of a number type.</param>
    /// <param name="values">Of the same type and any shape.</param>
    /// <exception cref="GraphException">Types differ or are bool.</exception>
    public static Value IsIn(Value x, Value values)
    {
        var sorted = Sort(Flatten(values), 0).Values;
        var graph = x.Graph;
        // Behind the last value there is none to compare with.
        var found = SearchSorted(sorted, x);
        var last = SizeOf(graph, sorted.Shape[0]) - 1;
        if (sorted.Shape[0].Is(0)) return BroadcastTo(graph.Constant(false), x.Shape);
        return Equal(Gather(sorted, Minimum(found, last)), x);
    }

    private static int NonemptyAxis(Value x, int axis, string function)
    {
        var place = Axes.Find(x, axis, function);
        return x.Shape[place].Is(0) ? throw x.Graph.Error(function, $"axis {place} of '{x.Name}' {x.Type} has no elements, so none of them can be chosen.") : place;
    }

    /// <summary>The elements at indices of extent 1 along an axis, and the indices, without that axis unless it is to stay.</summary>
    private static (Value Values, Value Indices) AtIndices(Value x, Value indices, int axis, bool keepDims)
    {
        var values = TakeAlongAxis(x, indices, axis);
        return keepDims ? (values, indices) : (Squeeze(values, axis), Squeeze(indices, axis));
    }

    private static Value FloatsOf(Value x, string function) =>
        x.DType.IsFloat() ? x : throw x.Graph.Error(function, $"'{x.Name}' {x.Type} is not float32 or float64; cast it with Cast.");

    /// <summary>The axis keeps extent 1; <paramref name="count"/> of its sorted elements count, and where <paramref name="isLast"/> holds, only the last.</summary>
    private static Value Quantile(Value x, double fraction, int axis, Value count, Value? isLast, QuantileInterpolation interpolation, string function)
    {
        if (fraction is not (>= 0 and <= 1)) throw x.Graph.Error(function, $"the fraction {fraction} for '{x.Name}' does not lie in 0 … 1.");
        var sorted = Sort(x, axis).Values;
        var last = Cast(count - 1, DType.Float64);
        var rank = isLast is null ? last * fraction : Where(isLast, last, last * fraction);
        var below = Floor(rank);
        var single = x.Shape.With(axis, 1);
        switch (interpolation)
        {
            case QuantileInterpolation.Lower: return At(below);
            case QuantileInterpolation.Higher: return At(Ceil(rank));
            case QuantileInterpolation.Nearest: return At(Round(rank));
        }
        var lower = At(below);
        var upper = At(Ceil(rank));
        var weight = interpolation == QuantileInterpolation.Midpoint ? Cast(Where(Equal(rank, below), 0, rank * 0 + 0.5), x.DType) : Cast(rank - below, x.DType);
        // From the nearer end, so that both ends are exact; and equal infinities give themselves.
        var mixed = Where(weight < 0.5, lower + (weight * (upper - lower)), upper - ((1 - weight) * (upper - lower)));
        return Where(And(Equal(lower, upper), IsInf(lower)), lower, mixed);

        Value At(Value places) => TakeAlongAxis(sorted, BroadcastTo(Cast(places, DType.Int64), single), axis);
    }
}
