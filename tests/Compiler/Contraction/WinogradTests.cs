using System.Runtime.InteropServices;
using GraphGrad.Compilation.Contraction;
using GraphGrad.Compilation.Contraction.Winograd;
using GraphGrad.Operations;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Compiler.Contraction;

/// <summary>Windows of 3×3 in fewer products: within the method's error bound, the same bits in any order, and exact about what is not finite.</summary>
public sealed unsafe class WinogradTests
{
    private static readonly double[,] A = { { 1, 0 }, { 1, 1 }, { 1, -1 }, { 0, -1 } };
    private static readonly double[,] B = { { 1, 0, 0, 0 }, { 0, 1, -1, 1 }, { -1, 1, 1, 0 }, { 0, 0, 0, -1 } };
    private static readonly double[,] G = { { 1, 0, 0 }, { 0.5, 0.5, 0.5 }, { 0.5, -0.5, 0.5 }, { 0, 0, 1 } };

    [Theory]
    [InlineData(VectorWidth.Scalar)]
    [InlineData(VectorWidth.Vector128)]
    [InlineData(VectorWidth.Vector256)]
    [InlineData(VectorWidth.Vector512)]
    public void Results_are_within_the_error_bound(VectorWidth width)
    {
        Check<NativeLane<float>>(width, images: 2, lines: 5, places: 6, channels: 16, kernels: 21);
        Check<WideLane<float>>(width, 1, 4, 3, 37, 18);
        Check<WideLane<float>>(width, 1, 26, 25, 18, 16);
        Check<NativeLane<float>>(width, 1, 2, 3, 200, 16);
        // More channels than stay in L2 for a line of tiles: blocks of several images.
        Check<WideLane<float>>(width, 5, 3, 4, 258, 40);
        // More weights than are kept: transformed panel by panel, the last of which is half full at 512 bits.
        Check<WideLane<float>>(width, 2, 3, 4, 400, 336, byPanels: true);
    }

    [Theory]
    [InlineData(VectorWidth.Scalar)]
    [InlineData(VectorWidth.Vector128)]
    [InlineData(VectorWidth.Vector256)]
    [InlineData(VectorWidth.Vector512)]
    public void Folded_results_are_within_the_error_bound(VectorWidth width)
    {
        CheckFolded<NativeLane<float>>(width, images: 2, lines: 5, places: 6, channels: 21, kernels: 16);
        CheckFolded<WideLane<float>>(width, 3, 4, 3, 18, 48);
        // Several blocks in an image, and in each several lines of tiles.
        CheckFolded<WideLane<float>>(width, 1, 26, 25, 18, 16);
        CheckFolded<WideLane<float>>(width, 2, 3, 4, 400, 336, byPanels: true);
    }

    [Fact]
    public void Only_float32_windows_of_many_channels_are_computed_this_way_and_of_gradients_those_of_three_that_move_by_one()
    {
        var (single, doubles) = (DotKernel.Get(DType.Float32, VectorWidth.Vector256), DotKernel.Get(DType.Float64, VectorWidth.Vector256));
        Assert.NotNull(single.PlanWinograd(WalkTests.Windows(4, 30, 30, 64, 64, 3, 1, 1).Shape));
        Assert.Null(doubles.PlanWinograd(WalkTests.Windows(4, 30, 30, 64, 64, 3, 1, 1).Shape));
        Assert.Null(single.PlanWinograd(WalkTests.Windows(4, 30, 30, 3, 64, 3, 1, 1).Shape));
        Assert.NotNull(single.PlanWinograd(WalkTests.ImageGradient(4, 30, 30, 64, 64, 3, 1, 1).Shape));
        Assert.Null(doubles.PlanWinograd(WalkTests.ImageGradient(4, 30, 30, 64, 64, 3, 1, 1).Shape));
        Assert.Null(single.PlanWinograd(WalkTests.ImageGradient(4, 30, 30, 64, 64, 3, 2, 1).Shape));
        Assert.Null(single.PlanWinograd(WalkTests.ImageGradient(4, 30, 30, 64, 64, 3, 1, 2).Shape));
        // What overlaps at the end of a line of channels would be added twice.
        Assert.Null(single.PlanWinograd(WalkTests.ImageGradient(4, 30, 30, 40, 64, 3, 1, 1).Shape));
    }

    [Fact]
    public void Any_number_of_threads_gives_the_same_bits()
    {
        var (x, w) = (Numbers(1, 3, 15, 16, 64), Numbers(2, 48, 64, 3, 3));
        var one = Run(x, w, new SessionOptions { Threads = 1 });
        Assert.Equal(one, Run(x, w, new SessionOptions { Threads = 2 }));
        Assert.NotEqual(one, Run(x, w, new SessionOptions { Threads = 1, Winograd = false }));
        var g = Numbers(5, 3, 13, 14, 48);
        one = RunGradient(g, w, new SessionOptions { Threads = 1 });
        Assert.Equal(one, RunGradient(g, w, new SessionOptions { Threads = 2 }));
        Assert.NotEqual(one, RunGradient(g, w, new SessionOptions { Threads = 1, Winograd = false }));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(3e38f)]
    public void What_is_not_finite_reaches_no_further_than_its_windows(float value)
    {
        var (finite, w) = (Numbers(1, 3, 15, 16, 64).AsSpan<float>().ToArray(), Numbers(2, 48, 64, 3, 3));
        finite[(((15 + 5) * 16) + 7) * 64] = value;
        var x = TensorData.Create<float>(finite, [3, 15, 16, 64]);
        var (fast, direct) = (Run(x, w, new SessionOptions()), Run(x, w, new SessionOptions { Winograd = false }));
        if (!float.IsFinite(value)) Assert.Equal(direct, fast);
        else Assert.Equal(direct.Count(float.IsFinite), fast.Count(float.IsFinite));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void What_is_not_finite_in_a_gradient_reaches_no_further_than_its_windows(float value)
    {
        var (finite, w) = (Numbers(5, 3, 13, 14, 48).AsSpan<float>().ToArray(), Numbers(2, 48, 64, 3, 3));
        finite[(((13 + 5) * 14) + 7) * 48] = value;
        var g = TensorData.Create<float>(finite, [3, 13, 14, 48]);
        Assert.Equal(RunGradient(g, w, new SessionOptions { Winograd = false }), RunGradient(g, w, new SessionOptions()));
    }

    private static float[] RunGradient(TensorData g, TensorData w, SessionOptions options)
    {
        var graph = new Graph();
        var (images, weights, given) = (graph.Placeholder("x", ["batch", 64, 15, 16]), graph.Placeholder("w", [48, 64, 3, 3]), graph.Placeholder("g", ["batch", 13, 14, 48]));
        using var session = new Session(graph, options);
        return session.Run(Gradient(Sum(Conv2d(images, weights) * Transpose(given, 0, 3, 1, 2)), images), (images, Numbers(1, 3, 64, 15, 16)), (weights, w), (given, g)).AsSpan<float>().ToArray();
    }

    private static float[] Run(TensorData x, TensorData w, SessionOptions options)
    {
        var graph = new Graph();
        var (images, weights) = (graph.Placeholder("x", ["batch", 15, 16, 64]), graph.Placeholder("w", [48, 64, 3, 3]));
        using var session = new Session(graph, options);
        return session.Run(Conv2d(Transpose(images, 0, 3, 1, 2), weights), (images, x), (weights, w)).AsSpan<float>().ToArray();
    }

    /// <summary>
    /// To first order the error is at most (n + 12) units in the last place of Σ |Aᵀ| (|G||g||Gᵀ| ∘ |Bᵀ||d||B|) |A| for n channels: n for the sum,
    /// 2 and 6 for the transformations before it and 4 for that after it (Barabasz, Anderson, Soodhalter and Gregg, "Error analysis and improving
    /// the accuracy of Winograd convolution for deep neural networks", 2020).
    /// </summary>
    private static void Check<TLane>(VectorWidth width, int images, int lines, int places, int channels, int kernels, bool byPanels = false)
        where TLane : struct, ILane<TLane, float>
    {
        var (x, w) = (Numbers(3, images, lines + 2, places + 2, channels).AsSpan<float>().ToArray(), Numbers(4, kernels, channels, 3, 3).AsSpan<float>().ToArray());
        var y = Compute<TLane>(width, WalkTests.Windows(images, lines + 2, places + 2, channels, kernels, 3, 1, 1), x, w, images * lines * places * kernels, byPanels);
        for (var i = 0; i < y.Length; i++)
        {
            // Large problems are sampled.
            if (y.Length > 5000 && i % 17 != 0) continue;
            var (kernel, place, line, image) = (i % kernels, i / kernels % places, i / kernels / places % lines, i / kernels / places / lines);
            var (expected, bound) = (0.0, 0.0);
            for (var channel = 0; channel < channels; channel++)
            {
                var (d, g) = (new double[4, 4], new double[3, 3]);
                for (var p = 0; p < 16; p++) d[p / 4, p % 4] = Pixel(image, (line & ~1) + (p / 4), (place & ~1) + (p % 4), channel);
                for (var p = 0; p < 9; p++) g[p / 3, p % 3] = w[(((kernel * channels) + channel) * 9) + p];
                for (var p = 0; p < 9; p++) expected += d[(line & 1) + (p / 3), (place & 1) + (p % 3)] * g[p / 3, p % 3];
                bound += Bound(d, g, line & 1, place & 1);
            }
            Expect.True(Math.Abs(y[i] - expected) <= (channels + 12) * Math.Pow(2, -24) * bound, $"{width} {channels}: {y[i]}, expected {expected}");
        }

        double Pixel(int image, int line, int place, int channel) =>
            line < lines + 2 && place < places + 2 ? x[(((((image * (lines + 2)) + line) * (places + 2)) + place) * channels) + channel] : 0;
    }

    /// <summary>As for the product that it is the transpose of, with four additions more, of tiles that overlap.</summary>
    private static void CheckFolded<TLane>(VectorWidth width, int images, int lines, int places, int channels, int kernels, bool byPanels = false)
        where TLane : struct, ILane<TLane, float>
    {
        // Results have so many channels, images so many kernels' places.
        var (y, w) = (Numbers(3, images, lines, places, channels).AsSpan<float>().ToArray(), Numbers(4, channels, kernels, 3, 3).AsSpan<float>().ToArray());
        var (high, wide) = (lines + 2, places + 2);
        var x = Compute<TLane>(width, WalkTests.ImageGradient(images, high, wide, kernels, channels, 3, 1, 1), y, w, images * high * wide * kernels, byPanels);
        for (var i = 0; i < x.Length; i += x.Length > 5000 ? 31 : 1)
        {
            var (kernel, place, line, image) = (i % kernels, i / kernels % wide, i / kernels / wide % high, i / kernels / wide / high);
            var (expected, bound) = (0.0, 0.0);
            for (var channel = 0; channel < channels; channel++)
            {
                var g = new double[3, 3];
                for (var p = 0; p < 9; p++) g[p / 3, p % 3] = w[(((channel * kernels) + kernel) * 9) + p];
                for (var p = 0; p < 9; p++) expected += Result(image, line - (p / 3), place - (p % 3), channel) * g[p / 3, p % 3];
                for (var first = Math.Max(0, (line - 2) & ~1); first <= line; first += 2)
                {
                    for (var left = Math.Max(0, (place - 2) & ~1); left <= place; left += 2)
                    {
                        var d = new double[2, 2];
                        for (var p = 0; p < 4; p++) d[p / 2, p % 2] = Result(image, first + (p / 2), left + (p % 2), channel);
                        bound += FoldedBound(d, g, line - first, place - left);
                    }
                }
            }
            Expect.True(Math.Abs(x[i] - expected) <= (channels + 16) * Math.Pow(2, -24) * bound, $"{width} {channels}: {x[i]}, expected {expected}");
        }

        double Result(int image, int line, int place, int channel) =>
            line >= 0 && place >= 0 && line < lines && place < places ? y[(((((image * lines) + line) * places) + place) * channels) + channel] : 0;
    }

    private static float[] Compute<TLane>(VectorWidth width, DotProblem problem, float[] first, float[] second, int count, bool byPanels)
        where TLane : struct, ILane<TLane, float>
    {
        var plan = (WinogradCorrelation)DotKernel.Get(DType.Float32, width).PlanWinograd(problem.Shape, atAnyCost: true)!;
        Assert.Equal(byPanels, plan.ByPanels);
        // What lies there is overwritten.
        var result = new float[count];
        Array.Fill(result, 7);
        var scratch = NativeMemory.AlignedAlloc((nuint)plan.ScratchBytes, 64);
        var shared = NativeMemory.AlignedAlloc((nuint)plan.SharedBytes, 64);
        fixed (float* a = first, b = second, c = result)
        {
            var tiles = new WinogradTiles<TLane>(plan, a, b, c, (byte*)scratch, (byte*)shared);
            for (var k = 0; k < plan.Preparations; k++) tiles.Prepare(k);
            for (var k = plan.Blocks - 1; k >= 0; k--) Assert.True(tiles.Compute(k));
        }
        NativeMemory.AlignedFree(scratch);
        NativeMemory.AlignedFree(shared);
        return result;
    }

    private static double FoldedBound(double[,] y, double[,] g, int line, int place)
    {
        var sum = 0.0;
        for (var r = 0; r < 4; r++)
        {
            for (var s = 0; s < 4; s++)
            {
                var (results, weights) = (0.0, 0.0);
                for (var p = 0; p < 4; p++) results += Math.Abs(A[r, p / 2] * y[p / 2, p % 2] * A[s, p % 2]);
                for (var p = 0; p < 9; p++) weights += Math.Abs(G[r, p / 3] * g[p / 3, p % 3] * G[s, p % 3]);
                sum += Math.Abs(B[line, r] * B[place, s]) * results * weights;
            }
        }
        return sum;
    }

    private static double Bound(double[,] d, double[,] g, int line, int place)
    {
        var sum = 0.0;
        for (var r = 0; r < 4; r++)
        {
            for (var s = 0; s < 4; s++)
            {
                var (differences, weights) = (0.0, 0.0);
                for (var p = 0; p < 16; p++) differences += Math.Abs(B[p / 4, r] * d[p / 4, p % 4] * B[p % 4, s]);
                for (var p = 0; p < 9; p++) weights += Math.Abs(G[r, p / 3] * g[p / 3, p % 3] * G[s, p % 3]);
                sum += Math.Abs(A[r, line] * A[s, place]) * differences * weights;
            }
        }
        return sum;
    }

    private static TensorData Numbers(int seed, params int[] extents)
    {
        var random = new Random(seed);
        var count = extents.Aggregate((a, b) => a * b);
        return TensorData.Create<float>([.. Enumerable.Range(0, count).Select(_ => (float)random.NextDouble() - 0.5f)], extents);
    }
}
