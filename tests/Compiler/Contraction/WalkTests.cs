using System.Numerics;
using GraphGrad.Compilation.Contraction;
using GraphGrad.Compilation.Emission;

namespace GraphGrad.Tests.Compiler.Contraction;

/// <summary>Products of windows whose rows are read in place, against a plain triple loop in double precision, at any width.</summary>
public sealed class WalkTests
{
    [Theory]
    [MemberData(nameof(DotKernelTests.Kernels), MemberType = typeof(DotKernelTests))]
    public void Windows_with_channels_last(DType type, VectorWidth width)
    {
        Check(type, width, Windows(images: 3, lines: 9, places: 11, channels: 5, kernels: 37, window: 3, stride: 1, dilation: 1), WalkResult.Direct, "3×3");
        Check(type, width, Windows(2, 13, 14, 1, 20, 5, 2, 1), WalkResult.Direct, "5×5, one channel, every second place");
        Check(type, width, Windows(2, 12, 40, 3, 33, 3, 1, 2), WalkResult.Direct, "dilated");
    }

    [Theory]
    [MemberData(nameof(DotKernelTests.Kernels), MemberType = typeof(DotKernelTests))]
    public void Gradients_of_the_weights_of_windows(DType type, VectorWidth width)
    {
        Check(type, width, WeightGradient(images: 5, lines: 12, places: 13, channels: 7, kernels: 19, window: 3, stride: 1), WalkResult.Parts, "3×3");
        Check(type, width, WeightGradient(9, 14, 15, 1, 32, 3, 1), WalkResult.Parts, "few rows");
        Check(type, width, WeightGradient(4, 21, 13, 6, 33, 5, 2), WalkResult.Parts, "5×5, every second place");
    }

    [Theory]
    [MemberData(nameof(DotKernelTests.Kernels), MemberType = typeof(DotKernelTests))]
    public void Gradients_of_few_weights_walk_windows_as_columns(DType type, VectorWidth width)
    {
        // Windows of 57 neighbours, which end within a vector: the last panel overlaps the one before it.
        foreach (var (problem, what) in new[] { (WeightGradient(3, 9, 11, 19, 5, 3, 1), "5 kernels"), (WeightGradient(4, 14, 13, 16, 16, 3, 2), "16 kernels") })
        {
            Check(type, width, problem, WalkResult.Parts, what);
            Assert.True(width == VectorWidth.Scalar || DotKernel.Get(type, width).PlanWalk(problem.Shape, atAnyCost: true)!.WalksColumns, $"{type} {width} {what}");
        }
    }

    [Theory]
    [MemberData(nameof(DotKernelTests.Kernels), MemberType = typeof(DotKernelTests))]
    public void Gradients_of_weights_whose_terms_lie_apart_pack_both_operands(DType type, VectorWidth width)
    {
        // Several blocks of terms, and parts of them; the last rows fill no tile, the last columns of a line of a window overlap those before.
        Check(type, width, WeightGradient(5, 17, 21, 22, 74, 3, 2), WalkResult.Parts, "every second place");
        Check(type, width, WeightGradient(4, 15, 15, 18, 75, 2, 1), WalkResult.Parts, "2×2");
        // Blocks of rows, the last of them without a full tile.
        var rows = WeightGradient(1, 13, 13, 370, 26, 3, 2);
        Check(type, width, rows, WalkResult.Parts, "few terms");
        if (type != DType.Float32) return;
        var kernel = DotKernel.Get(type, width);
        Assert.Equal(width != VectorWidth.Vector512, kernel.PlanWalk(rows.Shape, atAnyCost: true)!.PacksBoth);
        if (width == VectorWidth.Vector256) Assert.Equal(7, kernel.PlanWalk(rows.Shape, atAnyCost: true)!.RowBlocks);
    }

    [Theory]
    [MemberData(nameof(DotKernelTests.Kernels), MemberType = typeof(DotKernelTests))]
    public void Gradients_of_the_images_of_windows(DType type, VectorWidth width)
    {
        Check(type, width, ImageGradient(images: 3, lines: 9, places: 11, channels: 5, kernels: 7, window: 3, stride: 1, dilation: 1), WalkResult.Folded, "3×3");
        Check(type, width, ImageGradient(2, 14, 13, 33, 6, 3, 2, 1), WalkResult.Folded, "every second place");
        Check(type, width, ImageGradient(1, 9, 9, 20, 3, 3, 1, 2), WalkResult.Folded, "dilated, one image");
        Check(type, width, ImageGradient(2, 9, 9, 1, 3, 3, 2, 2), WalkResult.Folded, "one channel, no neighbours");
        Check(type, width, ImageGradient(5, 9, 9, 20, 5, 1, 1, 1), WalkResult.Folded, "windows of one element");
        Check(type, width, ImageGradient(2, 9, 9, 4, 0, 3, 1, 1), WalkResult.Folded, "no terms");
        Check(type, width, ImageGradient(2, 11, 9, 16, 4, 2, 3, 1), WalkResult.Folded, "elements in no window");
    }

    [Fact]
    public void Any_order_of_the_chunks_gives_the_same_bits()
    {
        var kernel = DotKernel.Get(DType.Float32, VectorWidth.Vector128);
        foreach (var problem in new[] { Windows(8, 20, 20, 16, 33, 3, 1, 1), WeightGradient(8, 20, 20, 16, 33, 3, 1), ImageGradient(8, 20, 20, 16, 33, 3, 1, 1), WeightGradient(8, 21, 21, 36, 50, 3, 2) })
        {
            using var forward = new DotRun<float>(kernel, problem);
            using var backward = new DotRun<float>(kernel, problem);
            Assert.InRange(forward.Walk!.Blocks, 4, 64);
            forward.ComputeWalk();
            backward.ComputeWalk(backward: true);
            Assert.True(forward.C.SequenceEqual(backward.C));
        }
    }

    [Fact]
    public void Columns_packed_once_serve_further_runs_with_the_same_bits()
    {
        var kernel = DotKernel.Get(DType.Float32, VectorWidths.Widest);
        // Terms in parts, one of them shorter and none a multiple of what registers sum; and all terms together.
        foreach (var (problem, parts) in new[] { (Windows(1, 16, 16, 67, 99, 3, 1, 1), true), (Windows(8, 20, 20, 16, 33, 3, 1, 1), false) })
        {
            using var packing = new DotRun<float>(kernel, problem);
            using var keeping = new DotRun<float>(kernel, problem, keeps: true);
            Assert.Equal(parts, keeping.Walk!.Parts > 1);
            Assert.True(keeping.Walk.SharesColumns);
            packing.ComputeWalk();
            keeping.ComputeWalk();
            Assert.True(packing.C.SequenceEqual(keeping.C));
            keeping.C.Clear();
            keeping.ComputeWalk(isPrepared: true);
            Assert.True(packing.C.SequenceEqual(keeping.C));
        }
    }

    [Fact]
    public void A_plain_matrix_is_not_read_this_way()
    {
        var kernel = DotKernel.Get(DType.Float32, VectorWidth.Vector512);
        Assert.Null(kernel.PlanWalk(DotProblem.Dense(300, 200, 100).Shape));
        Assert.Null(kernel.PlanWalk(DotProblem.Dense(0, 200, 100).Shape));
    }

    /// <summary>Rows times ten matrices: with the matrices as windows, each result would be stored by itself.</summary>
    [Theory]
    [InlineData(64, 30)]
    [InlineData(48, 24)]
    public void Results_apart_from_each_other_count(int rows, int columns)
    {
        var shape = new ContractionShape(
            AxisGroup.Batch([], [], [], []), AxisGroup.Rows([rows], [20], [10 * columns]),
            AxisGroup.Columns([10, columns], [20 * columns, 1], [columns, 1]), AxisGroup.Inner([20], [1], [columns]));
        Assert.Null(DotKernel.Get(DType.Float32, VectorWidth.Vector512).PlanWalk(shape));
    }

    /// <summary>Images [n, h, w, c] under windows, times weights [o, c, p, q], to [n, i, j, o].</summary>
    internal static DotProblem Windows(int images, int lines, int places, int channels, int kernels, int window, int stride, int dilation)
    {
        var (rows, columns) = (Places(lines, window, stride, dilation), Places(places, window, stride, dilation));
        long line = places * channels;
        return new DotProblem(
            AxisGroup.Batch([], [], [], []),
            AxisGroup.Rows([images, rows, columns], [lines * line, stride * line, stride * channels], [rows * columns * kernels, columns * kernels, kernels]),
            AxisGroup.Columns([kernels], [channels * window * window], [1]),
            AxisGroup.Inner([channels, window, window], [1, dilation * line, dilation * channels], [window * window, window, 1]));
    }

    /// <summary>Gradients [n, i, j, o] times the windows of images [n, h, w, c], to [o, c, p, q].</summary>
    internal static DotProblem WeightGradient(int images, int lines, int places, int channels, int kernels, int window, int stride)
    {
        var (rows, columns) = (Places(lines, window, stride, 1), Places(places, window, stride, 1));
        long line = places * channels;
        return new DotProblem(
            AxisGroup.Batch([], [], [], []),
            AxisGroup.Rows([kernels], [1], [channels * window * window]),
            AxisGroup.Columns([channels, window, window], [1, line, channels], [window * window, window, 1]),
            AxisGroup.Inner(
                [images, rows, columns], [rows * columns * kernels, columns * kernels, kernels], [lines * line, stride * line, stride * channels]));
    }

    /// <summary>Gradients [n, i, j, o] times weights [o, c, p, q], added up on images [n, h, w, c].</summary>
    [Fact]
    public void A_product_of_millions_of_windows_is_weighed_in_little_memory()
    {
        // Compiling for unknown extents weighs large ones.
        var kernel = DotKernel.Get(DType.Float32, VectorWidths.Widest);
        foreach (var problem in new[] { ImageGradient(240, 240, 240, 1, 2, 2, 2, 1), ImageGradient(240, 240, 240, 12, 4, 3, 1, 1), WeightGradient(240, 240, 240, 4, 12, 3, 1) })
        {
            kernel.PlanWalk(problem.Shape);
            var before = GC.GetAllocatedBytesForCurrentThread();
            kernel.PlanWalk(problem.Shape);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
        }
    }

    internal static DotProblem ImageGradient(int images, int lines, int places, int channels, int kernels, int window, int stride, int dilation)
    {
        var (rows, columns) = (Places(lines, window, stride, dilation), Places(places, window, stride, dilation));
        long line = places * channels;
        return new DotProblem(
            AxisGroup.Batch([], [], [], []),
            AxisGroup.Rows([images, rows, columns], [rows * columns * kernels, columns * kernels, kernels], [lines * line, stride * line, stride * channels]),
            AxisGroup.Columns([channels, window, window], [window * window, window, 1], [1, dilation * line, dilation * channels]),
            AxisGroup.Inner([kernels], [1], [channels * window * window])) { Folded = images * lines * line };
    }

    private static int Places(int extent, int window, int stride, int dilation) => ((extent - (dilation * (window - 1)) - 1) / stride) + 1;

    private static void Check(DType type, VectorWidth width, DotProblem problem, WalkResult result, string what)
    {
        what = $"{type} {width} {what}";
        switch (type)
        {
            case DType.Float32: Check<float>(type, width, problem, result, what); break;
            case DType.Float64: Check<double>(type, width, problem, result, what); break;
            case DType.Int32: Check<int>(type, width, problem, result, what); break;
            default: Check<long>(type, width, problem, result, what); break;
        }
    }

    private static void Check<T>(DType type, VectorWidth width, DotProblem problem, WalkResult result, string what)
        where T : unmanaged, INumber<T>
    {
        using var run = new DotRun<T>(DotKernel.Get(type, width), problem);
        Expect.True(run.Walk?.Result == result, $"{what}: {run.Walk?.Result}");
        run.ComputeWalk();
        if (problem.Folded > 0) run.AssertFolded(what);
        else run.AssertCorrect(what);
    }
}
