namespace GraphGrad.Compilation.Contraction.Winograd;

/// <summary>
/// Windows that slide over images, in fewer products: two by two results of 3×3 weights at a time come of 16 products a channel instead of 36, of
/// differences of the images and sums of the weights (Winograd; Lavin and Gray, "Fast algorithms for convolutional neural networks",
/// 2015: F(2×2, 3×3)). Larger windows and those of strides are cut into pieces (<see cref="WinogradAxis"/>), which are further terms of the same products: 5×5 takes 49
/// instead of 100, 3×3 at stride 2 takes 25 instead of 36. A folded product of 3×3, which adds windows to images, is the transpose. For float32 and channels that are
/// neighbours in memory. Depends on shape and width only.
/// </summary>
internal sealed class WinogradCorrelation : WinogradPlan
{
    /// <summary>Channels whose weights are transformed together: a multiple of what is turned from rows to columns in registers.</summary>
    internal const int ChannelGroup = 16;

    /// <summary>Kernels that are whole vectors, of whatever width, come in such groups.</summary>
    internal const int KernelGroup = 16;

    // Differences and sums of a block stay in L2, unless the weights, which every block reads, are many times larger.
    private const long BlockBytes = 512 << 10, MostBlockBytes = 4 << 20;
    private const int LongestTermBlock = 192;

    // Direct products reach nine tenths of the peak, short ones of these a little less. What else takes time: a piece of a tile and a vector of its differences; a vector of
    // results of a tile, and of those that are added to what is there; sixteen vectors of transformed weights beyond what packing them would take. Measured.
    private const double DirectEfficiency = 0.92, ProductEfficiency = 0.88, PieceCycles = 40, DifferenceCycles = 5;
    private const double ResultCycles = 30, AddingCycles = 45, WeightCycles = 150, PanelWeightCycles = 150;

    // Transformed weights beyond this are not kept: they are transformed panel by panel, if the differences of all tiles, which every panel reads, are no more.
    // Otherwise they are written to memory and read from it, so many bytes a cycle.
    private const long NearBytes = 8 << 20, MostDifferenceBytes = 8 << 20, MostSumBytes = 1 << 20;
    private const double FarBytesPerCycle = 5, FarVisits = 2;

    private readonly TileCode[] codes;

    private WinogradCorrelation(DotKernel kernel, WinogradSides sides, bool exchanged)
        : base(kernel, sides, exchanged)
    {
        (TileLines, TilePlaces) = ((int)sides.Lines.Tiles, (int)sides.Places.Tiles);
        Width = 2 * Lanes;
        ByPanels = IsByPanels(sides, Lanes);
        PaddedKernels = DotPlan.RoundUp(ByPanels ? KernelGroup : sides.Kernels, Width);
        Panels = PaddedKernels / Width;
        var terms = Slots.Max() * sides.Channels;
        (TermPitch, KernelPitch) = (Pitch(sides.Folds ? sides.Channels : terms), Pitch(PaddedKernels));
        TermBlock = (int)DotPlan.Ceiling(terms, DotPlan.Ceiling(terms, LongestTermBlock));
        WeightPlane = Plane((ByPanels ? TermBlock : terms) * PaddedKernels);
        var weightBytes = Products * WeightPlane * sizeof(float);
        var lines = sides.Images * sides.Depths * TileLines;
        LinesOfBlock = ByPanels ? (int)lines : ChooseLines(weightBytes, lines);
        LinesOfUnit = sides.Folds && !ByPanels ? Math.Max(LinesOfBlock, TileLines) : LinesOfBlock;
        Blocks = ByPanels ? DotPlan.Ceiling(sides.Kernels, PaddedKernels) : DotPlan.Ceiling(lines, LinesOfUnit);
        Preparations = ByPanels ? sides.Images : DotPlan.Ceiling(sides.Channels, ChannelGroup);

        var tiles = LinesOfBlock * TilePlaces;
        DifferencePlane = Plane(tiles * TermPitch);
        Pieces = [.. FindPieces(sides, sides.Channels, DifferencePlane)];
        var differenceBytes = Products * DifferencePlane * sizeof(float);
        SharedBytes = ByPanels ? differenceBytes : weightBytes;
        Sums = Align(ByPanels ? weightBytes : differenceBytes);
        Zeros = Sums + Align(Products * Plane(tiles * KernelPitch) * sizeof(float));
        ScratchBytes = Zeros + Align(sides.Channels * sizeof(float));
        TileRows = Enumerable.Range(1, kernel.MostAccumulators / 2).Reverse().MinBy(rows => Cycles(tiles, rows));
        var needed = Counts(lines).SelectMany(count => new[] { Math.Min(count, TileRows), count % TileRows }).ToHashSet();
        codes = [.. Enumerable.Range(1, TileRows).Select(rows => needed.Contains(rows) ? kernel.Tile(rows, 2, steps: new TileSteps(null, sizeof(float), Width * sizeof(float))) : null!)];
    }

    /// <summary>
    /// Differences of all tiles are computed first; then each chunk transforms the weights of a few kernels, which stay near, and computes these kernels' part of all
    /// results. Otherwise weights are transformed first, and each chunk computes some lines.
    /// </summary>
    public bool ByPanels { get; }

    public int TileLines { get; }

    public int TilePlaces { get; }

    /// <summary>Lines of tiles whose differences are kept at a time, and those of one chunk of work: of a folded product whole images, for lines overlap.</summary>
    public int LinesOfBlock { get; }

    public int LinesOfUnit { get; }

    /// <summary>Kernels of a panel, panels that are computed together, and their kernels.</summary>
    public int Width { get; }

    public int Panels { get; }

    public int PaddedKernels { get; }

    /// <summary>Elements from tile to tile of differences, and of sums; and from one of sixteen matrices of differences, and of weights, to the next.</summary>
    public long TermPitch { get; }

    public long KernelPitch { get; }

    public long DifferencePlane { get; }

    public long WeightPlane { get; }

    public int TermBlock { get; }

    public int TileRows { get; }

    internal long Sums { get; }

    internal long Zeros { get; }

    /// <summary>The plan of results or images; null where the direct product is expected to be faster.</summary>
    internal static WinogradCorrelation? TryCreate(DotKernel kernel, WinogradSides sides, bool exchanged, bool atAnyCost)
    {
        // Overlapping vectors at the end would be added twice.
        if (sides.Folds && sides.Kernels % KernelGroup > 0) return null;
        return atAnyCost || Pays(sides, kernel.Lanes) ? new WinogradCorrelation(kernel, sides, exchanged) : null;
    }

    public TileCode Code(int rows) => codes[rows - 1];

    private static bool Pays(WinogradSides sides, int lanes)
    {
        if (sides.Channels < FewestChannels || sides.Kernels < FewestChannels) return false;
        var (channels, kernels) = (DotPlan.Ceiling(sides.Channels, lanes), DotPlan.Ceiling(sides.Kernels, 2 * lanes) * 2);
        var (slots, live, pieces) = (Enumerable.Range(0, Products).Sum(sides.Slots), Enumerable.Range(0, Products).Count(k => sides.Slots(k) > 0), sides.Layers * sides.Lines.Pieces.Length * sides.Places.Pieces.Length);
        var direct = sides.Images * sides.Depths * sides.Lines.Outputs * sides.Places.Outputs * sides.Taps * sides.Channels * DotPlan.Ceiling(sides.Kernels, lanes) / 2 / DirectEfficiency;
        var products = sides.Tiles * slots * sides.Channels * kernels / 2 / ProductEfficiency;
        var weightBytes = WeightBytes(sides, lanes);
        var byPanels = IsByPanels(sides, lanes);
        var far = weightBytes > NearBytes && !byPanels ? weightBytes * FarVisits / FarBytesPerCycle : 0;
        var before = (pieces * PieceCycles) + (channels * slots * DifferenceCycles);
        var after = kernels * (sides.Folds ? AddingCycles : ResultCycles) * live / Products;
        var weights = sides.Channels * kernels * (byPanels ? PanelWeightCycles : WeightCycles * slots / Products);
        return products + (sides.Tiles * (before + after)) + weights + far < direct;
    }

    private static bool IsByPanels(WinogradSides sides, int lanes) =>
        sides.Kernels % KernelGroup == 0 && sides.Lines.IsOnePiece && sides.Places.IsOnePiece && sides.Layers == 1 && WeightBytes(sides, lanes) > NearBytes
        && sides.Tiles * sides.Channels * Products * sizeof(float) <= MostDifferenceBytes
        && sides.Tiles * DotPlan.RoundUp(KernelGroup, 2 * lanes) * Products * sizeof(float) <= MostSumBytes;

    private static long WeightBytes(WinogradSides sides, int lanes) =>
        Enumerable.Range(0, Products).Sum(sides.Terms) * DotPlan.RoundUp(sides.Kernels, 2 * lanes) * sizeof(float);

    private int ChooseLines(long weightBytes, long lines)
    {
        var bytesOfLine = TilePlaces * Products * (TermPitch + KernelPitch) * sizeof(float);
        // Two at least where there are two lines, for two threads.
        var most = (int)Math.Clamp(Math.Clamp(weightBytes / 4, BlockBytes, MostBlockBytes) / bytesOfLine, 1, Math.Max(1, DotPlan.Ceiling(lines, 2)));
        if (!Windows.Folds) return (int)DotPlan.Ceiling(lines, DotPlan.Ceiling(lines, most));
        return most >= TileLines ? most / TileLines * TileLines : (int)DotPlan.Ceiling(TileLines, DotPlan.Ceiling(TileLines, most));
    }

    /// <summary>How many tiles blocks have: full ones, and the last ones of a chunk and of all.</summary>
    private IEnumerable<int> Counts(long lines)
    {
        if (ByPanels) return [(int)lines * TilePlaces];
        var last = lines - ((Blocks - 1) * LinesOfUnit);
        return new[] { Math.Min(LinesOfBlock, lines), LinesOfUnit % LinesOfBlock, Math.Min(LinesOfBlock, last), last % LinesOfBlock }.Where(count => count > 0).Select(count => (int)count * TilePlaces);
    }
}
