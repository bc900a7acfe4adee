using System.Numerics;
using System.Numerics.Tensors;

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
            for (var group = 0; group < extents.Groups; group++)
            {
                if (y.DType == DType.Float32) Correlate(extents, (float*)x.Address, (float*)w.Address, (float*)y.Address, n, group, 0, extents.Outputs);
                else Correlate(extents, (double*)x.Address, (double*)w.Address, (double*)y.Address, n, group, 0, extents.Outputs);
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

    /// <summary>One image of some outputs of one group.</summary>
    public static void Correlate<T>(CorrelationExtents e, T* images, T* kernels, T* results, int image, int group, int begin, int end)
        where T : unmanaged, INumber<T>
    {
        if (e.ResultSize == 0) return;
        var (sizes, padded) = (e.Result, new PaddedImage(e));
        var volume = new double[e.Channels * padded.Count];
        for (var c = 0; c < e.Channels; c++) padded.Fill(images + ((((long)image * e.Groups) + group) * e.Channels + c) * e.ImageSize, volume.AsSpan(c * padded.Count));
        var line = new double[sizes[2]];
        for (var output = (group * e.Outputs) + begin; output < (group * e.Outputs) + end; output++)
        {
            var to = results + (((long)image * e.Groups * e.Outputs) + output) * e.ResultSize;
            for (var place = 0; place < sizes[0] * sizes[1]; place++, to += sizes[2])
            {
                Array.Clear(line);
                var w = kernels + ((long)output * e.Channels * e.KernelSize);
                for (var c = 0; c < e.Channels; c++)
                {
                    for (var tap = 0; tap < e.KernelSize; tap++, w++) AddProduct(volume.AsSpan((c * padded.Count) + padded.Row(place, tap)), e.Strides[2], double.CreateTruncating(*w), line);
                }
                TensorPrimitives.ConvertTruncating<double, T>(line, new Span<T>(to, sizes[2]));
            }
        }
    }

    /// <summary>One channel of one image.</summary>
    public static void Spread<T>(CorrelationExtents e, T* results, T* kernels, T* images, int image, int channel)
        where T : unmanaged, INumber<T>
    {
        var (group, c) = Math.DivRem(channel, e.Channels);
        var (sums, ours) = (new double[e.ImageSize], new double[e.ResultSize]);
        var (sizes, width, stride) = (e.Kernel, e.Result[2], e.Strides[2]);
        for (var o = group * e.Outputs; o < (group + 1) * e.Outputs; o++)
        {
            var w = kernels + (((long)o * e.Channels) + c) * e.KernelSize;
            TensorPrimitives.ConvertTruncating<T, double>(new ReadOnlySpan<T>(results + (((long)image * e.Groups * e.Outputs) + o) * e.ResultSize, e.ResultSize), ours);
            for (var tap = 0; tap < e.KernelSize; tap++, w++)
            {
                var (p, q, r) = (tap / (sizes[1] * sizes[2]), tap / sizes[2] % sizes[1], tap % sizes[2]);
                // The first and the last result of a line that reach into the image.
                var offset = (e.Dilations[2] * r) - e.Low[2];
                var begin = offset >= 0 ? 0 : (stride - 1 - offset) / stride;
                var count = Math.Min(width, offset >= e.Image[2] ? 0 : ((e.Image[2] - 1 - offset) / stride) + 1) - begin;
                if (count <= 0) continue;
                for (var place = 0; place < e.Result[0] * e.Result[1]; place++)
                {
                    var d = (e.Strides[0] * (place / e.Result[1])) + (e.Dilations[0] * p) - e.Low[0];
                    var h = (e.Strides[1] * (place % e.Result[1])) + (e.Dilations[1] * q) - e.Low[1];
                    if ((uint)d >= (uint)e.Image[0] || (uint)h >= (uint)e.Image[1]) continue;
                    var to = sums.AsSpan((((d * e.Image[1]) + h) * e.Image[2]) + (stride * begin) + offset);
                    AddSpread(ours.AsSpan((place * width) + begin, count), double.CreateTruncating(*w), to, stride);
                }
            }
        }
        TensorPrimitives.ConvertTruncating<double, T>(sums, new Span<T>(images + (((long)image * e.Groups * e.Channels) + channel) * e.ImageSize, e.ImageSize));
    }

    /// <summary>The kernel of one output and one channel of its group.</summary>
    public static void Sum<T>(CorrelationExtents e, T* images, T* results, T* kernels, int output, int channel)
        where T : unmanaged, INumber<T>
    {
        var (padded, width) = (new PaddedImage(e), e.Result[2]);
        var (sums, volume, ours) = (new double[e.KernelSize], new double[padded.Count], new double[e.ResultSize]);
        for (var n = 0; n < e.Images && e.ResultSize > 0; n++)
        {
            padded.Fill(images + ((((long)n * e.Groups) + (output / e.Outputs)) * e.Channels + channel) * e.ImageSize, volume);
            TensorPrimitives.ConvertTruncating<T, double>(new ReadOnlySpan<T>(results + (((long)n * e.Groups * e.Outputs) + output) * e.ResultSize, e.ResultSize), ours);
            for (var tap = 0; tap < sums.Length; tap++)
            {
                for (var place = 0; place < e.Result[0] * e.Result[1]; place++) sums[tap] += SumOfProducts(ours.AsSpan(place * width, width), volume.AsSpan(padded.Row(place, tap)), e.Strides[2]);
            }
        }
        TensorPrimitives.ConvertTruncating<double, T>(sums, new Span<T>(kernels + (((long)output * e.Channels) + channel) * e.KernelSize, e.KernelSize));
    }

    private static void AddProduct(ReadOnlySpan<double> x, int stride, double w, Span<double> sums)
    {
        if (stride == 1) TensorPrimitives.MultiplyAdd(x[..sums.Length], w, sums, sums);
        else
        {
            for (var i = 0; i < sums.Length; i++) sums[i] += w * x[stride * i];
        }
    }

    private static void AddSpread(ReadOnlySpan<double> y, double w, Span<double> sums, int stride)
    {
        if (stride == 1) TensorPrimitives.MultiplyAdd(y, w, sums[..y.Length], sums);
        else
        {
            for (var i = 0; i < y.Length; i++) sums[stride * i] += w * y[i];
        }
    }

    private static double SumOfProducts(ReadOnlySpan<double> y, ReadOnlySpan<double> x, int stride)
    {
        if (stride == 1) return TensorPrimitives.Dot(y, x[..y.Length]);
        var sum = 0.0;
        for (var i = 0; i < y.Length; i++) sum += y[i] * x[stride * i];
        return sum;
    }

    /// <summary>A channel with as much of its border as windows reach, in float64.</summary>
    private sealed class PaddedImage(CorrelationExtents e)
    {
        private readonly int[] extents = [.. Enumerable.Range(0, 3).Select(a => Math.Max(0, (e.Strides[a] * (e.Result[a] - 1)) + (e.Dilations[a] * (e.Kernel[a] - 1)) + 1))];

        public int Count => extents[0] * extents[1] * extents[2];

        /// <summary>Puts a channel where it belongs; the border is there already.</summary>
        public void Fill<T>(T* channel, Span<double> volume)
            where T : unmanaged, INumber<T>
        {
            var first = Math.Max(0, -e.Low[2]);
            var count = Math.Min(e.Image[2], extents[2] - e.Low[2]) - first;
            if (count <= 0) return;
            for (var line = 0; line < e.Image[0] * e.Image[1]; line++)
            {
                var (d, h) = ((line / e.Image[1]) + e.Low[0], (line % e.Image[1]) + e.Low[1]);
                if ((uint)d >= (uint)extents[0] || (uint)h >= (uint)extents[1]) continue;
                TensorPrimitives.ConvertTruncating(new ReadOnlySpan<T>(channel + ((long)line * e.Image[2]) + first, count), volume.Slice((((d * extents[1]) + h) * extents[2]) + first + e.Low[2], count));
            }
        }

        /// <summary>Where a line of places begins to read for a tap.</summary>
        public int Row(int place, int tap)
        {
            var sizes = e.Kernel;
            var d = (e.Strides[0] * (place / e.Result[1])) + (e.Dilations[0] * (tap / (sizes[1] * sizes[2])));
            var h = (e.Strides[1] * (place % e.Result[1])) + (e.Dilations[1] * (tap / sizes[2] % sizes[1]));
            return (((d * extents[1]) + h) * extents[2]) + (e.Dilations[2] * (tap % sizes[2]));
        }
    }
}
