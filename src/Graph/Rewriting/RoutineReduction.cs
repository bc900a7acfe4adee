using GraphGrad.Operations;
using GraphGrad.Rewriting.Loops;

namespace GraphGrad.Rewriting;

/// <summary>Afterwards routines compute nothing that nobody reads, where that is less work.</summary>
internal static class RoutineReduction
{
    public static GraphProgram Apply(GraphProgram program)
    {
        var read = program.Graph.Nodes.SelectMany(n => n.Inputs).Concat(program.Fetches).ToHashSet();
        return ProgramRebuild.Run(program, _ => [], (node, rebuild) => Reduced(node, rebuild, read));
    }

    private static Value[]? Reduced(Node node, ProgramRebuild rebuild, HashSet<Value> read)
    {
        bool[] isRead = [.. node.Outputs.Select(read.Contains)];
        if (node.Op is not RoutineOp routine || routine.Reduced(isRead) is not { } op) return null;
        var copy = rebuild.Target.AddNode(op, [.. node.Inputs.Select(i => rebuild[i])], node.Name);
        var at = 0;
        // What nobody reads needs a value all the same while the program is being copied.
        return [.. isRead.Select(taken => copy.Outputs[taken ? at++ : 0])];
    }
}
