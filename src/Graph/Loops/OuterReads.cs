using GraphGrad.Operations;

namespace GraphGrad.Loops;

/// <summary>
/// What the functions of a custom gradient in a loop read besides what they are given. They are called when a derivative is taken, when the loop's body is a
/// program of its own: so what they read becomes an input of the node, and what they build, in the user's graph, is copied.
/// </summary>
internal static class OuterReads
{
    /// <summary>Whether a node has functions that may read, or use in what they build and do not return, what they are not given.</summary>
    public static bool MayRead(Node node) => node.Op is CustomGradientOp { Rule: { IsKnown: false, IsSelfContained: false } };

    /// <summary>The values that the functions of a custom gradient read, found by calling them on what stands for their arguments.</summary>
    public static Value[] Of(Node node)
    {
        if (!MayRead(node)) return [];
        var rule = ((CustomGradientOp)node.Op).Rule;
        Value[] inputs = [.. node.Inputs.Skip(1)];
        try
        {
            var (gradients, given) = Build(node.Graph, [.. inputs, node.Output, node.Output], ones => rule.Gradient(new CustomGradientContext(ones[..^2], ones[^2], ones[^1])));
            var reads = gradients.Reads(given);
            if (rule.Tangent is { } tangent)
            {
                (gradients, given) = Build(node.Graph, [.. inputs, .. inputs, node.Output], ones => [tangent(new CustomTangentContext(ones[..inputs.Length], ones[^1], ones[inputs.Length..^1]))]);
                reads = reads.Concat(gradients.Reads(given));
            }
            // What is built later is no part of what the node may be computed from.
            return [.. reads.Where(r => r.Node.Id < node.Id).Distinct()];
        }
        catch (Exception refusal) when (refusal is not OutOfMemoryException)
        {
            // A function that refuses does so again when a derivative is taken, and what it would read does not matter.
            return [];
        }
    }

    /// <summary>The rule of a custom gradient whose inputs are followed by what its functions read.</summary>
    public static CustomRule Given(CustomRule rule, Graph user, Value[] reads)
    {
        return new CustomRule(Gradient, rule.Tangent is null ? null : Tangent) { Reads = reads.Length };

        Value?[] Gradient(CustomGradientContext c) =>
            Call([.. Own(c.Inputs), c.Result, c.Adjoint], c.Inputs, ones => rule.Gradient(new CustomGradientContext(ones[..^2], ones[^2], ones[^1])));

        Value Tangent(CustomTangentContext c)
        {
            var count = Own(c.Inputs).Length;
            return Call(
                [.. Own(c.Inputs), .. c.Tangents.Take(count), c.Result], c.Inputs,
                ones => [rule.Tangent!(new CustomTangentContext(ones[..count], ones[^1], ones[count..^1]))])[0]!;
        }

        Value[] Own(IReadOnlyList<Value> inputs) => [.. inputs.SkipLast(reads.Length)];

        Value?[] Call(Value[] arguments, IReadOnlyList<Value> inputs, Func<Value[], Value?[]> function)
        {
            var (built, given) = Build(user, arguments, function);
            Value[] replacements = [.. arguments, .. inputs.TakeLast(reads.Length)];
            return built.In([.. given, .. reads], replacements);
        }
    }

    private static (Built Results, Value[] Given) Build(Graph graph, Value[] arguments, Func<Value[], Value?[]> function)
    {
        using var recalling = graph.Recalling();
        var given = Array.ConvertAll(arguments, a => graph.StandIn("argument", a.Shape, a.DType));
        var start = graph.NodeCount;
        return (new Built(function([.. given]), start), given);
    }

    /// <summary>What a function has built since the graph had so many nodes.</summary>
    private readonly record struct Built(Value?[] Results, int Start)
    {
        public IEnumerable<Value> Reads(Value[] given)
        {
            var start = Start;
            return Results.OfType<Value>().SelectMany(r => IsOlder(r, start) ? [r] : CheckpointRegion.Of(r, start).Boundary).Except(given);
        }

        /// <summary>The results with other values in the place of what the function was given and read, in their graph.</summary>
        public Value?[] In(Value[] known, Value[] replacements)
        {
            var (places, start) = (known.Zip(replacements).ToDictionary(p => p.First, p => p.Second), Start);
            return Array.ConvertAll(Results, r => r is null ? null : IsOlder(r, start) ? Place(r) : Copy(CheckpointRegion.Of(r, start)));

            Value Copy(CheckpointRegion region) => region.Copy([.. region.Boundary.Select(Place)], replacements[0].Graph);

            Value Place(Value read) => places.TryGetValue(read, out var place) ? place
                : read.Node.Op is ConstantOp ? replacements[0].Graph.Add(read.Node.Op, [])
                : throw new GraphException($"custom_gradient: '{read.Name}' (built at {read.Node.Origin}) is read by the gradient or tangent function of a CustomGradient in a loop, and was not when the loop was built, or is built after it. Let the function read the same values in each call, or pass '{read.Name}' to CustomGradient as one more input and return null for it.");
        }

        private static bool IsOlder(Value value, int start) => value.Node.Id < start;
    }
}
