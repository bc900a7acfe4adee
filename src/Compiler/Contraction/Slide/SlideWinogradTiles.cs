using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GraphGrad.Operations;

namespace GraphGrad.Compilation.Contraction.Slide;

/// <summary>
/// The loops of a <see cref="SlideWinograd"/>. All state is on the stack and in the caller's scratch memory, of which a thread that does a stretch of units clears the border once.
/// A number that is infinite or NaN, and a difference that overflows, reaches further here than the windows that hold it: what is not finite is computed again by plain loops.
/// </summary>
/// <param name="plan">The sizes.</param>
/// <param name="a">Images, or results where images are computed.</param>
/// <param name="b">Kernels.</param>
/// <param name="c">What is computed.</param>
/// <param name="scratch">The thread's own memory.</param>
internal readonly unsafe struct SlideWinogradTiles(SlideWinograd plan, float* a, float* b, float* c, float* scratch)
{
    private const int Taps = 9;

    private readonly CorrelationExtents extents = plan.Extents;
    private readonly float* differences = scratch + plan.Differences;
    private readonly float* sums = scratch + plan.Sums;
    private readonly float* weights = scratch + plan.Weights;

    public void Run(long begin, long end)
    {
        var transformed = -1L;
        for (var unit = begin; unit < end; unit++)
        {
            // Images of one group after the other, for its weights serve all of them.
            var (group, block) = Math.DivRem(unit, plan.Blocks);
            if (group != transformed) TransformWeights((int)group);
            transformed = group;
            Compute((int)block * plan.Merged, (int)group);
        }
    }

    private static void Clear(float* from, long count) => new Span<float>(from, checked((int)count)).Clear();

    private static int ImageSize(int[] sizes) => sizes[1] * sizes[2];

    /// <summary>All outputs of one group of some images.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Compute(int image, int group)
    {
        var count = Math.Min(plan.Merged, extents.Images - image);
        var finite = true;
        for (var line = 0; line < plan.TileLines; line += plan.LinesOfBlock)
        {
            var lines = Math.Min(plan.LinesOfBlock, plan.TileLines - line);
            TransformInputs(image, group, count, line, lines);
            var vectors = (int)DotPlan.Ceiling(lines * plan.Places, plan.Lanes);
            for (var product = 0; product < SlideWinograd.Products; product++) Multiply(product, vectors);
            for (var output = 0; output < plan.Outputs; output++) finite &= Finish(image, group, count, output, line, lines);
        }
        if (finite) return;
        for (var i = 0; i < count; i++)
        {
            if (!plan.IsInput) CorrelationLoops.Correlate(extents, a, b, c, image + i, group, 0, plan.Outputs);
            for (var output = 0; plan.IsInput && output < plan.Outputs; output++) CorrelationLoops.Spread(extents, a, b, c, image + i, (group * plan.Outputs) + output);
        }
    }

    /// <summary>The differences of all channels under some lines of tiles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TransformInputs(int image, int group, int count, int line, int lines)
    {
        Clear(scratch, plan.Differences);
        var size = ImageSize(plan.InputSize);
        var above = (2 * line) - plan.LowLine;
        var first = Math.Max(0, -above);
        var rows = Math.Min((2 * lines) + 2, plan.InputSize[1] - above) - first;
        for (var channel = 0; channel < plan.Inputs; channel++)
        {
            var from = a + (((((long)image * extents.Groups) + group) * plan.Inputs) + channel) * size;
            CopyRows(from + ((above + first) * plan.InputSize[2]), plan.InputSize[2], (long)extents.Groups * plan.Inputs * size, scratch + (first * plan.ImagePitch) + plan.LowPlace, plan.UsedWidth, rows, count);
            SlideWinogradLanes.Differences(scratch, plan.ImagePitch, lines, plan.Places, differences + (channel * plan.Pitch), plan.InputPlane);
        }
    }

    /// <summary>Some rows of images, side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CopyRows(float* from, int width, long imageStep, float* to, int used, int rows, int count) =>
        SlideRows.Copy(
            (byte*)from, (long)width * sizeof(float), imageStep * sizeof(float), (byte*)to, (long)plan.ImagePitch * sizeof(float), 2L * plan.ImagePlaces * sizeof(float), (long)used * sizeof(float), rows, count);

    /// <summary>One of the sixteen products.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiply(int product, int vectors)
    {
        var (rows, pitch) = (plan.TileRows, (long)plan.Pitch * sizeof(float));
        var (whole, rest) = Math.DivRem(plan.Outputs, rows);
        var from = differences + ((long)product * plan.InputPlane);
        var to = sums + ((long)product * plan.OutputPlane);
        var factors = weights + ((long)product * plan.Outputs * plan.WeightPitch);
        var factorRow = (long)plan.WeightPitch * sizeof(float);
        for (int left = vectors, taken; left > 0; left -= taken, from += taken * plan.Lanes, to += taken * plan.Lanes)
        {
            taken = SlideWinograd.NextVectors(left);
            plan.Code(rows, taken)((long)factors, factorRow, sizeof(float), (long)from, pitch, (long)to, pitch, plan.Inputs, false, whole, rows * factorRow);
            if (rest > 0)
                plan.Code(rest, taken)((long)(factors + (whole * rows * plan.WeightPitch)), factorRow, sizeof(float), (long)from, pitch, (long)(to + ((long)whole * rows * plan.Pitch)), pitch, plan.Inputs, false, 1, 0);
        }
    }

    /// <summary>One output's results of some lines of tiles; false if one is not finite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Finish(int image, int group, int count, int output, int line, int lines)
    {
        var (width, size) = (plan.OutputSize[2], ImageSize(plan.OutputSize));
        var rows = Math.Min(2 * lines, plan.OutputSize[1] - (2 * line));
        var from = sums + ((long)output * plan.Pitch);
        var to = c + ((((long)image * extents.Groups) + group) * plan.Outputs + output) * size + (2L * line * width);
        if (plan.Merged == 1) return SlideWinogradLanes.Results(from, plan.OutputPlane, rows, plan.Places, to, width, width);
        var finite = SlideWinogradLanes.Results(from, plan.OutputPlane, rows, plan.Places, scratch, plan.ImagePitch, plan.ImagePitch - plan.Lanes);
        SlideRows.Copy(
            (byte*)scratch, (long)plan.ImagePitch * sizeof(float), 2L * plan.ImagePlaces * sizeof(float), (byte*)to, (long)width * sizeof(float), (long)extents.Groups * plan.Outputs * size * sizeof(float),
            (long)width * sizeof(float), rows, count);
        return finite;
    }

    /// <summary>The weights of a group, a row for each output. Of images the kernels are turned round.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TransformWeights(int group)
    {
        var turned = stackalloc float[Taps * Vector512<float>.Count];
        var (outputStep, inputStep) = plan.IsInput ? (Taps, plan.Outputs * Taps) : (plan.Inputs * Taps, Taps);
        var from = b + ((long)group * plan.Outputs * plan.Inputs * Taps);
        for (var output = 0; output < plan.Outputs; output++)
        {
            for (var input = 0; input < plan.Inputs; input += Vector512<float>.Count)
            {
                var count = Math.Min(Vector512<float>.Count, plan.Inputs - input);
                for (var i = 0; i < count; i++)
                {
                    var kernel = from + ((long)output * outputStep) + ((long)(input + i) * inputStep);
                    for (var tap = 0; tap < Taps; tap++) turned[((plan.IsInput ? Taps - 1 - tap : tap) * Vector512<float>.Count) + i] = kernel[tap];
                }
                SlideWinogradLanes.Weights(turned, weights + ((long)output * plan.WeightPitch) + input, (long)plan.Outputs * plan.WeightPitch);
            }
        }
    }
}
