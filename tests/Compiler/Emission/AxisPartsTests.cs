using GraphGrad.Compilation;
using GraphGrad.Compilation.Emission;
using GraphGrad.Compilation.Kernels;
using GraphGrad.Scalars;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Compiler.Emission;

/// <summary>Where conditions of loads change along the vector axis, each stretch between is walked by loops of its own.</summary>
public sealed class AxisPartsTests
{
    public static TheoryData<VectorWidth, DType> Kernels
    {
        get
        {
            var kernels = new TheoryData<VectorWidth, DType>();
            foreach (var width in Enum.GetValues<VectorWidth>())
            {
                foreach (var type in new[] { DType.Float32, DType.Float64 }) kernels.Add(width, type);
            }
            return kernels;
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Parts_of_equal_and_of_unequal_length(VectorWidth width, DType type) =>
        Check(width, type, [9, 5, 66], (x, y) => [Concat([x, y, x * y], 2), Concat([x, x[.., .., ..33], y[.., .., ..33]], 2), Concat([x, y[.., .., ..13], y], 2)]);

    [Theory]
    [MemberData(nameof(Kernels))]
    public void The_gradient_of_parts_and_its_sums(VectorWidth width, DType type) =>
        Check(width, type, [70, 192], (x, y) =>
        {
            var parts = Split(x, 3, 1);
            var gradient = Gradient(Sum((parts[0] * parts[1]) + (parts[2] * y[.., ..64])), x);
            return [gradient, Sum(gradient, 0), Sum(gradient, 1)];
        });

    [Theory]
    [MemberData(nameof(Kernels))]
    public void What_is_moved_around_or_surrounded(VectorWidth width, DType type) =>
        Check(width, type, [7, 128], (x, y) => [Roll(x, 64, 1), Pad(x, [0, 64], [0, 128]) + Concat([y, x, y[.., ..64]], 1), Where(x > 0, Pad(y, [0, 32], [0, 0])[.., ..128], x)]);

    [Theory]
    [MemberData(nameof(Kernels))]
    public void What_is_surrounded_with_its_own_elements(VectorWidth width, DType type)
    {
        foreach (var mode in new[] { PadMode.Circular, PadMode.Reflect, PadMode.Symmetric, PadMode.Replicate })
        {
            Check(width, type, [3, 9, 37], (x, y) => [Pad(x, [0, 2, 2], [0, 3, 1], mode), Pad(Tanh(x) * y, [1, 1, 5], [2, 0, 7], mode), Gradient(Sum(Square(Pad(x, [0, 1, 2], [0, 2, 1], mode)) * 2), x)]);
            Check(width, type, [2, 6, 5, 20], (x, y) => [Pad(x, [0, 1, 3, 1], [0, 2, 1, 1], mode), Sum(Pad(y, [0, 1, 0, 2], [0, 0, 2, 2], mode), 3), Transpose(Pad(x, [0, 1, 1, 1], [0, 1, 1, 1], mode), [0, 2, 3, 1])]);
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Parts_of_one_tensor_along_rows(VectorWidth width, DType type) =>
        Check(width, type, [30, 40], (x, y) =>
        [
            Roll(x, 7, 0) + Roll(x, -3, 0) - Roll(x, 1, 1),
            Concat([x[3..], Reverse(x[2..9], 0), x[..0], x[Index.FromEnd(2)..]], 0),
            Concat([x[..5], y[5..12], x[12..]], 0),
            Concat([Softmax(x)[10..], Softmax(x)[..10]], 0),
        ]);

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Many_parts_and_rows_of_parts(VectorWidth width, DType type) =>
        Check(width, type, [150, 12], (x, y) =>
        [
            Concat([.. Enumerable.Range(0, 40).Select(i => Reshape(x[(3 * i)..((3 * i) + 1 + (i % 3))], [-1]) * (i + 1))]),
            Concat([.. Enumerable.Range(0, 40).Select(i => (i % 2 == 0 ? x : y)[(3 * i)..((3 * i) + 1 + (i % 4))])]),
            Concat([.. Enumerable.Range(0, 5).Select(i => Reshape(i % 2 == 0 ? x : y, [3, 50, 12])[.., (5 * i)..((8 * i) + 3)])], 1),
            Sum(Concat([x[..70], y[3..8], x[90..]]), 0),
            Concat([x, y[..3] * x[..1], Tanh(y)[..41]]),
        ]);

    /// <summary>Stacked along the first, a middle and the last axis, among them sums and expressions, few and many.</summary>
    [Theory]
    [MemberData(nameof(Kernels))]
    public void Many_tensors_stacked(VectorWidth width, DType type) =>
        Check(width, type, [30, 3, 35], (x, y) =>
        [
            .. Enumerable.Range(0, 3).Select(axis => Stack([.. Enumerable.Range(0, 30).Select(i => (i % 3 == 0 ? y : x)[i] * (i + 1))], axis)),
            Sum(Stack([.. Enumerable.Range(0, 7).Select(i => x[i] - y[i + 1])], 1), 1),
            Max(Stack([.. Enumerable.Range(0, 5).Select(i => Tanh(x[i]))], 0), 2),
            Gradient(Sum(Square(Stack([.. Enumerable.Range(0, 9).Select(i => Sin(x[2 * i]) * y[i])], 1))), x),
            Concat([.. Enumerable.Range(0, 6).Select(i => x[.., .., i..((2 * i) + 1)])], 2),
            Concat([.. Enumerable.Range(0, 4).Select(i => y[.., .., (8 * i)..((8 * i) + 9 - i)])], 2),
        ]);

    [Fact]
    public void Rows_told_apart_often_have_loops_of_their_own()
    {
        var graph = new Graph();
        Value[] parts = [.. Enumerable.Range(0, 20).Select(i => (Value)graph.Placeholder($"x{i}", [5, 40]))];
        var kernel = KernelOf(parts, Stack(parts, 1));
        var stretches = new AxisParts(kernel, 8);
        Assert.Equal(Enumerable.Range(1, 20).Select(i => (long)i), stretches.Ends);
        Assert.Same(kernel.Outer.Single(axis => axis.Extent == 20), stretches.Axis);
        Assert.NotSame(kernel.Vector, stretches.Axis);
        Assert.Empty(new AxisParts(KernelOf(parts[..3], Stack(parts[..3], 1)), 8).Ends);
    }

    [Fact]
    public void Of_many_parts_each_stretch_has_one()
    {
        var graph = new Graph();
        Value[] parts = [.. Enumerable.Range(0, 100).Select(i => (Value)graph.Placeholder($"x{i}", [64 + i]))];
        var stretches = new AxisParts(KernelOf(parts, Concat(parts)), 8);
        Assert.Equal(100, stretches.Ends.Count);
        Assert.Equal(64, stretches.Ends[0]);
        Assert.Equal(64 + 65, stretches.Ends[1]);
        Assert.InRange(stretches.Instructions, 2, 3);
        // More of them are not emitted, however little each does.
        var axis = new LoopAxis("i0", 6000, reduced: false);
        Assert.Equal(512, AxisParts.CountInstructions(new ScalarBuilder(), [], axis, [.. Enumerable.Range(1, 512).Select(i => i * 10L)]));
        Assert.Null(AxisParts.CountInstructions(new ScalarBuilder(), [], axis, [.. Enumerable.Range(1, 513).Select(i => i * 10L)]));
    }

    [Fact]
    public void Rows_of_parts_are_one_axis_where_each_gets_a_loop()
    {
        var graph = new Graph();
        Value[] parts = [.. Enumerable.Range(0, 20).Select(i => (Value)graph.Placeholder($"x{i}", [4 + i, 30]))];
        var kernel = KernelOf(parts, Concat(parts));
        Assert.Equal(270 * 30, kernel.Vector!.Extent.Value);
        Assert.Equal([120, 270], new AxisParts(kernel, 8).Ends.Take(2));
        // What each row of a mask looks at is no load.
        var rows = Reshape(Arange(graph, 270), [270, 1]);
        Assert.Equal(30, KernelOf(parts, Where(rows < 7, Concat(parts), 1)).Vector!.Extent.Value);
    }

    [Fact]
    public void Rows_of_an_unknown_number_go_round()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", ["rows", 33]);
        var results = new[] { Pad(x, [2, 1], [1, 2], PadMode.Circular), Roll(x * 2, 3, 0) };
        using var session = new Session(graph);
        foreach (var rows in (int[])[3, 17, 64])
        {
            var data = OpTable.Data.Random(DType.Float32, [rows, 33], new Random(rows));
            var (padded, rolled) = (session.Run(results, (x, data))[0], session.Run(results, (x, data))[1]);
            for (var i = 0; i < padded.Count; i++) Assert.Equal(data.At((((i / 36) - 2 + rows) % rows * 33) + (((i % 36) - 1 + 33) % 33)), padded.At(i));
            for (var i = 0; i < rolled.Count; i++) Assert.Equal(2 * data.At((((i / 33) - 3 + rows) % rows * 33) + (i % 33)), rolled.At(i));
        }
    }

    private static Kernel KernelOf(Value[] feeds, Value fetch)
    {
        var program = Pipeline.Compile(new ProgramSource(GraphSlice.Of([fetch.Node]), feeds, [fetch], [], []), new CompilerOptions { Unroll = false, Verify = true });
        return program.Steps.OfType<KernelStep>().Single().Kernel.Source;
    }

    private static void Check(VectorWidth width, DType type, int[] extents, Func<Value, Value, Value[]> define)
    {
        var graph = new Graph();
        var (x, y) = (graph.Placeholder("x", [.. extents], type), graph.Placeholder("y", [.. extents], type));
        var results = define(x, y);
        var random = new Random(1);
        (Value, TensorData)[] feeds = [(x, OpTable.Data.Random(type, extents, random)), (y, OpTable.Data.Random(type, extents, random))];
        using var interpreted = new Session(graph, new SessionOptions { Backend = Backend.Interpreted, Rewrite = false });
        var expected = interpreted.Run(results, feeds);
        foreach (var threads in (int[])[1, 2])
        {
            using var compiled = new Session(graph, new SessionOptions { Width = width, Verify = true, Threads = threads });
            foreach (var (actual, wanted) in compiled.Run(results, feeds).Zip(expected))
            {
                Assert.Equal(wanted.Extents, actual.Extents);
                for (var i = 0; i < wanted.Count; i++) Assert.Equal(wanted.At(i), actual.At(i), 1e-5);
            }
        }
    }
}
