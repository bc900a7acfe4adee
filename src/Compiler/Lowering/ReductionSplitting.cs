using GraphGrad.Compilation.Kernels;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Lowering;

/// <summary>
/// Lowers a group whose reductions one loop nest would walk badly: to few results, which leaves threads idle, or down the columns
/// of a tensor, against the order of memory. Each walk over the data becomes a kernel of its own, which combines chunks of rows in
/// memory order, and a small one that combines the chunks. What they are depends on the problem alone.
/// </summary>
internal sealed class ReductionSplitting
{
    // Below this many points a kernel takes some ten microseconds: not worth a second one.
    private const long FewestPoints = 32_768;

    // So many iterations of the outermost loop keep threads busy.
    private const long EnoughRows = 8;

    // A column shorter than this is a window: it stays in registers.
    private const long ShortestColumn = 32;

    // Elements that stay in the second-level cache between passes, in whatever order they are walked.
    private const long LargestSlab = 1 << 17;

    // A row of columns has at least so many elements, if the tensor does. Several rows are taken at a time and lie side by side, unless other axes stand between them.
    private const long ShortestRow = 64;

    private readonly KernelDraft draft;
    private readonly int lanes;
    private readonly string name;
    private readonly Func<TensorType, string, TensorBuffer> temporary;
    private readonly RowLevels levels;
    private readonly List<Kernel> kernels = [];
    private readonly Dictionary<Scalar, Scalar> finished = [];

    private ReductionSplitting(KernelDraft draft, int lanes, string name, Func<TensorType, string, TensorBuffer> temporary)
    {
        this.draft = draft;
        this.lanes = lanes;
        this.name = name;
        this.temporary = temporary;
        levels = new RowLevels(draft);
    }

    private LoopAxis[] Kept => [.. draft.Axes.Where(a => !a.Reduced)];

    private LoopAxis[] Reduced => [.. draft.Axes.Where(a => a.Reduced)];

    /// <summary>Whether a draft is better split.</summary>
    public static bool Pays(KernelDraft draft, LoopAxis? vector)
    {
        if (draft.Reductions.Count == 0 || vector is null || Estimate(draft.Axes) < FewestPoints) return false;
        var around = draft.Axes.FirstOrDefault(a => !a.Reduced && a != vector);
        var isParallel = around is not null && Estimate(around) >= EnoughRows;
        if (vector.Reduced) return !isParallel;
        if (Estimate(draft.Axes.Where(a => a.Reduced)) < ShortestColumn) return false;
        return !isParallel || new RowLevels(draft).Count == 1 || Estimate(draft.Axes) / Estimate(around!) > LargestSlab;
    }

    /// <summary>The kernels, in the order in which they run.</summary>
    public static Kernel[] Split(KernelDraft draft, LoopAxis vector, int lanes, string name, Func<TensorType, string, TensorBuffer> temporary)
    {
        var splitting = new ReductionSplitting(draft, lanes, name, temporary);
        for (var walk = 0; walk < splitting.levels.Count; walk++) splitting.Walk(walk, vector);
        return [.. splitting.kernels];
    }

    private static long Estimate(params IEnumerable<LoopAxis> axes) => RowChunks.Estimate(axes);

    private void Walk(int number, LoopAxis vector)
    {
        var walkName = levels.Count == 1 ? name : $"{name}/{number}";
        var reductions = draft.Reductions.Where(r => levels[r.Body] == number).ToArray();
        var renewed = new Dictionary<Scalar, Scalar>();
        Scalar Renew(Scalar scalar) => ScalarGraph.Substitute(draft.Builder, scalar, s => finished.GetValueOrDefault(s), renewed);
        var stage = new KernelDraft(draft.Builder, [.. draft.Axes]);
        var stores = draft.FullStores.Where(s => levels[s.Value] == number).Select(s => s with { Value = Renew(s.Value) });
        if (reductions.Length == 0)
        {
            stage.RowStores.AddRange(stores);
            stage.Relabel([.. draft.Axes.Select(a => (a, new LoopAxis(a.Name, a.Extent, reduced: false)))]);
            AxisMerging.Merge(stage);
            kernels.Add(GroupLowering.Schedule(stage, VectorAxis.Choose(stage, lanes), walkName));
            return;
        }
        stage.FullStores.AddRange(stores);
        var bodies = Array.ConvertAll(reductions, r => Renew(r.Body));
        // Columns that one vector holds are summed in registers, as a row is.
        var inside = vector.Reduced ? Reduced : Inside(vector);
        var areRows = vector.Reduced || Estimate(inside) <= lanes;
        var chunks = vector.Reduced ? ChunksOfRow(vector) : ChunksOfColumn(inside);
        var results = new PartialResults(draft.Builder, Kept, chunks, temporary);
        var places = Array.ConvertAll(reductions, results.Place);
        foreach (var store in draft.RowStores.Where(s => Math.Max(levels[s.Value], 1) == number + 1)) results.Store(store with { Value = Renew(store.Value) });
        foreach (var scalar in levels.KnownAfter(number)) finished[scalar] = results.Keep(Renew(scalar));
        for (var r = 0; r < reductions.Length; r++)
        {
            var (kind, type) = (reductions[r].Kind, reductions[r].Type);
            if (areRows)
            {
                var part = new KernelReduction(kind, type, bodies[r], reductions[r].Name);
                stage.Reductions.Add(part);
                stage.RowStores.Add(new KernelStore(places[r].Buffer, places[r].Offset, draft.Builder.Accumulated(type, part)));
            }
            else
            {
                stage.Columns.Add(new KernelColumn(places[r].Buffer, places[r].Offset, bodies[r], kind));
            }
        }
        LoopAxis[] order = areRows ? [.. draft.Axes] : [.. Kept.Except(inside), .. Reduced, .. inside];
        var to = order.Select(a => (From: a, To: RowChunks.Part(a, areRows ? a.Reduced : inside.Contains(a), chunks))).ToArray();
        stage.Relabel(to);
        if (chunks is not null) stage.Axes.Insert(0, chunks.Loop);
        var around = Kept.Except(inside).Count() + (chunks is null ? 0 : 1);
        kernels.Add(GroupLowering.Schedule(stage, to.Single(t => t.From == vector).To, walkName, columnLevel: areRows ? 0 : around));
        kernels.Add(results.Combine(lanes, $"{walkName}/combine"));
    }

    /// <summary>Few long rows: chunks of the longest axis, of whole vectors at any width.</summary>
    private RowChunks? ChunksOfRow(LoopAxis vector)
    {
        var longest = Reduced.MaxBy(a => Estimate(a))!;
        return RowChunks.Of(longest, longest == vector ? 1024 : 1);
    }

    /// <summary>Columns: chunks of rows, unless other axes give threads enough to do.</summary>
    private RowChunks? ChunksOfColumn(LoopAxis[] inside)
    {
        var around = Kept.Except(inside).FirstOrDefault();
        if (around is not null && Estimate(around) >= EnoughRows) return null;
        return RowChunks.OfRows(Reduced, Estimate(draft.Axes));
    }

    /// <summary>The axes of a row of columns: the vector axis, and those before it until the row is long enough.</summary>
    private LoopAxis[] Inside(LoopAxis vector)
    {
        List<LoopAxis> inside = [vector];
        foreach (var axis in Kept.TakeWhile(a => a != vector).Reverse())
        {
            if (Estimate(inside) >= ShortestRow) break;
            inside.Insert(0, axis);
        }
        return [.. inside];
    }
}
