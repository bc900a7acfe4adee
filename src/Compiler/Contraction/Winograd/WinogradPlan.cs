namespace GraphGrad.Compilation.Contraction.Winograd;

/// <summary>
/// Windows of 3×3 that slide by one place, in fewer products: two by two results at a time come of 16 products a channel instead of 36, of
/// differences of the images and sums of the weights (Winograd; Lavin and Gray, "Fast algorithms for convolutional neural networks",
/// 2015: F(2×2, 3×3)). For float32 and channels that are neighbours in memory. Depends on shape and width only.
/// </summary>
internal sealed class WinogradPlan
{
    /// <summary>Products of one tile and channel: four lines of four.</summary>
    internal const int Products = 16;

    /// <summary>Channels whose weights are transformed together: a multiple of what is turned from rows to columns in registers.</summary>
    internal const int ChannelGroup = 16;

    // Differences and sums of a block stay in L2, unless the weights, which every block reads, are many times larger.
    private const long BlockBytes = 512 << 10, MostBlockBytes = 4 << 20;
    private const int LineElements = 16, SetElements = 256;
    private const int FewestChannels = 16;
    private const int LongestTermBlock = 192;

    // Direct products reach nine tenths of the peak, short ones of these eight tenths; a transformation of one vector of a tile, and of nine vectors
    // of weights beyond what packing them would take.
    private const double DirectEfficiency = 0.92, ProductEfficiency = 0.8, TransformCycles = 30, WeightCycles = 60;

    // Transformed weights beyond this are written to memory and read from it, so many bytes a cycle.
    private const long NearBytes = 8 << 20;
    private const double FarBytesPerCycle = 5, FarVisits = 2;

    private readonly TileCode[] codes;

    private WinogradPlan(DotKernel kernel, Sides sides, bool exchanged)
    {
        (Lanes, Exchanged, Windows) = (kernel.Lanes, exchanged, sides);
        (TileLines, TilePlaces) = ((int)(sides.Lines + 1) / 2, (int)(sides.Places + 1) / 2);
        Width = 2 * Lanes;
        Panels = (int)DotPlan.Ceiling(sides.Kernels, Width);
        PaddedKernels = Panels * Width;
        (ChannelPitch, KernelPitch) = (Pitch(sides.Channels), Pitch(PaddedKernels));
        var bytesOfLine = TilePlaces * Products * (ChannelPitch + KernelPitch) * sizeof(float);
        var lines = sides.Images * TileLines;
        // Two at least where there are two lines, for two threads.
        WeightPlane = Plane(sides.Channels * PaddedKernels);
        WeightBytes = Products * WeightPlane * sizeof(float);
        LinesOfBlock = (int)Math.Clamp(Math.Clamp(WeightBytes / 4, BlockBytes, MostBlockBytes) / bytesOfLine, 1, Math.Max(1, DotPlan.Ceiling(lines, 2)));
        Blocks = DotPlan.Ceiling(lines, LinesOfBlock);
        LinesOfBlock = (int)DotPlan.Ceiling(lines, Blocks);
        Blocks = DotPlan.Ceiling(lines, LinesOfBlock);
        TermBlock = (int)DotPlan.Ceiling(sides.Channels, DotPlan.Ceiling(sides.Channels, LongestTermBlock));
        var tiles = LinesOfBlock * TilePlaces;
        Sums = Align(Products * Plane(tiles * ChannelPitch) * sizeof(float));
        Zeros = Sums + Align(Products * Plane(tiles * KernelPitch) * sizeof(float));
        ScratchBytes = Zeros + Align(sides.Channels * sizeof(float));
        TileRows = Enumerable.Range(1, kernel.MostAccumulators / 2).Reverse().MinBy(rows => Cycles(tiles, rows));
        codes = [.. Enumerable.Range(1, TileRows).Select(rows => IsNeeded(rows) ? kernel.Tile(rows, 2) : null!)];
    }

    public Sides Windows { get; }

    /// <summary>The windows are the caller's B.</summary>
    public bool Exchanged { get; }

    public int Lanes { get; }

    public int TileLines { get; }

    public int TilePlaces { get; }

    public int LinesOfBlock { get; }

    /// <summary>Chunks of work that transform weights, which come before all others.</summary>
    public long Preparations => DotPlan.Ceiling(Windows.Channels, ChannelGroup);

    /// <summary>Chunks of work that may run at the same time, each some lines of the images, which follow one another.</summary>
    public long Blocks { get; }

    public int Width { get; }

    public int Panels { get; }

    public int PaddedKernels { get; }

    /// <summary>Elements from tile to tile of differences, and of sums; and from one of sixteen matrices of weights to the next.</summary>
    public long ChannelPitch { get; }

    public long KernelPitch { get; }

    public long WeightPlane { get; }

    public int TermBlock { get; }

    public int TileRows { get; }

    /// <summary>Bytes of transformed weights, which all threads share, and bytes that each thread has to itself.</summary>
    public long WeightBytes { get; }

    public long ScratchBytes { get; }

    internal long Sums { get; }

    internal long Zeros { get; }

    /// <summary>The plan of a product that is better computed this way; null for others.</summary>
    public static WinogradPlan? TryCreate(DotKernel kernel, DType type, ContractionShape shape, bool atAnyCost = false)
    {
        if (type != DType.Float32 || shape.Folded > 0 || shape.Batch.Count != 1) return null;
        var exchanged = false;
        if (Sides.Find(shape) is not { } sides)
        {
            exchanged = true;
            if (Sides.Find(shape.Exchanged()) is not { } others) return null;
            sides = others;
        }
        return atAnyCost || Pays(sides, kernel.Lanes) ? new WinogradPlan(kernel, sides, exchanged) : null;
    }

    public TileCode Code(int rows) => codes[rows - 1];

    private static bool Pays(Sides sides, int lanes)
    {
        if (sides.Channels < FewestChannels || sides.Kernels < FewestChannels) return false;
        var (channels, kernels) = (DotPlan.Ceiling(sides.Channels, lanes), DotPlan.Ceiling(sides.Kernels, 2 * lanes) * 2);
        var tiles = sides.Images * ((sides.Lines + 1) / 2) * ((sides.Places + 1) / 2);
        var direct = sides.Images * sides.Lines * sides.Places * 9 * sides.Channels * kernels / 2 / DirectEfficiency;
        var products = tiles * Products * sides.Channels * kernels / 2 / ProductEfficiency;
        var weightBytes = Products * sides.Channels * kernels * lanes * sizeof(float);
        var far = weightBytes > NearBytes ? weightBytes * FarVisits / FarBytesPerCycle : 0;
        return products + (tiles * (channels + kernels) * TransformCycles) + (sides.Channels * kernels * WeightCycles) + far < direct;
    }

    /// <summary>Elements from one of sixteen matrices to the next: a line more than it has, for at distances of a power of two they would all meet in one set of a cache.</summary>
    public static long Plane(long elements) => Align(elements * sizeof(float)) / sizeof(float) + LineElements;

    private static long Pitch(long elements) => elements % SetElements == 0 ? elements + LineElements : elements;

    private static double Cycles(long tiles, int rows) =>
        (tiles / rows * TileChoice.TermCycles(rows, 2)) + (tiles % rows > 0 ? TileChoice.TermCycles((int)(tiles % rows), 2) : 0);

    private static long Align(long bytes) => DotPlan.Ceiling(bytes, 64) * 64;

    /// <summary>Whether a block, full or the last, ends with a tile of so many rows.</summary>
    private bool IsNeeded(int rows)
    {
        var (full, last) = (LinesOfBlock * TilePlaces, ((Windows.Images * TileLines) - ((Blocks - 1) * LinesOfBlock)) * TilePlaces);
        return rows == TileRows || full % TileRows == rows || last % TileRows == rows;
    }

    /// <summary>
    /// The axes of such a product: images, lines and places of results; channels; kernels; and the windows, which move by the steps of
    /// lines and places. Steps are in elements, of A (images), of B (weights), of C (results).
    /// </summary>
    internal readonly record struct Sides(
        long Images, long Lines, long Places, long Channels, long Kernels,
        long ImageStep, long LineStep, long PlaceStep,
        long WeightChannel, long WeightKernel, long WeightLine, long WeightPlace,
        long ResultImage, long ResultLine, long ResultPlace)
    {
        public static Sides? Find(ContractionShape shape)
        {
            var (rows, inner, columns) = (Axes(shape.Rows), Axes(shape.Inner), Axes(shape.Columns));
            if (rows.Length is < 2 or > 3 || inner.Length != 3 || columns.Length != 1 || shape.Columns.Strides(DotOperand.C)[columns[0]] != 1) return null;
            long A(AxisGroup group, int axis) => group.Strides(DotOperand.A)[axis];
            long B(AxisGroup group, int axis) => group.Strides(DotOperand.B)[axis];
            long C(int axis) => shape.Rows.Strides(DotOperand.C)[axis];
            var channel = Array.Find(inner, k => A(shape.Inner, k) == 1);
            var window = inner.Where(k => k != channel && shape.Inner.Extents[k] == 3).OrderByDescending(k => A(shape.Inner, k)).ToArray();
            if (A(shape.Inner, channel) != 1 || window.Length != 2 || A(shape.Inner, window[0]) <= A(shape.Inner, window[1])) return null;
            var line = Array.FindIndex(rows, r => A(shape.Rows, r) == A(shape.Inner, window[0]));
            var place = Array.FindIndex(rows, r => A(shape.Rows, r) == A(shape.Inner, window[1]));
            if (line < 0 || place < 0 || line == place) return null;
            (line, place) = (rows[line], rows[place]);
            var image = Array.FindIndex(rows, r => r != line && r != place);
            var images = image < 0 ? 1 : shape.Rows.Extents[rows[image]];
            return new Sides(
                images, shape.Rows.Extents[line], shape.Rows.Extents[place], shape.Inner.Extents[channel], shape.Columns.Extents[columns[0]],
                image < 0 ? 0 : A(shape.Rows, rows[image]), A(shape.Rows, line), A(shape.Rows, place),
                B(shape.Inner, channel), B(shape.Columns, columns[0]), B(shape.Inner, window[0]), B(shape.Inner, window[1]),
                image < 0 ? 0 : C(rows[image]), C(line), C(place));
        }

        private static int[] Axes(AxisGroup group) => [.. Enumerable.Range(0, group.Rank).Where(axis => group.Extents[axis] != 1)];
    }
}
