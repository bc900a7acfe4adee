using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    internal sealed record ScaledBesselK0Op : FloatUnaryOp
    {
        public override string Name => "k0e";

        public override int Cost => 150;

        public override Gradient Derivative(Value x, Value result) => -Ops.ScaledBesselKDifference(x);

        public override Scalar Lower(ScalarBuilder b, Scalar x) => Wide.Of(b, x, y => DecayingBessel.Modified(b, y, 0, scaled: true));

        public override T? Precise<T>(T x) => T.ScaledBesselK(0, x);

        public override double Reference(double x) => DecayingBesselFunctions.ScaledK0(x);

        protected override Interval Range(Interval x) => x.Within(0, double.PositiveInfinity).Falling(Reference);

        public override bool MayFail(RangeContext context) => context[0].Holds(0) || context[0].GoesBelow(0);

        protected override void Apply<T>(ReadOnlySpan<T> x, Span<T> result) => SpecialFunctions.Map(x, result, DecayingBesselFunctions.ScaledK0);
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// e^x times the modified Bessel function of the second kind of order 0, elementwise: +∞ at 0, NaN below, 0 at +∞; NaN stays NaN.
        /// Compiled code errs by at most 1 unit in the last place in float32, 16 in float64.
        /// </summary>
        /// <exception cref="GraphException">x is neither float32 nor float64.</exception>
        public static Value ScaledBesselK0(Value x) => x.Graph.Add(new ScaledBesselK0Op(), [x]);
    }
}
