using System.Numerics;
using System.Runtime.CompilerServices;

namespace GraphGrad.Operations;

/// <summary>Some columns of a matrix, packed so that one row follows the other, and products with them, of which a few rows are kept in registers: four by three vectors, or eight by one where one holds all columns.</summary>
internal readonly unsafe struct ProductTile<T, TLane>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLane : struct, ILane<TLane, T>
{
    private const int Vectors = 3, WideRows = 4, NarrowRows = 8;

    private readonly T* panel;
    private readonly int pitch;

    /// <summary>Columns side by side, of which all vectors but the last must be full.</summary>
    /// <param name="panel">Memory for as many rows as are packed, each of <see cref="Width"/>.</param>
    /// <param name="columns">At most <see cref="Width"/>.</param>
    public ProductTile(T* panel, int columns)
    {
        this.panel = panel;
        Columns = columns;
        pitch = columns > TLane.Count ? Width : TLane.Count;
    }

    /// <summary>How many columns there may be.</summary>
    public static int Width => Vectors * TLane.Count;

    public int Columns { get; }

    private int TileRows => pitch == TLane.Count ? NarrowRows : WideRows;

    /// <summary>Copies rows to the panel, with zeros behind.</summary>
    public void Pack(Block<T> x)
    {
        for (var i = 0; i < x.Rows; i++)
        {
            T* from = x.At(i, 0), to = panel + ((nint)i * pitch);
            var j = 0;
            for (; j + TLane.Count <= Columns; j += TLane.Count) TLane.Load(from + j).Store(to + j);
            for (var rest = j; rest < pitch; rest += TLane.Count) default(TLane).Store(to + rest);
            for (; j < Columns; j++) to[j] = from[j];
        }
    }

    /// <summary>Copies the panel's rows back.</summary>
    public void Unpack(Block<T> x)
    {
        for (var i = 0; i < x.Rows; i++)
        {
            T* from = panel + ((nint)i * pitch), to = x.At(i, 0);
            var j = 0;
            for (; j + TLane.Count <= Columns; j += TLane.Count) TLane.Load(from + j).Store(to + j);
            for (; j < Columns; j++) to[j] = from[j];
        }
    }

    /// <summary>The panel X becomes L⁻¹·X of a lower triangle.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Solve(Block<T> a, bool isUnit)
    {
        for (var from = 0; from < a.Rows; from += TileRows)
        {
            var rows = Math.Min(TileRows, a.Rows - from);
            Subtract(a.Part(from, 0, rows, from), new Block<T>(panel + ((nint)from * pitch), rows, pitch, pitch), pitch);
            for (var i = from; i < from + rows; i++)
            {
                T* row = panel + ((nint)i * pitch), factors = a.At(i, from);
                var diagonal = TLane.Fill(*a.At(i, i));
                for (var j = 0; j < pitch; j += TLane.Count)
                {
                    var x = TLane.Load(row + j);
                    for (var k = 0; k < i - from; k++) x = TLane.MultiplyAdd(TLane.Fill(-factors[k * a.ColumnStride]), TLane.Load(panel + ((nint)(from + k) * pitch) + j), x);
                    (isUnit ? x : x / diagonal).Store(row + j);
                }
            }
        }
    }

    /// <summary>Subtracts A times the panel from rows of C.</summary>
    public void Subtract(Block<T> a, Block<T> c) => Subtract(a, c, Columns);

    private void Subtract(Block<T> a, Block<T> c, int columns)
    {
        if (a.Columns == 0) return;
        for (var row = 0; row < a.Rows; row += TileRows)
        {
            var rows = Math.Min(TileRows, a.Rows - row);
            if (columns % TLane.Count == 0) Tile(a.Part(row, 0, rows, a.Columns), c.At(row, 0), c.RowStride, columns);
            else SubtractPart(a.Part(row, 0, rows, a.Columns), c.Part(row, 0, rows, columns));
        }
    }

    /// <summary>Columns that fill no vector: a whole tile is computed aside.</summary>
    private void SubtractPart(Block<T> a, Block<T> c)
    {
        var edge = stackalloc T[NarrowRows * Width];
        new Span<T>(edge, a.Rows * pitch).Clear();
        Tile(a, edge, pitch, pitch);
        for (var i = 0; i < a.Rows; i++)
        {
            T* to = c.At(i, 0), from = edge + (i * pitch);
            var j = 0;
            for (; j + TLane.Count <= c.Columns; j += TLane.Count) (TLane.Load(to + j) + TLane.Load(from + j)).Store(to + j);
            for (; j < c.Columns; j++) to[j] += from[j];
        }
    }

    private void Tile(Block<T> a, T* c, nint stride, int columns)
    {
        if (pitch == TLane.Count) Narrow(a.Address, a.RowStride, a.ColumnStride, a.Columns, c, stride, a.Rows);
        else Wide(a.Address, a.RowStride, a.ColumnStride, a.Columns, c, stride, a.Rows, columns == Width);
    }

    // Rows that are not there are computed as the last one, and not stored; nor is the third vector where columns fill two. What is called within would push the sums out of the registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Wide(T* a, nint step, nint along, int depth, T* c, nint stride, int rows, bool isFull)
    {
        var v = TLane.Count;
        T* a1 = a + (Math.Min(1, rows - 1) * step), a2 = a + (Math.Min(2, rows - 1) * step), a3 = a + ((rows - 1) * step);
        TLane c00 = default, c01 = default, c02 = default, c10 = default, c11 = default, c12 = default;
        TLane c20 = default, c21 = default, c22 = default, c30 = default, c31 = default, c32 = default;
        var b = panel;
        for (var (count, k) = (depth, (nint)0); count > 0; count--, k += along)
        {
            var b0 = TLane.Load(b);
            var b1 = TLane.Load(b + v);
            var b2 = TLane.Load(b + v + v);
            b += Vectors * v;
            var x = TLane.Fill(a[k]);
            c00 = TLane.MultiplyAdd(x, b0, c00);
            c01 = TLane.MultiplyAdd(x, b1, c01);
            c02 = TLane.MultiplyAdd(x, b2, c02);
            x = TLane.Fill(a1[k]);
            c10 = TLane.MultiplyAdd(x, b0, c10);
            c11 = TLane.MultiplyAdd(x, b1, c11);
            c12 = TLane.MultiplyAdd(x, b2, c12);
            x = TLane.Fill(a2[k]);
            c20 = TLane.MultiplyAdd(x, b0, c20);
            c21 = TLane.MultiplyAdd(x, b1, c21);
            c22 = TLane.MultiplyAdd(x, b2, c22);
            x = TLane.Fill(a3[k]);
            c30 = TLane.MultiplyAdd(x, b0, c30);
            c31 = TLane.MultiplyAdd(x, b1, c31);
            c32 = TLane.MultiplyAdd(x, b2, c32);
        }
        SubtractRow(c, c00, c01, c02, isFull);
        if (rows > 1) SubtractRow(c + stride, c10, c11, c12, isFull);
        if (rows > 2) SubtractRow(c + (2 * stride), c20, c21, c22, isFull);
        if (rows > 3) SubtractRow(c + (3 * stride), c30, c31, c32, isFull);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Narrow(T* a, nint step, nint along, int depth, T* c, nint stride, int rows)
    {
        T* a1 = a + (Math.Min(1, rows - 1) * step), a2 = a + (Math.Min(2, rows - 1) * step), a3 = a + (Math.Min(3, rows - 1) * step), a4 = a + (Math.Min(4, rows - 1) * step);
        T* a5 = a + (Math.Min(5, rows - 1) * step), a6 = a + (Math.Min(6, rows - 1) * step), a7 = a + ((rows - 1) * step);
        TLane c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default, c6 = default, c7 = default;
        var b = panel;
        for (var (count, k) = (depth, (nint)0); count > 0; count--, k += along)
        {
            var x = TLane.Load(b);
            b += TLane.Count;
            c0 = TLane.MultiplyAdd(TLane.Fill(a[k]), x, c0);
            c1 = TLane.MultiplyAdd(TLane.Fill(a1[k]), x, c1);
            c2 = TLane.MultiplyAdd(TLane.Fill(a2[k]), x, c2);
            c3 = TLane.MultiplyAdd(TLane.Fill(a3[k]), x, c3);
            c4 = TLane.MultiplyAdd(TLane.Fill(a4[k]), x, c4);
            c5 = TLane.MultiplyAdd(TLane.Fill(a5[k]), x, c5);
            c6 = TLane.MultiplyAdd(TLane.Fill(a6[k]), x, c6);
            c7 = TLane.MultiplyAdd(TLane.Fill(a7[k]), x, c7);
        }
        SubtractVector(c, c0);
        if (rows > 1) SubtractVector(c + stride, c1);
        if (rows > 2) SubtractVector(c + (2 * stride), c2);
        if (rows > 3) SubtractVector(c + (3 * stride), c3);
        if (rows > 4) SubtractVector(c + (4 * stride), c4);
        if (rows > 5) SubtractVector(c + (5 * stride), c5);
        if (rows > 6) SubtractVector(c + (6 * stride), c6);
        if (rows > 7) SubtractVector(c + (7 * stride), c7);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SubtractRow(T* c, TLane x, TLane y, TLane z, bool isFull)
    {
        var v = TLane.Count;
        SubtractVector(c, x);
        SubtractVector(c + v, y);
        if (isFull) SubtractVector(c + v + v, z);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SubtractVector(T* c, TLane x) => (TLane.Load(c) - x).Store(c);
}
