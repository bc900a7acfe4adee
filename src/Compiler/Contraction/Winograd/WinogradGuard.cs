using System.Runtime.CompilerServices;
using GraphGrad.Operations;

namespace GraphGrad.Compilation.Contraction.Winograd;

/// <summary>
/// What keeps gradients in fewer products as exact as plain sums. Their rounding is of the size of the lengths of both factors, the elements of a channel and the results of a kernel; that of
/// a plain sum is of the size of its own terms, of which a channel or kernel that is almost all zeros leaves few. So those are summed over what is not zero, and a weight that is
/// no more than a few times the rounding, as where channel and kernel are never there together, is summed again.
/// </summary>
/// <param name="plan">The sizes.</param>
/// <param name="images">Elements.</param>
/// <param name="results">Results.</param>
/// <param name="weights">What is computed.</param>
/// <param name="figures">Sums of magnitudes and of squares of a unit's channels, then of its kernels.</param>
internal readonly unsafe struct WinogradGuard<TLane>(WinogradGradient plan, float* images, float* results, float* weights, float* figures)
    where TLane : struct, ILane<TLane, float>
{
    // Below it terms are so few, or so unequal, that rounding of the others shows. Measured: errors are those of plain sums from a tenth of the elements on.
    private const float LeastEvenness = 1 / 16f;

    // Squares of less lose digits, or vanish.
    private const float LeastSquares = 1e-30f;

    // Times the lengths of both factors; measured, the largest error is a half of 2^-24.
    private const float Rounding = 8 / 16777216f;

    // Of channels, and of kernels, one in so many may be sparse; of weights one in so many is summed again.
    private const int ShareOfSparse = 8, ShareOfAgain = 4096;

    private readonly WinogradSides sides = plan.Windows;

    /// <summary>Adds some elements, or results, of each of some neighbours.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(float** from, long count, long neighbours, float* magnitudes, float* squares)
    {
        for (long at = 0; at < neighbours; at += TLane.Count)
        {
            var (magnitude, square) = (TLane.Load(magnitudes + at), TLane.Load(squares + at));
            for (long i = 0; i < count; i++)
            {
                var value = TLane.Load(from[i] + at);
                magnitude += TLane.Abs(value);
                square = TLane.MultiplyAdd(value, value, square);
            }
            magnitude.Store(magnitudes + at);
            square.Store(squares + at);
        }
    }

    /// <summary>Whether so few channels and kernels are sparse, of what has been added, that it pays to sum them by themselves.</summary>
    public bool IsEven(WinogradUnit unit, long tiles)
    {
        var count = plan.ResultsOfTile * tiles;
        return !float.IsNaN(figures[0]) && Sparse(figures, figures + plan.ChannelPitch, unit.Channels, count) <= unit.Channels / ShareOfSparse
            && Sparse(KernelFigures, KernelFigures + plan.KernelPitch, unit.Kernels, count) <= unit.Kernels / ShareOfSparse;
    }

    /// <summary>Puts right what is to be summed otherwise; false if that is too much.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool Finish(WinogradUnit unit)
    {
        if (!IsEven(unit, sides.Tiles)) return false;
        float* squaresOfChannels = figures + plan.ChannelPitch, squaresOfKernels = KernelFigures + plan.KernelPitch;
        var (taps, count, again) = ((int)sides.Taps, plan.ResultsOfTile * sides.Tiles, Math.Max(1, sides.Taps * unit.Channels * unit.Kernels / ShareOfAgain));
        for (long k = 0; k < unit.Kernels; k++)
        {
            if (IsSparse(KernelFigures[k], squaresOfKernels[k], count))
            {
                SumKernel(unit, k);
                continue;
            }
            var row = weights + ((unit.Kernel + k) * sides.WeightKernel) + (unit.Channel * sides.WeightChannel);
            for (long c = 0; c < unit.Channels; c++, row += sides.WeightChannel)
            {
                var bound = Rounding * MathF.Sqrt(squaresOfChannels[c]) * MathF.Sqrt(squaresOfKernels[k]);
                for (var tap = 0; tap < taps; tap++)
                {
                    var (line, place) = Math.DivRem(tap, (int)sides.Places.Kernel);
                    var weight = row + (line * sides.WeightLine) + (place * sides.WeightPlace);
                    if (MathF.Abs(*weight) >= bound || IsSparse(figures[c], squaresOfChannels[c], count)) continue;
                    if (again-- == 0) return false;
                    *weight = SumOf(unit.Channel + c, unit.Kernel + k, line, place);
                }
            }
        }
        for (long c = 0; c < unit.Channels; c++)
        {
            if (IsSparse(figures[c], squaresOfChannels[c], count)) SumChannel(unit, c);
        }
        return true;
    }

    private float* KernelFigures => figures + (2 * plan.ChannelPitch);

    private static bool IsSparse(float magnitudes, float squares, long count) =>
        magnitudes > 0 && (squares < LeastSquares || magnitudes * magnitudes < LeastEvenness * count * squares);

    private static long Sparse(float* magnitudes, float* squares, long neighbours, long count)
    {
        var sparse = 0L;
        for (long k = 0; k < neighbours; k++)
        {
            if (IsSparse(magnitudes[k], squares[k], count)) sparse++;
        }
        return sparse;
    }

    /// <summary>One weight as a plain sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private float SumOf(long channel, long kernel, int line, int place)
    {
        var total = 0f;
        for (long image = 0; image < sides.Images; image++)
        {
            var sum = 0f;
            for (long i = 0; i < sides.Lines.Outputs; i++)
            {
                var x = images + sides.ImageOffset(image) + ((i + line) * sides.LineStep) + (place * sides.PlaceStep) + channel;
                var y = results + sides.ResultOffset(image) + (i * sides.ResultLine) + kernel;
                for (long j = 0; j < sides.Places.Outputs; j++, x += sides.PlaceStep, y += sides.ResultPlace) sum += *x * *y;
            }
            total += sum;
        }
        return total;
    }

    /// <summary>The weights of a channel, over its elements that are not zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SumChannel(WinogradUnit unit, long channel)
    {
        var count = (int)(sides.Taps * unit.Kernels);
        float* sums = stackalloc float[count], totals = stackalloc float[count];
        new Span<float>(totals, count).Clear();
        for (long image = 0; image < sides.Images; image++)
        {
            new Span<float>(sums, count).Clear();
            for (long i = 0; i < sides.Lines.Reach; i++)
            {
                var x = images + sides.ImageOffset(image) + (i * sides.LineStep) + unit.Channel + channel;
                for (long j = 0; j < sides.Places.Reach; j++, x += sides.PlaceStep)
                {
                    if (*x == 0) continue;
                    var sum = sums;
                    for (var p = 0; p < sides.Lines.Kernel; p++)
                    {
                        for (var q = 0; q < sides.Places.Kernel; q++, sum += unit.Kernels)
                        {
                            if ((ulong)(i - p) < (ulong)sides.Lines.Outputs && (ulong)(j - q) < (ulong)sides.Places.Outputs)
                                AddMultiple(*x, results + sides.ResultOffset(image) + ((i - p) * sides.ResultLine) + ((j - q) * sides.ResultPlace) + unit.Kernel, unit.Kernels, sum);
                        }
                    }
                }
            }
            AddMultiple(1, sums, count, totals);
        }
        for (long k = 0; k < unit.Kernels; k++) Put(totals + k, unit.Kernels, unit.Channel + channel, unit.Kernel + k);
    }

    /// <summary>The weights of a kernel, over its results that are not zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SumKernel(WinogradUnit unit, long kernel)
    {
        var count = (int)(sides.Taps * unit.Channels);
        float* sums = stackalloc float[count], totals = stackalloc float[count];
        new Span<float>(totals, count).Clear();
        for (long image = 0; image < sides.Images; image++)
        {
            new Span<float>(sums, count).Clear();
            for (long i = 0; i < sides.Lines.Outputs; i++)
            {
                var y = results + sides.ResultOffset(image) + (i * sides.ResultLine) + unit.Kernel + kernel;
                for (long j = 0; j < sides.Places.Outputs; j++, y += sides.ResultPlace)
                {
                    if (*y == 0) continue;
                    var sum = sums;
                    for (var p = 0; p < sides.Lines.Kernel; p++)
                    {
                        for (var q = 0; q < sides.Places.Kernel; q++, sum += unit.Channels)
                            AddMultiple(*y, images + sides.ImageOffset(image) + ((i + p) * sides.LineStep) + ((j + q) * sides.PlaceStep) + unit.Channel, unit.Channels, sum);
                    }
                }
            }
            AddMultiple(1, sums, count, totals);
        }
        for (long c = 0; c < unit.Channels; c++) Put(totals + c, unit.Channels, unit.Channel + c, unit.Kernel + kernel);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddMultiple(float factor, float* from, long count, float* to)
    {
        var x = TLane.Fill(factor);
        for (long at = 0; at < count; at += TLane.Count) TLane.MultiplyAdd(x, TLane.Load(from + at), TLane.Load(to + at)).Store(to + at);
    }

    private void Put(float* sums, long step, long channel, long kernel)
    {
        for (var p = 0; p < sides.Lines.Kernel; p++)
        {
            for (var q = 0; q < sides.Places.Kernel; q++, sums += step) weights[(kernel * sides.WeightKernel) + (channel * sides.WeightChannel) + (p * sides.WeightLine) + (q * sides.WeightPlace)] = *sums;
        }
    }
}
