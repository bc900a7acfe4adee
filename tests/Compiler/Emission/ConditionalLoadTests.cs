using static GraphGrad.Ops;

namespace GraphGrad.Tests.Compiler.Emission;

/// <summary>Loads under conditions that do not move along the vector, beside others of the same conditions.</summary>
public sealed class ConditionalLoadTests
{
    public static TheoryData<VectorWidth, DType, int> Kernels
    {
        get
        {
            var kernels = new TheoryData<VectorWidth, DType, int>();
            foreach (var width in Enum.GetValues<VectorWidth>())
            {
                foreach (var type in new[] { DType.Float32, DType.Float64 })
                {
                    foreach (var lanes in new[] { 2, 11 }) kernels.Add(width, type, lanes);
                }
            }
            return kernels;
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void What_a_condition_is_made_of_outlives_the_load_under_it(VectorWidth width, DType type, int lanes)
    {
        // The second result reads the place that the first one's condition compared: the load under that condition had overwritten it.
        var graph = new Graph();
        var (x, y, turned) = (graph.Placeholder("x", [7, 10, lanes], type), graph.Placeholder("y", [7, 10, lanes], type), graph.Placeholder("turned", [lanes, 7, 6], type));
        // The turned tensor puts the loop over the middle axis, along which its elements are neighbours, innermost.
        Value[] results = [Around(x) + Transpose(turned, [1, 2, 0]), Around(y)];
        var random = new Random(1);
        (Value, TensorData)[] feeds = [.. new[] { x, y, turned }.Select(v => (v, OpTable.Data.Random(type, [.. v.Shape.Select(d => (int)d.Value)], random)))];
        using var compiled = new Session(graph, new SessionOptions { Width = width, Verify = true });
        using var interpreted = new Session(graph, new SessionOptions { Backend = Backend.Interpreted, Rewrite = false });
        foreach (var (actual, expected) in compiled.Run(results, feeds).Zip(interpreted.Run(results, feeds)))
        {
            for (var i = 0; i < expected.Count; i++) Assert.Equal(expected.At(i), actual.At(i), 1e-5);
        }
    }

    /// <summary>The gradient of padding in a circle by two elements on both sides.</summary>
    private static Value Around(Value x) => Slice(x, 1, 2, 6) + Pad(Slice(x, 1, 8, 2), [0, 0, 0], [0, 4, 0]) + Pad(Slice(x, 1, 0, 2), [0, 4, 0], [0, 0, 0]);
}
