namespace GraphGrad;

public static partial class Ops
{
    /// <summary>Whether any element is true; false of none.</summary>
    /// <exception cref="GraphException">x is not bool.</exception>
    public static Value Any(Value x, bool keepDims = false) => Max(Logical(x, "any"), keepDims);

    /// <summary>Whether any element along an axis is true; false of none.</summary>
    /// <exception cref="GraphException">x is not bool, or there is no such axis.</exception>
    public static Value Any(Value x, int axis, bool keepDims = false) => Max(Logical(x, "any"), axis, keepDims);

    /// <summary>Whether any element along several axes is true; false of none.</summary>
    /// <exception cref="GraphException">x is not bool, there is no such axis, or one is named twice.</exception>
    public static Value Any(Value x, int[] axes, bool keepDims = false) => Max(Logical(x, "any"), axes, keepDims);

    /// <summary>Whether all elements are true; true of none.</summary>
    /// <exception cref="GraphException">x is not bool.</exception>
    public static Value All(Value x, bool keepDims = false) => Min(Logical(x, "all"), keepDims);

    /// <summary>Whether all elements along an axis are true; true of none.</summary>
    /// <exception cref="GraphException">x is not bool, or there is no such axis.</exception>
    public static Value All(Value x, int axis, bool keepDims = false) => Min(Logical(x, "all"), axis, keepDims);

    /// <summary>Whether all elements along several axes are true; true of none.</summary>
    /// <exception cref="GraphException">x is not bool, there is no such axis, or one is named twice.</exception>
    public static Value All(Value x, int[] axes, bool keepDims = false) => Min(Logical(x, "all"), axes, keepDims);

    private static Value Logical(Value x, string function) => x.DType == DType.Bool
        ? x
        : throw x.Graph.Error(function, $"'{x.Name}' {x.Type} is not bool; compare it with a number first.");
}
