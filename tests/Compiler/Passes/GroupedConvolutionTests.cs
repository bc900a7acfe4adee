using System.Runtime.Intrinsics;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Compiler.Passes;

public sealed class GroupedConvolutionTests
{
    [Theory]
    [InlineData(20, 20, 20, 1, 1)]
    [InlineData(6, 12, 6, 2, 1)]
    [InlineData(12, 24, 3, 1, 2)]
    [InlineData(14, 32, 2, 3, 2)]
    public void Small_groups_and_their_gradients_slide_over_images(int channels, int outputs, int groups, int stride, int dilation)
    {
        var kernels = Check(channels, outputs, groups, stride, dilation);
        Assert.DoesNotContain("product ", kernels, StringComparison.Ordinal);
        foreach (var name in new[] { "correlate", "gradients/correlate_input", "gradients/correlate_kernel" }) Assert.Contains(name, kernels, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(34, 34, 2, 1, 2)]
    [InlineData(34, 68, 2, 2, 1)]
    [InlineData(130, 34, 2, 1, 1)]
    [InlineData(51, 51, 3, 1, 2)]
    public void Each_of_a_few_large_groups_is_a_convolution_by_itself(int channels, int outputs, int groups, int stride, int dilation)
    {
        var kernels = Check(channels, outputs, groups, stride, dilation);
        Assert.DoesNotContain("correlate", kernels, StringComparison.Ordinal);
        Assert.Equal(groups, kernels.Split("product gradients/fold").Length - 1);
    }

    [Fact]
    public void Many_large_groups_are_one_product() => Assert.Single(Check(9 * 17, 9 * 17, 9, 1, 2).Split("product gradients/fold")[1..]);

    [Theory]
    [InlineData(64, 64, 2)]
    [InlineData(66, 34, 2)]
    [InlineData(144, 144, 9)]
    public void Groups_and_their_gradients_give_what_each_gives(int channels, int outputs, int groups)
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [2, channels, 8, 9]);
        var w = graph.Placeholder("w", [outputs, channels / groups, 3, 3]);
        var (ofGroup, byGroup) = (outputs / groups, channels / groups);
        var together = Conv2d(x, w, padding: 1, groups: groups);
        var apart = Concat([.. Enumerable.Range(0, groups).Select(g => Conv2d(Slice(x, 1, byGroup * g, byGroup), Slice(w, 0, ofGroup * g, ofGroup), padding: 1))], 1);
        Value[] fetches = [.. new[] { together, apart }.SelectMany(y => (Value[])[y, .. Gradients(Sum(Square(y)), [x, w])])];
        using var session = new Session(graph);
        var results = session.Run(fetches, (x, Numbers(2, channels, 8, 9)), (w, Numbers(outputs, channels / groups, 3, 3)));
        for (var i = 0; i < 3; i++)
        {
            var (expected, actual) = (results[i + 3].AsSpan<float>().ToArray(), results[i].AsSpan<float>().ToArray());
            var scale = expected.Max(MathF.Abs);
            for (var e = 0; e < expected.Length; e++) Assert.Equal(expected[e], actual[e], 1e-5f * scale);
        }
    }

    [Fact]
    public void Groups_of_a_transposed_convolution_give_what_each_gives()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", ["batch", 40, 5, 6]);
        var w = graph.Placeholder("w", [40, 18, 3, 3]);
        var b = graph.Placeholder("b", [36]);
        var together = ConvTranspose2d(x, w, b, stride: 2, padding: 1, outputPadding: 1, groups: 2);
        var apart = Concat([.. Enumerable.Range(0, 2).Select(g => ConvTranspose2d(Slice(x, 1, 20 * g, 20), Slice(w, 0, 20 * g, 20), Slice(b, 0, 18 * g, 18), stride: 2, padding: 1, outputPadding: 1))], 1);
        using var session = new Session(graph);
        (Value, TensorData)[] feeds = [(x, Numbers(2, 40, 5, 6)), (w, Numbers(40, 18, 3, 3)), (b, Numbers(36))];
        var results = session.Run([together, apart], feeds);
        Assert.Equal(results[1].AsSpan<float>().ToArray(), results[0].AsSpan<float>().ToArray());
    }

    [Fact]
    public void Larger_groups_slide_in_windows_of_three_that_move_by_one_if_vectors_are_wide()
    {
        Assert.Equal(Vector512.IsHardwareAccelerated, Check(66, 34, 2, 1, 1).Contains("gradients/correlate_input", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(32, 32, 2, 3, 2)]
    [InlineData(24, 48, 3, 1, 1)]
    [InlineData(24, 24, 2, 2, 1)]
    [InlineData(66, 34, 2, 1, 1)]
    [InlineData(64, 64, 2, 1, 1)]
    [InlineData(144, 144, 9, 1, 1)]
    public void Gradients_of_groups_by_their_kernels_multiply_matrices_where_channels_fill_lanes_or_images_do_not(int channels, int outputs, int groups, int stride, int dilation)
    {
        var kernels = Check(channels, outputs, groups, stride, dilation);
        Assert.DoesNotContain("correlate_kernel", kernels, StringComparison.Ordinal);
    }

    /// <summary>Compares values and gradients with those of the graph as written, and gives the kernels.</summary>
    private static string Check(int channels, int outputs, int groups, int stride, int dilation)
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", ["batch", channels, 9, 8]);
        var w = graph.Placeholder("w", [outputs, channels / groups, 3, 3]);
        var y = Conv2d(x, w, null, stride, padding: 1, dilation, groups);
        Value[] all = [y, .. Gradients(Sum(Sin(y)), [x, w])];
        using var compiled = new Session(graph);
        using var written = new Session(graph, new SessionOptions { Backend = Backend.Interpreted, Rewrite = false });
        (Value, TensorData)[] feeds = [(x, Numbers(3, channels, 9, 8)), (w, Numbers(outputs, channels / groups, 3, 3))];
        var (actual, expected) = (compiled.Run(all, feeds), written.Run(all, feeds));
        for (var k = 0; k < all.Length; k++)
        {
            for (var i = 0; i < expected[k].Count; i++) Assert.Equal(expected[k].AsSpan<float>()[i], actual[k].AsSpan<float>()[i], 2e-5f);
        }
        return compiled.Explain(all).Kernels;
    }

    private static TensorData Numbers(params int[] extents)
    {
        var random = new Random(7);
        var count = extents.Aggregate((a, b) => a * b);
        return TensorData.Create<float>([.. Enumerable.Range(0, count).Select(_ => (float)random.NextDouble() - 0.5f)], extents);
    }
}
