using GraphGrad.Compilation;
using GraphGrad.Operations;

namespace GraphGrad.Execution;

/// <summary>
/// The structure of a plan request, apart from the graph that it came from: two requests with equal signatures are served by
/// one plan. Nodes are compared by op and by the positions of what they read; names and lines play no part.
/// </summary>
internal sealed class PlanSignature : IEquatable<PlanSignature>
{
    private readonly object options;
    private readonly Op?[] ops;
    private readonly int[] links;
    private readonly TensorType[] variables;
    private readonly int hash;

    /// <param name="request">What a plan is wanted for.</param>
    /// <param name="options">Everything else on which the plan depends, compared with <see cref="object.Equals(object)"/>.</param>
    public PlanSignature(PlanRequest request, object options)
    {
        this.options = options;
        var positions = new Dictionary<Node, int>();
        foreach (var node in request.Nodes) positions.Add(node, positions.Count);
        ops = Array.ConvertAll(request.Nodes, node => Structural(node.Op));
        var all = new List<int>();
        foreach (var node in request.Nodes)
        {
            // The counts tell where a node's links end.
            all.Add(node.Inputs.Count);
            foreach (var input in node.Inputs) Place(input);
            all.Add(node.ControlInputs.Count);
            foreach (var control in node.ControlInputs) all.Add(positions[control]);
            if (node.Op is VariableOp) all.Add(Array.IndexOf(request.Variables, (Variable)node.Output));
            if (node.Op is AssignOp assign) all.Add(Array.IndexOf(request.Variables, assign.Target));
        }
        foreach (var fetch in request.Fetches) Place(fetch);
        links = [.. all];
        variables = Array.ConvertAll(request.Variables, v => v.Type);
        var combined = default(HashCode);
        combined.Add(options);
        foreach (var op in ops) combined.Add(op?.GetHashCode() ?? 0);
        foreach (var link in links) combined.Add(link);
        hash = combined.ToHashCode();

        void Place(Value value)
        {
            all.Add(positions[value.Node]);
            all.Add(value.Index);
        }
    }

    /// <summary>A signature equal to another, with options and ops of its own.</summary>
    private PlanSignature(PlanSignature other) =>
        (options, ops, links, variables, hash) = (other.options is CompilerOptions chosen ? chosen with { } : other.options, Array.ConvertAll(other.ops, op => op?.Copy()), [.. other.links], other.variables, other.hash);

    /// <summary>
    /// The op where it says all that matters. Those that know their variable are compared by its position, which is among their
    /// links; the rule of a custom gradient, and what a checkpoint computes again, play no part in a run: both are their first input. The number of
    /// inputs tells these from the others: two or more, against none or one.
    /// </summary>
    public static Op? Structural(Op op) => op is VariableOp or AssignOp or CustomGradientOp or CheckpointOp ? null : op;

    public bool Equals(PlanSignature? other)
    {
        if (other is null || hash != other.hash || !options.Equals(other.options)) return false;
        if (ops.Length != other.ops.Length || variables.Length != other.variables.Length || !links.AsSpan().SequenceEqual(other.links)) return false;
        for (var i = 0; i < variables.Length; i++)
        {
            if (!variables[i].Equals(other.variables[i])) return false;
        }
        // The first session to be served compiles what is called here: generic comparers of lists and tuples would take longer than they run.
        for (var i = 0; i < ops.Length; i++)
        {
            if (!ReferenceEquals(ops[i], other.ops[i]) && ops[i]?.Equals((object?)other.ops[i]) != true) return false;
        }
        return true;
    }

    /// <summary>
    /// Compares it with a copy, so that what compares these ops is compiled by the time another session asks for them: that took 1.3 of its 4.3 milliseconds.
    /// </summary>
    public void Rehearse() => Equals(new PlanSignature(this));

    public override bool Equals(object? obj) => Equals(obj as PlanSignature);

    public override int GetHashCode() => hash;
}
