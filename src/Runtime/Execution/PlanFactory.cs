using GraphGrad.Interpretation;

namespace GraphGrad.Execution;

/// <summary>Chooses the backend.</summary>
internal static class PlanFactory
{
    /// <summary>Compiled plans of the process: immutable, so any session may run them.</summary>
    private static readonly PlanCache<CompiledPlan> Compiled = new(capacity: 128);

    public static IExecutionPlan Create(PlanRequest request, SessionOptions options)
    {
        var compiler = options.Compiler with { DisabledRules = [.. request.Graph.DisabledRules] };
        if (options.Backend == Backend.Interpreted) return new InterpretedPlan(compiler.Rewrite ? request.Rewritten(compiler) : request);
        var plan = Compiled.Get(request, compiler, () => CompiledPlan.Create(request, compiler));
        return new SharedPlan(plan, CompiledPlan.AllNodes(request.Nodes), request.Feeds, options.Threads);
    }
}
