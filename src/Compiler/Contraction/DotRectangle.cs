using System.Runtime.CompilerServices;
using GraphGrad.Operations;

namespace GraphGrad.Compilation.Contraction;

/// <summary>
/// The loops around the tiles for a range of rows and columns of one batch element: panels of columns, blocks of inner terms,
/// panels of rows, tiles. What a tile reads is packed right before its first use. All state is on the stack and in the caller's
/// scratch. <typeparamref name="T"/> is any type of the element's size; arithmetic is in the tile code alone.
/// </summary>
internal readonly unsafe struct DotRectangle<T>(DotPlan plan, DotPanels panels, T* a, T* b, T* c, byte* scratch, bool accumulates, in KeptColumns kept)
    where T : unmanaged
{
    private const int LineBytes = 64;
    private const int Four = 4;

    private readonly ContractionShape shape = plan.Shape;
    private readonly TileChoice tile = plan.Tile;
    private readonly T* packedA = (T*)(scratch + panels.PackedA);
    private readonly T* packedB = (T*)(scratch + panels.PackedB);
    private readonly T* keptB = (T*)kept.Place;
    private readonly bool isPacked = kept.ArePacked;
    private readonly long* offsetsA = (long*)(scratch + panels.OffsetsA);
    private readonly long* offsetsB = (long*)(scratch + panels.OffsetsB);
    private readonly long* linesOfStrip = (long*)(scratch + panels.FetchedLines);
    private readonly long* copies = (long*)(scratch + panels.CopiedLines);
    private readonly long* lanes = (long*)(scratch + panels.OffsetsLane);
    private readonly T* staging = (T*)(scratch + panels.Staging);

    public void Compute(in DotPiece piece)
    {
        var terms = shape.Inner.Count;
        for (var column = piece.BeginColumn; column < piece.EndColumn; column += panels.ColumnPanel)
        {
            var columns = (int)Math.Min(panels.ColumnPanel, piece.EndColumn - column);
            // Without terms the tiles still run once and store zeros.
            long term = 0;
            do
            {
                var count = (int)Math.Min(plan.InnerBlock, terms - term);
                if (tile.A != OperandAccess.Direct) shape.Inner.Offsets(DotOperand.A, term, count, offsetsA);
                if (!ReadsInPlace(columns)) shape.Inner.Offsets(DotOperand.B, term, count, offsetsB);
                if (plan.FetchingCode is not null) ListLines(count);
                var copiesRows = ListCopies(count);
                for (var row = piece.BeginRow; row < piece.EndRow; row += panels.RowPanel)
                {
                    var rows = (int)Math.Min(panels.RowPanel, piece.EndRow - row);
                    var packedRows = 0;
                    for (var j = 0; j < columns; j += tile.Columns)
                    {
                        var width = Math.Min(tile.Columns, columns - j);
                        var packs = row == piece.BeginRow && !isPacked;
                        if (packs && !PacksWithinTile(rows, width) && j % panels.ColumnGroup == 0) PackColumns(column, Math.Min(panels.ColumnGroup, columns - j), term, count, j);
                        for (int i = 0, height; i < rows; i += height)
                        {
                            height = Math.Min(tile.Rows, rows - i);
                            if (j == 0 && i >= packedRows)
                            {
                                PackRows(row + i, Math.Min(plan.StripGroup, rows - i), term, count, i);
                                packedRows = i + plan.StripGroup;
                            }
                            var errand = ErrandOf(piece, row, rows, i, height, column, columns, j, width, term, count, copiesRows);
                            var tiles = TilesTogether(rows, i, columns, j, width, errand);
                            ComputeTiles(row, i, height, tiles, column, j, width, term, count, errand);
                            height *= tiles;
                            if (errand.Chore == TileChore.CopyRows) packedRows = i + height + tile.Rows;
                        }
                    }
                }
                term += count;
            }
            while (term < terms);
        }
    }

    private bool PacksWithinTile(int rows, int width) => plan.PackingCode is not null && rows >= tile.Rows && width == tile.Columns;

    /// <summary>How many tiles from one of a block on are computed by one call: nothing has to be done between them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int TilesTogether(int rows, int i, int columns, int j, int width, in TileErrand errand)
    {
        if (errand.Chore is TileChore.PackColumns or TileChore.FetchPanel) return 1;
        var most = plan.StoresInPlace(width) ? int.MaxValue : panels.StagedTiles;
        if (errand.Chore == TileChore.CopyRows) return Math.Min(most, ((rows - i) / tile.Rows) - 1);
        if (j == 0 && tile.A != OperandAccess.Direct) return 1;
        // The last tile of a block has an errand of its own.
        var left = plan.FetchingCode is not null && j + width == columns ? rows - i - 1 : rows - i;
        return Math.Clamp(left / tile.Rows, 1, most);
    }

    /// <summary>What a tile does besides: it packs the columns that it is the first to read, or asks for what is read soon.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TileErrand ErrandOf(in DotPiece piece, long row, int rows, int i, int height, long column, int columns, int j, int width, long term, int count, bool copiesRows)
    {
        if (plan.IsLimited(width)) return new TileErrand(TileChore.LimitLanes, width % plan.Lanes, TermsAtTheEnd(width, count));
        if (height < tile.Rows || width < tile.Columns) return default;
        if (i == 0 && row == piece.BeginRow && !isPacked && plan.PackingCode is not null) return new TileErrand(TileChore.PackColumns, Packed(column, j, term, count), 0);
        // Rows are packed strip by strip beside the first panel, each beside the strip before it, the first of the next block after the last tile of this one.
        var next = row + i + height;
        if (copiesRows && j == 0 && i + (2 * height) <= rows)
            return new TileErrand(TileChore.CopyRows, (long)(a + shape.Rows.Offset(DotOperand.A, next) + term), (long)copies, height * shape.Rows.InnerStride(DotOperand.A) * sizeof(T));
        if (i == 0 && row == piece.BeginRow && plan.PanelFetchingCode is not null && (isPacked || tile.B == OperandAccess.Direct)) return new TileErrand(TileChore.FetchPanel, (tile.B == OperandAccess.Direct ? 1 : count) * tile.Columns * sizeof(T), 0);
        if (plan.FetchingCode is null) return default;
        if (i + height == rows ? j + width == columns && next < piece.EndRow : j == 0)
            return new TileErrand(TileChore.FetchLines, (long)(a + shape.Rows.Offset(DotOperand.A, next) + term), (long)linesOfStrip);
        // Blocks below the first find columns packed, but far away: each tile asks for its share of the next panel.
        if (row == piece.BeginRow || panels.KeepsOnePanel || j + width == columns) return default;
        var share = PanelShare(count) * LineBytes;
        return new TileErrand(TileChore.FetchLines, Packed(column, j + width, term, count) + (i / tile.Rows * share), (long)(linesOfStrip + plan.InnerBlock), share);
    }

    /// <summary>From how many of the last terms on whole vectors would reach beyond the last element of B that these terms have.</summary>
    private long TermsAtTheEnd(int width, int count)
    {
        if (tile.B != OperandAccess.Direct) return 0;
        var step = shape.Inner.InnerStride(DotOperand.B);
        return step > 0 ? Math.Min(count, DotPlan.Ceiling(plan.Lanes - (width % plan.Lanes), step)) : count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void ComputeTiles(long row, int i, int height, int tiles, long column, int j, int width, long term, int count, TileErrand errand)
    {
        var vectors = (width + plan.Lanes - 1) / plan.Lanes;
        var (from, rowStep, innerStep) = ReadRows(row, i, height, term, count);
        var (columnsFrom, columnsStep) = errand.Chore == TileChore.PackColumns ? InPlace(column + j, term) : ReadColumns(column, j, width, term, count);
        var tileStep = tile.A == OperandAccess.Panels ? innerStep * count : rowStep * height;
        var source = new TileSource(from, rowStep, innerStep, columnsFrom, columnsStep, tiles, tileStep);
        var adds = accumulates || term > 0;

        var pitch = vectors * plan.Lanes;
        var adjacent = width == 1
            || (shape.Columns.InnerStride(DotOperand.C) == 1 && shape.Columns.OneRun(DotOperand.C, column + j, width));
        var all = height * tiles;
        if (adjacent && (width == pitch || errand.Chore == TileChore.LimitLanes) && shape.Rows.OneRun(DotOperand.C, row + i, all))
        {
            var to = c + shape.Rows.Offset(DotOperand.C, row + i) + shape.Columns.Offset(DotOperand.C, column + j);
            var step = shape.Rows.InnerStride(DotOperand.C) * sizeof(T);
            Run(errand, source, height, width, (long)to, step, count, adds);
            return;
        }

        var rowOffsets = lanes + tile.Columns;
        shape.Columns.Offsets(DotOperand.C, column + j, width, lanes);
        shape.Rows.Offsets(DotOperand.C, row + i, all, rowOffsets);
        if (adds) Stage(rowOffsets, all, width, pitch, adjacent, load: true);
        Run(errand, source, height, width, (long)staging, pitch * sizeof(T), count, adds);
        Stage(rowOffsets, all, width, pitch, adjacent, load: false);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Run(in TileErrand errand, in TileSource source, int height, int width, long to, long step, int count, bool adds)
    {
        var (a, rowStep, innerStep, b, columnsStep, tiles, tileStep) = source;
        if (errand.Chore is not { } chore) plan.Code(height, width)(a, rowStep, innerStep, b, columnsStep, to, step, count, adds, tiles, tileStep);
        else BusyCode(chore, height, width)(a, rowStep, innerStep, b, columnsStep, to, step, count, adds, tiles, tileStep, errand.Place, errand.Offsets, errand.PlaceStep);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private BusyTileCode BusyCode(TileChore chore, int height, int width) => chore switch
    {
        TileChore.PackColumns => plan.PackingCode!,
        TileChore.CopyRows => plan.CopyingCode!,
        TileChore.FetchLines => plan.FetchingCode!,
        TileChore.FetchPanel => plan.PanelFetchingCode!,
        _ => plan.LimitedCode(height, width),
    };

    /// <summary>
    /// Lists the vectors of a strip of rows of A, one for each term, the last of a row ending where the row does; where there are no more, the first again.
    /// False if there are more than terms.
    /// </summary>
    private bool ListCopies(int count)
    {
        if (plan.CopyingCode is null || count < plan.Lanes || tile.Rows * DotPlan.Ceiling(count, plan.Lanes) > count) return false;
        var at = copies;
        var (step, pitch) = (shape.Rows.InnerStride(DotOperand.A) * sizeof(T), (long)plan.RowPitch * sizeof(T));
        for (var r = 0; r < tile.Rows; r++)
        {
            for (var k = 0; k < count; k += plan.Lanes)
            {
                var place = (long)Math.Min(k, count - plan.Lanes) * sizeof(T);
                *at++ = (r * step) + place;
                *at++ = (r * pitch) + place;
            }
        }
        new Span<long>(at, (int)(copies + (2L * count) - at)).Clear();
        return true;
    }

    /// <summary>
    /// Lists the lines of a strip of rows of A, and after them those of a share of a panel, one for each term; where there are no more, the first
    /// again.
    /// </summary>
    private void ListLines(int count)
    {
        var step = shape.Rows.InnerStride(DotOperand.A) * sizeof(T);
        var (linesOfRow, share) = (DotPlan.Ceiling(count * sizeof(T), LineBytes), PanelShare(count));
        for (var k = 0; k < count; k++)
        {
            var (r, line) = Math.DivRem(k, linesOfRow);
            linesOfStrip[k] = r < tile.Rows ? (r * step) + (line * LineBytes) : 0;
            linesOfStrip[plan.InnerBlock + k] = k < share ? (long)k * LineBytes : 0;
        }
    }

    /// <summary>Lines of a packed panel for each strip of rows of a block.</summary>
    private long PanelShare(int count) => DotPlan.Ceiling((long)count * tile.Columns * sizeof(T), (long)LineBytes * panels.RowPanel / tile.Rows);

    /// <summary>Copies the live part of tiles below one another from C to staging, or back.</summary>
    private void Stage(long* rowOffsets, int height, int width, int pitch, bool adjacent, bool load)
    {
        if (adjacent)
        {
            for (var r = 0; r < height; r++)
            {
                var line = c + rowOffsets[r] + lanes[0];
                if (load) Packing<T>.Copy(staging + (r * pitch), line, width);
                else Packing<T>.Copy(line, staging + (r * pitch), width);
            }
            return;
        }
        // Columns outermost: where they are no neighbours, rows most often are.
        if (Transposition.IsAccelerated && height >= Four && width >= Four && AreEven(rowOffsets, height, 1) && AreEven(lanes, width, lanes[1] - lanes[0]))
        {
            StageTurned(rowOffsets[0], height, width, pitch, load);
            return;
        }
        for (var x = 0; x < width; x++)
        {
            var line = c + lanes[x];
            if (load)
            {
                for (var r = 0; r < height; r++) staging[(r * pitch) + x] = line[rowOffsets[r]];
            }
            else
            {
                for (var r = 0; r < height; r++) line[rowOffsets[r]] = staging[(r * pitch) + x];
            }
        }
    }

    /// <summary>As <see cref="Stage"/> where rows are neighbours, by four rows and columns at a time; the last of them overlap those before.</summary>
    private void StageTurned(long row, int height, int width, int pitch, bool load)
    {
        var step = lanes[1] - lanes[0];
        for (var x = 0; ; x = Math.Min(x + Four, width - Four))
        {
            for (var r = 0; ; r = Math.Min(r + Four, height - Four))
            {
                var own = staging + (r * pitch) + x;
                var line = c + lanes[x] + row + r;
                if (load) Transposition.FourByFour(line, line + step, line + (2 * step), line + (3 * step), own, pitch);
                else Transposition.FourByFour(own, own + pitch, own + (2 * pitch), own + (3 * pitch), line, step);
                if (r == height - Four) break;
            }
            if (x == width - Four) break;
        }
    }

    private static bool AreEven(long* offsets, int count, long step)
    {
        for (var i = 1; i < count; i++)
        {
            if (offsets[i] != offsets[i - 1] + step) return false;
        }
        return true;
    }

    /// <summary>Where a tile's rows of A begin, the bytes from row to row and from term to term.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private (long From, long RowStep, long InnerStep) ReadRows(long row, int i, int height, long term, int count)
    {
        switch (tile.A)
        {
            case OperandAccess.Panels:
                return ((long)(packedA + ((long)i * count)), sizeof(T), height * sizeof(T));
            case OperandAccess.Rows:
                return ((long)(packedA + ((long)i * plan.RowPitch)), plan.RowPitch * sizeof(T), sizeof(T));
            default:
                var step = shape.Inner.InnerStride(DotOperand.A);
                var from = a + shape.Rows.Offset(DotOperand.A, row + i) + (term * step);
                return ((long)from, shape.Rows.InnerStride(DotOperand.A) * sizeof(T), step * sizeof(T));
        }
    }

    /// <summary>Where a tile's columns of B begin, and the bytes from term to term.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private (long From, long InnerStep) ReadColumns(long column, int j, int width, long term, int count)
    {
        if (ReadsInPlace(width)) return InPlace(column + j, term);
        var vectors = (width + plan.Lanes - 1) / plan.Lanes;
        return (Packed(column, j, term, count), vectors * plan.Lanes * sizeof(T));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private (long From, long InnerStep) InPlace(long column, long term)
    {
        var step = shape.Inner.InnerStride(DotOperand.B);
        return ((long)(b + shape.Columns.Offset(DotOperand.B, column) + (term * step)), step * sizeof(T));
    }

    /// <summary>Where a panel of B is packed: what further runs read holds all of them, block of terms by block of terms.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private long Packed(long column, int j, long term, int count) =>
        (long)(keptB is not null ? keptB + (term * plan.PackedColumns) + ((column + j) * count) : packedB + (panels.KeepsOnePanel ? 0 : (long)j * count));

    /// <summary>A panel of B is read where it lies if whole vectors of it exist there, or a vector is read in part.</summary>
    private bool ReadsInPlace(int width) => tile.B == OperandAccess.Direct && (width % plan.Lanes == 0 || plan.LimitsLanes);

    private void PackColumns(long column, int live, long term, int count, int j)
    {
        if (ReadsInPlace(live)) return;
        shape.Columns.Offsets(DotOperand.B, column + j, live, lanes);
        Packing<T>.Panels((T*)Packed(column, j, term, count), b, lanes, live, tile.Columns, plan.Lanes, offsetsB, count);
    }

    private void PackRows(long row, int height, long term, int count, int i)
    {
        if (tile.A == OperandAccess.Direct) return;
        shape.Rows.Offsets(DotOperand.A, row, height, lanes);
        if (tile.A == OperandAccess.Panels)
        {
            Packing<T>.Panels(packedA + ((long)i * count), a, lanes, height, tile.Rows, 1, offsetsA, count);
            return;
        }
        var run = shape.Inner.Run(DotOperand.A);
        var firstRun = shape.Inner.InnerStride(DotOperand.A) == 1 ? run - (term % run) : 0;
        Packing<T>.Rows(packedA + ((long)i * plan.RowPitch), a, lanes, height, plan.RowPitch, offsetsA, count, firstRun, run);
    }
}

/// <summary>Where all columns of B lie packed for further runs, if they do, and whether an earlier run packed them; else this one does.</summary>
internal readonly record struct KeptColumns(nint Place, bool ArePacked);

/// <summary>Where the operands of tiles begin, and the bytes from row to row, from term to term, and from the rows of one tile to those of the next.</summary>
internal readonly record struct TileSource(long A, long RowStep, long InnerStep, long B, long ColumnsStep, int Tiles, long TileStep);

/// <summary>What a tile does besides, if anything, and with which lines; the next tile's are <paramref name="PlaceStep"/> bytes on.</summary>
internal readonly record struct TileErrand(TileChore? Chore, long Place, long Offsets, long PlaceStep = 0);
