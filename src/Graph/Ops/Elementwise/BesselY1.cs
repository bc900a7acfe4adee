using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    internal sealed record BesselY1Op : FloatUnaryOp
    {
        public override string Name => "y1";

        public override int Cost => 230;

        public override Gradient Derivative(Value x, Value result) => Ops.BesselY0(x) - (result / x);

        public override Scalar Lower(ScalarBuilder b, Scalar x) => Wide.Of(b, x, y => OscillatingBessel.Y(b, y, 1));

        public override T? Precise<T>(T x) => T.BesselY(1, x);

        public override double Reference(double x) => OscillatingBesselFunctions.Y1(x);

        protected override Interval Range(Interval x) => new(double.NegativeInfinity, 0.42);

        public override bool MayFail(RangeContext context) => context[0].Holds(0) || context[0].GoesBelow(0);

        protected override void Apply<T>(ReadOnlySpan<T> x, Span<T> result) => SpecialFunctions.Map(x, result, OscillatingBesselFunctions.Y1);
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// The Bessel function of the second kind of order 1, elementwise: -∞ at 0, NaN below, 0 at +∞; NaN stays NaN.
        /// Compiled code errs by at most 1 unit in the last place in float32, 12 in float64; at its zeros by as much of √(2/πx).
        /// </summary>
        /// <exception cref="GraphException">x is neither float32 nor float64.</exception>
        public static Value BesselY1(Value x) => x.Graph.Add(new BesselY1Op(), [x]);
    }
}
