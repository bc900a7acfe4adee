using GraphGrad.Operations;
using GraphGrad.Rewriting;

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
        var e = Exp(BelowMaximum(x, axis, "softmax"));
        return e / Sum(e, axis, keepDims: true);
    }

    /// <summary>
    /// log(softmax(x)) along an axis = x - max x - log Σ exp(x - max x): finite where the softmax underflows to 0, and with all its digits
    /// where the softmax is nearly 1.
    /// </summary>
    /// <exception cref="GraphException">x is not float32 or float64, or has no such axis.</exception>
    public static Value LogSoftmax(Value x, int axis = -1)
    {
        var shifted = BelowMaximum(x, axis, "log_softmax");
        return shifted - LogOfSum(Exp(shifted), e => Sum(e, axis, keepDims: true));
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
        RequireFloat("logsumexp", x);
        // An infinite maximum must not be subtracted: ∞ - ∞ is NaN. Beside it all that is finite vanishes, however large.
        var max = StopGradient(Max(x, axes, keepDims: true));
        var shift = Where(IsFinite(max), max, Where(max > 0, max.Number(max.DType == DType.Float32 ? float.MaxValue : double.MaxValue), 0));
        var result = LogOfSum(Exp(x - shift), e => Sum(e, axes, keepDims: true)) + shift;
        return keepDims ? result : Squeeze(result, axes);
    }

    /// <summary>log Σ e of exponentials the greatest of which is 1.</summary>
    internal static Value LogOfSum(Value e, Func<Value, Value> sum)
    {
        var all = sum(e);
        return KnownDerivatives.OfLog(Log1p(SumLessGreatest(e, sum)), all);
    }

    /// <summary>
    /// Σ e - 1 of exponentials the greatest of which is 1. Where it dwarfs the others, the sum has few of their digits, and they are summed alone. Where
    /// several are 1, the sum has enough; where none is, for the maximum was infinite, it is 0 or infinite.
    /// </summary>
    internal static Value SumLessGreatest(Value e, Func<Value, Value> sum)
    {
        var (all, below) = (sum(e), sum(Where(e < 1, e, 0)));
        return Where(Abs(all - below - 1) < 0.5, below, all - 1);
    }

    // Softmax and its logarithm do not depend on the shift, so its gradient is exactly zero at every order.
    private static Value BelowMaximum(Value x, int axis, string function)
    {
        RequireFloat(function, x);
        Axes.FindReduced(x, [axis], function);
        return x - StopGradient(Max(x, axis, keepDims: true));
    }
}
