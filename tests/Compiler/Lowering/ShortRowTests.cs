using GraphGrad.Compilation.Emission;
using GraphGrad.Tests.OpTable;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Compiler.Lowering;

/// <summary>Rows of a few elements that are reduced and stored again go to the lanes: with the elements that the graph as written has.</summary>
public sealed class ShortRowTests
{
    [Theory]
    [MemberData(nameof(KernelCases.Floats), MemberType = typeof(KernelCases))]
    public void Colours_and_points(VectorWidth width, DType type)
    {
        foreach (var row in (int[])[2, 3, 4, 5])
        {
            foreach (var rows in (int[])[1, 33, 700])
            {
                var graph = new Graph();
                var (x, y) = (graph.Placeholder("x", [2, rows, row], type), graph.Placeholder("y", [row], type));
                var normal = x / Sqrt(Sum(Square(x), 2, keepDims: true) + 1);
                Value[] results =
                [
                    normal * y, x - Max(x, 2, keepDims: true), Softmax(x) * y, Maximum(Sum(normal * y, 2, keepDims: true), 0) * 2 - x, x * Prod(x * y, 2, keepDims: true),
                    Gradient(Sum(Square(normal) * y), x),
                ];
                (Value, TensorData)[] feeds = [(x, Data.Generate(type, [2, rows, row], e => Math.Sin((e * 1.3) + 0.2))), (y, Data.Generate(type, [row], e => (e * 0.5) - 0.7))];
                using var written = new Session(graph, new SessionOptions { Backend = Backend.Interpreted, Rewrite = false });
                using var one = new Session(graph, new SessionOptions { Width = width });
                using var two = new Session(graph, new SessionOptions { Width = width, Threads = 2 });
                var bound = type == DType.Float32 ? 3e-6 : 1e-14;
                foreach (var result in results)
                {
                    var (expected, found, again) = (written.Run(result, feeds), one.Run(result, feeds), two.Run(result, feeds));
                    for (var e = 0; e < found.Count; e++)
                    {
                        Assert.InRange(found.At(e), expected.At(e) - bound, expected.At(e) + bound);
                        Assert.Equal(found.At(e), again.At(e));
                    }
                }
                if (width == VectorWidth.Vector512 && rows == 700) Assert.Equal(row <= 4, one.Explain(results[0]).Kernels.Contains("interleaved", StringComparison.Ordinal));
            }
        }
    }

    /// <summary>What a row computes once, of its length and its elements, was computed one row after the other while lanes held the few elements of a row.</summary>
    [Fact]
    public void What_rows_compute_once_goes_to_the_lanes()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [700, 3]);
        var direction = x / Sqrt(Sum(Square(x), 1, keepDims: true));
        var far = Zeros(graph, [700]);
        for (var step = 0; step < 4; step++)
        {
            var point = direction * ExpandDims(far, 1);
            far = far + Sqrt(Square(point[.., 0] - 1) + Square(point[.., 1] + 2) + Square(point[.., 2])) - 0.5;
        }
        using var session = new Session(graph, new SessionOptions { Width = VectorWidths.Widest });
        using var written = new Session(graph, new SessionOptions { Backend = Backend.Interpreted, Rewrite = false });
        (Value, TensorData)[] feeds = [(x, Data.Generate(DType.Float32, [700, 3], e => Math.Sin((e * 1.3) + 0.2)))];

        var (expected, found) = (written.Run(far, feeds), session.Run(far, feeds));

        for (var e = 0; e < found.Count; e++) Assert.Equal(expected.At(e), found.At(e), 1e-5);
        Assert.Contains("for i0 in 0..700 in vectors", session.Explain(far).Kernels, StringComparison.Ordinal);
    }

    /// <summary>A maximum of NaN is NaN in its own row alone.</summary>
    [Fact]
    public void Not_a_number_stays_in_its_row()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [40, 3]);
        using var session = new Session(graph);
        var data = Enumerable.Range(0, 120).Select(i => i == 60 ? float.NaN : i).ToArray();

        var found = session.Run(x - Max(x, 1, keepDims: true), (x, TensorData.Create<float>(data, 40, 3))).AsSpan<float>().ToArray();

        for (var i = 0; i < found.Length; i++) Assert.Equal(i / 3 == 20 ? float.NaN : (i % 3) - 2, found[i]);
    }
}
