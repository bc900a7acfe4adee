namespace GraphGrad.Compilation.Contraction;

/// <summary>
/// The loops around the tiles for a range of rows and columns of one batch element: panels of columns, blocks of inner terms,
/// panels of rows, tiles. What a tile reads is packed right before its first use. All state is on the stack and in the caller's
/// scratch. <typeparamref name="T"/> is any type of the element's size; arithmetic is in the tile code alone.
/// </summary>
internal readonly unsafe struct DotRectangle<T>(DotPlan plan, DotPanels panels, T* a, T* b, T* c, byte* scratch, bool accumulates)
    where T : unmanaged
{
    private readonly ContractionShape shape = plan.Shape;
    private readonly TileChoice tile = plan.Tile;
    private readonly T* packedA = (T*)(scratch + panels.PackedA);
    private readonly T* packedB = (T*)(scratch + panels.PackedB);
    private readonly long* offsetsA = (long*)(scratch + panels.OffsetsA);
    private readonly long* offsetsB = (long*)(scratch + panels.OffsetsB);
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
                for (var row = piece.BeginRow; row < piece.EndRow; row += panels.RowPanel)
                {
                    var rows = (int)Math.Min(panels.RowPanel, piece.EndRow - row);
                    for (var j = 0; j < columns; j += tile.Columns)
                    {
                        var width = Math.Min(tile.Columns, columns - j);
                        if (row == piece.BeginRow && j % panels.ColumnGroup == 0) PackColumns(column + j, Math.Min(panels.ColumnGroup, columns - j), count, j);
                        for (var i = 0; i < rows; i += tile.Rows)
                        {
                            var height = Math.Min(tile.Rows, rows - i);
                            if (j == 0 && i % plan.StripGroup == 0) PackRows(row + i, Math.Min(plan.StripGroup, rows - i), term, count, i);
                            ComputeTile(row, i, height, column, j, width, term, count);
                        }
                    }
                }
                term += count;
            }
            while (term < terms);
        }
    }

    private void ComputeTile(long row, int i, int height, long column, int j, int width, long term, int count)
    {
        var vectors = (width + plan.Lanes - 1) / plan.Lanes;
        var code = plan.Code(height, width);

        var (from, rowStep, innerStep) = ReadRows(row, i, height, term, count);
        var (columnsFrom, columnsStep) = ReadColumns(column, j, width, term, count);

        var pitch = vectors * plan.Lanes;
        var adjacent = width == 1
            || (shape.Columns.InnerStride(DotOperand.C) == 1 && shape.Columns.OneRun(DotOperand.C, column + j, width));
        if (adjacent && width == pitch && shape.Rows.OneRun(DotOperand.C, row + i, height))
        {
            var to = c + shape.Rows.Offset(DotOperand.C, row + i) + shape.Columns.Offset(DotOperand.C, column + j);
            var step = shape.Rows.InnerStride(DotOperand.C) * sizeof(T);
            code(from, rowStep, innerStep, columnsFrom, columnsStep, (long)to, step, count, accumulates || term > 0);
            return;
        }

        var rowOffsets = lanes + tile.Columns;
        shape.Columns.Offsets(DotOperand.C, column + j, width, lanes);
        shape.Rows.Offsets(DotOperand.C, row + i, height, rowOffsets);
        if (accumulates || term > 0) Stage(rowOffsets, height, width, pitch, adjacent, load: true);
        code(from, rowStep, innerStep, columnsFrom, columnsStep, (long)staging, pitch * sizeof(T), count, accumulates || term > 0);
        Stage(rowOffsets, height, width, pitch, adjacent, load: false);
    }

    /// <summary>Copies the live part of a tile from C to staging, or back.</summary>
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

    /// <summary>Where a tile's rows of A begin, the bytes from row to row and from term to term.</summary>
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
    private (long From, long InnerStep) ReadColumns(long column, int j, int width, long term, int count)
    {
        if (ReadsInPlace(width))
        {
            var step = shape.Inner.InnerStride(DotOperand.B);
            return ((long)(b + shape.Columns.Offset(DotOperand.B, column + j) + (term * step)), step * sizeof(T));
        }
        var vectors = (width + plan.Lanes - 1) / plan.Lanes;
        return ((long)(packedB + (panels.KeepsOnePanel ? 0 : (long)j * count)), vectors * plan.Lanes * sizeof(T));
    }

    /// <summary>A panel of B is read where it lies if whole vectors of it exist there.</summary>
    private bool ReadsInPlace(int width) => tile.B == OperandAccess.Direct && width % plan.Lanes == 0;

    private void PackColumns(long column, int live, int count, int j)
    {
        if (ReadsInPlace(live)) return;
        shape.Columns.Offsets(DotOperand.B, column, live, lanes);
        Packing<T>.Panels(packedB + (panels.KeepsOnePanel ? 0 : (long)j * count), b, lanes, live, tile.Columns, plan.Lanes, offsetsB, count);
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
