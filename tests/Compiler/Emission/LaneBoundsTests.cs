using static GraphGrad.Ops;

namespace GraphGrad.Tests.Compiler.Emission;

/// <summary>Kernels that read only within bounds: what is concatenated, padded, rolled or masked.</summary>
public sealed class LaneBoundsTests
{
    [Theory]
    [InlineData(VectorWidth.Scalar)]
    [InlineData(VectorWidth.Vector128)]
    [InlineData(VectorWidth.Vector256)]
    [InlineData(VectorWidth.Vector512)]
    public void Parts_within_bounds_are_those_of_the_interpreter(VectorWidth width)
    {
        foreach (var type in new[] { DType.Float32, DType.Float64, DType.Int64, DType.Bool })
        {
            var graph = new Graph();
            var n = (Dim)"n";
            var (x, y) = (graph.Placeholder("x", [3, n], type), graph.Placeholder("y", [3, 5], type));
            Value[] values =
            [
                Concat([x, y, x], 1), Pad(x, [1, 2], [1, 3]), Roll(x, 4, 1), Concat([Reverse(y, 1), x], 1), Concat([x, y], 1)[AxisIndex.Slice(), AxisIndex.Slice(2, null, 3)],
            ];
            foreach (var extent in new[] { 1, 6, 16, 37, 64 })
            {
                var (feedX, feedY) = (Numbers(type, 3, extent), Numbers(type, 3, 5));
                using var compiled = new Session(graph, new SessionOptions { Width = width, Unroll = false });
                using var written = new Session(graph, new SessionOptions { Backend = Backend.Interpreted, Rewrite = false });
                foreach (var value in values)
                    Assert.Equal(written.Run(value, (x, feedX), (y, feedY)).Bytes.ToArray(), compiled.Run(value, (x, feedX), (y, feedY)).Bytes.ToArray());
            }
        }
    }

    [Theory]
    [InlineData(VectorWidth.Scalar)]
    [InlineData(VectorWidth.Vector128)]
    [InlineData(VectorWidth.Vector256)]
    [InlineData(VectorWidth.Vector512)]
    public void Long_parts_have_loops_of_their_own(VectorWidth width)
    {
        foreach (var type in new[] { DType.Float32, DType.Float64, DType.Int64, DType.Bool })
        {
            var graph = new Graph();
            var (x, y, z) = (graph.Placeholder("x", ["n", 300], type), graph.Placeholder("y", ["n", 5], type), graph.Placeholder("z", [70000], type));
            Value[] values =
            [
                Concat([x, y, x], 1), Concat([y, x, y], 1), Pad(x, [1, 2], [0, 40]), Roll(x, 101, 1), Roll(z, 40001, 0), Pad(z, [3], [5]), Concat([x, Reverse(x, 1), x, x, y, x, x, x], 1),
                Where(Arange(graph, 0, 300, dtype: DType.Int64) <= 130, x, Roll(x, 7, 1)), Pad(z, [0], [0], [1], z.Number(0)),
            ];
            foreach (var rows in new[] { 1, 3 })
            {
                var feeds = new (Value, TensorData)[] { (x, Numbers(type, rows, 300)), (y, Numbers(type, rows, 5)), (z, Numbers(type, 70000)) };
                using var written = new Session(graph, new SessionOptions { Backend = Backend.Interpreted, Rewrite = false });
                var expected = written.Run(values, feeds);
                foreach (var threads in new[] { 1, 2 })
                {
                    using var compiled = new Session(graph, new SessionOptions { Width = width, Threads = threads });
                    var found = compiled.Run(values, feeds);
                    for (var i = 0; i < values.Length; i++) Assert.Equal(expected[i].Bytes.ToArray(), found[i].Bytes.ToArray());
                }
            }
        }
    }

    [Theory]
    [InlineData(VectorWidth.Vector128)]
    [InlineData(VectorWidth.Vector256)]
    [InlineData(VectorWidth.Vector512)]
    public void Comparisons_of_places_hold_for_extreme_limits(VectorWidth width)
    {
        var graph = new Graph();
        var limits = graph.Placeholder("limits", [6, 1], DType.Int64);
        var places = Reshape(Arange(graph, 0, 40, dtype: DType.Int64), 1, 40) - 3;
        Value[] values = [places < limits, places <= limits, limits < places, limits <= places];
        var data = TensorData.Create<long>([long.MinValue, -3, 0, 20, 36, long.MaxValue], [6, 1]);
        using var compiled = new Session(graph, new SessionOptions { Width = width, Unroll = false });
        using var written = new Session(graph, new SessionOptions { Backend = Backend.Interpreted, Rewrite = false });
        foreach (var value in values) Assert.Equal(written.Run(value, (limits, data)).Bytes.ToArray(), compiled.Run(value, (limits, data)).Bytes.ToArray());
    }

    private static TensorData Numbers(DType type, params int[] extents)
    {
        var numbers = Enumerable.Range(1, extents.Aggregate((a, b) => a * b)).ToArray();
        return type switch
        {
            DType.Float32 => TensorData.Create<float>([.. numbers.Select(n => n + 0.5f)], extents),
            DType.Float64 => TensorData.Create<double>([.. numbers.Select(n => n + 0.25)], extents),
            DType.Int64 => TensorData.Create<long>([.. numbers.Select(n => (long)n)], extents),
            _ => TensorData.Create<bool>([.. numbers.Select(n => n % 3 == 0)], extents),
        };
    }
}
