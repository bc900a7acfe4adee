using GraphGrad.Operations;
using GraphGrad.Vectorization;

namespace GraphGrad.Loops;

/// <summary>
/// Batching: one loop over what all examples carry. Where examples end after different numbers of iterations the loop goes on until the last
/// of them has ended, and those that have ended keep what they carry.
/// </summary>
internal sealed class LoopBatching
{
    private readonly LoopOp loop;
    private readonly BatchContext context;
    private readonly int firstStep;
    private readonly int firstCapture;

    // Which inputs and captures differ among examples, and which carries.
    private readonly int[] steps;
    private readonly int[] captures;
    private readonly bool[] moving;

    // Whether examples end at different times: by their counts, or by their conditions.
    private readonly bool varies;
    private readonly bool decides;

    // The body of all examples, in the making.
    private readonly LoopDraft draft;
    private readonly Batcher batcher;
    private readonly bool[] batchedOutputs;
    private readonly Value[] outputs;
    private Value[] carries;
    private Value[] parts;
    private Value[] shared;
    private Value[] next;
    private Value? again;

    // What the loop of all examples is called with: carries, inputs, and at the end what tells how often it runs.
    private readonly List<Value> starting;
    private readonly List<Value> stacks;
    private readonly List<Value> last = [];

    private LoopBatching(LoopOp loop, BatchContext context)
    {
        (this.loop, this.context) = (loop, context);
        (firstStep, firstCapture) = (loop.Carries, loop.Carries + loop.Steps);
        var body = loop.Body;
        var draws = body.IsRandom && context.Batcher.Draws(context.Node);
        steps = [.. Enumerable.Range(0, loop.Steps).Where(i => context.IsBatched(firstStep + i))];
        captures = [.. Enumerable.Range(0, loop.Captures).Where(i => context.IsBatched(firstCapture + i))];
        var sources = steps.Select(i => body.Parameters.Steps[i]).Concat(captures.Select(i => body.Parameters.Captures[i]))
            .Concat(draws ? body.Nodes.Where(n => n.Op.IsRandom).SelectMany(n => n.Outputs) : []).ToArray();
        moving = body.Moving([.. Enumerable.Range(0, loop.Carries).Select(context.IsBatched)], sources, _ => true);
        var reached = body.DependentsOf(body.Parameters.Carries.Where((_, i) => moving[i]).Concat(sources));
        varies = loop.IsCounted && context.IsBatched(loop.CountInput);
        decides = loop.Tells && (context.IsBatched(loop.ContinueInput) || reached.Contains(body.Results.Continue!));
        // Examples that end at different times differ in all that they carry.
        if (varies || decides) moving = [.. moving.Select(_ => true)];

        draft = LoopDraft.Of(body);
        batcher = new Batcher(context.Size, draws ? 0 : int.MaxValue);
        carries = [.. draft.Parameters.Carries.Select((v, i) => Parameter(v, moving[i]))];
        parts = [.. draft.Parameters.Steps.Select((v, i) => Parameter(v, steps.Contains(i)))];
        shared = [.. draft.Parameters.Captures.Select((v, i) => Parameter(v, captures.Contains(i)))];
        next = [.. draft.Results.Carries.Select((v, i) => moving[i] ? batcher.All([v])[0] : batcher.AllOrShared(v))];
        outputs = [.. draft.Results.Outputs.Select(batcher.AllOrShared)];
        batchedOutputs = outputs.Zip(draft.Results.Outputs, (all, one) => all.Rank > one.Rank).ToArray();
        again = draft.Results.Continue is { } decision ? batcher.AllOrShared(decision) : null;
        starting = [.. Enumerable.Range(0, loop.Carries).Select(i => moving[i] ? context.Batched(i) : context.Input(i))];
        stacks = [.. Enumerable.Range(0, loop.Steps).Select(i => steps.Contains(i) ? Ops.Transpose(context.Input(firstStep + i), Exchanged(context.Input(firstStep + i).Rank)) : context.Input(firstStep + i))];
    }

    public static Value[] Build(LoopOp loop, BatchContext context)
    {
        var batching = new LoopBatching(loop, context);
        if (batching.varies) batching.EndByCounts();
        else if (loop.IsCounted) batching.last.Add(context.Input(loop.CountInput));
        if (batching.decides) batching.EndByConditions();
        else if (loop.Tells) batching.last.Add(context.Input(loop.ContinueInput));
        return batching.Results(batching.Loop());
    }

    /// <summary>Each example runs as often as its count says, and the loop as often as the greatest.</summary>
    private void EndByCounts()
    {
        var position = draft.Graph.Placeholder("position", Shape.Scalar, DType.Int64);
        var count = draft.Graph.Placeholder("count", [context.Size], DType.Int64);
        Keep(Ops.Less(position, count));
        (parts, shared) = ([.. parts, position], [.. shared, count]);
        stacks.Add(Ops.Iota(context.Node.Graph, [loop.Length!.Value]));
        last.Add(Ops.Max(context.Input(loop.CountInput)));
    }

    /// <summary>Each example carries whether it still runs, and how often it has.</summary>
    private void EndByConditions()
    {
        var active = draft.Graph.Placeholder("active", [context.Size], DType.Bool);
        var count = draft.Graph.Placeholder("count", [context.Size], DType.Int64);
        Keep(active);
        var stays = Ops.And(active, Ops.BroadcastTo(again!, [context.Size]));
        (carries, next) = ([.. carries, active, count], [.. next, stays, count + Ops.Cast(active, DType.Int64)]);
        again = Ops.Any(stays);
        var first = context.Batched(loop.ContinueInput);
        starting.AddRange([first, Ops.BroadcastTo(context.Node.Graph.Constant(0L), [context.Size])]);
        last.Add(Ops.Any(first));
    }

    private Node Loop()
    {
        var body = new LoopBody(new LoopParameters(carries, parts, shared), new LoopResults(next, outputs, again));
        return context.Node.Graph.AddNode(
            loop with { Body = body },
            [.. starting, .. stacks, .. Enumerable.Range(0, loop.Captures).Select(i => context.Input(firstCapture + i)), .. varies ? [context.Input(loop.CountInput)] : Array.Empty<Value>(), .. last]);
    }

    private Value[] Results(Node node)
    {
        var results = new List<Value>();
        for (var i = 0; i < loop.Carries; i++) results.Add(moving[i] ? node.Outputs[i] : context.Batcher.Repeat(node.Outputs[i]));
        for (var i = 0; i < outputs.Length; i++)
        {
            var stack = node.Outputs[carries.Length + i];
            results.Add(batchedOutputs[i] ? Ops.Transpose(stack, Exchanged(stack.Rank)) : context.Batcher.Repeat(stack));
        }
        if (loop.Tells) results.Add(decides ? node.Outputs[carries.Length - 1] : context.Batcher.Repeat(node.Outputs[^1]));
        return [.. results];
    }

    private Value Parameter(Value one, bool differs)
    {
        if (!differs) return one;
        var all = draft.Graph.Placeholder(one.Name, new Shape([context.Size, .. one.Shape]), one.DType);
        batcher.Map(one, all);
        return all;
    }

    /// <summary>Of examples that have ended, carries stay as they are and outputs are zero.</summary>
    private void Keep(Value active)
    {
        for (var i = 0; i < next.Length; i++) next[i] = Ops.Where(Aligned(active, next[i]), next[i], carries[i]);
        for (var i = 0; i < outputs.Length; i++)
        {
            var all = batchedOutputs[i] ? outputs[i] : batcher.Repeat(outputs[i]);
            outputs[i] = Ops.Where(Aligned(active, all), all, Ops.ZerosLike(all));
            batchedOutputs[i] = true;
        }
    }

    private static Value Aligned(Value perExample, Value all) =>
        Ops.Reshape(perExample, new Shape([perExample.Shape[0], .. Enumerable.Repeat((Dim)1, all.Rank - 1)]));

    /// <summary>The order of axes with the first two exchanged: of examples and iterations.</summary>
    private static int[] Exchanged(int rank) => [1, 0, .. Enumerable.Range(2, rank - 2)];
}
