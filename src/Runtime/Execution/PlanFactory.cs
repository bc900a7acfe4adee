using GraphGrad.Interpretation;

namespace GraphGrad.Execution;

/// <summary>Chooses the backend.</summary>
internal static class PlanFactory
{
    public static IExecutionPlan Create(PlanRequest request, SessionOptions options) => options.Backend switch
    {
        Backend.Compiled => new InterpretedPlan(request),
        _ => new InterpretedPlan(request),
    };
}
