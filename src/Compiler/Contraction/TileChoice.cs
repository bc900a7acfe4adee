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
/// cost. <see cref="Cycles"/> serves to compare orientations and to size blocks; it need not be exact.
/// </summary>
internal readonly record struct TileChoice(int Rows, int Vectors, OperandAccess A, OperandAccess B, double Cycles)
{
    // Operands whose elements lie this close together stay in L1 without packing.
    private const int CloseBytes = 24 << 10;

    public static TileChoice For(ContractionShape shape, int lanes, int size, int mostAccumulators)
    {
        var (rows, columns, inner) = (shape.Rows.Count, shape.Columns.Count, shape.Inner.Count);
        var columnVectors = DotPlan.Ceiling(columns, lanes);
        var (tileRows, tileVectors) = Tile(rows, columnVectors, mostAccumulators);

        var plain = shape.Inner.Rank < 2;
        var unitRows = shape.Rows.InnerStride(DotOperand.A) == 1;
        var unitInner = shape.Inner.InnerStride(DotOperand.A) == 1;
        var a = plain && shape.Rows.Rank < 2 && (columnVectors <= tileVectors || Close(shape.Rows, DotOperand.A)) ? OperandAccess.Direct
            : unitRows && !(unitInner && shape.Inner.InnerExtent > shape.Rows.InnerExtent) ? OperandAccess.Panels
            : OperandAccess.Rows;

        var unitColumns = shape.Columns.InnerStride(DotOperand.B) == 1;
        var b = plain && shape.Columns.Rank < 2 && unitColumns && (rows <= 2 * tileRows || Close(shape.Columns, DotOperand.B))
            ? OperandAccess.Direct
            : OperandAccess.Panels;

        // Two multiply-adds, two loads or one store a cycle; a multiply-add takes four.
        var term = Math.Max(4, Math.Max(tileRows * tileVectors, tileRows + tileVectors) / 2.0);
        var tiles = rows / (double)Math.Max(1, tileRows) * DotPlan.Ceiling(columnVectors, tileVectors);
        var packA = a == OperandAccess.Direct ? 0 : unitRows || unitInner ? 4.0 / lanes : 1.5;
        var packB = b == OperandAccess.Direct ? 0 : unitColumns ? 4.0 / lanes : 1;
        var unitStores = shape.Columns.InnerStride(DotOperand.C) == 1 && shape.Columns.InnerExtent >= lanes;
        var store = unitStores ? 2.0 / lanes : 2;
        return new TileChoice(
            tileRows, tileVectors, a, b, (tiles * inner * term) + (packA * rows * inner) + (packB * columns * inner) + (store * rows * columns));

        bool Close(AxisGroup group, DotOperand operand) =>
            (group.Span(operand) + shape.Inner.Span(operand)) * size <= CloseBytes;
    }

    /// <summary>
    /// The tile with the most accumulators that the problem fills: two vectors wide, wider where there are few rows. A row count
    /// that divides the rows saves the code for a remainder.
    /// </summary>
    private static (int Rows, int Vectors) Tile(long rows, long columnVectors, int mostAccumulators)
    {
        var vectors = (int)Math.Clamp(columnVectors, 1, rows * 8 <= mostAccumulators ? 8 : rows * 4 <= mostAccumulators ? 4 : 2);
        var most = mostAccumulators / Math.Max(2, vectors);
        if (rows <= most) return ((int)Math.Max(1, rows), vectors);
        if (rows > 8 * most) return (most, vectors);
        for (var divisor = most; divisor * 3 >= most * 2; divisor--)
        {
            if (rows % divisor == 0) return (divisor, vectors);
        }
        return ((int)DotPlan.Ceiling(rows, DotPlan.Ceiling(rows, most)), vectors);
    }
}
