using GraphGrad.Compilation;
using GraphGrad.Compilation.Contraction;

namespace GraphGrad.Execution;

/// <summary>A product whose rows are read in place: packing what all blocks share, the blocks, then adding up parts.</summary>
internal sealed class BoundWalk(
    ContractionStep step, WalkPlan plan, BoundAddress a, BoundAddress b, BoundAddress c, nint scratch, long scratchStride, nint shared, BoundGuard[] guards)
    : BoundStep(guards)
{
    private WalkPhase phase;
    private nint addressA;
    private nint addressB;
    private nint addressC;

    public override void Run(RunArguments arguments, long runIndex, int threads)
    {
        (addressA, addressB, addressC) = (a.Resolve(arguments), b.Resolve(arguments), c.Resolve(arguments));
        Run(WalkPhase.Prepare, plan.Preparations, threads);
        Run(WalkPhase.Compute, plan.Blocks, threads);
        Run(WalkPhase.Finish, plan.Finishes, threads);
    }

    public override void Execute(long chunk, int worker) =>
        step.Kernel.RunWalk(plan, phase, addressA, addressB, addressC, scratch + (nint)(worker * scratchStride), shared, chunk);

    private void Run(WalkPhase next, long chunks, int threads)
    {
        phase = next;
        if (chunks == 1) Execute(0, 0);
        else if (chunks > 1) WorkerPool.Shared.Run(this, chunks, threads);
    }
}
