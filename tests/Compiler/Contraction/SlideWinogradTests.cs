using System.Runtime.Intrinsics.X86;
using GraphGrad.Compilation.Contraction.Slide;
using GraphGrad.Operations;
using GraphGrad.Tests.OpTable;

namespace GraphGrad.Tests.Compiler.Contraction;

/// <summary>Correlations of 3×3 in groups of some channels, in fewer products with lanes along tiles.</summary>
public sealed class SlideWinogradTests
{
    /// <summary>Images alone and side by side, the last ones fewer; odd extents; lines of several vectors; several blocks of lines; channels that fill no group of four.</summary>
    private static readonly CorrelationProblem[] Problems =
    [
        Problem(1, 32, 32, 28, 28, 1),
        Problem(7, 26, 18, 5, 7, 1),
        Problem(3, 24, 20, 14, 14, 0),
        Problem(1, 32, 32, 41, 37, 2),
        Problem(2, 22, 24, 9, 70, 1),
        Problem(19, 32, 32, 7, 7, 1),
        new([3, 32, 13, 12], [34, 16, 3, 3], [1, 1], [1, 1], [0, 2], [3, 0]),
        new([2, 30, 9, 10], [28, 15, 3, 3], [1, 1], [1, 1], [2, 0], [1, 1]),
    ];

    [Fact]
    public void The_three_products_are_right()
    {
        foreach (var problem in Problems)
        {
            foreach (var (op, operands, terms) in Products(problem))
            {
                // Errors are relative to the largest elements around. The interpreter sums in float64.
                var bound = 16 * Math.Pow(2, -24) * terms * Largest(operands[0]) * Largest(operands[1]);
                var expected = SlideTests.Run(op, operands, new SessionOptions { Backend = Backend.Interpreted });
                var actual = SlideTests.Run(op, operands, new SessionOptions { Threads = 1 });
                for (var i = 0; i < expected.Count; i++) Expect.True(Math.Abs(actual.At(i) - expected.At(i)) <= bound, $"{problem} {op.Name}[{i}]: {actual.At(i)} for {expected.At(i)}");
                Assert.Equal(actual.AsSpan<float>(), SlideTests.Run(op, operands, new SessionOptions { Threads = 2 }).AsSpan<float>());
            }
        }

        static double Largest(TensorData data) => Enumerable.Range(0, data.Count).Max(i => Math.Abs(data.At(i)));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    public void What_is_not_finite_goes_where_it_goes_as_written(double value)
    {
        foreach (var problem in new[] { Problems[1], Problems[2] })
        {
            foreach (var (op, operands, _) in Products(problem)) SlideTests.CheckNotFinite(op, operands, value);
        }
    }

    [Fact]
    public void Only_windows_of_three_that_move_by_one_over_some_channels_of_float32_are_computed_this_way()
    {
        foreach (var product in Enum.GetValues<SlideProduct>())
        {
            foreach (var problem in Problems) Assert.Equal(Avx512F.IsSupported && product != SlideProduct.Kernel, Plan(product, problem) is not null);
            Assert.Null(Plan(product, Problems[0], DType.Float64));
            Assert.Null(Plan(product, Problems[0], width: VectorWidth.Vector256));
            Assert.Null(Plan(product, Problems[0], mayUse: false));
            Assert.Null(Plan(product, Problem(2, 4, 4, 28, 28, 1)));
            Assert.Null(Plan(product, new([2, 32, 28, 28], [32, 16, 3, 3], [2, 1], [1, 1], [1, 1], [1, 1])));
            Assert.Null(Plan(product, new([2, 32, 28, 28], [32, 16, 3, 3], [1, 1], [1, 2], [1, 1], [1, 1])));
            Assert.Null(Plan(product, new([2, 32, 28, 28], [32, 16, 3, 5], [1, 1], [1, 1], [1, 1], [1, 1])));
            Assert.Null(Plan(product, new([2, 32, 28, 28], [32, 16, 3, 3], [1, 1], [1, 1], [3, 1], [1, 1])));
        }

        static SlideWinograd? Plan(SlideProduct product, CorrelationProblem problem, DType type = DType.Float32, VectorWidth width = VectorWidth.Vector512, bool mayUse = true) =>
            new SlidePlan(SlideKernel.Get(type, width), product, new CorrelationExtents(problem.Geometry, problem.Images, problem.Kernels, problem.Results), mayUse).Winograd;
    }

    [Fact]
    public void Batches_of_other_sizes_are_served_by_the_same_plan()
    {
        var graph = new Graph();
        var (x, w) = (graph.Placeholder("x", ["batch", 64, 7, 8]), graph.Placeholder("w", [48, 32, 3, 3]));
        var y = Ops.Conv2d(x, w, padding: 1, groups: 2);
        using var session = new Session(graph);
        using var interpreted = new Session(graph, new SessionOptions { Backend = Backend.Interpreted });
        foreach (var batch in new[] { 1, 9, 2 })
        {
            (Value, TensorData)[] feeds = [(x, NdData.Sample(DType.Float32, [batch, 64, 7, 8])), (w, NdData.Sample(DType.Float32, [48, 32, 3, 3]))];
            var (actual, expected) = (session.Run(y, feeds), interpreted.Run(y, feeds));
            for (var i = 0; i < expected.Count; i++) Assert.Equal(expected.At(i), actual.At(i), 1e-4);
        }
    }

    private static CorrelationProblem Problem(int images, int channels, int outputs, int height, int width, int border) =>
        new([images, channels, height, width], [outputs, channels / 2, 3, 3], [1, 1], [1, 1], [border, border], [border, border]);

    /// <summary>The three products with their operands, and how many terms an element has at most.</summary>
    private static IEnumerable<(Op Op, TensorData[] Operands, int Terms)> Products(CorrelationProblem problem)
    {
        var (x, w, y) = (NdData.Sample(DType.Float32, problem.Images), NdData.Sample(DType.Float32, problem.Kernels), NdData.Sample(DType.Float32, problem.Results));
        yield return (new CorrelateOp(problem.Geometry), [x, w], problem.Kernels[1] * 9);
        yield return (new CorrelateInputOp(problem.Geometry, problem.Images), [y, w], problem.Kernels[0] / 2 * 9);
        yield return (new CorrelateKernelOp(problem.Geometry, problem.Kernels), [x, y], problem.Results[0] * problem.Results[2] * problem.Results[3]);
    }
}
