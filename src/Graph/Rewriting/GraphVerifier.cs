using GraphGrad.Operations;

namespace GraphGrad.Rewriting;

/// <summary>Checks what every pass must leave behind it.</summary>
internal static class GraphVerifier
{
    /// <exception cref="CompilerBugException">An invariant of graphs is broken; the message names node and pass.</exception>
    public static void Verify(Graph graph, string pass)
    {
        var nodes = graph.Nodes;
        for (var id = 0; id < nodes.Count; id++)
        {
            var node = nodes[id];
            if (node.Id != id || node.Graph != graph) throw Broken(node, $"it has id {node.Id} at position {id}, or belongs to another graph.");
            foreach (var input in node.Inputs)
            {
                if (input.Graph != graph || input.Node.Id >= id || !ReferenceEquals(input.Node.Outputs[input.Index], input))
                    throw Broken(node, $"its input '{input.Name}' does not come before it in the same graph.");
            }
            foreach (var control in node.ControlInputs)
            {
                if (control.Graph != graph || control.Id >= id) throw Broken(node, $"its control input '{control.Name}' does not come before it in the same graph.");
            }
            var types = node.Op.Infer(new InferContext(node.Graph, node.Op, [.. node.Inputs], node.Name, node.Origin));
            if (!types.SequenceEqual(node.Outputs.Select(o => o.Type)))
                throw Broken(node, $"its types are {string.Join(", ", node.Outputs.Select(o => o.Type))}, and its shape rule says {string.Join(", ", types)}.");
        }

        CompilerBugException Broken(Node node, string what) => new(pass, $"node '{node.Name}' is broken: {what}", graph.ToText());
    }
}
