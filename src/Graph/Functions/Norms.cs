namespace GraphGrad;

public static partial class Ops
{
    /// <summary>The norm of all elements, as of one vector.</summary>
    /// <param name="x">float32 or float64.</param>
    /// <param name="order">1: Σ|x|. 2: √Σx². <see cref="double.PositiveInfinity"/>: max |x|.</param>
    /// <exception cref="GraphException">The order is another, or x is not float32 or float64.</exception>
    public static Value Norm(Value x, double order = 2) => Norm(x, AllAxes(x), order);

    /// <summary>The norm along an axis; <see cref="Norm(Value, double)"/> lists the orders.</summary>
    /// <exception cref="GraphException">The order is not 1, 2 or infinity, x is not float32 or float64, or has no such axis.</exception>
    public static Value Norm(Value x, int axis, double order = 2, bool keepDims = false) => Norm(x, [axis], order, keepDims);

    /// <summary>
    /// The norm over axes; <see cref="Norm(Value, double)"/> lists the orders. The gradient at the zero vector is 0. Squares are not
    /// scaled: beyond the root of the largest number the norm of order 2 is ∞.
    /// </summary>
    /// <exception cref="GraphException">The order is not 1, 2 or infinity, x is not float32 or float64, or has no such axis.</exception>
    public static Value Norm(Value x, int[] axes, double order = 2, bool keepDims = false) => order switch
    {
        1 => Sum(Abs(x), axes, keepDims),
        2 => SafeSqrt(Sum(Square(x), axes, keepDims)),
        double.PositiveInfinity => Max(Abs(x), axes, keepDims),
        _ => throw x.Graph.Error("norm", $"there is no norm of order {order} for '{x.Name}'; use 1, 2 or double.PositiveInfinity."),
    };

    /// <summary>x / max(‖x‖₂, epsilon) along an axis; the zero vector stays zero.</summary>
    /// <exception cref="GraphException">x is not float32 or float64, or has no such axis.</exception>
    public static Value L2Normalize(Value x, int axis = -1, double epsilon = 1e-12)
    {
        var norm = Norm(x, axis, keepDims: true);
        return x / Where(norm < epsilon, epsilon, norm);
    }
}
