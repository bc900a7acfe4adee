using GraphGrad.Operations;

namespace GraphGrad;

public static partial class Ops
{
    /// <summary>The sum of all elements. Of no elements: 0. Of integers an int64, which wraps around; of bools: how many are true.</summary>
    public static Value Sum(Value x, bool keepDims = false) => Reduce(ReductionKind.Sum, x, keepDims);

    /// <summary>The sum of the elements along an axis, which the result loses, or keeps with extent 1. Of no elements: 0. Of integers an int64, which wraps around; of bools: how many are true.</summary>
    /// <exception cref="GraphException">There is no such axis.</exception>
    public static Value Sum(Value x, int axis, bool keepDims = false) => Reduce(ReductionKind.Sum, x, [axis], keepDims);

    /// <summary>The sum of the elements along several axes, which the result loses, or keeps with extent 1. Of no elements: 0. Of integers an int64, which wraps around; of bools: how many are true.</summary>
    /// <exception cref="GraphException">There is no such axis, or one is named twice.</exception>
    public static Value Sum(Value x, int[] axes, bool keepDims = false) => Reduce(ReductionKind.Sum, x, axes, keepDims);
}
