using System.Collections.Concurrent;
using GraphGrad.Compilation.Emission;

namespace GraphGrad.Compilation.Contraction;

/// <summary>
/// Products of strided operands of one element type at one vector width. Tile code is emitted on first use and kept for the
/// life of the process; it depends on nothing but type, width and tile size.
/// </summary>
internal sealed class DotKernel
{
    private static readonly ConcurrentDictionary<(DType, VectorWidth), DotKernel> Kernels = new();

    private readonly TileEmitter emitter;
    private readonly ConcurrentDictionary<(int Rows, int Vectors), Lazy<TileCode>> tiles = new();
    private readonly ConcurrentDictionary<(int Rows, int Columns), Lazy<InnerTileCode>> innerTiles = new();

    private DotKernel(DType type, VectorWidth width)
    {
        emitter = new TileEmitter(type, width);
        ElementSize = type.Size();
        Lanes = Math.Max(1, width.Bytes() / ElementSize);
        // Of 32 registers at 512 bits and 16 below, what columns and a factor leave.
        MostAccumulators = width == VectorWidth.Vector512 ? 24 : 12;
    }

    internal int ElementSize { get; }

    internal int Lanes { get; }

    internal int MostAccumulators { get; }

    public static DotKernel Get(DType type, VectorWidth width) =>
        Kernels.GetOrAdd((type, width), static key => new DotKernel(key.Item1, key.Item2));

    public DotPlan Plan(ContractionShape shape) => new(this, shape);

    /// <summary>
    /// Computes the blocks from <paramref name="beginBlock"/> up to <paramref name="endBlock"/> of a plan that this kernel made.
    /// Threads that run other blocks of it at the same time need scratch of their own. C is overwritten, never read before.
    /// </summary>
    public unsafe void Run(DotPlan plan, nint a, nint b, nint c, nint scratch, long beginBlock, long endBlock)
    {
        if (plan.Exchanged) (a, b) = (b, a);
        var (strips, perStrip) = plan.RowsOutermost ? (plan.RowBlocks, plan.ColumnBlocks) : (plan.ColumnBlocks, plan.RowBlocks);
        var shape = plan.Shape;
        while (beginBlock < endBlock)
        {
            // As large a rectangle as the remaining blocks make: a part of one strip, or several whole strips.
            var (batch, block) = Math.DivRem(beginBlock, strips * perStrip);
            var (strip, along) = Math.DivRem(block, perStrip);
            var blocks = Math.Min(endBlock - beginBlock, perStrip - along);
            var across = blocks < perStrip ? 1 : Math.Min((endBlock - beginBlock) / perStrip, strips - strip);
            beginBlock += blocks * across;
            var (row, rows, column, columns) =
                plan.RowsOutermost ? (strip, across, along, blocks) : (along, blocks, strip, across);
            var (beginRow, endRow) = (row * plan.RowBlock, Math.Min((row + rows) * plan.RowBlock, shape.Rows.Count));
            var (beginColumn, endColumn) =
                (column * plan.ColumnBlock, Math.Min((column + columns) * plan.ColumnBlock, shape.Columns.Count));
            var (aOffset, bOffset, cOffset) = (
                shape.Batch.Offset(DotOperand.A, batch),
                shape.Batch.Offset(DotOperand.B, batch),
                shape.Batch.Offset(DotOperand.C, batch));
            if (plan.Tile.InnerProducts)
            {
                InnerTiles.Compute(
                    plan, a + (nint)(aOffset * ElementSize), b + (nint)(bOffset * ElementSize), c + (nint)(cOffset * ElementSize),
                    beginRow, endRow, beginColumn, endColumn);
            }
            else if (ElementSize == sizeof(uint))
            {
                new DotRectangle<uint>(plan, (uint*)a + aOffset, (uint*)b + bOffset, (uint*)c + cOffset, (byte*)scratch)
                    .Compute(beginRow, endRow, beginColumn, endColumn);
            }
            else
            {
                new DotRectangle<ulong>(plan, (ulong*)a + aOffset, (ulong*)b + bOffset, (ulong*)c + cOffset, (byte*)scratch)
                    .Compute(beginRow, endRow, beginColumn, endColumn);
            }
        }
    }

    /// <summary>The code of a tile, emitted once.</summary>
    internal TileCode Tile(int rows, int vectors) =>
        tiles.GetOrAdd((rows, vectors), size => new Lazy<TileCode>(() => emitter.Emit(size.Rows, size.Vectors).Compile())).Value;

    internal InnerTileCode InnerTile(int rows, int columns) =>
        innerTiles.GetOrAdd(
            (rows, columns), size => new Lazy<InnerTileCode>(() => emitter.EmitInner(size.Rows, size.Columns).Compile())).Value;
}
