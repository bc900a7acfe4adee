using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    internal sealed record ScaledBesselI1Op : FloatUnaryOp
    {
        public override string Name => "i1e";

        public override int Cost => 110;

        // e^-x·I1(x) is the moment of order 0 less that of order 1, whose derivatives are those of the next order, negative.
        public override Gradient Derivative(Value x, Value result) => Ops.ScaledBesselMoment(x, 2) - Ops.ScaledBesselMoment(x, 1);

        public override Scalar Lower(ScalarBuilder b, Scalar x) => Wide.Of(b, x, y => BesselFunction.Modified(b, y, 1, scaled: true));

        public override T? Precise<T>(T x) => T.ScaledBesselI(1, x);

        public override double Reference(double x) => BesselFunctions.ScaledI1(x);

        protected override void Apply<T>(ReadOnlySpan<T> x, Span<T> result) => SpecialFunctions.Map(x, result, BesselFunctions.ScaledI1);
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// e^-|x| times the modified Bessel function of the first kind of order 1, elementwise: 0 at ±∞; NaN stays NaN.
        /// Compiled code errs by at most 1 unit in the last place in float32, 8 in float64.
        /// </summary>
        /// <exception cref="GraphException">x is neither float32 nor float64.</exception>
        public static Value ScaledBesselI1(Value x) => x.Graph.Add(new ScaledBesselI1Op(), [x]);
    }
}
