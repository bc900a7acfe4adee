using System.Runtime.CompilerServices;

namespace GraphGrad.Operations;

internal delegate void BinaryLoop<T, TResult>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<TResult> result);

/// <summary>A loop over two operands, made for one evaluation context and kept in it.</summary>
internal abstract class BroadcastLoop
{
    public abstract void Run(EvaluationContext context);
}

/// <summary>Runs a loop over spans of equal length on two operands that are broadcast to the output.</summary>
internal sealed class BroadcastLoop<T, TResult> : BroadcastLoop
    where T : unmanaged
    where TResult : unmanaged
{
    private readonly BinaryLoop<T, TResult> loop;

    // Null where both operands are as large as the output, or that is empty.
    private readonly BroadcastWalk? walk;

    public BroadcastLoop(EvaluationContext context, BinaryLoop<T, TResult> loop)
    {
        this.loop = loop;
        var (a, b, output) = (context.Inputs[0], context.Inputs[1], context.Output);
        if (output.Count > 0 && (a.Count != output.Count || b.Count != output.Count))
            walk = new BroadcastWalk(output.Extents, Broadcasting.Strides(a, output.Extents), Broadcasting.Strides(b, output.Extents));
    }

    public override void Run(EvaluationContext context)
    {
        var x = context.Inputs[0].Span<T>();
        var y = context.Inputs[1].Span<T>();
        var result = context.Output.Span<TResult>();
        if (walk is not null) Tiles(walk, x, y, result);
        else if (result.Length > 0) loop(x, y, result);
    }

    [SkipLocalsInit]
    private void Tiles(BroadcastWalk walk, ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<TResult> result)
    {
        Span<T> roomX = stackalloc T[BroadcastWalk.TileLength];
        Span<T> roomY = stackalloc T[BroadcastWalk.TileLength];
        do loop(walk.Read(0, x, roomX), walk.Read(1, y, roomY), result.Slice(walk.Start, walk.Length));
        while (walk.Next());
    }
}
