using GraphGrad.Operations;

namespace GraphGrad.Rewriting;

/// <summary>Told of a rule that fired: what it replaced, by what, and what its wildcards stood for.</summary>
internal delegate void RuleObserver(Rule rule, Value before, Value after, BoundWildcard[] operands);

/// <summary>
/// Brings values into a normal form: afterwards no rule of the set applies to any of them, or to what they are computed
/// from, but to give the same again. Works from the inputs up and appends to the graph; a node is rewritten when its operands are final, so every rule sees
/// normal forms. No rule looks behind a barrier, and a barrier keeps a node of its own.
/// </summary>
internal sealed class Rewriter(Graph graph, RuleSet rules, IEnumerable<Value> barriers, RuleObserver? fired = null)
{
    // A replacement of a replacement … of one node: longer chains are rules that alternate.
    private const int ChainLimit = 200;
    private const int FiringsPerNode = 50;

    // So far below what a rule has built its selection may be, as behind a sign or a derivative.
    private const int SelectionDepth = 3;

    private readonly RewriteFacts facts = new(barriers);
    private readonly Dictionary<Node, Node> nodes = [];
    private readonly Dictionary<Value, Value> normal = [];
    private readonly Dictionary<Node, string> names = [];
    private readonly Queue<string> recent = new();
    private readonly Stack<(Rule Rule, Value Value)> underWay = new();
    private int firings;
    private int limit;

    /// <summary>
    /// Whether nodes with state stay as they are even if their operands have another normal form. Where the old node lives on,
    /// a second one would be a second assignment or a second random draw.
    /// </summary>
    public bool KeepsStatefulNodes { get; init; }

    /// <summary>The name of the node of which a node is the normal form, if there is one: what users know it by.</summary>
    public string NameOf(Node node) => names.GetValueOrDefault(node, node.Name);

    /// <summary>The normal forms of values and nodes.</summary>
    public (Value[] Values, Node[] Nodes) Rewrite(IReadOnlyCollection<Value> values, IReadOnlyCollection<Node> targets)
    {
        var slice = GraphSlice.Of(values.Select(v => v.Node).Concat(targets));
        limit = FiringsPerNode * (slice.Count + 20);
        foreach (var node in slice) Normalize(node, chain: 0);
        return ([.. values.Select(v => normal[v])], [.. targets.Select(n => nodes[n])]);
    }

    private void Normalize(Node node, int chain)
    {
        if (nodes.ContainsKey(node)) return;
        var current = WithNormalOperands(node);
        nodes[node] = current;
        foreach (var output in node.Outputs)
        {
            var own = current.Outputs[output.Index];
            var result = facts.IsBarrier(output) ? Barrier(own, chain) : Simplify(own, chain);
            normal[output] = result;
            normal[own] = result;
        }
        nodes[current] = current;
    }

    private Node WithNormalOperands(Node node)
    {
        if (KeepsStatefulNodes && (node.Op.IsStateful || node.ControlInputs.Count > 0)) return node;
        var changed = false;
        var inputs = new Value[node.Inputs.Count];
        for (var i = 0; i < inputs.Length; i++)
        {
            inputs[i] = normal[node.Inputs[i]];
            changed |= !ReferenceEquals(inputs[i], node.Inputs[i]);
        }
        var controls = new Node[node.ControlInputs.Count];
        for (var i = 0; i < controls.Length; i++)
        {
            controls[i] = nodes[node.ControlInputs[i]];
            changed |= !ReferenceEquals(controls[i], node.ControlInputs[i]);
        }
        if (!changed) return node;
        using var origin = graph.Copying(node, node.Origin);
        var rebuilt = graph.AddNode(node.Op, inputs, node.Name, controls);
        names[rebuilt] = NameOf(node);
        return rebuilt;
    }

    // A barrier may be computed in another way, but not by a node that others use too: its adjoint would then be theirs.
    private Value Barrier(Value value, int chain)
    {
        var before = graph.NodeCount;
        var result = Simplify(value, chain);
        if (result.Node.Id < before) result = value;
        facts.AddBarrier(result);
        return result;
    }

    private Value Simplify(Value value, int chain)
    {
        var node = value.Node;
        if (node.Op.IsStateful || node.Op is SourceOp || node.ControlInputs.Count > 0) return value;
        foreach (var rule in rules.For(node.Op.GetType()))
        {
            if (IsUnderWay(rule, value)) continue;
            var count = graph.NodeCount;
            if (Replace(rule, value, out var operands) is not { } replacement) continue;
            if (replacement.Node.Id >= count && replacement.Index == value.Index && node.Written is { } written) replacement.Node.Replaces(written);
            Count(rule, chain);
            var selects = Selects(replacement, count, SelectionDepth);
            if (selects) underWay.Push((rule, value));
            NormalizeNew(replacement, chain + 1);
            if (selects) underWay.Pop();
            var result = normal[replacement];
            if (!facts.Same(value, result)) fired?.Invoke(rule, value, result, operands);
            return result;
        }
        return value;
    }

    /// <summary>
    /// Whether the same is being rewritten by the same rule already, which selects between a better form and the one as written: where the condition is known to be false, as of
    /// constants, only the latter is left, for which the rule knows nothing better.
    /// </summary>
    private bool IsUnderWay(Rule rule, Value value)
    {
        foreach (var (other, before) in underWay)
        {
            if (ReferenceEquals(other, rule) && facts.Same(before, value)) return true;
        }
        return false;
    }

    private static bool Selects(Value value, int first, int depth) =>
        value.Node.Id >= first && (value.Node.Op is SelectOp || (depth > 0 && value.Node.Inputs.Any(i => Selects(i, first, depth - 1))));

    private Value? Replace(Rule rule, Value value, out BoundWildcard[] operands)
    {
        using var origin = graph.WithOrigin(value.Node.Origin);
        using var scope = ScopeOf(value.Node);
        Value? replacement;
        try
        {
            replacement = rule.Apply(value, facts, out operands);
        }
        catch (GraphException error)
        {
            throw Fault($"rule '{rule.Name}' failed at '{value.Name}': {error.Message}", error);
        }
        if (replacement is null || ReferenceEquals(replacement, value)) return null;
        if (replacement.Type.Equals(value.Type)) return replacement;
        if (replacement.DType == value.DType
            && Broadcasting.TryUnite(replacement.Shape, value.Shape, out var united, out _) && united.Equals(value.Shape))
        {
            return Ops.BroadcastTo(replacement, value.Shape);
        }
        throw Fault($"rule '{rule.Name}' replaced {value.Type} by {replacement.Type} at '{value.Name}'.", null);
    }

    private IDisposable? ScopeOf(Node node) =>
        node.Name.LastIndexOf('/') is var end and > 0 ? graph.Scope(node.Name[..end]) : null;

    /// <summary>Normalizes what a rule has built, operands first; they are few, so the recursion is shallow.</summary>
    private void NormalizeNew(Value value, int chain)
    {
        if (normal.ContainsKey(value)) return;
        foreach (var input in value.Node.Inputs) NormalizeNew(input, chain);
        Normalize(value.Node, chain);
    }

    private void Count(Rule rule, int chain)
    {
        recent.Enqueue(rule.Name);
        if (recent.Count > 8) recent.Dequeue();
        if (chain > ChainLimit || ++firings > limit)
            throw Fault($"rules alternate without end: {string.Join(", ", recent.Distinct().Select(n => $"'{n}'"))}.", null);
    }

    private CompilerBugException Fault(string message, Exception? inner) => new($"rewrite with {rules.Name}", message, graph.ToText(), inner);
}
