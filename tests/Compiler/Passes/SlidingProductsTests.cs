using System.Runtime.Intrinsics;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Compiler.Passes;

/// <summary>Convolutions that nothing reads turned slide over images, with what computes element by element between them.</summary>
public sealed class SlidingProductsTests
{
    [Theory]
    [InlineData(VectorWidth.Scalar)]
    [InlineData(VectorWidth.Vector128)]
    [InlineData(VectorWidth.Vector256)]
    [InlineData(VectorWidth.Vector512)]
    public void Chains_are_right_and_the_same_bits_on_two_threads(VectorWidth width)
    {
        foreach (var chain in new Func<Value, Func<int[], Value>, Value>[] { Plain, Residual, Normalized, Strided, Pointwise })
        {
            var graph = new Graph();
            var x = graph.Placeholder("x", ["batch", 9, 21, 23]);
            List<(Value, TensorData)> feeds = [(x, Numbers(1, 3, 9, 21, 23))];
            var y = chain(x, Tensor);
            var one = Run(new SessionOptions { Width = width, Threads = 1 });
            Assert.Equal(one, Run(new SessionOptions { Width = width, Threads = 2 }));
            var expected = Run(new SessionOptions { Backend = Backend.Interpreted, Rewrite = false });
            var scale = expected.Max(Math.Abs);
            for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], one[i], scale * 2e-5f);

            Value Tensor(int[] extents)
            {
                var value = graph.Placeholder($"w{feeds.Count}", extents);
                feeds.Add((value, Numbers(feeds.Count + 1, extents)));
                return value;
            }

            float[] Run(SessionOptions options)
            {
                using var session = new Session(graph, options);
                return session.Run(y, [.. feeds]).AsSpan<float>().ToArray();
            }
        }

        static Value Plain(Value x, Func<int[], Value> tensor) =>
            Conv2d(Tanh(Conv2d(x, tensor([17, 9, 1, 7]), tensor([17]), padding: (0, 3))), tensor([12, 17, 7, 1]), padding: (3, 0));

        static Value Residual(Value x, Func<int[], Value> tensor)
        {
            var first = Relu(Conv2d(x, tensor([20, 9, 3, 3]), padding: 1));
            return Sigmoid(first + Conv2d(first * tensor([23]), tensor([20, 20, 3, 3]), padding: 1));
        }

        static Value Normalized(Value x, Func<int[], Value> tensor)
        {
            var y = Conv2d(x, tensor([20, 9, 3, 3]), padding: 1);
            var apart = y - Mean(y, [0, 2, 3], keepDims: true);
            return Relu(apart / Sqrt(Mean(apart * apart, [0, 2, 3], keepDims: true) + 1e-3f));
        }

        static Value Strided(Value x, Func<int[], Value> tensor) =>
            Conv2d(Relu(Conv2d(x, tensor([16, 9, 5, 5]), padding: 2)), tensor([11, 16, 5, 5]), stride: 2, padding: 1);

        static Value Pointwise(Value x, Func<int[], Value> tensor)
        {
            var wide = Relu(Conv2d(Relu(Conv2d(x, tensor([12, 9, 3, 3]), padding: 1)), tensor([30, 12, 1, 1]), tensor([30])));
            return Conv2d(Conv2d(wide, tensor([30, 1, 3, 3]), stride: 2, padding: 1, groups: 30), tensor([7, 30, 1, 1]));
        }
    }

    [Fact]
    public void A_chain_slides_unless_something_in_it_needs_images_turned()
    {
        if (!Vector512.IsHardwareAccelerated) return;
        Assert.Equal(1, Slides((x, w, _) => [Conv2d(x, w, padding: 1)]));
        Assert.Equal(2, Slides((x, w, v) => [Relu(Conv2d(Relu(Conv2d(x, w, padding: 1)), v, padding: 1))]));
        Assert.Equal(0, Slides((x, w, v) => [MaxPool2d(Conv2d(Relu(Conv2d(x, w, padding: 1)), v, padding: 1), 2)]));
        Assert.Equal(0, Slides((x, w, _) => [Conv2d(x, w, padding: 1), .. Gradients(Sum(Square(Conv2d(x, w, padding: 1))), w)]));

        // Kernels of one element meet images as they lie, among others that slide; alone they slide nothing.
        Assert.Equal(2, Slides((x, w, v) => [Conv2d(Relu(Conv2d(Relu(Conv2d(x, w, padding: 1)), Pointwise(x))), v, padding: 1)]));
        Assert.Equal(0, Slides((x, _, _) => [MaxPool2d(Relu(Conv2d(x, Pointwise(x))), 2)]));
        Assert.Equal(0, Slides((x, w, _) => [MaxPool2d(Conv2d(Relu(Conv2d(x, w, padding: 1)), Pointwise(x)), 2)]));

        static Value Pointwise(Value x) => x.Graph.Placeholder("p", [24, 24, 1, 1]);

        static int Slides(Func<Value, Value, Value, Value[]> build)
        {
            var graph = new Graph();
            var y = build(graph.Placeholder("x", [4, 24, 32, 32]), graph.Placeholder("w", [24, 24, 3, 3]), graph.Placeholder("v", [24, 24, 3, 3]));
            using var session = new Session(graph);
            return session.Explain(y).Rewritten.ToText().Split("= correlate(").Length - 1;
        }
    }

    private static TensorData Numbers(int seed, params int[] extents)
    {
        var random = new Random(seed);
        var count = extents.Aggregate((a, b) => a * b);
        return TensorData.Create<float>([.. Enumerable.Range(0, count).Select(_ => (float)random.NextDouble() - 0.5f)], extents);
    }
}
