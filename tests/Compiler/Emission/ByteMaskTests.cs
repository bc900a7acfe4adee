using GraphGrad.Compilation.Emission;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Compiler.Emission;

/// <summary>Kernels of neighbouring bools alone have a lane for each byte of a register.</summary>
public sealed class ByteMaskTests
{
    [Theory]
    [InlineData(VectorWidth.Vector128, 16)]
    [InlineData(VectorWidth.Vector256, 32)]
    [InlineData(VectorWidth.Vector512, 64)]
    public void Any_byte_but_0_is_set_and_nothing_but_the_counted_lanes_is_touched(VectorWidth width, int lanes)
    {
        var whole = LaneKernel.Compile(width, lanes, (emitter, statements, address, _) => statements.Add(emitter.Store(DType.Bool, address(1), emitter.Load(DType.Bool, address(0)))));
        var loaded = LaneKernel.Compile(width, lanes, (emitter, statements, address, count) => statements.Add(emitter.Store(DType.Bool, address(1), emitter.LoadPartial(DType.Bool, address(0), count))));
        var stored = LaneKernel.Compile(width, lanes, (emitter, statements, address, count) => statements.Add(emitter.StorePartial(DType.Bool, address(1), count, emitter.Load(DType.Bool, address(0)))));
        var source = new LaneData(DType.Bool, [.. Enumerable.Range(0, lanes + 1).Select(i => i % 3 == 0 ? 0L : (i * 37 % 255) + 1)]);
        for (var count = 1; count <= lanes; count++)
        {
            var (all, first, some) = (Untouched(), Untouched(), Untouched());
            whole([source.Address + 1, all.Address], lanes);
            loaded([source.Address + 1, first.Address], count);
            stored([source.Address + 1, some.Address], count);
            for (var i = 0; i <= lanes; i++)
            {
                var expected = source[Math.Min(i + 1, lanes)] != 0 ? 1 : 0;
                Assert.Equal(i < lanes ? expected : 0x5A, all[i]);
                Assert.Equal(i < count ? expected : i < lanes ? 0 : 0x5A, first[i]);
                Assert.Equal(i < count ? expected : 0x5A, some[i]);
            }
        }

        LaneData Untouched() => new(DType.Bool, [.. Enumerable.Repeat(0x5AL, lanes + 1)]);
    }

    [Theory]
    [InlineData(VectorWidth.Scalar)]
    [InlineData(VectorWidth.Vector128)]
    [InlineData(VectorWidth.Vector256)]
    [InlineData(VectorWidth.Vector512)]
    public void Bools_meet_as_they_do_one_by_one(VectorWidth width)
    {
        foreach (var count in (int[])[1, 7, 31, 63, 64, 65, 130, 1000])
        {
            var (rows, random) = (3, new Random(count));
            var graph = new Graph();
            var (x, y, row, one) = (graph.Placeholder("x", [rows, count], DType.Bool), graph.Placeholder("y", [rows, count], DType.Bool), graph.Placeholder("row", [count], DType.Bool), graph.Placeholder("one", [], DType.Bool));
            bool[] a = Draw(rows * count), b = Draw(rows * count), c = Draw(count);
            Value[] results =
            [
                LogicalNot(x), LogicalXor(x, y), LogicalOr(LogicalAnd(x, y), LogicalXor(LogicalNot(x), row)), Where(x, y, row), Equal(x, y), LogicalAnd(x, one), LogicalOr(Reverse(x, 1), y),
                LogicalXor(Transpose(x, 1, 0), Transpose(y, 1, 0)), Concat([x[.., 1..], y], 1),
            ];
            foreach (var isSet in (bool[])[false, true])
            {
                foreach (var threads in (int[])[1, 2])
                {
                    using var compiled = new Session(graph, new SessionOptions { Width = width, Threads = threads });
                    using var written = new Session(graph, new SessionOptions { Backend = Backend.Interpreted, Rewrite = false });
                    var feeds = new (Value, TensorData)[] { (x, TensorData.Create(a, rows, count)), (y, TensorData.Create(b, rows, count)), (row, TensorData.Create(c, count)), (one, TensorData.Create([isSet], [])) };
                    var (found, expected) = (compiled.Run(results, feeds), written.Run(results, feeds));
                    for (var i = 0; i < results.Length; i++) Assert.Equal(expected[i].AsSpan<bool>().ToArray(), found[i].AsSpan<bool>().ToArray());
                }
            }

            bool[] Draw(int number) => [.. Enumerable.Range(0, number).Select(_ => random.Next(2) == 0)];
        }
    }
}
