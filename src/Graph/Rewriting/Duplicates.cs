namespace GraphGrad.Rewriting;

/// <summary>
/// Afterwards no two nodes apply equal ops to the same operands, except ops with state. The node that remains carries the origins of
/// all that it stands for.
/// </summary>
internal static class Duplicates
{
    public static GraphProgram Merge(GraphProgram program)
    {
        var copy = new GraphCopy(new Graph());
        var (representative, origins) = Group(program.Graph.Nodes);
        foreach (var node in program.Graph.Nodes)
        {
            var first = representative[node];
            if (first == node) copy.Add(node, node.Name, Origin.Unite(origins[node]));
            else copy.Map(node, copy[first]);
        }
        return program.In(copy);
    }

    private static (Dictionary<Node, Node> Representative, Dictionary<Node, List<Origin>> Origins) Group(IReadOnlyList<Node> nodes)
    {
        var representative = new Dictionary<Node, Node>();
        var origins = new Dictionary<Node, List<Origin>>();
        var known = new Dictionary<NodeKey, Node>();
        foreach (var node in nodes)
        {
            var first = node;
            if (!node.Op.IsStateful && node.ControlInputs.Count == 0)
            {
                var key = NodeKey.Of(node, input => representative[input.Node].Id);
                if (!known.TryAdd(key, node)) first = known[key];
            }
            representative.Add(node, first);
            if (first == node) origins.Add(node, [node.Origin]);
            else origins[first].Add(node.Origin);
        }
        return (representative, origins);
    }
}
