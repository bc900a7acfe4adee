namespace GraphGrad.Compilation.Contraction;

/// <summary>How much of its operands a piece of a product holds packed at a time, and where in the scratch memory of its thread.</summary>
internal sealed class DotPanels
{
    // Measured on 48 KB of L1 and 1 MB of L2 a core: the panel of B that all rows of a block of A meet stays in L1 or
    // streams from L2, the block of A stays in L2. The packed part of B comes by again only after a whole block of A, so that it may
    // be beyond L3; where B has more columns, A is packed again for each part.
    internal const int RowPanelBytes = 684 << 10;
    private const int ColumnPanelBytes = 6 << 20;

    // Columns that are near themselves may pass often: rows that stay in a second level of 512 KB beside them are packed and read again there.
    private const int FewColumnsBytes = 128 << 10, FewColumnsRowBytes = 192 << 10;

    // A call for each tile costs a fifth of one of 160 terms: some four kilobytes of them are computed before they are moved to where they belong. At 512 bits, where
    // that was not measured, one is.
    private const int MostStagedTiles = 10;

    /// <param name="plan">The product.</param>
    /// <param name="rows">Rows of the largest piece.</param>
    /// <param name="columns">Columns of the largest piece.</param>
    public DotPanels(DotPlan plan, long rows, long columns)
    {
        var (tile, size, terms) = (plan.Tile, plan.ElementSize, plan.InnerBlock);
        var rowBytes = !plan.HasManyRegisters && columns * terms * size <= FewColumnsBytes ? FewColumnsRowBytes : RowPanelBytes;
        var mostRows = Panel(rowBytes / (plan.RowPitch * size), plan.StripGroup, rows);
        // As few blocks of A as fit, all about as large.
        RowPanel = DotPlan.RoundUp(DotPlan.Ceiling(rows, Math.Max(1, DotPlan.Ceiling(rows, mostRows))), plan.StripGroup);
        ColumnPanel = Panel(ColumnPanelBytes / (Math.Max(1, terms) * size), tile.Columns, columns);
        KeepsOnePanel = tile.B == OperandAccess.Direct || RowPanel >= rows;
        ColumnGroup = tile.Columns * (KeepsOnePanel || plan.PackingCode is not null ? 1 : Packing.PanelsAtOnce);

        PackedA = 0;
        PackedB = PackedA + (tile.A == OperandAccess.Direct ? 0 : DotPlan.RoundUp((long)RowPanel * plan.RowPitch * size, 64));
        var packedColumns = KeepsOnePanel ? tile.Columns : ColumnPanel;
        OffsetsA = PackedB + DotPlan.RoundUp((long)packedColumns * terms * size, 64);
        OffsetsB = OffsetsA + DotPlan.RoundUp(terms * sizeof(long), 64);
        FetchedLines = OffsetsB + DotPlan.RoundUp(terms * sizeof(long), 64);
        CopiedLines = FetchedLines + (plan.FetchingCode is null ? 0 : DotPlan.RoundUp(2 * terms * sizeof(long), 64));
        OffsetsLane = CopiedLines + (plan.CopyingCode is null ? 0 : DotPlan.RoundUp(2L * terms * sizeof(long), 64));
        StagedTiles = plan.HasManyRegisters || plan.Shape.Columns.InnerStride(DotOperand.C) == 1 ? 1 : MostStagedTiles;
        Staging = OffsetsLane + DotPlan.RoundUp(Math.Max(ColumnGroup + plan.StripGroup, tile.Columns + (StagedTiles * tile.Rows)) * sizeof(long), 64);
        ScratchBytes = Staging + DotPlan.RoundUp(StagedTiles * tile.Rows * tile.Columns * size, 64);
    }

    /// <summary>Bytes of scratch, aligned to 64.</summary>
    public long ScratchBytes { get; }

    /// <summary>Rows of a block of A.</summary>
    public int RowPanel { get; }

    public int ColumnPanel { get; }

    /// <summary>Columns that are packed together.</summary>
    public int ColumnGroup { get; }

    /// <summary>One packed panel of B at a time is enough: all rows meet it before the next.</summary>
    public bool KeepsOnePanel { get; }

    /// <summary>Where the parts of scratch begin, in bytes.</summary>
    public int PackedA { get; }

    public int PackedB { get; }

    public int OffsetsA { get; }

    public int OffsetsB { get; }

    /// <summary>The lines of a strip of A and of a share of a panel, in bytes from their beginning; absent unless the plan fetches them.</summary>
    public int FetchedLines { get; }

    /// <summary>The vectors of a strip of A, in bytes from its beginning where it lies and where it is packed.</summary>
    public int CopiedLines { get; }

    public int OffsetsLane { get; }

    /// <summary>Tiles of C, one below the other, whose place is not contiguous or ends within a vector.</summary>
    public int Staging { get; }

    /// <summary>How many tiles it holds.</summary>
    public int StagedTiles { get; }

    private static int Panel(int fitting, int tile, long count) =>
        (int)Math.Min(Math.Max(1, fitting / tile) * tile, Math.Max(1, DotPlan.Ceiling(count, tile)) * tile);
}
