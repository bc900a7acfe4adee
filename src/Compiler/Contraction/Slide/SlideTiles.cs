using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using GraphGrad.Operations;

namespace GraphGrad.Compilation.Contraction.Slide;

/// <summary>
/// The loops around the code of a <see cref="SlidePlan"/>, for operands of one element type. All state is on the stack and in the caller's scratch memory, of which a
/// thread that does a stretch of units clears the borders once.
/// </summary>
/// <param name="plan">The sizes.</param>
/// <param name="a">Images, or results where images are computed.</param>
/// <param name="b">Kernels, or results where kernels are computed.</param>
/// <param name="c">What is computed.</param>
/// <param name="scratch">The thread's own memory.</param>
internal readonly unsafe partial struct SlideTiles<T>(SlidePlan plan, T* a, T* b, T* c, byte* scratch)
    where T : unmanaged, INumber<T>
{
    private readonly CorrelationExtents extents = plan.Extents;
    private readonly T* images = (T*)scratch + plan.FirstElement;
    private readonly T* staging = (T*)(scratch + plan.Staging);
    private readonly T* table = (T*)(scratch + plan.Table);
    private readonly long* numbers = (long*)Marshal.UnsafeAddrOfPinnedArrayElement(plan.Numbers, 0);

    public void Run(long begin, long end)
    {
        if (plan.Flat is { } flat)
        {
            RunFlat(flat, begin, end);
            return;
        }
        if (plan.InPlace is { } sizes)
        {
            RunInPlace(sizes, begin, end);
            return;
        }
        Clear((T*)scratch, plan.ImageElements);
        Clear(staging, plan.ResultElements);
        if (plan.Product == SlideProduct.Kernel)
        {
            for (var group = begin; group < end; group++) SumGroup((int)group);
            return;
        }
        var parts = plan.Parts;
        var filled = (Group: -1L, Begin: 0, End: 0);
        var finite = true;
        for (long unit = begin, next; unit < end; unit = next)
        {
            var (number, part) = Math.DivRem(unit, parts);
            next = Math.Min(end, (number + 1) * parts);
            var (block, group) = Math.DivRem(number, extents.Groups);
            var (first, last) = ((int)part * plan.Together, (int)Math.Min(plan.Outputs, (part + next - unit) * plan.Together));
            if (group != filled.Group || first < filled.Begin || last > filled.End)
            {
                finite = true;
                for (var output = first; output < last; output++) finite &= FillTable((int)group, output);
                filled = (group, first, last);
            }
            Slide((int)block * plan.Merged, (int)group, first, last, finite);
        }
    }

    private static void Clear(T* from, long count)
    {
        for (long at = 0; at < count; at += int.MaxValue) new Span<T>(from + at, (int)Math.Min(int.MaxValue, count - at)).Clear();
    }

    /// <summary>Outputs of one group of some images, from and up to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Slide(int image, int group, int begin, int end, bool finite)
    {
        var count = Math.Min(plan.Merged, extents.Images - image);
        var inputSize = plan.Product == SlideProduct.Input ? extents.ResultSize : extents.ImageSize;
        for (var channel = 0; channel < plan.Inputs; channel++) CopyChannel(a + (((((long)image * extents.Groups) + group) * plan.Inputs) + channel) * inputSize, inputSize, channel, count);
        foreach (var band in plan.Bands) ComputeBand(band, Output(image, group, 0), count, begin, end);
        if (finite || plan.Product != SlideProduct.Input) return;
        // The border was multiplied, too.
        for (var output = begin; output < end; output++)
        {
            if (FillTable(group, output)) continue;
            for (var i = 0; i < count; i++) CorrelationLoops.Spread(extents, a, b, c, image + i, (group * plan.Outputs) + output);
        }
    }

    /// <summary>Puts the weights of one output in the order in which taps are summed; where images are computed, whether all are finite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool FillTable(int group, int output)
    {
        var first = plan.Product == SlideProduct.Input
            ? ((long)group * plan.Inputs * plan.Outputs) + output
            : (((long)group * plan.Outputs) + output) * plan.Inputs;
        var from = b + (first * extents.KernelSize);
        var (block, place) = Math.DivRem(output, plan.Together);
        var step = Math.Min(plan.Together, plan.Outputs - (block * plan.Together));
        var to = table + ((long)block * plan.Together * plan.Weights.Length) + place;
        fixed (int* places = plan.Weights)
        {
            for (var tap = 0; tap < plan.Weights.Length; tap++) to[(long)tap * step] = from[places[tap]];
        }
        if (plan.Product != SlideProduct.Input) return true;
        var zeros = T.Zero;
        for (var tap = 0; tap < plan.Weights.Length; tap++) zeros += to[(long)tap * step] * T.Zero;
        return zeros == T.Zero;
    }

    private long OutputSize => plan.Product == SlideProduct.Input ? extents.ImageSize : extents.ResultSize;

    private T* Output(int image, int group, int output) => c + ((((long)image * extents.Groups) + group) * plan.Outputs + output) * OutputSize;

    /// <param name="band">What to compute.</param>
    /// <param name="to">The first image's first output.</param>
    /// <param name="count">Images side by side.</param>
    /// <param name="begin">The first output that is computed.</param>
    /// <param name="end">The end of them.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ComputeBand(SlideBand band, T* to, int count, int begin, int end)
    {
        var rowStep = plan.Height.RowStep;
        var lineStep = (long)band.Height.Step * rowStep * plan.Width.Outputs;
        for (var d = 0; d < band.Depth.Count; d++)
        {
            var slice = images + (d * plan.SliceStep);
            var lines = to + ((long)(band.Depth.First + (d * band.Depth.Step)) * plan.Height.Outputs * plan.Width.Outputs);
            for (var first = 0; first < Math.Min(rowStep, band.Height.Count); first++)
            {
                for (var row = first; row < band.Height.Count; row += band.TileRows * rowStep)
                {
                    var rows = Math.Min(band.TileRows, ((band.Height.Count - row - 1) / rowStep) + 1);
                    var source = slice + ((long)row * plan.Pitch);
                    var line = lines + ((long)(band.Height.First + (row * band.Height.Step)) * plan.Width.Outputs);
                    if (count == 1 && band.Parts.Length == 1) ComputeRows(band, 0, rows, source, line, lineStep, OutputSize, band.Parts[0].Width.Count, begin, end);
                    else StageRows(band, rows, source, line, lineStep, count, begin, end);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void StageRows(SlideBand band, int rows, T* source, T* line, long lineStep, int count, int begin, int end)
    {
        for (var part = 0; part < band.Parts.Length; part++)
            ComputeRows(band, part, rows, source, Staged(part), plan.ResultPitch, plan.StagedOutput, ((count - 1) * plan.ImagePitch) + band.Parts[part].Width.Count, begin, end);
        for (var output = begin; output < end; output++) PutRows(band, rows, output * plan.StagedOutput, line + (output * OutputSize), lineStep, count);
    }

    private T* Staged(int part) => staging + ((long)part * plan.StagedRows * plan.ResultPitch);

    /// <summary>Some rows of some outputs: what they read stays in the cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ComputeRows(SlideBand band, int number, int rows, T* source, T* line, long lineStep, long outputStep, int columns, int begin, int end)
    {
        var part = band.Parts[number];
        var (code, lastCode) = (band.Code(number, rows), band.LastCode(number, rows));
        var step = band.Vectors * plan.Lanes;
        var rowBytes = (long)plan.Height.RowStep * plan.Pitch * sizeof(T);
        for (var column = 0; column < columns; column += step)
        {
            for (var output = begin; output < end; output += plan.Together)
            {
                var to = line + (output * outputStep) + column;
                var together = Math.Min(plan.Together, end - output);
                if (part.Runs.Count == 0)
                {
                    for (var row = 0; row < together * rows; row++) new Span<T>(to + (row / rows * outputStep) + (row % rows * lineStep), Math.Min(step, columns - column)).Clear();
                    continue;
                }
                (together == plan.Together ? code : lastCode)!(
                    (long)(source + column), rowBytes, (long)(numbers + part.Counts), (long)(numbers + part.Offsets),
                    (long)(table + ((long)output * plan.Weights.Length) + ((long)part.FirstWeight * together)), (long)to, lineStep * sizeof(T), outputStep * sizeof(T), columns - column);
            }
        }
    }

    /// <summary>Puts rows from scratch memory where they belong, the phases of a stride in turns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PutRows(SlideBand band, int rows, long staged, T* line, long lineStep, int count)
    {
        var from = Staged(0) + staged;
        var (phase, imageStep) = ((long)plan.StagedRows * plan.ResultPitch, (long)extents.Groups * plan.Outputs * OutputSize);
        if (band.Parts.Length == 1)
        {
            SlideRows.Copy(
                (byte*)from, (long)plan.ResultPitch * sizeof(T), (long)plan.ImagePitch * sizeof(T), (byte*)line, lineStep * sizeof(T), imageStep * sizeof(T),
                (long)band.Parts[0].Width.Count * sizeof(T), rows, count);
            return;
        }
        for (var image = 0; image < count; image++, from += plan.ImagePitch, line += imageStep)
        {
            var pairs = 0;
            if (band.Parts.Length == 2 && band.Parts[0].Width.Step == 2 && sizeof(T) == sizeof(float))
            {
                pairs = band.Parts[1].Width.Count;
                SlideRows.Join((float*)from, (float*)(from + phase), plan.ResultPitch, (float*)line, lineStep, pairs, rows);
            }
            for (var part = 0; part < band.Parts.Length; part++)
            {
                var places = band.Parts[part].Width;
                for (var i = pairs; i < places.Count; i++)
                {
                    for (var row = 0; row < rows; row++) line[(row * lineStep) + places.First + (i * places.Step)] = from[(part * phase) + ((long)row * plan.ResultPitch) + i];
                }
            }
        }
    }

    /// <summary>The kernels of all outputs and channels of a group.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SumGroup(int group)
    {
        Clear(table, plan.TableElements);
        for (var image = 0; image < extents.Images; image += plan.Merged)
        {
            var count = Math.Min(plan.Merged, extents.Images - image);
            if (count < plan.Merged && image > 0) Clear(staging, plan.ResultElements);
            for (var channel = 0; channel < plan.Inputs; channel++)
                CopyChannel(a + (((((long)image * extents.Groups) + group) * plan.Inputs) + channel) * extents.ImageSize, extents.ImageSize, channel, count);
            for (var output = 0; output < plan.Outputs; output++)
                CopyResults(b + (((((long)image * extents.Groups) + group) * plan.Outputs) + output) * extents.ResultSize, staging + (output * extents.Result[0] * plan.ResultSlice), count);
            for (var pair = 0; pair < plan.Outputs * plan.Inputs; pair++)
            {
                foreach (var sums in plan.Sums) AddPair(sums, pair / plan.Inputs, pair % plan.Inputs, table + ((((long)pair * plan.Weights.Length) + sums.FirstTap) * plan.Lanes));
            }
        }
        for (var pair = 0; pair < plan.Outputs * plan.Inputs; pair++) FinishPair(group, pair / plan.Inputs, pair % plan.Inputs, table + ((long)pair * plan.Weights.Length * plan.Lanes));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddPair(SlideSums sums, int output, int channel, T* to)
    {
        var (rowStep, pitch, tileRows) = (plan.Height.RowStep, (long)plan.Pitch, sums.Codes.Length - 1);
        for (var d = 0; d < extents.Result[0]; d++)
        {
            for (var first = 0; first < Math.Min(rowStep, extents.Result[1]); first++)
            {
                var (tiles, rest) = Math.DivRem(((extents.Result[1] - first - 1) / rowStep) + 1, tileRows);
                var x = images + (channel * plan.ChannelStep) + (d * plan.SliceStep) + (first * pitch);
                var y = staging + (((output * extents.Result[0]) + d) * plan.ResultSlice) + ((long)first * plan.ResultPitch);
                if (tiles > 0) AddTiles(sums, tileRows, tiles, x, y, to);
                if (rest > 0) AddTiles(sums, rest, 1, x + (tiles * tileRows * rowStep * pitch), y + ((long)tiles * tileRows * rowStep * plan.ResultPitch), to);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddTiles(SlideSums sums, int rows, int tiles, T* x, T* y, T* to)
    {
        var (xRow, yRow) = ((long)plan.Height.RowStep * plan.Pitch * sizeof(T), (long)plan.Height.RowStep * plan.ResultPitch * sizeof(T));
        sums.Codes[rows]!((long)x, xRow, rows * xRow, (long)(numbers + sums.Offsets), (long)y, yRow, rows * yRow, tiles, plan.ResultPitch / plan.Lanes, (long)to);
    }

    /// <summary>Adds up the lanes. What lies behind a row is multiplied by zero: where that gave NaN, the sums are done one by one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FinishPair(int group, int output, int channel, T* sums)
    {
        var number = (group * plan.Outputs) + output;
        var to = c + ((((long)number * plan.Inputs) + channel) * extents.KernelSize);
        var finite = true;
        for (var tap = 0; tap < plan.Weights.Length; tap++, sums += plan.Lanes)
        {
            var sum = SlideRows.Sum(sums, plan.Lanes);
            to[plan.Weights[tap]] = T.CreateTruncating(sum);
            finite &= double.IsFinite(sum);
        }
        if (!finite) CorrelationLoops.Sum(extents, a, b, c, number, channel);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CopyResults(T* from, T* to, int count) =>
        SlideRows.Copy(
            (byte*)from, (long)extents.Result[2] * sizeof(T), (long)extents.Groups * plan.Outputs * extents.ResultSize * sizeof(T),
            (byte*)to, (long)plan.ResultPitch * sizeof(T), (long)plan.ImagePitch * sizeof(T), (long)extents.Result[2] * sizeof(T), extents.Result[0] * extents.Result[1], count);

    /// <summary>Copies one channel of some images behind its border, the phases of strides apart.</summary>
    /// <param name="from">The channel of the first image.</param>
    /// <param name="size">Elements of a channel.</param>
    /// <param name="channel">Which of the group it is.</param>
    /// <param name="count">Images side by side.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CopyChannel(T* from, long size, int channel, int count)
    {
        var (depth, height, width) = (plan.Depth, plan.Height, plan.Width);
        var to = images + (channel * plan.ChannelStep);
        var imageStep = extents.Groups * plan.Inputs * size;
        var firstRow = Math.Max(0, -height.Origin);
        var end = Math.Min(height.Extent, (height.Phases * height.Length) - height.Origin);
        for (var d = 0; d < depth.Extent; d++)
        {
            if (!Find(depth, d, out var deep, out var deepIndex)) continue;
            var line = from + ((((long)d * height.Extent) + firstRow) * width.Extent);
            var slice = (deep * depth.Length) + deepIndex;
            if (height.Phases == 1 && width.Phases == 1)
            {
                var first = Math.Max(0, -width.Origin);
                var elements = Math.Min(width.Extent, width.Length - width.Origin) - first;
                if (elements <= 0 || end <= firstRow) continue;
                SlideRows.Copy(
                    (byte*)(line + first), (long)width.Extent * sizeof(T), imageStep * sizeof(T),
                    (byte*)(to + plan.Row(slice, 0, firstRow + height.Origin, 0) + width.Origin + first), (long)plan.Pitch * sizeof(T), (long)plan.ImagePitch * sizeof(T),
                    (long)elements * sizeof(T), end - firstRow, count);
                continue;
            }
            for (var image = 0; image < count; image++, line += imageStep)
            {
                for (var h = firstRow; h < Math.Min(end, firstRow + height.Phases); h++)
                {
                    var (row, phase) = Math.DivRem(h + height.Origin, height.Phases);
                    CopyRows(
                        line + ((h - firstRow) * width.Extent), (long)height.Phases * width.Extent, to + plan.Row(slice, phase, row, 0) + (image * plan.ImagePitch),
                        (long)height.Length * plan.Pitch, ((end - h - 1) / height.Phases) + 1);
                }
            }
        }
    }

    /// <summary>Copies rows of one phase of the height, the phases of the width apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CopyRows(T* from, long fromRow, T* to, long phaseStep, int rows)
    {
        var width = plan.Width;
        var first = Math.Max(0, -width.Origin);
        var count = Math.Min(width.Extent, (width.Phases * width.Length) - width.Origin) - first;
        if (count <= 0) return;
        from += first;
        var (start, offset) = Math.DivRem(first + width.Origin, width.Phases);
        if (width.Phases == 1)
        {
            SlideRows.Copy((byte*)from, fromRow * sizeof(T), 0, (byte*)(to + start), (long)plan.Pitch * sizeof(T), 0, (long)count * sizeof(T), rows, 1);
            return;
        }
        if (width.Phases == 2 && sizeof(T) == sizeof(float))
        {
            // An element at an odd place is followed by one at the next index of the even ones.
            SlideRows.Split((float*)from, fromRow, (float*)(to + start + offset), (float*)(to + phaseStep + start), plan.Pitch, count, offset == 1, rows);
            return;
        }
        for (; rows > 0; rows--, from += fromRow, to += plan.Pitch)
        {
            var (index, phase) = (start, offset);
            for (var i = 0; i < count; i++)
            {
                to[(phase * phaseStep) + index] = from[i];
                if (++phase == width.Phases) (index, phase) = (index + 1, 0);
            }
        }
    }

    private static bool Find(SlideAxis axis, int element, out int phase, out int index)
    {
        (index, phase) = Math.DivRem(element + axis.Origin, axis.Phases);
        return element + axis.Origin >= 0 && index < axis.Length;
    }
}
