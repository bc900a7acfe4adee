using GraphGrad.Operations;

namespace GraphGrad;

public static partial class Ops
{
    /// <summary>Whether any element is true, or a number other than 0; false of none.</summary>
    public static Value Any(Value x, bool keepDims = false) => Max(Logical(x), keepDims);

    /// <summary>Whether any element along an axis is true, or a number other than 0; false of none.</summary>
    /// <exception cref="GraphException">There is no such axis.</exception>
    public static Value Any(Value x, int axis, bool keepDims = false) => Any(x, [axis], keepDims);

    /// <summary>Whether any element along several axes is true, or a number other than 0; false of none.</summary>
    /// <exception cref="GraphException">There is no such axis, or one is named twice.</exception>
    public static Value Any(Value x, int[] axes, bool keepDims = false) => Max(Logical(x, axes, "any"), axes, keepDims);

    /// <summary>Whether all elements are true, or numbers other than 0; true of none.</summary>
    public static Value All(Value x, bool keepDims = false) => Min(Logical(x), keepDims);

    /// <summary>Whether all elements along an axis are true, or numbers other than 0; true of none.</summary>
    /// <exception cref="GraphException">There is no such axis.</exception>
    public static Value All(Value x, int axis, bool keepDims = false) => All(x, [axis], keepDims);

    /// <summary>Whether all elements along several axes are true, or numbers other than 0; true of none.</summary>
    /// <exception cref="GraphException">There is no such axis, or one is named twice.</exception>
    public static Value All(Value x, int[] axes, bool keepDims = false) => Min(Logical(x, axes, "all"), axes, keepDims);

    private static Value Logical(Value x, int[] axes, string function)
    {
        Axes.FindReduced(x, axes, function);
        return Logical(x);
    }

    /// <summary>Numbers are true where they are not 0; NaN is true.</summary>
    private static Value Logical(Value x) => x.DType == DType.Bool ? x : NotEqual(x, 0);
}
