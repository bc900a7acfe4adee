using System.Numerics.Tensors;
using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    internal sealed record RsqrtOp : FloatUnaryOp
    {
        public override string Name => "rsqrt";

        public override int Cost => 8;

        // -1/2 · x^(-3/2).
        public override Gradient Derivative(Value x, Value result) => -0.5 * (result * result * result);

        public override Scalar Lower(ScalarBuilder b, Scalar x) => b.Divide(b.Number(x.Type, 1), b.SquareRoot(x));

        public override Series? Expand(Series x) => Series.Pow(x, -0.5);

        public override T? Precise<T>(T x) => T.One / T.Sqrt(x);

        public override double Reference(double x) => 1 / Math.Sqrt(x);

        protected override Interval Range(Interval x) => x.Within(0, double.PositiveInfinity).Falling(Reference);

        public override bool MayFail(RangeContext context) => context[0].Holds(0) || context[0].GoesBelow(0);

        protected override void Apply<T>(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.ReciprocalSqrt(x, result);
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// 1 / √x, elementwise: ±∞ at ±0, 0 at +∞, NaN for negative numbers and NaN.
        /// Compiled code errs by at most 1.5 units in the last place in float32, 2 in float64.
        /// </summary>
        /// <exception cref="GraphException">x is neither float32 nor float64.</exception>
        public static Value Rsqrt(Value x) => x.Graph.Add(new RsqrtOp(), [x]);
    }
}
