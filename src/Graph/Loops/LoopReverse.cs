using GraphGrad.Autodiff;
using GraphGrad.Operations;

namespace GraphGrad.Loops;

/// <summary>
/// Reverse mode: the loop once more, now also stacking what its derivative needs, and a loop in the other direction that carries the adjoints
/// of the carries and adds up those of what all iterations read.
/// </summary>
internal sealed class LoopReverse
{
    private readonly LoopOp loop;
    private readonly VjpContext context;
    private readonly Node node;
    private readonly int firstStep;
    private readonly int firstCapture;

    // Of which carries, inputs and captures a gradient is wanted or comes past.
    private readonly bool[] starts;
    private readonly int[] carries;
    private readonly int[] steps;
    private readonly int[] captures;

    private LoopReverse(LoopOp loop, VjpContext context)
    {
        (this.loop, this.context, node) = (loop, context, context.Node);
        (firstStep, firstCapture) = (loop.Carries, loop.Carries + loop.Steps);
        var given = loop.Body.Parameters;
        (steps, captures) = (Wanted(firstStep, given.Steps), Wanted(firstCapture, given.Captures));
        starts = [.. Enumerable.Range(0, loop.Carries).Select(i => context.Needed[i] && given.Carries[i].DType.IsFloat())];
        var sources = steps.Select(i => given.Steps[i]).Concat(captures.Select(i => given.Captures[i])).ToArray();
        var moving = loop.Body.Moving(starts, sources, v => v.DType.IsFloat());
        carries = [.. Enumerable.Range(0, loop.Carries).Where(i => moving[i])];
    }

    public static Gradient[] Build(LoopOp loop, VjpContext context)
    {
        if (loop.Length is null)
            throw new GraphException($"while '{context.Node.Name}': reverse mode keeps what every iteration computed, and the loop has no bound. Give While maximumIterations, or use forward mode (Jvp). Built at {context.Node.Origin}.");
        var reverse = new LoopReverse(loop, context);
        var iteration = reverse.Draft();
        var forward = reverse.Forward(iteration);
        return reverse.Gradients(reverse.Back(iteration, forward), reverse.Ran(forward));
    }

    /// <summary>One iteration, forward and back, in one graph, and what the way back needs of the way forward.</summary>
    private Iteration Draft()
    {
        Value?[] known = [.. Enumerable.Range(0, loop.Captures).Select(i => captures.Contains(i) || !IndexArithmetic.IsKnown(node.Inputs[firstCapture + i]) ? null : node.Inputs[firstCapture + i])];
        var draft = context.Stabilizes ? LoopDraft.Stable(loop.Body, node.Graph, known) : LoopDraft.Of(loop.Body, known);
        Value[] wrt = [.. carries.Select(i => draft.Parameters.Carries[i]), .. steps.Select(i => draft.Parameters.Steps[i]), .. captures.Select(i => draft.Parameters.Captures[i])];
        var reached = Reached(draft, wrt);
        int[] outputs = [.. Enumerable.Range(0, draft.Results.Outputs.Length).Where(i => draft.Results.Outputs[i].DType.IsFloat() && reached.Contains(draft.Results.Outputs[i]))];
        Value[] ys = [.. carries.Select(i => draft.Results.Carries[i]), .. outputs.Select(i => draft.Results.Outputs[i])];
        var upstream = Array.ConvertAll(ys, y => draft.Placeholder(y, "adjoint"));
        var pulled = Backward.Pull(ys, wrt, [.. upstream.Select(u => (Gradient)u)], stabilize: false, inside: context.Stabilizes);
        var gradients = wrt.Zip(pulled, (x, g) => Autodiff.Forward.OrZeros(g.Value, x)).ToArray();
        draft = draft.Settled(upstream, out var copy);
        (upstream, gradients) = (Array.ConvertAll(upstream, u => copy(u)), Array.ConvertAll(gradients, g => copy(g)));
        return new Iteration(draft, outputs, upstream, gradients, Residuals.Choose(draft, upstream, gradients));
    }

    /// <summary>The loop once more, which also stacks what the way back needs.</summary>
    private Node Forward(Iteration iteration)
    {
        var (draft, stored) = (iteration.Draft, iteration.Residuals.Stored);
        var body = new LoopBody(draft.Parameters, draft.Results with { Outputs = [.. draft.Results.Outputs, .. stored] }, loop.Body);
        return node.Graph.AddNode(loop with { Body = body }, [.. node.Inputs]);
    }

    /// <summary>The loop in the other direction: results are the adjoints of the carries, the sums of those of what is captured, and stacks of those of the inputs.</summary>
    private Node Back(Iteration iteration, Node forward)
    {
        var residuals = iteration.Residuals;
        var inputs = BackInputs(iteration, forward);
        return node.Graph.AddNode(new LoopOp(BackBody(), loop.Length, !loop.IsReversed, loop.MayEndEarly), inputs);

        LoopBody BackBody()
        {
            var draft = iteration.Draft;
            var back = new Substitution(new Graph());
            var adjoints = Array.ConvertAll(iteration.Upstream, back.Placeholder);
            var sums = captures.Select(i => draft.Parameters.Captures[i]).Select(x => back.Target.Placeholder("sum", x.Shape, x.DType)).ToArray();
            var stacks = Array.ConvertAll(residuals.Stored, back.Placeholder);
            var usedSteps = residuals.Steps.Select(i => back.Placeholder(draft.Parameters.Steps[i])).ToArray();
            var usedCaptures = residuals.Captures.Select(i => back.Placeholder(draft.Parameters.Captures[i])).ToArray();
            var own = Array.ConvertAll(iteration.Gradients, back.Of);
            return new LoopBody(
                new LoopParameters([.. adjoints[..carries.Length], .. sums], [.. adjoints[carries.Length..], .. stacks, .. usedSteps], usedCaptures),
                new LoopResults(
                    [.. own[..carries.Length], .. sums.Select((s, k) => s + own[carries.Length + steps.Length + k])],
                    own[carries.Length..(carries.Length + steps.Length)],
                    null));
        }
    }

    private Value[] BackInputs(Iteration iteration, Node forward)
    {
        var (residuals, outputStart) = (iteration.Residuals, loop.Carries);
        var residualStart = outputStart + iteration.Draft.Results.Outputs.Length;
        return
        [
            .. carries.Select(i => context.Adjoints[i]), .. captures.Select(i => Ops.ZerosLike(node.Inputs[firstCapture + i])),
            .. iteration.Outputs.Select(i => context.Adjoints[outputStart + i]), .. residuals.Stored.Select((_, k) => forward.Outputs[residualStart + k]),
            .. residuals.Steps.Select(i => node.Inputs[firstStep + i]),
            .. residuals.Captures.Select(i => node.Inputs[firstCapture + i]),
            .. loop.Tells ? [forward.Outputs[^1]] : loop.IsCounted ? [node.Inputs[loop.CountInput]] : Array.Empty<Value>(),
        ];
    }

    /// <summary>Whether there was an iteration: a scalar, null if there is one wherever there is a length.</summary>
    private Value? Ran(Node forward) => loop.Tells ? forward.Outputs[^1] > 0 : loop.IsCounted ? node.Inputs[loop.CountInput] > 0 : null;

    /// <summary>What the way back found, for each input of the loop.</summary>
    private Gradient[] Gradients(Node back, Value? ran)
    {
        var found = new Gradient[node.Inputs.Count];
        var taken = Taken(context);
        // What no iteration read was computed before the loop all the same, and may be anything.
        var read = taken is null || ran is null ? taken ?? ran : Ops.And(taken, ran);
        for (var k = 0; k < carries.Length; k++)
        {
            if (starts[carries[k]]) found[carries[k]] = Contribution(back.Outputs[k], taken);
        }
        for (var k = 0; k < captures.Length; k++) found[firstCapture + captures[k]] = Contribution(back.Outputs[carries.Length + k], read);
        for (var k = 0; k < steps.Length; k++) found[firstStep + steps[k]] = Contribution(back.Outputs[carries.Length + captures.Length + k], taken);
        return found;

        // A loop of which nothing was taken may have computed anything.
        static Gradient Contribution(Value value, Value? mask) =>
            mask is null ? value : Gradient.Masked(Ops.Where(mask, value, Ops.Scalar(value, 0)), Ops.BroadcastTo(mask, value.Shape));
    }

    private int[] Wanted(int start, Value[] parameters) =>
        [.. Enumerable.Range(0, parameters.Length).Where(i => context.Needed[start + i] && parameters[i].DType.IsFloat())];

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

    /// <param name="Draft">The body, and in its graph the way back.</param>
    /// <param name="Outputs">Which outputs adjoints come from.</param>
    /// <param name="Upstream">The adjoints of carries and outputs.</param>
    /// <param name="Gradients">Those of carries, inputs and captures.</param>
    /// <param name="Residuals">What they are computed from.</param>
    private sealed record Iteration(LoopDraft Draft, int[] Outputs, Value[] Upstream, Value[] Gradients, Residuals Residuals);
}
