using GraphGrad.Operations;

namespace GraphGrad.Loops;

/// <summary>What the derivative of an iteration reads of the iteration: values that are stacked, and parameters that are read again.</summary>
internal sealed class Residuals
{
    // From this cost on a value is stored rather than computed again: a transcendental function, or what reads far more than it yields.
    private const int StoreFromCost = 8;

    private readonly HashSet<Value> stored = [];
    private readonly HashSet<Value> read = [];
    private readonly HashSet<Value> backward;
    private readonly HashSet<Value> carries;
    private readonly HashSet<Value> parameters;
    private readonly HashSet<Value> settled = [];
    private readonly Dictionary<Node, bool> cheap = [];

    private Residuals(LoopDraft draft, Value[] upstream)
    {
        carries = [.. draft.Parameters.Carries];
        parameters = [.. draft.Parameters.Steps, .. draft.Parameters.Captures];
        backward = [.. upstream];
    }

    /// <summary>The values to stack, carries among them.</summary>
    public Value[] Stored { get; private init; } = [];

    /// <summary>Which step inputs are read again.</summary>
    public int[] Steps { get; private init; } = [];

    /// <summary>Which captures are read again.</summary>
    public int[] Captures { get; private init; } = [];

    public static Residuals Choose(LoopDraft draft, Value[] upstream, Value[] gradients)
    {
        var search = new Residuals(draft, upstream);
        var slice = GraphSlice.Of(gradients.Select(g => g.Node));
        foreach (var node in slice)
        {
            if (node.Inputs.Any(search.backward.Contains)) search.backward.UnionWith(node.Outputs);
        }
        // From the end: what is stored for a later reader serves an earlier one.
        for (var i = slice.Count - 1; i >= 0; i--)
        {
            if (!slice[i].Outputs.Any(search.backward.Contains)) continue;
            foreach (var input in slice[i].Inputs) search.Need(input);
        }
        foreach (var gradient in gradients) search.Need(gradient);
        return new Residuals(draft, upstream)
        {
            Stored = [.. search.stored.OrderBy(v => v.Node.Id).ThenBy(v => v.Index)],
            Steps = Read(draft.Parameters.Steps),
            Captures = Read(draft.Parameters.Captures),
        };

        int[] Read(Value[] of) => [.. Enumerable.Range(0, of.Length).Where(i => search.read.Contains(of[i]))];
    }

    private void Need(Value value)
    {
        // Once is enough: what a value needs is stored from then on. Ways through a body of many steps are exponentially many.
        if (backward.Contains(value) || stored.Contains(value) || value.Node.Op is ConstantOp || !settled.Add(value)) return;
        if (parameters.Contains(value)) read.Add(value);
        else if (carries.Contains(value) || !IsCheap(value.Node)) stored.Add(value);
        else
        {
            // Computed again from several values that would have to be stacked for it alone, it is better stacked itself.
            var missing = Leaves(value).Count(v => !stored.Contains(v));
            if (missing > 1 && value.Node.Op.KindAt(value.Node) is not (OpKind.View or OpKind.Alias)) stored.Add(value);
            else foreach (var input in value.Node.Inputs) Need(input);
        }
    }

    /// <summary>What would have to be stacked to compute a value again.</summary>
    private HashSet<Value> Leaves(Value value)
    {
        var leaves = new HashSet<Value>();
        var seen = new HashSet<Value> { value };
        var pending = new Stack<Value>(seen);
        while (pending.TryPop(out var next))
        {
            if (next.Node.Op is ConstantOp || parameters.Contains(next)) continue;
            if (carries.Contains(next) || stored.Contains(next) || !IsCheap(next.Node)) leaves.Add(next);
            else foreach (var input in next.Node.Inputs.Where(seen.Add)) pending.Push(input);
        }
        return leaves;
    }

    private bool IsCheap(Node node)
    {
        if (!cheap.TryGetValue(node, out var known))
        {
            known = !node.Op.IsStateful && node.Op.Cost < StoreFromCost
                && node.Op.KindAt(node) is OpKind.Elementwise or OpKind.View or OpKind.Alias or OpKind.Indexed;
            cheap.Add(node, known);
        }
        return known;
    }
}
