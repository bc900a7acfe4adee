using GraphGrad.Operations;

namespace GraphGrad;

// Of no elements: negative infinity, the least integer, or false, so that the max of two parts is the max of the whole.
public static partial class Ops
{
    /// <summary>
    /// The largest of all elements (logical or for bool); NaN if one is NaN; of no elements negative infinity, the least integer, or false. Equal extrema share the
    /// gradient evenly.
    /// </summary>
    public static Value Max(Value x, bool keepDims = false) => Reduce(ReductionKind.Maximum, x, keepDims);

    /// <summary>
    /// The largest of the elements along an axis, which the result loses, or keeps with extent 1 (logical or for bool). NaN if
    /// one is NaN; of no elements negative infinity, the least integer, or false. Equal extrema share the gradient evenly.
    /// </summary>
    /// <exception cref="GraphException">There is no such axis.</exception>
    public static Value Max(Value x, int axis, bool keepDims = false) => Reduce(ReductionKind.Maximum, x, [axis], keepDims);

    /// <summary>
    /// The largest of the elements along several axes, which the result loses, or keeps with extent 1 (logical or for bool). NaN if
    /// one is NaN; of no elements negative infinity, the least integer, or false. Equal extrema share the gradient evenly.
    /// </summary>
    /// <exception cref="GraphException">There is no such axis, or one is named twice.</exception>
    public static Value Max(Value x, int[] axes, bool keepDims = false) => Reduce(ReductionKind.Maximum, x, axes, keepDims);
}
