using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.Intrinsics.X86;
using GraphGrad.Compilation.Contraction.Winograd;
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
    private readonly DType elementType;
    private readonly ConcurrentDictionary<(int Rows, int Vectors, TileWalk Walk, TileSteps Steps), Lazy<TileCode>> tiles = new();
    private readonly ConcurrentDictionary<(int Rows, int Vectors, TileChore Chore, TileWalk Walk, TileSteps Steps), Lazy<BusyTileCode>> busyTiles = new();
    private readonly ConcurrentDictionary<(int Rows, int Columns, int Depth), Lazy<InnerTileCode>> innerTiles = new();
    private readonly ConcurrentDictionary<(int Rows, int Columns, bool AlongInner), Lazy<BatchCode>> batches = new();

    private DotKernel(DType type, VectorWidth width)
    {
        emitter = new TileEmitter(type, width);
        elementType = type;
        ElementSize = type.Size();
        Lanes = Math.Max(1, width.Bytes() / ElementSize);
        // Of 32 registers at 512 bits and 16 below, what columns and a factor leave.
        HasManyRegisters = width == VectorWidth.Vector512;
        MostAccumulators = HasManyRegisters ? 24 : 12;
        MostNarrowRows = HasManyRegisters ? 28 : 12;
        HasMaskedAccess = width != VectorWidth.Scalar && Avx2.IsSupported;
    }

    internal int ElementSize { get; }

    internal int Lanes { get; }

    /// <summary>Whether there are 32 registers of vectors instead of 16.</summary>
    internal bool HasManyRegisters { get; }

    internal int MostAccumulators { get; }

    /// <summary>
    /// Rows of a tile of one vector at a known distance: at 512 bits instructions multiply by an element of memory, so that no register is needed for it.
    /// </summary>
    internal int MostNarrowRows { get; }

    /// <summary>Whether some lanes of a vector are read and written as fast as all of them.</summary>
    internal bool HasMaskedAccess { get; }

    public static DotKernel Get(DType type, VectorWidth width) =>
        Kernels.GetOrAdd((type, width), static key => new DotKernel(key.Item1, key.Item2));

    /// <param name="shape">The product.</param>
    /// <param name="keeps">Of which operands what is packed serves further runs.</param>
    public DotPlan Plan(ContractionShape shape, KeptOperands keeps = default) => new(this, shape, keeps);

    /// <summary>
    /// Computes one piece of the cut of a plan that this kernel made. Threads that compute other pieces of it at the same time need scratch
    /// of their own. C is overwritten, never read before, unless the piece accumulates.
    /// </summary>
    public unsafe void Run(DotCut cut, nint a, nint b, nint c, nint scratch, in DotPiece piece, in KeptColumns kept = default)
    {
        var (plan, panels) = (cut.Plan, cut.Panels);
        if (plan.Batches is { } whole && !piece.Accumulates)
        {
            if (whole.Exchanged) (a, b) = (b, a);
            whole.Compute(a, b, c, ElementSize, piece.BeginBatch, piece.EndBatch);
            return;
        }
        if (plan.Exchanged) (a, b) = (b, a);
        var batches = plan.Shape.Batch;
        for (var batch = piece.BeginBatch; batch < piece.EndBatch; batch++)
        {
            var (aOffset, bOffset, cOffset) = (
                batches.Offset(DotOperand.A, batch), batches.Offset(DotOperand.B, batch), batches.Offset(DotOperand.C, batch));
            if (plan.Tile.InnerProducts)
            {
                InnerTiles.Compute(
                    plan, a + (nint)(aOffset * ElementSize), b + (nint)(bOffset * ElementSize), c + (nint)(cOffset * ElementSize), piece);
            }
            else if (ElementSize == sizeof(uint))
            {
                new DotRectangle<uint>(plan, panels, (uint*)a + aOffset, (uint*)b + bOffset, (uint*)c + cOffset, (byte*)scratch, piece.Accumulates, kept).Compute(piece);
            }
            else
            {
                new DotRectangle<ulong>(plan, panels, (ulong*)a + aOffset, (ulong*)b + bOffset, (ulong*)c + cOffset, (byte*)scratch, piece.Accumulates, kept).Compute(piece);
            }
        }
    }

    /// <summary>A plan that reads rows in place, if that is better or <see cref="Plan"/> cannot do it; else null.</summary>
    public WalkPlan? PlanWalk(ContractionShape shape, bool atAnyCost = false, KeptOperands keeps = default) => WalkPlan.TryCreate(this, shape, atAnyCost, keeps);

    /// <summary>A plan for windows that needs fewer products, if that is better; else null.</summary>
    public WinogradPlan? PlanWinograd(ContractionShape shape, bool atAnyCost = false) => WinogradPlan.TryCreate(this, elementType, shape, atAnyCost);

    /// <summary>
    /// Does one chunk of a phase of a plan that this kernel made. All chunks of a phase end before the next phase begins; threads that
    /// do chunks at the same time share <paramref name="shared"/> and need scratch of their own.
    /// </summary>
    public unsafe void RunWalk(WalkPlan plan, WalkPhase phase, nint a, nint b, nint c, nint scratch, nint shared, long chunk)
    {
        if (plan.Exchanged) (a, b) = (b, a);
        switch (elementType)
        {
            case DType.Float32: RunWalk<float>(plan, phase, a, b, c, scratch, shared, chunk); break;
            case DType.Float64: RunWalk<double>(plan, phase, a, b, c, scratch, shared, chunk); break;
            case DType.Int32: RunWalk<int>(plan, phase, a, b, c, scratch, shared, chunk); break;
            default: RunWalk<long>(plan, phase, a, b, c, scratch, shared, chunk); break;
        }
    }

    /// <summary>How many pieces of code there are so far.</summary>
    internal int Emitted => tiles.Count + busyTiles.Count + innerTiles.Count + batches.Count;

    /// <summary>Has code emitted that a product with unknown extents can come to need.</summary>
    /// <param name="product">The product.</param>
    /// <param name="mayUseWinograd">Whether windows may be computed in fewer products.</param>
    /// <param name="keeps">Of which operands what is packed may serve further runs.</param>
    public void Prepare(SymbolicContraction product, bool mayUseWinograd, KeptOperands keeps)
    {
        if (!product.HasUnknownTiles) return;
        CodePreparation.Add((this, product.Structure, mayUseWinograd, keeps), [.. product.Symbols], binding =>
        {
            if (!product.IsPositive(binding)) return;
            var shape = product.Bind(binding);
            if (mayUseWinograd) PlanWinograd(shape);
            if (PlanWalk(shape) is not null) return;
            Plan(shape);
            if (keeps.A || keeps.B) Plan(shape, keeps);
        }, FillRows);
    }

    /// <summary>
    /// Emits, of what was emitted for some rows, the tiles of fewer, too, and those of terms at any distance. Where code knows steps there are more kinds of tiles, and the extents that plans
    /// were made for meet some of them with some rows only, or with neighbouring terms.
    /// </summary>
    private void FillRows()
    {
        if (!emitter.KnowsTermSteps) return;
        foreach (var (most, vectors, walk, steps) in tiles.Keys)
        {
            // Rows a known distance apart are those of one product.
            if (steps.RowOfA is not null) continue;
            for (var rows = 1; rows <= most; rows++)
            {
                Tile(rows, vectors, walk, steps.TermOfA == most * ElementSize ? steps with { TermOfA = rows * ElementSize } : steps);
                if (walk == TileWalk.None) Tile(rows, vectors, walk, steps with { TermOfA = null });
            }
        }
        // A single term is read where it lies.
        foreach (var (rows, vectors, chore, walk, steps) in busyTiles.Keys)
        {
            if (chore == TileChore.LimitLanes && walk == TileWalk.None && steps.RowOfA is null) Tile(rows, vectors, chore, steps with { TermOfA = null });
        }
    }

    /// <summary>The code of a tile, emitted once; for some steps only, or for any.</summary>
    internal TileCode Tile(int rows, int vectors, TileWalk walk = TileWalk.None, TileSteps steps = default) =>
        tiles.GetOrAdd((rows, vectors, walk, emitter.Used(steps)), key => new Lazy<TileCode>(() => emitter.Emit(key.Rows, key.Vectors, key.Walk, key.Steps).Compile())).Value;

    /// <summary>The code of a tile that does something besides.</summary>
    internal BusyTileCode Tile(int rows, int vectors, TileChore chore, TileSteps steps = default, TileWalk walk = TileWalk.None) =>
        busyTiles.GetOrAdd((rows, vectors, chore, walk, emitter.Used(steps)), key => new Lazy<BusyTileCode>(() => emitter.Emit(key.Rows, key.Vectors, key.Chore, key.Walk, key.Steps).Compile())).Value;

    internal InnerTileCode InnerTile(int rows, int columns, int depth) =>
        innerTiles.GetOrAdd(
            (rows, columns, depth), size => new Lazy<InnerTileCode>(() => emitter.EmitInner(size.Rows, size.Columns, size.Depth).Compile())).Value;

    internal BatchCode Batch(int rows, int columns, bool alongInner) =>
        batches.GetOrAdd(
            (rows, columns, alongInner),
            size => new Lazy<BatchCode>(() => (size.AlongInner ? emitter.EmitInnerBatch(size.Rows, size.Columns) : emitter.EmitBatch(size.Rows, size.Columns)).Compile())).Value;

    private static unsafe void RunWalk<T>(WalkPlan plan, WalkPhase phase, nint a, nint b, nint c, nint scratch, nint shared, long chunk)
        where T : unmanaged, INumber<T>
    {
        var tiles = new WalkTiles<T>(plan, (T*)a, (T*)b, (T*)c, (byte*)scratch, (byte*)shared);
        switch (phase)
        {
            case WalkPhase.Prepare: tiles.Prepare(chunk); break;
            case WalkPhase.Compute: tiles.Compute(chunk); break;
            default: tiles.Finish(chunk); break;
        }
    }
}
