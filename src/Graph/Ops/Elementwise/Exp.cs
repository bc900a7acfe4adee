using System.Numerics.Tensors;
using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    internal sealed record ExpOp : FloatUnaryOp
    {
        public override string Name => "exp";

        public override int Cost => 20;

        public override Gradient Derivative(Value x, Value result) => result;

        public override Scalar Lower(ScalarBuilder b, Scalar x) => Exponentials.Exp(b, x);

        public override Series? Expand(Series x) => Series.Exp(x);

        public override double Reference(double x) => Math.Exp(x);

        protected override Interval Range(Interval x) => x.Rising(Reference);

        protected override void Apply<T>(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Exp(x, result);
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// e^x, elementwise: 0 at -∞, overflows to +∞, NaN stays NaN.
        /// Compiled code errs by at most 1 unit in the last place in float32, 2 in float64.
        /// </summary>
        /// <exception cref="GraphException">x is neither float32 nor float64.</exception>
        public static Value Exp(Value x) => x.Graph.Add(new ExpOp(), [x]);
    }
}
