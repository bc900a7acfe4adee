using GraphGrad.Operations;

namespace GraphGrad;

// Of no elements: positive infinity, the greatest integer, or true, so that the min of two parts is the min of the whole.
public static partial class Ops
{
    /// <summary>
    /// The smallest of all elements (logical and for bool); NaN if one is NaN; of no elements positive infinity, the greatest integer, or true. Equal extrema share the
    /// gradient evenly.
    /// </summary>
    public static Value Min(Value x, bool keepDims = false) => Reduce(ReductionKind.Minimum, x, keepDims);

    /// <summary>
    /// The smallest of the elements along an axis, which the result loses, or keeps with extent 1 (logical and for bool). NaN if
    /// one is NaN; of no elements positive infinity, the greatest integer, or true. Equal extrema share the gradient evenly.
    /// </summary>
    /// <exception cref="GraphException">There is no such axis.</exception>
    public static Value Min(Value x, int axis, bool keepDims = false) => Reduce(ReductionKind.Minimum, x, [axis], keepDims);

    /// <summary>
    /// The smallest of the elements along several axes, which the result loses, or keeps with extent 1 (logical and for bool). NaN if
    /// one is NaN; of no elements positive infinity, the greatest integer, or true. Equal extrema share the gradient evenly.
    /// </summary>
    /// <exception cref="GraphException">There is no such axis, or one is named twice.</exception>
    public static Value Min(Value x, int[] axes, bool keepDims = false) => Reduce(ReductionKind.Minimum, x, axes, keepDims);
}
