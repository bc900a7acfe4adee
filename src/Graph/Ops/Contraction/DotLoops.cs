using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GraphGrad.Operations;

/// <summary>
/// The interpreter's product: both operands are brought to dense matrices [batch, M, K] and [batch, K, N], which are multiplied in
/// tiles of four rows by three vectors.
/// </summary>
internal static unsafe class DotLoops
{
    private const int TileRows = 4;
    private const int TileVectors = 3;

    // So few multiplications take no longer in float64 than the call, compiled too: 8 by 8 by 8 as long as in tiles, 16 by 16 by 16 three times as long.
    internal const int MostWidened = 512;

    // A panel of this depth and one tile's width takes 24 KiB, most of an L1 cache; this many rows of the left operand are read
    // from an L2 cache for all panels but the first.
    private const int Depth = 256;
    private const int BlockRows = 128;

    // So many terms are added up by themselves: the error grows with the longest chain of additions.
    private const int Chain = 16;

    // What the interpreter adds up in float64: more would take twice as long, and it is there to be right.
    private const int MostInterpreted = 16_384;

    public static void Run(EvaluationContext context, DotOp op)
    {
        var (x, y, result) = (context.Inputs[0], context.Inputs[1], context.Output);
        result.Bytes.Clear();
        if (result.Count == 0 || x.Count == 0) return;
        int[] leftOrder = [.. op.LeftBatch, .. op.LeftFree(x.Rank), .. op.LeftContract];
        int[] rightOrder = [.. op.RightBatch, .. op.RightContract, .. op.RightFree(y.Rank)];
        var batch = op.LeftBatch.Aggregate(1, (product, axis) => product * x.Extents[axis]);
        var depth = op.LeftContract.Aggregate(1, (product, axis) => product * x.Extents[axis]);
        var (rows, columns) = (x.Count / batch / depth, y.Count / batch / depth);
        using var left = new Dense(x, leftOrder);
        using var right = new Dense(y, rightOrder);
        switch (result.DType)
        {
            case DType.Float32 when (long)result.Count * depth <= MostInterpreted: MultiplyWidened(left, right, result, batch, rows, columns, depth); break;
            case DType.Float32: Multiply<float>(left, right, result, batch, rows, columns, depth); break;
            case DType.Float64: Multiply<double>(left, right, result, batch, rows, columns, depth); break;
            case DType.Int32: Multiply<int>(left, right, result, batch, rows, columns, depth); break;
            default: Multiply<long>(left, right, result, batch, rows, columns, depth); break;
        }
    }

    /// <summary>Small products of float32, added up in float64.</summary>
    private static void MultiplyWidened(Dense left, Dense right, Operand result, int batch, int rows, int columns, int depth)
    {
        var a = (float*)left.Address;
        var b = (float*)right.Address;
        var c = (float*)result.Address;
        var inVectors = columns >= Vector<double>.Count;
        var wide = inVectors ? new double[depth * columns] : [];
        var sums = new double[columns];
        for (var i = 0; i < batch * rows; i++)
        {
            var panel = b + (i / rows * depth * columns);
            if (inVectors && i % rows == 0) TensorPrimitives.ConvertTruncating<float, double>(new ReadOnlySpan<float>(panel, wide.Length), wide);
            Array.Clear(sums);
            for (var k = 0; k < depth; k++)
            {
                double factor = a[(i * depth) + k];
                if (inVectors) TensorPrimitives.MultiplyAdd(wide.AsSpan(k * columns, columns), factor, sums, sums);
                else for (var j = 0; j < columns; j++) sums[j] += factor * panel[(k * columns) + j];
            }
            for (var j = 0; j < columns; j++) c[(i * columns) + j] = (float)sums[j];
        }
    }

    private static void Multiply<T>(Dense left, Dense right, Operand result, int batch, int rows, int columns, int depth)
        where T : unmanaged, INumber<T>
    {
        var width = TileVectors * Vector<T>.Count;
        var panels = (T*)NativeMemory.AlignedAlloc((nuint)Math.Min(Depth, depth) * (nuint)((columns + width - 1) / width * width * sizeof(T)), 64);
        try
        {
            for (var i = 0; i < batch; i++)
            {
                var a = (T*)left.Address + ((long)i * rows * depth);
                var b = (T*)right.Address + ((long)i * depth * columns);
                var c = (T*)result.Address + ((long)i * rows * columns);
                if (columns == 1) ByColumn(a, b, c, rows, depth);
                else if (rows < TileRows) RowByRow(a, b, c, rows, columns, depth);
                else InTiles(a, b, c, rows, columns, depth, panels);
            }
        }
        finally
        {
            NativeMemory.AlignedFree(panels);
        }
    }

    private static void ByColumn<T>(T* a, T* b, T* c, int rows, int depth)
        where T : unmanaged, INumber<T>
    {
        for (var i = 0; i < rows; i++)
            c[i] = TensorPrimitives.Dot(new ReadOnlySpan<T>(a + ((long)i * depth), depth), new ReadOnlySpan<T>(b, depth));
    }

    private static void RowByRow<T>(T* a, T* b, T* c, int rows, int columns, int depth)
        where T : unmanaged, INumber<T>
    {
        var chain = depth > Chain ? new T[columns] : null;
        for (var i = 0; i < rows; i++)
        {
            var row = new Span<T>(c + ((long)i * columns), columns);
            for (var from = 0; from < depth; from += Chain)
            {
                var sum = chain is null ? row : chain;
                sum.Clear();
                for (var k = from; k < Math.Min(depth, from + Chain); k++)
                    TensorPrimitives.MultiplyAdd(new ReadOnlySpan<T>(b + ((long)k * columns), columns), a[((long)i * depth) + k], sum, sum);
                if (chain is not null) TensorPrimitives.Add(row, sum, row);
            }
        }
    }

    private static void InTiles<T>(T* a, T* b, T* c, int rows, int columns, int depth, T* panels)
        where T : unmanaged, INumber<T>
    {
        var width = TileVectors * Vector<T>.Count;
        var edge = stackalloc T[TileRows * width];
        for (var from = 0; from < depth; from += Depth)
        {
            var slab = Math.Min(Depth, depth - from);
            Pack(b + ((long)from * columns), columns, slab, panels);
            for (var block = 0; block < rows; block += BlockRows)
            {
                for (var column = 0; column < columns; column += width)
                {
                    var panel = panels + ((long)column * slab);
                    var wide = Math.Min(width, columns - column);
                    for (var row = block; row < Math.Min(rows, block + BlockRows); row += TileRows)
                    {
                        var tall = Math.Min(TileRows, rows - row);
                        var to = c + ((long)row * columns) + column;
                        if (tall == TileRows && wide == width)
                        {
                            AddTile(a + ((long)row * depth) + from, depth, panel, slab, to, columns);
                            continue;
                        }
                        // At the edges a whole tile is computed aside, of the last four rows, and what is new of it is added.
                        var skipped = TileRows - tall;
                        new Span<T>(edge, TileRows * width).Clear();
                        AddTile(a + ((long)(row - skipped) * depth) + from, depth, panel, slab, edge, width);
                        for (var i = 0; i < tall; i++)
                        {
                            for (var j = 0; j < wide; j++) to[((long)i * columns) + j] += edge[((skipped + i) * width) + j];
                        }
                    }
                }
            }
        }
    }

    /// <summary>Lays rows of <paramref name="b"/> out in panels of one tile's width, the last one filled up with zeros.</summary>
    private static void Pack<T>(T* b, int columns, int depth, T* panels)
        where T : unmanaged
    {
        var width = TileVectors * Vector<T>.Count;
        for (var column = 0; column < columns; column += width)
        {
            var wide = Math.Min(width, columns - column);
            for (var k = 0; k < depth; k++)
            {
                var line = new Span<T>(panels, width);
                new ReadOnlySpan<T>(b + ((long)k * columns) + column, wide).CopyTo(line);
                line[wide..].Clear();
                panels += width;
            }
        }
    }

    /// <summary>Adds four rows of <paramref name="a"/> times a panel to four rows of <paramref name="c"/>, chain after chain.</summary>
    private static void AddTile<T>(T* a, int pitchA, T* panel, int depth, T* c, int pitchC)
        where T : unmanaged
    {
        for (var from = 0; from < depth; from += Chain) AddChain(a + from, pitchA, panel + (from * TileVectors * Vector<T>.Count), Math.Min(Chain, depth - from), c, pitchC);
    }

    private static void AddChain<T>(T* a, int pitchA, T* panel, int depth, T* c, int pitchC)
        where T : unmanaged
    {
        var v = Vector<T>.Count;
        T* a1 = a + pitchA, a2 = a1 + pitchA, a3 = a2 + pitchA;
        Vector<T> c00 = default, c01 = default, c02 = default, c10 = default, c11 = default, c12 = default;
        Vector<T> c20 = default, c21 = default, c22 = default, c30 = default, c31 = default, c32 = default;
        for (var k = 0; k < depth; k++)
        {
            var b0 = Unsafe.ReadUnaligned<Vector<T>>(panel);
            var b1 = Unsafe.ReadUnaligned<Vector<T>>(panel + v);
            var b2 = Unsafe.ReadUnaligned<Vector<T>>(panel + v + v);
            panel += TileVectors * v;
            var x = new Vector<T>(a[k]);
            c00 = MultiplyAdd(x, b0, c00);
            c01 = MultiplyAdd(x, b1, c01);
            c02 = MultiplyAdd(x, b2, c02);
            x = new Vector<T>(a1[k]);
            c10 = MultiplyAdd(x, b0, c10);
            c11 = MultiplyAdd(x, b1, c11);
            c12 = MultiplyAdd(x, b2, c12);
            x = new Vector<T>(a2[k]);
            c20 = MultiplyAdd(x, b0, c20);
            c21 = MultiplyAdd(x, b1, c21);
            c22 = MultiplyAdd(x, b2, c22);
            x = new Vector<T>(a3[k]);
            c30 = MultiplyAdd(x, b0, c30);
            c31 = MultiplyAdd(x, b1, c31);
            c32 = MultiplyAdd(x, b2, c32);
        }
        AddRow(c, c00, c01, c02);
        AddRow(c + pitchC, c10, c11, c12);
        AddRow(c + (2 * pitchC), c20, c21, c22);
        AddRow(c + (3 * pitchC), c30, c31, c32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddRow<T>(T* c, Vector<T> x, Vector<T> y, Vector<T> z)
        where T : unmanaged
    {
        var v = Vector<T>.Count;
        Unsafe.WriteUnaligned(c, Unsafe.ReadUnaligned<Vector<T>>(c) + x);
        Unsafe.WriteUnaligned(c + v, Unsafe.ReadUnaligned<Vector<T>>(c + v) + y);
        Unsafe.WriteUnaligned(c + v + v, Unsafe.ReadUnaligned<Vector<T>>(c + v + v) + z);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<T> MultiplyAdd<T>(Vector<T> x, Vector<T> y, Vector<T> sum)
        where T : unmanaged
    {
        // The estimate is one rounding where the machine fuses, two where it does not; it never falls back to slow code.
        if (typeof(T) == typeof(float)) return Vector.MultiplyAddEstimate(x.As<T, float>(), y.As<T, float>(), sum.As<T, float>()).As<float, T>();
        if (typeof(T) == typeof(double)) return Vector.MultiplyAddEstimate(x.As<T, double>(), y.As<T, double>(), sum.As<T, double>()).As<double, T>();
        return (x * y) + sum;
    }

    /// <summary>An operand with its axes in the given order, copied only if they are not so already.</summary>
    private readonly struct Dense : IDisposable
    {
        private readonly bool copied;

        public Dense(Operand operand, int[] order)
        {
            var moved = order.Where(axis => operand.Extents[axis] != 1).ToArray();
            copied = !moved.SequenceEqual(moved.Order());
            Address = operand.Address;
            if (!copied) return;
            Address = (nint)NativeMemory.AlignedAlloc((nuint)operand.Bytes.Length, 64);
            var destination = new Operand(operand.DType, operand.Extents.In(order), Address);
            StridedCopy.Gather(0, operand.Strides.In(order), destination).Run(operand, destination);
        }

        public nint Address { get; }

        public void Dispose()
        {
            if (copied) NativeMemory.AlignedFree((void*)Address);
        }
    }
}
