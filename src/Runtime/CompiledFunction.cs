using System.Runtime.CompilerServices;
using GraphGrad.Execution;

namespace GraphGrad;

/// <summary>
/// A part of a graph made ready to be called with spans, without allocating:
/// <c>function.Feed(images).Feed(labels).Fetch(loss).Run()</c>. Belongs to the session that compiled it; several threads may
/// call it at once.
/// </summary>
public sealed class CompiledFunction
{
    private const int MaximumMatches = 16;

    private readonly Value[] feeds;
    private readonly Value[] fetches;
    private readonly int[] feedPositions;
    private readonly bool fetchesAll;
    private readonly FedExtents noExtents = FedExtents.None();
    private volatile Match[] matches = [];

    internal CompiledFunction(Session session, Value[] feeds, Value[] fetches, BoundPlan plan)
    {
        Session = session;
        this.feeds = feeds;
        this.fetches = fetches;
        Plan = plan;
        feedPositions = Array.ConvertAll(feeds, f => Array.IndexOf(plan.Request.Feeds, f));
        fetchesAll = Array.TrueForAll(plan.Request.Fetches, fetches.Contains);
    }

    /// <summary>The session whose variables the function reads and assigns.</summary>
    public Session Session { get; }

    /// <summary>The placeholders, in the order in which a call feeds them.</summary>
    public IReadOnlyList<Value> Feeds => feeds;

    /// <summary>The values, in the order in which a call fetches them.</summary>
    public IReadOnlyList<Value> Fetches => fetches;

    /// <summary>
    /// Native memory that a call holds for what is neither fed, fetched nor a variable, in bytes: of the shapes last run, and 0 before
    /// the first call. Calls under way at once hold as much each.
    /// </summary>
    public long ArenaBytes => Plan.Pools is [var pool, ..] ? pool.ArenaBytes : 0;

    internal BoundPlan Plan { get; }

    internal int FeedCount => feeds.Length;

    /// <summary>Begins a call; needed by itself only where there is nothing to feed and nothing to fetch.</summary>
    public FunctionCall Call() => new(this, noExtents);

    /// <summary>Begins a call with its first feed.</summary>
    /// <inheritdoc cref="FunctionCall.Feed{T}(ReadOnlySpan{T})"/>
    public FunctionCall Feed<T>(ReadOnlySpan<T> data)
        where T : unmanaged => Call().Feed(data);

    /// <summary>Begins a call with its first feed.</summary>
    /// <inheritdoc cref="FunctionCall.Feed{T}(ReadOnlySpan{T}, ReadOnlySpan{int})"/>
    public FunctionCall Feed<T>(ReadOnlySpan<T> data, params ReadOnlySpan<int> extents)
        where T : unmanaged => Call().Feed(data, extents);

    /// <summary>Begins a call of a function without feeds.</summary>
    /// <inheritdoc cref="FunctionCall.Fetch{T}(Span{T})"/>
    public FunctionCall Fetch<T>(Span<T> destination)
        where T : unmanaged => Call().Fetch(destination);

    /// <summary>Calls a function of one feed and one fetch.</summary>
    /// <inheritdoc cref="FunctionCall.Run"/>
    public void Run<TFeed, TFetch>(ReadOnlySpan<TFeed> feed, Span<TFetch> fetch)
        where TFeed : unmanaged
        where TFetch : unmanaged => Feed(feed).Fetch(fetch).Run();

    /// <summary>Calls a function of two feeds and one fetch.</summary>
    /// <inheritdoc cref="FunctionCall.Run"/>
    public void Run<TFeed1, TFeed2, TFetch>(ReadOnlySpan<TFeed1> feed1, ReadOnlySpan<TFeed2> feed2, Span<TFetch> fetch)
        where TFeed1 : unmanaged
        where TFeed2 : unmanaged
        where TFetch : unmanaged => Feed(feed1).Feed(feed2).Fetch(fetch).Run();

    internal unsafe void Run(ref FunctionCall.Spans spans, ReadOnlySpan<nint> addresses, long times, CancellationToken cancellation)
    {
        RequireCounts(spans.Fed, spans.Fetched);
        Session.CheckCounts(times, atLeast: fetches.Length > 0 ? 1 : 0, traceEvery: 0);
        Session.ThrowIfDisposed();
        var pool = Find(ref spans) ?? Bind(ref spans);
        CheckFetches(ref spans, addresses, pool);
        var frame = pool.Rent();
        try
        {
            var arguments = frame.Arguments;
            for (var i = 0; i < feeds.Length; i++)
            {
                if (feedPositions[i] >= 0) arguments.Feeds[feedPositions[i]] = addresses[i];
            }
            if (!fetchesAll) frame.UseScratch();
            // Backwards, so that of a value fetched twice the first span is filled, and the others from it.
            for (var i = fetches.Length - 1; i >= 0; i--) arguments.Fetches[Plan.FetchPositions[i]] = addresses[feeds.Length + i];
            arguments.Times = times;
            arguments.Cancellation = cancellation;
            Session.Execute(Plan, frame);
            for (var i = 0; i < fetches.Length; i++)
            {
                var (filled, wanted) = (arguments.Fetches[Plan.FetchPositions[i]], addresses[feeds.Length + i]);
                if (filled != wanted) Unsafe.CopyBlock((void*)wanted, (void*)filled, (uint)ByteCount(pool.FetchCounts[Plan.FetchPositions[i]], fetches[i]));
            }
        }
        finally
        {
            frame.Return();
        }
    }

    internal void CheckFeed(int index, DType type, int length)
    {
        if (index >= feeds.Length)
            throw new GraphException($"the function takes {feeds.Length} feeds ({Names(feeds)}); another one was given. Compile it with more feeds, or leave it out.");
        if (type != feeds[index].DType)
            throw FeedBinding.Refuse(feeds[index], $"of {length} elements of {type.Text()}", $"Feed {feeds[index].DType.Text()} data.");
    }

    internal void CheckExtents(int index, DType type, int length, ReadOnlySpan<int> extents)
    {
        FeedBinding.CheckFeed(feeds[index], type, extents);
        var count = 1L;
        foreach (var extent in extents) count *= extent;
        if (count != length)
            throw FeedBinding.Refuse(feeds[index], FeedBinding.Text(type, extents), $"The span has {length} elements and the extents {count}; they must be equal.");
    }

    internal void CheckFetch(int index, DType type)
    {
        if (index >= fetches.Length)
            throw new GraphException($"the function has {fetches.Length} fetches ({Names(fetches)}); another span was given. Compile it with more fetches, or leave it out.");
        if (type != fetches[index].DType)
            throw new GraphException($"the fetch '{fetches[index].Name}' is {fetches[index].DType.Text()}; the span holds {type.Text()}. Give a span of its type. Built at {fetches[index].Node.Origin}.");
    }

    private static int ByteCount(int count, Value value) => count * value.DType.Size();

    private static string Names(Value[] values) => string.Join(", ", values.Select(v => v.Name));

    private void RequireCounts(int fed, int fetched)
    {
        if (fed < feeds.Length)
            throw new GraphException($"the call feeds {fed} of the function's {feeds.Length} feeds ({Names(feeds)}); feed '{feeds[fed].Name}' too. Built at {feeds[fed].Node.Origin}.");
        if (fetched < fetches.Length)
            throw new GraphException($"the call fetches {fetched} of the function's {fetches.Length} fetches ({Names(fetches)}); give a span for '{fetches[fetched].Name}' too. Built at {fetches[fetched].Node.Origin}.");
    }

    private FramePool? Find(ref FunctionCall.Spans spans)
    {
        var lengths = spans.Lengths[..feeds.Length];
        foreach (var match in matches)
        {
            if (match.Extents == spans.Extents && lengths.SequenceEqual(match.Lengths) && !match.Pool.IsRetired) return match.Pool;
        }
        return null;
    }

    private FramePool Bind(ref FunctionCall.Spans spans)
    {
        var constraints = new List<FeedConstraint>();
        for (var i = 0; i < feeds.Length; i++)
        {
            if (spans.Extents.Of(i) is { } extents) FeedBinding.AddAxes(feeds[i], extents, constraints);
            else constraints.Add(new FeedConstraint(feeds[i], -1, spans.Lengths[i]));
        }
        var pool = Plan.Pool(FeedBinding.Solve(constraints));
        var match = new Match(spans.Lengths[..feeds.Length].ToArray(), spans.Extents, pool);
        matches = [match, .. matches.Where(m => !m.Pool.IsRetired).Take(MaximumMatches - 1)];
        return pool;
    }

    private void CheckFetches(ref FunctionCall.Spans spans, ReadOnlySpan<nint> addresses, FramePool pool)
    {
        for (var i = 0; i < fetches.Length; i++)
        {
            var count = pool.FetchCounts[Plan.FetchPositions[i]];
            if (spans.Lengths[feeds.Length + i] != count)
            {
                throw new GraphException(
                    $"the fetch '{fetches[i].Name}' {fetches[i].DType.Text()}{fetches[i].Shape} has {count} elements in this call; the span has {spans.Lengths[feeds.Length + i]}. " +
                    $"Give a span of just that length. Built at {fetches[i].Node.Origin}.");
            }
            for (var other = 0; other < feeds.Length + i; other++)
            {
                var value = other < feeds.Length ? feeds[other] : fetches[other - feeds.Length];
                var (length, address) = (spans.Lengths[other], addresses[feeds.Length + i]);
                if (length == 0 || count == 0) continue;
                if (address < addresses[other] + ByteCount(length, value) && addresses[other] < address + ByteCount(count, fetches[i]))
                    throw new GraphException($"the span for the fetch '{fetches[i].Name}' overlaps the span for '{value.Name}'; give it memory of its own.");
            }
        }
    }

    /// <summary>Lengths and extents for which the symbols have been found before.</summary>
    private sealed record Match(int[] Lengths, FedExtents Extents, FramePool Pool);
}
