using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using GraphGrad.Compilation.Emission;
using GraphGrad.Operations;

namespace GraphGrad.Compilation.Contraction.Slide;

/// <summary>Images that are read where they lie: the loops around the code of <see cref="SlideInPlace"/>.</summary>
internal readonly unsafe partial struct SlideTiles<T>
{
    private const int LineBytes = 64;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunInPlace(SlideInPlace sizes, long begin, long end)
    {
        var isInput = plan.Product == SlideProduct.Input;
        var (from, to) = (sizes.From, sizes.To);
        var (fromSize, toSize, kernelSize) = ((long)from[0] * from[1], (long)to[0] * to[1], (long)extents.KernelSize);
        var masks = (long)Marshal.UnsafeAddrOfPinnedArrayElement(sizes.Masks, 0);
        // Weights from channel to channel that is read, less the row that the code moves by; those of a group; and from output to output.
        var channelStep = isInput ? plan.Outputs * kernelSize : kernelSize;
        var (groupSize, outputStep) = (plan.Inputs * plan.Outputs * kernelSize, isInput ? kernelSize : plan.Inputs * kernelSize);
        var moved = channelStep + (isInput ? extents.Kernel[2] : -extents.Kernel[2]);
        var finite = AreFinite(b, extents.Groups * groupSize);
        var first = a - ((long)sizes.LowRow * from[1]) - sizes.Low;
        var rowStep = (long)extents.Strides[1] * from[1];
        for (long unit = begin, next; unit < end; unit = next)
        {
            var (number, part) = Math.DivRem(unit, plan.Parts);
            next = Math.Min(end, (number + 1) * plan.Parts);
            var outputs = (Begin: part * plan.Together, End: Math.Min(plan.Outputs, (part + next - unit) * plan.Together));
            var (image, group) = Math.DivRem(number, extents.Groups);
            var weights = b + (group * groupSize);
            var x = first + (number * plan.Inputs * fromSize);
            if (!finite && !AreFinite(weights, groupSize))
            {
                // The border would be multiplied, too, or would not.
                if (!isInput) CorrelationLoops.Correlate(extents, a, b, c, (int)image, (int)group, (int)outputs.Begin, (int)outputs.End);
                else for (var output = outputs.Begin; output < outputs.End; output++) CorrelationLoops.Spread(extents, a, b, c, (int)image, (int)((group * plan.Outputs) + output));
                continue;
            }
            for (var band = 0; band < sizes.Bands.Length; band++)
            {
                var (code, lastCode, row, _) = sizes.Bands[band];
                Fetch(sizes, band + 1 < sizes.Bands.Length ? number : number + 1, DotPlan.Ceiling(end, plan.Parts), (band + 1) % sizes.Bands.Length);
                for (var output = outputs.Begin; output < outputs.End; output += plan.Together)
                {
                    var w = weights + (output * outputStep) + (isInput ? kernelSize - 1 : 0);
                    var y = c + (((number * plan.Outputs) + output) * toSize);
                    (outputs.End - output < plan.Together ? lastCode : code)!(
                        (long)(x + (row * rowStep)), (long)from[1] * sizeof(T), fromSize * sizeof(T), plan.Inputs, (long)w, moved * sizeof(T), outputStep * sizeof(T), masks, sizes.Tiles,
                        (long)(y + ((long)row * to[1])), (long)to[1] * sizeof(T), toSize * sizeof(T));
                }
            }
        }
    }

    /// <summary>Asks for what some rows will read and write: so little is computed with it that waiting would take longer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Fetch(SlideInPlace sizes, long number, long end, int band)
    {
        if (number >= end) return;
        var (from, to) = (sizes.From, sizes.To);
        var (_, _, row, rows) = sizes.Bands[band];
        var first = Math.Min(from[0], row * extents.Strides[1]);
        var last = band == sizes.Bands.Length - 1 ? from[0] : Math.Min(from[0], (row + rows) * extents.Strides[1]);
        for (var channel = 0; channel < plan.Inputs; channel++) Fetch(a + ((((number * plan.Inputs) + channel) * from[0]) + first) * from[1], (long)(last - first) * from[1]);
        for (var output = 0; output < plan.Outputs; output++) Fetch(c + ((((number * plan.Outputs) + output) * to[0]) + row) * to[1], (long)rows * to[1]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fetch(T* from, long count)
    {
        for (long at = 0; at < count * sizeof(T); at += LineBytes) LaneMemory.Prefetch((long)from + at);
    }

    /// <summary>Whether all are finite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool AreFinite(T* numbers, long count)
    {
        var (zeros, i) = (T.Zero, 0L);
        if (Vector512.IsHardwareAccelerated)
        {
            var sums = Vector512<T>.Zero;
            for (; i <= count - Vector512<T>.Count; i += Vector512<T>.Count) sums += Vector512.Load(numbers + i) * T.Zero;
            zeros = Vector512.Sum(sums);
        }
        else
        {
            var sums = Vector256<T>.Zero;
            for (; i <= count - Vector256<T>.Count; i += Vector256<T>.Count) sums += Vector256.Load(numbers + i) * T.Zero;
            zeros = Vector256.Sum(sums);
        }
        for (; i < count; i++) zeros += numbers[i] * T.Zero;
        return zeros == T.Zero;
    }
}
