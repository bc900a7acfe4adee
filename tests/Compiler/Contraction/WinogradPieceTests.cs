using System.Runtime.InteropServices;
using GraphGrad.Compilation.Contraction;
using GraphGrad.Compilation.Contraction.Winograd;
using GraphGrad.Operations;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Compiler.Contraction;

/// <summary>Windows of other sizes than 3×3, with strides, in one to three dimensions: in fewer products, within the bound of the pieces that they are cut into.</summary>
public sealed unsafe class WinogradPieceTests
{
    // Differences, weights and results of pieces of no pair, and of one, two and three weights: rows are products at 0, 1, -1 and infinity.
    internal static readonly double[][,] B =
    [
        new double[,] { { 1 } },
        new double[,] { { 1, 0 }, { 0, 0 }, { 0, 0 }, { 0, 1 } },
        new double[,] { { 1, -1, 0 }, { 0, 1, 0 }, { 0, 0, 0 }, { 0, 1, -1 } },
        new double[,] { { 1, 0, -1, 0 }, { 0, 1, 1, 0 }, { 0, -1, 1, 0 }, { 0, 1, 0, -1 } },
    ];

    internal static readonly double[][,] G =
    [
        new double[,] { { 1 } },
        new double[,] { { 1 }, { 0 }, { 0 }, { -1 } },
        new double[,] { { 1, 0 }, { 1, 1 }, { 0, 0 }, { 0, 1 } },
        new double[,] { { 1, 0, 0 }, { 0.5, 0.5, 0.5 }, { 0.5, -0.5, 0.5 }, { 0, 0, 1 } },
    ];

    internal static readonly double[,] A = { { 1, 1, 1, 0 }, { 0, 1, -1, -1 } };

    [Theory]
    [InlineData(VectorWidth.Scalar)]
    [InlineData(VectorWidth.Vector128)]
    [InlineData(VectorWidth.Vector256)]
    [InlineData(VectorWidth.Vector512)]
    public void Results_are_within_the_error_bound(VectorWidth width)
    {
        Check<NativeLane<float>>(width, images: 2, layers: (1, 1, 1), lines: (6, 5, 1), places: (7, 5, 1), channels: 17, kernels: 21);
        Check<WideLane<float>>(width, 2, (1, 1, 1), (5, 3, 2), (6, 3, 2), 18, 33);
        Check<WideLane<float>>(width, 1, (1, 1, 1), (5, 7, 2), (4, 7, 2), 16, 16);
        Check<NativeLane<float>>(width, 2, (1, 1, 1), (4, 2, 1), (5, 4, 1), 16, 18);
        Check<NativeLane<float>>(width, 1, (1, 1, 1), (4, 4, 3), (5, 3, 3), 16, 16);
        // One and three dimensions.
        Check<WideLane<float>>(width, 3, (1, 1, 1), (1, 1, 1), (41, 5, 1), 40, 20);
        Check<WideLane<float>>(width, 2, (3, 3, 1), (5, 3, 1), (4, 3, 1), 16, 17);
        Check<NativeLane<float>>(width, 1, (3, 3, 2), (5, 3, 2), (4, 3, 2), 16, 16);
        // One line of results of three lines of weights.
        Check<WideLane<float>>(width, 2, (1, 1, 1), (1, 3, 1), (9, 3, 1), 16, 32);
    }

    [Fact]
    public void Larger_windows_strides_and_other_dimensions_are_computed_this_way()
    {
        var kernel = DotKernel.Get(DType.Float32, VectorWidth.Vector512);
        Assert.NotNull(kernel.PlanWinograd(WalkTests.Windows(8, 32, 32, 32, 64, 5, 1, 1).Shape));
        Assert.NotNull(kernel.PlanWinograd(WalkTests.Windows(8, 30, 30, 128, 256, 3, 2, 1).Shape));
        Assert.NotNull(kernel.PlanWinograd(Problem(16, (1, 1, 1), (1, 1, 1), (512, 5, 1), 64, 128).Shape));
        Assert.NotNull(kernel.PlanWinograd(Problem(2, (16, 3, 1), (28, 3, 1), (28, 3, 1), 16, 32).Shape));
        // Dilated windows are not, nor those that do not overlap.
        Assert.Null(kernel.PlanWinograd(WalkTests.Windows(8, 32, 32, 64, 64, 3, 1, 2).Shape));
        Assert.Null(kernel.PlanWinograd(WalkTests.Windows(8, 30, 30, 64, 64, 2, 2, 1).Shape));
    }

    [Theory]
    [InlineData(5, 1, 2)]
    [InlineData(3, 2, 1)]
    [InlineData(3, 1, 0)]
    [InlineData(5, 1, 0)]
    [InlineData(3, 2, 0)]
    public void Any_number_of_threads_gives_the_same_bits(int window, int stride, int padding)
    {
        var (x, w) = (Numbers(1, 8, 64, 25, 26), Numbers(2, 96, 64, window, window));
        var one = Run(x, w, stride, padding, new SessionOptions { Threads = 1 });
        Assert.Equal(one, Run(x, w, stride, padding, new SessionOptions { Threads = 2 }));
        Assert.NotEqual(one, Run(x, w, stride, padding, new SessionOptions { Threads = 1, Winograd = false }));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void What_is_not_finite_reaches_no_further_than_its_windows(float value)
    {
        var (numbers, w) = (Numbers(1, 3, 64, 25, 26).AsSpan<float>().ToArray(), Numbers(2, 96, 64, 5, 5));
        numbers[12345] = value;
        var x = TensorData.Create<float>(numbers, [3, 64, 25, 26]);
        Assert.Equal(Run(x, w, 1, 2, new SessionOptions { Winograd = false }), Run(x, w, 1, 2, new SessionOptions()));
    }

    private static float[] Run(TensorData x, TensorData w, int stride, int padding, SessionOptions options)
    {
        var graph = new Graph();
        var (images, weights) = (graph.Placeholder("x", ["batch", 64, 25, 26]), graph.Placeholder("w", w.Extents.ToArray()));
        using var session = new Session(graph, options);
        return session.Run(Conv2d(images, weights, stride: stride, padding: padding), (images, x), (weights, w)).AsSpan<float>().ToArray();
    }

    /// <summary>Windows over images [n, d, h, w, c], each axis given as results, weights and stride, times weights [o, c, p, q, r], to [n, i, j, k, o].</summary>
    private static DotProblem Problem(int images, (int Results, int Window, int Stride) layers, (int Results, int Window, int Stride) lines, (int Results, int Window, int Stride) places, int channels, int kernels)
    {
        long line = Reach(places) * channels, layer = Reach(lines) * line, image = Reach(layers) * layer;
        long result = places.Results * kernels, depth = lines.Results * result;
        long taps = layers.Window * lines.Window * places.Window;
        return new DotProblem(
            AxisGroup.Batch([], [], [], []),
            AxisGroup.Rows(
                [images, layers.Results, lines.Results, places.Results], [image, layers.Stride * layer, lines.Stride * line, places.Stride * channels],
                [layers.Results * depth, depth, result, kernels]),
            AxisGroup.Columns([kernels], [channels * taps], [1]),
            AxisGroup.Inner([channels, layers.Window, lines.Window, places.Window], [1, layer, line, channels], [taps, lines.Window * places.Window, places.Window, 1]));
    }

    private static int Reach((int Results, int Window, int Stride) axis) => (axis.Stride * (axis.Results - 1)) + axis.Window;

    /// <summary>The bound of <see cref="WinogradTests"/> for terms of every piece, summed over pieces.</summary>
    private static void Check<TLane>(
        VectorWidth width, int images, (int Results, int Window, int Stride) layers, (int Results, int Window, int Stride) lines, (int Results, int Window, int Stride) places, int channels, int kernels)
        where TLane : struct, ILane<TLane, float>
    {
        var (x, w) = (
            Numbers(3, images, Reach(layers), Reach(lines), Reach(places), channels).AsSpan<float>().ToArray(),
            Numbers(4, kernels, channels, layers.Window, lines.Window, places.Window).AsSpan<float>().ToArray());
        var y = new float[images * layers.Results * lines.Results * places.Results * kernels];
        var plan = Compute<TLane>(width, Problem(images, layers, lines, places, channels, kernels), x, w, y);
        var terms = Enumerable.Range(0, WinogradPlan.Products).Max(plan.Windows.Terms);
        for (var i = 0; i < y.Length; i += y.Length > 3000 ? 13 : 1)
        {
            var (kernel, place, line, layer, image) = (
                i % kernels, i / kernels % places.Results, i / kernels / places.Results % lines.Results, i / kernels / places.Results / lines.Results % layers.Results,
                i / kernels / places.Results / lines.Results / layers.Results);
            var (expected, bound) = (0.0, 0.0);
            for (var channel = 0; channel < channels; channel++)
            {
                for (var deep = 0; deep < layers.Window; deep++)
                {
                    for (var p = 0; p < lines.Window; p++)
                    {
                        for (var q = 0; q < places.Window; q++)
                            expected += Element(image, (layer * layers.Stride) + deep, (line * lines.Stride) + p, (place * places.Stride) + q, channel) * Weight(kernel, channel, deep, p, q);
                    }
                    foreach (var high in plan.Windows.Lines.Pieces)
                    {
                        foreach (var wide in plan.Windows.Places.Pieces) bound += Bound(image, layer, line, place, kernel, channel, deep, high, wide);
                    }
                }
            }
            Expect.True(Math.Abs(y[i] - expected) <= (terms + 12) * Math.Pow(2, -24) * bound, $"{width} {lines} {places}, result {i}: {y[i]}, expected {expected}");
        }

        double Bound(int image, int layer, int line, int place, int kernel, int channel, int deep, WinogradPiece high, WinogradPiece wide)
        {
            var (down, across) = (Along(plan.Windows.Lines, high, line), Along(plan.Windows.Places, wide, place));
            var sum = 0.0;
            for (var r = 0; r < down.B.GetLength(0); r++)
            {
                for (var s = 0; s < across.B.GetLength(0); s++)
                {
                    var (differences, weights) = (0.0, 0.0);
                    for (var i = 0; i < down.B.GetLength(1); i++)
                    {
                        for (var j = 0; j < across.B.GetLength(1); j++)
                        {
                            var d = Element(image, (layer * layers.Stride) + deep, ((down.First + i) * lines.Stride) + high.First, ((across.First + j) * places.Stride) + wide.First, channel);
                            differences += Math.Abs(down.B[r, i] * d * across.B[s, j]);
                        }
                    }
                    for (var i = 0; i < high.Taps; i++)
                    {
                        for (var j = 0; j < wide.Taps; j++)
                            weights += Math.Abs(down.G[r, i] * Weight(kernel, channel, deep, high.First + (i * lines.Stride), wide.First + (j * places.Stride)) * across.G[s, j]);
                    }
                    sum += Math.Abs(down.A(r) * across.A(s)) * differences * weights;
                }
            }
            return sum;
        }

        double Element(int image, int layer, int line, int place, int channel) => line < Reach(lines) && place < Reach(places)
            ? x[((((((image * Reach(layers)) + layer) * Reach(lines)) + line) * Reach(places)) + place) * channels + channel] : 0;

        double Weight(int kernel, int channel, int layer, int line, int place) => w[(((((((kernel * channels) + channel) * layers.Window) + layer) * lines.Window) + line) * places.Window) + place];
    }

    private static (double[,] B, double[,] G, Func<int, double> A, int First) Along(WinogradAxis axis, WinogradPiece piece, int result)
    {
        var kind = axis.Pairs ? piece.Taps : 0;
        return (B[kind], G[kind], r => axis.Pairs ? A[result % 2, r] : 1, axis.Pairs ? result & ~1 : result);
    }

    private static WinogradCorrelation Compute<TLane>(VectorWidth width, DotProblem problem, float[] x, float[] w, float[] y)
        where TLane : struct, ILane<TLane, float>
    {
        var plan = (WinogradCorrelation)DotKernel.Get(DType.Float32, width).PlanWinograd(problem.Shape, atAnyCost: true)!;
        // What lies there is overwritten.
        Array.Fill(y, 7);
        var scratch = NativeMemory.AlignedAlloc((nuint)plan.ScratchBytes, 64);
        var shared = NativeMemory.AlignedAlloc((nuint)plan.SharedBytes, 64);
        new Span<float>(scratch, (int)(plan.ScratchBytes / sizeof(float))).Fill(float.NaN);
        fixed (float* a = x, b = w, c = y)
        {
            var tiles = new WinogradTiles<TLane>(plan, a, b, c, (byte*)scratch, (byte*)shared);
            for (var k = 0; k < plan.Preparations; k++) tiles.Prepare(k);
            for (var k = plan.Blocks - 1; k >= 0; k--) Assert.True(tiles.Compute(k));
        }
        NativeMemory.AlignedFree(scratch);
        NativeMemory.AlignedFree(shared);
        return plan;
    }

    private static TensorData Numbers(int seed, params int[] extents)
    {
        var random = new Random(seed);
        var count = extents.Aggregate((a, b) => a * b);
        return TensorData.Create<float>([.. Enumerable.Range(0, count).Select(_ => (float)random.NextDouble() - 0.5f)], extents);
    }
}
