using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    /// <summary>What truncated division leaves, with the sign of the dividend; exact for floats.</summary>
    internal sealed record RemainderOp : NumberBinaryOp
    {
        public override string Name => "remainder";

        public override int Cost => 30;

        // x - trunc(x / y) · y, whose truncated factor is constant between jumps.
        public override (Gradient X, Gradient Y) Derivative(Value x, Value y, Value result) => (Ops.One(x), -Ops.Trunc(x / y));

        public override Scalar Lower(ScalarBuilder b, Scalar x, Scalar y) => x.Type.IsFloat() ? FloatRemainder.Of(b, x, y) : b.Remainder(x, y);

        protected override Scalar LowerIn(ElementContext context, Scalar[] operands) =>
            operands[0].Type.IsInteger()
                ? IntegerDivision.Guarded(context, operands[0], operands[1], context.Builder.Remainder)
                : Lower(context.Builder, operands[0], operands[1]);

        public override double Reference(double x, double y) => x % y;

        protected override Interval Range(Interval x, Interval y) => new Interval(x.Low >= 0 ? 0 : -y.Magnitude, x.High <= 0 ? 0 : y.Magnitude);

        public override bool MayFail(RangeContext context) => context.Node.Output.DType.IsFloat() && context[1].Holds(0);

        public override void Evaluate(EvaluationContext context)
        {
            IntegerDivision.Check(context);
            base.Evaluate(context);
        }

        // Not TensorPrimitives.Remainder: it computes x - trunc(x / y) · y, which is wrong for large quotients.
        protected override void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
        {
            if (typeof(T) == typeof(float) || typeof(T) == typeof(double))
            {
                for (var i = 0; i < result.Length; i++) result[i] = x[i] % y[i];
                return;
            }
            for (var i = 0; i < result.Length; i++) result[i] = IntegerDivision.Remainder(x[i], y[i]);
        }
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// What the division of x by y, truncated toward zero, leaves: C#'s <c>%</c>, elementwise with broadcasting. It has the
        /// sign of x. Floats: exact; NaN if y is 0 or x infinite. Integers: a divisor of 0 is an error when it is run.
        /// </summary>
        /// <exception cref="GraphException">The types differ, are bool, or the shapes do not broadcast.</exception>
        public static Value Remainder(Value x, Value y) => x.Graph.Add(new RemainderOp(), [x, y]);

        /// <summary>x % y with a number of x's element type.</summary>
        /// <exception cref="GraphException">The number does not fit the element type of x, or the operation refuses that type.</exception>
        public static Value Remainder(Value x, double y) => Remainder(x, x.Number(y));

        /// <summary>x % y with a number of y's element type.</summary>
        /// <exception cref="GraphException">The number does not fit the element type of y, or the operation refuses that type.</exception>
        public static Value Remainder(double x, Value y) => Remainder(y.Number(x), y);
    }
}
