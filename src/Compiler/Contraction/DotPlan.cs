namespace GraphGrad.Compilation.Contraction;

/// <summary>
/// What a product of one shape is computed with, whatever its pieces. Depends on shape, element type and width only, never on the number
/// of threads; and an element of C is summed in the same order whatever piece of C it falls in, so results are the same bits
/// for any <see cref="DotCut"/>.
/// </summary>
internal sealed class DotPlan
{
    // Rows of A that come from beyond this are asked for before they are packed, or read where they lie.
    internal const int SecondLevelBytes = 512 << 10;

    // Of more rows packing columns is a hundredth of the work.
    internal const int MostRowsKept = 512;

    private readonly TileCode?[] tiles = new TileCode?[4];
    private readonly InnerTileCode?[] innerTiles = new InnerTileCode?[4];
    private readonly BusyTileCode?[] limitedTiles = new BusyTileCode?[4];
    private readonly bool hasPlainResults;

    internal DotPlan(DotKernel kernel, ContractionShape shape, KeptOperands keeps = default)
    {
        shape = shape.Simplified();
        var exchanged = shape.Exchanged();
        var (size, lanes) = (kernel.ElementSize, kernel.Lanes);
        var tile = TileChoice.For(shape, kernel, keeps);
        var other = TileChoice.For(exchanged, kernel, keeps.Exchanged());
        Exchanged = other.Cycles < tile.Cycles;
        Shape = Exchanged ? exchanged : shape;
        Tile = Exchanged ? other : tile;
        Lanes = lanes;
        ElementSize = size;
        HasManyRegisters = kernel.HasManyRegisters;

        var (rows, columns, inner) = (Shape.Rows.Count, Shape.Columns.Count, Shape.Inner.Count);
        InnerBlock = (int)Ceiling(inner, Math.Max(1, Ceiling(inner, LongestInnerBlock(size))));
        // A cache line more than needed, so that rows of a power of two do not meet in one set.
        RowPitch = RoundUp(InnerBlock, 64 / size) + (64 / size);
        StripGroup = Tile.Rows * (Tile.A == OperandAccess.Panels ? Packing.PanelsAtOnce : 1);

        LimitsLanes = kernel.HasMaskedAccess && (Tile.B == OperandAccess.Direct || !kernel.HasManyRegisters) && !Tile.InnerProducts;
        Batches = BatchTiles.TryCreate(kernel, shape);
        hasPlainResults = Shape.Rows.IsOneRun(DotOperand.C) && Shape.Columns.IsOneRun(DotOperand.C) && Shape.Columns.InnerStride(DotOperand.C) == 1;
        if (Shape.Batch.Count * rows * columns == 0) return;
        if (rows > Tile.Rows && columns >= Tile.Columns && Tile.B == OperandAccess.Panels
            && Shape.Inner.IsOneRun(DotOperand.B) && Shape.Columns.IsOneRun(DotOperand.B) && Shape.Columns.InnerStride(DotOperand.B) == 1)
        {
            PackingCode = kernel.Tile(Tile.Rows, Tile.Columns / lanes, TileChore.PackColumns, Steps(Tile.Rows, 0));
        }
        if (columns >= Tile.Columns && Tile.A == OperandAccess.Rows
            && Shape.Inner.IsOneRun(DotOperand.A) && Shape.Inner.InnerStride(DotOperand.A) == 1 && Shape.Rows.IsOneRun(DotOperand.A))
        {
            // One vector a term costs nothing; two, as in float64, cost more than packing before.
            if (rows >= 2 * Tile.Rows && Tile.Rows < lanes) CopyingCode = kernel.Tile(Tile.Rows, Tile.Columns / lanes, TileChore.CopyRows, Steps(Tile.Rows, Tile.Columns));
            if (rows * inner * size > SecondLevelBytes) FetchingCode = kernel.Tile(Tile.Rows, Tile.Columns / lanes, TileChore.FetchLines, Steps(Tile.Rows, Tile.Columns));
        }
        // Of one row, whose tile is four lines wide, no more than the machine asks for by itself: measured a tenth slower from the third level.
        var isFar = Tile.B == OperandAccess.Direct && rows > 1 && columns * inner * size > SecondLevelBytes;
        if ((isFar || ((Exchanged ? keeps.A : keeps.B) && !keeps.ByIterations && KeptBytes > 0)) && !Tile.InnerProducts && !kernel.HasManyRegisters && rows >= Tile.Rows && columns > Tile.Columns)
            PanelFetchingCode = kernel.Tile(Tile.Rows, Tile.Columns / lanes, TileChore.FetchPanel, Steps(Tile.Rows, isFar ? 0 : Tile.Columns));
        foreach (var r in Sizes(rows, Tile.Rows))
        {
            foreach (var width in Sizes(columns, Tile.Columns))
            {
                if (Tile.InnerProducts) innerTiles[Slot(r, width)] = kernel.InnerTile(r, width, TileEmitter.InnerDepth(columns));
                else if (IsLimited(width)) limitedTiles[Slot(r, width)] = kernel.Tile(r, (int)Ceiling(width, lanes), TileChore.LimitLanes, Steps(r, 0));
                else tiles[Slot(r, width)] = kernel.Tile(r, (int)Ceiling(width, lanes), steps: Steps(r, width));
            }
        }
    }

    /// <summary>
    /// In how many sums of vectors of terms each result is taken, which are added at the end; 0 where term follows term. Plans of equal numbers for products of as many terms add in the
    /// same order.
    /// </summary>
    internal int InnerSums => Batches is not null ? (Batches.IsAlongInner ? 1 : 0) : Tile.InnerProducts ? TileEmitter.InnerDepth(Shape.Columns.Count) : 0;

    /// <summary>The shape in the orientation it is computed in, on as few axes as possible.</summary>
    internal ContractionShape Shape { get; }

    /// <summary>The plan computes Cᵀ = Bᵀ · Aᵀ: what the caller names A is B here.</summary>
    internal bool Exchanged { get; }

    internal TileChoice Tile { get; }

    /// <summary>The loop over whole products of a batch of small ones; else null.</summary>
    internal BatchTiles? Batches { get; }

    internal int Lanes { get; }

    internal int ElementSize { get; }

    internal bool HasManyRegisters { get; }

    /// <summary>Terms summed in registers before C is stored.</summary>
    internal int InnerBlock { get; }

    /// <summary>Elements from row to row of a block of A that is packed by rows.</summary>
    internal int RowPitch { get; }

    /// <summary>Columns of B where all of them are packed, up to whole vectors.</summary>
    internal long PackedColumns => RoundUp(Shape.Columns.Count, Lanes);

    /// <summary>Bytes of all of B packed for further runs; zero where it is read in place, of batches, and where packing is little of the work.</summary>
    internal long KeptBytes => Tile.B == OperandAccess.Panels && Batches is null && Shape.Batch.Count == 1 && Shape.Rows.Count <= MostRowsKept ? Shape.Inner.Count * PackedColumns * ElementSize : 0;

    /// <summary>Rows that are packed together.</summary>
    internal int StripGroup { get; }

    /// <summary>
    /// A full tile that reads columns of B where they lie and leaves them packed for the tiles below it; null where they are packed before.
    /// Beside the arithmetic the copy costs nothing.
    /// </summary>
    internal BusyTileCode? PackingCode { get; }

    /// <summary>A full tile that packs the rows of A of the tile below it; null where they are packed before.</summary>
    internal BusyTileCode? CopyingCode { get; }

    /// <summary>A full tile that asks for rows of A and packed columns that are read soon; null where all of them are near.</summary>
    internal BusyTileCode? FetchingCode { get; }

    /// <summary>
    /// A full tile that asks for the columns after its own: for the packed panel that an earlier run has left, which other steps have driven out of the second level
    /// since, or for columns that are read where they lie, where all of them are more than it holds. Null where neither is, as in a loop, whose columns the machine asks for by itself: measured a twentieth
    /// slower if they are near, and no faster if they are not. Not at 512 bits, where it was not measured.
    /// </summary>
    internal BusyTileCode? PanelFetchingCode { get; }

    /// <summary>Whether columns that fill no vector are read and written where they lie, as those that do; packed ones, at 512 bits not measured, are written so.</summary>
    internal bool LimitsLanes { get; }

    /// <summary>Terms summed in registers at most; more of them save visits of C, and cost rows in the block of A.</summary>
    internal static int LongestInnerBlock(int elementSize) => elementSize > sizeof(float) ? 384 : 512;

    internal static long Ceiling(long value, long divisor) => (value + divisor - 1) / divisor;

    internal static int RoundUp(long value, int step) => checked((int)(Ceiling(value, step) * step));

    /// <summary>The code of a full tile, or of one at the last rows or columns.</summary>
    internal TileCode Code(int rows, int columns) => tiles[Slot(rows, columns)]!;

    /// <summary>Whether a tile of so many columns ends within a vector and leaves out its other lanes.</summary>
    internal bool IsLimited(int columns) => LimitsLanes && columns % Lanes != 0;

    /// <summary>Whether tiles of so many columns are stored where C lies, one below the other, without staging.</summary>
    internal bool StoresInPlace(int columns) => hasPlainResults && (columns % Lanes == 0 || LimitsLanes);

    /// <summary>The code of a tile that ends within a vector.</summary>
    internal BusyTileCode LimitedCode(int rows, int columns) => limitedTiles[Slot(rows, columns)]!;

    internal InnerTileCode InnerCode(int rows, int columns) => innerTiles[Slot(rows, columns)]!;

    private static IEnumerable<int> Sizes(long count, int tile)
    {
        if (count >= tile) yield return tile;
        if (count % tile != 0) yield return (int)(count % tile);
    }

    /// <summary>The steps that tiles of some rows and packed columns always have, of columns read in place if there are none.</summary>
    private TileSteps Steps(int rows, int packedColumns)
    {
        long? termOfB = packedColumns > 0 && Tile.B == OperandAccess.Panels ? Ceiling(packedColumns, Lanes) * Lanes * ElementSize : null;
        return Tile.A switch
        {
            OperandAccess.Panels => new TileSteps(null, (long)rows * ElementSize, termOfB),
            OperandAccess.Rows => new TileSteps(null, ElementSize, termOfB),
            _ => new TileSteps(null, Shape.Inner.InnerStride(DotOperand.A) == 1 ? ElementSize : null, termOfB),
        };
    }

    private int Slot(int rows, int columns) => (rows == Tile.Rows ? 0 : 2) + (columns == Tile.Columns ? 0 : 1);
}
