using static GraphGrad.Ops;

namespace GraphGrad.Tests.Compiler.Lowering;

/// <summary>Lanes that gather from afar stand outside the loop along which what they gather are neighbours.</summary>
public sealed class TranspositionTests
{
    [Theory]
    [InlineData(1, 3, 5)]
    [InlineData(2, 17, 33)]
    [InlineData(3, 16, 31)]
    [InlineData(1, 700, 301)]
    [InlineData(5, 64, 785)]
    public void Transposes_and_what_is_computed_on_the_way(int batch, int rows, int columns)
    {
        var graph = new Graph();
        var (x, y) = (graph.Placeholder("x", ["batch", rows, columns]), graph.Placeholder("y", [columns, rows]));
        Value[] results = [Transpose(x, 0, 2, 1), (Transpose(x, 0, 2, 1) * 2) + y];
        var (a, b) = (Numbers(batch, rows, columns), Numbers(columns, rows));
        foreach (var threads in (int[])[1, 2])
        {
            using var session = new Session(graph, new SessionOptions { Threads = threads });
            var found = session.Run(results, (x, a), (y, b));
            float[][] spans = [.. new[] { a, b, found[0], found[1] }.Select(t => t.AsSpan<float>().ToArray())];
            var (from, other, turned, sum) = (spans[0], spans[1], spans[2], spans[3]);
            for (var i = 0; i < turned.Length; i++)
            {
                var (n, place) = Math.DivRem(i, rows * columns);
                var (column, row) = Math.DivRem(place, rows);
                var element = from[(((n * rows) + row) * columns) + column];
                Assert.Equal(element, turned[i]);
                Assert.Equal((element * 2) + other[place], sum[i]);
            }
        }
    }

    /// <summary>What is read with one number a channel is gathered and stored in order, rather than scattered over lines that drive each other out.</summary>
    [Fact]
    public void Channels_turned_with_a_bias_are_stored_in_order()
    {
        var graph = new Graph();
        var (x, bias) = (graph.Placeholder("x", [2, 9, 8, 32]), graph.Placeholder("bias", [32]));
        var turned = Transpose(x + bias, 0, 3, 1, 2);
        var (a, b) = (Numbers(2, 9, 8, 32), Numbers(32));

        using var session = new Session(graph);
        var found = session.Run(turned, (x, a), (bias, b)).AsSpan<float>();

        for (var i = 0; i < found.Length; i++)
        {
            var (n, channel, place) = (i / (32 * 72), i / 72 % 32, i % 72);
            Assert.Equal(a.AsSpan<float>()[(((n * 72) + place) * 32) + channel] + b.AsSpan<float>()[channel], found[i]);
        }
        Assert.Contains("for i2i3 in 0..72 in vectors", session.Explain(turned).Kernels, StringComparison.Ordinal);
    }

    /// <summary>A result, an adjoint and its masked copy lie at the same offsets; each of them would be scattered if lanes were channels, as only the product and the sums have them last.</summary>
    [Fact]
    public void Gradients_of_a_pointwise_convolution_are_stored_in_order()
    {
        var graph = new Graph();
        var (x, w, bias, g) = (graph.Placeholder("x", [3, 12, 16, 20]), graph.Placeholder("w", [48, 12, 1, 1]), graph.Placeholder("bias", [48]), graph.Placeholder("g", [3, 48, 16, 20]));
        var y = Relu(Conv2d(x, w, bias));
        Value[] wanted = [y, .. Gradients(Sum(y * g), x, w, bias)];
        (Value, TensorData)[] feeds = [(x, Waves(3, 12, 16, 20)), (w, Waves(48, 12, 1, 1)), (bias, Waves(48)), (g, Waves(3, 48, 16, 20))];

        using var compiled = new Session(graph);
        using var interpreted = new Session(graph, new SessionOptions { Backend = Backend.Interpreted });
        var (found, expected) = (compiled.Run(wanted, feeds), interpreted.Run(wanted, feeds));

        for (var k = 0; k < wanted.Length; k++)
        {
            var (a, b) = (found[k].AsSpan<float>().ToArray(), expected[k].AsSpan<float>().ToArray());
            var largest = b.Max(Math.Abs);
            Assert.All(a.Zip(b), pair => Assert.InRange(pair.First, pair.Second - (largest * 2e-6), pair.Second + (largest * 2e-6)));
        }
        Assert.Contains("for r2r3 in 0..320 in vectors", compiled.Explain(wanted).Kernels, StringComparison.Ordinal);
    }

    private static TensorData Waves(params int[] extents)
    {
        var count = extents.Aggregate((p, q) => p * q);
        return TensorData.Create<float>([.. Enumerable.Range(0, count).Select(i => MathF.Sin(i * 0.7f))], extents);
    }

    private static TensorData Numbers(params int[] extents)
    {
        var count = extents.Aggregate((p, q) => p * q);
        return TensorData.Create<float>([.. Enumerable.Range(0, count).Select(i => i / 8f)], extents);
    }
}
