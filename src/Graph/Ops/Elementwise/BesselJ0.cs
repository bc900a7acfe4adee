using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    internal sealed record BesselJ0Op : FloatUnaryOp
    {
        public override string Name => "j0";

        public override int Cost => 170;

        public override Gradient Derivative(Value x, Value result) => -Ops.BesselJ1(x);

        public override Scalar Lower(ScalarBuilder b, Scalar x) => Wide.Of(b, x, y => OscillatingBessel.J(b, y, 0));

        public override T? Precise<T>(T x) => T.BesselJ(0, x);

        public override double Reference(double x) => OscillatingBesselFunctions.J0(x);

        protected override Interval Range(Interval x) => new(-0.41, 1);

        protected override void Apply<T>(ReadOnlySpan<T> x, Span<T> result) => SpecialFunctions.Map(x, result, OscillatingBesselFunctions.J0);
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// The Bessel function of the first kind of order 0, elementwise: 0 at ±∞; NaN stays NaN.
        /// Compiled code errs by at most 1 unit in the last place in float32, 8 in float64; at its zeros beyond 6 by as much of √(2/πx).
        /// </summary>
        /// <exception cref="GraphException">x is neither float32 nor float64.</exception>
        public static Value BesselJ0(Value x) => x.Graph.Add(new BesselJ0Op(), [x]);
    }
}
