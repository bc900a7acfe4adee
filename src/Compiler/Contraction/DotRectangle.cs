namespace GraphGrad.Compilation.Contraction;

/// <summary>
/// The loops around the tiles for a range of rows and columns of one batch element: panels of columns, blocks of inner terms,
/// panels of rows, tiles. All state is on the stack and in the caller's scratch. <typeparamref name="T"/> is any type of the
/// element's size; arithmetic is in the tile code alone.
/// </summary>
internal readonly unsafe struct DotRectangle<T>(DotPlan plan, T* a, T* b, T* c, byte* scratch)
    where T : unmanaged
{
    private readonly ContractionShape shape = plan.Shape;
    private readonly TileChoice tile = plan.Tile;
    private readonly T* packedA = (T*)(scratch + plan.PackedA);
    private readonly T* packedB = (T*)(scratch + plan.PackedB);
    private readonly long* offsetsA = (long*)(scratch + plan.OffsetsA);
    private readonly long* offsetsB = (long*)(scratch + plan.OffsetsB);
    private readonly long* lanes = (long*)(scratch + plan.OffsetsLane);
    private readonly T* staging = (T*)(scratch + plan.Staging);

    public void Compute(long beginRow, long endRow, long beginColumn, long endColumn)
    {
        var terms = shape.Inner.Count;
        for (var column = beginColumn; column < endColumn; column += plan.ColumnPanel)
        {
            var columns = (int)Math.Min(plan.ColumnPanel, endColumn - column);
            // Without terms the tiles still run once and store zeros.
            long term = 0;
            do
            {
                var count = (int)Math.Min(plan.InnerBlock, terms - term);
                PackColumns(column, columns, term, count);
                for (var row = beginRow; row < endRow; row += plan.RowPanel)
                {
                    var rows = (int)Math.Min(plan.RowPanel, endRow - row);
                    PackRows(row, rows, term, count);
                    for (var j = 0; j < columns; j += plan.TileColumns)
                    {
                        var width = Math.Min(plan.TileColumns, columns - j);
                        for (var i = 0; i < rows; i += tile.Rows)
                            ComputeTile(row, i, Math.Min(tile.Rows, rows - i), column, j, width, term, count);
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
        var code = plan.Code(height, vectors);

        var (from, rowStep, innerStep) = ReadRows(row, i, height, term, count);
        var (columnsFrom, columnsStep) = ReadColumns(column, j, width, term, count);

        var to = c + shape.Rows.Offset(DotOperand.C, row + i) + shape.Columns.Offset(DotOperand.C, column + j);
        var adjacent = width == 1 || (shape.Columns.InnerStride(DotOperand.C) == 1 && shape.Columns.OneRun(column + j, width));
        if (adjacent && width == vectors * plan.Lanes && shape.Rows.OneRun(row + i, height))
        {
            code(from, rowStep, innerStep, columnsFrom, columnsStep, (long)to, shape.Rows.InnerStride(DotOperand.C) * sizeof(T), count, term > 0);
            return;
        }

        var pitch = vectors * plan.Lanes;
        if (!adjacent) shape.Columns.Offsets(DotOperand.C, column + j, width, lanes);
        if (term > 0)
        {
            for (var r = 0; r < height; r++)
            {
                var line = c + shape.Rows.Offset(DotOperand.C, row + i + r);
                if (adjacent) Packing<T>.Copy(staging + (r * pitch), line + shape.Columns.Offset(DotOperand.C, column + j), width);
                else for (var x = 0; x < width; x++) staging[(r * pitch) + x] = line[lanes[x]];
            }
        }
        code(from, rowStep, innerStep, columnsFrom, columnsStep, (long)staging, pitch * sizeof(T), count, term > 0);
        for (var r = 0; r < height; r++)
        {
            var line = c + shape.Rows.Offset(DotOperand.C, row + i + r);
            if (adjacent) Packing<T>.Copy(line + shape.Columns.Offset(DotOperand.C, column + j), staging + (r * pitch), width);
            else for (var x = 0; x < width; x++) line[lanes[x]] = staging[(r * pitch) + x];
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
        return ((long)(packedB + (tile.B == OperandAccess.Direct ? 0 : (long)j * count)), vectors * plan.Lanes * sizeof(T));
    }

    /// <summary>A panel of B is read where it lies if whole vectors of it exist there.</summary>
    private bool ReadsInPlace(int width) => tile.B == OperandAccess.Direct && width % plan.Lanes == 0;

    private void PackColumns(long column, int columns, long term, int count)
    {
        var last = columns - (columns % plan.TileColumns);
        if (tile.B == OperandAccess.Direct && ReadsInPlace(columns - last)) return;
        shape.Inner.Offsets(DotOperand.B, term, count, offsetsB);
        if (tile.B == OperandAccess.Panels && shape.Columns.Rank < 2 && shape.Columns.InnerStride(DotOperand.B) == 1)
        {
            Packing<T>.Panels(packedB, b + column, columns, plan.TileColumns, plan.Lanes, offsetsB, count);
            return;
        }
        for (var j = tile.B == OperandAccess.Direct ? last : 0; j < columns; j += plan.TileColumns)
        {
            var live = Math.Min(plan.TileColumns, columns - j);
            var width = (live + plan.Lanes - 1) / plan.Lanes * plan.Lanes;
            var adjacent = shape.Columns.InnerStride(DotOperand.B) == 1 && shape.Columns.OneRun(column + j, live);
            shape.Columns.Offsets(DotOperand.B, column + j, live, lanes);
            var to = packedB + (tile.B == OperandAccess.Direct ? 0 : (long)j * count);
            Packing<T>.Panel(to, b, lanes, live, width, offsetsB, count, adjacent);
        }
    }

    private void PackRows(long row, int rows, long term, int count)
    {
        if (tile.A == OperandAccess.Direct) return;
        shape.Inner.Offsets(DotOperand.A, term, count, offsetsA);
        var unit = shape.Inner.InnerStride(DotOperand.A) == 1;
        var run = shape.Inner.InnerExtent;
        for (var i = 0; i < rows; i += tile.Rows)
        {
            var height = Math.Min(tile.Rows, rows - i);
            shape.Rows.Offsets(DotOperand.A, row + i, height, lanes);
            if (tile.A == OperandAccess.Panels)
            {
                var adjacent = shape.Rows.InnerStride(DotOperand.A) == 1 && shape.Rows.OneRun(row + i, height);
                Packing<T>.Panel(packedA + ((long)i * count), a, lanes, height, height, offsetsA, count, adjacent);
            }
            else
            {
                var to = packedA + ((long)i * plan.RowPitch);
                Packing<T>.Rows(to, a, lanes, height, plan.RowPitch, offsetsA, count, unit ? run - (term % run) : 0, run);
            }
        }
    }
}
