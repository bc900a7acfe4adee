namespace GraphGrad.Bench.Suites;

/// <summary>One function of a graph, ready to be called with data of its own: nothing of what it measures is feeding or printing.</summary>
internal sealed class Workbench : IDisposable
{
    private readonly Session session;
    private readonly CompiledFunction function;
    private readonly float[][] feeds;
    private readonly float[][] fetches;

    /// <param name="feeds">float32 placeholders of static shape; they are fed random numbers between -1 and 1.</param>
    /// <param name="fetches">float32 values of static shape.</param>
    /// <param name="options">The backend and the number of threads.</param>
    /// <param name="targets">What is run besides.</param>
    public Workbench(Value[] feeds, Value[] fetches, SessionOptions options, params Node[] targets)
    {
        var graph = (feeds.FirstOrDefault() ?? fetches.FirstOrDefault())?.Graph ?? targets[0].Graph;
        session = new Session(graph, options);
        function = session.Compile(feeds, fetches, targets);
        var random = new Random(1);
        this.feeds = [.. feeds.Select(f => Enumerable.Range(0, Count(f)).Select(_ => (2 * random.NextSingle()) - 1).ToArray())];
        this.fetches = [.. fetches.Select(f => new float[Count(f)])];
    }

    public void Run()
    {
        var call = function.Call();
        foreach (var feed in feeds) call = call.Feed<float>(feed);
        foreach (var fetch in fetches) call = call.Fetch<float>(fetch);
        call.Run();
    }

    public void Dispose() => session.Dispose();

    private static int Count(Value value) => (int)value.Shape.ElementCount.Value;
}
