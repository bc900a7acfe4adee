using GraphGrad.Operations;

namespace GraphGrad.Execution;

/// <summary>
/// The structure of a plan request, apart from the graph that it came from: two requests with equal signatures are served by
/// one plan. Nodes are compared by op and by the positions of what they read; names and lines play no part.
/// </summary>
internal sealed class PlanSignature : IEquatable<PlanSignature>
{
    private readonly object options;
    private readonly (Op? Op, EquatableArray<int> Links)[] nodes;
    private readonly EquatableArray<int> fetches;
    private readonly TensorType[] variables;
    private readonly int hash;

    /// <param name="request">What a plan is wanted for.</param>
    /// <param name="options">Everything else on which the plan depends, compared with <see cref="object.Equals(object)"/>.</param>
    public PlanSignature(PlanRequest request, object options)
    {
        this.options = options;
        var positions = new Dictionary<Node, int>();
        foreach (var node in request.Nodes) positions.Add(node, positions.Count);
        nodes = Array.ConvertAll(request.Nodes, node => (Structural(node.Op), Links(node)));
        fetches = [.. request.Fetches.SelectMany(Place)];
        variables = Array.ConvertAll(request.Variables, v => v.Type);
        var combined = default(HashCode);
        combined.Add(options);
        combined.Add(fetches);
        foreach (var node in nodes) combined.Add(node);
        hash = combined.ToHashCode();

        EquatableArray<int> Links(Node node)
        {
            var links = new List<int> { node.Inputs.Count };
            foreach (var input in node.Inputs) links.AddRange(Place(input));
            links.AddRange(node.ControlInputs.Select(c => positions[c]));
            if (node.Op is VariableOp) links.Add(Array.IndexOf(request.Variables, (Variable)node.Output));
            if (node.Op is AssignOp assign) links.Add(Array.IndexOf(request.Variables, assign.Target));
            return [.. links];
        }

        int[] Place(Value value) => [positions[value.Node], value.Index];
    }

    /// <summary>
    /// The op where it says all that matters. Those that know their variable are compared by its position, which is among their
    /// links; the rule of a custom gradient, and what a checkpoint computes again, play no part in a run: both are their first input. The number of
    /// inputs tells these from the others: two or more, against none or one.
    /// </summary>
    public static Op? Structural(Op op) => op is VariableOp or AssignOp or CustomGradientOp or CheckpointOp ? null : op;

    public bool Equals(PlanSignature? other) =>
        other is not null && hash == other.hash && options.Equals(other.options) && fetches.Equals(other.fetches)
        && variables.AsSpan().SequenceEqual(other.variables) && nodes.AsSpan().SequenceEqual(other.nodes);

    public override bool Equals(object? obj) => Equals(obj as PlanSignature);

    public override int GetHashCode() => hash;
}
