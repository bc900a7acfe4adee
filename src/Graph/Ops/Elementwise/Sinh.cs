using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    internal sealed record SinhOp : FloatUnaryOp
    {
        public override string Name => "sinh";

        public override int Cost => 30;

        public override Gradient Derivative(Value x, Value result) => Ops.Cosh(x);

        public override Scalar Lower(ScalarBuilder b, Scalar x) => Hyperbolic.Sinh(b, x);

        public override Series? Expand(Series x) => Series.Sinh(x);

        public override T? Precise<T>(T x) => T.Sinh(x);

        public override double Reference(double x) => Math.Sinh(x);

        protected override Interval Range(Interval x) => x.Rising(Reference);

        // Not TensorPrimitives.Sinh: it loses hundreds of units in the last place of float64, and all digits near 0.
        protected override void Apply<T>(ReadOnlySpan<T> x, Span<T> result)
        {
            for (var i = 0; i < x.Length; i++) result[i] = T.Sinh(x[i]);
        }
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// The hyperbolic sine, elementwise: overflows to ±∞, keeps the sign of zero; NaN stays NaN.
        /// Compiled code errs by at most 2 units in the last place in float32, 4 in float64.
        /// </summary>
        /// <exception cref="GraphException">x is neither float32 nor float64.</exception>
        public static Value Sinh(Value x) => x.Graph.Add(new SinhOp(), [x]);
    }
}
