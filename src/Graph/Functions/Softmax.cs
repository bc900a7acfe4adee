namespace GraphGrad;

public static partial class Ops
{
    /// <summary>
    /// exp(x) / Σ exp(x) along an axis, computed as exp(x - max x) / Σ exp(x - max x), so that no exponential overflows.
    /// A row that holds NaN or +∞, or nothing but -∞, becomes NaN.
    /// </summary>
    /// <exception cref="GraphException">x is not float32 or float64, or has no such axis.</exception>
    public static Value Softmax(Value x, int axis = -1)
    {
        var e = Exp(BelowMaximum(x, axis));
        return e / Sum(e, axis, keepDims: true);
    }

    /// <summary>log(softmax(x)) along an axis = x - max x - log Σ exp(x - max x): finite where the softmax underflows to 0.</summary>
    /// <exception cref="GraphException">x is not float32 or float64, or has no such axis.</exception>
    public static Value LogSoftmax(Value x, int axis = -1)
    {
        var shifted = BelowMaximum(x, axis);
        return shifted - Log(Sum(Exp(shifted), axis, keepDims: true));
    }

    /// <summary>log Σ exp(x) over all elements, without overflow; -∞ if all are -∞, +∞ if one is.</summary>
    /// <exception cref="GraphException">x is not float32 or float64.</exception>
    public static Value LogSumExp(Value x) => LogSumExp(x, AllAxes(x));

    /// <summary>log Σ exp(x) along an axis, without overflow; -∞ if all elements are -∞, +∞ if one is.</summary>
    /// <exception cref="GraphException">x is not float32 or float64, or has no such axis.</exception>
    public static Value LogSumExp(Value x, int axis, bool keepDims = false) => LogSumExp(x, [axis], keepDims);

    /// <summary>log Σ exp(x) over axes, without overflow; -∞ if all elements are -∞, +∞ if one is.</summary>
    /// <exception cref="GraphException">x is not float32 or float64, or has no such axis.</exception>
    public static Value LogSumExp(Value x, int[] axes, bool keepDims = false)
    {
        // An infinite maximum must not be subtracted: ∞ - ∞ is NaN.
        var max = StopGradient(Max(x, axes, keepDims: true));
        var shift = Where(IsFinite(max), max, 0);
        var result = Log(Sum(Exp(x - shift), axes, keepDims: true)) + shift;
        return keepDims ? result : Squeeze(result, axes);
    }

    // Softmax and its logarithm do not depend on the shift, so its gradient is exactly zero at every order.
    private static Value BelowMaximum(Value x, int axis) => x - StopGradient(Max(x, axis, keepDims: true));
}
