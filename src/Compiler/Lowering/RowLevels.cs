using GraphGrad.Compilation.Kernels;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Lowering;

/// <summary>In which walk over the data a scalar of a draft can be computed first: after every reduction that it needs.</summary>
internal sealed class RowLevels
{
    private readonly KernelDraft draft;
    private readonly Dictionary<Scalar, int> levels = [];
    private readonly Dictionary<KernelReduction, int> walkOf = [];

    public RowLevels(KernelDraft draft)
    {
        this.draft = draft;
        foreach (var reduction in draft.Reductions) walkOf[reduction] = this[reduction.Body];
        Count = draft.Reductions.Select(r => r.Body).Concat(draft.FullStores.Concat(draft.Columns).Select(s => s.Value)).Select(v => this[v]).Append(-1).Max() + 1;
    }

    /// <summary>How many walks the draft needs.</summary>
    public int Count { get; }

    /// <summary>The first walk in which a scalar can be computed: one after that of the last reduction that it needs.</summary>
    public int this[Scalar scalar]
    {
        get
        {
            if (levels.TryGetValue(scalar, out var level)) return level;
            if (scalar.Op == ScalarOp.Accumulated) level = walkOf[(KernelReduction)scalar.Payload!] + 1;
            foreach (var argument in scalar.Arguments) level = Math.Max(level, this[argument]);
            levels.Add(scalar, level);
            return level;
        }
    }

    /// <summary>The largest expressions of whole rows that are known after a walk and needed in a later one.</summary>
    public List<Scalar> KnownAfter(int walk)
    {
        var found = new List<Scalar>();
        var seen = new HashSet<Scalar>();
        foreach (var reduction in draft.Reductions.Where(r => walkOf[r] > walk)) Visit(reduction.Body);
        foreach (var store in draft.FullStores.Where(s => this[s.Value] > walk)) Visit(store.Value);
        foreach (var store in draft.RowStores.Where(s => this[s.Value] > walk + 1)) Visit(store.Value);
        return found;

        void Visit(Scalar scalar)
        {
            if (!seen.Add(scalar) || this[scalar] == 0) return;
            if (IsOfRow(draft, scalar) && this[scalar] <= walk + 1)
            {
                if (this[scalar] == walk + 1) found.Add(scalar);
                return;
            }
            foreach (var argument in scalar.Arguments) Visit(argument);
        }
    }

    /// <summary>The largest expressions of whole rows that stores of elements read, but what needs no reduction.</summary>
    public static List<Scalar> OfRows(KernelDraft draft)
    {
        var levels = new RowLevels(draft);
        var found = new List<Scalar>();
        var seen = new HashSet<Scalar>();
        foreach (var store in draft.FullStores) Visit(store.Value);
        return found;

        void Visit(Scalar scalar)
        {
            if (!seen.Add(scalar) || levels[scalar] == 0) return;
            // A comparison is made again: that takes less than to bring its outcome to the lanes.
            if (IsOfRow(draft, scalar) && (scalar.Type != DType.Bool || scalar.Op == ScalarOp.Accumulated)) found.Add(scalar);
            else foreach (var argument in scalar.Arguments) Visit(argument);
        }
    }

    private static bool IsOfRow(KernelDraft draft, Scalar scalar) => draft.Axes.All(a => !a.Reduced || !ScalarGraph.DependsOn(scalar, a));
}
