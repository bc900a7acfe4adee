using GraphGrad.Operations;

namespace GraphGrad;

// Of no elements: positive infinity or true, so that the min of two parts is the min of the whole. Integers have no such
// element: none of them are refused, or, where the extent is symbolic, give the greatest integer.
public static partial class Ops
{
    /// <summary>
    /// The smallest of all elements (logical and for bool); NaN if one is NaN; of no elements positive infinity or true. Equal extrema share the
    /// gradient evenly.
    /// </summary>
    /// <exception cref="GraphException">x holds integers, and none.</exception>
    public static Value Min(Value x, bool keepDims = false) => Extremum(ReductionKind.Minimum, x, keepDims);

    /// <summary>
    /// The smallest of the elements along an axis, which the result loses, or keeps with extent 1 (logical and for bool). NaN if
    /// one is NaN; of no elements positive infinity or true. Equal extrema share the gradient evenly.
    /// </summary>
    /// <exception cref="GraphException">There is no such axis, or its extent is 0 and x holds integers.</exception>
    public static Value Min(Value x, int axis, bool keepDims = false) => Extremum(ReductionKind.Minimum, x, [axis], keepDims);

    /// <summary>
    /// The smallest of the elements along several axes, which the result loses, or keeps with extent 1 (logical and for bool). NaN if
    /// one is NaN; of no elements positive infinity or true. Equal extrema share the gradient evenly.
    /// </summary>
    /// <exception cref="GraphException">There is no such axis, one is named twice, or its extent is 0 and x holds integers.</exception>
    public static Value Min(Value x, int[] axes, bool keepDims = false) => Extremum(ReductionKind.Minimum, x, axes, keepDims);
}
