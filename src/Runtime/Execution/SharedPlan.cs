namespace GraphGrad.Execution;

/// <summary>A compiled plan, which many sessions may share, as one of them runs it: with its own graph's nodes and number of threads.</summary>
internal sealed class SharedPlan(CompiledPlan plan, PlanRequest request, int threads) : IExecutionPlan
{
    public CompiledPlan Plan { get; } = plan;

    public Node[] Nodes { get; } = request.Nodes;

    public int Threads { get; } = threads;

    public IExecutionFrame CreateFrame(IReadOnlyDictionary<string, long> symbols) =>
        Plan.Program.Unrolled is { } unrolled ? new UnrolledFrame(this, unrolled) : new CompiledFrame(this, symbols);
}
