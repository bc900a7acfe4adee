namespace GraphGrad.Compilation.Contraction.Slide;

/// <summary>What a place of the kernel reads along one axis: which of the interleaved parts of the input, and how far from the output's own index.</summary>
internal readonly record struct SlideTap(int Kernel, int Phase, int Shift);

/// <summary>Outputs along one axis that read the same taps: First, First + Step, … Output number r reads index r + Shift of a tap.</summary>
internal sealed record SlidePhase(int First, int Step, int Count, SlideTap[] Taps);

/// <summary>
/// One axis of a correlation, or of its transpose. With a stride, inputs of a correlation fall into as many interleaved phases, of which each tap reads one by
/// neighbouring indices; of the transpose, the outputs do.
/// </summary>
internal sealed class SlideAxis
{
    private SlideAxis(int extent, int phases, int origin, int length, int outputs, int rowStep, SlidePhase[] parts)
    {
        (Extent, Phases, Origin, Length, Outputs, RowStep, Parts) = (extent, phases, origin, length, outputs, rowStep, parts);
        // In each phase places before the first element, and those behind the last.
        SharedBorder = Enumerable.Range(0, phases).Min(phase => Math.Clamp(length - Places(origin + extent, phase), 0, Math.Max(0, Places(origin, phase))));

        int Places(int end, int phase) => (int)Math.Ceiling((end - phase) / (double)phases);
    }

    /// <summary>Input elements.</summary>
    public int Extent { get; }

    public int Phases { get; }

    /// <summary>Element e is at place e + Origin, which is index place / Phases of phase place % Phases; places outside are not read.</summary>
    public int Origin { get; }

    /// <summary>Indices of a phase, those of the border included.</summary>
    public int Length { get; }

    public int Outputs { get; }

    /// <summary>Outputs so far apart have taps one after the other.</summary>
    public int RowStep { get; }

    public SlidePhase[] Parts { get; }

    /// <summary>Zeros at the end that can be those at the beginning of what comes next.</summary>
    public int SharedBorder { get; }

    /// <summary>Output i reads elements stride · i + dilation · k - low.</summary>
    public static SlideAxis Correlation(int extent, int kernel, int outputs, int stride, int dilation, int low)
    {
        var taps = new SlideTap[kernel];
        for (var k = 0; k < kernel; k++) taps[k] = new SlideTap(k, dilation * k % stride, dilation * k / stride);
        var reach = (stride * (outputs - 1)) + (dilation * (kernel - 1)) + 1;
        return new SlideAxis(extent, stride, low, ((reach - 1) / stride) + 1, outputs, stride == 1 ? dilation : 1, [new SlidePhase(0, 1, outputs, taps)]);
    }

    /// <summary>Output h reads all elements i for which h = stride · i + dilation · k - low.</summary>
    public static SlideAxis Transpose(int extent, int kernel, int outputs, int stride, int dilation, int low)
    {
        var (first, most) = (low / stride, dilation * (kernel - 1) / stride);
        var parts = new List<SlidePhase>();
        var length = 1;
        for (var output = 0; output < Math.Min(stride, outputs); output++)
        {
            var (start, phase) = Math.DivRem(output + low, stride);
            var count = ((outputs - output - 1) / stride) + 1;
            SlideTap[] taps = [.. Enumerable.Range(0, kernel).Where(k => dilation * k % stride == phase).Select(k => new SlideTap(k, 0, start - first + most - (dilation * k / stride)))];
            parts.Add(new SlidePhase(output, stride, count, taps));
            if (taps.Length > 0) length = Math.Max(length, count + taps.Max(t => t.Shift));
        }
        return new SlideAxis(extent, 1, most - first, length, outputs, stride == 1 ? dilation : 1, [.. parts]);
    }

    /// <summary>Taps whose rows follow one another, as runs: what a row holds is read once for a whole run.</summary>
    public IEnumerable<SlideTap[]> Runs(SlidePhase part)
    {
        var run = new List<SlideTap>();
        foreach (var tap in part.Taps.OrderBy(t => t.Phase).ThenBy(t => t.Shift))
        {
            if (run.Count > 0 && (run[^1].Phase != tap.Phase || run[^1].Shift + RowStep != tap.Shift))
            {
                yield return [.. run];
                run.Clear();
            }
            run.Add(tap);
        }
        if (run.Count > 0) yield return [.. run];
    }
}
