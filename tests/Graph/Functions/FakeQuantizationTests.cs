using static GraphGrad.Ops;

namespace GraphGrad.Tests.Functions;

public sealed class FakeQuantizationTests
{
    [Theory]
    [InlineData(Backend.Compiled)]
    [InlineData(Backend.Interpreted)]
    public void The_least_and_the_most_still_pass_their_gradient(Backend backend)
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [5]);
        var y = FakeQuantize(x, 0.5, 0, -2, 2);
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        var results = session.Run([y, Gradient(Sum(y), x)], (x, new float[] { -2, -1, 0.3f, 1, 1.6f }));
        Assert.Equal([-1f, -1f, 0.5f, 1f, 1f], results[0].AsSpan<float>().ToArray());
        Assert.Equal([0f, 1f, 1f, 1f, 0f], results[1].AsSpan<float>().ToArray());
    }
}
