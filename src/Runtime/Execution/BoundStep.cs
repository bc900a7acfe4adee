using GraphGrad.Compilation;
using GraphGrad.Compilation.Contraction;
using GraphGrad.Compilation.Emission;
using GraphGrad.Compilation.Kernels;
using GraphGrad.Compilation.Passes;

namespace GraphGrad.Execution;

/// <summary>Where a buffer is: fixed, or brought by each run and then <paramref name="Start"/> bytes further.</summary>
internal readonly record struct BoundAddress(BufferKind Kind, int Number, nint Fixed, nint Start)
{
    public nint Resolve(RunArguments arguments) =>
        Kind is BufferKind.Arena or BufferKind.Constant ? Fixed : CompiledFrame.Address(arguments, Kind, Number) + Start;
}

/// <summary>A whole-tensor copy between bound buffers.</summary>
internal readonly record struct BoundCopy(BoundAddress From, BoundAddress To, long Length)
{
    public unsafe void Run(RunArguments arguments) =>
        Buffer.MemoryCopy((void*)From.Resolve(arguments), (void*)To.Resolve(arguments), Length, Length);
}

/// <summary>A branch condition: the byte at an address is 1 or 0 as wanted.</summary>
internal readonly record struct BoundGuard(BoundAddress Predicate, bool Value)
{
    public unsafe bool Holds(RunArguments arguments) => (*(byte*)Predicate.Resolve(arguments) != 0) == Value;
}

/// <summary>
/// One kernel launch of a frame, cut into chunks. Results are the same bits at any number of threads: chunks are fixed by the
/// problem, or, in a product, do not change how an element is summed.
/// </summary>
internal abstract class BoundStep(BoundGuard[] guards) : ParallelWork
{
    /// <summary>For how long what it prepares before its work, such as packed weights, can be used again.</summary>
    public Invariance Preparation { get; init; }

    /// <summary>Whether what it prepared in an earlier run is to be used.</summary>
    public bool IsPrepared { get; set; }

    public bool IsTaken(RunArguments arguments)
    {
        foreach (var guard in guards)
        {
            if (!guard.Holds(arguments)) return false;
        }
        return true;
    }

    public abstract void Run(RunArguments arguments, long runIndex, int threads);
}

/// <summary>A loop nest over its rows.</summary>
internal sealed unsafe class BoundKernel : BoundStep
{
    // Cycles of a chunk, some one microsecond: to hand it to a thread that is awake and to wait for it takes half of one.
    private const double ChunkWork = 4_000;

    // More chunks than this are only there to even out what the machine does besides; some ten microseconds each.
    private const int FewChunks = 8;
    private const long PointsOfSpareChunk = 16_384;
    private const long MostChunks = 64;

    // Cycles, and points, of a kernel that is over before a parked thread comes.
    private const double ShortWork = 60_000;
    private const long ShortPoints = 32_768;

    private readonly long* table;
    private readonly nint scratch;
    private readonly long scratchStride;
    private readonly long firstRow;
    private readonly long rows;
    private readonly long chunks;
    private readonly bool isShort;

    /// <param name="kernel">The code.</param>
    /// <param name="table">Its arguments.</param>
    /// <param name="scratch">Memory for the workers.</param>
    /// <param name="scratchStride">Bytes from one worker's to the next one's.</param>
    /// <param name="binding">The values of symbols.</param>
    /// <param name="threads">Threads that share the rows evenly, if they can.</param>
    /// <param name="guards">When to run.</param>
    /// <param name="firstRow">Where to begin.</param>
    /// <param name="count">How many rows to do; null for all.</param>
    public BoundKernel(
        CompiledKernel kernel, long* table, nint scratch, long scratchStride, Func<string, long> binding, int threads, BoundGuard[] guards, long firstRow = 0, long? count = null)
        : base(guards)
    {
        Kernel = kernel;
        this.table = table;
        this.scratch = scratch;
        this.scratchStride = scratchStride;
        var all = kernel.Rows.Evaluate(binding);
        (this.firstRow, rows) = (firstRow, count ?? all);
        var points = 1L;
        foreach (var axis in kernel.Source.Outer.Concat(kernel.Source.Inner)) points *= axis.Steps.Evaluate(binding);
        if (count is not null) points = points / all * rows;
        var work = points * kernel.PointCycles;
        isShort = work < ShortWork && points < ShortPoints;
        // Even an empty result has a chunk: a kernel without outer loops has one row.
        chunks = 1;
        if (!kernel.IsParallel || threads == 1) return;
        var wanted = Math.Min(MostChunks, Math.Max((long)Math.Min(FewChunks, work / ChunkWork), points / PointsOfSpareChunk));
        // Each part walks all rows.
        if (kernel.Source.SharedWithin is not null) wanted = Math.Min(wanted, threads);
        if (wanted > 1) chunks = Math.Max(1, Math.Min((wanted + threads - 1) / threads * threads, rows / kernel.Grain));
    }

    public override bool IsShort => isShort;

    public CompiledKernel Kernel { get; }

    public override void Run(RunArguments arguments, long runIndex, int threads)
    {
        // Who writes a line takes it from the other threads, which read the addresses beside it.
        if (Kernel.ReadsRunIndex) table[Kernel.RunIndexSlot] = runIndex;
        if (chunks == 1) Execute(0, 0);
        else WorkerPool.Shared.Run(this, chunks, threads);
    }

    public override void Execute(long chunk, int worker) =>
        Kernel.Body((long)table, scratch + (nint)(worker * scratchStride), firstRow + RowOf(chunk), firstRow + RowOf(chunk + 1));

    // Chunks are as equal as may be, so that threads meet at the same part of a tensor in every kernel.
    private long RowOf(long chunk) => chunk == chunks ? rows : rows / Kernel.Grain * chunk / chunks * Kernel.Grain;
}

/// <summary>A product over its pieces.</summary>
internal sealed class BoundProduct(
    ContractionStep step, DotCut cut, BoundAddress a, BoundAddress b, BoundAddress c, nint scratch, long scratchStride, BoundGuard[] guards, nint kept, bool accumulates = false) : BoundStep(guards)
{
    private BoundOperands operands = new(a, b, c);

    public override bool IsShort => cut.IsShort;

    public override void Run(RunArguments arguments, long runIndex, int threads)
    {
        operands.Resolve(arguments);
        if (cut.Count == 1) Execute(0, 0);
        else WorkerPool.Shared.Run(this, cut.Count, threads);
    }

    public override void Execute(long chunk, int worker) =>
        step.Kernel.Run(cut, operands.A, operands.B, operands.C, scratch + (nint)(worker * scratchStride), cut.Piece(chunk) with { Accumulates = accumulates }, new KeptColumns(kept, IsPrepared));
}
