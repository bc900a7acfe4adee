using System.Runtime.Intrinsics;
using GraphGrad.Compilation.Contraction.Winograd;
using GraphGrad.Operations;

namespace GraphGrad.Execution;

/// <summary>A convolution in fewer products; where a result is not finite, the whole product again, directly.</summary>
internal sealed unsafe class BoundWinograd : BoundStep
{
    private readonly WinogradPlan plan;
    private readonly BoundStep direct;
    private readonly nint scratch;
    private readonly long scratchStride;
    private readonly nint shared;
    private readonly BeforeBlocks preparations;
    private BoundOperands operands;
    private volatile bool isInfinite;

    public BoundWinograd(
        WinogradPlan plan, BoundStep direct, BoundAddress a, BoundAddress b, BoundAddress c, nint scratch, long scratchStride, nint shared, BoundGuard[] guards)
        : base(guards)
    {
        (this.plan, this.direct, this.scratch, this.scratchStride, this.shared) = (plan, direct, scratch, scratchStride, shared);
        operands = plan.Exchanged ? new BoundOperands(b, a, c) : new BoundOperands(a, b, c);
        preparations = new BeforeBlocks(this);
    }

    public override void Run(RunArguments arguments, long runIndex, int threads)
    {
        operands.Resolve(arguments);
        if (isInfinite) isInfinite = false;
        if (!IsPrepared) WorkerPool.Shared.Run(preparations, plan.Preparations, threads);
        WorkerPool.Shared.Run(this, plan.Blocks, threads);
        if (isInfinite) direct.Run(arguments, runIndex, threads);
    }

    public override void Execute(long chunk, int worker) => Execute(chunk, worker, prepares: false);

    private void Execute(long chunk, int worker, bool prepares)
    {
        if (Vector512.IsHardwareAccelerated && Fits(Vector512<float>.Count)) Execute<WideLane<float>>(chunk, worker, prepares);
        else Execute<NativeLane<float>>(chunk, worker, prepares);
    }

    private bool Fits(int lanes) => plan.Windows.Channels >= lanes && plan.Windows.Kernels >= lanes;

    private void Execute<TLane>(long chunk, int worker, bool prepares)
        where TLane : struct, ILane<TLane, float>
    {
        float* a = (float*)operands.A, b = (float*)operands.B, c = (float*)operands.C;
        var own = (byte*)(scratch + (nint)(worker * scratchStride));
        if (plan is WinogradGradient gradient)
        {
            var sums = new WinogradGradientTiles<TLane>(gradient, a, b, c, own, (byte*)shared);
            if (prepares) sums.Prepare(chunk);
            else if (!sums.Compute(chunk)) isInfinite = true;
            return;
        }
        var tiles = new WinogradTiles<TLane>((WinogradCorrelation)plan, a, b, c, own, (byte*)shared);
        if (prepares) tiles.Prepare(chunk);
        else if (!tiles.Compute(chunk)) isInfinite = true;
    }

    /// <summary>What comes before the blocks.</summary>
    private sealed class BeforeBlocks(BoundWinograd product) : ParallelWork
    {
        public override void Execute(long chunk, int worker) => product.Execute(chunk, worker, prepares: true);
    }
}
