using GraphGrad.Compilation;
using GraphGrad.Compilation.Contraction;

namespace GraphGrad.Execution;

/// <summary>A product whose rows are read in place: packing what all blocks share, the blocks, then adding up parts.</summary>
internal sealed class BoundWalk : BoundStep
{
    private readonly ContractionStep step;
    private readonly WalkPlan plan;
    private readonly nint scratch;
    private readonly long scratchStride;
    private readonly nint shared;
    private readonly (ParallelWork Work, long Chunks)[] phases;
    private BoundOperands operands;

    public BoundWalk(
        ContractionStep step, WalkPlan plan, BoundAddress a, BoundAddress b, BoundAddress c, nint scratch, long scratchStride, nint shared, BoundGuard[] guards)
        : base(guards)
    {
        (this.step, this.plan, this.scratch, this.scratchStride, this.shared, operands) = (step, plan, scratch, scratchStride, shared, new BoundOperands(a, b, c));
        phases =
        [
            (new Phase(this, WalkPhase.Prepare), plan.Preparations), (new Phase(this, WalkPhase.Compute), plan.Blocks), (new Phase(this, WalkPhase.Finish), plan.Finishes),
        ];
    }

    public override void Run(RunArguments arguments, long runIndex, int threads)
    {
        operands.Resolve(arguments);
        for (var phase = IsPrepared ? 1 : 0; phase < phases.Length; phase++)
        {
            var (work, chunks) = phases[phase];
            if (chunks == 1) work.Execute(0, 0);
            else if (chunks > 1) WorkerPool.Shared.Run(work, chunks, threads);
        }
    }

    public override void Execute(long chunk, int worker) => throw new InvalidOperationException("the phases have chunks, not the whole");

    private sealed class Phase(BoundWalk product, WalkPhase phase) : ParallelWork
    {
        public override void Execute(long chunk, int worker)
        {
            var own = product.scratch + (nint)(worker * product.scratchStride);
            product.step.Kernel.RunWalk(product.plan, phase, product.operands.A, product.operands.B, product.operands.C, own, product.shared, chunk);
        }
    }
}
