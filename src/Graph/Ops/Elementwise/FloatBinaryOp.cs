using System.Numerics;

namespace GraphGrad.Operations;

/// <summary>A function of two float32 or two float64, with a result of that type.</summary>
internal abstract record FloatBinaryOp : BinaryOp
{
    /// <summary>The interpreter's loop over spans of equal length.</summary>
    protected abstract void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>, IMinMaxValue<T>;

    protected sealed override DType InferType(InferContext context) => FloatType(context);

    protected sealed override BroadcastLoop Prepare(EvaluationContext context) => context.Output.DType switch
    {
        DType.Float32 => new BroadcastLoop<float, float>(context, Apply),
        _ => new BroadcastLoop<double, double>(context, Apply),
    };
}
