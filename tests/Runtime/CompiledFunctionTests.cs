using System.Runtime.CompilerServices;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Runtime;

public sealed class CompiledFunctionTests
{
    private readonly Graph graph = new();

    public static TheoryData<Backend> Backends => [Backend.Interpreted, Backend.Compiled];

    [Theory]
    [MemberData(nameof(Backends))]
    public void Spans_are_read_and_filled(Backend backend)
    {
        var x = graph.Placeholder("x", ["batch", 2]);
        var scale = graph.Placeholder("scale", []);
        var v = graph.Variable("v", [10f, 20f]);
        var y = (x * scale) + v;
        var step = AssignAdd(v, graph.Constant([1f, 1f]));
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        var function = session.Compile(feeds: [scale, x], fetches: [y, v], targets: [step]);
        float[] result = new float[4], before = new float[2];
        function.Feed<float>([2f]).Feed<float>([1, 2, 3, 4]).Fetch(result.AsSpan()).Fetch(before.AsSpan()).Run();
        Assert.Equal([12f, 24f, 16f, 28f], result);
        Assert.Equal([10f, 20f], before);
        function.Feed<float>([2f]).Feed<float>([1, 2], 1, 2).Fetch(result.AsSpan(0, 2)).Fetch(before.AsSpan()).Run(times: 3);
        Assert.Equal([15f, 27f], result[..2]);
        Assert.Equal([14f, 24f], session.Read(v).AsSpan<float>());
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Arrays_convert_to_spans(Backend backend)
    {
        var x = graph.Placeholder("x", ["n"]);
        var y = graph.Placeholder("y", ["n"]);
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        float[] a = [1, 2], b = [3, 5], result = new float[2];
        session.Compile([x], [x + 1]).Run(a, result);
        Assert.Equal([2f, 3f], result);
        session.Compile([x, y], [x * y]).Run(a, b, result);
        Assert.Equal([3f, 10f], result);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void A_value_fetched_twice_fills_both_spans(Backend backend)
    {
        var x = graph.Placeholder("x", [2]);
        var y = x + 1;
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        float[] first = new float[2], second = new float[2];
        session.Compile([x], [y, y]).Feed<float>([1, 2]).Fetch(first.AsSpan()).Fetch(second.AsSpan()).Run();
        Assert.Equal([2f, 3f], first);
        Assert.Equal([2f, 3f], second);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void A_step_alone_takes_no_spans(Backend backend)
    {
        var v = graph.Variable("v", [1f]);
        var step = AssignAdd(v, v);
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        var function = session.Compile([], [], step);
        function.Call().Run();
        function.Call().Run(times: 2);
        Assert.Equal([8f], session.Read(v).AsSpan<float>());
    }

    [Fact]
    public void Misuse_is_refused()
    {
        var (x, atX) = (graph.Placeholder("x", ["n", "m"]), Here());
        var (y, atY) = (graph.Placeholder("y", [2]), Here());
        var (sum, atSum) = (y + 1, Here());
        using var session = new Session(graph);
        var two = session.Compile([x, y], [x, sum]);
        float[] a = [1, 2, 3, 4, 5, 6], b = [1, 2], r = new float[6], s = new float[2];
        Refuses(
            $"nothing is fed to placeholder 'y' float32[2], which the fetch 'add' needs. Add it to the feeds of Compile. Built at {atY}.",
            () => session.Compile([x], [sum]));
        Refuses(
            $"Compile: placeholder 'y' is listed twice among the feeds; list it once. Built at {atY}.",
            () => session.Compile([y, y], [sum]));
        var (tooMany, atTooMany) = ((Action)(() => session.Compile([y], Enumerable.Repeat(sum, 16).ToArray())), Here());
        Refuses(
            $"Compile: 1 feeds and 16 fetches are more than the 16 spans that one call can take. Concatenate some of them, or use session.Run, which takes any number. Called at {atTooMany}.",
            tooMany);
        Refuses(
            $"the call feeds 1 of the function's 2 feeds (x, y); feed 'y' too. Built at {atY}.",
            () => two.Feed<float>(a, 2, 3).Fetch<float>(r).Fetch<float>(s).Run());
        Refuses(
            $"the call fetches 1 of the function's 2 fetches (x, add); give a span for 'add' too. Built at {atSum}.",
            () => two.Feed<float>(a, 2, 3).Feed<float>(b).Fetch<float>(r).Run());
        Refuses(
            "the function takes 2 feeds (x, y); another one was given. Compile it with more feeds, or leave it out.",
            () => two.Feed<float>(a).Feed<float>(b).Feed<float>(b));
        Refuses(
            "the function has 2 fetches (x, add); another span was given. Compile it with more fetches, or leave it out.",
            () => two.Feed<float>(a).Fetch<float>(r).Fetch<float>(r).Fetch<float>(r));
        Refuses(
            $"placeholder 'x' float32[n, m] cannot take the feed of 3 elements of int32. Feed float32 data. Built at {atX}.",
            () => two.Feed<int>([1, 2, 3]));
        Refuses(
            $"placeholder 'x' float32[n, m] cannot take the feed float32[2, 2]. The span has 6 elements and the extents 4; they must be equal. Built at {atX}.",
            () => two.Feed<float>(a, 2, 2));
        Refuses(
            $"the fetch 'add' is float32; the span holds float64. Give a span of its type. Built at {atSum}.",
            () => two.Fetch<float>(r).Fetch<double>(new double[1]));
        Refuses(
            $"the symbol 'n' of 'x' float32[n, m] has no value in this run: no feed tells its extent. Feed a placeholder with an axis 'n'. Built at {atX}.",
            () => two.Feed<float>(a).Feed<float>(b).Fetch<float>(r).Fetch<float>(s).Run());
        Refuses(
            $"placeholder 'y' float32[2]: the length of the feed for 'y' is 3, but the placeholder has 2. Feed data whose shapes agree. Built at {atY}.",
            () => two.Feed<float>(a, 2, 3).Feed<float>([1, 2, 3]).Fetch<float>(r).Fetch<float>(s).Run());
        Refuses(
            $"the fetch 'add' float32[2] has 2 elements in this call; the span has 6. Give a span of just that length. Built at {atSum}.",
            () => two.Feed<float>(a, 2, 3).Feed<float>(b).Fetch<float>(new float[6]).Fetch<float>(r).Run());
        Refuses(
            "the span for the fetch 'x' overlaps the span for 'x'; give it memory of its own.",
            () => two.Feed<float>(a, 2, 3).Feed<float>(b).Fetch<float>(a).Fetch<float>(s).Run());
        two.Feed<float>(a, 2, 3).Feed<float>(b).Fetch<float>(r).Fetch<float>(s).Run();
        Assert.Equal(a, r);
        Assert.Equal([2f, 3f], s);
    }

    private static void Refuses(string message, Action action) => Assert.Equal(message, Assert.Throws<GraphException>(action).Message);

    private static string Here([CallerFilePath] string file = "", [CallerLineNumber] int line = 0) => $"{Path.GetFileName(file)}:{line}";
}
