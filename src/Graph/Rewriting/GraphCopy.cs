using GraphGrad.Operations;

namespace GraphGrad.Rewriting;

/// <summary>
/// Copies nodes into another graph, inputs before users. A copy keeps op, name and origin; a copied variable is another
/// <see cref="Variable"/> object with the same identity.
/// </summary>
internal sealed class GraphCopy(Graph target)
{
    private readonly Dictionary<Node, Node> copies = [];

    public Graph Target { get; } = target;

    /// <summary>Whether the source is itself a copy of the target: nodes of the target then stand for those that were written there, not for the source.</summary>
    public bool IsBack { get; init; }

    public Node this[Node node] => copies[node];

    public Value this[Value value] => copies[value.Node].Outputs[value.Index];

    public bool Contains(Node node) => copies.ContainsKey(node);

    /// <summary>Lets a node of the target stand for a node of the source.</summary>
    public void Map(Node node, Node copy) => copies.Add(node, copy);

    public Node Add(Node node) => Add(node, node.Name, node.Origin);

    public Node Add(Node node, string name, Origin origin)
    {
        using var carried = Target.Copying(IsBack ? node.Written : node, origin);
        var copy = Target.AddNode(
            CopyOf(node.Op),
            [.. node.Inputs.Select(i => this[i])],
            name,
            node.ControlInputs.Count == 0 ? null : [.. node.ControlInputs.Select(c => copies[c])]);
        copies.Add(node, copy);
        return copy;
    }

    /// <summary>An assignment to a copied variable assigns to the copy.</summary>
    private Op CopyOf(Op op) =>
        op is AssignOp assign && copies.TryGetValue(assign.Target.Node, out var variable) ? new AssignOp((Variable)variable.Output) : op;
}
