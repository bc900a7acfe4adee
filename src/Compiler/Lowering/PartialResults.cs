using GraphGrad.Compilation.Kernels;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Lowering;

/// <summary>
/// Where chunks leave what they combined, and the kernel that combines the chunks, in a fixed order, and goes on to everything
/// that needs the finished results alone.
/// </summary>
/// <param name="builder">The arithmetic of the kernel that fills in the chunks.</param>
/// <param name="kept">The axes of the results.</param>
/// <param name="chunks">The chunks, or null if there is but one.</param>
/// <param name="temporary">Makes a buffer.</param>
internal sealed class PartialResults(ScalarBuilder builder, LoopAxis[] kept, RowChunks? chunks, Func<TensorType, string, TensorBuffer> temporary)
{
    private readonly List<(KernelReduction Reduction, TensorBuffer Buffer)> parts = [];
    private readonly List<KernelStore> stores = [];

    private Dim Count => kept.Aggregate((Dim)1, (product, axis) => product * axis.Extent);

    /// <summary>The place for a chunk's part of a reduction.</summary>
    public (TensorBuffer Buffer, Scalar Offset) Place(KernelReduction reduction)
    {
        var buffer = temporary(new TensorType(reduction.Type, new Shape([Count * (chunks?.Loop.Extent ?? 1)])), $"{reduction.Name}/parts");
        parts.Add((reduction, buffer));
        return (buffer, Offset(builder, kept, chunks?.Loop));
    }

    /// <summary>Something to be stored when the reductions are finished.</summary>
    public void Store(KernelStore store) => stores.Add(store);

    /// <summary>Stores a value of finished reductions, and gives the load of it.</summary>
    public Scalar Keep(Scalar value)
    {
        var offset = Offset(builder, kept, null);
        var buffer = stores.Find(s => ReferenceEquals(s.Value, value) && ReferenceEquals(s.Offset, offset))?.Buffer;
        if (buffer is null)
        {
            buffer = temporary(new TensorType(value.Type, new Shape([Count])), "row");
            stores.Add(new KernelStore(buffer, offset, value));
        }
        return builder.Load(value.Type, buffer, offset);
    }

    /// <summary>The kernel that combines the chunks.</summary>
    public Kernel Combine(int lanes, string name)
    {
        var b = new ScalarBuilder();
        var axes = Array.ConvertAll(kept, a => new LoopAxis(a.Name, a.Extent, reduced: false));
        var loop = chunks is null ? null : new LoopAxis(chunks.Loop.Name, chunks.Loop.Extent, reduced: true);
        var draft = new KernelDraft(b, loop is null ? [.. axes] : [loop, .. axes]);
        var leaves = new Dictionary<object, Scalar>();
        for (var k = 0; k < kept.Length; k++) leaves.Add(kept[k], b.LoopIndex(axes[k]));
        foreach (var (reduction, buffer) in parts)
        {
            var part = b.Load(reduction.Type, buffer, Offset(b, axes, loop));
            if (loop is null)
            {
                leaves.Add(reduction, part);
                continue;
            }
            var whole = new KernelReduction(reduction.Kind, reduction.Type, part, reduction.Name);
            draft.Reductions.Add(whole);
            leaves.Add(reduction, b.Accumulated(whole.Type, whole));
        }
        var copies = new Dictionary<Scalar, Scalar>();
        foreach (var store in stores) draft.RowStores.Add(new KernelStore(store.Buffer, Copy(store.Offset), Copy(store.Value)));
        AxisMerging.Merge(draft);
        return GroupLowering.Schedule(draft, VectorAxis.Choose(draft, lanes), name);

        Scalar Copy(Scalar scalar)
        {
            if (copies.TryGetValue(scalar, out var copy)) return copy;
            copy = scalar.Op is ScalarOp.LoopIndex or ScalarOp.Accumulated ? leaves[scalar.Payload!] : b.Rebuild(scalar, Array.ConvertAll(scalar.Arguments, Copy));
            copies.Add(scalar, copy);
            return copy;
        }
    }

    private static Scalar Offset(ScalarBuilder b, LoopAxis[] axes, LoopAxis? chunk)
    {
        var offset = b.Int64(0);
        foreach (var axis in chunk is null ? axes : [chunk, .. axes])
            offset = b.Add(b.Multiply(offset, b.Extent(axis.Extent)), b.LoopIndex(axis));
        return offset;
    }
}
