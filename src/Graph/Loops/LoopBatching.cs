using GraphGrad.Operations;
using GraphGrad.Vectorization;

namespace GraphGrad.Loops;

/// <summary>
/// Batching: one loop over what all examples carry. Where examples end after different numbers of iterations the loop goes on until the last
/// of them has ended, and those that have ended keep what they carry.
/// </summary>
internal static class LoopBatching
{
    public static Value[] Build(LoopOp loop, BatchContext context)
    {
        var body = loop.Body;
        var (firstStep, firstCapture) = (loop.Carries, loop.Carries + loop.Steps);
        var draws = body.IsRandom && context.Batcher.Draws(context.Node);
        int[] steps = [.. Enumerable.Range(0, loop.Steps).Where(i => context.IsBatched(firstStep + i))];
        int[] captures = [.. Enumerable.Range(0, loop.Captures).Where(i => context.IsBatched(firstCapture + i))];
        var sources = steps.Select(i => body.Parameters.Steps[i]).Concat(captures.Select(i => body.Parameters.Captures[i]))
            .Concat(draws ? body.Nodes.Where(n => n.Op.IsRandom).SelectMany(n => n.Outputs) : []).ToArray();
        bool[] starts = [.. Enumerable.Range(0, loop.Carries).Select(context.IsBatched)];
        var moving = body.Moving(starts, sources, _ => true);
        var reached = body.DependentsOf(body.Parameters.Carries.Where((_, i) => moving[i]).Concat(sources));
        var varies = loop.IsCounted && context.IsBatched(loop.CountInput);
        var decides = loop.Tells && (context.IsBatched(loop.ContinueInput) || reached.Contains(body.Results.Continue!));
        // Examples that end at different times differ in all that they carry.
        if (varies || decides) moving = [.. moving.Select(_ => true)];

        var draft = LoopDraft.Of(body);
        var batcher = new Batcher(context.Size, draws ? 0 : int.MaxValue);
        Value[] carries = [.. draft.Parameters.Carries.Select((v, i) => Parameter(v, moving[i]))];
        Value[] parts = [.. draft.Parameters.Steps.Select((v, i) => Parameter(v, steps.Contains(i)))];
        Value[] shared = [.. draft.Parameters.Captures.Select((v, i) => Parameter(v, captures.Contains(i)))];
        Value[] next = [.. draft.Results.Carries.Select((v, i) => moving[i] ? batcher.All([v])[0] : batcher.AllOrShared(v))];
        Value[] outputs = [.. draft.Results.Outputs.Select(batcher.AllOrShared)];
        var batchedOutputs = outputs.Zip(draft.Results.Outputs, (all, one) => all.Rank > one.Rank).ToArray();
        var again = draft.Results.Continue is { } decision ? batcher.AllOrShared(decision) : null;

        var graph = context.Node.Graph;
        var starting = Enumerable.Range(0, loop.Carries).Select(i => moving[i] ? context.Batched(i) : context.Input(i)).ToList();
        var stacks = Enumerable.Range(0, loop.Steps).Select(i => steps.Contains(i) ? Ops.Transpose(context.Input(firstStep + i), Exchanged(context.Input(firstStep + i).Rank)) : context.Input(firstStep + i)).ToList();
        var last = new List<Value>();
        if (varies)
        {
            var position = draft.Graph.Placeholder("position", Shape.Scalar, DType.Int64);
            var count = draft.Graph.Placeholder("count", [context.Size], DType.Int64);
            Keep(Ops.Less(position, count));
            (parts, shared) = ([.. parts, position], [.. shared, count]);
            stacks.Add(Ops.Iota(graph, [loop.Length!.Value]));
            last.Add(Ops.Max(context.Input(loop.CountInput)));
        }
        else if (loop.IsCounted)
        {
            last.Add(context.Input(loop.CountInput));
        }
        if (decides)
        {
            var active = draft.Graph.Placeholder("active", [context.Size], DType.Bool);
            var count = draft.Graph.Placeholder("count", [context.Size], DType.Int64);
            Keep(active);
            var stays = Ops.And(active, Ops.BroadcastTo(again!, [context.Size]));
            (carries, next) = ([.. carries, active, count], [.. next, stays, count + Ops.Cast(active, DType.Int64)]);
            again = Ops.Any(stays);
            var first = context.Batched(loop.ContinueInput);
            starting.AddRange([first, Ops.BroadcastTo(graph.Constant(0L), [context.Size])]);
            last.Add(Ops.Any(first));
        }
        else if (loop.Tells)
        {
            last.Add(context.Input(loop.ContinueInput));
        }

        var batched = new LoopBody(new LoopParameters(carries, parts, shared), new LoopResults(next, outputs, again));
        var node = graph.AddNode(
            loop with { Body = batched },
            [.. starting, .. stacks, .. Enumerable.Range(0, loop.Captures).Select(i => context.Input(firstCapture + i)), .. varies ? [context.Input(loop.CountInput)] : Array.Empty<Value>(), .. last]);

        var results = new List<Value>();
        for (var i = 0; i < loop.Carries; i++) results.Add(moving[i] ? node.Outputs[i] : context.Batcher.Repeat(node.Outputs[i]));
        for (var i = 0; i < outputs.Length; i++)
        {
            var stack = node.Outputs[carries.Length + i];
            results.Add(batchedOutputs[i] ? Ops.Transpose(stack, Exchanged(stack.Rank)) : context.Batcher.Repeat(stack));
        }
        if (loop.Tells) results.Add(decides ? node.Outputs[carries.Length - 1] : context.Batcher.Repeat(node.Outputs[^1]));
        return [.. results];

        Value Parameter(Value one, bool differs)
        {
            if (!differs) return one;
            var all = draft.Graph.Placeholder(one.Name, new Shape([context.Size, .. one.Shape]), one.DType);
            batcher.Map(one, all);
            return all;
        }

        // Of examples that have ended, carries stay as they are and outputs are zero.
        void Keep(Value active)
        {
            for (var i = 0; i < next.Length; i++) next[i] = Ops.Where(Aligned(active, next[i]), next[i], carries[i]);
            for (var i = 0; i < outputs.Length; i++)
            {
                var all = batchedOutputs[i] ? outputs[i] : batcher.Repeat(outputs[i]);
                outputs[i] = Ops.Where(Aligned(active, all), all, Ops.ZerosLike(all));
                batchedOutputs[i] = true;
            }
        }
    }

    private static Value Aligned(Value perExample, Value all) =>
        Ops.Reshape(perExample, new Shape([perExample.Shape[0], .. Enumerable.Repeat((Dim)1, all.Rank - 1)]));

    /// <summary>The order of axes with the first two exchanged: of examples and iterations.</summary>
    private static int[] Exchanged(int rank) => [1, 0, .. Enumerable.Range(2, rank - 2)];
}
