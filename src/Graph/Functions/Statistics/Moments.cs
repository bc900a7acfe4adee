namespace GraphGrad;

public static partial class Ops
{
    /// <summary>The variance of all elements: Σ (x - mean)² / (n - correction).</summary>
    /// <param name="x">float32 or float64.</param>
    /// <param name="correction">0 for the variance of a population, 1 for the unbiased estimate from a sample (Bessel).</param>
    /// <exception cref="GraphException">x is not float32 or float64.</exception>
    public static Value Var(Value x, double correction = 0) => Var(x, AllAxes(x), correction);

    /// <summary>The variance along an axis: Σ (x - mean)² / (n - correction).</summary>
    /// <exception cref="GraphException">x is not float32 or float64, or has no such axis.</exception>
    public static Value Var(Value x, int axis, double correction = 0, bool keepDims = false) => Var(x, [axis], correction, keepDims);

    /// <summary>
    /// The variance over axes: Σ (x - mean)² / (n - correction), with two passes, so that a large mean costs no digits. A correction of n or more divides by 0: ∞, but NaN
    /// where all elements are equal, as one alone is, and where n is 0. Gradients are infinite or NaN there.
    /// </summary>
    /// <exception cref="GraphException">x is not float32 or float64, or has no such axis.</exception>
    public static Value Var(Value x, int[] axes, double correction = 0, bool keepDims = false)
    {
        var (mean, count) = (Mean(x, axes, keepDims: true), CountOf(x, axes));
        // The mean's part of the derivative is 0; where all is divided by 0, it would be ∞ - ∞ and nothing left of the rest.
        if (count.IsConstant && count.Value <= correction) mean = StopGradient(mean);
        var squares = Square(x - mean);
        if (correction == 0) return Mean(squares, axes, keepDims);
        return Sum(squares, axes, keepDims) / Maximum(SizeOf(x.Graph, count, x.DType) - correction, 0);
    }

    /// <summary>The standard deviation of all elements, √Var; its gradient is 0 where it is 0.</summary>
    /// <exception cref="GraphException">x is not float32 or float64.</exception>
    public static Value Std(Value x, double correction = 0) => Std(x, AllAxes(x), correction);

    /// <summary>The standard deviation along an axis, √Var; its gradient is 0 where it is 0.</summary>
    /// <exception cref="GraphException">x is not float32 or float64, or has no such axis.</exception>
    public static Value Std(Value x, int axis, double correction = 0, bool keepDims = false) => Std(x, [axis], correction, keepDims);

    /// <summary>The standard deviation over axes, √Var; its gradient is 0 where it is 0.</summary>
    /// <exception cref="GraphException">x is not float32 or float64, or has no such axis.</exception>
    public static Value Std(Value x, int[] axes, double correction = 0, bool keepDims = false) =>
        SafeSqrt(Var(x, axes, correction, keepDims));

    /// <summary>√x with gradient 0, instead of ∞, at 0.</summary>
    internal static Value SafeSqrt(Value x)
    {
        // The root is 0 where x is. It is asked itself, for what x sums up may be computed in float64 for the root, and would be summed up in float32 besides.
        var root = Sqrt(x);
        return Where(Equal(root, 0), 0, root);
    }

    private static int[] AllAxes(Value x) => [.. Enumerable.Range(0, x.Rank)];

    /// <summary>How many elements a reduction over axes combines.</summary>
    private static Dim CountOf(Value x, int[] axes) => x.Rank == 0 ? 1 : axes.Aggregate((Dim)1, (count, axis) => count * x.Shape[axis < 0 ? axis + x.Rank : axis]);
}
