namespace GraphGrad.Compilation.Contraction;

/// <summary>
/// The loops around inner-product tiles for a range of rows and columns: every operand is read and written where it lies.
/// </summary>
internal static class InnerTiles
{
    /// <summary>Addresses are those of element (0, 0) of each operand in one batch element.</summary>
    public static void Compute(DotPlan plan, nint a, nint b, nint c, in DotPiece piece)
    {
        var (shape, tile, size) = (plan.Shape, plan.Tile, plan.ElementSize);
        var aRow = shape.Rows.InnerStride(DotOperand.A) * size;
        var bColumn = shape.Columns.InnerStride(DotOperand.B) * size;
        var cRow = shape.Rows.InnerStride(DotOperand.C) * size;
        var cColumn = shape.Columns.InnerStride(DotOperand.C) * size;
        for (var row = piece.BeginRow; row < piece.EndRow; row += tile.Rows)
        {
            for (var column = piece.BeginColumn; column < piece.EndColumn; column += tile.Columns)
            {
                var rows = (int)Math.Min(tile.Rows, piece.EndRow - row);
                var code = plan.InnerCode(rows, (int)Math.Min(tile.Columns, piece.EndColumn - column));
                code(
                    a + (row * aRow), aRow, b + (column * bColumn), bColumn, c + (row * cRow) + (column * cColumn), cRow, cColumn,
                    shape.Inner.Count);
            }
        }
    }
}
