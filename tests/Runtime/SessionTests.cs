using static GraphGrad.Ops;

namespace GraphGrad.Tests.Runtime;

public sealed class SessionTests
{
    public static TheoryData<Backend> Backends => [Backend.Interpreted, Backend.Compiled];

    [Theory]
    [MemberData(nameof(Backends))]
    public void A_fetch_is_computed_from_its_feeds(Backend backend)
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", ["batch", 2]);
        var y = (x * x) + 1;
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        Assert.Equal([2f, 5f, 10f, 17f], session.Run(y, (x, new float[,] { { 1, 2 }, { 3, 4 } })).AsSpan<float>());
        var wide = session.Run(y, (x, new float[,] { { 1, 2 }, { 3, 4 }, { 5, 6 } }));
        Assert.Equal([2f, 5f, 10f, 17f, 26f, 37f], wide.AsSpan<float>());
        Assert.Equal<Shape>([3, 2], wide.Shape);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Two_variables_swap_their_values_in_one_run(Backend backend)
    {
        var graph = new Graph();
        var a = graph.Variable("a", [1f, 2f]);
        var b = graph.Variable("b", [3f, 4f]);
        var swap = Group(Assign(a, b), Assign(b, a));
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        session.Run(swap);
        Assert.Equal([3f, 4f], session.Read(a).AsSpan<float>());
        Assert.Equal([1f, 2f], session.Read(b).AsSpan<float>());
        session.Run(swap, times: 4);
        Assert.Equal([3f, 4f], session.Read(a).AsSpan<float>());
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Fetches_beside_an_assignment_see_the_start_of_the_run(Backend backend)
    {
        var graph = new Graph();
        var v = graph.Variable("v", [1f]);
        var step = AssignAdd(v, graph.Constant([1f]));
        var twice = v * 2;
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        var results = session.Run([v, twice, v, step.Outputs[0]], step);
        Assert.Equal([1f, 2f, 1f, 2f], results.Select(r => r.AsSpan<float>()[0]));
        results = session.Run([v, twice], step, times: 10);
        Assert.Equal([11f, 22f], results.Select(r => r.AsSpan<float>()[0]));
        Assert.Equal([12f], session.Read(v).AsSpan<float>());
    }
}
