using GraphGrad.Operations;

namespace GraphGrad.Execution;

/// <summary>Finds what a run of given fetches and targets needs, and refuses what cannot be run.</summary>
internal static class SliceAnalysis
{
    /// <param name="graph">The session's graph.</param>
    /// <param name="fetches">Values to compute; may repeat.</param>
    /// <param name="targets">Nodes to run; what they compute besides assignments is fetched, so that its failures show.</param>
    public static PlanRequest Analyze(Graph graph, ReadOnlySpan<Value> fetches, ReadOnlySpan<Node> targets)
    {
        var wanted = new List<Value>();
        var roots = new List<Node>();
        foreach (var fetch in fetches)
        {
            graph.Require(fetch, "the fetch");
            roots.Add(fetch.Node);
            if (!wanted.Contains(fetch)) wanted.Add(fetch);
        }
        foreach (var target in targets)
        {
            if (target.Graph != graph)
                throw new GraphException($"{Origin.Blame()}the target '{target.Name}' belongs to another graph (built at {target.Origin}); run a node of this graph.");
            roots.Add(target);
            if (target.Op is AssignOp) continue;
            wanted.AddRange(target.Outputs.Where(o => !wanted.Contains(o)));
        }
        var nodes = GraphSlice.Of(roots).ToArray();
        var assignments = Array.FindAll(nodes, n => n.Op is AssignOp);
        RequireOneAssignmentEach(assignments);
        var variables = nodes.Select(n => n.Op switch
            {
                VariableOp => (Variable)n.Output,
                AssignOp assign => assign.Target,
                _ => null,
            })
            .OfType<Variable>().Distinct().OrderBy(v => v.Node.Id);
        var placeholders = nodes.Where(n => n.Op is PlaceholderOp).Select(n => n.Output);
        return new PlanRequest(graph, nodes, [.. placeholders], [.. wanted], [.. variables], assignments);
    }

    private static void RequireOneAssignmentEach(Node[] assignments)
    {
        var first = new Dictionary<Variable, Node>();
        foreach (var node in assignments)
        {
            var variable = ((AssignOp)node.Op).Target;
            if (first.TryAdd(variable, node)) continue;
            throw new GraphException(
                $"variable '{variable.Name}' is assigned twice in one run, at {first[variable].Origin} and at {node.Origin}; " +
                "all assignments of a run take effect together at its end. Combine the two values in the graph, or run one after the other.");
        }
    }
}
