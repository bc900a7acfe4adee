using GraphGrad.Operations;

namespace GraphGrad;

public static partial class Ops
{
    /// <summary>The largest element along an axis and where it stands (int64): the first of equal ones, which takes the whole gradient; the first NaN if there is one.</summary>
    /// <exception cref="GraphException">There is no such axis, or its extent is 0.</exception>
    public static (Value Values, Value Indices) MaxWithIndex(Value x, int axis = -1, bool keepDims = false) =>
        Axes.IsOfScalar(x, axis) ? OfLine(x, line => MaxWithIndex(line, 0, keepDims)) : AtIndices(x, ArgMax(x, axis, keepDims: true), Axes.Find(x, axis, "max"), keepDims);

    /// <summary>The smallest element along an axis and where it stands (int64): the first of equal ones, which takes the whole gradient; the first NaN if there is one.</summary>
    /// <exception cref="GraphException">There is no such axis, or its extent is 0.</exception>
    public static (Value Values, Value Indices) MinWithIndex(Value x, int axis = -1, bool keepDims = false) =>
        Axes.IsOfScalar(x, axis) ? OfLine(x, line => MinWithIndex(line, 0, keepDims)) : AtIndices(x, ArgMin(x, axis, keepDims: true), Axes.Find(x, axis, "min"), keepDims);
}
