namespace GraphGrad.Compilation.Contraction.Winograd;

/// <summary>
/// Weights' gradients of windows in fewer products, the transpose of those of results: Gᵀ [Σ (A y Aᵀ) ∘ (Bᵀ d B)] G, summed over tiles between the brackets by ordinary products of the
/// differences of some channels, of all pieces, with the sums of some kernels' results. A unit of work is some channels and kernels, whose sums stay in L2 while the tiles stream by in blocks;
/// where there are few units, each is done in parts of the tiles, which are added at the end. What would come out less exact than plain sums is summed plainly (<see cref="WinogradGuard{TLane}"/>).
/// </summary>
internal sealed class WinogradGradient : WinogradPlan
{
    // Channels and kernels of units are whole vectors of any width, but for the last ones.
    private const int Group = 16;

    private const long MostSumBytes = 448 << 10, BlockBytes = 448 << 10;
    private const int FewestTiles = 32, FewestTilesOfPart = 128;

    // Differences, sums and the guard's figures are taken for too few products where both are fewer, or where one is and the other not twice as many, unless many taps share them. Measured.
    private const int FewestOfEither = 32, FewTaps = 9;

    // As far as rows of one vector and of two stay in registers.
    private const int MostNarrowRows = 16, MostRows = 12;

    // Direct products, which multiply the border, too, and these; a piece of a tile and a vector of its differences; a vector of a tile's sums; a vector of sums of one product, each time that a
    // block adds to it; a vector of transformed weights at the end. Measured.
    private const double DirectEfficiency = 0.88, ProductEfficiency = 0.85, PieceCycles = 30, DifferenceCycles = 4, SpreadCycles = 2.5, AddingCycles = 3, WeightCycles = 6;

    private readonly TileCode?[,] codes;
    private readonly Groups channels;
    private readonly Groups kernels;

    private WinogradGradient(DotKernel kernel, WinogradSides sides, bool exchanged)
        : base(kernel, sides, exchanged)
    {
        (channels, kernels) = GroupsOf(sides);
        Parts = PartsOf(sides, Units);
        (ChannelPitch, KernelPitch) = (channels.Largest, Odd(DotPlan.RoundUp(kernels.Largest, Lanes)));
        TermPitch = Odd(Slots.Max() * ChannelPitch);
        TilesOfBlock = TilesOf(sides, TermPitch, KernelPitch, Parts);
        TilesOfPart = DotPlan.Ceiling(DotPlan.Ceiling(sides.Tiles, Parts), TilesOfBlock) * TilesOfBlock;
        (DifferencePlane, SpreadPlane) = (Plane(TilesOfBlock * TermPitch), Plane(TilesOfBlock * KernelPitch));
        Pieces = [.. FindPieces(sides, ChannelPitch, DifferencePlane)];
        SumPlanes = new long[Products + 2];
        for (var k = 0; k < Products; k++) SumPlanes[k + 1] = SumPlanes[k] + (Slots[k] * ChannelPitch * KernelPitch);
        SumPlanes[^1] = SumPlanes[Products] + (2 * (ChannelPitch + KernelPitch));
        var sumBytes = Align(SumPlanes[^1] * sizeof(float));

        (Preparations, Blocks) = (Parts > 1 ? Units * Parts : 0, Units);
        SharedBytes = Parts > 1 ? Units * Parts * sumBytes : 0;
        Spreads = Align(Products * DifferencePlane * sizeof(float));
        Zeros = Spreads + Align(Products * SpreadPlane * sizeof(float));
        Sums = Zeros + Align(Math.Max(channels.Largest, kernels.Largest) * sizeof(float));
        ScratchBytes = Sums + (Parts > 1 ? 0 : sumBytes);

        Vectors = kernels.Largest <= Lanes ? 1 : 2;
        var most = Vectors == 1 ? MostNarrowRows : MostRows;
        TileRows = Enumerable.Range(1, Math.Min(most, kernel.MostAccumulators / Vectors)).Reverse().MinBy(rows => Cycles(channels.Size(0), rows));
        codes = new TileCode?[TileRows + 1, Vectors + 1];
        foreach (var count in new[] { channels.Size(0), channels.Size(channels.Count - 1) })
        {
            foreach (var rows in new[] { TileRows, (int)(count % TileRows) }.Where(r => r > 0))
            {
                for (var vectors = 1; vectors <= Vectors; vectors++) codes[rows, vectors] = kernel.Tile(rows, vectors, steps: new TileSteps(vectors == 1 ? sizeof(float) : null, null, null));
            }
        }
    }

    /// <summary>Parts into which the tiles of each unit are cut.</summary>
    public long Parts { get; }

    public long TilesOfPart { get; }

    /// <summary>Tiles whose differences and sums of results are kept at a time.</summary>
    public long TilesOfBlock { get; }

    /// <summary>Elements from piece to piece of a tile's differences, from tile to tile, and from one of sixteen matrices to the next.</summary>
    public long ChannelPitch { get; }

    public long TermPitch { get; }

    public long DifferencePlane { get; }

    /// <summary>Elements from tile to tile of sums of results, and from term to term of what the products are added to; and from one of sixteen matrices to the next.</summary>
    public long KernelPitch { get; }

    public long SpreadPlane { get; }

    /// <summary>Where each of the sixteen matrices of a unit's products begins, where the guard's figures do behind them, and where these end, in elements.</summary>
    public long[] SumPlanes { get; }

    /// <summary>Results under a tile.</summary>
    public int ResultsOfTile => (Windows.Lines.Pairs ? 2 : 1) * (Windows.Places.Pairs ? 2 : 1);

    /// <summary>Rows of a call of code, and vectors of each row.</summary>
    public int TileRows { get; }

    public int Vectors { get; }

    internal long Spreads { get; }

    internal long Zeros { get; }

    internal long Sums { get; }

    private long Units => channels.Count * kernels.Count;

    /// <summary>The plan; null where the direct product is expected to be faster.</summary>
    internal static WinogradGradient? TryCreate(DotKernel kernel, WinogradSides sides, bool exchanged, bool atAnyCost) =>
        MayBe(sides) && (atAnyCost || Pays(sides, kernel.Lanes)) ? new WinogradGradient(kernel, sides, exchanged) : null;

    public TileCode Code(int rows, int vectors) => codes[rows, vectors]!;

    /// <summary>The channels and kernels of a unit.</summary>
    public WinogradUnit Unit(long number)
    {
        var (group, own) = Math.DivRem(number, kernels.Count);
        return new WinogradUnit(channels.First(group), channels.Size(group), kernels.First(own), kernels.Size(own));
    }

    /// <summary>Whether channels and kernels are whole vectors of any width, and windows move place by place along one or two axes.</summary>
    private static bool MayBe(WinogradSides sides) =>
        sides.Channels >= FewestChannels && sides.Kernels >= FewestChannels && sides.Channels % Group == 0 && sides.Kernels % Group == 0
        && sides is { Layers: 1, Depths: 1, Lines.Stride: 1, Places.Stride: 1 };

    private static bool Pays(WinogradSides sides, int lanes)
    {
        var (fewer, more) = (Math.Min(sides.Channels, sides.Kernels), Math.Max(sides.Channels, sides.Kernels));
        if (more < FewestOfEither || (fewer < FewestOfEither && more < 2 * FewestOfEither && (sides.Kernels < FewestOfEither || sides.Taps <= FewTaps))) return false;
        var (slots, live) = (Enumerable.Range(0, Products).Sum(sides.Slots), Enumerable.Range(0, Products).Count(k => sides.Slots(k) > 0));
        var pieces = sides.Lines.Pieces.Length * sides.Places.Pieces.Length;
        var (channelGroups, kernelGroups) = GroupsOf(sides);
        var (wide, vectors) = (DotPlan.Ceiling(sides.Channels, lanes), DotPlan.Ceiling(sides.Kernels, lanes));
        var direct = sides.Images * sides.Lines.Outputs * sides.Places.Outputs * sides.Taps * sides.Channels * vectors / 2 / DirectEfficiency;
        var products = sides.Tiles * slots * sides.Channels * vectors / 2 / ProductEfficiency;
        var differences = ((channelGroups.Count * pieces * PieceCycles) + (wide * slots * DifferenceCycles)) * kernelGroups.Count;
        var spread = vectors * live * SpreadCycles * channelGroups.Count;
        var blocks = DotPlan.Ceiling(sides.Tiles, FewestTiles);
        var sums = sides.Channels * vectors * ((slots * AddingCycles * blocks) + (sides.Taps * WeightCycles));
        return products + (sides.Tiles * (differences + spread)) + sums < direct;
    }

    private static (Groups Channels, Groups Kernels) GroupsOf(WinogradSides sides)
    {
        var bytes = Enumerable.Range(0, Products).Sum(sides.Slots) * Group * sizeof(float);
        var kernels = Groups.Of(sides.Kernels, MostSumBytes / bytes);
        return (Groups.Of(sides.Channels, MostSumBytes / (bytes / Group * kernels.Largest)), kernels);
    }

    /// <summary>Two parts where units do not come in pairs, for two threads.</summary>
    private static long PartsOf(WinogradSides sides, long units) => units % 2 == 1 && units < 8 && sides.Tiles >= 2 * FewestTilesOfPart ? 2 : 1;

    private static long TilesOf(WinogradSides sides, long termPitch, long kernelPitch, long parts)
    {
        var tiles = DotPlan.Ceiling(sides.Tiles, parts);
        var most = Math.Max(FewestTiles, BlockBytes / (Products * (termPitch + kernelPitch) * sizeof(float)));
        return DotPlan.Ceiling(tiles, DotPlan.Ceiling(tiles, most));
    }

    /// <summary>A distance of an odd number of lines: rows meet in all sets of a cache.</summary>
    private static long Odd(long elements) => (DotPlan.Ceiling(elements, Group) | 1) * Group;

    /// <summary>Neighbours cut into groups of whole vectors, the last of which has what is left.</summary>
    private readonly record struct Groups(long Elements, long Count)
    {
        public long Largest => Math.Max(Size(0), Size(Count - 1));

        public static Groups Of(long elements, long most) => new(elements, DotPlan.Ceiling(elements / Group, Math.Max(1, most / Group)));

        public long First(long group) => Elements / Group * group / Count * Group;

        public long Size(long group) => (group == Count - 1 ? Elements : First(group + 1)) - First(group);
    }
}

/// <summary>What a unit of a <see cref="WinogradGradient"/> computes: some channels of some kernels.</summary>
internal readonly record struct WinogradUnit(long Channel, long Channels, long Kernel, long Kernels);
