using System.Runtime.CompilerServices;

namespace GraphGrad.Compilation.Contraction;

/// <summary>
/// The loops around inner-product tiles for a range of rows and columns: every operand is read and written where it lies.
/// </summary>
internal static class InnerTiles
{
    private const int LineBytes = 64;

    /// <summary>Addresses are those of element (0, 0) of each operand in one batch element.</summary>
    public static void Compute(DotPlan plan, nint a, nint b, nint c, in DotPiece piece)
    {
        var (shape, tile, size) = (plan.Shape, plan.Tile, plan.ElementSize);
        var aRow = shape.Rows.InnerStride(DotOperand.A) * size;
        var bColumn = shape.Columns.InnerStride(DotOperand.B) * size;
        var cRow = shape.Rows.InnerStride(DotOperand.C) * size;
        var cColumn = shape.Columns.InnerStride(DotOperand.C) * size;
        var rowBytes = shape.Inner.Count * size;
        // Where several tiles read the same rows, each asks for its share of the rows that come after them.
        var tilesAcross = DotPlan.Ceiling(piece.EndColumn - piece.BeginColumn, tile.Columns);
        var asks = tilesAcross > 1 && (piece.EndRow - piece.BeginRow) * rowBytes > DotPlan.SecondLevelBytes;
        var share = asks ? DotPlan.RoundUp(DotPlan.Ceiling(rowBytes, tilesAcross), LineBytes) : 0;
        for (var row = piece.BeginRow; row < piece.EndRow; row += tile.Rows)
        {
            var rows = (int)Math.Min(tile.Rows, piece.EndRow - row);
            var (next, asked) = (Math.Min(tile.Rows, piece.EndRow - row - rows), 0L);
            for (var column = piece.BeginColumn; column < piece.EndColumn; column += tile.Columns)
            {
                if (asks && next > 0 && asked < rowBytes)
                {
                    Ask(a + ((row + rows) * aRow) + asked, aRow, next, Math.Min(share, rowBytes - asked));
                    asked += share;
                }
                var code = plan.InnerCode(rows, (int)Math.Min(tile.Columns, piece.EndColumn - column));
                code(
                    a + (row * aRow), aRow, b + (column * bColumn), bColumn, c + (row * cRow) + (column * cColumn), cRow, cColumn,
                    shape.Inner.Count);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Ask(long from, long pitch, long rows, long bytes)
    {
        for (var r = 0; r < rows; r++, from += pitch)
        {
            for (var at = 0L; at < bytes; at += LineBytes) TilePrefetch.ToSecondLevel(from + at);
        }
    }
}
