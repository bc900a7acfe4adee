using GraphGrad.Compilation.Kernels;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Lowering;

/// <summary>
/// Small matrices that are stored one after the other, as gradients by their elements are: a row of theirs fills few lanes. Their axes become one, whose elements are
/// interleaved where they are stored; neighbouring matrices go to the lanes.
/// </summary>
internal static class ShortAxes
{
    /// <summary>Makes the last axes one where they are short together; else, and where the kernel reduces, leaves the draft alone.</summary>
    /// <param name="draft">The kernel in the making.</param>
    /// <param name="lanes">The number of lanes that the target holds of a four-byte type.</param>
    public static void Flatten(KernelDraft draft, int lanes)
    {
        if (draft.Reductions.Count + draft.Columns.Count > 0) return;
        var (first, extent) = (draft.Axes.Count, 1L);
        while (first > 0 && draft.Axes[first - 1].Extent is { IsConstant: true, Value: > 0 and var own } && extent * own <= Interleaving.MostParts) (first, extent) = (first - 1, extent * own);
        if (first == 0 || draft.Axes.Count - first < 2 || RowChunks.Estimate(draft.Axes[first - 1]) < lanes) return;

        var b = draft.Builder;
        var matrix = new LoopAxis(string.Concat(draft.Axes.Skip(first).Select(a => a.Name)), extent, reduced: false);
        var places = new Dictionary<object, Scalar>();
        var step = extent;
        foreach (var axis in draft.Axes.Skip(first))
        {
            step /= axis.Extent.Value;
            foreach (var store in draft.RowStores)
            {
                if (!ScalarGraph.TryCoefficient(b, store.Offset, axis, out var own) || !own.IsInteger(step)) return;
            }
            places.Add(axis, b.Remainder(b.Divide(b.LoopIndex(matrix), b.Int64(step)), b.Int64(axis.Extent.Value)));
        }

        var further = new KernelDraft(b, [.. draft.Axes.Take(first), matrix]);
        var (values, offsets) = (new Dictionary<Scalar, Scalar>(), new Dictionary<Scalar, Scalar>());
        foreach (var store in draft.RowStores)
            further.RowStores.Add(store with { Offset = ScalarGraph.Substitute(b, store.Offset, Start, offsets), Value = ScalarGraph.Substitute(b, store.Value, Place, values) });
        if (Interleaving.Within(further, draft.Axes[first - 1]) != matrix) return;
        draft.Axes.RemoveRange(first, draft.Axes.Count - first);
        draft.Axes.Add(matrix);
        draft.RowStores.Clear();
        draft.RowStores.AddRange(further.RowStores);

        Scalar? Place(Scalar scalar) => scalar.Op == ScalarOp.LoopIndex ? places.GetValueOrDefault(scalar.Payload!) : null;

        // A store's place counts the elements of a matrix as the axis does.
        Scalar? Start(Scalar scalar) => Place(scalar) is null ? null : scalar.Payload == draft.Axes[^1] ? b.LoopIndex(matrix) : b.Int64(0);
    }
}
