using GraphGrad.Operations;

namespace GraphGrad;

public static partial class Ops
{
    /// <summary>
    /// (x - mean) / √(var + epsilon) · gamma + beta, with mean and (population) variance over the given axes of each example.
    /// </summary>
    /// <remarks>Ba, Kiros and Hinton, "Layer normalization", 2016.</remarks>
    /// <param name="x">float32 or float64.</param>
    /// <param name="gamma">The scale, with the extents of the normalized axes, outermost first, or null for 1.</param>
    /// <param name="beta">The shift, likewise, or null for 0.</param>
    /// <param name="axes">The normalized axes; null for the last one.</param>
    /// <param name="epsilon">Keeps the quotient finite where all elements are equal.</param>
    /// <exception cref="GraphException">x is not a float or has no such axis, or gamma or beta has another shape.</exception>
    public static Value LayerNorm(Value x, Value? gamma = null, Value? beta = null, int[]? axes = null, double epsilon = 1e-5)
    {
        axes ??= [-1];
        var centered = x - Mean(x, axes, keepDims: true);
        var normalized = centered * Rsqrt(Mean(Square(centered), axes, keepDims: true) + epsilon);
        return ScaleAndShift("layer norm", x, normalized, gamma, beta, axes);
    }

    /// <summary>normalized · gamma + beta, where both parameters have the extents of the given axes.</summary>
    private static Value ScaleAndShift(string function, Value x, Value normalized, Value? gamma, Value? beta, int[] axes)
    {
        var result = normalized;
        if (gamma is not null) result *= AlongAxes(function, "gamma", gamma, x, axes);
        if (beta is not null) result += AlongAxes(function, "beta", beta, x, axes);
        return result;
    }

    /// <summary>A parameter reshaped to broadcast along the given axes of x.</summary>
    private static Value AlongAxes(string function, string what, Value parameter, Value x, int[] axes)
    {
        var found = Axes.Find(x, axes, function);
        var dims = Enumerable.Range(0, x.Rank).Select(axis => found.Contains(axis) ? x.Shape[axis] : 1).ToArray();
        Array.Sort(found);
        var expected = new Shape([.. found.Select(axis => x.Shape[axis])]);
        if (!parameter.Shape.Equals(expected))
            throw x.Graph.Error(function, $"{what} '{parameter.Name}' has shape {parameter.Shape}, but axes [{string.Join(", ", axes)}] of '{x.Name}' {x.Shape} need {expected}.");
        // Trailing axes align by themselves.
        return found.Length > 0 && found[0] == x.Rank - found.Length ? parameter : Reshape(parameter, new Shape(dims));
    }
}
