using System.Numerics.Tensors;
using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    /// <summary>IEEE division of floats; integers truncate toward zero.</summary>
    internal sealed record DivideOp : NumberBinaryOp
    {
        public override string Name => "divide";

        public override int Cost => 4;

        public override (Gradient X, Gradient Y) Derivative(Value x, Value y, Value result) => (1 / y, -(result / y));

        public override Scalar Lower(ScalarBuilder b, Scalar x, Scalar y) => b.Divide(x, y);

        protected override Scalar LowerIn(ElementContext context, Scalar[] operands) =>
            operands[0].Type.IsInteger()
                ? IntegerDivision.Guarded(context, operands[0], operands[1], context.Builder.Divide)
                : Lower(context.Builder, operands[0], operands[1]);

        public override Series? Expand(Series x, Series y) => Series.Quotient(x, y);

        public override T? Precise<T>(T x, T y) => x / y;

        public override double Reference(double x, double y) => x / y;

        protected override Interval Range(Interval x, Interval y) => x / y;

        public override bool MayFail(RangeContext context) => context.Node.Output.DType.IsFloat() && context[1].Holds(0);

        public override void Evaluate(EvaluationContext context)
        {
            IntegerDivision.Check(context);
            base.Evaluate(context);
        }

        protected override void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
        {
            if (typeof(T) == typeof(float) || typeof(T) == typeof(double))
            {
                TensorPrimitives.Divide(x, y, result);
                return;
            }
            for (var i = 0; i < result.Length; i++) result[i] = IntegerDivision.Quotient(x[i], y[i]);
        }
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// x / y, elementwise with broadcasting. Floats: IEEE (x / 0 is ±∞ or NaN). Integers: the quotient truncated toward
        /// zero, the smallest integer / -1 wraps, and a divisor of 0 is an error when it is run.
        /// </summary>
        /// <exception cref="GraphException">The types differ, are bool, or the shapes do not broadcast.</exception>
        public static Value Divide(Value x, Value y) => x.Graph.Add(new DivideOp(), [x, y]);

        /// <summary>x / y with a number of x's element type.</summary>
        /// <exception cref="GraphException">The number does not fit the element type of x, or the operation refuses that type.</exception>
        public static Value Divide(Value x, double y) => Divide(x, x.Number(y));

        /// <summary>x / y with a number of y's element type.</summary>
        /// <exception cref="GraphException">The number does not fit the element type of y, or the operation refuses that type.</exception>
        public static Value Divide(double x, Value y) => Divide(y.Number(x), y);
    }
}
