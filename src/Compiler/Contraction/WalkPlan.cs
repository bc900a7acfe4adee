namespace GraphGrad.Compilation.Contraction;

/// <summary>Where the tiles of a <see cref="WalkPlan"/> put their sums.</summary>
internal enum WalkResult
{
    /// <summary>Where they belong.</summary>
    Direct,

    /// <summary>Into one dense copy of C for each part of the terms; the copies are added up at the end.</summary>
    Parts,

    /// <summary>Added to what C holds: elements of C overlap.</summary>
    Folded,
}

/// <summary>What a product of a <see cref="WalkPlan"/> does one after the other.</summary>
internal enum WalkPhase
{
    /// <summary>Packs columns that all blocks read.</summary>
    Prepare,

    /// <summary>Computes blocks.</summary>
    Compute,

    /// <summary>Adds up parts.</summary>
    Finish,
}

/// <summary>Rows of some batch elements over some of the terms: what one thread does at a time.</summary>
internal readonly record struct WalkBlock(long BeginBatch, long EndBatch, long BeginRow, long EndRow, long BeginTerm, long EndTerm, long Part);

/// <summary>
/// Every size of a product whose rows, or columns, are read where they lie, through a table of the steps from term to term. Windows over an image are
/// read that way: packing would copy each element as many times as windows hold it. A tile's rows are equally spaced, so
/// no tile crosses from one line of an image to the next. Depends on shape, element type and width only.
/// </summary>
internal sealed class WalkPlan
{
    // A packed panel of columns stays in L1 beside the rows that meet it.
    private const int PanelBytes = 24 << 10;
    private const int LongestTermBlock = 384;

    // Beyond this, columns of all terms are packed by each block anew, and sums over parts of the terms are not kept apart.
    private const long SharedBytesAtMost = 32 << 20;
    private const long PartBytesAtMost = 8 << 20;

    // Cycles, some ten microseconds: enough to be worth handing to another thread.
    private const double BlockWork = 30_000;
    private const int MostBlocks = 64;
    private const int MostParts = 16;
    private const int FewestTermsOfPart = 128;

    // To call a tile and set up its sums; measured 35 for nine rows of two vectors, of which each is also stored.
    private const double CallCycles = 20;

    private readonly TileCode[] codes;
    private readonly BusyTileCode[] packingCodes = [];
    private readonly long rowUnit;
    private readonly long rowUnits;

    private WalkPlan(DotKernel kernel, ContractionShape shape, bool exchanged, WalkSizes sizes, bool keeps)
    {
        (Shape, Exchanged, Result) = (shape, exchanged, sizes.Result);
        (ElementSize, Lanes) = (kernel.ElementSize, kernel.Lanes);
        (RowRun, TileRows, Panels, WalksColumns) = (sizes.RowRun, sizes.TileRows, sizes.Panels, sizes.Walk == TileWalk.Columns);
        var (batch, rows, terms) = (shape.Batch.Count, shape.Rows.Count, shape.Inner.Count);
        PackedColumns = (int)Panels.PackedColumns;

        var wanted = (long)Math.Clamp(sizes.Cycles * batch / BlockWork, 1, MostBlocks);
        var partBytes = batch * rows * PackedColumns * ElementSize;
        Parts = Result != WalkResult.Parts ? 1
            : Math.Max(1, Math.Min(Math.Min(wanted, MostParts), Math.Min(terms / FewestTermsOfPart, PartBytesAtMost / Math.Max(1, partBytes))));
        TermsOfPart = DotPlan.Ceiling(terms, Parts);
        Parts = DotPlan.Ceiling(terms, TermsOfPart);
        TermBlock = TermBlockOf(TermsOfPart, sizes.Width, ElementSize);

        var unit = RowUnit();
        var units = DotPlan.Ceiling(rows, unit);
        var batchBlocks = Result == WalkResult.Folded ? 1 : batch;
        // Parts share nothing; blocks of rows would each pack the same columns.
        RowBlocks = Parts >= MostParts / 2 ? 1 : Math.Clamp(DotPlan.Ceiling(wanted, Parts * batchBlocks), 1, units);
        // An even number, so that two threads meet in the middle, as in every other step.
        if (RowBlocks > 1 && RowBlocks < units) RowBlocks += RowBlocks % 2;
        (rowUnit, rowUnits) = (unit, units);
        Blocks = batchBlocks * RowBlocks * Parts;

        var columnBytes = batch * terms * PackedColumns * ElementSize;
        ReadsColumnsInPlace = sizes.ColumnsInPlace;
        SharesColumns = !ReadsColumnsInPlace && (keeps || (RowBlocks > 1 && Parts == 1)) && columnBytes <= SharedBytesAtMost;
        Preparations = SharesColumns ? batch * Panels.Count : 0;
        Finishes = Result == WalkResult.Parts ? batch * DotPlan.Ceiling(rows, RowsOfFinish) : 0;

        SharedColumns = 0;
        SharedParts = Align(SharesColumns ? columnBytes : 0);
        SharedBytes = SharedParts + Align(Result == WalkResult.Parts ? Parts * partBytes : 0);
        Steps = 0;
        Offsets = Steps + Align(TermBlock * sizeof(long));
        LaneOffsets = Offsets + Align(TermBlock * sizeof(long));
        Staging = LaneOffsets + Align(Math.Max(sizes.Width, TileRows * Packing.PanelsAtOnce) * sizeof(long));
        Packed = Staging + Align((long)TileRows * sizes.Width * ElementSize);
        PackedRows = Packed + Align((long)TermBlock * sizes.Width * ElementSize);
        PacksBoth = sizes.PacksBoth;
        ScratchBytes = PackedRows + (PacksBoth ? Align(rows * TermBlock * ElementSize) : 0);

        var last = (int)(RowRun - ((DotPlan.Ceiling(RowRun, TileRows) - 1) * TileRows));
        var vectors = new[] { Panels.Widest / Lanes, Panels.LastWidth / Lanes }.Distinct().ToArray();
        codes = new TileCode[2 * (vectors.Max() + 1)];
        packingCodes = new BusyTileCode[vectors.Max() + 1];
        LastRows = last;
        foreach (var v in vectors)
        {
            // A vector alone is loaded for, once for each row; several share a row's factor.
            long? rowStep = v == 1 ? shape.Rows.InnerStride(DotOperand.A) * ElementSize : null;
            long? termOfA = WalksColumns && shape.Inner.InnerStride(DotOperand.A) == 1 ? ElementSize : null;
            long? termOfB = !PacksBoth && (WalksColumns || ReadsColumnsInPlace) ? null : v * Lanes * ElementSize;
            var walk = PacksBoth ? TileWalk.None : sizes.Walk;
            codes[2 * v] = kernel.Tile(TileRows, v, walk, Steps(TileRows));
            codes[(2 * v) + 1] = last == TileRows ? codes[2 * v] : kernel.Tile(last, v, walk, Steps(last));
            if (PacksBoth) packingCodes[v] = kernel.Tile(TileRows, v, TileChore.PackColumns, Steps(TileRows) with { TermOfB = null }, TileWalk.Columns);

            TileSteps Steps(int height) => new(rowStep, PacksBoth ? height * ElementSize : termOfA, termOfB);
        }
    }

    /// <summary>Nothing is added up: every element of C becomes 0.</summary>
    private WalkPlan(DotKernel kernel, ContractionShape shape)
    {
        (Shape, Result, ElementSize, Lanes) = (shape, WalkResult.Folded, kernel.ElementSize, kernel.Lanes);
        (Panels, codes) = (WalkPanels.None, []);
        (Parts, RowBlocks, Blocks) = (1, 1, 1);
    }

    public ContractionShape Shape { get; }

    /// <summary>The plan computes Cᵀ = Bᵀ · Aᵀ: what the caller names A is B here.</summary>
    public bool Exchanged { get; }

    public WalkResult Result { get; }

    public int ElementSize { get; }

    public int Lanes { get; }

    /// <summary>The windows are the columns, of which tiles read vectors; rows are a matrix. Otherwise the rows are windows.</summary>
    public bool WalksColumns { get; }

    /// <summary>How many rows are equally spaced where they are read and where they are written.</summary>
    public long RowRun { get; }

    public int TileRows { get; }

    /// <summary>Rows of the last tile of a run.</summary>
    public int LastRows { get; }

    public WalkPanels Panels { get; }

    public int PackedColumns { get; }

    /// <summary>Terms that a tile sums in registers.</summary>
    public int TermBlock { get; }

    public long Parts { get; }

    public long TermsOfPart { get; }

    public long RowBlocks { get; }

    public bool ReadsColumnsInPlace { get; }

    public bool SharesColumns { get; }

    /// <summary>
    /// Rows are packed, and columns, which are windows, by the first tile of each panel that reads them where they lie: where they lie apart, each term
    /// is in a line of its own, and those of a block meet in few sets of the first-level cache.
    /// </summary>
    public bool PacksBoth { get; }

    /// <summary>Chunks of work before the blocks: panels to pack that all blocks read.</summary>
    public long Preparations { get; }

    /// <summary>Chunks of work that may run at the same time.</summary>
    public long Blocks { get; }

    /// <summary>Chunks of work after the blocks: rows whose parts are to be added up.</summary>
    public long Finishes { get; }

    /// <summary>Rows added up in one go.</summary>
    public const long RowsOfFinish = 64;

    /// <summary>Bytes that all threads share, and bytes that each has to itself.</summary>
    public long SharedBytes { get; }

    public long ScratchBytes { get; }

    internal long SharedColumns { get; }

    internal long SharedParts { get; }

    internal long Steps { get; }

    internal long Offsets { get; }

    internal long LaneOffsets { get; }

    internal long Staging { get; }

    internal long Packed { get; }

    internal long PackedRows { get; }

    /// <summary>The plan of a product that is better read in place than packed, or that is folded; null for others.</summary>
    /// <param name="kernel">The code.</param>
    /// <param name="shape">The product.</param>
    /// <param name="atAnyCost">Whether packing would be better or not.</param>
    /// <param name="keeps">Of which operands what is packed serves further runs: then all of it is packed first.</param>
    public static WalkPlan? TryCreate(DotKernel kernel, ContractionShape shape, bool atAnyCost, KeptOperands keeps)
    {
        if (shape.Batch.Count == 0 || shape.Rows.Count == 0 || shape.Columns.Count == 0 || shape.Inner.Count == 0)
            return shape.Folded > 0 ? new WalkPlan(kernel, shape) : null;
        var exchanged = shape.Exchanged();
        var (one, other) = (WalkSizes.Of(shape, kernel), WalkSizes.Of(exchanged, kernel));
        var isExchanged = (other?.Cycles ?? double.PositiveInfinity) < (one?.Cycles ?? double.PositiveInfinity);
        if ((isExchanged ? other : one) is not { } best) return null;
        if (shape.Folded == 0 && !atAnyCost)
        {
            if (best.Cycles > Math.Min(Packed(shape.Simplified()), Packed(exchanged.Simplified()))) return null;
        }
        return new WalkPlan(kernel, best.Shape, isExchanged, best, isExchanged ? keeps.A : keeps.B);

        // A tile of packed operands is called as one that walks is: in half as many lanes and few terms that is much of what it takes.
        double Packed(ContractionShape product)
        {
            var tile = TileChoice.For(product, kernel);
            if (tile.InnerProducts || kernel.HasManyRegisters) return tile.Cycles;
            var calls = DotPlan.Ceiling(product.Rows.Count, tile.Rows) * DotPlan.Ceiling(product.Columns.Count, tile.Columns);
            return tile.Cycles + (calls * DotPlan.Ceiling(product.Inner.Count, DotPlan.LongestInnerBlock(kernel.ElementSize)) * CallCycles);
        }
    }

    public WalkBlock Block(long index)
    {
        var (outer, part) = Math.DivRem(index, Parts);
        var (batch, row) = Math.DivRem(outer, RowBlocks);
        var (beginBatch, endBatch) = Result != WalkResult.Folded ? (batch, batch + 1) : (0, Panels.Count == 0 ? 0 : Shape.Batch.Count);
        return new WalkBlock(
            beginBatch, endBatch, rowUnits * row / RowBlocks * rowUnit, Math.Min(rowUnits * (row + 1) / RowBlocks * rowUnit, Shape.Rows.Count),
            part * TermsOfPart, Math.Min((part + 1) * TermsOfPart, Shape.Inner.Count), part);
    }

    /// <summary>The code of a tile of a panel; rows are those of a full tile or of the last one of a run.</summary>
    public TileCode Code(int rows, WalkPanel panel) => codes[(2 * (panel.Width / Lanes)) + (rows == TileRows ? 0 : 1)];

    /// <summary>The code of a full tile that packs the columns of a panel.</summary>
    public BusyTileCode PackingCode(WalkPanel panel) => packingCodes[panel.Width / Lanes];

    /// <summary>The elements of C that a block of a folded product adds to, and nobody else.</summary>
    public (long Begin, long End) Reach(WalkBlock block)
    {
        if (RowBlocks == 1) return (0, Shape.Folded);
        var (unit, stride) = (Shape.Rows.Count / Shape.Rows.Extents[0], Shape.Rows.Strides(DotOperand.C)[0]);
        return (block.BeginRow / unit * stride, block.EndRow / unit * stride);
    }

    internal static int TermBlockOf(long terms, int width, int elementSize)
    {
        var most = Math.Clamp(PanelBytes / (width * elementSize), 16, LongestTermBlock);
        return (int)DotPlan.Ceiling(terms, DotPlan.Ceiling(terms, most));
    }

    internal static double Overhead(int rows, int vectors) => CallCycles + (rows * vectors);

    private static long Align(long bytes) => DotPlan.Ceiling(bytes, 64) * 64;

    /// <summary>Blocks begin at whole multiples of this many rows.</summary>
    private long RowUnit()
    {
        var rows = Shape.Rows;
        if (Result != WalkResult.Folded) return RowRun == rows.Count ? TileRows : RowRun;
        // Of images, say: only whole ones lie apart from each other. C is dense, so they fill it.
        if (rows.Rank == 0 || rows.Extents[0] * rows.Strides(DotOperand.C)[0] != Shape.Folded) return rows.Count;
        return rows.Rank == 1 ? TileRows : rows.Count / rows.Extents[0];
    }
}
