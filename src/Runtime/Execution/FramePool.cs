namespace GraphGrad.Execution;

/// <summary>The frames of one plan for one set of symbol values: as many as runs were ever under way at once.</summary>
internal sealed class FramePool
{
    private readonly Lock gate = new();
    private readonly Stack<PooledFrame> idle = new();
    private PooledFrame? latest;
    private readonly BoundPlan plan;
    private readonly Dictionary<string, long> symbols;
    private volatile bool retired;

    public FramePool(BoundPlan plan, Dictionary<string, long> symbols)
    {
        this.plan = plan;
        this.symbols = symbols;
        FeedExtents = Array.ConvertAll(plan.Request.Feeds, f => f.Shape.Evaluate(Binding));
        FeedCounts = Array.ConvertAll(FeedExtents, Product);
        FetchExtents = Array.ConvertAll(plan.Request.Fetches, f => f.Shape.Evaluate(Binding));
        FetchCounts = Array.ConvertAll(FetchExtents, Product);
    }

    /// <summary>The extents of the plan's feeds, which follow from the symbols' values.</summary>
    public int[][] FeedExtents { get; }

    public int[] FeedCounts { get; }

    public int[][] FetchExtents { get; }

    public int[] FetchCounts { get; }

    /// <summary>True once the pool has been given up; frames that it still makes are freed on return.</summary>
    public bool IsRetired => retired;

    public int SymbolCount => symbols.Count;

    /// <summary>Native memory of one frame for a run's intermediate values, in bytes; 0 while no frame is idle.</summary>
    public long ArenaBytes
    {
        get
        {
            lock (gate) return (Volatile.Read(ref latest) ?? (idle.TryPeek(out var frame) ? frame : null))?.ArenaBytes ?? 0;
        }
    }

    public bool Has(Dictionary<string, long> values) =>
        values.Count == symbols.Count && symbols.All(s => values.TryGetValue(s.Key, out var value) && value == s.Value);

    public PooledFrame Rent()
    {
        // The frame returned last, without a lock: its memory is also the one still in the caches.
        if (Interlocked.Exchange(ref latest, null) is { } found) return found;
        lock (gate)
        {
            if (idle.TryPop(out var frame)) return frame;
        }
        return new PooledFrame(this, plan, plan.Plan.CreateFrame(symbols));
    }

    public void Return(PooledFrame frame)
    {
        if (Interlocked.CompareExchange(ref latest, frame, null) is null)
        {
            // If the pool was given up meanwhile, either this thread or the one that gave it up finds the frame.
            if (retired) Interlocked.Exchange(ref latest, null)?.Dispose();
            return;
        }
        lock (gate)
        {
            if (!retired)
            {
                idle.Push(frame);
                return;
            }
        }
        frame.Dispose();
    }

    /// <summary>Frees the idle frames; those in use are freed when they are returned.</summary>
    public void Retire()
    {
        lock (gate)
        {
            retired = true;
            Interlocked.Exchange(ref latest, null)?.Dispose();
            while (idle.TryPop(out var frame)) frame.Dispose();
        }
    }

    private long Binding(string symbol) => symbols[symbol];

    private static int Product(int[] extents) => extents.Aggregate(1, (product, extent) => product * extent);
}
