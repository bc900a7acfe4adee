using GraphGrad.Autodiff;
using GraphGrad.Operations;

namespace GraphGrad.Loops;

/// <summary>
/// Reverse mode: the loop once more, now also stacking what its derivative needs, and a loop in the other direction that carries the adjoints
/// of the carries and adds up those of what all iterations read.
/// </summary>
internal static class LoopReverse
{
    public static Gradient[] Build(LoopOp loop, VjpContext context)
    {
        var (node, body) = (context.Node, loop.Body);
        if (loop.Length is null)
            throw new GraphException($"while '{node.Name}': reverse mode keeps what every iteration computed, and the loop has no bound. Give While maximumIterations, or use forward mode (Jvp). Built at {node.Origin}.");
        var (firstStep, firstCapture) = (loop.Carries, loop.Carries + loop.Steps);
        int[] steps = Wanted(firstStep, body.Parameters.Steps);
        int[] captures = Wanted(firstCapture, body.Parameters.Captures);
        var sources = steps.Select(i => body.Parameters.Steps[i]).Concat(captures.Select(i => body.Parameters.Captures[i])).ToArray();
        bool[] starts = [.. Enumerable.Range(0, loop.Carries).Select(i => context.Needed[i] && body.Parameters.Carries[i].DType.IsFloat())];
        var moving = body.Moving(starts, sources, v => v.DType.IsFloat());
        int[] carries = [.. Enumerable.Range(0, loop.Carries).Where(i => moving[i])];

        // ---- one iteration, forward and back, in one graph ----
        var draft = context.Stabilizes ? LoopDraft.Stable(body, node.Graph) : LoopDraft.Of(body);
        Value[] wrt = [.. carries.Select(i => draft.Parameters.Carries[i]), .. steps.Select(i => draft.Parameters.Steps[i]), .. captures.Select(i => draft.Parameters.Captures[i])];
        var reached = Reached(draft, wrt);
        int[] outputs = [.. Enumerable.Range(0, draft.Results.Outputs.Length).Where(i => draft.Results.Outputs[i].DType.IsFloat() && reached.Contains(draft.Results.Outputs[i]))];
        Value[] ys = [.. carries.Select(i => draft.Results.Carries[i]), .. outputs.Select(i => draft.Results.Outputs[i])];
        var upstream = Array.ConvertAll(ys, y => draft.Placeholder(y, "adjoint"));
        var pulled = Backward.Pull(ys, wrt, [.. upstream.Select(u => (Gradient)u)], stabilize: false, inside: context.Stabilizes);
        var gradients = wrt.Zip(pulled, (x, g) => Forward.OrZeros(g.Value, x)).ToArray();

        // ---- what the way back needs of the way forward ----
        var residuals = Residuals.Choose(draft, upstream, gradients);
        var forward = new LoopBody(
            draft.Parameters,
            draft.Results with { Outputs = [.. draft.Results.Outputs, .. residuals.Stored] },
            body);
        var first = node.Graph.AddNode(loop with { Body = forward }, [.. node.Inputs]);

        // ---- the way back ----
        var back = new Substitution(new Graph());
        var zeros = Array.ConvertAll(captures, i => draft.Parameters.Captures[i]);
        var adjoints = Array.ConvertAll(upstream, back.Placeholder);
        var sums = Array.ConvertAll(zeros, x => back.Target.Placeholder("sum", x.Shape, x.DType));
        var stacks = Array.ConvertAll(residuals.Stored, back.Placeholder);
        var usedSteps = residuals.Steps.Select(i => back.Placeholder(draft.Parameters.Steps[i])).ToArray();
        var usedCaptures = residuals.Captures.Select(i => back.Placeholder(draft.Parameters.Captures[i])).ToArray();
        var own = Array.ConvertAll(gradients, back.Of);
        var parameters = new LoopParameters(
            [.. adjoints[..carries.Length], .. sums],
            [.. adjoints[carries.Length..], .. stacks, .. usedSteps],
            usedCaptures);
        var results = new LoopResults(
            [.. own[..carries.Length], .. sums.Select((s, k) => s + own[carries.Length + steps.Length + k])],
            own[carries.Length..(carries.Length + steps.Length)],
            null);
        var outputStart = loop.Carries;
        var residualStart = outputStart + draft.Results.Outputs.Length;
        Value[] inputs =
        [
            .. carries.Select(i => context.Adjoints[i]), .. captures.Select(i => Ops.ZerosLike(node.Inputs[firstCapture + i])),
            .. outputs.Select(i => context.Adjoints[outputStart + i]), .. residuals.Stored.Select((_, k) => first.Outputs[residualStart + k]),
            .. residuals.Steps.Select(i => node.Inputs[firstStep + i]),
            .. residuals.Captures.Select(i => node.Inputs[firstCapture + i]),
            .. loop.Tells ? [first.Outputs[^1]] : loop.IsCounted ? [node.Inputs[loop.CountInput]] : Array.Empty<Value>(),
        ];
        var reverse = node.Graph.AddNode(
            new LoopOp(new LoopBody(parameters, results), loop.Length, !loop.IsReversed, loop.MayEndEarly), inputs);

        var found = new Gradient[node.Inputs.Count];
        var taken = Taken(context);
        for (var k = 0; k < carries.Length; k++)
        {
            if (starts[carries[k]]) found[carries[k]] = Contribution(reverse.Outputs[k]);
        }
        for (var k = 0; k < captures.Length; k++) found[firstCapture + captures[k]] = Contribution(reverse.Outputs[carries.Length + k]);
        for (var k = 0; k < steps.Length; k++) found[firstStep + steps[k]] = Contribution(reverse.Outputs[carries.Length + captures.Length + k]);
        return found;

        int[] Wanted(int start, Value[] parameters) =>
            [.. Enumerable.Range(0, parameters.Length).Where(i => context.Needed[start + i] && parameters[i].DType.IsFloat())];

        // A loop of which nothing was taken may have computed anything.
        Gradient Contribution(Value value) =>
            taken is null ? value : Gradient.Masked(Ops.Where(taken, value, Ops.Scalar(value, 0)), Ops.BroadcastTo(taken, value.Shape));
    }

    /// <summary>Whether a selection took anything of what the loop computed: a scalar, null if everything was taken.</summary>
    private static Value? Taken(VjpContext context)
    {
        Value? any = null;
        foreach (var (mask, output) in context.Masks.Zip(context.Node.Outputs))
        {
            if (!output.DType.IsFloat()) continue;
            if (mask is null) return null;
            var own = mask.Rank == 0 ? mask : Ops.Any(mask);
            any = any is null ? own : Ops.Or(any, own);
        }
        return any;
    }

    private static HashSet<Value> Reached(LoopDraft draft, Value[] wrt)
    {
        var reached = wrt.ToHashSet();
        foreach (var node in GraphSlice.Of(draft.Results.All.Select(r => r.Node)))
        {
            if (node.Inputs.Any(reached.Contains)) reached.UnionWith(node.Outputs);
        }
        return reached;
    }
}
