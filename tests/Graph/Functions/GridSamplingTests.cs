using static GraphGrad.Ops;

namespace GraphGrad.Tests.Functions;

/// <summary>Images of few channels are read plane by plane, others pixel by pixel: a channel has the same results and gradients in both.</summary>
public sealed class GridSamplingTests
{
    [Theory]
    [InlineData(2, InterpolationMode.Linear, GridPadding.Zeros, false)]
    [InlineData(2, InterpolationMode.Linear, GridPadding.Reflection, true)]
    [InlineData(2, InterpolationMode.Nearest, GridPadding.Border, true)]
    [InlineData(2, InterpolationMode.Cubic, GridPadding.Reflection, false)]
    [InlineData(3, InterpolationMode.Linear, GridPadding.Border, true)]
    [InlineData(3, InterpolationMode.Nearest, GridPadding.Zeros, false)]
    public void A_channel_alone_is_what_it_is_among_others(int axes, InterpolationMode mode, GridPadding padding, bool alignCorners)
    {
        const int channels = 5;
        int[] image = [.. new[] { 4, 6, 5 }[..axes]], points = [.. new[] { 3, 2, 7 }[..axes]];
        var graph = new Graph();
        var (x, grid) = (graph.Placeholder("x", ["batch", channels, .. image.Select(n => (Dim)n)]), graph.Placeholder("grid", ["batch", .. points.Select(n => (Dim)n), axes]));
        var weights = graph.Placeholder("weights", [channels, .. Enumerable.Repeat((Dim)1, axes)]);
        var all = GridSample(x, grid, mode, padding, alignCorners);
        var alone = Concat([.. Enumerable.Range(0, channels).Select(c => GridSample(Slice(x, 1, c, 1), grid, mode, padding, alignCorners))], 1);
        var three = Concat([GridSample(Slice(x, 1, 0, 3), grid, mode, padding, alignCorners), GridSample(Slice(x, 1, 3, 2), grid, mode, padding, alignCorners)], 1);
        Value[] Of(Value y) => [y, .. Gradients(Sum(Square(y) * weights), mode == InterpolationMode.Nearest ? [x] : [x, grid])];
        (Value, TensorData)[] feeds = [(x, Numbers(2, 1.1, [channels, .. image])), (grid, Numbers(2, 0.37, [.. points, axes], 1.2)), (weights, TensorData.Create<float>([1, -2, 0.5f, 3, -1], [channels, .. Enumerable.Repeat(1, axes)]))];

        using var session = new Session(graph);
        using var interpreted = new Session(graph, new SessionOptions { Backend = Backend.Interpreted });
        var (expected, single, triple) = (interpreted.Run(Of(all), feeds), session.Run(Of(alone), feeds), session.Run(Of(three), feeds));
        for (var k = 0; k < expected.Length; k++)
        {
            var (a, b, c) = (expected[k].AsSpan<float>().ToArray(), single[k].AsSpan<float>().ToArray(), triple[k].AsSpan<float>().ToArray());
            for (var i = 0; i < a.Length; i++)
            {
                var bound = 1e-5 * Math.Max(1, Math.Abs(a[i]));
                Assert.InRange(b[i], a[i] - bound, a[i] + bound);
                Assert.InRange(c[i], a[i] - bound, a[i] + bound);
            }
        }
    }

    /// <summary>A point halfway between the four pixels of an image of one channel is their mean; one that is no number reads what lies outside.</summary>
    [Fact]
    public void Points_of_a_plane()
    {
        var graph = new Graph();
        var (x, grid) = (graph.Placeholder("x", [1, 1, 2, 2]), graph.Placeholder("grid", [1, 1, 3, 2]));
        using var session = new Session(graph);

        var found = session.Run(GridSample(x, grid), (x, TensorData.Create<float>([1, 2, 3, 10], 1, 1, 2, 2)), (grid, TensorData.Create<float>([0, 0, float.NaN, 0, -0.5f, -0.5f], 1, 1, 3, 2)));

        Assert.Equal([4f, 0f, 1f], found.AsSpan<float>().ToArray());
    }

    private static TensorData Numbers(int batch, double by, int[] extents, double scale = 1)
    {
        int[] all = [batch, .. extents];
        return TensorData.Create<float>([.. Enumerable.Range(0, all.Aggregate((p, q) => p * q)).Select(i => (float)(Math.Sin((i * by) + 0.3) * scale))], all);
    }
}
