using static GraphGrad.Ops;

namespace GraphGrad.Tests.Compiler.Passes;

/// <summary>What is cheap is computed where its border is stored, instead of being stored and copied.</summary>
public sealed class BorderTests
{
    [Fact]
    public void An_activation_takes_no_step_before_its_border()
    {
        Assert.Equal(0, Further(Relu, y => MaxPool2d(y, 3, 2, 1)));
        Assert.Equal(0, Further(Relu, y => Conv2d(y, Weights(y, 16, 24), padding: 1)));
        // What is dear, where a large border makes it more, and what is read elsewhere, too.
        Assert.Equal(1, Further(Tanh, y => MaxPool2d(y, 7, 2, 3)));
        Assert.Equal(1, Further(Relu, y => MaxPool2d(y, 3, 2, 1) + Slice(Slice(y, 2, 0, 7), 3, 0, 7)));
    }

    [Theory]
    [InlineData(VectorWidth.Scalar)]
    [InlineData(VectorWidth.Vector128)]
    [InlineData(VectorWidth.Vector256)]
    [InlineData(VectorWidth.Vector512)]
    public void Borders_stay_what_they_are_beside_any_numbers(VectorWidth width)
    {
        var special = new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity, -0f };
        var random = new Random(3);
        var data = TensorData.Create<float>([.. Enumerable.Range(0, 2 * 24 * 14 * 14).Select(i => i % 11 == 0 ? special[i / 11 % special.Length] : random.NextSingle() - 0.5f)], [2, 24, 14, 14]);
        foreach (var images in new Dim[] { 2, "images" })
        {
            var graph = new Graph();
            var x = graph.Placeholder("x", [images, 24, 14, 14]);
            // 1/b is infinite where b is zero, as it would be on a border that is read.
            var b = graph.Constant(TensorData.Create<float>([.. Enumerable.Range(0, 24).Select(i => i - 7f)], [24, 1, 1]));
            Value[] fetches = [MaxPool2d(Relu(x + b), 3, 2, 1), Pad(x / b, [0, 0, 1, 2], [0, 0, 2, 0], 5), Windows(Pad(ToLast(Relu(x - b)), [0, 1, 1, 0], [0, 1, 1, 0]), [1, 2], [3, 3])];
            using var written = new Session(graph, new SessionOptions { Backend = Backend.Interpreted, Rewrite = false });
            var expected = written.Run(fetches, (x, data)).Select(r => r.AsSpan<float>().ToArray()).ToArray();
            foreach (var threads in new[] { 1, 2 })
            {
                using var session = new Session(graph, new SessionOptions { Width = width, Threads = threads });
                var found = session.Run(fetches, (x, data));
                for (var i = 0; i < fetches.Length; i++) Assert.Equal(expected[i], found[i].AsSpan<float>().ToArray());
            }
        }
    }

    /// <summary>How many kernels more there are with an activation behind a convolution than without.</summary>
    private static int Further(Func<Value, Value> activation, Func<Value, Value> reader)
    {
        return Kernels(y => reader(activation(y))) - Kernels(y => reader(y));

        static int Kernels(Func<Value, Value> build)
        {
            var graph = new Graph();
            var (x, b) = (graph.Placeholder("x", ["images", 16, 14, 14]), graph.Placeholder("b", [24]));
            using var session = new Session(graph, new SessionOptions { Width = VectorWidth.Vector256 });
            return session.Explain(build(Conv2d(x, Weights(x, 24, 16), b, padding: 1))).Kernels.Split("kernel ").Length - 1;
        }
    }

    private static Value Weights(Value x, int outputs, int channels) => x.Graph.Placeholder("w", [outputs, channels, 3, 3]);

    private static Value ToLast(Value x) => Transpose(x, 0, 2, 3, 1);
}
