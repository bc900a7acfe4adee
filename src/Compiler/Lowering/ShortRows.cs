using GraphGrad.Compilation.Kernels;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Lowering;

/// <summary>
/// Rows of a few elements that are reduced and stored again, as colours or points in space are brought to unit length. Along such a row most lanes stay empty; so neighbouring
/// rows go to the lanes, reductions are written out, and the elements of a row are interleaved where they are stored.
/// </summary>
internal static class ShortRows
{
    // As many vectors are interleaved in registers.
    private const long LongestRow = 4;

    /// <summary>Makes rows the lanes' axis.</summary>
    /// <param name="draft">The kernel in the making; where rows are long, or more than their elements is stored, it is left alone.</param>
    /// <param name="lanes">The number of lanes that the target holds of a four-byte type.</param>
    /// <returns>The axis of the rows; null where nothing was done.</returns>
    public static LoopAxis? WriteOut(KernelDraft draft, int lanes)
    {
        if (draft.Reductions.Count == 0 || draft.FullStores.Count == 0 || draft.RowStores.Count > 0 || draft.Columns.Count > 0) return null;
        if (draft.Axes.Where(a => a.Reduced).ToArray() is not [{ Extent: { IsConstant: true, Value: <= LongestRow } } row] || draft.Axes.FindLast(a => !a.Reduced) is not { } rows || RowChunks.Estimate(rows) < lanes) return null;
        var b = draft.Builder;
        // An element that lanes would pick one by one is dearer than empty lanes.
        if (!draft.Offsets.All(offset => IsNear(offset, rows, row.Extent.Value) && IsNear(offset, row, 1))) return null;

        var within = new LoopAxis(row.Name, row.Extent, reduced: false);
        var further = new KernelDraft(b, [.. draft.Axes.Select(a => a == row ? within : a)]);
        var values = ShortReductions.Values(draft, [row]);
        var done = new Dictionary<Scalar, Scalar>();
        foreach (var store in draft.FullStores) further.RowStores.Add(store with { Offset = Renew(store.Offset), Value = Renew(store.Value) });
        if (Interleaving.Within(further, rows) != within) return null;

        draft.Axes.Clear();
        draft.Axes.AddRange(further.Axes);
        draft.Reductions.Clear();
        draft.FullStores.Clear();
        draft.RowStores.AddRange(further.RowStores);
        return rows;

        Scalar Renew(Scalar scalar) => ScalarGraph.Substitute(b, scalar, s => s.Op switch
        {
            ScalarOp.Accumulated => values.GetValueOrDefault(s.Payload!),
            ScalarOp.LoopIndex when s.Payload == row => b.LoopIndex(within),
            _ => null,
        }, done);

        bool IsNear(Scalar offset, LoopAxis axis, long most) =>
            ScalarGraph.TryCoefficient(b, offset, axis, out var step) && step.IsConstant && Math.Abs(step.Bits) <= most;
    }
}
