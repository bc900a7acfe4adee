namespace GraphGrad;

public static partial class Ops
{
    /// <summary>
    /// A new last axis of extent <paramref name="depth"/> that holds 1 at the index and 0 elsewhere. An index outside 0 … depth - 1
    /// gives zeros only.
    /// </summary>
    /// <param name="indices">int32 or int64, of any shape.</param>
    /// <param name="depth">The number of classes.</param>
    /// <param name="dtype">The element type of the result.</param>
    /// <exception cref="GraphException">The indices are not integers.</exception>
    public static Value OneHot(Value indices, Dim depth, DType dtype = DType.Float32)
    {
        if (!indices.DType.IsInteger())
            throw indices.Graph.Error("one-hot", $"the indices '{indices.Name}' {indices.Type} are not int32 or int64; cast them with Cast.");
        var mask = Equal(ExpandDims(indices, -1), Iota(indices.Graph, [depth], 0, indices.DType));
        return dtype == DType.Bool ? mask : Cast(mask, dtype);
    }
}
