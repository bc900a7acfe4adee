using static GraphGrad.Ops;

namespace GraphGrad.Tests.Compiler.Passes;

/// <summary>Gradients of images by larger kernels are products of windows, and kernels with gaps read images taken apart: with the values of the sums as written, in float64.</summary>
public sealed class FoldedWindowsTests
{
    [Theory]
    [InlineData(5, 5, 2, 2)]
    [InlineData(1, 7, 0, 3)]
    [InlineData(4, 3, 2, 0)]
    [InlineData(5, 1, 0, 0)]
    public void Gradients_of_images_are_right(int height, int width, int above, int beside)
    {
        foreach (var (outputs, extent) in new[] { (32, 19), (16, 40), (8, 19) })
        {
            var graph = new Graph();
            var (x, w) = (graph.Placeholder("x", ["batch", 32, extent, 18]), graph.Placeholder("w", [outputs, 32, height, width]));
            Check(v => Conv2d(v[0], v[1], padding: (above, beside)), (x, Numbers(1, 2, 32, extent, 18)), (w, Numbers(2, outputs, 32, height, width)));
        }
    }

    [Theory]
    [InlineData(3, 1, 2, 2)]
    [InlineData(5, 2, 2, 2)]
    [InlineData(4, 1, 2, 1)]
    [InlineData(7, 3, 1, 2)]
    [InlineData(5, 0, 2, 2)]
    public void Gradients_of_images_at_strides_are_right(int size, int padding, int down, int across)
    {
        // Odd extents, and elements at the end that no window meets.
        foreach (var (height, width) in new[] { (18, 21), (19, 20), (23, 18) })
        {
            var graph = new Graph();
            var (x, w) = (graph.Placeholder("x", ["batch", 32, height, width]), graph.Placeholder("w", [24, 32, size, size]));
            Check(v => Conv2d(v[0], v[1], stride: (down, across), padding: padding), (x, Numbers(8, 2, 32, height, width)), (w, Numbers(9, 24, 32, size, size)));
        }
    }

    [Fact]
    public void Sequences_and_volumes_at_strides()
    {
        var graph = new Graph();
        var (x, w) = (graph.Placeholder("x", [2, 32, 41]), graph.Placeholder("w", [32, 32, 5]));
        Check(v => Conv1d(v[0], v[1], stride: 2, padding: 2), (x, Numbers(10, 2, 32, 41)), (w, Numbers(11, 32, 32, 5)));
        var (volumes, kernels) = (graph.Placeholder("volumes", [1, 32, 9, 8, 7]), graph.Placeholder("kernels", [16, 32, 3, 3, 3]));
        Check(v => Conv3d(v[0], v[1], stride: 2, padding: 1), (volumes, Numbers(12, 1, 32, 9, 8, 7)), (kernels, Numbers(13, 16, 32, 3, 3, 3)));
    }

    [Fact]
    public void Larger_kernels_are_turned_round()
    {
        Assert.DoesNotContain("fold(", Rewritten(5, 2), StringComparison.Ordinal);
        // Three places are added up in as few products, and a border of this width would be computed in vain.
        Assert.Contains("fold(", Rewritten(3, 1), StringComparison.Ordinal);
        Assert.Contains("fold(", Rewritten(5, 0), StringComparison.Ordinal);
        // At a stride each phase is a product; without overlap there is nothing to add.
        Assert.DoesNotContain("fold(", Rewritten(3, 1, 2), StringComparison.Ordinal);
        Assert.Contains("fold(", Rewritten(2, 0, 2), StringComparison.Ordinal);
        Assert.Contains("fold(", Rewritten(5, 2, 3), StringComparison.Ordinal);

        static string Rewritten(int size, int padding, int stride = 1)
        {
            var graph = new Graph();
            var (x, w) = (graph.Placeholder("x", ["batch", 32, 20, 20]), graph.Placeholder("w", [32, 32, size, size]));
            using var session = new Session(graph);
            return session.Explain(Gradient(Sum(Square(Conv2d(x, w, stride: stride, padding: padding))), x)).Rewritten.ToText();
        }
    }

    [Fact]
    public void Sequences_and_sums_that_others_read_as_well()
    {
        var graph = new Graph();
        var (x, w) = (graph.Placeholder("x", [2, 32, 40]), graph.Placeholder("w", [32, 32, 5]));
        Check(v => Conv1d(v[0], v[1], padding: 2) + ConvTranspose1d(v[0], v[1], padding: 2), (x, Numbers(3, 2, 32, 40)), (w, Numbers(4, 32, 32, 5)));
    }

    [Theory]
    [InlineData(2, 2, 2)]
    [InlineData(1, 3, 1)]
    [InlineData(3, 2, 0)]
    public void Kernels_with_gaps(int down, int across, int padding)
    {
        var graph = new Graph();
        var (x, w, b) = (graph.Placeholder("x", ["batch", 32, 17, 19]), graph.Placeholder("w", [33, 32, 3, 3]), graph.Placeholder("b", [33]));
        Check(v => Conv2d(v[0], v[1], v[2], dilation: (down, across), padding: padding), (x, Numbers(5, 2, 32, 17, 19)), (w, Numbers(6, 33, 32, 3, 3)), (b, Numbers(7, 33)));
    }

    private static void Check(Func<Value[], Value> function, params (Value Input, TensorData Data)[] feeds)
    {
        Value[] inputs = [.. feeds.Select(f => f.Input)], wide = [.. inputs.Select(v => Cast(v, DType.Float64))];
        Value[] results = WithGradients(inputs), exact = WithGradients(wide);
        using var session = new Session(inputs[0].Graph);
        using var two = new Session(inputs[0].Graph, new SessionOptions { Threads = 2 });
        var (found, again, expected) = (session.Run(results, feeds), two.Run(results, feeds), session.Run(exact, feeds));
        for (var k = 0; k < results.Length; k++)
        {
            var right = expected[k].AsSpan<double>().ToArray();
            var ours = found[k].AsSpan<float>().ToArray();
            var scale = right.Max(Math.Abs);
            for (var i = 0; i < right.Length; i++) Assert.Equal(right[i], ours[i], scale * 1e-5);
            Assert.Equal(ours, again[k].AsSpan<float>().ToArray());
        }

        Value[] WithGradients(Value[] of)
        {
            var y = function(of);
            return [y, .. Gradients(Sum(Square(y)), of)];
        }
    }

    private static TensorData Numbers(int seed, params int[] extents)
    {
        var random = new Random(seed);
        return TensorData.Create<float>([.. Enumerable.Range(0, extents.Aggregate((a, b) => a * b)).Select(_ => (float)random.NextDouble() - 0.5f)], extents);
    }
}
