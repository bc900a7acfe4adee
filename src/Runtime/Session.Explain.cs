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
        var (steps, repetition) = Pipeline.LowerOnly(rewritten, compiler);
        return new Explanation(DeadNodes.Remove(written.ToProgram()).Graph, DeadNodes.Remove(rewritten.ToProgram()).Graph, StepDrawing.ToText(steps, repetition), StepDrawing.ToMermaid(steps, repetition), StepDrawing.ToDot(steps, repetition))
        {
            StabilityReport = new StabilityReport(records.Where(r => r.Fails is not null).Select(StabilityEntry.Of)),
            ArenaOf = extents => ArenaOf(request, extents),
        };
    }

    private ArenaPlan ArenaOf(PlanRequest request, (string Symbol, int Extent)[] extents)
    {
        var plan = (SharedPlan)PlanFactory.Create(request, options with { Backend = Backend.Compiled });
        var symbols = new Dictionary<string, long>(StringComparer.Ordinal);
        var known = request.Nodes.SelectMany(n => n.Outputs).SelectMany(v => v.Shape).SelectMany(d => d.Symbols).ToHashSet(StringComparer.Ordinal);
        foreach (var (symbol, extent) in extents)
        {
            if (extent < 0) throw new GraphException($"the extent {extent} of '{symbol}' is negative; give 0 or more.");
            if (!known.Contains(symbol))
                throw new GraphException($"the program has no symbol '{symbol}' in its shapes, {(known.Count == 0 ? "but known extents only; give none" : $"but {string.Join(", ", known.Select(k => $"'{k}'"))}; give their extents")}.");
            if (!symbols.TryAdd(symbol, extent)) throw new GraphException($"the symbol '{symbol}' is given two extents; give one.");
        }
        if (known.FirstOrDefault(k => !symbols.ContainsKey(k)) is { } missing)
            throw new GraphException($"how large the arena is depends on '{missing}', which has no extent yet; give one, as in Arena((\"{missing}\", 64)).");
        using var frame = plan.CreateFrame(symbols);
        return (frame as CompiledFrame)?.Describe(s => symbols[s]) ?? new ArenaPlan(0, 0, []);
    }
}
