using GraphGrad.Operations;

namespace GraphGrad.Execution;

/// <summary>
/// Which index lies outside its axis: a kernel reports only that one does. It is looked for where indices are fed or constant, and come to the node at most reshaped,
/// transposed, broadcast or widened.
/// </summary>
internal static unsafe class OutsideIndex
{
    /// <summary>The first of some nodes that has such an index, and what is wrong with it; null if none is found.</summary>
    /// <param name="nodes">Nodes that may have failed.</param>
    /// <param name="feeds">The placeholders, in the order of <paramref name="arguments"/>.</param>
    /// <param name="arguments">What the run reads.</param>
    /// <param name="binding">The values of symbols.</param>
    public static (Node Node, string Message)? Find(IEnumerable<Node> nodes, Value[] feeds, RunArguments arguments, Func<string, long> binding)
    {
        foreach (var node in nodes)
        {
            if (node.Op.IndexedAxis is not { } axis) continue;
            var extent = node.Inputs[0].Shape[axis].Evaluate(binding);
            if (First(Source(node.Inputs[1]), extent) is { } index) return (node, Indices.Message(index, extent, axis));
        }
        return null;

        long? First(Value indices, long extent)
        {
            if (indices.Node.Op is ConstantOp { Data: var data })
            {
                fixed (byte* start = data.Bytes) return Outside(start, indices.DType, data.Count, extent);
            }
            var number = Array.IndexOf(feeds, indices);
            return number < 0 ? null : Outside((void*)arguments.Feeds[number], indices.DType, indices.Shape.ElementCount.Evaluate(binding), extent);
        }
    }

    private static Value Source(Value indices)
    {
        while (indices.Node.Op is ReshapeOp or TransposeOp or BroadcastOp or CastOp { To: DType.Int64 } && indices.Node.Inputs[0].DType.IsInteger()) indices = indices.Node.Inputs[0];
        return indices;
    }

    private static long? Outside(void* indices, DType type, long count, long extent)
    {
        for (var i = 0L; i < count; i++)
        {
            var index = type == DType.Int32 ? ((int*)indices)[i] : ((long*)indices)[i];
            if (index < 0 || index >= extent) return index;
        }
        return null;
    }
}
