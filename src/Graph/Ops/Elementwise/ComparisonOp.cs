using System.Numerics;

namespace GraphGrad.Operations;

/// <summary>A comparison of two operands of one type; the result is bool, and no gradient flows.</summary>
internal abstract record ComparisonOp : BinaryOp
{
    /// <summary>What holds of the operands where the result is true: -1 if the first is at most the second, 1 if it is at least that, 0 if neither is known.</summary>
    public virtual int Order => 0;

    /// <summary>The interpreter's loop over spans of equal length; bools come as bytes 0 and 1.</summary>
    protected abstract void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<bool> result)
        where T : unmanaged, INumber<T>;

    public sealed override (Gradient X, Gradient Y) Derivative(Value x, Value y, Value result) => (Gradient.None, Gradient.None);

    protected override DType InferType(InferContext context)
    {
        NumberType(context);
        return DType.Bool;
    }

    protected sealed override BroadcastLoop Prepare(EvaluationContext context) => context.Inputs[0].DType switch
    {
        DType.Float32 => new BroadcastLoop<float, bool>(context, Apply),
        DType.Float64 => new BroadcastLoop<double, bool>(context, Apply),
        DType.Int32 => new BroadcastLoop<int, bool>(context, Apply),
        DType.Int64 => new BroadcastLoop<long, bool>(context, Apply),
        _ => new BroadcastLoop<byte, bool>(context, Apply),
    };
}
