using GraphGrad.Compilation.Contraction.Slide;

namespace GraphGrad.Execution;

/// <summary>A product of a correlation over its units, of which no two write the same elements.</summary>
internal sealed unsafe class BoundCorrelation : BoundStep
{
    private const long MostChunks = 64, ChunksOfThread = 4;

    // Cycles of a chunk worth handing to a thread that is awake, and of a step that is over before a parked one comes.
    private const double ChunkWork = 8_000;
    private const double ShortWork = 60_000;

    private readonly SlidePlan plan;
    private readonly nint scratch;
    private readonly long scratchStride;
    private readonly long together;
    private readonly long chunks;
    private BoundOperands operands;

    public BoundCorrelation(SlidePlan plan, BoundAddress[] inputs, BoundAddress output, nint scratch, long scratchStride, int threads, BoundGuard[] guards)
        : base(guards)
    {
        (this.plan, operands, this.scratch, this.scratchStride) = (plan, new BoundOperands(inputs[0], inputs[1], output), scratch, scratchStride);
        // Each chunk transforms the weights of its groups anew.
        var most = plan.Winograd is null ? MostChunks : Math.Max(plan.Extents.Groups, ChunksOfThread * threads);
        var wanted = Math.Min(most, (long)(plan.Work / ChunkWork));
        // Units of the same images share a copy of them: they are kept together where there are images enough.
        together = plan.Units / plan.Parts >= ChunksOfThread * threads ? plan.Parts : 1;
        if (together < plan.Parts) wanted = Math.Min(wanted, ChunksOfThread * threads);
        chunks = threads == 1 ? 1 : Math.Max(1, Math.Min(Ceiling(wanted, threads) * threads, plan.Units / together));
    }

    public override bool IsShort => plan.Work < ShortWork;

    public override void Run(RunArguments arguments, long runIndex, int threads)
    {
        operands.Resolve(arguments);
        if (chunks == 1) Execute(0, 0);
        else WorkerPool.Shared.Run(this, chunks, threads);
    }

    public override void Execute(long chunk, int worker)
    {
        var units = plan.Units / together;
        var (begin, end) = (units * chunk / chunks * together, units * (chunk + 1) / chunks * together);
        var own = (byte*)(scratch + (nint)(worker * scratchStride));
        if (plan.Winograd is { } winograd) new SlideWinogradTiles(winograd, (float*)operands.A, (float*)operands.B, (float*)operands.C, (float*)own).Run(begin, end);
        else if (plan.ElementSize == sizeof(float)) new SlideTiles<float>(plan, (float*)operands.A, (float*)operands.B, (float*)operands.C, own).Run(begin, end);
        else new SlideTiles<double>(plan, (double*)operands.A, (double*)operands.B, (double*)operands.C, own).Run(begin, end);
    }

    private static long Ceiling(long value, long divisor) => (value + divisor - 1) / divisor;
}
