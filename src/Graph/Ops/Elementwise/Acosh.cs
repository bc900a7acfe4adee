using System.Numerics.Tensors;
using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    internal sealed record AcoshOp : FloatUnaryOp
    {
        public override string Name => "acosh";

        public override int Cost => 58;

        // 1 / √(x² - 1), factored: x - 1 is exact near 1, where x² - 1 cancels.
        public override Gradient Derivative(Value x, Value result) => Ops.Rsqrt(x - 1) * Ops.Rsqrt(x + 1);

        public override Scalar Lower(ScalarBuilder b, Scalar x) => Hyperbolic.Acosh(b, x);

        public override Series? Expand(Series x) => Series.Acosh(x);

        public override T? Precise<T>(T x) => T.Acosh(x);

        public override double Reference(double x) => Math.Acosh(x);

        protected override Interval Range(Interval x) => x.Within(1, double.PositiveInfinity).Rising(Reference);

        public override bool MayFail(RangeContext context) => context[0].GoesBelow(1);

        protected override void Apply<T>(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Acosh(x, result);
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// The inverse hyperbolic cosine, elementwise: 0 at 1, NaN below 1 and for NaN, +∞ at +∞.
        /// Compiled code errs by at most 2 units in the last place in float32, 3 in float64.
        /// </summary>
        /// <exception cref="GraphException">x is neither float32 nor float64.</exception>
        public static Value Acosh(Value x) => x.Graph.Add(new AcoshOp(), [x]);
    }
}
