using GraphGrad.Loops;
using GraphGrad.Operations;

namespace GraphGrad.Rewriting.Loops;

/// <summary>
/// Afterwards no loop computes what is part of another one: differentiation makes a second loop that computes all that the first does and
/// what the derivative needs besides, and the first is then for nothing.
/// </summary>
internal static class LoopUnion
{
    public static GraphProgram Apply(GraphProgram program)
    {
        var loops = program.Graph.Nodes.Where(n => n.Op is LoopOp).ToArray();
        var larger = new Dictionary<Node, Node>();
        foreach (var loop in loops)
        {
            if (loops.FirstOrDefault(other => other != loop && !larger.ContainsKey(other) && Contains(other, loop)) is { } found) larger.Add(loop, found);
        }
        if (larger.Count == 0) return program;
        // Of three in a row the first goes to the last.
        Node Home(Node node) => larger.TryGetValue(node, out var next) ? Home(next) : node;
        return ProgramRebuild.Run(
            program,
            node => larger.ContainsKey(node) ? [Home(node)] : [],
            (node, rebuild) => larger.ContainsKey(node) ? Part((LoopOp)node.Op, Home(node), rebuild) : null);
    }

    private static Value[] Part(LoopOp loop, Node home, ProgramRebuild rebuild)
    {
        var whole = (LoopOp)home.Op;
        return
        [
            .. home.Outputs.Take(loop.Carries).Select(o => rebuild[o]),
            .. home.Outputs.Skip(whole.Carries).Take(loop.Body.Results.Outputs.Length).Select(o => rebuild[o]),
            .. loop.Tells ? [rebuild[home.Outputs[^1]]] : Array.Empty<Value>(),
        ];
    }

    private static bool Contains(Node large, Node small)
    {
        var (whole, part) = ((LoopOp)large.Op, (LoopOp)small.Op);
        if (whole.Length != part.Length || whole.IsReversed != part.IsReversed || whole.IsCounted != part.IsCounted || !Derives(whole.Body, part.Body)) return false;
        return Same(0, part.Carries, 0) && Same(whole.Carries, part.Steps, part.Carries)
            && Same(whole.Carries + whole.Steps, part.Captures, part.Carries + part.Steps)
            && Same(whole.CountInput, small.Inputs.Count - part.CountInput, part.CountInput)
            && !GraphSlice.Of([large]).Contains(small);

        bool Same(int first, int count, int own) =>
            Enumerable.Range(0, count).All(i => ReferenceEquals(large.Inputs[first + i], small.Inputs[own + i]));
    }

    private static bool Derives(LoopBody body, LoopBody from)
    {
        for (var primal = body.Primal; primal is not null; primal = primal.Primal)
        {
            if (primal.Equals(from)) return true;
        }
        return false;
    }
}
