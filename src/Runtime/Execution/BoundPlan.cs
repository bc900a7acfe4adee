using GraphGrad.Operations;

namespace GraphGrad.Execution;

/// <summary>
/// A plan with the variables of one session, and its frames by shape. Pools are kept in an array that is replaced, never
/// changed, so that finding one takes no lock.
/// </summary>
internal sealed class BoundPlan
{
    // Beyond this many shapes the one longest unused is given up: a program that feeds ever new shapes keeps its memory bounded.
    private const int MaximumPools = 16;

    private readonly Lock gate = new();
    private readonly int[] fetchPositions;
    private readonly int feedSymbols;
    private volatile FramePool[] pools = [];
    private volatile bool initialized;

    public BoundPlan(PlanKey key, PlanRequest request, IExecutionPlan plan, VariableSlot[] slots)
    {
        Key = key;
        Request = request;
        Plan = plan;
        Slots = slots;
        Assigns = request.Assignments.Length > 0;
        feedSymbols = request.Feeds.SelectMany(f => f.Shape).SelectMany(d => d.Symbols).Distinct().Count();
        fetchPositions = Array.ConvertAll(key.Fetches, f => Array.IndexOf(request.Fetches, f));
    }

    /// <summary>What the caller asked for.</summary>
    public PlanKey Key { get; }

    public PlanRequest Request { get; }

    public IExecutionPlan Plan { get; }

    public VariableSlot[] Slots { get; }

    /// <summary>For each fetch as the caller listed them, its position in <see cref="PlanRequest.Fetches"/>.</summary>
    public ReadOnlySpan<int> FetchPositions => fetchPositions;

    public bool Assigns { get; }

    public ReadOnlySpan<FramePool> Pools => pools;

    public void EnsureInitialized(VariableStore variables)
    {
        if (initialized) return;
        variables.EnsureInitialized(Slots);
        initialized = true;
    }

    /// <summary>The pool of the given symbol values, made if need be.</summary>
    public FramePool Pool(Dictionary<string, long> symbols)
    {
        foreach (var node in Request.Nodes)
        {
            if (Unbound(node, symbols) is { } name)
            {
                throw new GraphException(
                    $"the symbol '{name}' of '{node.Name}' {node.Output.Type} has no value in this run: no feed tells its extent. " +
                    $"Feed a placeholder with an axis '{name}'. Built at {node.Origin}.");
            }
        }
        lock (gate)
        {
            var found = Array.FindIndex(pools, p => p.Has(symbols));
            if (found == 0) return pools[0];
            var pool = found > 0 ? pools[found] : new FramePool(this, symbols);
            if (found < 0 && pools.Length == MaximumPools)
            {
                found = pools.Length - 1;
                pools[found].Retire();
            }
            pools = [pool, .. pools.Where((_, index) => index != found)];
            return pool;
        }
    }

    /// <summary>A frame with its feeds bound, in place until it is returned.</summary>
    public PooledFrame Rent(ReadOnlySpan<(Value Placeholder, TensorData Data)> feeds)
    {
        if (feeds.IsEmpty && Request.Feeds.Length == 0) return (pools.Length > 0 ? pools[0] : Pool([])).Rent();
        Span<int> positions = stackalloc int[Request.Feeds.Length];
        for (var i = 0; i < positions.Length; i++)
        {
            positions[i] = IndexOf(feeds, Request.Feeds[i]);
            if (positions[i] >= 0) continue;
            foreach (var (placeholder, _) in feeds) FeedBinding.CheckPlaceholder(Request.Graph, placeholder);
            throw FeedBinding.NotFed(Request.Feeds[i], Request, "Give the run a pair of placeholder and data.");
        }
        var frame = (Find(feeds, positions) ?? Bind(feeds)).Rent();
        for (var i = 0; i < positions.Length; i++) frame.Arguments.Feeds[i] = frame.Pin(feeds[positions[i]].Data.Elements);
        return frame;
    }

    public void Dispose()
    {
        lock (gate)
        {
            foreach (var pool in pools) pool.Retire();
            pools = [];
        }
    }

    /// <summary>A symbol without a value on which a node depends, if there is one; those of its inputs are found there.</summary>
    private static string? Unbound(Node node, Dictionary<string, long> symbols)
    {
        if (node.Op is SizeOp size) return Unbound([size.Dim], symbols);
        if (node.Op is SliceOp slice && Unbound(slice.Starts.Span, symbols) is { } start) return start;
        foreach (var output in node.Outputs)
        {
            if (Unbound(output.Shape.Dims, symbols) is { } name) return name;
        }
        return null;
    }

    private static string? Unbound(ReadOnlySpan<Dim> dims, Dictionary<string, long> symbols)
    {
        foreach (var dim in dims)
        {
            if (!dim.IsConstant && dim.Symbols.FirstOrDefault(s => !symbols.ContainsKey(s)) is { } name) return name;
        }
        return null;
    }

    private static int IndexOf(ReadOnlySpan<(Value Placeholder, TensorData Data)> feeds, Value placeholder)
    {
        for (var i = 0; i < feeds.Length; i++)
        {
            if (ReferenceEquals(feeds[i].Placeholder, placeholder)) return i;
        }
        return -1;
    }

    /// <summary>The pool of just these types and extents, if there is one; further feeds have to be checked first.</summary>
    private FramePool? Find(ReadOnlySpan<(Value Placeholder, TensorData Data)> feeds, ReadOnlySpan<int> positions)
    {
        if (feeds.Length != positions.Length) return null;
        foreach (var pool in pools)
        {
            // Another pool may owe its symbols to further feeds.
            var fits = pool.SymbolCount == feedSymbols;
            for (var i = 0; i < positions.Length && fits; i++)
            {
                if (feeds[positions[i]].Data is not { } data) return null;
                fits = data.DType == Request.Feeds[i].DType && data.Extents.SequenceEqual(pool.FeedExtents[i]);
            }
            if (fits) return pool;
        }
        return null;
    }

    private FramePool Bind(ReadOnlySpan<(Value Placeholder, TensorData Data)> feeds)
    {
        var constraints = new List<FeedConstraint>();
        for (var i = 0; i < feeds.Length; i++)
        {
            var (placeholder, data) = feeds[i];
            FeedBinding.CheckPlaceholder(Request.Graph, placeholder);
            if (IndexOf(feeds, placeholder) != i)
                throw new GraphException($"placeholder '{placeholder.Name}' is fed twice in one run; feed it once. Built at {placeholder.Node.Origin}.");
            if (data is null) throw FeedBinding.FedNull(placeholder);
            FeedBinding.CheckFeed(placeholder, data.DType, data.Extents);
            FeedBinding.AddAxes(placeholder, data.Extents, constraints);
        }
        return Pool(FeedBinding.Solve(constraints));
    }
}
