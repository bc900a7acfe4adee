using GraphGrad.Compilation;
using GraphGrad.Compilation.Printing;
using GraphGrad.Execution;
using GraphGrad.Rewriting;

namespace GraphGrad;

public sealed partial class Session
{
    /// <summary>Shows what the compiler makes of fetches, without running anything.</summary>
    /// <exception cref="GraphException">A value belongs to another graph.</exception>
    public Explanation Explain(params Value[] fetches) => Explain(fetches, []);

    /// <summary>Shows what the compiler makes of a node such as a training step, without running anything.</summary>
    /// <exception cref="GraphException">The node belongs to another graph.</exception>
    public Explanation Explain(Node target) => Explain([], [target]);

    private Explanation Explain(Value[] fetches, Node[] targets)
    {
        ThrowIfDisposed();
        var request = SliceAnalysis.Analyze(Graph, fetches, targets);
        var compiler = options.Compiler with { DisabledRules = [.. Graph.DisabledRules] };
        var written = CompiledPlan.SourceOf(request);
        var records = new List<RewriteRecord>();
        var rewritten = Pipeline.Rewrite(written, Pipeline.RunnerOf(compiler, records.Add), compiler);
        var steps = Pipeline.LowerOnly(rewritten, compiler);
        return new Explanation(DeadNodes.Remove(written.ToProgram()).Graph, DeadNodes.Remove(rewritten.ToProgram()).Graph, StepDrawing.ToText(steps), StepDrawing.ToMermaid(steps), StepDrawing.ToDot(steps))
        {
            StabilityReport = new StabilityReport(records.Where(r => r.Fails is not null).Select(StabilityEntry.Of)),
        };
    }
}
