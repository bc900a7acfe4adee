using GraphGrad.Operations;

namespace GraphGrad.Compilation.Passes;

/// <summary>One condition under which a node is needed: the scalar bool <paramref name="Predicate"/> is <paramref name="Taken"/>.</summary>
internal readonly record struct BranchLiteral(Value Predicate, bool Taken);

/// <summary>
/// Finds which nodes only an untaken branch would need. Afterwards every node has a conjunction of literals (empty: always
/// needed) such that no taken branch, fetch or assignment reads it where one of them does not hold.
/// </summary>
internal static class BranchGuards
{
    /// <summary>The guards of the nodes that have any.</summary>
    /// <param name="nodes">A slice, each node after its inputs.</param>
    /// <param name="roots">Nodes that are needed whatever the predicates say: fetches and assignments.</param>
    public static Dictionary<Node, BranchLiteral[]> Find(IReadOnlyList<Node> nodes, IEnumerable<Node> roots)
    {
        if (!nodes.Any(IsBranch)) return [];
        // A node is needed where one of its readers is: its guard is what all its uses have in common.
        var guards = new Dictionary<Node, HashSet<BranchLiteral>>();
        foreach (var root in roots) guards[root] = [];
        for (var i = nodes.Count - 1; i >= 0; i--)
        {
            var node = nodes[i];
            if (!guards.TryGetValue(node, out var own)) guards.Add(node, own = []);
            foreach (var control in node.ControlInputs) Use(control, own);
            for (var input = 0; input < node.Inputs.Count; input++)
            {
                if (IsBranch(node) && input > 0) Use(node.Inputs[input].Node, [.. own, new BranchLiteral(node.Inputs[0], input == 1)]);
                else Use(node.Inputs[input].Node, own);
            }
        }
        return guards.Where(g => g.Value.Count > 0).ToDictionary(g => g.Key, g => g.Value.ToArray());

        void Use(Node node, HashSet<BranchLiteral> guard)
        {
            if (guards.TryGetValue(node, out var common)) common.IntersectWith(guard);
            else guards.Add(node, [.. guard]);
        }
    }

    /// <summary>
    /// The nodes in an order in which inputs and the predicates of guards come before what reads them; graph order wherever
    /// that does. There is one: of the branches on a predicate the one nearest to the results needs it unconditionally, so a
    /// predicate never depends on what it guards.
    /// </summary>
    public static Node[] Order(IReadOnlyList<Node> nodes, IReadOnlyDictionary<Node, BranchLiteral[]> guards)
    {
        if (guards.Count == 0) return [.. nodes];
        var ordered = new List<Node>(nodes.Count);
        var done = new HashSet<Node>();
        var pending = new Stack<Node>();
        foreach (var next in nodes)
        {
            pending.Push(next);
            while (pending.TryPeek(out var node))
            {
                if (done.Contains(node)) pending.Pop();
                else if (Required(node).FirstOrDefault(r => !done.Contains(r)) is { } first) pending.Push(first);
                else
                {
                    pending.Pop();
                    done.Add(node);
                    ordered.Add(node);
                }
            }
        }
        return [.. ordered];

        IEnumerable<Node> Required(Node node)
        {
            foreach (var input in node.Inputs) yield return input.Node;
            foreach (var control in node.ControlInputs) yield return control;
            if (!guards.TryGetValue(node, out var guard)) yield break;
            foreach (var literal in guard) yield return literal.Predicate.Node;
        }
    }

    private static bool IsBranch(Node node) => node.Op.KindAt(node) == OpKind.Branch;
}
