using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    internal sealed record SechOp : FloatUnaryOp
    {
        public override string Name => "sech";

        public override int Cost => 24;

        public override Gradient Derivative(Value x, Value result) => -(result * Ops.Tanh(x));

        public override Scalar Lower(ScalarBuilder b, Scalar x) => Hyperbolic.Sech(b, x);

        public override Series? Expand(Series x) => Series.Sech(x);

        public override T? Precise<T>(T x) => T.Sech(x);

        public override double Reference(double x) => 1 / Math.Cosh(x);

        protected override Interval Range(Interval x) => x.Absolute().Falling(Reference);

        protected override void Apply<T>(ReadOnlySpan<T> x, Span<T> result) => SpecialFunctions.Map(x, result, SpecialFunctions.Sech);
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// The hyperbolic secant 1 / cosh x, elementwise, computed as 2·e^-|x| / (1 + e^(-2|x|)), which does not overflow: 0 at ±∞; NaN stays NaN.
        /// Compiled code errs by at most 3 units in the last place in float32, 4 in float64.
        /// </summary>
        /// <exception cref="GraphException">x is neither float32 nor float64.</exception>
        public static Value Sech(Value x) => x.Graph.Add(new SechOp(), [x]);
    }
}
