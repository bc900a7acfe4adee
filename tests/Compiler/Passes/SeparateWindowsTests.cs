using static GraphGrad.Ops;

namespace GraphGrad.Tests.Compiler.Passes;

/// <summary>Windows are combined axis by axis where that takes fewer elements: maxima and minima with the bits of the graph as written, sums within their rounding.</summary>
public sealed class SeparateWindowsTests
{
    public static TheoryData<string> Maxima => [.. Pools.Keys.Where(k => !k.StartsWith("sum", StringComparison.Ordinal))];

    private static Dictionary<string, Func<Value, Value>> Pools { get; } = new()
    {
        ["3x3"] = x => MaxPool2d(x, 3, 1, 1),
        ["5x5"] = x => MaxPool2d(x, 5, 1, 2),
        ["7x4 without border"] = x => MaxPool2d(x, (7, 4), 1),
        ["5x7 two down, one across"] = x => MaxPool2d(x, (5, 7), (2, 1), (2, 3)),
        ["5x5 with gaps"] = x => MaxPool2d(x, 5, 1, 2, 2),
        ["5x5 that stick out"] = x => MaxPool2d(x, 5, 2, 2, ceiling: true),
        ["least of 5x5"] = x => Min(Windows(x, [2, 3], [5, 5]), [-2, -1]),
        ["three in a row"] = x => MaxPool2d(MaxPool2d(MaxPool2d(x, 5, 1, 2), 5, 1, 2), 5, 1, 2),
        ["sum of 5x5"] = x => AvgPool2d(x, 5, 1, 2),
        ["sum of 4x7"] = x => Sum(Windows(x, [3, 2], [4, 7], [1, 2]), [-2, -1]),
    };

    [Theory]
    [MemberData(nameof(Maxima))]
    public void Maxima_have_the_bits_of_the_graph_as_written(string pool)
    {
        var special = new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0f, -0f, 1f };
        var random = new Random(3);
        var data = TensorData.Create<float>([.. Enumerable.Range(0, 2 * 3 * 14 * 19).Select(i => i % 5 == 0 ? special[random.Next(special.Length)] : random.Next(-2, 3) * 0f)], [2, 3, 14, 19]);
        foreach (var known in new[] { true, false })
        {
            var graph = new Graph();
            var x = known ? graph.Placeholder("x", [2, 3, 14, 19]) : graph.Placeholder("x", ["batch", 3, 14, 19]);
            var y = Pools[pool](x);
            Assert.Equal(2 * Count(WrittenOf(graph, y), "window("), Count(RewrittenOf(graph, y), "window("));
            using var written = new Session(graph, new SessionOptions { Backend = Backend.Interpreted, Rewrite = false });
            var expected = Bits(written.Run(y, (x, data)));
            foreach (var backend in new[] { Backend.Interpreted, Backend.Compiled })
            {
                foreach (var threads in new[] { 1, 2 })
                {
                    using var session = new Session(graph, new SessionOptions { Backend = backend, Threads = threads });
                    Assert.Equal(expected, Bits(session.Run(y, (x, data))));
                }
            }
        }
    }

    [Theory]
    [InlineData("sum of 5x5")]
    [InlineData("sum of 4x7")]
    public void Sums_are_right(string pool)
    {
        var random = new Random(4);
        var data = TensorData.Create<float>([.. Enumerable.Range(0, 2 * 3 * 14 * 19).Select(_ => random.NextSingle() - 0.5f)], [2, 3, 14, 19]);
        var graph = new Graph();
        var x = graph.Placeholder("x", ["batch", 3, 14, 19]);
        var (y, exact) = (Pools[pool](x), Pools[pool](Cast(x, DType.Float64)));
        Assert.Equal(2, Count(RewrittenOf(graph, y), "window("));
        using var session = new Session(graph);
        var (found, right) = (session.Run(y, (x, data)).AsSpan<float>().ToArray(), session.Run(exact, (x, data)).AsSpan<double>().ToArray());
        for (var i = 0; i < right.Length; i++) Assert.Equal(right[i], found[i], 2e-6);
    }

    [Fact]
    public void Infinities_of_both_signs_in_a_sum_are_NaN()
    {
        var values = new float[7 * 7];
        (values[8], values[40]) = (float.PositiveInfinity, float.NegativeInfinity);
        var graph = new Graph();
        var x = graph.Placeholder("x", [1, 1, 7, 7]);
        var y = AvgPool2d(x, 5, 1);
        using var session = new Session(graph);
        using var written = new Session(graph, new SessionOptions { Backend = Backend.Interpreted, Rewrite = false });
        var data = TensorData.Create<float>(values, [1, 1, 7, 7]);
        Assert.Equal(written.Run(y, (x, data)).AsSpan<float>().ToArray(), session.Run(y, (x, data)).AsSpan<float>().ToArray());
    }

    [Fact]
    public void What_gains_nothing_stays()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", ["batch", 3, 14, 19]);
        Unchanged(MaxPool2d(x, 2, 1));
        Unchanged(MaxPool2d(x, 3, 2, 1));
        Unchanged(MaxPool2d(x, (1, 9), 1));
        // An instruction an element, and what is between the axes would be written and read.
        Unchanged(AvgPool2d(x, 3, 1, 1));
        // Only along one of the axes.
        Unchanged(Max(Windows(x, [2, 3], [5, 5]), -1));
        // Somebody else reads the windows.
        var windows = Windows(x, [2, 3], [5, 5]);
        Unchanged(Max(windows, [-2, -1]), windows);
        Unchanged(Gradient(Sum(Square(MaxPool2d(x, 5, 1, 2))), x));

        void Unchanged(params Value[] values)
        {
            using var session = new Session(graph);
            var shown = session.Explain(values);
            Assert.DoesNotContain("axes [2], sizes", shown.Rewritten.ToText(), StringComparison.Ordinal);
            Assert.True(Count(shown.Rewritten.ToText(), "window(") <= Count(shown.Written.ToText(), "window("));
        }
    }

    private static int[] Bits(TensorData data) => [.. data.AsSpan<float>().ToArray().Select(v => float.IsNaN(v) ? int.MaxValue : BitConverter.SingleToInt32Bits(v))];

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    private static string WrittenOf(Graph graph, Value value)
    {
        using var session = new Session(graph);
        return session.Explain(value).Written.ToText();
    }

    private static string RewrittenOf(Graph graph, Value value)
    {
        using var session = new Session(graph);
        return session.Explain(value).Rewritten.ToText();
    }
}
