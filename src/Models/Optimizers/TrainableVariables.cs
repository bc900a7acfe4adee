namespace GraphGrad;

/// <summary>What an optimizer moves when it is not told.</summary>
internal static class TrainableVariables
{
    /// <summary>The trainable variables that a loss depends on.</summary>
    /// <exception cref="GraphException">There is none.</exception>
    public static Variable[] Of(Value loss, string optimizer)
    {
        var reached = new HashSet<Node> { loss.Node };
        var pending = new Stack<Node>(reached);
        while (pending.TryPop(out var node))
        {
            foreach (var input in node.Inputs)
            {
                if (reached.Add(input.Node)) pending.Push(input.Node);
            }
        }
        var found = loss.Graph.Variables.Where(v => v.Trainable && reached.Contains(v.Node)).ToArray();
        return found.Length > 0
            ? found
            : throw new GraphException($"{optimizer}: the loss '{loss.Name}' depends on no trainable variable. Make it of what graph.Variable returns, without trainable: false, or differentiate by something else with Gradients. Built at {loss.Node.Origin}.");
    }
}
