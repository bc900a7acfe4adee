using System.Runtime.Intrinsics;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Compiler.Passes;

/// <summary>Convolutions of few channels without groups slide over images where that is faster than a product of matrices.</summary>
public sealed class FewChannelsTests
{
    [Theory]
    [InlineData(VectorWidth.Scalar)]
    [InlineData(VectorWidth.Vector128)]
    [InlineData(VectorWidth.Vector256)]
    [InlineData(VectorWidth.Vector512)]
    public void Values_and_gradients_are_right_and_the_same_bits_on_two_threads(VectorWidth width)
    {
        foreach (var (channels, outputs, size, stride, padding, dilation) in new[] { (1, 1, 3, 1, 1, 1), (3, 8, 3, 1, 1, 1), (3, 8, 5, 2, 2, 1), (8, 7, 3, 1, 2, 2), (8, 8, 4, 1, 0, 1), (2, 5, 1, 1, 0, 1), (17, 8, 3, 1, 1, 1), (9, 16, 5, 1, 2, 1), (20, 3, 5, 2, 2, 1), (12, 15, 3, 1, 1, 1), (8, 12, 4, 1, 0, 1) })
        {
            var graph = new Graph();
            var (x, w, b) = (graph.Placeholder("x", ["batch", channels, 17, 23]), graph.Placeholder("w", [outputs, channels, size, size]), graph.Placeholder("b", [outputs]));
            (Value, TensorData)[] feeds = [(x, Numbers(1, 3, channels, 17, 23)), (w, Numbers(2, outputs, channels, size, size)), (b, Numbers(3, outputs))];
            Value[] results = [.. WithGradients(x, w, b)];
            Value[] exact = [.. WithGradients(Cast(x, DType.Float64), Cast(w, DType.Float64), Cast(b, DType.Float64))];

            var one = Run(results, feeds, new SessionOptions { Width = width, Threads = 1 });
            var two = Run(results, feeds, new SessionOptions { Width = width, Threads = 2 });
            using var written = new Session(graph, new SessionOptions { Backend = Backend.Interpreted, Rewrite = false });
            var expected = written.Run(exact, feeds).Select(r => r.AsSpan<double>().ToArray()).ToArray();

            Assert.Equal(one, two);
            for (var k = 0; k < expected.Length; k++)
            {
                var scale = expected[k].Max(Math.Abs);
                for (var i = 0; i < expected[k].Length; i++) Assert.Equal(expected[k][i], one[k][i], scale * 1e-5);
            }

            IEnumerable<Value> WithGradients(Value images, Value kernels, Value bias)
            {
                var y = Conv2d(images, kernels, bias, stride, padding, dilation);
                return [y, .. Gradients(Sum(Square(y)), images, kernels, bias)];
            }
        }
    }

    /// <summary>Results and both gradients slide from so many bits on.</summary>
    [Theory]
    [InlineData(DType.Float32, 3, 8, 16, 1, 256)]
    [InlineData(DType.Float32, 8, 8, 16, 1, 512)]
    [InlineData(DType.Float32, 3, 8, 17, 2, 512)]
    [InlineData(DType.Float64, 3, 8, 16, 1, 512)]
    [InlineData(DType.Float32, 3, 8, 11, 1, null)]
    [InlineData(DType.Float32, 3, 8, 19, 3, null)]
    [InlineData(DType.Float64, 4, 8, 16, 1, null)]
    [InlineData(DType.Float64, 3, 8, 17, 2, null)]
    public void Which_slide_depends_on_channels_strides_sizes_and_lanes(DType type, int channels, int outputs, int size, int stride, int? bits) =>
        Assert.Equal(bits is { } least && Bits >= least ? "FIK" : string.Empty, Sliding(type, channels, outputs, size, 3, stride));

    /// <summary>With 16 lanes each of the three products is chosen by itself: results (F), gradients of images (I) and of kernels (K).</summary>
    [Theory]
    [InlineData(9, 8, 16, 3, 1, "FI")]
    [InlineData(64, 16, 14, 3, 1, "FI")]
    [InlineData(16, 32, 28, 3, 1, "")]
    [InlineData(32, 24, 28, 3, 1, "")]
    [InlineData(64, 8, 14, 5, 1, "FI")]
    [InlineData(64, 16, 28, 5, 1, "F")]
    [InlineData(3, 16, 28, 3, 1, "")]
    [InlineData(3, 32, 28, 5, 1, "")]
    [InlineData(16, 8, 28, 3, 2, "FI")]
    [InlineData(16, 8, 14, 3, 2, "")]
    [InlineData(16, 16, 28, 5, 2, "")]
    [InlineData(16, 16, 64, 5, 2, "F")]
    [InlineData(300, 8, 28, 3, 1, "")]
    [InlineData(3, 64, 64, 1, 1, "F")]
    [InlineData(3, 64, 28, 1, 1, "")]
    [InlineData(1, 32, 28, 1, 1, "F")]
    [InlineData(1, 32, 64, 1, 1, "")]
    public void Results_and_gradients_slide_each_where_that_is_faster(int channels, int outputs, int size, int kernel, int stride, string expected) =>
        Assert.Equal(Bits == 512 ? expected : string.Empty, Sliding(DType.Float32, channels, outputs, size, kernel, stride));

    private static int Bits => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;

    private static string Sliding(DType type, int channels, int outputs, int size, int kernel, int stride)
    {
        var graph = new Graph();
        var (x, w) = (graph.Placeholder("x", ["batch", channels, size, size], type), graph.Placeholder("w", [outputs, channels, kernel, kernel], type));
        var y = Conv2d(x, w, stride: stride, padding: kernel / 2);
        using var session = new Session(graph);
        var text = session.Explain([y, .. Gradients(Sum(Square(y)), x, w)]).Rewritten.ToText();
        return string.Concat(new[] { ("F", "= correlate("), ("I", "= correlate_input("), ("K", "= correlate_kernel(") }.Where(p => text.Contains(p.Item2, StringComparison.Ordinal)).Select(p => p.Item1));
    }

    [Fact]
    public void Images_whose_size_is_not_known_slide()
    {
        var graph = new Graph();
        var (x, w) = (graph.Placeholder("x", ["batch", 1, "height", "width"]), graph.Placeholder("w", [4, 1, 3, 3]));
        var y = Conv2d(x, w);
        using var session = new Session(graph);
        using var written = new Session(graph, new SessionOptions { Backend = Backend.Interpreted, Rewrite = false });
        foreach (var (height, width) in new[] { (4, 3), (31, 40) })
        {
            (Value, TensorData)[] feeds = [(x, Numbers(1, 2, 1, height, width)), (w, Numbers(2, 4, 1, 3, 3))];
            var (actual, expected) = (session.Run(y, feeds), written.Run(y, feeds));
            for (var i = 0; i < expected.Count; i++) Assert.Equal(expected.AsSpan<float>()[i], actual.AsSpan<float>()[i], 1e-5f);
        }
        Assert.Equal(Vector256.IsHardwareAccelerated, session.Explain(y).Kernels.Contains("correlate", StringComparison.Ordinal));
    }

    private static float[][] Run(Value[] results, (Value, TensorData)[] feeds, SessionOptions options)
    {
        using var session = new Session(results[0].Graph, options);
        return [.. session.Run(results, feeds).Select(r => r.AsSpan<float>().ToArray())];
    }

    private static TensorData Numbers(int seed, params int[] extents)
    {
        var random = new Random(seed);
        var count = extents.Aggregate((a, b) => a * b);
        return TensorData.Create<float>([.. Enumerable.Range(0, count).Select(_ => (float)random.NextDouble() - 0.5f)], extents);
    }
}
