using System.Runtime.Intrinsics;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Compiler.Passes;

/// <summary>Images without a border are stored with channels last where what reads their windows gains more than turning them costs.</summary>
public sealed class TurnedImagesTests
{
    [Theory]
    [InlineData(VectorWidth.Scalar)]
    [InlineData(VectorWidth.Vector128)]
    [InlineData(VectorWidth.Vector256)]
    [InlineData(VectorWidth.Vector512)]
    public void Unpadded_convolutions_and_their_gradients_are_right_at_any_number_of_threads(VectorWidth width)
    {
        foreach (var (size, stride) in new[] { (3, 1), (5, 1), (3, 2), (5, 2) })
        {
            var graph = new Graph();
            var (x, w) = (graph.Placeholder("x", ["batch", 32, 17, 16]), graph.Placeholder("w", [48, 32, size, size]));
            (Value, TensorData)[] feeds = [(x, Numbers(1, 3, 32, 17, 16)), (w, Numbers(2, 48, 32, size, size))];
            Value[] results = [.. WithGradients(x, w, stride)];
            Value[] exact = [.. WithGradients(Cast(x, DType.Float64), Cast(w, DType.Float64), stride)];

            var one = Run(results, feeds, new SessionOptions { Width = width, Threads = 1 });
            var two = Run(results, feeds, new SessionOptions { Width = width, Threads = 2 });
            using var session = new Session(graph);
            var expected = session.Run(exact, feeds).Select(r => r.AsSpan<double>().ToArray()).ToArray();

            Assert.Equal(one, two);
            for (var k = 0; k < expected.Length; k++)
            {
                var scale = expected[k].Max(Math.Abs);
                for (var i = 0; i < expected[k].Length; i++) Assert.Equal(expected[k][i], one[k][i], scale * 1e-5);
            }
        }
    }

    [Theory]
    [InlineData(16, 72, 3, 1, true)]
    [InlineData(16, 72, 3, 2, true)]
    [InlineData(64, 4, 3, 1, false)]
    [InlineData(8, 64, 3, 1, false)]
    [InlineData(16, 32, 3, 2, false)]
    [InlineData(64, 64, 1, 1, false)]
    public void Images_are_turned_where_they_have_many_channels_and_meet_many_weights(int channels, int kernels, int size, int stride, bool turned)
    {
        var graph = new Graph();
        var (x, w) = (graph.Placeholder("x", ["batch", channels, 30, 30]), graph.Placeholder("w", [kernels, channels, size, size]));
        Assert.Equal(turned, Turns(graph, Conv2d(x, w, stride: stride)));
    }

    [Fact]
    public void Images_that_slide_with_wide_vectors_are_turned_without() =>
        Images_are_turned_where_they_have_many_channels_and_meet_many_weights(16, 16, 3, 1, turned: !Vector512.IsHardwareAccelerated);

    [Theory]
    [InlineData(64, true)]
    [InlineData(8, false)]
    public void For_gradients_of_weights_the_number_of_kernels_does_not_matter(int channels, bool turned)
    {
        var graph = new Graph();
        var (x, w) = (graph.Placeholder("x", ["batch", channels, 30, 30]), graph.Placeholder("w", [1, channels, 3, 3]));
        var g = graph.Placeholder("g", ["batch", 1, 28, 28]);
        Assert.Equal(turned, Turns(graph, Gradient(Sum(Conv2d(x, w) * g), w)));
    }

    private static bool Turns(Graph graph, Value result)
    {
        using var session = new Session(graph);
        return session.Explain(result).Kernels.Contains(" = x[", StringComparison.Ordinal);
    }

    private static IEnumerable<Value> WithGradients(Value x, Value w, int stride)
    {
        var y = Conv2d(x, w, stride: stride);
        return [y, .. Gradients(Sum(Square(y)), x, w)];
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
