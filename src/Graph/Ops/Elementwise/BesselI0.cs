using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    internal sealed record BesselI0Op : FloatUnaryOp
    {
        public override string Name => "i0";

        public override int Cost => 110;

        public override Gradient Derivative(Value x, Value result) => Ops.BesselI1(x);

        public override Scalar Lower(ScalarBuilder b, Scalar x) => Wide.Of(b, x, y => BesselFunction.Modified(b, y, 0, scaled: false));

        public override T? Precise<T>(T x) => T.BesselI(0, x);

        public override double Reference(double x) => BesselFunctions.I0(x);

        protected override void Apply<T>(ReadOnlySpan<T> x, Span<T> result) => SpecialFunctions.Map(x, result, BesselFunctions.I0);
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// The modified Bessel function of the first kind of order 0, elementwise: +∞ at ±∞; NaN stays NaN.
        /// Compiled code errs by at most 1 unit in the last place in float32, 8 in float64.
        /// </summary>
        /// <exception cref="GraphException">x is neither float32 nor float64.</exception>
        public static Value BesselI0(Value x) => x.Graph.Add(new BesselI0Op(), [x]);
    }
}
