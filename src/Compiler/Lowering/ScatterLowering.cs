using GraphGrad.Compilation.Kernels;
using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Lowering;

/// <summary>
/// Lowers scatter-add to two kernels: the operand is copied, then updates are added one index after the other, in index order,
/// so that duplicates sum in a fixed order. Only axes that the indices do not choose run in lanes or in parallel: threads share those before the indices or, if there are none, the last one.
/// </summary>
internal static class ScatterLowering
{
    public static Kernel[] Lower(Node node, Func<Value, TensorBuffer?> storage, int lanes)
    {
        var (indices, updates, result) = (node.Inputs[1], node.Inputs[2], node.Output);
        var axis = ((ScatterAddOp)node.Op).Axis;
        var target = storage(result)!;

        // Axes of the updates: those before the scattered one, those of the indices, those after.
        var axes = new LoopAxis[updates.Rank];
        for (var k = 0; k < axes.Length; k++) axes[k] = new LoopAxis($"u{k}", updates.Shape[k], reduced: false);
        var elements = new GroupElements(new ScalarBuilder(), axes, storage);
        var b = elements.Builder;
        var chosen = elements.Indices[axis..(axis + indices.Rank)];
        var place = b.Convert(DType.Int64, elements.At(indices, chosen));
        var extent = b.Extent(result.Shape[axis]);
        var ok = b.And(b.LessOrEqual(b.Int64(0), place), b.LessThan(place, extent));
        var failure = new KernelFailure(node, Indices.Message(result.Shape[axis], axis));
        place = b.Guard(place, ok, failure);
        Scalar[] at = [.. elements.Indices[..axis], place, .. elements.Indices[(axis + indices.Rank)..]];
        var offset = elements.Offset(result.Shape, at);
        var sum = b.Add(b.Load(result.DType, target, offset), elements.At(updates, elements.Indices));
        var ordered = axes[axis..(axis + indices.Rank)].Where(a => !a.Extent.IsOne).ToArray();
        LoopAxis[] free = [.. axes[..axis].Where(a => !a.Extent.IsOne), .. axes[(axis + indices.Rank)..].Where(a => !a.Extent.IsOne)];
        var vector = free.Length > 0 && free[^1] == axes[^1] ? free[^1] : null;
        var add = new Kernel
        {
            Name = node.Name,
            Builder = b,
            Outer = [.. free.Where(a => a != vector), .. ordered, .. free.Where(a => a == vector)],
            Inner = [],
            Vector = vector,
            Passes = [],
            RowStores = [new KernelStore(target, offset, sum)],
            Scratch = [],
            IsParallel = free.Any(a => a != vector),
            SharedWithin = free.Length == 1 ? vector : null,
            EndsAtFailure = true,
        };
        return [Start(node, storage, lanes), add];
    }

    /// <summary>The first input, computed where the node's result lies.</summary>
    public static Kernel Start(Node node, Func<Value, TensorBuffer?> storage, int lanes)
    {
        var result = node.Output;
        var axes = new LoopAxis[result.Rank];
        for (var k = 0; k < axes.Length; k++) axes[k] = new LoopAxis($"i{k}", result.Shape[k], reduced: false);
        var source = new GroupElements(new ScalarBuilder(), axes, storage);
        var start = new KernelDraft(source.Builder, [.. axes.Where(a => !a.Extent.IsOne)]);
        start.RowStores.Add(new KernelStore(storage(result)!, source.Offset(result.Shape, source.Indices), source.At(node.Inputs[0], source.Indices)));
        AxisMerging.Merge(start);
        return GroupLowering.Schedule(start, VectorAxis.Choose(start, lanes), $"{node.Name}/copy");
    }
}
