using GraphGrad.Operations;

namespace GraphGrad.Compilation.Contraction.Slide;

/// <summary>Which of the three products of a correlation.</summary>
internal enum SlideProduct
{
    /// <summary>Results, of images and kernels.</summary>
    Correlate,

    /// <summary>Images, of results and kernels.</summary>
    Input,

    /// <summary>Kernels, of images and results.</summary>
    Kernel,
}

/// <summary>
/// Every size of a correlation that slides over images as they lie in memory, channel by channel. A channel is copied with its border into scratch memory, where a
/// stride's phases lie apart; then vectors run along rows, and what a row holds is read once for all taps that rows of a tile have in it. Narrow images lie side by
/// side, so that vectors are full. Depends on shape, element type and width only; an element is summed in the same order whatever chunk it falls in.
/// </summary>
internal sealed class SlidePlan
{
    // Images side by side stay in a second-level cache.
    private const long MergedBytes = 384 << 10;
    private const int MostMerged = 16, LeastUnits = 4;
    private const int MostPadding = 4;
    private const double LeastGain = 0.92;

    // More multiply-adds in one loop body take the just-in-time compiler long.
    internal const int MostProducts = 128;

    // Sums of one product are over before what they share counts.
    private const int MostTogether = 6, UsuallyTogether = 4, FewestTaps = 2;

    private readonly SlideKernel kernel;
    private readonly SlideAxis depth;
    private readonly SlideAxis height;
    private readonly SlideAxis width;
    private readonly List<long> numbers = [];
    private readonly List<int> weights = [];

    public SlidePlan(SlideKernel kernel, SlideProduct product, CorrelationExtents extents, bool mayUseWinograd = true)
    {
        (this.kernel, Product, Extents) = (kernel, product, extents);
        var isInput = product == SlideProduct.Input;
        var axes = Enumerable.Range(0, 3).Select(a => isInput
            ? SlideAxis.Transpose(extents.Result[a], extents.Kernel[a], extents.Image[a], extents.Strides[a], extents.Dilations[a], extents.Low[a])
            : SlideAxis.Correlation(extents.Image[a], extents.Kernel[a], extents.Result[a], extents.Strides[a], extents.Dilations[a], extents.Low[a])).ToArray();
        (depth, height, width) = (axes[0], axes[1], axes[2]);
        (Inputs, Outputs) = isInput ? (extents.Outputs, extents.Channels) : (extents.Channels, extents.Outputs);
        Flat = SlideFlat.TryCreate(kernel, product, extents);
        InPlace = Flat is null ? SlideInPlace.TryCreate(kernel, product, extents) : null;
        if (Flat is not null)
        {
            (Merged, Together, Blocks, Bands, Sums, Numbers, Weights) = (1, 1, extents.Images, [], [], GC.AllocateArray<long>(1, pinned: true), []);
            return;
        }
        if (InPlace is not null)
        {
            (Merged, Together, Blocks, Bands, Sums, Numbers, Weights) = (1, InPlace.Together, extents.Images, [], [], GC.AllocateArray<long>(1, pinned: true), []);
            return;
        }
        Winograd = mayUseWinograd ? SlideWinograd.TryCreate(kernel, product, extents) : null;
        if (Winograd is not null)
        {
            (Merged, Together, Blocks, Bands, Sums, Numbers, Weights) = (Winograd.Merged, 1, Winograd.Blocks, [], [], [], []);
            ScratchBytes = Align(Winograd.Elements * kernel.ElementSize);
            return;
        }
        // Results beside a border that is wider than windows have places of their own: they are terms of gradients by kernels, if only times zero.
        ImagePitch = Math.Max(width.Length - width.SharedBorder, product == SlideProduct.Kernel ? width.Outputs : 0);
        Merged = ChooseMerged();
        Pitch = ChoosePitch();
        FirstElement = (kernel.Lanes - (width.Origin % kernel.Lanes)) % kernel.Lanes;
        SliceStep = (long)height.Phases * width.Phases * height.Length * Pitch;
        ChannelStep = SliceStep * depth.Phases * depth.Length;
        Blocks = DotPlan.Ceiling(extents.Images, Merged);
        Together = product == SlideProduct.Kernel || Inputs * extents.KernelSize < FewestTaps ? 1 : ChooseTogether();
        Bands = product == SlideProduct.Kernel ? [] : [.. depth.Parts.SelectMany(d => height.Parts.Select(h => Band(d, h)))];
        Sums = product == SlideProduct.Kernel ? PlanSums() : [];
        Numbers = GC.AllocateArray<long>(numbers.Count, pinned: true);
        numbers.CopyTo(Numbers);
        Weights = [.. weights];

        var (size, lanes) = (kernel.ElementSize, kernel.Lanes);
        var vectors = Bands.Length == 0 ? 1 : Bands.Max(b => b.Vectors);
        ResultPitch = DotPlan.RoundUp(((Merged - 1) * ImagePitch) + (product == SlideProduct.Kernel ? width.Outputs : width.Parts.Max(p => p.Count)), vectors * lanes);
        ResultSlice = (long)extents.Result[1] * ResultPitch;
        // The last vector of the last row may begin at its end.
        ImageElements = FirstElement + (Inputs * ChannelStep) + ResultPitch + width.Length;
        Staging = Align(ImageElements * size);
        StagedRows = Bands.Length == 0 ? 0 : Bands.Max(b => b.TileRows);
        StagedOutput = (long)width.Parts.Length * StagedRows * ResultPitch;
        var staged = product == SlideProduct.Kernel ? Outputs * ResultSlice * extents.Result[0] : Outputs * StagedOutput;
        (ResultElements, Table) = (staged, Staging + Align(staged * size));
        var table = (long)Outputs * Weights.Length * (product == SlideProduct.Kernel ? Inputs * lanes : 1);
        (TableElements, ScratchBytes) = (table, Table + Align(table * size));
    }

    public SlideProduct Product { get; }

    public CorrelationExtents Extents { get; }

    public int ElementSize => kernel.ElementSize;

    public int Lanes => kernel.Lanes;

    /// <summary>Channels of a group that are read, and that are written.</summary>
    public int Inputs { get; }

    public int Outputs { get; }

    /// <summary>How images of few elements are summed, each as one row; null for others.</summary>
    public SlideFlat? Flat { get; }

    /// <summary>How images are read where they lie; null for those that are copied.</summary>
    public SlideInPlace? InPlace { get; }

    /// <summary>The sizes of fewer products; null where there are none.</summary>
    public SlideWinograd? Winograd { get; }

    /// <summary>How many images lie side by side, and how far one is from the next.</summary>
    public int Merged { get; }

    public int ImagePitch { get; }

    /// <summary>How many outputs are summed together; what is left of them is so, too.</summary>
    public int Together { get; }

    /// <summary>Elements before the first place: with them the first element of a row lies at the beginning of a vector.</summary>
    public int FirstElement { get; }

    /// <summary>Elements from row to row, from depth to depth, and from channel to channel.</summary>
    public int Pitch { get; }

    public long SliceStep { get; }

    public long ChannelStep { get; }

    /// <summary>Elements from row to row of results in scratch memory, and from depth to depth.</summary>
    public int ResultPitch { get; }

    public long ResultSlice { get; }

    /// <summary>Rows of each phase of a stride that are computed before they are put where they belong, and the elements of all phases.</summary>
    public int StagedRows { get; }

    public long StagedOutput { get; }

    public SlideBand[] Bands { get; }

    public SlideSums[] Sums { get; }

    /// <summary>Which weight of an output each tap of the plan multiplies by: its place in the kernel; of several channels, from the first of them.</summary>
    public int[] Weights { get; }

    /// <summary>Counts and offsets of groups, which the code reads; they do not move.</summary>
    public long[] Numbers { get; }

    /// <summary>How many times the loops run over some images.</summary>
    public long Blocks { get; }

    /// <summary>Work that may be done at the same time.</summary>
    public long Units => Product == SlideProduct.Kernel ? Extents.Groups : Blocks * Extents.Groups * Parts;

    /// <summary>Units one after the other that read the same images: a copy of them serves a stretch of such units.</summary>
    public int Parts => Product == SlideProduct.Kernel || Winograd is not null ? 1 : Math.Max(1, (int)DotPlan.Ceiling(Outputs, Together));

    /// <summary>Vector multiply-adds, all of them.</summary>
    public double Work => (double)Extents.Images * Extents.Groups * Inputs * Outputs * Extents.KernelSize * Extents.ResultSize / Lanes;

    /// <summary>Memory for a thread: channels, results, and weights or sums.</summary>
    public long ImageElements { get; }

    public long ResultElements { get; }

    public long TableElements { get; }

    public long ScratchBytes { get; }

    internal long Staging { get; }

    internal long Table { get; }

    public SlideAxis Depth => depth;

    public SlideAxis Height => height;

    public SlideAxis Width => width;

    /// <summary>The row of a phase, of depth counted through all phases, from the channel's first element.</summary>
    public long Row(int depthPlace, int heightPhase, int row, int widthPhase) =>
        (depthPlace * SliceStep) + (((((long)heightPhase * width.Phases) + widthPhase) * height.Length) + row) * Pitch;

    private static long Align(long bytes) => DotPlan.Ceiling(bytes, 64) * 64;

    /// <summary>Images that may lie side by side: no more than leave units for a few threads, of which a group has so many for each block.</summary>
    internal static int MostImages(SlideProduct product, CorrelationExtents extents, int parts, int most) =>
        product == SlideProduct.Kernel || extents.Groups > 1 ? Math.Min(extents.Images, most) : (int)Math.Clamp((long)extents.Images * parts / LeastUnits, 1, Math.Max(1, Math.Min(extents.Images, most)));

    private int ChooseMerged()
    {
        var best = 1;
        var outputs = width.Parts.Max(p => p.Count);
        double Vectors(int images) => DotPlan.Ceiling(((images - 1L) * ImagePitch) + outputs, kernel.Lanes) / (double)images;
        var rows = (long)Inputs * depth.Phases * depth.Length * height.Phases * height.Length * width.Phases;
        for (var images = 2; images <= MostImages(Product, Extents, (int)DotPlan.Ceiling(Outputs, UsuallyTogether), MostMerged) && rows * images * ImagePitch * kernel.ElementSize <= MergedBytes; images++)
        {
            if (Vectors(images) < LeastGain * Vectors(best)) best = images;
        }
        return best;
    }

    /// <summary>Rows that begin on whole vectors where that makes them little longer: of three neighbours that are read then one is a line of the cache.</summary>
    private int ChoosePitch()
    {
        var row = ((Merged - 1) * ImagePitch) + width.Length;
        var aligned = DotPlan.RoundUp(row - width.SharedBorder, kernel.Lanes);
        return aligned <= row + (row / MostPadding) ? aligned : row;
    }

    private SlideBand Band(SlidePhase d, SlidePhase h)
    {
        var runs = Runs(h, Together).GroupBy(r => r.Length).ToArray();
        var (tileRows, vectors, _) = SlideTileChoice.Choose(kernel, Together, Outputs, Rows(h), Columns, LongestRun(h, Together));
        SlidePart[] parts = [.. width.Parts.Select(w => Part(d, w, runs))];
        var (codes, lastCodes) = (new SlideCode?[parts.Length][], new SlideCode?[parts.Length][]);
        for (var part = 0; part < parts.Length; part++)
        {
            (codes[part], lastCodes[part]) = (new SlideCode?[tileRows + 1], new SlideCode?[tileRows + 1]);
            if (parts[part].Runs.Count == 0) continue;
            foreach (var count in TileHeights(h.Count, tileRows))
            {
                if (Outputs >= Together) codes[part][count] = kernel.Tile(Together, count, vectors, parts[part].Runs);
                if (Outputs % Together > 0) lastCodes[part][count] = kernel.Tile(Outputs % Together, count, vectors, parts[part].Runs);
            }
        }
        return new SlideBand(d, h, parts, tileRows, vectors, codes, lastCodes);
    }

    /// <summary>Vectors of a row of results.</summary>
    private int Columns => (int)DotPlan.Ceiling(((Merged - 1L) * ImagePitch) + width.Parts.Max(p => p.Count), kernel.Lanes);

    private int Rows(SlidePhase h) => (int)DotPlan.Ceiling(h.Count, height.RowStep);

    /// <summary>Taps whose rows follow one another; where outputs are summed together each by itself, for what is read serves all of them.</summary>
    private IEnumerable<SlideTap[]> Runs(SlidePhase h, int together) => together == 1 ? height.Runs(h) : height.Runs(h).SelectMany(run => run, (_, tap) => new[] { tap });

    private int LongestRun(SlidePhase h, int together) => Runs(h, together).Select(r => r.Length).DefaultIfEmpty(1).Max();

    private int ChooseTogether()
    {
        var (best, least) = (1, double.MaxValue);
        for (var together = 1; together <= Math.Min(Outputs, MostTogether); together++)
        {
            var cycles = height.Parts.Sum(h => SlideTileChoice.Choose(kernel, together, Outputs, Rows(h), Columns, LongestRun(h, together)).Cycles * h.Taps.Length);
            if (cycles < least) (best, least) = (together, cycles);
        }
        return best;
    }

    private SlidePart Part(SlidePhase d, SlidePhase w, IGrouping<int, SlideTap[]>[] runs)
    {
        var (counts, firstWeight) = (new List<long>(), weights.Count);
        var offsets = numbers.Count;
        foreach (var stage in runs)
        {
            var before = numbers.Count;
            for (var channel = 0; channel < Inputs; channel++)
            {
                foreach (var run in stage) AddGroups(d, w, run, channel, channel * WeightStep);
            }
            counts.Add(numbers.Count - before);
        }
        if (numbers.Count == offsets) return new SlidePart(w, [], 0, 0, firstWeight);
        numbers.AddRange(counts);
        return new SlidePart(w, [.. runs.Select(r => r.Key)], numbers.Count - counts.Count, offsets, firstWeight);
    }

    /// <summary>Weights from one channel that is read to the next.</summary>
    private int WeightStep => Product == SlideProduct.Input ? Extents.Channels * Extents.KernelSize : Extents.KernelSize;

    /// <summary>The taps of a run for each tap along depth and width.</summary>
    private void AddGroups(SlidePhase d, SlidePhase w, SlideTap[] run, int channel, int firstWeight)
    {
        var sizes = Extents.Kernel;
        foreach (var deep in d.Taps)
        {
            foreach (var across in w.Taps)
            {
                numbers.Add(((channel * ChannelStep) + Row((deep.Phase * depth.Length) + deep.Shift, run[0].Phase, run[0].Shift, across.Phase) + across.Shift) * kernel.ElementSize);
                foreach (var tap in run) weights.Add(firstWeight + (((deep.Kernel * sizes[1]) + tap.Kernel) * sizes[2]) + across.Kernel);
            }
        }
    }

    private SlideSums[] PlanSums()
    {
        var (d, h, w) = (depth.Parts[0], height.Parts[0], width.Parts[0]);
        var rows = (int)DotPlan.Ceiling(h.Count, height.RowStep);
        var sums = new List<SlideSums>();
        foreach (var run in height.Runs(h))
        {
            var (offsets, firstTap) = (numbers.Count, weights.Count);
            AddGroups(d, w, run, 0, 0);
            var count = numbers.Count - offsets;
            var most = Math.Max(1, (kernel.Registers == 32 ? 21 : 9) / run.Length);
            var each = (int)DotPlan.Ceiling(count, DotPlan.Ceiling(count, most));
            for (var group = 0; group < count; group += each)
            {
                var groups = Math.Min(each, count - group);
                var tileRows = Divided(rows, Math.Clamp(Math.Min(kernel.Registers - 2 - (run.Length * each), MostProducts / (run.Length * each)), 1, 14));
                var codes = new SlideSumCode?[tileRows + 1];
                foreach (var height in TileHeights(h.Count, tileRows)) codes[height] = kernel.Sum(height, run.Length, groups);
                sums.Add(new SlideSums(run.Length, offsets + group, firstTap + (group * run.Length), codes));
            }
        }
        return [.. sums];
    }

    /// <summary>How high tiles are, the last ones of each class of rows included.</summary>
    private IEnumerable<int> TileHeights(int outputs, int tileRows)
    {
        var heights = new SortedSet<int>();
        for (var first = 0; first < Math.Min(height.RowStep, outputs); first++)
        {
            var rows = ((outputs - first - 1) / height.RowStep) + 1;
            if (rows >= tileRows) heights.Add(tileRows);
            if (rows % tileRows > 0) heights.Add(rows % tileRows);
        }
        return heights;
    }

    /// <summary>So many rows at most, so that tiles are about equally high, and equal if possible.</summary>
    internal static int Divided(int rows, int most)
    {
        if (rows <= most) return Math.Max(1, rows);
        for (var divisor = most; divisor * 2 >= most; divisor--)
        {
            if (rows % divisor == 0) return divisor;
        }
        return (int)DotPlan.Ceiling(rows, DotPlan.Ceiling(rows, most));
    }
}
