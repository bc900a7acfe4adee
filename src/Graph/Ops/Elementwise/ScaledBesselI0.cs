using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    internal sealed record ScaledBesselI0Op : FloatUnaryOp
    {
        public override string Name => "i0e";

        public override int Cost => 110;

        public override Gradient Derivative(Value x, Value result) => -(Ops.Sign(x) * Ops.ScaledBesselMoment(x, 1));

        public override Scalar Lower(ScalarBuilder b, Scalar x) => Wide.Of(b, x, y => BesselFunction.Modified(b, y, 0, scaled: true));

        public override T? Precise<T>(T x) => T.ScaledBesselI(0, x);

        public override double Reference(double x) => BesselFunctions.ScaledI0(x);

        protected override void Apply<T>(ReadOnlySpan<T> x, Span<T> result) => SpecialFunctions.Map(x, result, BesselFunctions.ScaledI0);
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// e^-|x| times the modified Bessel function of the first kind of order 0, elementwise: 0 at ±∞; NaN stays NaN.
        /// Compiled code errs by at most 1 unit in the last place in float32, 8 in float64.
        /// </summary>
        /// <exception cref="GraphException">x is neither float32 nor float64.</exception>
        public static Value ScaledBesselI0(Value x) => x.Graph.Add(new ScaledBesselI0Op(), [x]);
    }
}
