using System.Runtime.Intrinsics.X86;
using GraphGrad.Compilation.Contraction.Slide;
using GraphGrad.Operations;
using GraphGrad.Tests.OpTable;

namespace GraphGrad.Tests.Compiler.Contraction;

/// <summary>Correlations that slide over images channel by channel: every tile, stride and border at every width.</summary>
public sealed class SlideTests
{
    /// <summary>Tiles with and without remainders, images side by side, phases of strides, rows of dilations.</summary>
    private static readonly CorrelationProblem[] Problems =
    [
        new([3, 4, 23, 37], [4, 1, 3, 3], [1, 1], [1, 1], [1, 1], [1, 1]),
        new([5, 3, 7, 7], [3, 1, 3, 3], [1, 1], [1, 1], [1, 1], [1, 1]),
        new([2, 2, 28, 19], [2, 1, 7, 7], [1, 1], [1, 1], [3, 3], [3, 3]),
        new([3, 2, 30, 33], [2, 1, 3, 3], [2, 2], [1, 1], [1, 1], [1, 1]),
        new([2, 2, 17, 40], [2, 1, 5, 4], [3, 2], [1, 1], [2, 0], [1, 3]),
        new([2, 2, 21, 16], [2, 1, 3, 5], [1, 1], [4, 2], [4, 4], [4, 4]),
        new([2, 6, 15, 14], [9, 2, 3, 3], [1, 1], [1, 1], [1, 1], [1, 1]),
        new([2, 8, 9, 11], [8, 4, 1, 3], [2, 2], [3, 3], [0, 3], [0, 3]),
        new([4, 6, 100], [6, 1, 9], [1], [1], [4], [4]),
        new([2, 2, 5, 9, 12], [2, 1, 3, 3, 3], [1, 1, 1], [1, 1, 1], [1, 1, 1], [1, 1, 1]),
        // Images that fit into registers, and sequences; one, two and four pairs of channels a group.
        new([2, 3, 25, 5], [3, 1, 3, 3], [1, 1], [1, 1], [1, 1], [1, 1]),
        new([2, 2, 7, 7], [2, 1, 7, 7], [1, 1], [1, 1], [3, 3], [3, 3]),
        new([2, 3, 11, 11], [6, 1, 5, 5], [1, 1], [1, 1], [2, 2], [2, 2]),
        new([2, 4, 4, 4], [2, 2, 3, 5], [1, 1], [2, 1], [2, 2], [2, 2]),
        new([3, 3, 128], [3, 1, 5], [1], [3], [6], [6]),
        new([2, 4, 61], [4, 2, 4], [1], [1], [3], [0]),
        new([2, 4, 5, 7], [4, 2, 3, 3], [1, 1], [1, 1], [1, 1], [1, 1]),
        new([2, 2, 9, 12], [8, 1, 3, 4], [1, 1], [1, 1], [2, 1], [0, 2]),
        new([2, 2, 3, 1], [2, 1, 9, 9], [1, 1], [1, 1], [4, 4], [4, 4]),
        // Images that are read where they lie.
        new([2, 3, 5, 9], [6, 1, 3, 5], [1, 1], [1, 1], [0, 1], [2, 3]),
        new([2, 4, 8, 6], [2, 2, 3, 3], [1, 1], [2, 2], [2, 2], [2, 2]),
        new([3, 3, 2, 31], [3, 1, 1, 4], [1, 1], [1, 1], [0, 2], [0, 1]),
        new([2, 3, 20], [3, 1, 5], [1], [1], [2], [2]),
        new([1, 2, 4, 3], [2, 1, 2, 2], [4, 5], [1, 1], [0, 0], [0, 2]),
        new([2, 6, 29, 31], [9, 2, 5, 3], [1, 1], [1, 1], [2, 1], [2, 1]),
        new([3, 3, 29, 31], [3, 1, 7, 7], [2, 2], [1, 1], [3, 3], [3, 3]),
        new([2, 3, 14, 14], [3, 1, 5, 4], [1, 2], [2, 3], [4, 3], [4, 6]),
        new([2, 3, 33, 15], [6, 1, 3, 3], [2, 1], [3, 1], [5, 0], [1, 2]),
        new([2, 3, 9, 8], [3, 1, 3, 5], [2, 2], [1, 1], [0, 7], [6, 0]),
        new([2, 2, 1, 50], [2, 1, 1, 3], [1, 2], [1, 1], [0, 1], [0, 1]),
        new([2, 20, 28, 31], [22, 10, 5, 3], [2, 2], [1, 1], [2, 1], [2, 1]),
        new([2, 5, 15, 30], [13, 5, 3, 5], [2, 1], [2, 2], [2, 4], [2, 4]),
        new([3, 9, 13, 14], [5, 9, 7, 7], [1, 1], [1, 1], [3, 3], [3, 3]),
        new([2, 3, 13, 11], [9, 3, 1, 1], [1, 1], [1, 1], [0, 0], [0, 0]),
        new([2, 3, 7, 26], [9, 3, 1, 1], [1, 1], [1, 1], [0, 0], [0, 0]),
        new([2, 3, 12, 15], [9, 3, 1, 1], [1, 1], [1, 1], [0, 0], [0, 0]),
        new([1, 2, 40, 260], [2, 1, 3, 3], [1, 1], [1, 1], [1, 1], [1, 1]),
        // Few channels without groups.
        new([3, 3, 19, 23], [8, 3, 3, 3], [1, 1], [1, 1], [1, 1], [1, 1]),
        new([2, 8, 16, 21], [7, 8, 3, 3], [1, 1], [2, 3], [2, 0], [1, 3]),
        new([2, 1, 28, 28], [8, 1, 5, 5], [1, 1], [1, 1], [0, 0], [0, 0]),
        new([2, 3, 25, 31], [5, 3, 7, 5], [2, 2], [1, 1], [3, 2], [3, 2]),
        new([2, 8, 17, 17], [1, 8, 1, 1], [1, 1], [1, 1], [0, 0], [0, 0]),
        new([3, 2, 301], [3, 2, 9], [1], [1], [4], [4]),
        new([1, 8, 5, 9, 7], [8, 8, 3, 3, 2], [1, 1, 1], [1, 1, 1], [1, 1, 1], [1, 1, 0]),
        // One image, of which threads compute some outputs each; images side by side, of blocks for some threads.
        new([1, 10, 24, 40], [13, 10, 5, 4], [1, 1], [1, 1], [2, 2], [2, 1]),
        new([1, 5, 20, 33], [7, 5, 5, 3], [2, 2], [1, 1], [2, 1], [2, 1]),
        new([9, 6, 13, 12], [5, 6, 4, 3], [1, 1], [1, 1], [1, 1], [2, 1]),
        // Outputs that are summed together, and what is left of them.
        new([5, 3, 9, 18], [11, 3, 1, 7], [1, 1], [1, 1], [0, 3], [0, 3]),
        new([9, 4, 7, 9], [19, 4, 3, 3], [2, 2], [1, 1], [1, 1], [1, 1]),
        new([2, 5, 33, 6], [6, 5, 7, 1], [1, 1], [2, 1], [3, 0], [3, 0]),
        new([3, 10, 6, 70], [14, 5, 2, 5], [1, 3], [1, 1], [0, 2], [1, 2]),
        // Images side by side that share the border's zeros, in each phase of a stride.
        new([9, 5, 14, 14], [6, 5, 7, 7], [2, 2], [1, 1], [3, 3], [3, 3]),
        new([9, 3, 8, 10], [5, 3, 3, 5], [1, 3], [1, 1], [1, 4], [1, 5]),
        new([8, 2, 6, 7], [3, 2, 1, 2], [1, 2], [1, 1], [0, 5], [0, 6]),
    ];

    private static readonly Dictionary<(CorrelationProblem Problem, DType Type), Product[]> Known = [];

    [Theory]
    [InlineData(VectorWidth.Scalar, DType.Float32)]
    [InlineData(VectorWidth.Vector128, DType.Float32)]
    [InlineData(VectorWidth.Vector256, DType.Float32)]
    [InlineData(VectorWidth.Vector512, DType.Float32)]
    [InlineData(VectorWidth.Scalar, DType.Float64)]
    [InlineData(VectorWidth.Vector128, DType.Float64)]
    [InlineData(VectorWidth.Vector256, DType.Float64)]
    [InlineData(VectorWidth.Vector512, DType.Float64)]
    public void The_three_products_are_right_within_the_classical_bound(VectorWidth width, DType type)
    {
        var unit = type == DType.Float32 ? Math.Pow(2, -24) : Math.Pow(2, -53);
        foreach (var problem in Problems)
        {
            foreach (var (op, operands, expected, sizes, terms) in Products(problem, type))
            {
                var actual = Run(op, operands, new SessionOptions { Width = width });
                for (var i = 0; i < expected.Length; i++)
                    Expect.True(Math.Abs(actual.At(i) - expected[i]) <= (terms + 2) * unit * sizes[i], $"{problem} {op.Name}[{i}]: {actual.At(i)} for {expected[i]}");
            }
        }
    }

    [Fact]
    public void Any_number_of_threads_gives_the_same_bits()
    {
        foreach (var problem in Problems.Append(new CorrelationProblem([5, 12, 30, 31], [12, 1, 3, 3], [1, 1], [1, 1], [1, 1], [1, 1])))
        {
            foreach (var (op, operands, _, _, _) in Products(problem, DType.Float32))
                Assert.Equal(Run(op, operands, new SessionOptions { Threads = 1 }).AsSpan<float>(), Run(op, operands, new SessionOptions { Threads = 2 }).AsSpan<float>());
        }
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void What_is_not_finite_goes_where_it_goes_as_written(double value)
    {
        foreach (var problem in Problems)
        {
            foreach (var (op, operands, _, _, _) in Products(problem, DType.Float32))
            {
                CheckNotFinite(op, operands, value);
            }
        }
    }

    [Fact]
    public void Images_that_fit_into_registers_stay_there_and_others_of_few_channels_are_read_where_they_lie()
    {
        var kernel = SlideKernel.Get(DType.Float32, VectorWidth.Vector512);
        Assert.Equal(Avx512F.IsSupported, Plan(SlideProduct.Correlate, 7, 1, 1).Flat is not null);
        Assert.Equal(Avx512F.IsSupported, Plan(SlideProduct.Input, 11, 1, 1).Flat is not null);
        Assert.Equal(Avx512F.IsSupported, Plan(SlideProduct.Correlate, 7, 1, 2).Flat is not null);
        Assert.Null(Plan(SlideProduct.Correlate, 7, 1, 1).InPlace);
        Assert.Null(Plan(SlideProduct.Correlate, 7, 2, 1).Flat);
        Assert.Null(Plan(SlideProduct.Correlate, 12, 1, 1).Flat);
        Assert.Null(Plan(SlideProduct.Correlate, 7, 1, 4).Flat);
        Assert.Null(Plan(SlideProduct.Kernel, 7, 1, 1).Flat);
        Assert.Equal(Avx512F.IsSupported, Plan(SlideProduct.Correlate, 12, 1, 1).InPlace is not null);
        Assert.Equal(Avx512F.IsSupported, Plan(SlideProduct.Correlate, 56, 2, 16).InPlace is { Together: > 1 });
        Assert.Equal(Avx512F.IsSupported, Plan(SlideProduct.Input, 14, 1, 1).InPlace is not null);
        Assert.Null(Plan(SlideProduct.Correlate, 14, 1, 9).InPlace);
        Assert.Null(Plan(SlideProduct.Correlate, 14, 2, 16).InPlace);
        Assert.Null(Plan(SlideProduct.Correlate, 28, 3, 1).InPlace);
        Assert.Null(Plan(SlideProduct.Input, 28, 2, 1).InPlace);
        Assert.Null(Plan(SlideProduct.Kernel, 14, 1, 1).InPlace);

        SlidePlan Plan(SlideProduct product, int size, int stride, int channels)
        {
            var places = ((size - 1) / stride) + 1;
            var geometry = new CorrelationGeometry([stride, stride], [1, 1], [1, 1], [1, 1]);
            return new SlidePlan(kernel, product, new CorrelationExtents(geometry, [2, 2 * channels, size, size], [2 * channels, channels, 3, 3], [2, 2 * channels, places, places]));
        }
    }

    [Fact]
    public void Vectors_of_eight_read_single_channels_where_they_lie()
    {
        var kernel = SlideKernel.Get(DType.Float32, VectorWidth.Vector256);
        foreach (var (size, taps, stride, channels, isInPlace) in new[] { (14, 3, 1, 1, true), (7, 3, 1, 1, true), (28, 5, 2, 1, true), (255, 3, 1, 1, true), (14, 7, 1, 1, false), (14, 3, 1, 2, false), (3, 3, 1, 1, false), (14, 1, 1, 1, false) })
        {
            var places = ((size - 1) / stride) + 1;
            var geometry = new CorrelationGeometry([stride, stride], [1, 1], [taps / 2, taps / 2], [taps / 2, taps / 2]);
            var plan = new SlidePlan(kernel, SlideProduct.Correlate, new CorrelationExtents(geometry, [2, 2 * channels, size, size], [2 * channels, channels, taps, taps], [2, 2 * channels, places, places]));
            Assert.Equal(isInPlace && Avx2.IsSupported, plan.InPlace is not null);
        }
    }

    [Fact]
    public void Outputs_share_what_is_copied_unless_they_sum_one_product()
    {
        var kernel = SlideKernel.Get(DType.Float32, VectorWidth.Vector256);
        Assert.InRange(Plan(16, 1, 7).Together, 2, 16);
        Assert.Equal(3, Plan(3, 1, 7).Together);
        Assert.Equal(1, Plan(1, 1, 7).Together);
        Assert.Equal(1, Plan(16, 1, 1).Together);

        SlidePlan Plan(int outputs, int height, int width)
        {
            var geometry = new CorrelationGeometry([1, 1], [1, 1], [height / 2, width / 2], [height / 2, width / 2]);
            return new SlidePlan(kernel, SlideProduct.Correlate, new CorrelationExtents(geometry, [2, 1, 40, 40], [outputs, 1, height, width], [2, outputs, 40, 40]));
        }
    }

    [Fact]
    public void A_batch_of_another_size_is_served_by_the_same_plan()
    {
        var graph = new Graph();
        var (x, w) = (graph.Placeholder("x", ["batch", 3, 7, 7]), graph.Placeholder("w", [3, 1, 3, 3]));
        var y = Ops.Conv2d(x, w, padding: 1, groups: 3);
        using var session = new Session(graph);
        foreach (var batch in new[] { 1, 8, 3, 17 })
        {
            var problem = new CorrelationProblem([batch, 3, 7, 7], [3, 1, 3, 3], [1, 1], [1, 1], [1, 1], [1, 1]);
            var (images, kernels) = (NdData.Sample(DType.Float32, problem.Images), NdData.Sample(DType.Float32, problem.Kernels));
            var (actual, expected) = (session.Run(y, (x, images), (w, kernels)), problem.Sum(images, kernels, null));
            for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual.At(i), 1e-5);
        }
    }

    /// <summary>One number in each operand that is not finite reaches what it reaches as written.</summary>
    internal static void CheckNotFinite(Op op, TensorData[] operands, double value)
    {
        for (var operand = 0; operand < 2; operand++)
        {
            TensorData[] changed = [.. operands];
            changed[operand] = Data.Generate(DType.Float32, operands[operand].Extents.ToArray(), i => i == operands[operand].Count / 3 ? value : operands[operand].At(i));
            var (actual, expected) = (Run(op, changed, new SessionOptions()), Run(op, changed, new SessionOptions { Backend = Backend.Interpreted, Rewrite = false }));
            for (var i = 0; i < expected.Count; i++)
            {
                var (right, found) = (expected.At(i), actual.At(i));
                Expect.True(double.IsFinite(right) ? Math.Abs(found - right) <= 1e-3 : found.Equals(right), $"{op.Name}[{i}]: {found} for {right}");
            }
        }
    }

    private static Product[] Products(CorrelationProblem problem, DType type)
    {
        if (!Known.TryGetValue((problem, type), out var products)) Known.Add((problem, type), products = [.. Summed(problem, type)]);
        return products;
    }

    private static IEnumerable<Product> Summed(CorrelationProblem problem, DType type)
    {
        var (x, w, y) = (NdData.Sample(type, problem.Images), NdData.Sample(type, problem.Kernels), NdData.Sample(type, problem.Results));
        var (sizeX, sizeW, sizeY) = (x.Magnitudes(), w.Magnitudes(), y.Magnitudes());
        var taps = problem.Kernels[1..].Aggregate((a, b) => a * b);
        yield return new(new CorrelateOp(problem.Geometry), [x, w], problem.Sum(x, w, null), problem.Sum(sizeX, sizeW, null), taps);
        yield return new(new CorrelateInputOp(problem.Geometry, problem.Images), [y, w], problem.Sum(null, w, y), problem.Sum(null, sizeW, sizeY), taps * problem.Kernels[0]);
        yield return new(
            new CorrelateKernelOp(problem.Geometry, problem.Kernels), [x, y], problem.Sum(x, null, y), problem.Sum(sizeX, null, sizeY),
            problem.Results[0] * problem.Results[2..].Aggregate((a, b) => a * b));
    }

    internal static TensorData Run(Op op, TensorData[] operands, SessionOptions options)
    {
        var graph = new Graph();
        Value[] fed = [.. operands.Select((d, i) => graph.Placeholder($"x{i}", d.Extents.ToArray(), d.DType))];
        using var session = new Session(graph, options);
        return session.Run(graph.Add(op, fed), (fed[0], operands[0]), (fed[1], operands[1]));
    }

    /// <summary>One product with its operands, its elements, the sums of the terms' magnitudes, and how many terms there are at most.</summary>
    private sealed record Product(Op Op, TensorData[] Operands, double[] Expected, double[] Sizes, int Terms);
}
