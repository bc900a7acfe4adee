using GraphGrad.Operations;

namespace GraphGrad;

// Of no elements: negative infinity or false, so that the max of two parts is the max of the whole. Integers have no such
// element: none of them are refused, or, where the extent is symbolic, give the least integer.
public static partial class Ops
{
    /// <summary>
    /// The largest of all elements (logical or for bool); NaN if one is NaN; of no elements negative infinity or false. Equal extrema share the
    /// gradient evenly.
    /// </summary>
    /// <exception cref="GraphException">x holds integers, and none.</exception>
    public static Value Max(Value x, bool keepDims = false) => Extremum(ReductionKind.Maximum, x, keepDims);

    /// <summary>
    /// The largest of the elements along an axis, which the result loses, or keeps with extent 1 (logical or for bool). NaN if
    /// one is NaN; of no elements negative infinity or false. Equal extrema share the gradient evenly.
    /// </summary>
    /// <exception cref="GraphException">There is no such axis, or its extent is 0 and x holds integers.</exception>
    public static Value Max(Value x, int axis, bool keepDims = false) => Extremum(ReductionKind.Maximum, x, [axis], keepDims);

    /// <summary>
    /// The largest of the elements along several axes, which the result loses, or keeps with extent 1 (logical or for bool). NaN if
    /// one is NaN; of no elements negative infinity or false. Equal extrema share the gradient evenly.
    /// </summary>
    /// <exception cref="GraphException">There is no such axis, one is named twice, or its extent is 0 and x holds integers.</exception>
    public static Value Max(Value x, int[] axes, bool keepDims = false) => Extremum(ReductionKind.Maximum, x, axes, keepDims);

    private static Value Extremum(ReductionKind kind, Value x, bool keepDims) => Extremum(kind, x, [.. Enumerable.Range(0, x.Rank)], keepDims);

    // There is no integer that is the greatest of none, as there is -∞ among floats.
    private static Value Extremum(ReductionKind kind, Value x, int[] axes, bool keepDims)
    {
        var name = kind == ReductionKind.Maximum ? "max" : "min";
        if (x.DType.IsInteger() && Axes.FindReduced(x, axes, name).Any(axis => x.Shape[axis].Is(0)))
            throw x.Graph.Error(name, $"'{x.Name}' {x.Type} has no elements there, so none of them is the extremum; slice or pad so that there is one, or cast it to a float type, whose extremum is infinite.");
        return Reduce(kind, x, axes, keepDims);
    }
}
