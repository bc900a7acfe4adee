using System.Collections.Concurrent;
using GraphGrad.Rewriting;

namespace GraphGrad;

public sealed partial class Graph
{
    private readonly ConcurrentQueue<RewriteRecord> rewrites = new();
    private Graph? user;

    /// <summary>
    /// What differentiation brought into a numerically stable form, in order: each expression before and after, with the
    /// user's line; what reads the same, as in several derivatives of one expression, once. Reading it is thread safe; it gives the rewrites made so far.
    /// What a whole program does, and what stays open in it, tells <c>Session.Stability</c>.
    /// </summary>
    public StabilityReport StabilityReport => new(rewrites.DistinctBy(r => r.Line).Select(StabilityEntry.Of));

    /// <summary>The rewrites behind <see cref="StabilityReport"/>.</summary>
    internal IReadOnlyCollection<RewriteRecord> Rewrites => rewrites;

    /// <summary>Makes this graph part of a user's: the same rules are switched off, and what is rewritten here is reported there.</summary>
    internal void Serve(Graph principal) => user = principal;

    internal void Report(RewriteRecord record)
    {
        if (user is not null) user.Report(record);
        else rewrites.Enqueue(record);
    }
}
