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
        var tables = (long)Marshal.UnsafeAddrOfPinnedArrayElement(flat.Tables, 0);
        var (image, group) = ((int)(begin / extents.Groups), (int)(begin % extents.Groups));
        // Images are as large as results.
        var from = a + (begin * plan.Inputs * extents.ImageSize);
        var step = (long)extents.ImageSize * sizeof(T);
        for (var unit = begin; unit < end; unit++, from += plan.Inputs * extents.ImageSize)
        {
            var finite = true;
            for (var output = 0; output < plan.Outputs; output++) finite &= FillTable(group, output);
            for (var output = 0; output < plan.Outputs; output++)
            {
                // The border would be multiplied, too.
                if (plan.Product == SlideProduct.Input && !finite) CorrelationLoops.Spread(extents, a, b, c, image, (group * plan.Outputs) + output);
                else flat.Code((long)from, step, plan.Inputs, (long)(table + ((long)output * plan.Weights.Length)), tables, (long)Output(image, group, output));
            }
            if (++group == extents.Groups) (image, group) = (image + 1, 0);
        }
    }
}
