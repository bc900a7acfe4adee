using GraphGrad.Operations;

namespace GraphGrad;

public static partial class Ops
{
    /// <summary>
    /// <paramref name="x"/> with slices combined with its own along an axis at the places that <paramref name="indices"/> lists. Slices of one place come in the order of the
    /// indices, so the result is always the same.
    /// </summary>
    /// <param name="x">A tensor; of a number type for sums, products and means.</param>
    /// <param name="indices">int32 or int64, of any shape. They count from 0; a run fails on one outside the axis, negative ones too.</param>
    /// <param name="values">The slices, of x's type: broadcast to x's shape with the axis replaced by the axes of the indices.</param>
    /// <param name="axis">The axis; negative counts from the end. A scalar counts as a vector of one element.</param>
    /// <param name="reduction">How slices combine.</param>
    /// <param name="includeSelf">Whether x's own slice counts; if not, places without an index keep it.</param>
    /// <exception cref="GraphException">Types or shapes do not fit, or there is no such axis.</exception>
    public static Value Scatter(Value x, Value indices, Value values, int axis = 0, ScatterReduction reduction = ScatterReduction.Replace, bool includeSelf = true)
    {
        if (Axes.IsOfScalar(x, axis)) return OfLine(x, line => Scatter(line, indices, values, 0, reduction, includeSelf));
        var place = Axes.Find(x, axis, "scatter");
        var given = BroadcastTo(values, GatherOp.Taken(x.Shape, indices.Shape, place));
        if (reduction == ScatterReduction.Sum && includeSelf) return ScatterAdd(x, indices, given, place);
        var flat = Flatten(indices);
        Shape single = new([.. Enumerable.Repeat((Dim)1, x.Rank)]);
        return PutAlongAxis(x, Reshape(flat, single.With(place, flat.Shape[0])), Reshape(given, x.Shape.With(place, flat.Shape[0])), place, reduction, includeSelf);
    }

    /// <summary><paramref name="x"/> with one number in all slices along an axis that <paramref name="indices"/> lists, negative ones from the end.</summary>
    /// <exception cref="GraphException">The indices are not integers, x's type does not hold the number, or there is no such axis.</exception>
    public static Value Scatter(Value x, Value indices, double value, int axis = 0) =>
        Scatter(x, FromEnd(indices, Axes.IsOfScalar(x, axis) ? 1 : x.Shape[Axes.Find(x, axis, "scatter")]), x.Number(value), axis);

    /// <summary><paramref name="x"/> with values combined with the elements at the places that one index tensor for each of its first axes lists together.</summary>
    /// <param name="x">A tensor; of a number type for sums, products and means.</param>
    /// <param name="indices">int32 or int64, of shapes that broadcast. They count from 0, negative ones from the end; a run fails on one outside its axis.</param>
    /// <param name="values">Of x's type: broadcast to the shape of the indices, then x's other axes.</param>
    /// <param name="reduction">How values combine.</param>
    /// <exception cref="GraphException">Types or shapes do not fit, or there are more indices than axes.</exception>
    public static Value Scatter(Value x, Value[] indices, Value values, ScatterReduction reduction = ScatterReduction.Replace)
    {
        var (rows, places) = Rows(x, indices, "scatter");
        return Reshape(Scatter(rows, places, values, 0, reduction), x.Shape);
    }

    /// <summary>The slices of <paramref name="x"/> at the places that one index tensor for each of its first axes lists together: element k is <c>x[indices[0][k], indices[1][k], …]</c>.</summary>
    /// <param name="x">A tensor of any element type.</param>
    /// <param name="indices">int32 or int64, of shapes that broadcast. They count from 0, negative ones from the end; a run fails on one outside its axis.</param>
    /// <returns>The broadcast shape of the indices, then x's other axes.</returns>
    /// <exception cref="GraphException">The indices are not integers or do not broadcast, or there are more of them than axes.</exception>
    public static Value Gather(Value x, Value[] indices)
    {
        var (rows, places) = Rows(x, indices, "gather");
        return Gather(rows, places);
    }

    /// <summary>Elements of <paramref name="x"/> by their place in row-major order.</summary>
    /// <param name="x">A tensor of any element type.</param>
    /// <param name="indices">int32 or int64, of any shape. They count from 0, negative ones from the end; a run fails on one outside.</param>
    /// <exception cref="GraphException">The indices are not integers.</exception>
    public static Value Take(Value x, Value indices) => Gather(Flatten(x), FromEnd(indices, x.Shape.ElementCount));

    /// <summary><paramref name="x"/> with values combined with its elements at places in row-major order.</summary>
    /// <param name="x">A tensor; of a number type for sums, products and means.</param>
    /// <param name="indices">int32 or int64, of any shape. They count from 0, negative ones from the end; a run fails on one outside.</param>
    /// <param name="values">Of x's type: broadcast to the shape of the indices.</param>
    /// <param name="reduction">How values combine.</param>
    /// <exception cref="GraphException">Types or shapes do not fit.</exception>
    public static Value Put(Value x, Value indices, Value values, ScatterReduction reduction = ScatterReduction.Replace) =>
        Reshape(Scatter(Flatten(x), FromEnd(indices, x.Shape.ElementCount), values, 0, reduction), x.Shape);

    /// <summary><paramref name="x"/> with the elements of <paramref name="source"/>, in row-major order, one after the other where <paramref name="mask"/> is true. A run fails if there are too few.</summary>
    /// <param name="x">A tensor of any element type.</param>
    /// <param name="mask">bool; broadcast to x's shape.</param>
    /// <param name="source">Of x's type and any shape.</param>
    /// <exception cref="GraphException">The mask is not bool or does not broadcast, or types differ.</exception>
    public static Value MaskedScatter(Value x, Value mask, Value source)
    {
        if (mask.DType != DType.Bool) throw x.Graph.Error("masked_scatter", $"the mask '{mask.Name}' {mask.Type} is not bool; compare it with something first.");
        var taken = BroadcastTo(mask, x.Shape);
        var places = Reshape(CumSum(Flatten(Cast(taken, DType.Int64)), 0) - 1, x.Shape);
        if (source.Shape.ElementCount.Is(0)) source = Flatten(Scalar(x, 0));
        return Where(taken, Gather(Flatten(source), Where(taken, places, 0)), x);
    }

    /// <summary><paramref name="x"/> with <paramref name="values"/> in the place of the elements start, start + step, … of an axis.</summary>
    /// <param name="x">A tensor of any element type.</param>
    /// <param name="values">Of x's type; of x's shape but for the axis, whose extent says how many elements are replaced.</param>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="start">The first element that is replaced, counted from 0.</param>
    /// <param name="step">How far the next one is; positive.</param>
    /// <exception cref="GraphException">Types or shapes do not fit, there is no such axis, or an element lies outside it.</exception>
    public static Value SliceScatter(Value x, Value values, int axis = 0, Dim start = default, int step = 1)
    {
        var place = Axes.Find(x, axis, "slice_scatter");
        if (values.DType != x.DType) throw x.Graph.Error("slice_scatter", $"'{x.Name}' {x.Type} and the values '{values.Name}' {values.Type} differ in element type; cast one of them with Cast.");
        if (values.Rank != x.Rank || !values.Shape.Without(place).Equals(x.Shape.Without(place)))
            throw x.Graph.Error("slice_scatter", $"'{x.Name}' {x.Type} and the values '{values.Name}' {values.Type} differ outside axis {place}; all other extents must be equal. Slice or broadcast one of them.");
        if (step < 1) throw x.Graph.Error("slice_scatter", $"the step {step} must be at least 1; reverse the values instead.");
        var count = values.Shape[place];
        if (count.Is(0)) return x;
        var (low, high, interior) = (new Dim[x.Rank], new Dim[x.Rank], new int[x.Rank]);
        (low[place], interior[place]) = (start, step - 1);
        high[place] = x.Shape[place] - start - 1 - ((count - 1) * step);
        if (start is { IsConstant: true, Value: < 0 } || high[place] is { IsConstant: true, Value: < 0 })
            throw x.Graph.Error("slice_scatter", $"elements {start} … {start + ((count - 1) * step)} do not all lie on axis {place} of '{x.Name}' {x.Type}, whose extent is {x.Shape[place]}; replace fewer.");
        var no = x.Graph.Constant(false);
        var replaced = Pad(BroadcastTo(x.Graph.Constant(true), values.Shape), low, high, interior, no);
        return Where(replaced, Pad(values, low, high, interior, Scalar(x, 0)), x);
    }

    /// <summary><paramref name="x"/> with <paramref name="values"/> in the place of one slice along an axis.</summary>
    /// <param name="x">A tensor of any element type.</param>
    /// <param name="values">Of x's type, and of x's shape without the axis.</param>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="index">Which slice, counted from 0.</param>
    /// <exception cref="GraphException">Types or shapes do not fit, or there is no such axis or slice.</exception>
    public static Value SelectScatter(Value x, Value values, int axis, Dim index)
    {
        var place = Axes.Find(x, axis, "select_scatter");
        return values.Rank == x.Rank - 1
            ? SliceScatter(x, ExpandDims(values, place), place, index)
            : throw x.Graph.Error("select_scatter", $"the values '{values.Name}' {values.Type} must have the axes of '{x.Name}' {x.Type} without axis {place}.");
    }

    /// <summary>Indices of which the negative ones count from the end of an axis; what are no integers, or constants that are not negative, are left as they are.</summary>
    private static Value FromEnd(Value indices, Dim extent)
    {
        if (!indices.DType.IsInteger()) return indices;
        return Where(indices < 0, indices + SizeOf(indices.Graph, extent, indices.DType), indices);
    }

    /// <summary>The first axes as one, and the places on it that indices for each of them list together. Taking an index from all places of its axis keeps the run's refusal of one outside.</summary>
    private static (Value Rows, Value Places) Rows(Value x, Value[] indices, string function)
    {
        if (indices.Length == 0 || indices.Length > x.Rank) throw x.Graph.Error(function, $"{indices.Length} index tensors do not fit the {x.Rank} axes of '{x.Name}' {x.Type}; give one for each of the first axes.");
        var graph = x.Graph;
        Value? places = null;
        for (var axis = 0; axis < indices.Length; axis++)
        {
            var own = Gather(Iota(graph, [x.Shape[axis]]), FromEnd(indices[axis], x.Shape[axis]));
            places = places is null ? own : (places * SizeOf(graph, x.Shape[axis])) + own;
        }
        var dims = x.Shape.Dims;
        return (Reshape(x, new Shape([new Shape(dims[..indices.Length].ToArray()).ElementCount, .. dims[indices.Length..]])), places!);
    }
}
