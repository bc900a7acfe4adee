using GraphGrad.Operations;

namespace GraphGrad;

// The forms of TakeAlongAxis and PutAlongAxis in which the indices do not broadcast: those of ONNX, and libtorch's gather and scatter.
public static partial class Ops
{
    /// <summary>
    /// For each index one element of <paramref name="x"/>: the one at the index's own place, but along the axis where the index says. As <see cref="TakeAlongAxis"/>, but indices may be fewer
    /// than x's elements outside the axis; they begin at x's first.
    /// </summary>
    /// <param name="x">A tensor of any element type.</param>
    /// <param name="indices">int32 or int64, of x's rank, scalars and vectors counting as of one rank; outside the axis no longer than x. They count from 0; a run fails on one outside the axis, negative ones too.</param>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <returns>The shape of the indices.</returns>
    /// <exception cref="GraphException">The indices are not integers, shapes do not fit, or there is no such axis.</exception>
    public static Value GatherElements(Value x, Value indices, int axis)
    {
        if (x.Rank == 1 && indices.Rank == 0) return Squeeze(TakeAlongAxis(x, ExpandDims(indices, 0), axis), 0);
        if (x.Rank == 0 || indices.Rank != x.Rank) return TakeAlongAxis(x, indices, axis);
        var place = Axes.Find(x, axis, "gather_elements");
        return TakeAlongAxis(Beginning(x, indices.Shape.With(place, x.Shape[place]), "gather_elements"), indices, place);
    }

    /// <summary>
    /// <paramref name="x"/> with a value for each index combined with one of its elements: with the one at the index's own place, but along the axis where the index says. As
    /// <see cref="PutAlongAxis"/>, but indices may be fewer than x's elements outside the axis, and than the values everywhere; those of equal place count.
    /// </summary>
    /// <param name="x">A tensor; of a number type for sums, products and means.</param>
    /// <param name="indices">int32 or int64, of x's rank, scalars and vectors counting as of one rank; outside the axis no longer than x. They count from 0; a run fails on one outside the axis, negative ones too.</param>
    /// <param name="values">Of x's type and of its rank in the same sense, nowhere shorter than the indices.</param>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="reduction">How values combine with an element.</param>
    /// <param name="includeSelf">Whether the element itself counts; if not, places without a value keep it.</param>
    /// <exception cref="GraphException">Types or shapes do not fit, or there is no such axis.</exception>
    public static Value ScatterElements(Value x, Value indices, Value values, int axis, ScatterReduction reduction = ScatterReduction.Replace, bool includeSelf = true)
    {
        var rank = Math.Max(x.Rank, 1);
        if (Math.Max(indices.Rank, 1) != rank || Math.Max(values.Rank, 1) != rank)
            throw x.Graph.Error("scatter_elements", $"the indices '{indices.Name}' {indices.Type} and the values '{values.Name}' {values.Type} must have as many axes as '{x.Name}' {x.Type}. Reshape them, or use PutAlongAxis, whose values broadcast.");
        if (Axes.IsOfScalar(x, axis)) return OfLine(x, line => ScatterElements(line, indices, values, axis, reduction, includeSelf));
        if (indices.Rank == 0) indices = Reshape(indices, [1]);
        if (values.Rank == 0) values = Reshape(values, [1]);
        var place = Axes.Find(x, axis, "scatter_elements");
        var touched = indices.Shape.With(place, x.Shape[place]);
        var result = PutAlongAxis(
            Beginning(x, touched, "scatter_elements"), indices, Beginning(values, indices.Shape, "scatter_elements"), place, reduction, includeSelf);
        // The elements that no index can reach stand behind the others, axis by axis.
        for (var a = x.Rank - 1; a >= 0; a--)
        {
            if (touched[a] == x.Shape[a]) continue;
            var untouched = Slice(x, a, touched[a], x.Shape[a] - touched[a]);
            for (var before = 0; before < a; before++) untouched = Slice(untouched, before, 0, touched[before]);
            result = Concat([result, untouched], a);
        }
        return result;
    }

    /// <summary>The first elements of each axis.</summary>
    private static Value Beginning(Value x, Shape extents, string function)
    {
        for (var a = 0; a < x.Rank; a++)
        {
            if (extents[a] == x.Shape[a]) continue;
            if (x.Shape[a] - extents[a] is { IsConstant: true, Value: < 0 })
                throw x.Graph.Error(function, $"there are indices for {extents[a]} elements of axis {a} of '{x.Name}' {x.Type}, whose extent is {x.Shape[a]}; slice the indices.");
            x = Slice(x, a, 0, extents[a]);
        }
        return x;
    }
}
