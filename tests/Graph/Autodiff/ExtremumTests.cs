using static GraphGrad.Ops;

namespace GraphGrad.Tests.Autodiff;

/// <summary>What a maximum or minimum does not take contributes nothing to a gradient, however infinite what lies behind it is.</summary>
public sealed class ExtremumTests
{
    [Theory]
    [InlineData(Backend.Compiled)]
    [InlineData(Backend.Interpreted)]
    public void A_root_guarded_by_a_maximum_has_no_slope_where_it_is_zero(Backend backend)
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", ["n"]);
        var slope = Gradient(Sum(Sqrt(Maximum(1 - Square(x), 0))), x);
        var log = Gradient(Sum(Log(-Minimum(x, 0))), x);
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        var atRoot = session.Run(slope, (x, new[] { 0.6f, 1.5f, -3 })).AsSpan<float>().ToArray();
        Assert.Equal(-0.75, atRoot[0], 1e-6);
        Assert.Equal([0, 0], atRoot[1..]);
        Assert.Equal([-0.5f, 0, 0], session.Run(log, (x, new[] { -2f, 1.5f, 3 })).AsSpan<float>().ToArray());
    }

    [Fact]
    public void Equal_operands_share_and_nan_passes_to_both()
    {
        var graph = new Graph();
        var (x, y) = (graph.Placeholder("x", ["n"]), graph.Placeholder("y", ["n"]));
        var slopes = Gradients(Sum(Maximum(x, y)), [x, y]);
        using var session = new Session(graph);
        var results = session.Run(slopes, (x, new[] { 1f, 2, 3, float.NaN }), (y, new[] { 2f, 2, 1, 1 }));
        Assert.Equal([0, 0.5f, 1, 1], results[0].AsSpan<float>().ToArray());
        Assert.Equal([1, 0.5f, 0, 1], results[1].AsSpan<float>().ToArray());
        var tangent = session.Run(Jvp(Maximum(x, y), x, OnesLike(x)), (x, new[] { 1f, 2, 3 }), (y, new[] { 2f, 2, 1 }));
        Assert.Equal([0, 0.5f, 1], tangent.AsSpan<float>().ToArray());
    }
}
