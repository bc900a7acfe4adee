using System.Numerics;

namespace GraphGrad.Operations;

/// <summary>A function of two numbers of one type, with a result of that type.</summary>
internal abstract record NumberBinaryOp : BinaryOp
{
    /// <summary>The interpreter's loop over spans of equal length; integers wrap.</summary>
    protected abstract void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>;

    protected override DType InferType(InferContext context) => NumberType(context);

    public override void Evaluate(EvaluationContext context)
    {
        switch (context.Output.DType)
        {
            case DType.Float32: Broadcasting.Apply<float, float>(context, Apply); break;
            case DType.Float64: Broadcasting.Apply<double, double>(context, Apply); break;
            case DType.Int32: Broadcasting.Apply<int, int>(context, Apply); break;
            default: Broadcasting.Apply<long, long>(context, Apply); break;
        }
    }
}
