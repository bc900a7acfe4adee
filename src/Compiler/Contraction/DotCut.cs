namespace GraphGrad.Compilation.Contraction;

/// <summary>
/// A product cut for a number of threads into pieces that can be computed at the same time, each its own part of C: a range of
/// batch elements, or a rectangle of one. Every piece packs what it reads, so a single thread takes all in one piece.
/// </summary>
internal sealed class DotCut
{
    // Cycles, some two microseconds: to hand a piece to a thread that is awake and to wait for it takes half of one.
    private const double PieceWork = 8_000;

    // Cycles of a product that is over before a parked thread comes.
    private const double ShortWork = 60_000;

    // More pieces than threads even out what the machine does besides; each packs again.
    private const int MostPiecesPerThread = 4;

    // How long the others may wait for the last piece to end, in parts of a piece: the machine has other things to do.
    private const double Unevenness = 0.05;

    // Cycles to fetch an element into the caches of another core, beside packing it: measured 1 to 1.3 in all.
    private const double FetchCycles = 1.2;

    private readonly long batchPerPiece;
    private readonly long rowsPerPiece;
    private readonly long columnsPerPiece;
    private readonly long rowPieces;
    private readonly long columnPieces;

    private DotCut(DotPlan plan, long batchPerPiece, long rowPieces, long columnPieces)
    {
        var shape = plan.Shape;
        Plan = plan;
        this.batchPerPiece = batchPerPiece;
        rowsPerPiece = Part(shape.Rows.Count, plan.Tile.Rows, rowPieces);
        columnsPerPiece = Part(shape.Columns.Count, plan.Tile.Columns, columnPieces);
        this.rowPieces = DotPlan.Ceiling(shape.Rows.Count, rowsPerPiece);
        this.columnPieces = DotPlan.Ceiling(shape.Columns.Count, columnsPerPiece);
        Count = DotPlan.Ceiling(shape.Batch.Count, batchPerPiece) * this.rowPieces * this.columnPieces;
        Panels = new DotPanels(plan, Math.Min(rowsPerPiece, shape.Rows.Count), Math.Min(columnsPerPiece, shape.Columns.Count));
    }

    public DotPlan Plan { get; }

    /// <summary>What a piece holds packed, in the scratch that each thread hands to <see cref="DotKernel.Run"/>.</summary>
    public DotPanels Panels { get; }

    public long Count { get; }

    /// <summary>Whether each piece packs its own part of B, so that further runs can find it.</summary>
    public bool PacksColumnsOnce => rowPieces == 1;

    /// <summary>Whether only threads that are awake should take part.</summary>
    public bool IsShort => Plan.Tile.Cycles * Math.Max(1, Plan.Shape.Batch.Count) < ShortWork;

    /// <summary>The cut that is expected to end first: few pieces pack little, many spread evenly.</summary>
    public static DotCut For(DotPlan plan, int threads)
    {
        var (shape, tile) = (plan.Shape, plan.Tile);
        var batch = Math.Max(1, shape.Batch.Count);
        var most = (long)Math.Min(threads * MostPiecesPerThread, tile.Cycles * batch / PieceWork);
        if (threads == 1 || most < 2) return new DotCut(plan, batch, 1, 1);
        if (batch >= most || plan.Batches is not null) return new DotCut(plan, DotPlan.Ceiling(batch, most), 1, 1);

        var best = new DotCut(plan, 1, 1, 1);
        var least = best.Estimate(threads);
        for (var rows = 1L; rows * batch <= most; rows++)
        {
            for (var columns = 1L; rows * columns * batch <= most; columns++)
            {
                var cut = new DotCut(plan, 1, rows, columns);
                var estimate = cut.Estimate(threads);
                if (estimate < least) (best, least) = (cut, estimate);
            }
        }
        return best;
    }

    /// <summary>The ranges of a piece. More than one batch element has all rows and columns.</summary>
    public DotPiece Piece(long number)
    {
        var (rest, column) = Math.DivRem(number, columnPieces);
        var (batch, row) = Math.DivRem(rest, rowPieces);
        var shape = Plan.Shape;
        return new DotPiece(
            batch * batchPerPiece, Math.Min((batch + 1) * batchPerPiece, shape.Batch.Count),
            row * rowsPerPiece, Math.Min((row + 1) * rowsPerPiece, shape.Rows.Count),
            column * columnsPerPiece, Math.Min((column + 1) * columnsPerPiece, shape.Columns.Count));
    }

    /// <summary>Cycles until the last thread is done, each piece as dear as the largest.</summary>
    private double Estimate(int threads)
    {
        var (shape, tile) = (Plan.Shape, Plan.Tile);
        var rows = Math.Min(1, rowsPerPiece / (double)shape.Rows.Count);
        var columns = Math.Min(1, columnsPerPiece / (double)shape.Columns.Count);
        var piece = ((tile.Cycles - tile.PackA - tile.PackB) * rows * columns) 
            + ((tile.PackA + (FetchCycles * shape.Rows.Count * shape.Inner.Count)) * rows)
            + ((tile.PackB + (FetchCycles * shape.Columns.Count * shape.Inner.Count)) * columns);
        return piece * (DotPlan.Ceiling(Count, threads) + Unevenness);
    }

    private static long Part(long count, int tile, long pieces) => Math.Max(1, DotPlan.Ceiling(DotPlan.Ceiling(count, tile), pieces)) * tile;
}

/// <summary>A part of C, from and up to.</summary>
internal readonly record struct DotPiece(long BeginBatch, long EndBatch, long BeginRow, long EndRow, long BeginColumn, long EndColumn)
{
    /// <summary>Whether the sums are added to what C holds. Not for plans of inner products.</summary>
    public bool Accumulates { get; init; }
}
