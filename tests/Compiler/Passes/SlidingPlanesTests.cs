using System.Runtime.Intrinsics;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Compiler.Passes;

/// <summary>Kernels of one element slide over images of few channels.</summary>
public sealed class SlidingPlanesTests
{
    [Theory]
    [InlineData(VectorWidth.Vector256)]
    [InlineData(VectorWidth.Vector512)]
    public void Results_and_gradients_are_those_of_the_definition_and_the_same_bits_on_two_threads(VectorWidth width)
    {
        foreach (var (images, channels, height, outputs) in new[] { (3, 8, 48, 19), (1, 5, 50, 9), (2, 16, 47, 33) })
        {
            var graph = new Graph();
            var (x, w) = (graph.Placeholder("x", ["batch", channels, height, height]), graph.Placeholder("w", [outputs, channels, 1, 1]));
            var y = Relu(Conv2d(x, w));
            var gradients = Gradients(Sum(Square(y)), x, w);
            (Value, TensorData)[] feeds = [(x, Numbers(1, images, channels, height, height)), (w, Numbers(2, outputs, channels, 1, 1))];
            foreach (var value in new[] { y, gradients[0], gradients[1] })
            {
                var one = Run(new SessionOptions { Width = width, Threads = 1 });
                Assert.Equal(one, Run(new SessionOptions { Width = width, Threads = 2 }));
                var expected = Run(new SessionOptions { Backend = Backend.Interpreted, Rewrite = false });
                var scale = expected.Max(Math.Abs);
                for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], one[i], scale * 2e-5f);

                float[] Run(SessionOptions options)
                {
                    using var session = new Session(graph, options);
                    return session.Run(value, feeds).AsSpan<float>().ToArray();
                }
            }
        }
    }

    [Fact]
    public void Few_channels_slide_and_many_are_multiplied()
    {
        if (!Vector512.IsHardwareAccelerated) return;
        Assert.True(Slides(2, 8, 64, 16));
        Assert.True(Slides(1, 16, 46, 64));
        Assert.False(Slides(2, 8, 45, 16));
        Assert.False(Slides(2, 1, 64, 16));
        Assert.False(Slides(2, 17, 64, 64));
        Assert.False(Slides(2, 8, 64, 65));

        static bool Slides(int images, int channels, int size, int outputs)
        {
            var graph = new Graph();
            var y = Conv2d(graph.Placeholder("x", [images, channels, size, size]), graph.Placeholder("w", [outputs, channels, 1, 1]));
            using var session = new Session(graph);
            return session.Explain(y).Rewritten.ToText().Contains("= correlate(", StringComparison.Ordinal);
        }
    }

    private static TensorData Numbers(int seed, params int[] extents)
    {
        var random = new Random(seed);
        var count = extents.Aggregate((a, b) => a * b);
        return TensorData.Create<float>([.. Enumerable.Range(0, count).Select(_ => (float)random.NextDouble() - 0.5f)], extents);
    }
}
