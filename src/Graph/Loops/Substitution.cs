using GraphGrad.Operations;

namespace GraphGrad.Loops;

/// <summary>Copies values into a graph, with others in the place of some of what they are computed from.</summary>
internal sealed class Substitution(Graph target)
{
    private readonly Dictionary<Value, Value> copies = [];

    public Graph Target { get; } = target;

    public void Map(Value value, Value copy) => copies[value] = copy;

    /// <summary>Lets a placeholder of the value's type stand for it.</summary>
    public Value Placeholder(Value value)
    {
        if (copies.TryGetValue(value, out var known)) return known;
        using var origin = Target.WithOrigin(value.Node.Origin);
        var placeholder = Target.Placeholder(value.Name, value.Shape, value.DType);
        copies.Add(value, placeholder);
        return placeholder;
    }

    public Value Of(Value value)
    {
        if (copies.TryGetValue(value, out var known)) return known;
        var found = new HashSet<Node> { value.Node };
        var pending = new Stack<Node>(found);
        while (pending.TryPop(out var node))
        {
            foreach (var input in node.Inputs)
            {
                if (!copies.ContainsKey(input) && found.Add(input.Node)) pending.Push(input.Node);
            }
        }
        foreach (var node in found.OrderBy(n => n.Id)) Copy(node);
        return copies[value];
    }

    private void Copy(Node node)
    {
        if (node.Op is PlaceholderOp) throw new InvalidOperationException($"nothing stands for '{node.Name}'");
        using var origin = Target.WithOrigin(node.Origin);
        var copy = Target.AddNode(node.Op, [.. node.Inputs.Select(i => copies[i])], node.Name);
        foreach (var output in node.Outputs) copies.TryAdd(output, copy.Outputs[output.Index]);
    }
}
