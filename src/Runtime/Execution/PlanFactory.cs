using GraphGrad.Interpretation;

namespace GraphGrad.Execution;

/// <summary>Chooses the backend.</summary>
internal static class PlanFactory
{
    public static IExecutionPlan Create(PlanRequest request, SessionOptions options) => options.Backend switch
    {
        Backend.Compiled => CompiledPlan.Create(request, options),
        _ => new InterpretedPlan(request),
    };
}
