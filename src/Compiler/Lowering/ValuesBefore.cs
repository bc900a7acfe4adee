using GraphGrad.Compilation.Kernels;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Lowering;

/// <summary>Values that a kernel reads from memory, because another one computes them before, with other lanes or once for all that read them.</summary>
internal static class ValuesBefore
{
    /// <summary>The kernel that computes values for all indices of some axes, and what stands for each of them in the kernel that reads them.</summary>
    /// <param name="b">Makes their scalars.</param>
    /// <param name="axes">The axes on which the values depend, in the order in which they lie in memory.</param>
    /// <param name="values">The values.</param>
    /// <param name="lanes">The number of lanes that the target holds of a four-byte type.</param>
    /// <param name="name">The kernel's name.</param>
    /// <param name="temporary">Makes a buffer for a value.</param>
    public static (Kernel Kernel, Scalar[] Loads) Compute(ScalarBuilder b, LoopAxis[] axes, Scalar[] values, int lanes, string name, Func<TensorType, TensorBuffer> temporary)
    {
        var shape = new Shape([axes.Aggregate((Dim)1, (count, axis) => count * axis.Extent)]);
        var place = axes.Aggregate(b.Int64(0), (offset, axis) => b.Add(b.Multiply(offset, b.Extent(axis.Extent)), b.LoopIndex(axis)));
        var draft = new KernelDraft(b, [.. axes]);
        var loads = Array.ConvertAll(values, value =>
        {
            var buffer = temporary(new TensorType(value.Type, shape));
            draft.RowStores.Add(new KernelStore(buffer, place, value));
            return b.Load(value.Type, buffer, place);
        });
        draft.Relabel([.. axes.Select(a => (a, new LoopAxis(a.Name, a.Extent, reduced: false)))]);
        AxisMerging.Merge(draft);
        return (GroupLowering.Schedule(draft, VectorAxis.Choose(draft, lanes), name), loads);
    }
}
