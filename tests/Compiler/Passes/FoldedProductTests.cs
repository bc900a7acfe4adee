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
        var upstream = Cast(Reshape(Iota(graph, [y.Shape.ElementCount]), y.Shape), DType.Float32) * 0.01;
        var gradient = Gradients(y, new GradientOptions { Upstream = Sin(upstream) }, x)[0];

        using var compiled = new Session(graph);
        using var interpreted = new Session(graph, new SessionOptions { Backend = Backend.Interpreted });
        (Value, TensorData)[] feeds = [(x, Numbers(2, 3, 7, 6)), (w, Numbers(4, 3, 3, 2))];
        var (actual, expected) = (compiled.Run(gradient, feeds), interpreted.Run(gradient, feeds));

        Assert.Contains("product gradients/fold", compiled.Explain(gradient).Kernels, StringComparison.Ordinal);
        for (var i = 0; i < expected.Count; i++) Assert.Equal(expected.AsSpan<float>()[i], actual.AsSpan<float>()[i], 1e-5f);
    }

    [Fact]
    public void A_product_that_others_read_is_stored_and_folded_from_there()
    {
        var graph = new Graph();
        var (g, w) = (graph.Placeholder("g", [2, 5, 4]), graph.Placeholder("w", [4, 3, 2]));
        var windows = Transpose(Dot(g, w, [2], [0]), 0, 1, 2, 3);
        var (folded, sum) = (Fold(windows, [2, 6, 3], [1], [2]), Sum(windows));
        using var compiled = new Session(graph);
        using var interpreted = new Session(graph, new SessionOptions { Backend = Backend.Interpreted });
        (Value, TensorData)[] feeds = [(g, Numbers(2, 5, 4)), (w, Numbers(4, 3, 2))];
        var (actual, expected) = (compiled.Run([folded, sum], feeds), interpreted.Run([folded, sum], feeds));
        for (var i = 0; i < expected[0].Count; i++) Assert.Equal(expected[0].AsSpan<float>()[i], actual[0].AsSpan<float>()[i], 1e-5f);
        Assert.Equal(expected[1].Item<float>(), actual[1].Item<float>(), 1e-4f);
    }

    [Fact]
    public void Around_padding_nothing_is_computed()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", ["batch", 3, 8, 8]);
        var gradient = Gradient(Sum(Square(Conv2d(x, graph.Placeholder("w", [4, 3, 3, 3]), padding: 1))), x);
        using var session = new Session(graph);
        Assert.Contains("rows batch*64, columns 27, inner 4", session.Explain(gradient).Kernels, StringComparison.Ordinal);
    }

    private static TensorData Numbers(params int[] extents)
    {
        var random = new Random(7);
        var count = extents.Aggregate((a, b) => a * b);
        return TensorData.Create<float>([.. Enumerable.Range(0, count).Select(_ => (float)random.NextDouble() - 0.5f)], extents);
    }
}
