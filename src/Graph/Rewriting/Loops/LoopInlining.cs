using GraphGrad.Loops;
using GraphGrad.Operations;

namespace GraphGrad.Rewriting.Loops;

/// <summary>
/// Afterwards loops compute views and small constants themselves, and read what those are computed from. Nothing is differentiated any more, so nobody asks by
/// which of them a result moves.
/// </summary>
internal static class LoopInlining
{
    public static GraphProgram Apply(GraphProgram program) =>
        ProgramRebuild.Run(program, _ => [], (node, rebuild) => node.Op is LoopOp loop && CapturesOf(loop, node).Any(c => IndexArithmetic.Contains(c.Node)) ? Inline(loop, node, rebuild) : null);

    private static Value[] Inline(LoopOp loop, Node node, ProgramRebuild rebuild)
    {
        var body = loop.Body;
        var inside = new Substitution(new Graph());
        Value[] carries = Array.ConvertAll(body.Parameters.Carries, inside.Placeholder), steps = Array.ConvertAll(body.Parameters.Steps, inside.Placeholder);
        var captures = new Dictionary<Value, Value>();
        foreach (var (outer, own) in CapturesOf(loop, node).Zip(body.Parameters.Captures)) inside.Map(own, Inside(outer));
        var next = new LoopBody(new LoopParameters(carries, steps, [.. captures.Values]), body.Results.Select(inside.Of));
        Value[] inputs = [.. node.Inputs.Take(loop.Carries + loop.Steps), .. captures.Keys, .. node.Inputs.Skip(loop.CountInput)];
        return [.. rebuild.Target.AddNode(loop with { Body = next }, [.. inputs.Select(i => rebuild[i])], node.Name).Outputs];

        Value Inside(Value outer)
        {
            if (!IndexArithmetic.Contains(outer.Node)) captures.TryAdd(outer, inside.Placeholder(outer));
            else foreach (var input in outer.Node.Inputs) Inside(input);
            return inside.Of(outer);
        }
    }

    private static IEnumerable<Value> CapturesOf(LoopOp loop, Node node) => node.Inputs.Skip(loop.Carries + loop.Steps).Take(loop.Captures);
}
