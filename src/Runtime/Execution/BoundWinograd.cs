using System.Runtime.Intrinsics;
using GraphGrad.Compilation;
using GraphGrad.Compilation.Contraction.Winograd;

namespace GraphGrad.Execution;

/// <summary>A convolution of 3×3 in fewer products; where a result is not finite, the whole product again, directly.</summary>
internal sealed unsafe class BoundWinograd(
    WinogradPlan plan, BoundStep direct, BoundAddress a, BoundAddress b, BoundAddress c, nint scratch, long scratchStride, nint shared, BoundGuard[] guards)
    : BoundStep(guards)
{
    private readonly BoundAddress images = plan.Exchanged ? b : a;
    private readonly BoundAddress weights = plan.Exchanged ? a : b;
    private nint addressImages;
    private nint addressWeights;
    private nint addressResult;
    private bool prepares;
    private volatile bool isInfinite;

    public override void Run(RunArguments arguments, long runIndex, int threads)
    {
        (addressImages, addressWeights, addressResult) = (images.Resolve(arguments), weights.Resolve(arguments), c.Resolve(arguments));
        (prepares, isInfinite) = (true, false);
        WorkerPool.Shared.Run(this, plan.Preparations, threads);
        prepares = false;
        WorkerPool.Shared.Run(this, plan.Blocks, threads);
        if (isInfinite) direct.Run(arguments, runIndex, threads);
    }

    public override void Execute(long chunk, int worker)
    {
        if (Vector512.IsHardwareAccelerated && Fits(Vector512<float>.Count)) Execute<WideLane>(chunk, worker);
        else Execute<NativeLane>(chunk, worker);
    }

    private bool Fits(int lanes) => plan.Windows.Channels >= lanes && plan.Windows.Kernels >= lanes;

    private void Execute<TLane>(long chunk, int worker)
        where TLane : struct, ITransformLane<TLane>
    {
        var tiles = new WinogradTiles<TLane>(
            plan, (float*)addressImages, (float*)addressWeights, (float*)addressResult, (byte*)(scratch + (nint)(worker * scratchStride)), (byte*)shared);
        if (prepares) tiles.Prepare(chunk);
        else if (!tiles.Compute(chunk)) isInfinite = true;
    }
}
