using static GraphGrad.Ops;

namespace GraphGrad.Tests.Compiler.Passes;

/// <summary>Pools whose results are turned back are taken where images lie as they come: maxima with the bits of the graph as written, sums within their rounding.</summary>
public sealed class PooledPlanesTests
{
    private static Dictionary<string, Func<Value, Value, Value>> Programs { get; } = new()
    {
        ["maxima of 3x3"] = (x, w) => MaxPool2d(x, 3, 1, 1),
        ["maxima of 3x3 two apart"] = (x, w) => MaxPool2d(x, 3, 2, 1),
        ["least of 2x3, with gaps"] = (x, w) => -MaxPool2d(-x, (2, 3), 1, 1, 2),
        ["three in a row, joined"] = (x, w) => { var a = MaxPool2d(x, 5, 1, 2); var b = MaxPool2d(a, 5, 1, 2); return Concat([x, a, b, MaxPool2d(b, 5, 1, 2)], 1); },
        ["maxima of 3x3, then 1x1"] = (x, w) => Relu(Conv2d(MaxPool2d(x, 3, 1, 1), w)),
        ["means of 3x3"] = (x, w) => AvgPool2d(x, 3, 1, 1),
        ["means of 3x3, then 1x1"] = (x, w) => Relu(Conv2d(AvgPool2d(x, 3, 1, 1, countPadding: false), w)),
    };

    public static TheoryData<string> Names => [.. Programs.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Nothing_is_turned_and_results_are_the_same(string name)
    {
        var random = new Random(5);
        var special = new[] { float.NaN, float.NegativeInfinity, 0f, -0f };
        var isExact = !name.Contains("1x1", StringComparison.Ordinal) && !name.StartsWith("means", StringComparison.Ordinal);
        var data = TensorData.Create<float>([.. Enumerable.Range(0, 2 * 6 * 13 * 90).Select(i => isExact && i % 7 == 0 ? special[random.Next(special.Length)] : random.NextSingle() - 0.5f)], [2, 6, 13, 90]);
        var weights = TensorData.Create<float>([.. Enumerable.Range(0, 5 * 6).Select(_ => random.NextSingle() - 0.5f)], [5, 6, 1, 1]);
        foreach (var images in new Dim[] { 2, "images" })
        {
            var graph = new Graph();
            var (x, w) = (graph.Placeholder("x", [images, 6, 13, 90]), graph.Placeholder("w", [5, 6, 1, 1]));
            var y = Programs[name](x, w);
            using (var shown = new Session(graph)) Assert.DoesNotContain("transpose(", shown.Explain(y).Rewritten.ToText(), StringComparison.Ordinal);
            using var written = new Session(graph, new SessionOptions { Backend = Backend.Interpreted, Rewrite = false });
            var expected = written.Run(y, (x, data), (w, weights)).AsSpan<float>().ToArray();
            foreach (var backend in new[] { Backend.Interpreted, Backend.Compiled })
            {
                foreach (var threads in new[] { 1, 2 })
                {
                    using var session = new Session(graph, new SessionOptions { Backend = backend, Threads = threads });
                    var found = session.Run(y, (x, data), (w, weights)).AsSpan<float>().ToArray();
                    for (var i = 0; i < found.Length; i++)
                        Expect.True(isExact ? Bits(expected[i]) == Bits(found[i]) : Math.Abs(expected[i] - found[i]) < 2e-6, $"{name}, {backend}, at {i}: {found[i]}, not {expected[i]}");
                }
            }
        }
    }

    [Fact]
    public void What_others_read_turned_or_as_windows_stays()
    {
        var graph = new Graph();
        var (x, w) = (graph.Placeholder("x", [2, 6, 13, 90]), graph.Placeholder("w", [5, 6, 3, 3]));
        Stays(Conv2d(MaxPool2d(x, 3, 1, 1), w, padding: 1), "axes [1], sizes [3]");
        // Rows of few vectors.
        Stays(MaxPool2d(graph.Placeholder("narrow", [2, 6, 13, 2]), 3, 1, 1), "axes [1], sizes [3]");
        Stays(Gradient(Sum(Square(MaxPool2d(x, 3, 1, 1))), x), "axes [1, 2], sizes [3, 3]");

        void Stays(Value value, string windows)
        {
            using var session = new Session(graph, new SessionOptions { Backend = Backend.Interpreted });
            Assert.Contains(windows, session.Explain(value).Rewritten.ToText(), StringComparison.Ordinal);
        }
    }

    private static int Bits(float value) => float.IsNaN(value) ? int.MaxValue : BitConverter.SingleToInt32Bits(value);
}
