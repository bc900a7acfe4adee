using System.Numerics;
using GraphGrad.Scalars;

namespace GraphGrad.Operations;

/// <summary>A shift of integers by counts of the same type, taken modulo the number of bits as in C#.</summary>
internal abstract record ShiftOp : BinaryOp
{
    protected abstract Scalar Shift(ScalarBuilder b, Scalar x, Scalar count);

    /// <summary>The interpreter's loop.</summary>
    protected abstract void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> count, Span<T> result)
        where T : unmanaged, IBinaryInteger<T>;

    public sealed override (Gradient X, Gradient Y) Derivative(Value x, Value y, Value result) => (Gradient.None, Gradient.None);

    // Vectors shift by one count for all lanes, so a count that varies is taken bit by bit.
    public sealed override Scalar Lower(ScalarBuilder b, Scalar x, Scalar y)
    {
        var bits = x.Type.Size() * 8;
        if (y.IsConstant) return Shift(b, x, b.Constant(y.Type, y.Bits & (bits - 1)));
        for (var step = 1; step < bits; step *= 2)
        {
            var count = b.Constant(y.Type, step);
            var kept = b.Equal(b.And(y, count), b.Constant(y.Type, 0));
            x = b.Select(kept, x, Shift(b, x, count));
        }
        return x;
    }

    protected sealed override DType InferType(InferContext context) => SameType(context, t => t.IsInteger(), "int32 or int64");

    protected sealed override BroadcastLoop Prepare(EvaluationContext context) => context.Output.DType switch
    {
        DType.Int32 => new BroadcastLoop<int, int>(context, Apply),
        _ => new BroadcastLoop<long, long>(context, Apply),
    };
}
