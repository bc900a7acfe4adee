namespace GraphGrad;

public static partial class Ops
{
    /// <summary>The mean of all elements; NaN of none.</summary>
    /// <exception cref="GraphException">x is not float32 or float64.</exception>
    public static Value Mean(Value x, bool keepDims = false) => Mean(x, [.. Enumerable.Range(0, x.Rank)], keepDims);

    /// <summary>The mean of the elements along an axis, which the result loses, or keeps with extent 1; NaN of none.</summary>
    /// <exception cref="GraphException">There is no such axis, or x is not float32 or float64.</exception>
    public static Value Mean(Value x, int axis, bool keepDims = false) => Mean(x, [axis], keepDims);

    /// <summary>The mean of the elements along several axes, which the result loses, or keeps with extent 1; NaN of none.</summary>
    /// <exception cref="GraphException">There is no such axis, one is named twice, or x is not float32 or float64.</exception>
    public static Value Mean(Value x, int[] axes, bool keepDims = false)
    {
        if (!x.DType.IsFloat()) throw x.Graph.Error("mean", $"'{x.Name}' {x.Type} is not float32 or float64; cast it with Cast.");
        var found = Operations.Axes.FindReduced(x, axes, "mean");
        var count = found.Aggregate((Dim)1, (product, axis) => product * x.Shape[axis]);
        return Sum(x, found, keepDims) / SizeOf(x.Graph, count, x.DType);
    }
}
