using GraphGrad.Operations;

namespace GraphGrad.Loops;

/// <summary>
/// What a loop computes in each iteration: a program of its own, in a graph of its own. Immutable; two bodies of one structure are equal,
/// whatever their names and lines.
/// </summary>
internal sealed class LoopBody : IEquatable<LoopBody>
{
    private readonly Lazy<Structure> structure;

    /// <summary>Cuts a body out of a graph: what the results need is copied.</summary>
    /// <param name="parameters">Placeholders that iterations are fed with.</param>
    /// <param name="results">What iterations compute.</param>
    /// <param name="primal">The body whose derivative this one is.</param>
    public LoopBody(LoopParameters parameters, LoopResults results, LoopBody? primal = null)
        : this(parameters, results, new Substitution(new Graph()), primal)
    {
    }

    private LoopBody(LoopParameters parameters, LoopResults results, Substitution copy, LoopBody? primal)
    {
        Parameters = parameters.Select(copy.Placeholder);
        Results = results.Select(copy.Of);
        Nodes = copy.Target.Nodes;
        Primal = primal;
        structure = new Lazy<Structure>(() => new Structure(this));
    }

    public LoopParameters Parameters { get; }

    public LoopResults Results { get; }

    /// <summary>All nodes, inputs before users.</summary>
    public IReadOnlyList<Node> Nodes { get; }

    /// <summary>
    /// The body of which this one computes all that it computes, and more: its parameters and results come first in each list. A loop over
    /// that body from the same start is part of the loop over this one.
    /// </summary>
    public LoopBody? Primal { get; }

    /// <summary>The results without repetition: what a run of the body fetches. It is fed with all parameters.</summary>
    public Value[] Fetches => [.. Results.All.Distinct()];

    public bool IsRandom => Nodes.Any(n => n.Op.IsRandom);

    /// <summary>The values that depend on some of the parameters.</summary>
    public HashSet<Value> DependentsOf(IEnumerable<Value> sources)
    {
        var reached = sources.ToHashSet();
        foreach (var node in Nodes)
        {
            if (node.Inputs.Any(reached.Contains)) reached.UnionWith(node.Outputs);
        }
        return reached;
    }

    /// <summary>For each carry whether it changes from iteration to iteration with given carries, or with other parameters, in any iteration.</summary>
    public bool[] Moving(IReadOnlyList<bool> carries, IEnumerable<Value> others, Func<Value, bool> counts)
    {
        bool[] moving = [.. carries];
        var fixedSources = others.ToArray();
        for (var grown = true; grown;)
        {
            grown = false;
            var reached = DependentsOf(Parameters.Carries.Where((_, i) => moving[i]).Concat(fixedSources));
            for (var i = 0; i < moving.Length; i++)
            {
                if (moving[i] || !counts(Results.Carries[i]) || !reached.Contains(Results.Carries[i])) continue;
                moving[i] = grown = true;
            }
        }
        return moving;
    }

    public bool Equals(LoopBody? other) => other is not null && (ReferenceEquals(this, other) || structure.Value.Equals(other.structure.Value));

    public override bool Equals(object? obj) => Equals(obj as LoopBody);

    public override int GetHashCode() => structure.Value.GetHashCode();

    /// <summary>Nodes by op and by the positions of what they read.</summary>
    private sealed record Structure(EquatableArray<int> Links, EquatableArray<int> Ends, Op[] Ops)
    {
        public Structure(LoopBody body)
            : this(
                [.. body.Nodes.SelectMany(n => n.Inputs.SelectMany(Place).Append(-1))],
                [.. body.Parameters.Counts, .. body.Results.Counts, .. body.Results.All.SelectMany(Place)],
                [.. body.Nodes.Select(n => n.Op)])
        {
        }

        public bool Equals(Structure? other) =>
            other is not null && Links.Equals(other.Links) && Ends.Equals(other.Ends) && Ops.AsSpan().SequenceEqual(other.Ops);

        public override int GetHashCode()
        {
            var hash = default(HashCode);
            hash.Add(Links);
            hash.Add(Ends);
            foreach (var op in Ops) hash.Add(op);
            return hash.ToHashCode();
        }

        private static int[] Place(Value value) => [value.Node.Id, value.Index];
    }
}
