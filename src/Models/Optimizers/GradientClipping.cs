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
        Require(gradients, limit, "value");
        return [.. gradients.Select(g => Ops.Clip(g, -limit, limit))];
    }

    /// <summary>
    /// All multiplied by one factor, so that <see cref="GlobalNorm"/> is at most <paramref name="limit"/> and their direction stays. Where it is less
    /// they stay as they are; where it overflows to infinity and they are finite they become zero; where one holds NaN all become NaN.
    /// </summary>
    /// <param name="gradients">float32 or float64, of any shapes.</param>
    /// <param name="limit">The largest norm; positive.</param>
    /// <exception cref="GraphException">There is no gradient, or the limit is not positive.</exception>
    public static Value[] ByGlobalNorm(IReadOnlyList<Value> gradients, double limit)
    {
        Require(gradients, limit, "global norm");
        var norm = GlobalNorm(gradients);
        var factor = limit / Ops.Maximum(norm, ScalarConstant.Of(norm.Graph, limit, norm.DType));
        return [.. gradients.Select(g => g * Ops.Cast(factor, g.DType))];
    }

    /// <summary>√ of the sum of all squared elements: a scalar, float64 if one of the gradients is.</summary>
    /// <param name="gradients">float32 or float64, of any shapes.</param>
    /// <exception cref="GraphException">There is no gradient.</exception>
    public static Value GlobalNorm(IReadOnlyList<Value> gradients)
    {
        if (gradients.Count == 0) throw new GraphException($"gradient clipping: there is no gradient; give at least one. Built at {Origin.Capture()}.");
        var type = gradients.Any(g => g.DType == DType.Float64) ? DType.Float64 : DType.Float32;
        return Ops.Sqrt(gradients.Select(g => Ops.Cast(Ops.Sum(Ops.Square(g)), type)).Aggregate((sum, square) => sum + square));
    }

    private static void Require(IReadOnlyList<Value> gradients, double limit, string what)
    {
        if (!(limit > 0)) throw new GraphException($"gradient clipping: the limit of the {what} is {limit}; it must be positive. Built at {Origin.Capture()}.");
        if (gradients.Count == 0) throw new GraphException($"gradient clipping: there is no gradient; give at least one. Built at {Origin.Capture()}.");
    }
}
