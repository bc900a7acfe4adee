using GraphGrad.Loops;
using GraphGrad.Operations;

namespace GraphGrad.Rewriting.Loops;

/// <summary>
/// Afterwards every loop's body has been rewritten as the program around it is, and loops carry, stack and read only what somebody needs.
/// </summary>
internal static class LoopPruning
{
    /// <param name="program">A program with loops.</param>
    /// <param name="rewrite">What is done to a program, and so to a body.</param>
    public static GraphProgram Apply(GraphProgram program, Func<GraphProgram, GraphProgram> rewrite)
    {
        var used = program.Graph.Nodes.SelectMany(n => n.Inputs).Concat(program.Fetches).ToHashSet();
        return ProgramRebuild.Run(program, _ => [], (node, rebuild) => node.Op is LoopOp loop ? Renew(loop, node, rebuild, used, rewrite) : null);
    }

    private static Value[] Renew(LoopOp loop, Node node, ProgramRebuild rebuild, HashSet<Value> used, Func<GraphProgram, GraphProgram> rewrite)
    {
        var body = loop.Body;
        bool[] outputs = [.. Enumerable.Range(0, body.Results.Outputs.Length).Select(j => used.Contains(node.Outputs[loop.Carries + j]))];
        var carries = LiveCarries(body, [.. Enumerable.Range(0, loop.Carries).Select(i => used.Contains(node.Outputs[i]))], outputs);
        int[] keptCarries = [.. Enumerable.Range(0, loop.Carries).Where(i => carries[i])];
        int[] keptOutputs = [.. Enumerable.Range(0, outputs.Length).Where(j => outputs[j])];
        var results = new LoopResults(
            [.. keptCarries.Select(i => body.Results.Carries[i])], [.. keptOutputs.Select(j => body.Results.Outputs[j])], body.Results.Continue);
        var draft = rewrite(new GraphProgram(body.Nodes[0].Graph, [.. body.Parameters.All], [.. results.All], [], []));
        var read = draft.Graph.Nodes.SelectMany(n => n.Inputs).Concat(draft.Fetches).ToHashSet();

        // Where each parameter gets its value from; one that reads what another reads is the same.
        var (firstStep, firstCapture) = (loop.Carries, loop.Carries + loop.Steps);
        var steps = Distinct(firstStep, loop.Steps, draft, node, read);
        var captures = Distinct(firstCapture, loop.Captures, draft, node, read);
        var copy = new Substitution(new Graph());
        var parameters = new LoopParameters(
            [.. keptCarries.Select(i => copy.Placeholder(draft.Feeds[i]))],
            [.. steps.Select(group => Shared(group))],
            [.. captures.Select(group => Shared(group))]);
        var next = new LoopResults(
            [.. draft.Fetches.Take(keptCarries.Length).Select(copy.Of)],
            [.. draft.Fetches.Skip(keptCarries.Length).Take(keptOutputs.Length).Select(copy.Of)],
            results.Continue is null ? null : copy.Of(draft.Fetches[^1]));
        Value[] inputs =
        [
            .. keptCarries.Select(i => node.Inputs[i]), .. steps.Select(g => node.Inputs[g[0]]), .. captures.Select(g => node.Inputs[g[0]]),
            .. node.Inputs.Skip(loop.CountInput),
        ];
        var renewed = rebuild.Target.AddNode(loop with { Body = new LoopBody(parameters, next) }, [.. inputs.Select(i => rebuild[i])], node.Name);

        // What nobody reads needs a value all the same while the program is being copied.
        return
        [
            .. Enumerable.Range(0, loop.Carries).Select(i => carries[i] ? renewed.Outputs[Array.IndexOf(keptCarries, i)] : rebuild[node.Inputs[i]]),
            .. Enumerable.Range(0, outputs.Length).Select(j => outputs[j] ? renewed.Outputs[keptCarries.Length + Array.IndexOf(keptOutputs, j)] : Unused(node.Outputs[loop.Carries + j])),
            .. loop.Tells ? [renewed.Outputs[^1]] : Array.Empty<Value>(),
        ];

        Value Shared(int[] group)
        {
            var first = copy.Placeholder(draft.Feeds[group[0]]);
            foreach (var other in group.Skip(1)) copy.Map(draft.Feeds[other], first);
            return first;
        }

        Value Unused(Value output) => rebuild.Target.Placeholder("unused", output.Shape, output.DType);
    }

    private static int[][] Distinct(int first, int count, GraphProgram draft, Node node, HashSet<Value> read) =>
        [.. Enumerable.Range(first, count).Where(i => read.Contains(draft.Feeds[i])).GroupBy(i => node.Inputs[i]).Select(g => g.ToArray())];

    /// <summary>The carries that are wanted in the end, or that something wanted is computed from in some iteration.</summary>
    private static bool[] LiveCarries(LoopBody body, bool[] wanted, bool[] outputs)
    {
        bool[] live = [.. wanted];
        for (var grown = true; grown;)
        {
            grown = false;
            var roots = body.Results.Carries.Where((_, i) => live[i]).Concat(body.Results.Outputs.Where((_, j) => outputs[j]));
            if (body.Results.Continue is { } again) roots = roots.Append(again);
            var needed = GraphSlice.Of(roots.Select(r => r.Node)).ToHashSet();
            for (var i = 0; i < live.Length; i++)
            {
                if (live[i] || !needed.Contains(body.Parameters.Carries[i].Node)) continue;
                live[i] = grown = true;
            }
        }
        return live;
    }
}
