namespace GraphGrad.Compilation.Contraction;

/// <summary>How tiles come by an operand.</summary>
internal enum OperandAccess
{
    /// <summary>Read where it lies.</summary>
    Direct,

    /// <summary>Copied into panels in which the lanes of a tile are neighbours.</summary>
    Panels,

    /// <summary>Copied into rows in which the inner terms of a lane are neighbours (A only).</summary>
    Rows,
}

/// <summary>
/// The tile for a product in one of its two orientations, how the tile reaches its operands, and what that is expected to
/// cost. Vectors of a tile lie along columns, or, with <see cref="InnerProducts"/>, along the inner terms. <see cref="Cycles"/>,
/// of which <see cref="PackA"/> and <see cref="PackB"/> are packing, serves to compare choices and to size blocks; it need not
/// be exact.
/// </summary>
internal readonly record struct TileChoice(
    bool InnerProducts, int Rows, int Columns, OperandAccess A, OperandAccess B, double PackA, double PackB, double Cycles)
{
    // Operands whose elements lie this close together stay in L2 and are read in place: measured a
    // tenth to a sixth faster than packing at 256 × 256 float32 with A transposed, some hundredths otherwise.
    private const int CloseBytes = 256 << 10;
    private const int FirstLevelBytes = 24 << 10;

    // Tiles of six rows use so little of a line for each term that lines of all terms and a panel of columns do not fit the first level together, where
    // packed rows do: measured a fifth faster for 49 rows of 320 to 960 terms.
    private const int LineBytes = 64;

    // A matrix beyond the second-level cache times one vector is read row by row, each long enough to be asked for ahead: measured a fifth
    // faster than four rows at a time where rows begin within lines, equal where they do not, and a quarter where other programs use the memory.
    // A vector beyond the first level would come as many bytes from the second for each row: two at a time are a sixth faster. At 512 bits it was not measured.
    private const int StreamedMatrixBytes = 1 << 20;
    private const int StreamedRowBytes = 1 << 10;

    // What an operand beyond the second level brings in a cycle.
    private const double FarBytesPerCycle = 12;

    // An operand read once need not be packed if each step along the inner terms is at most this long.
    private const int StreamedBytes = 256;

    // So few rows wait for memory, whatever the form in which columns come.
    private const int FewRows = 4;

    private const double GatherCycles = 1.5;
    private const double TransposeCycles = 0.6;

    // To store an element among those of other columns, one by one or by four at a time; and to copy one to a panel of six rows. Measured at 256 bits.
    private const double ScatterCycles = 4, TurnCycles = 2, NarrowPanelCycles = 0.5;

    /// <param name="shape">The product.</param>
    /// <param name="kernel">The code.</param>
    /// <param name="keeps">Of which operands what is packed serves many times.</param>
    public static TileChoice For(ContractionShape shape, DotKernel kernel, KeptOperands keeps = default)
    {
        var outer = OuterProducts(shape, kernel, keeps);
        if (!IsPlain(shape)) return outer;
        var inner = OfInnerProducts(shape, kernel);
        return inner.Cycles < outer.Cycles ? inner : outer;
    }

    private static TileChoice OuterProducts(ContractionShape shape, DotKernel kernel, KeptOperands keeps)
    {
        var (lanes, size) = (kernel.Lanes, kernel.ElementSize);
        var (rows, columns, inner) = (shape.Rows.Count, shape.Columns.Count, shape.Inner.Count);
        var columnVectors = DotPlan.Ceiling(columns, lanes);
        var (tileRows, tileVectors) = Tile(rows, columnVectors, kernel.MostAccumulators, !kernel.HasManyRegisters);

        var step = Math.Abs(shape.Inner.InnerStride(DotOperand.A)) * size;
        var readOnce = rows <= tileRows || (columnVectors <= tileVectors && step <= StreamedBytes);
        var direct = shape.Inner.IsOneRun(DotOperand.A) && shape.Rows.IsOneRun(DotOperand.A)
            && (readOnce || (IsClose(shape, shape.Rows, DotOperand.A, size) && (kernel.HasManyRegisters || step <= LineBytes)));
        var panelsA = PanelPacking(shape, shape.Rows, DotOperand.A);
        var rowsA = Math.Min(GatherCycles, 0.1 + (6.0 / UnitRun(shape.Inner, DotOperand.A)));
        var a = direct ? OperandAccess.Direct : panelsA < rowsA ? OperandAccess.Panels : OperandAccess.Rows;

        // Iterations of a loop read the same columns again and again. Packed these come line by line, in place each term from another page and, at powers of two, into the same few sets of the
        // caches: measured a tenth faster where they are near, a third where they are not. At 512 bits it was not measured.
        var packsOnce = keeps is { B: true, ByIterations: true } && !kernel.HasManyRegisters && shape.Batch.Count == 1 && rows <= DotPlan.MostRowsKept;
        direct = shape.Inner.IsOneRun(DotOperand.B) && shape.Columns.IsOneRun(DotOperand.B)
            && shape.Columns.InnerStride(DotOperand.B) == 1
            && (rows <= 2 * tileRows || IsClose(shape, shape.Columns, DotOperand.B, size) || (!kernel.HasManyRegisters && IsNarrow(shape, columnVectors <= tileVectors, size))) && !packsOnce;
        var b = direct ? OperandAccess.Direct : OperandAccess.Panels;

        var tiles = rows / (double)Math.Max(1, tileRows) * DotPlan.Ceiling(columnVectors, tileVectors);
        var unitStores = UnitRun(shape.Columns, DotOperand.C) >= Math.Min(lanes, columns);
        var turns = !kernel.HasManyRegisters && size == sizeof(float) && shape.Rows.InnerStride(DotOperand.C) == 1 && shape.Rows.IsOneRun(DotOperand.C) && shape.Columns.IsOneRun(DotOperand.C);
        var packA = a == OperandAccess.Direct ? 0 : Math.Max(Math.Min(panelsA, rowsA), a == OperandAccess.Panels && turns ? NarrowPanelCycles : 0) * rows * inner;
        var packB = b == OperandAccess.Direct || packsOnce || (keeps.B && rows > FewRows) ? 0 : PanelPacking(shape, shape.Columns, DotOperand.B) * columns * inner;
        // What is packed comes from beyond the second level first, as it does to each strip of rows of inner products. Counted where all columns are one panel, as which products of little arithmetic are.
        if (tileVectors == 3 && rows * inner * size > DotPlan.SecondLevelBytes && packA > 0) packA += rows * inner * size / FarBytesPerCycle;
        if (tileVectors == 3 && columns * inner * size > DotPlan.SecondLevelBytes && packB > 0) packB += columns * inner * size / FarBytesPerCycle;
        var cycles = (tiles * inner * TermCycles(tileRows, tileVectors)) + packA + packB
            + ((unitStores ? 2.0 / lanes : turns ? TurnCycles : ScatterCycles) * rows * columns * Math.Max(1, DotPlan.Ceiling(inner, DotPlan.LongestInnerBlock(size))));
        return new TileChoice(false, tileRows, tileVectors * lanes, a, b, packA, packB, cycles);
    }

    /// <summary>Both operands contiguous along the inner terms, every role one axis: no packing, a sum across lanes at the end.</summary>
    private static TileChoice OfInnerProducts(ContractionShape shape, DotKernel kernel)
    {
        var (rows, columns, inner) = (shape.Rows.Count, shape.Columns.Count, shape.Inner.Count);
        var isStreamed = columns == 1 && rows * inner * kernel.ElementSize > StreamedMatrixBytes && inner * kernel.ElementSize >= StreamedRowBytes;
        var streamedRows = !kernel.HasManyRegisters && inner * kernel.ElementSize > FirstLevelBytes ? (int)Math.Min(rows, 2) : 1;
        var tileRows = isStreamed ? streamedRows : (int)Math.Min(rows, kernel.MostAccumulators >= 24 ? 4 : 3);
        var tileColumns = (int)Math.Min(columns, tileRows == 1 ? 8 : Math.Min(kernel.MostAccumulators, 16) / tileRows);
        // As wide as each other: a last tile of one column would wait for its sums.
        if (columns > 0) tileColumns = (int)DotPlan.Ceiling(columns, DotPlan.Ceiling(columns, tileColumns));
        var tiles = DotPlan.Ceiling(rows, tileRows) * DotPlan.Ceiling(columns, tileColumns);
        var terms = DotPlan.Ceiling(inner, kernel.Lanes) * Math.Max(4.0 / TileEmitter.InnerDepth(Math.Max(1, columns)), Math.Max(tileRows * tileColumns, tileRows + tileColumns) / 2.0);
        var arithmetic = tiles * (terms + (5 * tileRows * tileColumns));

        // Every strip of rows reads all of B: bytes a cycle from L1, from L2, from beyond.
        var bytes = columns * inner * kernel.ElementSize;
        var bytesPerCycle = bytes <= FirstLevelBytes ? 64.0 : bytes <= DotPanels.RowPanelBytes ? 32 : FarBytesPerCycle;
        var traffic = DotPlan.Ceiling(rows, tileRows) * bytes / bytesPerCycle;
        return new TileChoice(
            true, tileRows, tileColumns, OperandAccess.Direct, OperandAccess.Direct, 0, 0, Math.Max(arithmetic, traffic));
    }

    private static bool IsPlain(ContractionShape shape) =>
        shape.Rows.Count > 0 && shape.Columns.Count > 0
        && UnitRun(shape.Inner, DotOperand.A) == shape.Inner.Count && UnitRun(shape.Inner, DotOperand.B) == shape.Inner.Count
        && shape.Rows.IsOneRun(DotOperand.A) && shape.Rows.IsOneRun(DotOperand.C)
        && shape.Columns.IsOneRun(DotOperand.B) && shape.Columns.IsOneRun(DotOperand.C);

    /// <summary>
    /// The tile with the most accumulators that the problem fills: two vectors wide, wider where there are few rows, and, with few registers, three where these are all columns: two and
    /// one would take nine tenths of the registers, then half. A row count that divides the rows saves the code for a remainder.
    /// </summary>
    private static (int Rows, int Vectors) Tile(long rows, long columnVectors, int mostAccumulators, bool hasFewRegisters)
    {
        var widest = rows * 8 <= mostAccumulators ? 8 : rows * 4 <= mostAccumulators ? 4 : hasFewRegisters && columnVectors == 3 ? 3 : 2;
        var vectors = (int)Math.Clamp(columnVectors, 1, widest);
        var most = mostAccumulators / Math.Max(2, vectors);
        if (rows <= most) return ((int)Math.Max(1, rows), vectors);
        if (rows > 8 * most) return (most, vectors);
        for (var divisor = most; divisor * 3 >= most * 2; divisor--)
        {
            if (rows % divisor == 0) return (divisor, vectors);
        }
        return ((int)DotPlan.Ceiling(rows, DotPlan.Ceiling(rows, most)), vectors);
    }

    // Two multiply-adds and two loads a cycle; the result of a multiply-add is there after four.
    internal static double TermCycles(int rows, int columns) => Math.Max(4, Math.Max(rows * columns, rows + columns) / 2.0);

    private static double PanelPacking(ContractionShape shape, AxisGroup lanes, DotOperand operand) => Math.Min(
        UnitRun(shape.Inner, operand) >= 4 ? TransposeCycles : GatherCycles,
        0.1 + (4.0 / UnitRun(lanes, operand)));

    /// <summary>Whether columns of B are one panel that lies about as near together as it would packed.</summary>
    private static bool IsNarrow(ContractionShape shape, bool isOnePanel, int size) =>
        isOnePanel && shape.Inner.InnerStride(DotOperand.B) * size is > 0 and <= StreamedBytes;

    private static bool IsClose(ContractionShape shape, AxisGroup lanes, DotOperand operand, int size) =>
        (lanes.Span(operand) + shape.Inner.Span(operand)) * size <= CloseBytes;

    /// <summary>How many elements along the axes are neighbours in memory.</summary>
    private static long UnitRun(AxisGroup axes, DotOperand operand) =>
        axes.InnerStride(operand) == 1 ? Math.Max(1, axes.Run(operand)) : 1;
}
