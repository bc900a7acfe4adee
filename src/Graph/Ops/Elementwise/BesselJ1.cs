using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    internal sealed record BesselJ1Op : FloatUnaryOp
    {
        public override string Name => "j1";

        public override int Cost => 170;

        public override Gradient Derivative(Value x, Value result) => Ops.BesselJ0(x) - BesselFunctions.FirstOverArgument(x, result, -1);

        public override Scalar Lower(ScalarBuilder b, Scalar x) => Wide.Of(b, x, y => OscillatingBessel.J(b, y, 1));

        public override T? Precise<T>(T x) => T.BesselJ(1, x);

        public override double Reference(double x) => OscillatingBesselFunctions.J1(x);

        protected override Interval Range(Interval x) => new(-0.59, 0.59);

        protected override void Apply<T>(ReadOnlySpan<T> x, Span<T> result) => SpecialFunctions.Map(x, result, OscillatingBesselFunctions.J1);
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// The Bessel function of the first kind of order 1, elementwise: 0 at ±∞, keeps the sign of zero; NaN stays NaN.
        /// Compiled code errs by at most 1 unit in the last place in float32, 12 in float64; at its zeros beyond 6 by as much of √(2/πx).
        /// </summary>
        /// <exception cref="GraphException">x is neither float32 nor float64.</exception>
        public static Value BesselJ1(Value x) => x.Graph.Add(new BesselJ1Op(), [x]);
    }
}
