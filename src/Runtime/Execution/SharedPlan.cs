namespace GraphGrad.Execution;

/// <summary>A compiled plan, which many sessions may share, as one of them runs it: with its own graph's nodes and number of threads.</summary>
internal sealed class SharedPlan(CompiledPlan plan, Node[] nodes, Value[] feeds, int threads) : IExecutionPlan
{
    public CompiledPlan Plan { get; } = plan;

    /// <summary>The graph's nodes, as <see cref="CompiledPlan.AllNodes"/> lists them.</summary>
    public Node[] Nodes { get; } = nodes;

    /// <summary>The graph's placeholders in the order of <see cref="RunArguments.Feeds"/>; none for the body of a loop, which is fed by the loop.</summary>
    public Value[] Feeds { get; } = feeds;

    public int Threads { get; } = threads;

    public IExecutionFrame CreateFrame(IReadOnlyDictionary<string, long> symbols) =>
        Plan.Program.Unrolled is { } unrolled ? new UnrolledFrame(this, unrolled, symbols) : new CompiledFrame(this, symbols);

    /// <summary>A frame for some units of the steps, which one thread works on.</summary>
    public IExecutionFrame CreateFrame(IReadOnlyDictionary<string, long> symbols, FramePart part) => new CompiledFrame(this, symbols, part);
}
