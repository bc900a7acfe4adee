using GraphGrad.Operations;

namespace GraphGrad;

public static partial class Ops
{
    /// <summary>The norm along an axis, or of all elements as of one vector. The order comes first, as in NumPy and PyTorch.</summary>
    /// <param name="x">float32 or float64.</param>
    /// <param name="order">p: (Σ|x|ᵖ)^(1/p). 0: how many elements are not 0. <see cref="double.PositiveInfinity"/>: max |x|; <see cref="double.NegativeInfinity"/>: min |x|.</param>
    /// <param name="axis">The axis, the last one being -1; null for all elements.</param>
    /// <param name="keepDims">Whether the axis, or every axis, stays, with extent 1.</param>
    /// <exception cref="GraphException">The order is NaN, x is not float32 or float64, or has no such axis.</exception>
    public static Value Norm(Value x, double order = 2, int? axis = null, bool keepDims = false) =>
        Norm(x, order, axis is { } one ? [one] : AllAxes(x), keepDims);

    /// <summary>
    /// The norm over axes; <see cref="Norm(Value, double, int?, bool)"/> lists the orders. The gradient at the zero vector is 0. Powers are not
    /// scaled: beyond the root of the largest number the norm of order 2 is ∞.
    /// </summary>
    /// <exception cref="GraphException">The order is NaN, or it is negative or infinite and there are no elements; x is not float32 or float64, or has no such axis.</exception>
    public static Value Norm(Value x, double order, int[] axes, bool keepDims = false)
    {
        if (!x.DType.IsFloat()) throw x.Graph.Error("norm", $"'{x.Name}' {x.Type} is not float32 or float64; cast it with Cast.");
        if ((order < 0 || double.IsInfinity(order)) && x.Rank > 0 && Operations.Axes.FindReduced(x, axes, "norm").Any(axis => x.Shape[axis].Is(0)))
            throw x.Graph.Error("norm", $"there is no norm of order {order} over no elements, which '{x.Name}' {x.Type} has; slice it otherwise, or choose another order.");
        switch (order)
        {
            case 0: return Sum(Cast(NotEqual(x, 0), x.DType), axes, keepDims);
            case 1: return Sum(Abs(x), axes, keepDims);
            case 2: return SafeSqrt(Sum(Square(x), axes, keepDims));
            case double.PositiveInfinity: return Max(Abs(x), axes, keepDims);
            case double.NegativeInfinity: return Min(Abs(x), axes, keepDims);
            case double.NaN: throw x.Graph.Error("norm", $"there is no norm of order {order} for '{x.Name}'; give a number.");
        }
        // Below order 2 a derivative of |x|ᵖ at 0 is infinite; that of the norm is 0 there. So it is with a negative order, with which one zero makes the norm 0.
        var isZero = order < 2 ? Equal(x, 0) : null;
        var powers = isZero is null ? Pow(Abs(x), order) : Where(isZero, order < 0 ? double.PositiveInfinity : 0, Pow(Abs(Where(isZero, 1, x)), order));
        var sum = Sum(powers, axes, keepDims);
        return order < 0 ? Pow(sum, 1 / order) : Where(Equal(sum, 0), 0, Pow(sum, 1 / order));
    }

    /// <summary>x / max(‖x‖₂, epsilon) along an axis; the zero vector stays zero.</summary>
    /// <exception cref="GraphException">x is not float32 or float64, or has no such axis.</exception>
    public static Value L2Normalize(Value x, int axis = -1, double epsilon = 1e-12)
    {
        Axes.FindReduced(x, [axis], "l2_normalize");
        var norm = Norm(x, 2, axis, keepDims: true);
        return x / Where(norm < epsilon, epsilon, norm);
    }
}
