using static GraphGrad.Ops;

namespace GraphGrad.Tests.Compiler.Lowering;

/// <summary>What later passes over a row read back instead of computing it again.</summary>
public class RowKeepingTests
{
    /// <summary>The biased element is kept for the second pass, and so is the exponential that this pass makes of what it reads back.</summary>
    [Theory]
    [InlineData(64)]
    [InlineData(37)]
    public void A_biased_and_masked_softmax_keeps_its_exponentials(int length)
    {
        var graph = new Graph();
        Value q = graph.Placeholder("q", [8, 16, length]), mask = graph.Placeholder("mask", [16, length]), bias = graph.Placeholder("bias", [16, length]), slope = graph.Placeholder("slope", [8, 1, 1]);
        var y = Softmax((q * 0.25) + Where(mask > 0.5, double.NegativeInfinity, slope * bias));
        var random = new Random(31);
        (Value, TensorData)[] feeds = [.. new[] { q, mask, bias, slope }.Select(p => (p, Numbers(p.Shape)))];
        using var session = new Session(graph, new SessionOptions());
        using var interpreter = new Session(graph, new SessionOptions { Backend = Backend.Interpreted });

        Assert.Contains("row1[", session.Explain(y).Kernels);
        var (actual, expected) = (session.Run(y, feeds).AsSpan<float>().ToArray(), interpreter.Run(y, feeds).AsSpan<float>().ToArray());
        for (var i = 0; i < expected.Length; i++) Expect.True(Math.Abs(actual[i] - expected[i]) <= 1e-6, $"element {i} is {actual[i]:R}, interpreted {expected[i]:R}");

        TensorData Numbers(Shape shape) => TensorData.Create([.. Enumerable.Range(0, (int)shape.ElementCount.Value).Select(_ => (random.NextSingle() * 2) - 1)], [.. shape.Select(d => (int)d.Value)]);
    }
}
