using static GraphGrad.Ops;

namespace GraphGrad.Tests.Runtime;

/// <summary>Runs alone: it counts what the whole process allocates.</summary>
[CollectionDefinition(nameof(SteadyStateTests), DisableParallelization = true)]
public sealed class SteadyStateCollection;

/// <summary>Once a session has seen a program and its shapes, running it allocates nothing, on any thread.</summary>
[Collection(nameof(SteadyStateTests))]
public sealed class SteadyStateTests
{
    private const int Rounds = 20;

    private readonly Graph graph = new();

    [Fact]
    public void A_tiny_step() => AllocatesNothing(Backend.Compiled, (session, step) => session.Run(step), 2);

    [Fact]
    public void A_tiny_loop() => AllocatesNothing(Backend.Compiled, (session, step) => session.Run(step, times: 1000), 2);

    [Fact]
    public void A_step_of_kernels_on_all_threads() => AllocatesNothing(Backend.Compiled, (session, step) => session.Run(step), 300_000);

    public static TheoryData<string> Names => Workload.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Programs_of_all_kinds_on_one_thread_and_on_two(string name)
    {
        foreach (var threads in new[] { 1, 2 })
        {
            var workload = Workload.Create(name);
            using var session = new Session(workload.Graph, new SessionOptions { Threads = threads });
            var function = session.Compile([.. workload.Feeds.Select(f => f.Placeholder)], workload.Fetches, workload.Step is { } step ? [step] : []);
            var feeds = workload.Feeds.Select(f => f.Data).ToArray();
            var results = workload.Fetches.Select(f => new float[(int)f.Shape.ElementCount.Value]).ToArray();
            AllocatesNothing(
                () =>
                {
                    var call = function.Call();
                    foreach (var feed in feeds) call = feed.DType == DType.Float32 ? call.Feed(feed.AsSpan<float>()) : call.Feed(feed.AsSpan<long>());
                    foreach (var result in results) call = call.Fetch<float>(result);
                    call.Run();
                },
                rounds: 3);
        }
    }

    [Fact]
    public void A_compiled_function()
    {
        var x = graph.Placeholder("x", ["batch", 64]);
        var w = graph.Variable("w", new float[64, 32]);
        var y = Tanh(MatMul(x, w));
        var loss = Mean(y * y);
        var step = AssignSub(w, Gradients(loss, w)[0] * 0.1);
        using var session = new Session(graph);
        var function = session.Compile([x], [y, loss], step);
        var (data, small, result, mean) = (new float[1024 * 64], new float[64], new float[1024 * 32], new float[1]);
        AllocatesNothing(() =>
        {
            function.Feed<float>(data).Fetch<float>(result).Fetch<float>(mean).Run();
            function.Feed<float>(small, 1, 64).Fetch(result.AsSpan(0, 32)).Fetch<float>(mean).Run();
        });
    }

    [Fact]
    public void Reading_and_writing_spans()
    {
        var v = graph.Variable("v", new float[100]);
        using var session = new Session(graph);
        var data = new float[100];
        AllocatesNothing(() =>
        {
            session.WriteSpan<float>(v, data);
            session.ReadSpan<float>(v, data);
        });
    }

    /// <summary>The session's own part; interpreted ops may allocate.</summary>
    [Fact]
    public void An_interpreted_session()
    {
        var x = graph.Placeholder("x", ["n"]);
        var v = graph.Variable("v", [1f]);
        var swap = Assign(v, graph.Constant([2f]));
        using var session = new Session(graph, new SessionOptions { Backend = Backend.Interpreted });
        var function = session.Compile([x], [Reshape(x, ["n", 1])], swap);
        var (data, result) = (new float[8], new float[8]);
        AllocatesNothing(() =>
        {
            function.Run<float, float>(data, result);
            session.Run(swap, times: 3);
        });
    }

    private void AllocatesNothing(Backend backend, Action<Session, Node> run, int size)
    {
        var v = graph.Variable("v", new float[size]);
        var loss = Sum(Square(v - 1));
        var step = AssignSub(v, Gradients(loss, v)[0] * 0.01);
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        AllocatesNothing(() => run(session, step));
    }

    private static void AllocatesNothing(Action action, int rounds = Rounds)
    {
        for (var i = 0; i < 10 * rounds; i++) action();
        // The test host and the JIT allocate now and then in the background; what a run allocates shows in every attempt.
        var least = long.MaxValue;
        for (var attempt = 0; attempt < 50 && least > 0; attempt++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            for (var i = 0; i < rounds; i++) action();
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }
        Assert.Equal(0, least);
    }
}
