using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using GraphGrad.Operations;

namespace GraphGrad.Compilation.Contraction.Slide;

/// <summary>Images of few elements, each as one row: the loops around the code of <see cref="SlideFlat"/>.</summary>
internal readonly unsafe partial struct SlideTiles<T>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunFlat(SlideFlat flat, long begin, long end)
    {
        var isInput = plan.Product == SlideProduct.Input;
        var tables = (long)Marshal.UnsafeAddrOfPinnedArrayElement(flat.Tables, 0);
        // Images are as large as results.
        long size = extents.ImageSize, kernelSize = extents.KernelSize;
        var (groupSize, channelStep, outputStep) = (plan.Inputs * plan.Outputs * kernelSize, isInput ? plan.Outputs * kernelSize : kernelSize, isInput ? kernelSize : plan.Inputs * kernelSize);
        var finite = AreFinite(b, extents.Groups * groupSize);
        var (number, output) = (begin / plan.Outputs, begin % plan.Outputs);
        var (image, group) = (number / extents.Groups, number % extents.Groups);
        for (var unit = begin; unit < end; unit++)
        {
            var weights = b + (group * groupSize);
            T* x = a + (number * plan.Inputs * size), y = c + (unit * size);
            if (unit + 1 < end)
            {
                Fetch(x + (plan.Inputs * size), plan.Inputs * size);
                Fetch(y + size, size);
            }
            if (finite || AreFinite(weights, groupSize)) flat.Code((long)x, size * sizeof(T), plan.Inputs, (long)(weights + (output * outputStep)), channelStep * sizeof(T), tables, (long)y);
            // The border would be multiplied, too, or would not.
            else if (isInput) CorrelationLoops.Spread(extents, a, b, c, (int)image, (int)((group * plan.Outputs) + output));
            else CorrelationLoops.Correlate(extents, a, b, c, (int)image, (int)group, (int)output, (int)output + 1);
            if (++output < plan.Outputs) continue;
            (output, number, group) = (0, number + 1, group + 1);
            if (group == extents.Groups) (image, group) = (image + 1, 0);
        }
    }
}
