namespace GraphGrad;

/// <summary>
/// Masks that leave the weights out that matter least: 1 at those that are kept, 0 at the others, in the weights' type and shape. A pruned weight is a product, <c>w * mask</c>, with the mask in a
/// variable, <c>session.Run(Assign(mask, Pruning.Smallest(w, 0.2, mask)))</c>. A mask that is handed in says what was left out before; what is left out now is chosen among the rest. As PyTorch's
/// <c>torch.nn.utils.prune</c>.
/// </summary>
public static class Pruning
{
    /// <summary>Leaves the weights of smallest magnitude out; of equal ones the first. NaN is kept.</summary>
    /// <param name="weights">float32 or float64.</param>
    /// <param name="amount">How many are left out.</param>
    /// <param name="mask">What was left out before; null for nothing.</param>
    /// <exception cref="GraphException">The weights are no floats, or the mask is of another type or shape.</exception>
    public static Value Smallest(Value weights, PruningAmount amount, Value? mask = null) => SmallestOfAll([weights], amount, Given(mask))[0];

    /// <summary>Leaves some of all weights together out, those of smallest magnitude wherever they are.</summary>
    /// <param name="weights">float32 or float64, all of one type.</param>
    /// <param name="amount">How many are left out.</param>
    /// <param name="masks">What was left out before, one for each; null for nothing.</param>
    /// <returns>One mask for each.</returns>
    /// <exception cref="GraphException">There are no weights, they are no floats of one type, or the masks are of other types or shapes.</exception>
    public static Value[] SmallestOfAll(IReadOnlyList<Value> weights, PruningAmount amount, IReadOnlyList<Value>? masks = null)
    {
        var own = Masks(weights, masks);
        var all = Chosen(Ops.Concat([.. weights.Select(w => Ops.Flatten(Ops.Abs(w)))]), Ops.Concat([.. own.Select(m => Ops.Flatten(m))]), amount);
        Dim from = 0;
        var parts = new Value[weights.Count];
        for (var i = 0; i < parts.Length; i++)
        {
            var count = weights[i].Shape.ElementCount;
            parts[i] = Ops.Reshape(Ops.Slice(all, 0, from, count), weights[i].Shape);
            from += count;
        }
        return parts;
    }

    /// <summary>Leaves weights out at random.</summary>
    /// <param name="weights">float32 or float64.</param>
    /// <param name="amount">How many are left out.</param>
    /// <param name="mask">What was left out before; null for nothing.</param>
    /// <param name="seed">As for <see cref="Ops.RandomBits"/>.</param>
    /// <exception cref="GraphException">The weights are no floats, or the mask is of another type or shape.</exception>
    public static Value Random(Value weights, PruningAmount amount, Value? mask = null, long? seed = null)
    {
        var own = Ops.Flatten(Masks([weights], Given(mask))[0]);
        return Ops.Reshape(Chosen(Ops.RandomUniform(weights.Graph, own.Shape, seed, DType.Float64), own, amount), weights.Shape);
    }

    /// <summary>Leaves whole slices along an axis out, as the outputs of a layer: those of the smallest norm, of equal ones the first.</summary>
    /// <param name="weights">float32 or float64.</param>
    /// <param name="amount">How many slices are left out, of those of which something is left.</param>
    /// <param name="axis">The axis.</param>
    /// <param name="order">The order of the norm; <see cref="Ops.Norm(Value, double, int?, bool)"/> lists them.</param>
    /// <param name="mask">What was left out before; null for nothing.</param>
    /// <exception cref="GraphException">The weights are no floats or have no such axis, or the mask is of another type or shape.</exception>
    public static Value SmallestSlices(Value weights, PruningAmount amount, int axis = 0, double order = 2, Value? mask = null)
    {
        var own = Masks([weights], Given(mask))[0];
        var others = Others(weights, axis);
        return Sliced(own, others, others.Length == 0 ? Ops.Abs(weights * own) : Ops.Norm(weights * own, order, others), amount);
    }

    /// <summary>Leaves whole slices along an axis out at random.</summary>
    /// <param name="weights">float32 or float64.</param>
    /// <param name="amount">How many slices are left out, of those of which something is left.</param>
    /// <param name="axis">The axis.</param>
    /// <param name="mask">What was left out before; null for nothing.</param>
    /// <param name="seed">As for <see cref="Ops.RandomBits"/>.</param>
    /// <exception cref="GraphException">The weights are no floats or have no such axis, or the mask is of another type or shape.</exception>
    public static Value RandomSlices(Value weights, PruningAmount amount, int axis = 0, Value? mask = null, long? seed = null)
    {
        var own = Masks([weights], Given(mask))[0];
        var others = Others(weights, axis);
        return Sliced(own, others, Ops.RandomUniform(weights.Graph, Ops.Sum(own, others).Shape, seed, DType.Float64), amount);
    }

    private static Value Sliced(Value mask, int[] others, Value keys, PruningAmount amount)
    {
        var kept = Chosen(keys, Ops.Cast(Ops.Sum(mask, others) > 0, mask.DType), amount);
        foreach (var axis in others) kept = Ops.ExpandDims(kept, axis);
        return mask * kept;
    }

    private static int[] Others(Value weights, int axis)
    {
        if (axis < -weights.Rank || axis >= weights.Rank) throw weights.Graph.Error("pruning", $"'{weights.Name}' {weights.Type} has no axis {axis}.");
        return [.. Enumerable.Range(0, weights.Rank).Where(a => a != (axis < 0 ? axis + weights.Rank : axis))];
    }

    /// <summary>A mask without those of the least keys.</summary>
    private static Value Chosen(Value keys, Value mask, PruningAmount amount)
    {
        var isKept = mask > 0;
        var count = amount.Of(Ops.Sum(Ops.Cast(isKept, DType.Int64)));
        // What was left out before comes last, behind NaN.
        var ranks = Ranks(Ops.Where(isKept, Ranks(keys), keys.Graph.Constant(long.MaxValue)));
        return Ops.Where(ranks < count, 0, mask);
    }

    private static Value Ranks(Value keys) => Ops.ArgSort(Ops.ArgSort(keys));

    private static Value[]? Given(Value? mask) => mask is null ? null : [mask];

    private static Value[] Masks(IReadOnlyList<Value> weights, IReadOnlyList<Value>? masks)
    {
        if (weights.Count == 0) throw new GraphException($"pruning: there are no weights; give at least one. Built at {Origin.Capture()}.");
        var graph = weights[0].Graph;
        foreach (var w in weights)
        {
            if (!w.DType.IsFloat() || w.DType != weights[0].DType) throw graph.Error("pruning", $"'{w.Name}' {w.Type} must be a float32 or float64 like the other weights; cast it with Cast.");
        }
        if (masks is null) return [.. weights.Select(w => Ops.OnesLike(w))];
        if (masks.Count != weights.Count) throw graph.Error("pruning", $"{weights.Count} weights have {masks.Count} masks; give one for each.");
        for (var i = 0; i < masks.Count; i++)
        {
            if (!masks[i].Type.Equals(weights[i].Type)) throw graph.Error("pruning", $"the mask '{masks[i].Name}' is {masks[i].Type}, its weights '{weights[i].Name}' {weights[i].Type}; they must be of one type and shape.");
        }
        return [.. masks];
    }
}
