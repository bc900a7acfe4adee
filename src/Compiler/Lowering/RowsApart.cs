using GraphGrad.Compilation.Kernels;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Lowering;

/// <summary>
/// Short rows that are reduced and stored again. With rows in the lanes their elements would be stored one by one; with elements in the lanes what a row needs once, as a logarithm, would be computed
/// alone, and what a row is reduced to several times would be waited for as often. So they fall apart: one kernel, with rows in the lanes, leaves what a row comes to, and a second one, with elements in the lanes, reads it.
/// </summary>
internal static class RowsApart
{
    // Of longer rows the reductions are fast along them, too.
    private const long LongestRow = 32;

    // Measured: rows that are reduced at least twice gain up to these lengths, the longer ones where gathering is little of the work: less is read than reduced, and of floats, which fewer instructions make.
    private const int LeastReductions = 2;
    private const long LongestWaiting = 12, LongestLightWaiting = 24;
    private const int MostInstructions = 64;
    private const int LeastVectors = 4;

    /// <summary>Makes two kernels of one; null where one is as fast.</summary>
    /// <param name="draft">What to compute.</param>
    /// <param name="vector">The axis that one kernel would have in the lanes.</param>
    /// <param name="lanes">The number of lanes that the target holds of a four-byte type.</param>
    /// <param name="name">The kernel's name.</param>
    /// <param name="temporary">Makes a buffer for what rows come to.</param>
    public static Kernel[]? Split(KernelDraft draft, LoopAxis? vector, int lanes, string name, Func<TensorType, string, TensorBuffer> temporary)
    {
        if (draft.Reductions.Count == 0 || draft.FullStores.Count == 0 || draft.Columns.Count > 0) return null;
        if (draft.Axes.Where(a => a.Reduced).ToArray() is not [{ Extent: { IsConstant: true, Value: <= LongestRow } } row] || draft.Axes.FindLast(a => !a.Reduced) is not { } rows || RowChunks.Estimate(rows) < lanes) return null;
        var waits = vector == row && RowChunks.Estimate(rows) >= LeastVectors * lanes && Waits(draft, row);
        if (vector == row ? !waits && !VectorAxis.IsAloneDear(draft) : vector != rows) return null;
        var b = draft.Builder;
        if (!draft.FullStores.TrueForAll(s => ScalarGraph.TryCoefficient(b, s.Offset, row, out var step) && step.IsInteger(1))) return null;

        var kept = draft.Axes.Where(a => !a.Reduced).ToArray();
        var reductions = new KernelDraft(b, [.. draft.Axes]);
        reductions.Reductions.AddRange(draft.Reductions);
        reductions.RowStores.AddRange(draft.RowStores);
        var (count, place) = ((Dim)1, b.Int64(0));
        foreach (var axis in kept) (count, place) = (count * axis.Extent, b.Add(b.Multiply(place, b.Extent(axis.Extent)), b.LoopIndex(axis)));
        var loads = new Dictionary<Scalar, Scalar>();
        foreach (var value in RowLevels.OfRows(draft))
        {
            var buffer = temporary(new TensorType(value.Type, new Shape([count])), "row");
            reductions.RowStores.Add(new KernelStore(buffer, place, value));
            loads.Add(value, b.Load(value.Type, buffer, place));
        }

        var elements = new KernelDraft(b, [.. draft.Axes]);
        var renewed = new Dictionary<Scalar, Scalar>();
        elements.RowStores.AddRange(draft.FullStores.Select(s => s with { Value = ScalarGraph.Substitute(b, s.Value, loads.GetValueOrDefault, renewed) }));
        elements.Relabel([.. draft.Axes.Select(a => (a, new LoopAxis(a.Name, a.Extent, reduced: false)))]);
        AxisMerging.Merge(elements);
        return [GroupLowering.Schedule(reductions, waits ? rows : VectorAxis.Choose(reductions, lanes), $"{name}/rows"), GroupLowering.Schedule(elements, VectorAxis.Choose(elements, lanes), $"{name}/elements")];
    }

    /// <summary>The axis of the rows that go to the lanes where short rows are reduced several times and only what they come to is stored; null elsewhere.</summary>
    public static LoopAxis? InLanes(KernelDraft draft, LoopAxis? vector, int lanes)
    {
        if (draft.FullStores.Count + draft.Columns.Count > 0 || vector is not { Reduced: true } || draft.Axes.Count(a => a.Reduced) > 1 || draft.Axes.FindLast(a => !a.Reduced) is not { } rows) return null;
        return vector.Extent.IsConstant && RowChunks.Estimate(rows) >= LeastVectors * lanes && Waits(draft, vector) ? rows : null;
    }

    /// <summary>Whether what elements of a row come to, one after the other, takes longer than gathering them.</summary>
    private static bool Waits(KernelDraft draft, LoopAxis row)
    {
        if (draft.Reductions.Count < LeastReductions || row.Extent.Value > LongestLightWaiting) return false;
        var scalars = ScalarGraph.Reachable(draft.Reductions.Select(r => r.Body));
        var gathered = scalars.Where(s => s.Op == ScalarOp.Load && ScalarGraph.DependsOn(s.Arguments[0], row)).ToArray();
        // Bools are gathered byte by byte, and become masks only then.
        if (Array.Exists(gathered, s => s.Type == DType.Bool)) return false;
        return row.Extent.Value <= LongestWaiting
            || (gathered.Length < draft.Reductions.Count && scalars.TrueForAll(s => s.Type != DType.Float64) && scalars.Count(s => !s.IsConstant && s.Type != DType.Int64) <= MostInstructions);
    }
}
