using System.Collections.Concurrent;
using GraphGrad.Rewriting;

namespace GraphGrad;

public sealed partial class Graph
{
    private readonly ConcurrentQueue<RewriteRecord> stabilityReport = new();

    /// <summary>
    /// What differentiation brought into a numerically stable form, in order: each expression before and after, with the
    /// user's line. Reading it is thread safe; it gives the records made so far.
    /// </summary>
    public IReadOnlyList<RewriteRecord> StabilityReport => stabilityReport.ToArray();

    internal void Report(RewriteRecord record) => stabilityReport.Enqueue(record);
}
