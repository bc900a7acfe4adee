namespace GraphGrad;

/// <summary>
/// Limits gradients before an optimizer applies them:
/// <c>optimizer.Apply(GradientClipping.ByGlobalNorm(Ops.Gradients(loss, weights), 1), weights)</c>.
/// </summary>
public static class GradientClipping
{
    /// <summary>Each element cut off at ±<paramref name="limit"/>. NaN stays NaN.</summary>
    /// <param name="gradients">float32 or float64, of any shapes.</param>
    /// <param name="limit">The largest magnitude; positive.</param>
    /// <exception cref="GraphException">The limit is not positive.</exception>
    public static Value[] ByValue(IReadOnlyList<Value> gradients, double limit)
    {
        Require("GradientClipping.ByValue", gradients, limit, "value");
        return [.. gradients.Select(g => Ops.Clip(g, -limit, limit))];
    }

    /// <summary>
    /// All multiplied by one factor, limit / (norm + epsilon), so that <see cref="GlobalNorm"/> is at most <paramref name="limit"/> and their direction stays. Where the
    /// factor is more than 1 they stay as they are; where the norm overflows to infinity and they are finite they become zero; where one holds NaN all become NaN.
    /// </summary>
    /// <param name="gradients">float32 or float64, of any shapes.</param>
    /// <param name="limit">The largest norm; positive.</param>
    /// <param name="order">The order of the norm; <see cref="Ops.Norm(Value, double, int?, bool)"/> lists them.</param>
    /// <param name="epsilon">What the norm is increased by; not negative. The default is PyTorch's; with 0 the norm after clipping is the limit but for rounding.</param>
    /// <exception cref="GraphException">There is no gradient, the limit is not positive, or epsilon is negative.</exception>
    public static Value[] ByGlobalNorm(IReadOnlyList<Value> gradients, double limit, double order = 2, double epsilon = 1e-6)
    {
        Require("GradientClipping.ByGlobalNorm", gradients, limit, "global norm");
        if (!(epsilon >= 0)) throw new GraphException($"GradientClipping.ByGlobalNorm: epsilon is {epsilon}; it must not be negative. Built at {Origin.Capture()}.");
        var factor = Ops.Minimum(limit / (Wide(gradients, order) + epsilon), 1);
        return [.. gradients.Select(g => g * Ops.Cast(factor, g.DType))];
    }

    /// <summary>The norm of all elements together, by default √ of the sum of their squares: a scalar, float64 if one of the gradients is.</summary>
    /// <param name="gradients">float32 or float64, of any shapes.</param>
    /// <param name="order">The order of the norm; <see cref="Ops.Norm(Value, double, int?, bool)"/> lists them.</param>
    /// <exception cref="GraphException">There is no gradient.</exception>
    public static Value GlobalNorm(IReadOnlyList<Value> gradients, double order = 2)
    {
        if (gradients.Count == 0) throw new GraphException($"GradientClipping.GlobalNorm: there is no gradient; give at least one. Built at {Origin.Capture()}.");
        var norm = Wide(gradients, order);
        return gradients.Any(g => g.DType == DType.Float64) ? norm : Ops.Cast(norm, DType.Float32);
    }

    /// <summary>The norm in float64, which costs nothing in scalars and leaves the factor one rounding.</summary>
    private static Value Wide(IReadOnlyList<Value> gradients, double order) => order == 2
        ? Ops.Sqrt(gradients.Select(g => Ops.Cast(Ops.Sum(Ops.Square(g)), DType.Float64)).Aggregate((sum, square) => sum + square))
        : Ops.Norm(Ops.Stack([.. gradients.Select(g => Ops.Cast(Ops.Norm(g, order), DType.Float64))]), order);

    private static void Require(string function, IReadOnlyList<Value> gradients, double limit, string what)
    {
        if (!(limit > 0)) throw new GraphException($"{function}: the limit of the {what} is {limit}; it must be positive. Built at {Origin.Capture()}.");
        if (gradients.Count == 0) throw new GraphException($"{function}: there is no gradient; give at least one. Built at {Origin.Capture()}.");
    }
}
