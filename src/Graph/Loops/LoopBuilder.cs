using GraphGrad.Operations;

namespace GraphGrad.Loops;

/// <summary>
/// Makes a loop of a user's function: calls it once, on placeholders, and cuts out what it built. What does not depend on the iteration stays
/// in the user's graph, is computed once, and is captured.
/// </summary>
internal sealed class LoopBuilder
{
    private readonly Graph graph;
    private readonly string function;
    private readonly int start;
    private readonly Value[] stacks;
    private readonly HashSet<Value> varying;
    private readonly Dictionary<Value, Value> captured = [];
    private readonly Dictionary<Node, Value[]> reads = [];

    public LoopBuilder(Graph graph, string function, Value[] carries, IEnumerable<(Value Stack, TensorType Part)> steps)
    {
        (this.graph, this.function, start) = (graph, function, graph.NodeCount);
        stacks = [.. steps.Select(s => s.Stack)];
        Carries = Array.ConvertAll(carries, c => graph.StandIn("carry", c.Shape, c.DType));
        Steps = [.. steps.Select(s => graph.StandIn("part", s.Part.Shape, s.Part.DType))];
        varying = [.. Carries, .. Steps];
    }

    /// <summary>What stands for the carries while the function builds.</summary>
    public Value[] Carries { get; }

    /// <summary>What stands for the parts of the stacked inputs while the function builds.</summary>
    public Value[] Steps { get; }

    /// <summary>What the body reads from outside, in the order of its captures; complete once the body is built.</summary>
    public Value[] Captured => [.. captured.Keys];

    public LoopBody Build(LoopResults results)
    {
        foreach (var result in results.All) graph.Require(result, $"the result of the {function}'s function");
        foreach (var node in graph.BuiltSince(start))
        {
            if (node.Op is AssignOp)
                throw new GraphException($"{function}: '{node.Name}' assigns a variable in the loop; carry the value, and assign what comes out. Built at {node.Origin}.");
        }
        FindVarying(results);
        var inside = new Graph();
        var copies = new Dictionary<Value, Value>();
        // Reports show the names of a body's values.
        for (var i = 0; i < Carries.Length; i++) copies.Add(Carries[i], Twin(inside, Carries[i], Carries.Length == 1 ? "carry" : $"carry{i + 1}"));
        for (var i = 0; i < Steps.Length; i++) copies.Add(Steps[i], Twin(inside, Steps[i], $"{OwnName(stacks[i].Node)}[i]"));
        foreach (var node in Slice(results)) Copy(node);
        // A result that no iteration changes is captured as well.
        var own = results.Select(Inside);
        return new LoopBody(new LoopParameters(Array.ConvertAll(Carries, c => copies[c]), Array.ConvertAll(Steps, s => copies[s]), [.. captured.Values]), own);

        void Copy(Node node)
        {
            using var origin = inside.WithOrigin(node.Origin);
            var op = reads.TryGetValue(node, out var read) ? new CustomGradientOp(OuterReads.Given(((CustomGradientOp)node.Op).Rule, graph, read)) : node.Op;
            var copy = inside.AddNode(op, [.. InputsOf(node).Select(Inside)], OwnName(node));
            foreach (var output in node.Outputs) copies.Add(output, copy.Outputs[output.Index]);
        }

        Value Inside(Value value)
        {
            if (copies.TryGetValue(value, out var copy)) return copy;
            copy = Twin(inside, value, value.Name);
            copies.Add(value, copy);
            captured.Add(value, copy);
            return copy;
        }
    }

    /// <summary>The inputs of a node, and what its functions read besides.</summary>
    private IEnumerable<Value> InputsOf(Node node) => reads.TryGetValue(node, out var read) ? node.Inputs.Concat(read) : node.Inputs;

    private static Value Twin(Graph inside, Value value, string name)
    {
        using var origin = inside.WithOrigin(value.Node.Origin);
        return inside.Placeholder(name, value.Shape, value.DType);
    }

    /// <summary>A node's name without the scopes around it.</summary>
    private static string OwnName(Node node) => node.Name[(node.Name.LastIndexOf('/') + 1)..];

    /// <summary>Finds what the functions of custom gradients read, and what depends on the iteration: on a parameter, or on a random draw of the function's own.</summary>
    private void FindVarying(LoopResults results)
    {
        foreach (var node in GraphSlice.Of(results.All.Select(r => r.Node)))
        {
            if (node.Id >= start && OuterReads.MayRead(node)) reads.Add(node, OuterReads.Of(node));
        }
        foreach (var node in GraphSlice.Of(results.All.Concat(reads.Values.SelectMany(r => r)).Select(r => r.Node)))
        {
            if (InputsOf(node).Any(varying.Contains) || (node.Id >= start && node.Op.IsRandom)) varying.UnionWith(node.Outputs);
        }
    }

    /// <summary>
    /// The nodes that belong to the body: what varies, and what is nearer computed there than read. A float from outside is read even so: a derivative by it
    /// may be asked for, and the way to it would be lost with a copy.
    /// </summary>
    private IEnumerable<Node> Slice(LoopResults results)
    {
        var found = new HashSet<Node>();
        var pending = new Stack<Value>(results.All);
        while (pending.TryPop(out var value))
        {
            var node = value.Node;
            if (node.Op is PlaceholderOp || !(varying.Contains(value) || (IndexArithmetic.Contains(node) && (node.Id >= start || !value.DType.IsFloat()))) || !found.Add(node)) continue;
            foreach (var input in InputsOf(node)) pending.Push(input);
        }
        return found.OrderBy(n => n.Id);
    }
}
