using static GraphGrad.Ops;

namespace GraphGrad.Tests.Runtime;

/// <summary>Loops inside a run: traces, cancellation, failure, and what callbacks may do.</summary>
public sealed class TrainingLoopTests
{
    private readonly Graph graph = new();

    public static TheoryData<Backend> Backends => [Backend.Interpreted, Backend.Compiled];

    [Theory]
    [MemberData(nameof(Backends))]
    public void A_trace_sees_fetches_and_committed_variables(Backend backend)
    {
        var v = graph.Variable("v", [0f]);
        var step = AssignAdd(v, graph.Constant([1f]));
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        var seen = new List<(long, float, float, float)>();
        var last = session.Run(
            [v],
            step,
            times: 10,
            traceEvery: 4,
            trace: (done, values) => seen.Add((done, values[0].AsSpan<float>()[0], session.Read(v).AsSpan<float>()[0], session.Run(v * 2).AsSpan<float>()[0])));
        Assert.Equal([(4, 3, 4, 8), (8, 7, 8, 16)], seen);
        Assert.Equal(9, last[0].AsSpan<float>()[0]);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Cancellation_keeps_the_steps_done(Backend backend)
    {
        var v = graph.Variable("v", [0f]);
        var step = AssignAdd(v, graph.Constant([1f]));
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        using var source = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => session.Run(
            step,
            times: long.MaxValue,
            traceEvery: 1000,
            trace: _ => source.Cancel(),
            cancellation: source.Token));
        // The token is looked at every so many steps.
        var kept = session.Read(v).AsSpan<float>()[0];
        Assert.InRange(kept, 1000, 3000);
        session.Run(step);
        Assert.Equal(kept + 1, session.Read(v).AsSpan<float>()[0]);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void A_token_cancelled_before_runs_nothing(Backend backend)
    {
        var v = graph.Variable("v", [0f]);
        var step = AssignAdd(v, graph.Constant([1f]));
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        Assert.Throws<OperationCanceledException>(() => session.Run(step, times: 5, cancellation: new CancellationToken(canceled: true)));
        Assert.Equal(0, session.Read(v).AsSpan<float>()[0]);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void What_a_trace_throws_ends_the_run_and_keeps_the_steps_done(Backend backend)
    {
        var v = graph.Variable("v", [0f]);
        var step = AssignAdd(v, graph.Constant([1f]));
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        var error = Assert.Throws<InvalidOperationException>(
            () => session.Run(step, times: 10, traceEvery: 3, trace: _ => throw new InvalidOperationException("stop")));
        Assert.Equal("stop", error.Message);
        Assert.Equal(3, session.Read(v).AsSpan<float>()[0]);
        session.Run(step);
        Assert.Equal(4, session.Read(v).AsSpan<float>()[0]);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void A_trace_may_not_assign(Backend backend)
    {
        var v = graph.Variable("v", [0f]);
        var step = AssignAdd(v, graph.Constant([1f]));
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        (string, Action)[] uses =
        [
            ("run a node that assigns variables", () => session.Run(step)),
            ("write variables", () => session.Write(v, new float[1])),
            ("initialize variables", () => session.Initialize()),
            ("dispose the session", () => session.Dispose()),
        ];
        foreach (var (intent, use) in uses)
        {
            var error = Assert.Throws<GraphException>(() => session.Run(step, times: 3, traceEvery: 1, trace: _ => use()));
            Assert.Equal($"a trace callback cannot {intent}: the run that calls it is still under way. Do it after the run has ended.", error.Message);
        }
        Assert.Equal(4, session.Read(v).AsSpan<float>()[0]);
    }
}
