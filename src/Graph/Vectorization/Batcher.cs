using GraphGrad.Autodiff;
using GraphGrad.Operations;

namespace GraphGrad.Vectorization;

/// <summary>
/// Appends to the graph the nodes that compute for all examples at once what given nodes compute for one. Knows no op but by its
/// contract. What does not depend on an example is shared by all.
/// </summary>
/// <param name="size">How many examples there are.</param>
/// <param name="firstDrawn">Random nodes from this id on belong to the mapped function: each example draws its own numbers.</param>
internal sealed class Batcher(Dim size, int firstDrawn)
{
    // Values of one example, and the same of all examples with a leading axis.
    private readonly Dictionary<Value, Value> batched = [];

    // Values that are the same for all examples, and what replaces them because a node before them waits for one that differs.
    private readonly Dictionary<Value, Value> shared = [];
    private readonly List<(Value One, Value All)> given = [];
    private int firstDrawn = firstDrawn;

    public Dim Size { get; } = size;

    /// <summary>Lets a value with a leading axis stand for a value of one example.</summary>
    public void Map(Value one, Value all)
    {
        batched[one] = all;
        given.Add((one, all));
    }

    /// <summary>Values of one example with the leading axis; those that are the same for all examples are repeated along it.</summary>
    public Value[] All(IReadOnlyCollection<Value> values)
    {
        var count = values.FirstOrDefault()?.Graph.NodeCount ?? 0;
        Convert(values);
        var derived = Derived(values);
        // For each value that examples differ in, which of the derivatives depend on it.
        var reached = derived.Count == 0 ? [] : given.Where(g => g.One.DType.IsFloat()).Select(g => (g.All, Of: Dependence.Reached([g.One], derived))).ToArray();
        return [.. values.Select(v => Kept(v, batched.TryGetValue(v, out var all) ? all : Repeat(shared.GetValueOrDefault(v, v))))];

        // A derivative that has come out constant stays a function of what its value depends on, for all examples as for one.
        Value Kept(Value one, Value all) =>
            derived.Contains(one) ? all.Graph.KeepDifferentiated([all], [one, .. reached.Where(r => r.Of.Contains(one)).Select(r => r.All)], count)[0] : all;
    }

    /// <summary>A value of one example with the leading axis, or itself if it is the same for all examples.</summary>
    public Value AllOrShared(Value value)
    {
        Convert([value]);
        return Replacement(value);
    }

    /// <summary>Whether a random node belongs to the mapped function, so that each example draws its own numbers.</summary>
    public bool Draws(Node node) => node.Op.IsRandom && node.Id >= firstDrawn;

    public Value Repeat(Value value) => Ops.BroadcastTo(value, new Shape([Size, .. value.Shape]));

    /// <summary>
    /// What a function, called once on values that stand for one example, builds for all of them. The function may use any value that has
    /// been mapped.
    /// </summary>
    public Value?[] Apply(Value[] all, Func<Value[], Value?[]> function)
    {
        var graph = all[0].Graph;
        firstDrawn = Math.Min(firstDrawn, graph.NodeCount);
        var ones = Array.ConvertAll(all, One);
        for (var i = 0; i < ones.Length; i++) Map(ones[i], all[i]);
        var results = function(ones);
        var batches = new Queue<Value>(All([.. results.OfType<Value>()]));
        return Array.ConvertAll(results, r => r is null ? null : batches.Dequeue());
    }

    /// <summary>What stands for one example while a function builds: a source, so that no rule looks behind it.</summary>
    public static Value One(Value all) =>
        all.Graph.StandIn("example", all.Shape.Without(0), all.DType);

    /// <summary>Those of values of one example that are derivatives, or computed from some.</summary>
    private static HashSet<Value> Derived(IReadOnlyCollection<Value> values)
    {
        var derived = new HashSet<Node>();
        foreach (var node in GraphSlice.Of(values.Select(v => v.Node)))
        {
            if (node.Graph.Differentiated(node).Length > 0 || node.Inputs.Any(i => derived.Contains(i.Node)) || node.ControlInputs.Any(derived.Contains)) derived.Add(node);
        }
        return [.. values.Where(v => v.DType.IsFloat() && derived.Contains(v.Node))];
    }

    private Value Replacement(Value value) =>
        batched.TryGetValue(value, out var all) ? all : shared.GetValueOrDefault(value, value);

    private void Convert(IEnumerable<Value> values)
    {
        foreach (var node in GraphSlice.Of(values.Select(v => v.Node)))
        {
            if (node.Outputs.Count == 0 || batched.ContainsKey(node.Output) || shared.ContainsKey(node.Output)) continue;
            var inputs = node.Inputs.Select(Replacement).ToArray();
            var draws = Draws(node);
            if (!draws && inputs.SequenceEqual(node.Inputs)) continue;
            var differs = node.Inputs.Select(batched.ContainsKey).ToArray();
            using var origin = node.Graph.WithOrigin(node.Origin);
            if (!draws && !differs.Where((differing, input) => differing && node.Op.DiffersWith(input)).Any())
            {
                var again = node.Graph.AddNode(node.Op, inputs, node.OpName, [.. node.ControlInputs]);
                foreach (var output in node.Outputs) shared.Add(output, again.Outputs[output.Index]);
                continue;
            }
            var results = node.Op.BatchOfAll(new BatchContext(node, inputs, differs, this));
            if (!results.Select(r => r.Type).SequenceEqual(node.Outputs.Select(o => new TensorType(o.DType, new Shape([Size, .. o.Shape])))))
                throw new CompilerBugException("vectorize", $"the batching rule of {node.OpName} '{node.Name}' returned {string.Join(", ", results.Select(r => r.Type))} for {string.Join(", ", node.Outputs.Select(o => o.Type))} of each of {Size} examples. The node was built at {node.Origin}.", node.ToString());
            foreach (var output in node.Outputs) batched.Add(output, results[output.Index]);
        }
    }
}
