using System.Numerics;

namespace GraphGrad.Operations;

/// <summary>A comparison of two operands of one type; the result is bool, and no gradient flows.</summary>
internal abstract record ComparisonOp : BinaryOp
{
    /// <summary>The interpreter's loop over spans of equal length; bools come as bytes 0 and 1.</summary>
    protected abstract void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<bool> result)
        where T : unmanaged, INumber<T>;

    public sealed override (Gradient X, Gradient Y) Derivative(Value x, Value y, Value result) => (Gradient.None, Gradient.None);

    protected override DType InferType(InferContext context)
    {
        NumberType(context);
        return DType.Bool;
    }

    public sealed override void Evaluate(EvaluationContext context)
    {
        switch (context.Inputs[0].DType)
        {
            case DType.Float32: Broadcasting.Apply<float, bool>(context, Apply); break;
            case DType.Float64: Broadcasting.Apply<double, bool>(context, Apply); break;
            case DType.Int32: Broadcasting.Apply<int, bool>(context, Apply); break;
            case DType.Int64: Broadcasting.Apply<long, bool>(context, Apply); break;
            default: Broadcasting.Apply<byte, bool>(context, Apply); break;
        }
    }
}
