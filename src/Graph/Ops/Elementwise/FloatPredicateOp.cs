using System.Numerics;
using GraphGrad.Scalars;

namespace GraphGrad.Operations;

/// <summary>A yes-or-no question about a float32 or float64; the result is bool, and no gradient flows.</summary>
internal abstract record FloatPredicateOp : UnaryOp
{
    protected abstract bool Test(double x);

    /// <summary>The interpreter's loop.</summary>
    protected abstract void Apply<T>(ReadOnlySpan<T> x, Span<bool> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    public sealed override Gradient Derivative(Value x, Value result) => Gradient.None;

    // Near 0 and near infinity every number is finite.
    public sealed override Series? Expand(Series x) => Series.Number(Test(1) ? 1 : 0);

    public sealed override T? Precise<T>(T x) => Test(x.High) ? T.One : T.Zero;

    public sealed override double Reference(double x) => Test(x) ? 1 : 0;

    protected sealed override DType InferType(InferContext context)
    {
        FloatType(context);
        return DType.Bool;
    }

    public sealed override void Evaluate(EvaluationContext context)
    {
        if (context.Inputs[0].DType == DType.Float32) Apply<float>(context.Inputs[0].Span<float>(), context.Output.Span<bool>());
        else Apply<double>(context.Inputs[0].Span<double>(), context.Output.Span<bool>());
    }
}
