using GraphGrad.Compilation.Emission;
using GraphGrad.Tests.OpTable;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Compiler.Lowering;

/// <summary>Short rows with a logarithm each, or reduced several times, are two kernels, which give what the graph as written has.</summary>
public sealed class RowsApartTests
{
    public static TheoryData<VectorWidth, DType, int> Kernels()
    {
        var data = new TheoryData<VectorWidth, DType, int>();
        foreach (var width in Enum.GetValues<VectorWidth>())
        {
            foreach (var row in (int[])[5, 8, 16, 24, 33])
            {
                data.Add(width, DType.Float32, row);
                data.Add(width, DType.Float64, row);
            }
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Logarithms_of_rows(VectorWidth width, DType type, int row)
    {
        foreach (var rows in (int[])[1, 33, 600])
        {
            var graph = new Graph();
            var (x, y) = (graph.Placeholder("x", [rows, row], type), graph.Placeholder("y", [rows, row], type));
            var shares = LogSoftmax(x);
            Value[] results = [shares, Vjp(shares, x, y), Sum(shares * y, 1), Where(Any(Greater(x, 2.9), [1], true), shares, y), x - Log1p(Sum(Square(x), 1, keepDims: true)) * Max(y, 1, keepDims: true)];
            (Value, TensorData)[] feeds = [(x, Data.Generate(type, [rows, row], e => 3 * Math.Sin((e * 1.3) + 0.2))), (y, Data.Generate(type, [rows, row], e => Math.Cos(e * 0.7)))];
            AssertAsWritten(graph, width, type, results, feeds);
            using var one = new Session(graph, new SessionOptions { Width = width });
            if (width == VectorWidth.Vector512 && type == DType.Float32) Assert.Equal(rows > 1 && row <= 32, one.Explain(shares).Kernels.Contains("/elements", StringComparison.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Rows_reduced_several_times(VectorWidth width, DType type, int row)
    {
        foreach (var rows in (int[])[1, 33, 600])
        {
            var graph = new Graph();
            var (x, y, mask) = (graph.Placeholder("x", [rows, row], type), graph.Placeholder("y", [rows, row], type), graph.Placeholder("mask", [rows, row], DType.Bool));
            var (shares, low) = (Softmax(x), Min(x, 1, keepDims: true));
            var spread = (x - low) / (Max(x, 1, keepDims: true) - low);
            Value[] results =
            [
                shares, Vjp(shares, x, y), spread, (x - Mean(x, 1, keepDims: true)) / Sqrt(Var(x, 1, 1, keepDims: true)), Sum(x * y, 1, keepDims: true) / Sum(Square(x), 1, keepDims: true) * x,
                Softmax(Where(mask, -5, x)), Softmax(Reverse(x, 1)), Where(mask, 1, shares),
            ];
            (Value, TensorData)[] feeds =
            [
                (x, Data.Generate(type, [rows, row], e => 3 * Math.Sin((e * 1.3) + 0.2))), (y, Data.Generate(type, [rows, row], e => Math.Cos(e * 0.7))),
                (mask, TensorData.Create([.. Enumerable.Range(0, rows * row).Select(e => e % 5 == 2)], rows, row)),
            ];
            AssertAsWritten(graph, width, type, results, feeds);
            if (width != VectorWidth.Vector512 || type != DType.Float32) continue;
            // In float64 rows are worth it up to 12 elements.
            using var narrow = new Session(graph, new SessionOptions { Width = width, Float64Chains = false });
            Assert.Equal(rows > 33 && row <= 24, narrow.Explain(spread).Kernels.Contains("/elements", StringComparison.Ordinal));
            // Bools that are gathered are dear.
            Assert.DoesNotContain("/elements", narrow.Explain(results[5]).Kernels, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Batches_of_any_size_and_what_is_not_a_number()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", ["batch", 12]);
        using var session = new Session(graph);
        foreach (var rows in (int[])[3, 50])
        {
            var data = Enumerable.Range(0, rows * 12).Select(i => i == 17 ? float.NaN : i == 30 ? float.PositiveInfinity : i % 5).ToArray();

            var found = session.Run(LogSoftmax(x), (x, TensorData.Create<float>(data, rows, 12))).AsSpan<float>();

            for (var i = 0; i < found.Length; i++)
            {
                if (i / 12 is 1 or 2) Assert.True(float.IsNaN(found[i]));
                else Assert.Equal(data[i] - Math.Log(Enumerable.Range(i / 12 * 12, 12).Sum(k => Math.Exp(data[k]))), found[i], 1e-5);
            }
        }
    }

    /// <summary>Also of two threads, whose bits are those of one.</summary>
    /// <summary>Where only what rows come to is stored, rows go to the lanes, as the places of their greatest elements and their variances do.</summary>
    [Theory]
    [MemberData(nameof(Kernels))]
    public void Rows_of_which_only_results_are_stored(VectorWidth width, DType type, int row)
    {
        foreach (var rows in (int[])[1, 33, 600])
        {
            var graph = new Graph();
            var x = graph.Placeholder("x", [rows, row], type);
            Value[] results = [ArgMax(x, 1), ArgMin(x, 1), Var(x, [1]), Sum(Exp(x - Max(x, 1, keepDims: true)), 1)];
            AssertAsWritten(graph, width, type, results, [(x, Data.Generate(type, [rows, row], e => 3 * Math.Sin((e * 1.3) + 0.2)))]);
            using var session = new Session(graph, new SessionOptions { Width = VectorWidth.Vector256 });
            if (width == VectorWidth.Vector256 && type == DType.Float32) Assert.Equal(rows > 1 && row <= 24, session.Explain(results[0]).Kernels.Contains($"for i0 in 0..{rows} in vectors", StringComparison.Ordinal));
        }
    }

    private static void AssertAsWritten(Graph graph, VectorWidth width, DType type, Value[] results, (Value, TensorData)[] feeds)
    {
        using var written = new Session(graph, new SessionOptions { Backend = Backend.Interpreted, Rewrite = false });
        using var one = new Session(graph, new SessionOptions { Width = width });
        using var two = new Session(graph, new SessionOptions { Width = width, Threads = 2 });
        var bound = type == DType.Float32 ? 2e-5 : 1e-13;
        var (expected, found, again) = (written.Run(results, feeds), one.Run(results, feeds), two.Run(results, feeds));
        for (var r = 0; r < results.Length; r++)
        {
            for (var e = 0; e < found[r].Count; e++)
            {
                Assert.InRange(found[r].At(e), expected[r].At(e) - bound, expected[r].At(e) + bound);
                Assert.Equal(found[r].At(e), again[r].At(e));
            }
        }
    }
}
