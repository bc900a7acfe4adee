using System.Numerics;

namespace GraphGrad.Operations;

/// <summary>A function of two numbers of one type, with a result of that type.</summary>
internal abstract record NumberBinaryOp : BinaryOp
{
    /// <summary>The interpreter's loop over spans of equal length; integers wrap.</summary>
    protected abstract void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>;

    protected override DType InferType(InferContext context) => NumberType(context);

    protected sealed override BroadcastLoop Prepare(EvaluationContext context) => context.Output.DType switch
    {
        DType.Float32 => new BroadcastLoop<float, float>(context, Apply),
        DType.Float64 => new BroadcastLoop<double, double>(context, Apply),
        DType.Int32 => new BroadcastLoop<int, int>(context, Apply),
        _ => new BroadcastLoop<long, long>(context, Apply),
    };
}
