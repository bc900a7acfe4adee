namespace GraphGrad.Compilation.Contraction;

/// <summary>
/// Every size that a product of one shape is computed with. Depends on shape, element type and width only, never on the number
/// of threads; and an element of C is summed in the same order whatever piece of C it falls in, so results are the same bits
/// for any <see cref="DotCut"/>.
/// </summary>
internal sealed class DotPlan
{
    // Measured on 48 KB of L1 and 1 MB of L2 a core: the panel of B that all rows of a block of A meet stays in L1 or
    // streams from L2, the block of A stays in L2. The packed part of B comes by again only after a whole block of A, so that it may
    // be beyond L3; where B has more columns, A is packed again for each part.
    internal const int RowPanelBytes = 684 << 10;
    private const int ColumnPanelBytes = 6 << 20;

    private readonly TileCode?[] tiles = new TileCode?[4];
    private readonly InnerTileCode?[] innerTiles = new InnerTileCode?[4];

    internal DotPlan(DotKernel kernel, ContractionShape shape)
    {
        shape = shape.Simplified();
        var exchanged = shape.Exchanged();
        var (size, lanes) = (kernel.ElementSize, kernel.Lanes);
        var tile = TileChoice.For(shape, kernel);
        var other = TileChoice.For(exchanged, kernel);
        Exchanged = other.Cycles < tile.Cycles;
        Shape = Exchanged ? exchanged : shape;
        Tile = Exchanged ? other : tile;
        Lanes = lanes;
        ElementSize = size;

        var (rows, columns, inner) = (Shape.Rows.Count, Shape.Columns.Count, Shape.Inner.Count);
        InnerBlock = (int)Ceiling(inner, Math.Max(1, Ceiling(inner, LongestInnerBlock(size))));
        // A cache line more than needed, so that rows of a power of two do not meet in one set.
        RowPitch = RoundUp(InnerBlock, 64 / size) + (64 / size);
        StripGroup = Tile.Rows * (Tile.A == OperandAccess.Panels ? Packing.PanelsAtOnce : 1);
        RowPanel = Panel(RowPanelBytes / (RowPitch * size), StripGroup, rows);
        ColumnPanel = Panel(ColumnPanelBytes / (Math.Max(1, InnerBlock) * size), Tile.Columns, columns);

        KeepsOnePanel = Tile.B == OperandAccess.Direct || RowPanel >= rows;
        ColumnGroup = Tile.Columns * (KeepsOnePanel ? 1 : Packing.PanelsAtOnce);
        PackedA = 0;
        PackedB = PackedA + (Tile.A == OperandAccess.Direct ? 0 : RoundUp(RowPanel * RowPitch * size, 64));
        var packedColumns = KeepsOnePanel ? Tile.Columns : ColumnPanel;
        OffsetsA = PackedB + RoundUp(packedColumns * InnerBlock * size, 64);
        OffsetsB = OffsetsA + RoundUp(InnerBlock * sizeof(long), 64);
        OffsetsLane = OffsetsB + RoundUp(InnerBlock * sizeof(long), 64);
        Staging = OffsetsLane + RoundUp((ColumnGroup + StripGroup) * sizeof(long), 64);
        ScratchBytes = Staging + RoundUp(Tile.Rows * Tile.Columns * size, 64);

        if (Shape.Batch.Count * rows * columns == 0) return;
        foreach (var r in Sizes(rows, Tile.Rows))
        {
            foreach (var width in Sizes(columns, Tile.Columns))
            {
                if (Tile.InnerProducts) innerTiles[Slot(r, width)] = kernel.InnerTile(r, width);
                else tiles[Slot(r, width)] = kernel.Tile(r, (int)Ceiling(width, lanes));
            }
        }
    }

    /// <summary>Bytes of scratch that each thread hands to <see cref="DotKernel.Run"/>, aligned to 64.</summary>
    public long ScratchBytes { get; }

    /// <summary>The shape in the orientation it is computed in, on as few axes as possible.</summary>
    internal ContractionShape Shape { get; }

    /// <summary>The plan computes Cᵀ = Bᵀ · Aᵀ: what the caller names A is B here.</summary>
    internal bool Exchanged { get; }

    internal TileChoice Tile { get; }

    internal int Lanes { get; }

    internal int ElementSize { get; }

    /// <summary>Terms summed in registers before C is stored.</summary>
    internal int InnerBlock { get; }

    /// <summary>Elements from row to row of a block of A that is packed by rows.</summary>
    internal int RowPitch { get; }

    /// <summary>Rows that are packed together.</summary>
    internal int StripGroup { get; }

    /// <summary>Columns that are packed together.</summary>
    internal int ColumnGroup { get; }

    internal int RowPanel { get; }

    internal int ColumnPanel { get; }

    /// <summary>One packed panel of B at a time is enough: all rows meet it before the next.</summary>
    internal bool KeepsOnePanel { get; }

    /// <summary>Where the parts of scratch begin, in bytes.</summary>
    internal int PackedA { get; }

    internal int PackedB { get; }

    internal int OffsetsA { get; }

    internal int OffsetsB { get; }

    internal int OffsetsLane { get; }

    /// <summary>One tile of C whose place is not contiguous or ends within a vector.</summary>
    internal int Staging { get; }

    /// <summary>Terms summed in registers at most; more of them save visits of C, and cost rows in the block of A.</summary>
    internal static int LongestInnerBlock(int elementSize) => elementSize > sizeof(float) ? 384 : 512;

    internal static long Ceiling(long value, long divisor) => (value + divisor - 1) / divisor;

    /// <summary>The code of a full tile, or of one at the last rows or columns.</summary>
    internal TileCode Code(int rows, int columns) => tiles[Slot(rows, columns)]!;

    internal InnerTileCode InnerCode(int rows, int columns) => innerTiles[Slot(rows, columns)]!;

    private static int RoundUp(long value, int step) => checked((int)(Ceiling(value, step) * step));

    private static int Panel(int fitting, int tile, long count) =>
        (int)Math.Min(Math.Max(1, fitting / tile) * tile, Math.Max(1, Ceiling(count, tile)) * tile);

    private static IEnumerable<int> Sizes(long count, int tile)
    {
        if (count >= tile) yield return tile;
        if (count % tile != 0) yield return (int)(count % tile);
    }

    private int Slot(int rows, int columns) => (rows == Tile.Rows ? 0 : 2) + (columns == Tile.Columns ? 0 : 1);
}
