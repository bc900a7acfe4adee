using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    internal sealed record GeluSlopeOp : FloatUnaryOp
    {
        public override string Name => "gelu_slope";

        public override int Cost => 42;

        // (2 - x²)·φ(x).
        public override Gradient Derivative(Value x, Value result) => (2 - (x * x)) * (Ops.Exp((x * x) * -0.5) * (1 / Math.Sqrt(2 * Math.PI)));

        public override Scalar Lower(ScalarBuilder b, Scalar x) => NormalDistribution.SlopeOfTimesProbability(b, x);

        public override Series? Expand(Series x) => Series.GeluSlope(x);

        public override T? Precise<T>(T x) => (T.Erfc(-x / T.Sqrt(2.0)) / 2.0) + (x * T.Exp(-(x * x) / 2.0) / T.Sqrt(2.0 * T.Pi));

        public override double Reference(double x) => NormalFunctions.SlopeOfTimesProbability(x, SpecialFunctions.ErfcSeries);

        // Between its extrema at ±√2.
        protected override Interval Range(Interval x) => new(-0.129, 1.129);

        protected override void Apply<T>(ReadOnlySpan<T> x, Span<T> result) => SpecialFunctions.Map(x, result, static x => NormalFunctions.SlopeOfTimesProbability(x, SpecialFunctions.Erfc));
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// The derivative of <see cref="Gelu"/>, Φ(x) + x · φ(x) with the normal distribution's density φ, elementwise: 0 at -∞, 1 at +∞; NaN stays NaN.
        /// Compiled code errs by at most 2.5 units in the last place in float32, in float64 by 6 of the larger term.
        /// </summary>
        /// <exception cref="GraphException">x is neither float32 nor float64.</exception>
        internal static Value GeluSlope(Value x) => x.Graph.Add(new GeluSlopeOp(), [x]);
    }
}
