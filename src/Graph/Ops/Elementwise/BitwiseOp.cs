using System.Numerics;

namespace GraphGrad.Operations;

/// <summary>A bitwise function of two integers, or the logical one of two bools.</summary>
internal abstract record BitwiseOp : BinaryOp
{
    public sealed override bool IsCommutative => true;

    /// <summary>The interpreter's loop; bools come as bytes 0 and 1.</summary>
    protected abstract void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
        where T : unmanaged, IBinaryInteger<T>;

    public sealed override (Gradient X, Gradient Y) Derivative(Value x, Value y, Value result) => (Gradient.None, Gradient.None);

    protected sealed override DType InferType(InferContext context) =>
        SameType(context, t => !t.IsFloat(), "bool or an integer");

    protected sealed override BroadcastLoop Prepare(EvaluationContext context) => context.Output.DType switch
    {
        DType.Bool => new BroadcastLoop<byte, byte>(context, Apply),
        DType.Int32 => new BroadcastLoop<int, int>(context, Apply),
        _ => new BroadcastLoop<long, long>(context, Apply),
    };
}
