namespace GraphGrad.Tests.Functions;

/// <summary>Segments, points in cells and irregular windows: what their data and samples must be.</summary>
public sealed class SegmentTests
{
    [Fact]
    public void Segments_must_add_up_to_the_axis()
    {
        var graph = new Graph();
        var (x, lengths) = (graph.Placeholder("x", [5]), graph.Placeholder("lengths", ["s"], DType.Int64));
        using var session = new Session(graph);
        var sums = Ops.SegmentReduce(x, lengths, ScatterReduction.Sum);
        Assert.Equal([3f, 0f, 12f], session.Run(sums, (x, new float[] { 1, 2, 3, 4, 5 }), (lengths, new long[] { 2, 0, 3 })).AsSpan<float>().ToArray());
        var refusal = Assert.Throws<GraphException>(() => session.Run(sums, (x, new float[] { 1, 2, 3, 4, 5 }), (lengths, new long[] { 2, 2 })));
        Assert.Contains("do not add up to the first axis", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_point_that_is_no_number_is_counted_nowhere()
    {
        var graph = new Graph();
        var (x, edges) = (graph.Placeholder("x", [3, 2]), graph.Placeholder("edges", [3]));
        using var session = new Session(graph);
        var counts = session.Run(Ops.HistogramOfPoints(x, [edges, edges]), (x, new[,] { { 0.5f, 1.5f }, { float.NaN, 0.5f }, { 2, 2 } }), (edges, new float[] { 0, 1, 2 }));
        Assert.Equal([0f, 1f, 0f, 1f], counts.AsSpan<float>().ToArray());
    }

    [Fact]
    public void Samples_are_two_for_each_image()
    {
        var graph = new Graph();
        var (x, samples) = (graph.Placeholder("x", [1, 1, 6, 6]), graph.Placeholder("samples", [1, 1, 3]));
        Errors.Throws(
            "FractionalMaxPool2d: the samples 'samples' float32[1, 1, 3] must be 2 numbers of the type of 'x' float32[1, 1, 6, 6] for each image: [batch, channels, 2]. Built at {here}.",
            () => Ops.FractionalMaxPool2d(x, 2, 2, samples));
    }
}
