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
