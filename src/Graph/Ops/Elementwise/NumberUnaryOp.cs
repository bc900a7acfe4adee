using System.Numerics;

namespace GraphGrad.Operations;

/// <summary>A function of any number type, with a result of the same type.</summary>
internal abstract record NumberUnaryOp : UnaryOp
{
    /// <summary>The interpreter's loop; integers wrap.</summary>
    protected abstract void Apply<T>(ReadOnlySpan<T> x, Span<T> result)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>;

    protected sealed override DType InferType(InferContext context) => NumberType(context);

    public sealed override void Evaluate(EvaluationContext context)
    {
        switch (context.Output.DType)
        {
            case DType.Float32: Apply<float>(context.Inputs[0].Span<float>(), context.Output.Span<float>()); break;
            case DType.Float64: Apply<double>(context.Inputs[0].Span<double>(), context.Output.Span<double>()); break;
            case DType.Int32: Apply<int>(context.Inputs[0].Span<int>(), context.Output.Span<int>()); break;
            default: Apply<long>(context.Inputs[0].Span<long>(), context.Output.Span<long>()); break;
        }
    }
}
