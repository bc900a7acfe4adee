using GraphGrad.Tests.OpTable;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Compiler.Passes;

/// <summary>Kernels of one element multiply an image as it lies.</summary>
public sealed class PointwiseProductsTests
{
    [Fact]
    public void One_image_is_not_turned_between_kernels_of_one_element_and_what_walks_channels()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [1, 6, 9, 10]);
        var (widen, slide, narrow) = (graph.Placeholder("a", [12, 6, 1, 1]), graph.Placeholder("b", [12, 1, 3, 3]), graph.Placeholder("c", [6, 12, 1, 1]));
        var y = x + Conv2d(Relu6(Conv2d(Relu6(Conv2d(x, widen, graph.Placeholder("d", [12]))), slide, padding: 1, groups: 12)), narrow);
        using var session = new Session(graph);
        Assert.DoesNotContain("= transpose(", session.Explain(y).Rewritten.ToText(), StringComparison.Ordinal);
    }

    [Fact]
    public void Neither_images_nor_results_nor_their_gradients_are_turned()
    {
        var graph = new Graph();
        var (x, w) = (graph.Placeholder("x", ["batch", 24, 12, 12]), graph.Placeholder("w", [40, 24, 1, 1]));
        var y = Conv2d(x, w);
        using var session = new Session(graph);
        Assert.DoesNotContain("= transpose(", session.Explain([y, .. Gradients(Sum(y * y), x, w)]).Rewritten.ToText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 6, 5, 7)]
    [InlineData(1, 6, 5, 7, 3)]
    [InlineData(1, 6, 9)]
    [InlineData(3, 6, 5, 7)]
    [InlineData(3, 9, 5, 7)]
    [InlineData(3, 16, 12, 11)]
    [InlineData(2, 17, 130)]
    [InlineData(2, 5, 6, 5, 5)]
    public void Results_are_those_of_the_graph_as_written(int images, int outputs, params int[] extents)
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [images, 4, .. extents.Select(e => (Dim)e)]);
        var w = graph.Placeholder("w", [outputs, 4, .. extents.Select(_ => (Dim)1)]);
        var b = graph.Placeholder("b", [outputs]);
        AreAsWritten(Tanh(extents.Length switch { 1 => Conv1d(x, w, b), 2 => Conv2d(x, w, b), _ => Conv3d(x, w, b) }), x, w, b);
    }

    [Fact]
    public void Kernels_of_one_element_that_leave_places_out_are_those_of_the_graph_as_written()
    {
        var graph = new Graph();
        var (x, w) = (graph.Placeholder("x", [1, 4, 5, 8]), graph.Placeholder("w", [6, 4, 1, 1]));
        AreAsWritten(Conv2d(x, w, stride: 2), x, w);
    }

    private static void AreAsWritten(Value y, params Value[] inputs)
    {
        var graph = y.Graph;
        Value[] all = [y, .. Gradients(Sum(y * y), inputs)];
        (Value, TensorData)[] feeds = [.. inputs.Select((v, k) => (v, Data.Generate(DType.Float32, [.. v.Shape.Select(d => (int)d.Value)], i => MathF.Sin((i * 1.3f) + k))))];
        using var compiled = new Session(graph);
        using var written = new Session(graph, new SessionOptions { Backend = Backend.Interpreted, Rewrite = false });
        foreach (var (value, expected) in compiled.Run(all, feeds).Zip(written.Run(all, feeds)))
        {
            for (var i = 0; i < expected.Count; i++) Assert.Equal(expected.At(i), value.At(i), 1e-5 * (1 + Math.Abs(expected.At(i))));
        }
    }
}
