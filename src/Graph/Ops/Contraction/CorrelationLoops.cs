using System.Numerics;
using System.Runtime.CompilerServices;

namespace GraphGrad.Operations;

/// <summary>The three products of a correlation by plain loops, each element summed in float64: the interpreter's, and the compiler's where numbers are not finite.</summary>
internal static unsafe class CorrelationLoops
{
    public static void Correlate(EvaluationContext context, CorrelationGeometry geometry)
    {
        var (x, w, y) = (context.Inputs[0], context.Inputs[1], context.Output);
        var extents = Extents(context, geometry, x, w, y);
        for (var n = 0; n < extents.Images; n++)
        {
            for (var o = 0; o < extents.Groups * extents.Outputs; o++)
            {
                if (y.DType == DType.Float32) Correlate(extents, (float*)x.Address, (float*)w.Address, (float*)y.Address, n, o);
                else Correlate(extents, (double*)x.Address, (double*)w.Address, (double*)y.Address, n, o);
            }
        }
    }

    public static void Spread(EvaluationContext context, CorrelationGeometry geometry)
    {
        var (y, w, x) = (context.Inputs[0], context.Inputs[1], context.Output);
        var extents = Extents(context, geometry, x, w, y);
        for (var n = 0; n < extents.Images; n++)
        {
            for (var c = 0; c < extents.Groups * extents.Channels; c++)
            {
                if (y.DType == DType.Float32) Spread(extents, (float*)y.Address, (float*)w.Address, (float*)x.Address, n, c);
                else Spread(extents, (double*)y.Address, (double*)w.Address, (double*)x.Address, n, c);
            }
        }
    }

    public static void Sum(EvaluationContext context, CorrelationGeometry geometry)
    {
        var (x, y, w) = (context.Inputs[0], context.Inputs[1], context.Output);
        var extents = Extents(context, geometry, x, w, y);
        for (var o = 0; o < extents.Groups * extents.Outputs; o++)
        {
            for (var c = 0; c < extents.Channels; c++)
            {
                if (y.DType == DType.Float32) Sum(extents, (float*)x.Address, (float*)y.Address, (float*)w.Address, o, c);
                else Sum(extents, (double*)x.Address, (double*)y.Address, (double*)w.Address, o, c);
            }
        }
    }

    private static CorrelationExtents Extents(EvaluationContext context, CorrelationGeometry geometry, Operand x, Operand w, Operand y) =>
        CorrelationGeometry.Splits(x.Extents[1], w.Extents[0], w.Extents[1])
            ? new CorrelationExtents(geometry, x.Extents, w.Extents, y.Extents)
            : throw context.Error($"kernels [{string.Join(", ", w.Extents)}] do not split {x.Extents[1]} channels into groups; their number must be a multiple of that of the groups.");

    /// <summary>One image of one output.</summary>
    public static void Correlate<T>(CorrelationExtents e, T* images, T* kernels, T* results, int image, int output)
        where T : unmanaged, INumber<T>
    {
        var (sizes, strides, dilations) = (e.Result, e.Strides, e.Dilations);
        var group = output / e.Outputs;
        var to = results + (((long)image * e.Groups * e.Outputs) + output) * e.ResultSize;
        for (var d = 0; d < sizes[0]; d++)
        {
            for (var h = 0; h < sizes[1]; h++)
            {
                for (var v = 0; v < sizes[2]; v++)
                {
                    var sum = 0.0;
                    var w = kernels + ((long)output * e.Channels * e.KernelSize);
                    for (var c = 0; c < e.Channels; c++)
                    {
                        var x = images + ((((long)image * e.Groups) + group) * e.Channels + c) * e.ImageSize;
                        for (var p = 0; p < e.Kernel[0]; p++)
                        {
                            for (var q = 0; q < e.Kernel[1]; q++)
                            {
                                for (var r = 0; r < e.Kernel[2]; r++, w++)
                                    sum += double.CreateTruncating(*w) * Element(e, x, (strides[0] * d) + (dilations[0] * p), (strides[1] * h) + (dilations[1] * q), (strides[2] * v) + (dilations[2] * r));
                            }
                        }
                    }
                    *to++ = T.CreateTruncating(sum);
                }
            }
        }
    }

    /// <summary>One channel of one image.</summary>
    public static void Spread<T>(CorrelationExtents e, T* results, T* kernels, T* images, int image, int channel)
        where T : unmanaged, INumber<T>
    {
        var (group, c) = Math.DivRem(channel, e.Channels);
        var to = images + (((long)image * e.Groups * e.Channels) + channel) * e.ImageSize;
        for (var d = 0; d < e.Image[0]; d++)
        {
            for (var h = 0; h < e.Image[1]; h++)
            {
                for (var v = 0; v < e.Image[2]; v++)
                {
                    var sum = 0.0;
                    for (var o = group * e.Outputs; o < (group + 1) * e.Outputs; o++)
                    {
                        var w = kernels + (((long)o * e.Channels) + c) * e.KernelSize;
                        var y = results + (((long)image * e.Groups * e.Outputs) + o) * e.ResultSize;
                        for (var p = 0; p < e.Kernel[0]; p++)
                        {
                            if (!Place(e, 0, d, p, out var i)) continue;
                            for (var q = 0; q < e.Kernel[1]; q++)
                            {
                                if (!Place(e, 1, h, q, out var j)) continue;
                                for (var r = 0; r < e.Kernel[2]; r++)
                                {
                                    if (Place(e, 2, v, r, out var k))
                                        sum += double.CreateTruncating(w[(((p * e.Kernel[1]) + q) * e.Kernel[2]) + r]) * double.CreateTruncating(y[(((i * e.Result[1]) + j) * e.Result[2]) + k]);
                                }
                            }
                        }
                    }
                    *to++ = T.CreateTruncating(sum);
                }
            }
        }
    }

    /// <summary>The kernel of one output and one channel of its group.</summary>
    public static void Sum<T>(CorrelationExtents e, T* images, T* results, T* kernels, int output, int channel)
        where T : unmanaged, INumber<T>
    {
        var to = kernels + (((long)output * e.Channels) + channel) * e.KernelSize;
        for (var p = 0; p < e.Kernel[0]; p++)
        {
            for (var q = 0; q < e.Kernel[1]; q++)
            {
                for (var r = 0; r < e.Kernel[2]; r++)
                {
                    var sum = 0.0;
                    for (var n = 0; n < e.Images; n++)
                    {
                        var x = images + ((((long)n * e.Groups) + (output / e.Outputs)) * e.Channels + channel) * e.ImageSize;
                        var y = results + (((long)n * e.Groups * e.Outputs) + output) * e.ResultSize;
                        for (var d = 0; d < e.Result[0]; d++)
                        {
                            for (var h = 0; h < e.Result[1]; h++)
                            {
                                for (var v = 0; v < e.Result[2]; v++, y++)
                                    sum += double.CreateTruncating(*y) * Element(e, x, (e.Strides[0] * d) + (e.Dilations[0] * p), (e.Strides[1] * h) + (e.Dilations[1] * q), (e.Strides[2] * v) + (e.Dilations[2] * r));
                            }
                        }
                    }
                    *to++ = T.CreateTruncating(sum);
                }
            }
        }
    }

    /// <summary>An element of an image by its place behind the border; 0 on the border.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Element<T>(CorrelationExtents e, T* image, int d, int h, int w)
        where T : unmanaged, INumber<T>
    {
        (d, h, w) = (d - e.Low[0], h - e.Low[1], w - e.Low[2]);
        return (uint)d < (uint)e.Image[0] && (uint)h < (uint)e.Image[1] && (uint)w < (uint)e.Image[2]
            ? double.CreateTruncating(image[(((d * e.Image[1]) + h) * e.Image[2]) + w])
            : 0;
    }

    /// <summary>The place whose window has an element of the image at a place of the kernel, if there is one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Place(CorrelationExtents e, int axis, int element, int kernel, out int place)
    {
        var from = element + e.Low[axis] - (e.Dilations[axis] * kernel);
        (place, var rest) = Math.DivRem(from, e.Strides[axis]);
        return from >= 0 && rest == 0 && place < e.Result[axis];
    }
}
