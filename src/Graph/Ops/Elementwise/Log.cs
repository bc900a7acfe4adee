using System.Numerics.Tensors;
using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    internal sealed record LogOp : FloatUnaryOp
    {
        public override string Name => "log";

        public override int Cost => 30;

        public override Gradient Derivative(Value x, Value result) => 1 / x;

        public override Scalar Lower(ScalarBuilder b, Scalar x) => Logarithms.Log(b, x);

        public override Series? Expand(Series x) => Series.Log(x);

        public override T? Precise<T>(T x) => T.Log(x);

        public override double Reference(double x) => Math.Log(x);

        protected override Interval Range(Interval x) => x.Within(0, double.PositiveInfinity).Rising(Reference);

        public override bool MayFail(RangeContext context) => context[0].Holds(0) || context[0].GoesBelow(0);

        protected override void Apply<T>(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Log(x, result);
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// The natural logarithm, elementwise: -∞ at ±0, NaN for negative numbers and NaN.
        /// Compiled code errs by at most 1 unit in the last place in float32, 2 in float64.
        /// </summary>
        /// <exception cref="GraphException">x is neither float32 nor float64.</exception>
        public static Value Log(Value x) => x.Graph.Add(new LogOp(), [x]);
    }
}
