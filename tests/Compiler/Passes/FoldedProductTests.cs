using static GraphGrad.Ops;

namespace GraphGrad.Tests.Compiler.Passes;

public sealed class FoldedProductTests
{
    [Theory]
    [InlineData(1, 0, 1)]
    [InlineData(1, 2, 1)]
    [InlineData(1, 1, 2)]
    [InlineData(2, 1, 1)]
    public void The_gradient_of_a_convolution_by_its_input_is_one_product(int stride, int padding, int dilation)
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", ["batch", 3, 7, 6]);
        var w = graph.Placeholder("w", [4, 3, 3, 2]);
        var y = Conv2d(x, w, null, stride, padding, dilation);
        var upstream = Cast(Reshape(Iota(graph, DType.Int64, [y.Shape.ElementCount], 0), y.Shape), DType.Float32) * 0.01;
        var gradient = Gradients(y, new GradientOptions { Upstream = Sin(upstream) }, x)[0];

        using var compiled = new Session(graph);
        using var interpreted = new Session(graph, new SessionOptions { Backend = Backend.Interpreted });
        (Value, TensorData)[] feeds = [(x, Numbers(2, 3, 7, 6)), (w, Numbers(4, 3, 3, 2))];
        var (actual, expected) = (compiled.Run(gradient, feeds), interpreted.Run(gradient, feeds));

        // A stride would make the product run over inserted zeros.
        Assert.Equal(stride != 1, compiled.Explain(gradient).Rewritten.ToText().Contains("fold(", StringComparison.Ordinal));
        for (var i = 0; i < expected.Count; i++) Assert.Equal(expected.AsSpan<float>()[i], actual.AsSpan<float>()[i], 1e-5f);
    }

    [Fact]
    public void Around_padding_nothing_is_computed()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", ["batch", 3, 8, 8]);
        var gradient = Gradient(Sum(Square(Conv2d(x, graph.Placeholder("w", [4, 3, 3, 3]), padding: 1))), x);
        using var session = new Session(graph);
        Assert.Contains("rows batch*64, columns 3, inner 36", session.Explain(gradient).Kernels, StringComparison.Ordinal);
    }

    private static TensorData Numbers(params int[] extents)
    {
        var random = new Random(7);
        var count = extents.Aggregate((a, b) => a * b);
        return TensorData.Create<float>([.. Enumerable.Range(0, count).Select(_ => (float)random.NextDouble() - 0.5f)], extents);
    }
}
