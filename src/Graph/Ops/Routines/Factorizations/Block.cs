namespace GraphGrad.Operations;

/// <summary>A part of a matrix where it lies in memory; strides may be negative, so that a matrix is read from its end.</summary>
/// <param name="address">Of the element at 0, 0.</param>
/// <param name="rows">How many rows.</param>
/// <param name="columns">How many columns.</param>
/// <param name="rowStride">How far a row is from the next, in elements.</param>
/// <param name="columnStride">How far a column is from the next, in elements.</param>
internal readonly unsafe struct Block<T>(T* address, int rows, int columns, nint rowStride, nint columnStride = 1)
    where T : unmanaged
{
    public T* Address { get; } = address;

    public int Rows { get; } = rows;

    public int Columns { get; } = columns;

    public nint RowStride { get; } = rowStride;

    public nint ColumnStride { get; } = columnStride;

    public Block<T> Transposed => new(Address, Columns, Rows, ColumnStride, RowStride);

    /// <summary>The rows from the last to the first.</summary>
    public Block<T> Upward => new(At(Rows - 1, 0), Rows, Columns, -RowStride, ColumnStride);

    /// <summary>Rows and columns from the last to the first: of an upper triangle a lower one.</summary>
    public Block<T> Turned => new(At(Rows - 1, Columns - 1), Rows, Columns, -RowStride, -ColumnStride);

    public T* At(int row, int column) => Address + (row * RowStride) + (column * ColumnStride);

    public Block<T> Part(int row, int column, int rows, int columns) => new(At(row, column), rows, columns, RowStride, ColumnStride);
}
