using System.Runtime.Intrinsics;
using GraphGrad.Tests.OpTable;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Compiler.Lowering;

/// <summary>Which axis goes to the lanes.</summary>
public sealed class VectorAxisTests
{
    [Fact]
    public void An_element_that_takes_long_is_not_left_to_two_lanes()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [4, 6, 28, 28]);
        // Windows of 2×2: only along a window do elements lie side by side, and results of all channels follow each other.
        var y = Transpose(AvgPool2d(Tanh(x), 2), 0, 2, 3, 1);
        using var session = new Session(graph);
        if (Vector512.IsHardwareAccelerated)
        {
            var kernels = session.Explain(y).ToString();
            Assert.Contains("in 0..14 in vectors", kernels, StringComparison.Ordinal);
            Assert.DoesNotContain("in 0..2 in vectors", kernels, StringComparison.Ordinal);
        }
        var random = new Random(1);
        var data = Data.Generate(DType.Float32, [4, 6, 28, 28], _ => (4 * random.NextDouble()) - 2);
        using var asWritten = new Session(graph, new SessionOptions { Backend = Backend.Interpreted, Rewrite = false });
        var (expected, actual) = (asWritten.Run(y, (x, data)).AsSpan<float>().ToArray(), session.Run(y, (x, data)).AsSpan<float>().ToArray());
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-6f);
    }

    [Fact]
    public void Two_neighbours_are_no_better_than_elements_apart()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [300, 200, 2]);
        var y = Transpose(x, 1, 0, 2);
        using var session = new Session(graph);
        if (Vector256.IsHardwareAccelerated) Assert.Contains("in 0..2 interleaved", session.Explain(y).Kernels, StringComparison.Ordinal);
        var found = session.Run(y, (x, Data.Generate(DType.Float32, [300, 200, 2], i => i)));
        for (var i = 0; i < found.Count; i++) Assert.Equal((i / 600 * 2) + (i / 2 % 300 * 400) + (i % 2), found.At(i));
    }
}
