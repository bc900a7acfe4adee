using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations;

/// <summary>An elementwise op of two inputs of one type.</summary>
internal abstract record BinaryOp : ElementwiseOp
{
    /// <summary>True if a ∘ b = b ∘ a for all operands, bit for bit; rules then match both orders.</summary>
    public virtual bool IsCommutative => false;

    /// <summary>d result / d x and d result / d y, None where zero everywhere.</summary>
    public abstract (Gradient X, Gradient Y) Derivative(Value x, Value y, Value result);

    public abstract Scalar Lower(ScalarBuilder b, Scalar x, Scalar y);

    public abstract double Reference(double x, double y);

    /// <summary>The result as a series; null if it has none.</summary>
    public virtual Series? Expand(Series x, Series y) => null;

    public sealed override Series? Expand(IReadOnlyList<Series?> x) => x[0] is { } first && x[1] is { } second ? Expand(first, second) : null;

    /// <summary>The result in double-double or multi-precision arithmetic; null where nobody has written it.</summary>
    public virtual T? Precise<T>(T x, T y)
        where T : struct, IPrecise<T> => null;

    public sealed override T? Precise<T>(ReadOnlySpan<T> x) => Precise(x[0], x[1]);

    /// <summary>Where the results lie of numbers that lie in ranges.</summary>
    protected virtual Interval Range(Interval x, Interval y) => Interval.All;

    public override Interval Range(RangeContext context) => Range(context[0], context[1]);

    /// <summary>The interpreter's loop for the operands' element type.</summary>
    protected abstract BroadcastLoop Prepare(EvaluationContext context);

    public override void Evaluate(EvaluationContext context) =>
        ((BroadcastLoop)(context.Prepared ??= Prepare(context))).Run(context);

    public sealed override Gradient[] Derivatives(IReadOnlyList<Value> inputs, Value result)
    {
        var (x, y) = Derivative(inputs[0], inputs[1], result);
        return [x, y];
    }

    public sealed override Scalar Lower(ScalarBuilder b, ReadOnlySpan<Scalar> x) => Lower(b, x[0], x[1]);

    public sealed override double Reference(ReadOnlySpan<double> x) => Reference(x[0], x[1]);
}
