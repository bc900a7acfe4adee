using GraphGrad.Operations;

namespace GraphGrad.Printing;

/// <summary>
/// What a user's function built on values that only stood for others, such as one example or one iteration, and what is left of it once a loop or a
/// vectorized expression has been made of it. No run needs it.
/// </summary>
internal static class Scaffolding
{
    /// <summary>The other nodes of a graph, in order.</summary>
    public static IReadOnlyList<Node> Without(IReadOnlyList<Node> nodes)
    {
        var left = new HashSet<Node>();
        foreach (var node in nodes)
        {
            if (node.Op is PlaceholderOp { StandsIn: true } || node.Inputs.Any(i => left.Contains(i.Node))) left.Add(node);
        }
        if (left.Count == 0) return nodes;
        // Backwards: constants that serve nothing else, and what is computed from those.
        var serving = new HashSet<Node>();
        var used = new HashSet<Node>();
        foreach (var node in nodes.Reverse())
        {
            if (used.Contains(node) && !serving.Contains(node) && !node.Op.IsStateful && node.Op is not VariableOp) left.Add(node);
            foreach (var input in node.Inputs.Select(i => i.Node).Concat(node.ControlInputs))
            {
                used.Add(input);
                if (!left.Contains(node)) serving.Add(input);
            }
        }
        return [.. nodes.Where(n => !left.Contains(n))];
    }
}
