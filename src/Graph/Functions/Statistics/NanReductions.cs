using GraphGrad.Operations;

namespace GraphGrad;

public static partial class Ops
{
    /// <summary>The sum of all elements that are not NaN; these have gradient 0.</summary>
    /// <exception cref="GraphException">x is not float32 or float64.</exception>
    public static Value NanSum(Value x, bool keepDims = false) => NanSum(x, AllAxes(x), keepDims);

    /// <summary>The sum of the elements along an axis that are not NaN.</summary>
    /// <exception cref="GraphException">x is not float32 or float64, or there is no such axis.</exception>
    public static Value NanSum(Value x, int axis, bool keepDims = false) => NanSum(x, [axis], keepDims);

    /// <summary>The sum of the elements along several axes that are not NaN.</summary>
    /// <exception cref="GraphException">x is not float32 or float64, there is no such axis, or one is named twice.</exception>
    public static Value NanSum(Value x, int[] axes, bool keepDims = false)
    {
        Axes.FindReduced(x, axes, "nansum");
        return Sum(Where(IsNaN(x), 0, x), axes, keepDims);
    }

    /// <summary>The mean of all elements that are not NaN; NaN if there are none.</summary>
    /// <exception cref="GraphException">x is not float32 or float64.</exception>
    public static Value NanMean(Value x, bool keepDims = false) => NanMean(x, AllAxes(x), keepDims);

    /// <summary>The mean of the elements along an axis that are not NaN; NaN if there are none.</summary>
    /// <exception cref="GraphException">x is not float32 or float64, or there is no such axis.</exception>
    public static Value NanMean(Value x, int axis, bool keepDims = false) => NanMean(x, [axis], keepDims);

    /// <summary>The mean of the elements along several axes that are not NaN; NaN if there are none.</summary>
    /// <exception cref="GraphException">x is not float32 or float64, there is no such axis, or one is named twice.</exception>
    public static Value NanMean(Value x, int[] axes, bool keepDims = false)
    {
        Axes.FindReduced(x, axes, "nanmean");
        return NanSum(x, axes, keepDims) / Sum(Cast(Not(IsNaN(x)), x.DType), axes, keepDims);
    }

    /// <summary>How many elements are not 0, or are true (int64); NaN is not 0.</summary>
    public static Value CountNonzero(Value x, bool keepDims = false) => CountNonzero(x, AllAxes(x), keepDims);

    /// <summary>How many elements along an axis are not 0, or are true (int64); NaN is not 0.</summary>
    /// <exception cref="GraphException">There is no such axis.</exception>
    public static Value CountNonzero(Value x, int axis, bool keepDims = false) => CountNonzero(x, [axis], keepDims);

    /// <summary>How many elements along several axes are not 0, or are true (int64); NaN is not 0.</summary>
    /// <exception cref="GraphException">There is no such axis, or one is named twice.</exception>
    public static Value CountNonzero(Value x, int[] axes, bool keepDims = false)
    {
        Axes.FindReduced(x, axes, "count_nonzero");
        return Sum(Cast(Cast(x, DType.Bool), DType.Int64), axes, keepDims);
    }
}
