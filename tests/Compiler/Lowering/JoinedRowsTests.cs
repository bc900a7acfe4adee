using GraphGrad.Compilation.Emission;
using GraphGrad.Tests.OpTable;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Compiler.Lowering;

/// <summary>Short rows that share operands are one long row: with the same elements as the graph as written has.</summary>
public sealed class JoinedRowsTests
{
    public static TheoryData<VectorWidth, DType> Kernels()
    {
        var data = new TheoryData<VectorWidth, DType>();
        foreach (var width in Enum.GetValues<VectorWidth>())
        {
            foreach (var type in new[] { DType.Float32, DType.Float64, DType.Int32, DType.Int64 }) data.Add(width, type);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Rows_share_what_is_repeated(VectorWidth width, DType type)
    {
        foreach (var (rows, columns) in ((int, int)[])[(12_001, 3), (12_000, 3), (7_000, 5), (7_003, 5), (1_600, 100), (4_100, 8), (1_201, 37), (300, 127), (33_000, 1)])
        {
            var graph = new Graph();
            var (x, bias, factor) = (graph.Placeholder("x", [rows, columns], type), graph.Placeholder("bias", [columns], type), graph.Placeholder("factor", [columns], type));
            Value[] results = [x + bias, (x * factor) + (bias * bias), Maximum(x, bias), Cast(LessOrEqual(x, bias), DType.Float32), Reshape(x, 1, rows, columns) * bias];
            (Value, TensorData)[] feeds =
            [
                (x, Data.Generate(type, [rows, columns], e => (e * 7 % 101) - 50)), (bias, Data.Generate(type, [columns], e => e - 3)), (factor, Data.Generate(type, [columns], e => (e % 5) - 2)),
            ];
            using var written = new Session(graph, new SessionOptions { Backend = Backend.Interpreted, Rewrite = false });
            using var compiled = new Session(graph, new SessionOptions { Width = width, Threads = 2 });
            AssertSame(written.Run(results, feeds), compiled.Run(results, feeds), $"{rows}×{columns}");
        }
    }

    /// <summary>Around the rows other axes, along which operands differ; a batch whose size is not known; what is written in the place of what is read.</summary>
    [Theory]
    [InlineData(VectorWidth.Vector512)]
    [InlineData(VectorWidth.Vector256)]
    [InlineData(VectorWidth.Vector128)]
    public void Rows_of_several_axes_and_of_unknown_number(VectorWidth width)
    {
        var graph = new Graph();
        var (x, each, bias) = (graph.Placeholder("x", [5, "rows", 2001, 7]), graph.Placeholder("each", [5, 1, 1, 1]), graph.Placeholder("bias", [7]));
        var state = graph.Variable("state", new float[9000, 5]);
        var row = graph.Placeholder("row", [5]);
        var update = Assign(state, (state * 2) + row);
        Value[] results = [(x + bias) * each, x * bias, state * 1];
        foreach (var rows in new[] { 0, 1, 3 })
        {
            (Value, TensorData)[] feeds =
            [
                (x, Data.Generate(DType.Float32, [5, rows, 2001, 7], e => Math.Sin(e))), (each, Data.Generate(DType.Float32, [5, 1, 1, 1], e => e + 1)),
                (bias, Data.Generate(DType.Float32, [7], e => e - 3)), (row, Data.Generate(DType.Float32, [5], e => e + 0.5)),
            ];
            using var written = new Session(graph, new SessionOptions { Backend = Backend.Interpreted, Rewrite = false });
            using var compiled = new Session(graph, new SessionOptions { Width = width, Threads = 2 });
            for (var run = 0; run < 2; run++) AssertSame(written.Run(results, update, feeds), compiled.Run(results, update, feeds), $"{rows} rows, run {run}");
        }
    }

    /// <summary>An index that is an element, too, stands in the offsets of all elements.</summary>
    [Theory]
    [InlineData(DType.Int64)]
    [InlineData(DType.Int32)]
    [InlineData(DType.Float32)]
    public void Indices_that_are_elements(DType type)
    {
        var graph = new Graph();
        var (x, bias) = (graph.Placeholder("x", [20_001, 3], type), graph.Placeholder("bias", [3], type));
        var index = Iota(graph, [3], dtype: type);
        Value[] results = [x + index, (x * bias) + index, (x + bias) * index];
        (Value, TensorData)[] feeds = [(x, Data.Generate(type, [20_001, 3], e => (e % 101) - 50)), (bias, Data.Generate(type, [3], e => e + 2))];
        using var written = new Session(graph, new SessionOptions { Backend = Backend.Interpreted, Rewrite = false });
        using var compiled = new Session(graph, new SessionOptions { Threads = 2 });
        AssertSame(written.Run(results, feeds), compiled.Run(results, feeds), $"{type}");
    }

    [Fact]
    public void Only_short_rows_of_many_points_are_joined_and_only_where_they_share()
    {
        Assert.True(IsJoined(20_000, 3, (x, row, _) => x + row));
        Assert.True(IsJoined(1_000, 127, (x, row, _) => Relu(x * row)));
        Assert.False(IsJoined(1_000, 128, (x, row, _) => x + row), "full vectors");
        Assert.False(IsJoined(1_000, 131, (x, row, _) => x + row), "long rows");
        Assert.False(IsJoined(1_000, 3, (x, row, _) => x + row), "few points");
        Assert.False(IsJoined(20_000, 3, (x, _, column) => x * column), "what a row has for itself");
        Assert.False(IsJoined(20_000, 3, (x, row, _) => Sum(x * row, 1)), "what rows are reduced to");
        Assert.False(IsJoined(20_000, 3, (x, row, _) => Transpose(x) + ExpandDims(row, 1)), "rows that lie apart");

        static bool IsJoined(int rows, int columns, Func<Value, Value, Value, Value> function)
        {
            var graph = new Graph();
            var result = function(graph.Placeholder("x", [rows, columns]), graph.Placeholder("row", [columns]), graph.Placeholder("column", [rows, 1]));
            using var session = new Session(graph, new SessionOptions { Width = VectorWidth.Vector256 });
            return session.Explain(result).Kernels.Contains("repeated[", StringComparison.Ordinal);
        }
    }

    private static void AssertSame(IReadOnlyList<TensorData> expected, IReadOnlyList<TensorData> found, string where)
    {
        for (var i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected[i].Count, found[i].Count);
            for (var e = 0; e < found[i].Count; e++) Expect.True(expected[i].At(e) == found[i].At(e), $"{where}, result {i}, element {e}: {found[i].At(e)}, not {expected[i].At(e)}");
        }
    }
}
