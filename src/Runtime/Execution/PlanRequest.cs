using GraphGrad.Compilation;
using GraphGrad.Loops;
using GraphGrad.Rewriting;

namespace GraphGrad.Execution;

/// <summary>
/// What a plan is made for. <see cref="Nodes"/> is the slice that fetches and targets need, <see cref="Feeds"/> every
/// placeholder in it, <see cref="Variables"/> every variable that it reads or assigns, <see cref="Assignments"/> every
/// assignment; all in graph order. <see cref="Fetches"/> are distinct. No variable has two assignments.
/// </summary>
internal sealed record PlanRequest(
    Graph Graph, Node[] Nodes, Value[] Feeds, Value[] Fetches, Variable[] Variables, Node[] Assignments)
{
    /// <summary>Whether a run yields fetches and does nothing else: neither a step nor one iteration of a loop.</summary>
    public bool OnlyYields { get; private init; } = Assignments.Length == 0;

    /// <summary>One iteration of a loop.</summary>
    public static PlanRequest Of(LoopBody body) =>
        new(body.Nodes[0].Graph, [.. body.Nodes], [.. body.Parameters.All], body.Fetches, [], []) { OnlyYields = false };

    /// <summary>The same request of a rewritten graph, entry by entry; two fetches may have become one value there.</summary>
    public PlanRequest Rewritten(CompilerOptions options)
    {
        var program = Pipeline.Rewrite(new GraphProgram(Graph, Feeds, Fetches, Variables, Assignments) { OnlyYields = OnlyYields }, Pipeline.RunnerOf(options), options);
        return new PlanRequest(program.Graph, [.. program.Graph.Nodes], program.Feeds, program.Fetches, program.Variables, program.Targets) { OnlyYields = OnlyYields };
    }
}
