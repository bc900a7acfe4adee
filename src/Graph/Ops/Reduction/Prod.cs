using GraphGrad.Operations;

namespace GraphGrad;

public static partial class Ops
{
    /// <summary>The product of all elements. Of no elements: 1. Of integers an int64, which wraps around; of bools 1 where all are true.</summary>
    public static Value Prod(Value x, bool keepDims = false) => Reduce(ReductionKind.Product, x, keepDims);

    /// <summary>The product of the elements along an axis, which the result loses, or keeps with extent 1. Of no elements: 1. Of integers an int64, which wraps around; of bools 1 where all are true.</summary>
    /// <exception cref="GraphException">There is no such axis.</exception>
    public static Value Prod(Value x, int axis, bool keepDims = false) => Reduce(ReductionKind.Product, x, [axis], keepDims);

    /// <summary>The product of the elements along several axes, which the result loses, or keeps with extent 1. Of no elements: 1. Of integers an int64, which wraps around; of bools 1 where all are true.</summary>
    /// <exception cref="GraphException">There is no such axis, or one is named twice.</exception>
    public static Value Prod(Value x, int[] axes, bool keepDims = false) => Reduce(ReductionKind.Product, x, axes, keepDims);
}
