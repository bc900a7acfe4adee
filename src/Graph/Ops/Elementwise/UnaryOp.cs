using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations;

/// <summary>An elementwise op of one input.</summary>
internal abstract record UnaryOp : ElementwiseOp
{
    /// <summary>d result / d x, None where it is zero everywhere.</summary>
    public abstract Gradient Derivative(Value x, Value result);

    public abstract Scalar Lower(ScalarBuilder b, Scalar x);

    public abstract double Reference(double x);

    /// <summary>The result as a series; null if it has none.</summary>
    public virtual Series? Expand(Series x) => null;

    public sealed override Series? Expand(IReadOnlyList<Series?> x) => x[0] is { } known ? Expand(known) : null;

    /// <summary>The result in double-double or multi-precision arithmetic; null where nobody has written it.</summary>
    public virtual T? Precise<T>(T x)
        where T : struct, IPrecise<T> => null;

    public sealed override T? Precise<T>(ReadOnlySpan<T> x) => Precise(x[0]);

    /// <summary>Where the results lie of numbers that lie in a range.</summary>
    protected virtual Interval Range(Interval x) => Interval.All;

    public sealed override Interval Range(RangeContext context) => Range(context[0]);

    public sealed override Gradient[] Derivatives(IReadOnlyList<Value> inputs, Value result) => [Derivative(inputs[0], result)];

    public sealed override Scalar Lower(ScalarBuilder b, ReadOnlySpan<Scalar> x) => Lower(b, x[0]);

    public sealed override double Reference(ReadOnlySpan<double> x) => Reference(x[0]);
}
