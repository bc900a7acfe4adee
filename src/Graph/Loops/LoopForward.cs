using GraphGrad.Autodiff;
using GraphGrad.Operations;

namespace GraphGrad.Loops;

/// <summary>Forward mode: a loop whose carries are the carries and their tangents.</summary>
internal static class LoopForward
{
    public static Gradient[] Build(LoopOp loop, JvpContext context)
    {
        var (node, body) = (context.Node, loop.Body);
        var (firstStep, firstCapture) = (loop.Carries, loop.Carries + loop.Steps);
        var moves = Enumerable.Range(0, loop.CountInput).Select(i => context.Tangents[i].Value is not null).ToArray();
        if (!moves.Contains(true)) return new Gradient[node.Outputs.Count];

        int[] steps = [.. Enumerable.Range(0, loop.Steps).Where(i => moves[firstStep + i])];
        int[] captures = [.. Enumerable.Range(0, loop.Captures).Where(i => moves[firstCapture + i])];
        var sources = steps.Select(i => body.Parameters.Steps[i]).Concat(captures.Select(i => body.Parameters.Captures[i])).ToArray();
        var moving = body.Moving(moves[..loop.Carries], sources, v => v.DType.IsFloat());
        int[] carries = [.. Enumerable.Range(0, loop.Carries).Where(i => moving[i])];

        Value?[] known = [.. Enumerable.Range(0, loop.Captures).Select(i => moves[firstCapture + i] || !IndexArithmetic.IsKnown(node.Inputs[firstCapture + i]) ? null : node.Inputs[firstCapture + i])];
        var draft = LoopDraft.Stable(body, node.Graph, known);
        int[] outputs = [.. Enumerable.Range(0, draft.Results.Outputs.Length).Where(i => draft.Results.Outputs[i].DType.IsFloat())];
        var wrt = carries.Select(i => draft.Parameters.Carries[i]).Concat(steps.Select(i => draft.Parameters.Steps[i])).Concat(captures.Select(i => draft.Parameters.Captures[i])).ToArray();
        var given = Array.ConvertAll(wrt, x => draft.Placeholder(x, "tangent"));
        Value[] ys = [.. carries.Select(i => draft.Results.Carries[i]), .. outputs.Select(i => draft.Results.Outputs[i])];
        var tangents = Forward.Push(ys, wrt, given);
        draft = draft.Settled(given, out var copy);
        (given, ys, tangents) = (Array.ConvertAll(given, g => copy(g)), Array.ConvertAll(ys, y => copy(y)), Array.ConvertAll(tangents, t => t is null ? null : copy(t)));
        int[] moved = [.. Enumerable.Range(0, outputs.Length).Where(k => tangents[carries.Length + k] is not null)];

        var parameters = new LoopParameters(
            [.. draft.Parameters.Carries, .. given[..carries.Length]],
            [.. draft.Parameters.Steps, .. given[carries.Length..(carries.Length + steps.Length)]],
            [.. draft.Parameters.Captures, .. given[(carries.Length + steps.Length)..]]);
        var results = new LoopResults(
            [.. draft.Results.Carries, .. carries.Select((_, k) => Forward.OrZeros(tangents[k], ys[k]))],
            [.. draft.Results.Outputs, .. moved.Select(k => tangents[carries.Length + k]!)],
            draft.Results.Continue);
        Value[] inputs =
        [
            .. node.Inputs.Take(firstStep), .. carries.Select(context.Tangent),
            .. node.Inputs.Skip(firstStep).Take(loop.Steps), .. steps.Select(i => context.Tangent(firstStep + i)),
            .. node.Inputs.Skip(firstCapture).Take(loop.Captures), .. captures.Select(i => context.Tangent(firstCapture + i)),
            .. node.Inputs.Skip(loop.CountInput),
        ];
        var dual = node.Graph.AddNode(loop with { Body = new LoopBody(parameters, results, body) }, inputs);

        var found = new Gradient[node.Outputs.Count];
        for (var k = 0; k < carries.Length; k++) found[carries[k]] = dual.Outputs[loop.Carries + k];
        var first = loop.Carries + carries.Length + draft.Results.Outputs.Length;
        for (var k = 0; k < moved.Length; k++) found[loop.Carries + outputs[moved[k]]] = dual.Outputs[first + k];
        return found;
    }
}
