namespace GraphGrad;

public static partial class Ops
{
    /// <summary>
    /// The places of elements that are not 0, in row-major order: [count, axes of x] as int64. How many there are only a run knows, so the number of rows is given: what is more is left out, and
    /// what is missing is <paramref name="fill"/>.
    /// </summary>
    /// <param name="x">Of any element type; NaN is not 0. Its extents must be known.</param>
    /// <param name="count">The number of rows.</param>
    /// <param name="fill">What stands in rows behind the last place.</param>
    /// <exception cref="GraphException">The count is negative, or an extent is unknown.</exception>
    public static Value Nonzero(Value x, int count, long fill = -1)
    {
        if (count < 0) throw x.Graph.Error("nonzero", $"the count {count} of places in '{x.Name}' {x.Type} must not be negative.");
        if (x.Shape.Any(n => !n.IsConstant)) throw x.Graph.Error("nonzero", $"an extent of '{x.Name}' {x.Type} is unknown; all must be known.");
        int[] extents = [.. x.Shape.Select(n => (int)n.Value)];
        var size = extents.Aggregate(1, (product, n) => product * n);
        var kept = Math.Min(count, size);
        var empty = BroadcastTo(x.Graph.Constant(fill), [count - kept, extents.Length]);
        if (kept == 0) return empty;
        // Sorting is stable, so that the places stay in order.
        var isZero = Cast(Equal(Flatten(x), 0), DType.Int32);
        var places = ExpandDims(Slice(ArgSort(isZero, 0), 0, 0, kept), 1);
        long[] strides = [.. extents.Select((_, axis) => extents[(axis + 1)..].Aggregate(1L, (product, n) => product * n))];
        var indices = places / x.Graph.Constant(strides) % x.Graph.Constant(Array.ConvertAll(extents, n => (long)n));
        var isFound = Iota(x.Graph, [kept, 1]) < size - Sum(isZero);
        return Concat([Where(isFound, indices, x.Graph.Constant(fill)), empty]);
    }
}
