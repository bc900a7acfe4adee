using System.Runtime.InteropServices;
using GraphGrad.Compilation.Contraction;
using GraphGrad.Compilation.Contraction.Winograd;
using GraphGrad.Operations;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Compiler.Contraction;

/// <summary>Weights' gradients in fewer products: within the method's error bound, the same bits at any number of threads, and exact about what is not finite.</summary>
public sealed unsafe class WinogradGradientTests
{
    [Theory]
    [InlineData(VectorWidth.Scalar)]
    [InlineData(VectorWidth.Vector128)]
    [InlineData(VectorWidth.Vector256)]
    [InlineData(VectorWidth.Vector512)]
    public void Weights_are_within_the_error_bound(VectorWidth width)
    {
        Check<NativeLane<float>>(width, images: 2, layers: (1, 1, 1), lines: (6, 3, 1), places: (7, 3, 1), channels: 16, kernels: 32);
        Check<WideLane<float>>(width, 2, (1, 1, 1), (6, 5, 1), (7, 5, 1), 32, 16);
        Check<WideLane<float>>(width, 2, (1, 1, 1), (4, 2, 1), (5, 4, 1), 48, 16);
        // One dimension.
        Check<WideLane<float>>(width, 3, (1, 1, 1), (1, 1, 1), (41, 5, 1), 48, 32);
        // Several units of channels and of kernels; two parts of several blocks of tiles.
        Check<WideLane<float>>(width, 1, (1, 1, 1), (3, 7, 1), (4, 7, 1), 64, 112);
        Check<WideLane<float>>(width, 5, (1, 1, 1), (15, 3, 1), (17, 3, 1), 16, 32, parts: 2);
    }

    [Fact]
    public void Float32_gradients_of_overlapping_windows_of_many_channels_are_computed_this_way()
    {
        var (single, doubles) = (DotKernel.Get(DType.Float32, VectorWidth.Vector512), DotKernel.Get(DType.Float64, VectorWidth.Vector512));
        Assert.IsType<WinogradGradient>(single.PlanWinograd(WalkTests.WeightGradient(8, 30, 30, 64, 64, 3, 1).Shape));
        Assert.IsType<WinogradGradient>(single.PlanWinograd(WalkTests.WeightGradient(8, 32, 32, 32, 64, 5, 1).Shape));
        Assert.Null(single.PlanWinograd(WalkTests.WeightGradient(8, 33, 33, 64, 64, 5, 2).Shape));
        Assert.Null(doubles.PlanWinograd(WalkTests.WeightGradient(8, 30, 30, 64, 64, 3, 1).Shape));
        Assert.Null(single.PlanWinograd(WalkTests.WeightGradient(8, 30, 30, 3, 64, 3, 1).Shape));
        Assert.Null(single.PlanWinograd(WalkTests.WeightGradient(8, 30, 30, 64, 64, 2, 2).Shape));
        // What the differences take is not worth it for few kernels.
        Assert.Null(single.PlanWinograd(WalkTests.WeightGradient(8, 30, 30, 64, 16, 3, 2).Shape));
        Assert.Null(single.PlanWinograd(WalkTests.WeightGradient(8, 30, 30, 24, 24, 3, 1).Shape));
    }

    [Theory]
    [InlineData(3, 1, 64, 96)]
    [InlineData(5, 1, 32, 32)]
    [InlineData(7, 1, 96, 64)]
    public void Any_number_of_threads_gives_the_same_bits(int window, int stride, int channels, int kernels)
    {
        var (x, y) = (Numbers(1, 8, channels, 25, 26), Numbers(2, 8, kernels, (25 + stride - 1) / stride, (26 + stride - 1) / stride));
        var one = Run(x, y, window, stride, new SessionOptions { Threads = 1 });
        Assert.Equal(one, Run(x, y, window, stride, new SessionOptions { Threads = 2 }));
        Assert.Equal(one, Run(x, y, window, stride, new SessionOptions { Threads = 3 }));
        Assert.NotEqual(one, Run(x, y, window, stride, new SessionOptions { Threads = 1, Winograd = false }));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    [InlineData(3e38f)]
    public void What_is_not_finite_reaches_no_further_than_the_weights_that_meet_it(float value)
    {
        var (numbers, y) = (Numbers(1, 8, 64, 25, 26).AsSpan<float>().ToArray(), Numbers(2, 8, 64, 25, 26));
        numbers[12345] = value;
        var x = TensorData.Create<float>(numbers, [8, 64, 25, 26]);
        Assert.Equal(Run(x, y, 3, 1, new SessionOptions { Winograd = false }), Run(x, y, 3, 1, new SessionOptions()));
    }

    [Fact]
    public void What_is_sparse_is_summed_plainly_and_what_has_no_terms_is_zero()
    {
        var random = new Random(5);
        // Channels and kernels that are there in some columns of some places only, or so small that their squares vanish. The first column of a
        // window never meets those that leave out every fourth: its sums of zeros come of products that differ, and cancel but for rounding.
        var x = Sparse(8, 64, 26, 26, (channel, column) => channel switch { 5 => random.NextSingle() < 0.001f ? 1 : 0, 7 => 0, 11 => Others(column), 20 => 1e-24f * Others(column), _ => 1 });
        var y = Sparse(8, 64, 26, 26, (kernel, column) => kernel switch { 9 => random.NextSingle() < 0.002f ? 1 : 0, 12 => Fourth(column), _ => 1 });
        var (found, plain, truth, terms) = (Run(x, y, 3, 1, new SessionOptions()), Run(x, y, 3, 1, new SessionOptions { Winograd = false }), Wide(x, y, v => v), Wide(x, y, Math.Abs));
        Assert.NotEqual(plain, found);
        Assert.InRange(terms.Count(t => t == 0), 582, 5000);
        for (var i = 0; i < found.Length; i++)
            Expect.True(Math.Abs(found[i] - truth[i]) <= 8 * Math.Pow(2, -24) * terms[i], $"[{i / 576}, {i / 9 % 64}, {i / 3 % 3}, {i % 3}]: {found[i]}, plainly {plain[i]}, for {truth[i]} of {terms[i]}");

        static float Fourth(int column) => column % 4 == 0 ? 1 : 0;

        static float Others(int column) => 1 - Fourth(column + 1);

        TensorData Sparse(int images, int channels, int height, int width, Func<int, int, float> factor)
        {
            var dense = Numbers(random.Next(), images, channels, height, width).AsSpan<float>().ToArray();
            return TensorData.Create<float>([.. dense.Select((v, i) => v * factor(i / width / height % channels, i % width))], [images, channels, height, width]);
        }

        static double[] Wide(TensorData x, TensorData y, Func<double, double> map)
        {
            var graph = new Graph();
            var (images, results) = (graph.Placeholder("x", x.Extents.ToArray(), DType.Float64), graph.Placeholder("y", y.Extents.ToArray(), DType.Float64));
            var weights = graph.Placeholder("w", [64, 64, 3, 3], DType.Float64);
            using var session = new Session(graph);
            return session.Run(Gradients(Conv2d(images, weights, padding: 1), new GradientOptions { Upstream = results }, weights)[0], (images, Of(x)), (results, Of(y))).AsSpan<double>().ToArray();

            TensorData Of(TensorData data) => TensorData.Create<double>([.. Enumerable.Range(0, data.Count).Select(i => map(data.At(i)))], data.Extents.ToArray());
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(7)]
    public void What_lies_beyond_the_middles_of_windows_counts_too(int window)
    {
        var reach = 25 + window;
        // Without padding the outermost elements are in the middle of no window: of three channels there is nothing else.
        var dense = Numbers(1, 4, 64, reach, reach).AsSpan<float>().ToArray();
        bool IsThere(int channel, int line, int place) => channel switch { 3 => line == 0, 21 => place == reach - 1, 42 => line == 0 && place == 1, _ => true };
        var x = TensorData.Create<float>([.. dense.Select((v, i) => IsThere(i / reach / reach % 64, i / reach % reach, i % reach) ? v : 0)], [4, 64, reach, reach]);
        var y = Numbers(2, 4, 64, 26, 26);
        var (found, plain) = (Run(x, y, window, 1, new SessionOptions(), padding: 0), Run(x, y, window, 1, new SessionOptions { Winograd = false }, padding: 0));
        Assert.NotEqual(plain, found);
        Assert.InRange(plain.Count(w => w == 0), 64 * 3 * window, plain.Length / 8);
        for (var i = 0; i < found.Length; i++) Expect.True(plain[i] != 0 || found[i] == 0, $"[{i / 64 / window / window}, {i / window / window % 64}, {i / window % window}, {i % window}]: {found[i]} for 0");
    }

    [Fact]
    public void Where_many_channels_are_sparse_all_is_summed_plainly()
    {
        var (dense, y, random) = (Numbers(1, 8, 64, 25, 26).AsSpan<float>().ToArray(), Numbers(2, 8, 64, 25, 26), new Random(3));
        var x = TensorData.Create<float>([.. dense.Select((v, i) => i / 650 % 4 > 0 || random.NextSingle() < 0.01f ? v : 0)], [8, 64, 25, 26]);
        Assert.Equal(Run(x, y, 3, 1, new SessionOptions { Winograd = false }), Run(x, y, 3, 1, new SessionOptions()));
    }

    private static float[] Run(TensorData x, TensorData y, int window, int stride, SessionOptions options, int? padding = null)
    {
        var graph = new Graph();
        var (images, results) = (graph.Placeholder("x", ["batch", .. x.Extents.ToArray()[1..].Select(e => (Dim)e)]), graph.Placeholder("y", ["batch", .. y.Extents.ToArray()[1..].Select(e => (Dim)e)]));
        var weights = graph.Variable("w", Numbers(3, (int)y.Extents[1], (int)x.Extents[1], window, window));
        var gradient = Gradients(Conv2d(images, weights, stride: stride, padding: padding ?? window / 2), new GradientOptions { Upstream = results }, weights)[0];
        using var session = new Session(graph, options);
        return session.Run(gradient, (images, x), (results, y)).AsSpan<float>().ToArray();
    }

    /// <summary>Images [n, d, h, w, c] under windows of results [n, i, j, k, o], each axis given as results, weights and stride, to weights [o, c, p, q, r].</summary>
    private static DotProblem Problem(int images, (int Results, int Window, int Stride) layers, (int Results, int Window, int Stride) lines, (int Results, int Window, int Stride) places, int channels, int kernels)
    {
        long line = Reach(places) * channels, layer = Reach(lines) * line, image = Reach(layers) * layer;
        long result = places.Results * kernels, depth = lines.Results * result;
        long taps = layers.Window * lines.Window * places.Window;
        return new DotProblem(
            AxisGroup.Batch([], [], [], []),
            AxisGroup.Rows([kernels], [1], [channels * taps]),
            AxisGroup.Columns([channels, layers.Window, lines.Window, places.Window], [1, layer, line, channels], [taps, lines.Window * places.Window, places.Window, 1]),
            AxisGroup.Inner(
                [images, layers.Results, lines.Results, places.Results], [layers.Results * depth, depth, result, kernels],
                [image, layers.Stride * layer, lines.Stride * line, places.Stride * channels]));
    }

    private static int Reach((int Results, int Window, int Stride) axis) => (axis.Stride * (axis.Results - 1)) + axis.Window;

    private static void Check<TLane>(
        VectorWidth width, int images, (int Results, int Window, int Stride) layers, (int Results, int Window, int Stride) lines, (int Results, int Window, int Stride) places, int channels, int kernels, int parts = 1)
        where TLane : struct, ILane<TLane, float>
    {
        var (x, y) = (
            Numbers(3, images, Reach(layers), Reach(lines), Reach(places), channels).AsSpan<float>().ToArray(),
            Numbers(4, images, layers.Results, lines.Results, places.Results, kernels).AsSpan<float>().ToArray());
        var taps = layers.Window * lines.Window * places.Window;
        var w = new float[kernels * channels * taps];
        var plan = Compute<TLane>(width, Problem(images, layers, lines, places, channels, kernels), y, x, w);
        if (parts > 1) Assert.Equal(parts, plan.Parts);
        var sides = plan.Windows;
        for (var i = 0; i < w.Length; i += w.Length > 3000 ? 131 : 7)
        {
            var (place, line, deep, channel, kernel) = (i % places.Window, i / places.Window % lines.Window, i / places.Window / lines.Window % layers.Window, i / taps % channels, i / taps / channels);
            var (expected, bound) = (0.0, 0.0);
            for (var image = 0; image < images; image++)
            {
                for (var layer = 0; layer < layers.Results; layer++)
                {
                    for (var a = 0; a < lines.Results; a++)
                    {
                        for (var b = 0; b < places.Results; b++)
                            expected += Element(image, (layer * layers.Stride) + deep, (a * lines.Stride) + line, (b * places.Stride) + place, channel) * Result(image, layer, a, b, kernel);
                    }
                    for (var tile = 0; tile < sides.Lines.Tiles * sides.Places.Tiles; tile++) bound += Bound(image, layer, (int)(tile / sides.Places.Tiles), (int)(tile % sides.Places.Tiles), channel, kernel, deep, line, place);
                }
            }
            Expect.True(Math.Abs(w[i] - expected) <= (sides.Tiles + 16) * Math.Pow(2, -24) * bound, $"{width} {lines} {places} {channels} {kernels}, weight {i}: {w[i]}, expected {expected}");
        }

        // Gᵀ |A y Aᵀ| |Bᵀ d B| G of one tile, all numbers absolute.
        double Bound(int image, int layer, int tileLine, int tilePlace, int channel, int kernel, int deep, int line, int place)
        {
            var (down, across) = (Along(sides.Lines, line, tileLine), Along(sides.Places, place, tilePlace));
            var sum = 0.0;
            for (var r = 0; r < down.B.GetLength(0); r++)
            {
                for (var s = 0; s < across.B.GetLength(0); s++)
                {
                    var (differences, results) = (0.0, 0.0);
                    for (var p = 0; p < down.B.GetLength(1); p++)
                    {
                        for (var q = 0; q < across.B.GetLength(1); q++)
                            differences += Math.Abs(down.B[r, p] * across.B[s, q] * Element(image, (layer * layers.Stride) + deep, ((down.Result + p) * lines.Stride) + down.First, ((across.Result + q) * places.Stride) + across.First, channel));
                    }
                    for (var p = 0; p < down.Results; p++)
                    {
                        for (var q = 0; q < across.Results; q++)
                            results += Math.Abs(Factor(down.Results, p, r) * Factor(across.Results, q, s) * Result(image, layer, down.Result + p, across.Result + q, kernel));
                    }
                    sum += Math.Abs(down.G[r, down.Tap] * across.G[s, across.Tap]) * differences * results;
                }
            }
            return sum;
        }

        double Element(int image, int layer, int line, int place, int channel) => line < Reach(lines) && place < Reach(places)
            ? x[((((((image * Reach(layers)) + layer) * Reach(lines)) + line) * Reach(places)) + place) * channels + channel] : 0;

        double Result(int image, int layer, int line, int place, int kernel) => line < lines.Results && place < places.Results
            ? y[((((((image * layers.Results) + layer) * lines.Results) + line) * places.Results) + place) * kernels + kernel] : 0;
    }

    private static double Factor(int results, int result, int product) => results == 1 ? 1 : WinogradPieceTests.A[result, product];

    /// <summary>The piece that holds a weight, and which of its weights that is; the first result of a tile, and how many it has.</summary>
    private static (double[,] B, double[,] G, int First, int Tap, int Result, int Results) Along(WinogradAxis axis, int weight, int tile)
    {
        var piece = axis.Pieces.Single(p => weight >= p.First && (weight - p.First) % axis.Stride == 0 && (weight - p.First) / axis.Stride < p.Taps);
        var kind = axis.Pairs ? piece.Taps : 0;
        return (WinogradPieceTests.B[kind], WinogradPieceTests.G[kind], piece.First, (int)((weight - piece.First) / axis.Stride), axis.Pairs ? 2 * tile : tile, axis.Pairs ? 2 : 1);
    }

    private static WinogradGradient Compute<TLane>(VectorWidth width, DotProblem problem, float[] first, float[] second, float[] w)
        where TLane : struct, ILane<TLane, float>
    {
        var plan = (WinogradGradient)DotKernel.Get(DType.Float32, width).PlanWinograd(problem.Shape, atAnyCost: true)!;
        Assert.True(plan.Exchanged);
        // What lies there is overwritten.
        Array.Fill(w, 7);
        var scratch = NativeMemory.AlignedAlloc((nuint)plan.ScratchBytes, 64);
        var shared = NativeMemory.AlignedAlloc((nuint)plan.SharedBytes, 64);
        new Span<float>(scratch, (int)(plan.ScratchBytes / sizeof(float))).Fill(float.NaN);
        fixed (float* a = second, b = first, c = w)
        {
            var tiles = new WinogradGradientTiles<TLane>(plan, a, b, c, (byte*)scratch, (byte*)shared);
            for (var k = plan.Preparations - 1; k >= 0; k--) tiles.Prepare(k);
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
