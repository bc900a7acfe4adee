using System.Linq.Expressions;
using System.Runtime.Intrinsics.X86;
using GraphGrad.Compilation;
using GraphGrad.Compilation.Emission;
using GraphGrad.Tests.OpTable;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Compiler.Lowering;

/// <summary>Vectors whose elements take turns are stored as a whole: with the same elements as the graph as written has.</summary>
public sealed class InterleavingTests
{
    private static readonly int[] Columns = [7, 33];

    public static TheoryData<VectorWidth, DType> Kernels()
    {
        var data = new TheoryData<VectorWidth, DType>();
        foreach (var width in Enum.GetValues<VectorWidth>())
        {
            foreach (var type in new[] { DType.Float32, DType.Float64, DType.Int32, DType.Int64, DType.Bool }) data.Add(width, type);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Stacked_repeated_and_turned(VectorWidth width, DType type)
    {
        foreach (var columns in Columns)
        {
            var graph = new Graph();
            Value[] inputs = [.. Enumerable.Range(0, 4).Select(i => graph.Placeholder($"x{i}", ["rows", columns], type))];
            Value[] results =
            [
                Stack(inputs[..2], 2), Stack(inputs[..3], 2), Stack(inputs, 2), Stack([inputs[0], inputs[0]], 2),
                .. Enumerable.Range(2, 8).Select(count => Repeat(inputs[0], count, 1)),
                Repeat(Repeat(inputs[1], 2, 1), 3, 0),
                Transpose(Stack(inputs[..3], 0), 1, 2, 0),
                // Lanes of both sizes in one kernel.
                Cast(Stack(inputs[..3], 2), type.Size() == 8 ? DType.Float32 : DType.Int64),
                // What is read in turns, too.
                Where(Stack(inputs[..3], 2), graph.Constant(new[] { 1, 0, 1 })),
            ];
            foreach (var rows in new[] { 0, 1, 70 })
            {
                (Value, TensorData)[] feeds = [.. inputs.Select((x, i) => (x, Data.Generate(type, [rows, columns], e => (((e * 7) + (i * 3)) % 101) - 50)))];
                using var written = new Session(graph, new SessionOptions { Backend = Backend.Interpreted, Rewrite = false });
                using var compiled = new Session(graph, new SessionOptions { Width = width, Threads = 2 });
                var (expected, found) = (written.Run(results, feeds), compiled.Run(results, feeds));
                for (var i = 0; i < results.Length; i++)
                {
                    Assert.Equal(expected[i].Count, found[i].Count);
                    for (var e = 0; e < found[i].Count; e++) Expect.True(expected[i].At(e) == found[i].At(e), $"result {i}, {rows}×{columns}, element {e}: {found[i].At(e)}, not {expected[i].At(e)}");
                }
            }
        }

        static Value Where(Value x, Value last) => x.DType == DType.Bool ? And(x, Cast(last, DType.Bool)) : x * Cast(last, x.DType);
    }

    /// <summary>Elements and the zeros between them take turns.</summary>
    [Theory]
    [InlineData(0, 50, 2, 100)]
    [InlineData(1, 50, 2, 100)]
    [InlineData(1, 49, 2, 100)]
    [InlineData(0, 34, 3, 100)]
    [InlineData(4, 20, 4, 99)]
    [InlineData(97, 33, -3, 100)]
    public void Gradients_of_slices_by_steps_are_interleaved(int start, int length, int step, int extent)
    {
        var graph = new Graph();
        var (x, y) = (graph.Placeholder("x", [3, extent]), graph.Placeholder("y", [3, length]));
        var gradient = Gradient(Sum(Slice(x, 1, start, length, step) * y), x);
        var weights = new float[3, length];
        for (var i = 0; i < weights.Length; i++) weights[i / length, i % length] = i + 1;

        using var session = new Session(graph);
        var found = session.Run(gradient, (y, weights)).AsSpan<float>();

        var expected = new float[3 * extent];
        for (var i = 0; i < weights.Length; i++) expected[(i / length * extent) + start + (i % length * step)] = i + 1;
        Assert.Equal(expected, found.ToArray());
        Assert.DoesNotContain("Remainder", session.Explain(gradient).Kernels, StringComparison.Ordinal);
    }

    /// <summary>Rows of a transposition of more than four are taken together where registers turn them by fours: the parts of two rows, and as many as sixteen bytes hold.</summary>
    [Theory]
    [MemberData(nameof(Kernels))]
    public void Transpositions_to_short_rows(VectorWidth width, DType type)
    {
        for (var columns = 2; columns <= 18; columns++)
        {
            var graph = new Graph();
            var (x, y) = (graph.Placeholder("x", [columns, "rows"], type), graph.Placeholder("y", [columns, 203], type));
            Value[] results = [Binary(Transpose(x), Transpose(x)), Binary(Transpose(y), Transpose(y)), Transpose(Binary(y[.., ..100], y[.., 103..]))];
            (Value, TensorData)[] feeds = [(x, Data.Generate(type, [columns, 77], e => ((e * 7) % 101) - 50)), (y, Data.Generate(type, [columns, 203], e => ((e * 3) % 101) - 50))];
            using var written = new Session(graph, new SessionOptions { Backend = Backend.Interpreted, Rewrite = false });
            using var compiled = new Session(graph, new SessionOptions { Width = width, Threads = 2 });
            var (expected, found) = (written.Run(results, feeds), compiled.Run(results, feeds));
            for (var i = 0; i < results.Length; i++)
            {
                for (var e = 0; e < found[i].Count; e++) Expect.True(expected[i].At(e) == found[i].At(e), $"result {i}, {columns} columns, element {e}: {found[i].At(e)}, not {expected[i].At(e)}");
            }
            var isTurned = columns <= 4 || (columns <= 16 && Avx2.IsSupported && !Avx512F.IsSupported);
            if (width == VectorWidth.Vector256 && type == DType.Float32) Assert.Equal(isTurned, compiled.Explain(results[1]).Kernels.Contains("interleaved", StringComparison.Ordinal));
        }

        static Value Binary(Value x, Value y) => x.DType == DType.Bool ? And(x, y) : x * y;
    }

    /// <summary>At 256 bits two vectors are turned by pairs, four and more by as many as sixteen bytes hold: no table is read.</summary>
    [Theory]
    [InlineData(DType.Float32, 2, "FirstPairs256", "LastPairs256")]
    [InlineData(DType.Float32, 3, "Spread256", "Insert256")]
    [InlineData(DType.Float32, 5, "StoreFour256", "StoreFourPartial256")]
    [InlineData(DType.Float64, 2, "FirstPairs256", "LastPairs256")]
    [InlineData(DType.Int64, 3, "StoreTwo256", "StoreTwoPartial256")]
    public void Few_vectors_are_turned_in_registers(DType type, int count, params string[] routines)
    {
        if (!Avx2.IsSupported) return;
        var graph = new Graph();
        Value[] inputs = [.. Enumerable.Range(0, count).Select(i => graph.Placeholder($"x{i}", [1001], type))];
        var result = Stack(inputs, 1);
        var program = Pipeline.Compile(new ProgramSource(GraphSlice.Of([result.Node]), [.. inputs], [result], [], []), new CompilerOptions { Width = VectorWidth.Vector256, Verify = true });
        var finder = new CallFinder();
        finder.Visit(Assert.IsType<KernelStep>(Assert.Single(program.Steps)).Kernel.Tree);
        Assert.Equal(routines.Order(), finder.Names.Order());
    }

    private sealed class CallFinder : ExpressionVisitor
    {
        public HashSet<string> Names { get; } = [];

        protected override Expression VisitMethodCall(MethodCallExpression node)
        {
            if (node.Method.DeclaringType == typeof(LaneInterleaving)) Names.Add(node.Method.Name);
            return base.VisitMethodCall(node);
        }
    }

    /// <summary>A sum of one term has no axis, yet a pass of its own, in which no index of a short axis is known.</summary>
    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void Sums_of_single_terms_are_not_interleaved(DType type)
    {
        var graph = new Graph();
        var (x, w) = (graph.Placeholder("x", [2, 3, 9], type), graph.Placeholder("w", [2, 9, 3], type));
        var results = new[] { 0.5, 0.75 }.Select(power => Vjp(LocalResponseNorm(SwapAxes(x, -1, -2), 1, 0.5, power), x, w)).ToArray();
        (Value, TensorData)[] feeds = [(x, Data.Generate(type, [2, 3, 9], e => Math.Sin(e * 1.3))), (w, Data.Generate(type, [2, 9, 3], e => Math.Cos(e * 0.7)))];
        using var written = new Session(graph, new SessionOptions { Backend = Backend.Interpreted, Rewrite = false });
        using var compiled = new Session(graph);
        var (expected, found) = (written.Run(results, feeds), compiled.Run(results, feeds));
        for (var i = 0; i < results.Length; i++)
        {
            for (var e = 0; e < found[i].Count; e++) Assert.Equal(expected[i].At(e), found[i].At(e), 1e-6);
        }
    }

    [Fact]
    public void Repetitions_are_interleaved()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", ["rows", 100]);
        using var session = new Session(graph);
        Assert.Contains("interleaved", session.Explain(Repeat(x, 3, 1)).ToString(), StringComparison.Ordinal);
        Assert.Contains("interleaved", session.Explain(Stack([x, Exp(x)], 2)).ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("interleaved", session.Explain(Exp(x)).ToString(), StringComparison.Ordinal);
    }

    /// <summary>Numbers in pairs, and rows of up to four: lanes along a row stay empty, all but a few.</summary>
    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void Pairs_and_short_rows_go_to_the_lanes_as_rows(DType type)
    {
        var graph = new Graph();
        var (x, y, r) = (graph.Placeholder("x", [701, 2], type), graph.Placeholder("y", [701, 2], type), graph.Placeholder("r", [701, 4], type));
        var (a, b, c, d) = (x[.., 0], x[.., 1], y[.., 0], y[.., 1]);
        Value[] results = [Stack([(a * c) - (b * d), (a * d) + (b * c)], 1), Sum(r, 1), Max(r, 1), ArgMax(r, 1), Gradient(Sum(Square((a * c) - (b * d))), x)];
        (Value, TensorData)[] feeds = [(x, Data.Generate(type, [701, 2], e => Math.Sin(e * 1.3))), (y, Data.Generate(type, [701, 2], e => Math.Cos(e * 0.7))), (r, Data.Generate(type, [701, 4], e => Math.Sin(e * 2.1)))];
        using var written = new Session(graph, new SessionOptions { Backend = Backend.Interpreted, Rewrite = false });
        using var session = new Session(graph);
        foreach (var result in results)
        {
            var (expected, found) = (written.Run(result, feeds), session.Run(result, feeds));
            for (var e = 0; e < found.Count; e++) Assert.Equal(expected.At(e), found.At(e), 1e-6);
            if (VectorWidths.Widest == VectorWidth.Vector512 && result != results[^1]) Assert.Contains("for i0 in 0..701 in vectors", session.Explain(result).Kernels, StringComparison.Ordinal);
        }
    }

    /// <summary>Gradients by the elements of small matrices, products of short vectors, and stacks of up to sixteen and one more, also of every third or fourth element: neighbours go to the lanes, what a row holds is interleaved.</summary>
    [Theory]
    [MemberData(nameof(Kernels))]
    public void Small_matrices_and_longer_stacks(VectorWidth width, DType type)
    {
        foreach (var count in (int[])[1, 33, 700])
        {
            var graph = new Graph();
            var (a, v, w, c) = (graph.Placeholder("a", [count, 2, 2], type), graph.Placeholder("v", [count, 2], type), graph.Placeholder("w", [2, count], type), graph.Placeholder("c", [3, count, 2, 3], type));
            List<Value> results =
            [
                Binary(a, SwapAxes(a, 1, 2)), Binary(v[.., .., AxisIndex.NewAxis], v[.., AxisIndex.NewAxis, ..]), Binary(a, v[.., .., AxisIndex.NewAxis]),
                Binary(Transpose(w)[.., AxisIndex.NewAxis, ..], a), Binary(c, SwapAxes(c, 2, 3)[.., .., ..1, ..1]),
            ];
            Value third = graph.Placeholder("third", [count, 3], type), fourth = graph.Placeholder("fourth", [count, 4], type);
            Value[] columns = [.. Enumerable.Range(0, 3).Select(i => third[.., i]), .. Enumerable.Range(0, 4).Select(i => fourth[.., i])];
            foreach (var (rows, extent) in ((int, int)[])[(3, 3), (3, 4), (2, 8)])
                results.Add(Reshape(Stack([.. Enumerable.Range(0, rows * extent).Select(i => i % 4 == 3 ? columns[i % 7] : Binary(columns[i % 7], columns[(i + 2) % 7]))], 1), count, rows, extent));
            var flattened = results[^3..];
            for (var parts = 5; parts <= 17; parts++) results.Add(Stack([.. Enumerable.Range(0, parts).Select(i => i % 2 == 0 ? v[.., 0] : Binary(v[.., 1], w[i / 2 % 2]))], 1));
            if (type.IsFloat()) results.Add(Gradient(Sum((a[.., 0, 0] * a[.., 1, 1]) - (a[.., 0, 1] * a[.., 1, 0] * v[.., 0])), a));
            (Value, TensorData)[] feeds = [.. new[] { a, v, w, c, third, fourth }.Select((x, i) => (x, Data.Generate(type, [.. x.Shape.Select(d => (int)d.Value)], e => (((e * 7) + (i * 3)) % 101) - 50)))];
            using var written = new Session(graph, new SessionOptions { Backend = Backend.Interpreted, Rewrite = false });
            using var compiled = new Session(graph, new SessionOptions { Width = width, Threads = 2 });
            foreach (var result in results)
            {
                var (expected, found) = (written.Run(result, feeds), compiled.Run(result, feeds));
                for (var e = 0; e < found.Count; e++) Expect.True(expected.At(e) == found.At(e), $"{result}, {count}, element {e}: {found.At(e)}, not {expected.At(e)}");
            }
            if (width == VectorWidth.Vector512 && type == DType.Float32 && count == 700) Assert.All(results[..4].Concat(flattened), r => Assert.Contains("interleaved", compiled.Explain(r).Kernels, StringComparison.Ordinal));
        }

        static Value Binary(Value x, Value y) => x.DType == DType.Bool ? And(x, y) : x * y;
    }
}
