using GraphGrad.Execution;

namespace GraphGrad;

public sealed partial class Session
{
    /// <summary>Computes a value: <c>session.Run(loss, (x, images), (y, labels))</c>.</summary>
    /// <param name="fetch">The value to compute.</param>
    /// <param name="feeds">A placeholder and its data each; every placeholder that the fetch needs must be among them.</param>
    /// <exception cref="GraphException">A feed is missing or does not fit, or the data makes an operation fail.</exception>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public TensorData Run(Value fetch, params ReadOnlySpan<(Value Placeholder, TensorData Data)> feeds) =>
        Fetch([fetch], [], 1, feeds)[0];

    /// <summary>Computes a value and runs a node in one run; the value is from before the node's assignments.</summary>
    /// <inheritdoc cref="Run(ReadOnlySpan{Value}, ReadOnlySpan{Node}, ReadOnlySpan{ValueTuple{Value, TensorData}})"/>
    public TensorData Run(Value fetch, Node target, params ReadOnlySpan<(Value Placeholder, TensorData Data)> feeds) =>
        Fetch([fetch], [target], 1, feeds)[0];

    /// <summary>Computes several values in one run: <c>session.Run([loss, accuracy], (x, images))</c>.</summary>
    /// <inheritdoc cref="Run(ReadOnlySpan{Value}, ReadOnlySpan{Node}, ReadOnlySpan{ValueTuple{Value, TensorData}})"/>
    public TensorData[] Run(ReadOnlySpan<Value> fetches, params ReadOnlySpan<(Value Placeholder, TensorData Data)> feeds) =>
        Fetch(fetches, [], 1, feeds);

    /// <summary>Computes several values and runs a node in one run; the values are from before the node's assignments.</summary>
    /// <inheritdoc cref="Run(ReadOnlySpan{Value}, ReadOnlySpan{Node}, ReadOnlySpan{ValueTuple{Value, TensorData}})"/>
    public TensorData[] Run(ReadOnlySpan<Value> fetches, Node target, params ReadOnlySpan<(Value Placeholder, TensorData Data)> feeds) =>
        Fetch(fetches, [target], 1, feeds);

    /// <summary>Computes several values and runs several nodes in one run; the values are from before the nodes' assignments.</summary>
    /// <param name="fetches">The values to compute; the results come in the same order.</param>
    /// <param name="targets">Nodes to run for what they assign.</param>
    /// <param name="feeds">A placeholder and its data each; every placeholder that fetches and targets need must be among them.</param>
    /// <exception cref="GraphException">
    /// A feed is missing or does not fit, two nodes assign one variable, or the data makes an operation fail. Then nothing is
    /// assigned, and the session can be used on.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public TensorData[] Run(
        ReadOnlySpan<Value> fetches, ReadOnlySpan<Node> targets, params ReadOnlySpan<(Value Placeholder, TensorData Data)> feeds) =>
        Fetch(fetches, targets, 1, feeds);

    /// <summary>Runs a node for what it assigns: <c>session.Run(step, (x, images), (y, labels))</c>.</summary>
    /// <inheritdoc cref="Run(ReadOnlySpan{Value}, ReadOnlySpan{Node}, ReadOnlySpan{ValueTuple{Value, TensorData}})"/>
    public void Run(Node target, params ReadOnlySpan<(Value Placeholder, TensorData Data)> feeds) =>
        Repeat(target, 1, feeds, 0, null, CancellationToken.None);

    /// <summary>Runs a node so many times with the same feeds, looping inside the plan: <c>session.Run(step, times: 30_000)</c>.</summary>
    /// <inheritdoc cref="Run(Node, long, ReadOnlySpan{ValueTuple{Value, TensorData}}, long, Action{long}, CancellationToken)"/>
    public void Run(Node target, long times, params ReadOnlySpan<(Value Placeholder, TensorData Data)> feeds) =>
        Repeat(target, times, feeds, 0, null, CancellationToken.None);

    /// <summary>Runs a node so many times with the same feeds, looping inside the plan.</summary>
    /// <param name="target">The node to run for what it assigns.</param>
    /// <param name="times">The number of steps; 0 does nothing.</param>
    /// <param name="feeds">A placeholder and its data each.</param>
    /// <param name="traceEvery">Calls <paramref name="trace"/> after every so many steps; 0 for never.</param>
    /// <param name="trace">
    /// Given the number of steps done. It may read variables and run what assigns nothing; what it throws ends the run.
    /// </param>
    /// <param name="cancellation">Ends the run between two operations; the steps done so far stay committed.</param>
    /// <exception cref="GraphException">A feed is missing or does not fit, or the data makes an operation fail; the steps done before stay committed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public void Run(
        Node target,
        long times,
        ReadOnlySpan<(Value Placeholder, TensorData Data)> feeds = default,
        long traceEvery = 0,
        Action<long>? trace = null,
        CancellationToken cancellation = default) =>
        Repeat(target, times, feeds, traceEvery, trace, cancellation);

    /// <summary>Runs a node so many times with the same feeds, and gives the fetched values of the last step, from before its assignments.</summary>
    /// <param name="fetches">The values to compute.</param>
    /// <param name="target">The node to run for what it assigns.</param>
    /// <param name="times">The number of steps, at least 1.</param>
    /// <param name="feeds">A placeholder and its data each.</param>
    /// <param name="traceEvery">Calls <paramref name="trace"/> after every so many steps; 0 for never.</param>
    /// <param name="trace">Given the number of steps done and the fetched values of the step just done.</param>
    /// <param name="cancellation">Ends the run between two operations; the steps done so far stay committed.</param>
    /// <inheritdoc cref="Run(Node, long, ReadOnlySpan{ValueTuple{Value, TensorData}}, long, Action{long}, CancellationToken)"/>
    public TensorData[] Run(
        ReadOnlySpan<Value> fetches,
        Node target,
        long times,
        ReadOnlySpan<(Value Placeholder, TensorData Data)> feeds = default,
        long traceEvery = 0,
        Action<long, TensorData[]>? trace = null,
        CancellationToken cancellation = default) =>
        Fetch(fetches, [target], times, feeds, traceEvery, trace, cancellation);

    private void Repeat(
        Node target,
        long times,
        ReadOnlySpan<(Value Placeholder, TensorData Data)> feeds,
        long traceEvery,
        Action<long>? trace,
        CancellationToken cancellation)
    {
        ThrowIfDisposed();
        CheckCounts(times, atLeast: 0, traceEvery);
        var plan = Plan([], new ReadOnlySpan<Node>(in target));
        var frame = plan.Rent(feeds);
        try
        {
            frame.UseScratch();
            SetLoop(frame.Arguments, times, traceEvery, trace, cancellation);
            Execute(plan, frame);
        }
        finally
        {
            frame.Return();
        }
    }

    private TensorData[] Fetch(
        ReadOnlySpan<Value> fetches,
        ReadOnlySpan<Node> targets,
        long times,
        ReadOnlySpan<(Value Placeholder, TensorData Data)> feeds,
        long traceEvery = 0,
        Action<long, TensorData[]>? trace = null,
        CancellationToken cancellation = default)
    {
        ThrowIfDisposed();
        CheckCounts(times, atLeast: 1, traceEvery);
        var plan = Plan(fetches, targets);
        var frame = plan.Rent(feeds);
        try
        {
            var results = NewResults(plan, frame);
            SetLoop(frame.Arguments, times, traceEvery, trace is null ? null : done => trace(done, Copied(plan, results)), cancellation);
            Execute(plan, frame);
            return Listed(plan, results);
        }
        finally
        {
            frame.Return();
        }
    }

    internal static void CheckCounts(long times, long atLeast, long traceEvery)
    {
        if (times < atLeast) throw new GraphException($"times is {times}; it must be at least {atLeast}.");
        if (traceEvery < 0) throw new GraphException($"traceEvery is {traceEvery}; it must be 0 (never) or the number of steps between two traces.");
    }

    private static void SetLoop(RunArguments arguments, long times, long traceEvery, Action<long>? trace, CancellationToken cancellation)
    {
        arguments.Times = times;
        arguments.TraceEvery = trace is null ? 0 : traceEvery;
        arguments.Trace = trace;
        arguments.Cancellation = cancellation;
    }

    /// <summary>New memory, in place until the frame is returned, for each distinct fetch.</summary>
    private static TensorData[] NewResults(BoundPlan plan, PooledFrame frame)
    {
        var results = new TensorData[plan.Request.Fetches.Length];
        for (var i = 0; i < results.Length; i++)
        {
            var elements = NewArray(plan.Request.Fetches[i].DType, frame.Pool.FetchCounts[i]);
            results[i] = new TensorData(elements, frame.Pool.FetchExtents[i]);
            frame.Arguments.Fetches[i] = frame.Pin(elements);
        }
        return results;
    }

    private static TensorData[] Listed(BoundPlan plan, TensorData[] results)
    {
        var listed = new TensorData[plan.FetchPositions.Length];
        for (var i = 0; i < listed.Length; i++) listed[i] = results[plan.FetchPositions[i]];
        return listed;
    }

    private static TensorData[] Copied(BoundPlan plan, TensorData[] results) =>
        Array.ConvertAll(Listed(plan, results), r => new TensorData((Array)r.Elements.Clone(), r.Extents.ToArray()));

    private static Array NewArray(DType type, int count) => type switch
    {
        DType.Float32 => GC.AllocateUninitializedArray<float>(count),
        DType.Float64 => GC.AllocateUninitializedArray<double>(count),
        DType.Int32 => GC.AllocateUninitializedArray<int>(count),
        DType.Int64 => GC.AllocateUninitializedArray<long>(count),
        _ => GC.AllocateUninitializedArray<bool>(count),
    };
}
