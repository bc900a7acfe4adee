using System.Numerics;

namespace GraphGrad.Operations;

/// <summary>A function of a float32 or float64, with a result of the same type.</summary>
internal abstract record FloatUnaryOp : UnaryOp
{
    /// <summary>The interpreter's loop; <see cref="System.Numerics.Tensors.TensorPrimitives"/> where it has the function.</summary>
    protected abstract void Apply<T>(ReadOnlySpan<T> x, Span<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>, IMinMaxValue<T>;

    protected sealed override DType InferType(InferContext context) => FloatType(context);

    public sealed override void Evaluate(EvaluationContext context)
    {
        if (context.Output.DType == DType.Float32) Apply<float>(context.Inputs[0].Span<float>(), context.Output.Span<float>());
        else Apply<double>(context.Inputs[0].Span<double>(), context.Output.Span<double>());
    }
}
