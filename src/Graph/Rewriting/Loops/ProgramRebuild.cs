using GraphGrad.Operations;

namespace GraphGrad.Rewriting.Loops;

/// <summary>
/// Copies a program, with other values in the place of some nodes' results. What is put in the place of a node may be computed after it in
/// the old graph: nodes are copied when they are needed.
/// </summary>
internal sealed class ProgramRebuild
{
    private readonly Dictionary<Value, Value> values = [];
    private readonly Dictionary<Node, Node> nodes = [];
    private readonly Func<Node, ProgramRebuild, IReadOnlyList<Value>?> replace;

    private ProgramRebuild(Func<Node, ProgramRebuild, IReadOnlyList<Value>?> replace) => this.replace = replace;

    public Graph Target { get; } = new();

    public Value this[Value value] => values[value];

    /// <param name="program">What to copy.</param>
    /// <param name="needs">Nodes that must be copied before a node, beside its inputs.</param>
    /// <param name="replace">The results to put in the place of a node's, in the new graph; null to copy the node.</param>
    public static GraphProgram Run(GraphProgram program, Func<Node, IEnumerable<Node>> needs, Func<Node, ProgramRebuild, IReadOnlyList<Value>?> replace)
    {
        var rebuild = new ProgramRebuild(replace);
        var done = new HashSet<Node>();
        var pending = new Stack<Node>();
        foreach (var root in program.Roots)
        {
            pending.Push(root);
            while (pending.TryPeek(out var node))
            {
                if (done.Contains(node)) pending.Pop();
                else if (node.Inputs.Select(i => i.Node).Concat(node.ControlInputs).Concat(needs(node)).FirstOrDefault(n => !done.Contains(n)) is { } first) pending.Push(first);
                else
                {
                    pending.Pop();
                    done.Add(node);
                    rebuild.Place(node);
                }
            }
        }
        return DeadNodes.Remove(program with
        {
            Graph = rebuild.Target,
            Feeds = Array.ConvertAll(program.Feeds, v => rebuild[v]),
            Fetches = Array.ConvertAll(program.Fetches, v => rebuild[v]),
            Variables = Array.ConvertAll(program.Variables, v => (Variable)rebuild[v]),
            Targets = Array.ConvertAll(program.Targets, n => rebuild.nodes[n]),
        });
    }

    private void Place(Node node)
    {
        using var origin = Target.WithOrigin(node.Origin);
        if (replace(node, this) is { } results)
        {
            for (var i = 0; i < results.Count; i++) values.Add(node.Outputs[i], results[i]);
            return;
        }
        var op = node.Op is AssignOp assign ? new AssignOp((Variable)values[assign.Target]) : node.Op;
        using var copying = Target.Copying(node, node.Origin);
        var copy = Target.AddNode(op, [.. node.Inputs.Select(i => values[i])], node.Name, node.ControlInputs.Count == 0 ? null : [.. node.ControlInputs.Select(c => nodes[c])]);
        nodes.Add(node, copy);
        foreach (var output in node.Outputs) values.Add(output, copy.Outputs[output.Index]);
    }
}
