using GraphGrad.Compilation.Kernels;

namespace GraphGrad.Compilation.Lowering;

/// <summary>
/// Lowers a group that reduces along rows and down columns: one kernel walks chunks of rows and adds each row to its chunk's
/// columns, while the row is in the cache; another combines the chunks.
/// </summary>
internal static class ColumnsOfRows
{
    public static Kernel[] Lower(KernelDraft draft, int lanes, string name, Func<TensorType, string, TensorBuffer> temporary)
    {
        LoopAxis[] rows = [.. draft.Axes.Where(a => !a.Reduced)];
        LoopAxis[] inner = [.. draft.Axes.Where(a => a.Reduced)];
        var vector = VectorAxis.Choose(draft, lanes, inner)!;
        var chunks = RowChunks.OfRows(rows, RowChunks.Estimate(draft.Axes));
        var results = new PartialResults(draft.Builder, inner, chunks, temporary);
        for (var c = 0; c < draft.Columns.Count; c++)
        {
            var column = draft.Columns[c];
            var whole = new KernelReduction(column.Kind, column.Buffer.Type.DType, column.Value, column.Buffer.Name);
            results.Store(new KernelStore(column.Buffer, column.Offset, draft.Builder.Accumulated(whole.Type, whole)));
            var (buffer, offset) = results.Place(whole);
            draft.Columns[c] = column with { Buffer = buffer, Offset = offset };
        }
        var to = draft.Axes.Select(a => (From: a, To: RowChunks.Part(a, a.Reduced, chunks))).ToArray();
        draft.Relabel(to);
        if (chunks is not null) draft.Axes.Insert(0, chunks.Loop);
        return
        [
            GroupLowering.Schedule(draft, to.Single(t => t.From == vector).To, name, columnLevel: chunks is null ? 0 : 1),
            results.Combine(lanes, $"{name}/combine"),
        ];
    }
}
