namespace GraphGrad;

public static partial class Ops
{
    /// <summary>The place along each axis of elements that are counted from 0, the last axis fastest: NumPy's and PyTorch's unravel_index.</summary>
    /// <param name="indices">int32 or int64, of any shape; those outside the tensor give places along other rows, modulo the first extent.</param>
    /// <param name="shape">The tensor's, of one axis or more.</param>
    /// <returns>One for each axis, of the type and shape of the indices.</returns>
    /// <exception cref="GraphException">The indices are no integers, or the shape is that of a scalar.</exception>
    public static Value[] UnravelIndex(Value indices, Shape shape)
    {
        RequireIndices("unravel_index", indices, shape);
        var places = new Value[shape.Rank];
        var rest = indices;
        for (var axis = shape.Rank - 1; axis >= 0; axis--)
        {
            var extent = SizeOf(indices.Graph, shape[axis], indices.DType);
            places[axis] = FloorRemainder(rest, extent);
            rest = FloorDivide(rest, extent);
        }
        return places;
    }

    /// <summary>The numbers of elements, counted from 0 with the last axis fastest, of which the place along each axis is given: NumPy's ravel_multi_index.</summary>
    /// <param name="places">One for each axis of the shape, int32 or int64 of one type; shapes broadcast.</param>
    /// <param name="shape">The tensor's, of one axis or more.</param>
    /// <exception cref="GraphException">The places are no integers of one type, there are not as many as axes, or they do not broadcast.</exception>
    public static Value RavelIndex(IReadOnlyList<Value> places, Shape shape)
    {
        if (places.Count != shape.Rank || places.Count == 0)
            throw new GraphException($"ravel_index: {places.Count} tensors of places for the shape {shape}; there must be one for each axis, and an axis at least. Built at {Origin.Capture()}.");
        RequireIndices("ravel_index", places[0], shape);
        var index = places[0];
        for (var axis = 1; axis < shape.Rank; axis++) index = (index * SizeOf(index.Graph, shape[axis], index.DType)) + places[axis];
        return index;
    }

    private static void RequireIndices(string function, Value indices, Shape shape)
    {
        if (!indices.DType.IsInteger()) throw indices.Graph.Error(function, $"'{indices.Name}' {indices.Type} must be int32 or int64; cast it with Cast.");
        if (shape.Rank == 0) throw indices.Graph.Error(function, $"a scalar has no axis along which '{indices.Name}' {indices.Type} could have a place; give a shape of one axis at least.");
    }
}
