using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    internal sealed record Log1pOp : FloatUnaryOp
    {
        public override string Name => "log1p";

        public override int Cost => 40;

        public override Gradient Derivative(Value x, Value result) => 1 / (1 + x);

        public override Scalar Lower(ScalarBuilder b, Scalar x) => Logarithms.Log1p(b, x);

        public override Series? Expand(Series x) => Series.Log1p(x);

        public override T? Precise<T>(T x) => T.Log1p(x);

        public override double Reference(double x) => SpecialFunctions.Log1p(x);

        protected override Interval Range(Interval x) => x.Within(-1, double.PositiveInfinity).Rising(Reference);

        public override bool MayFail(RangeContext context) => context[0].Holds(-1) || context[0].GoesBelow(-1);

        protected override void Apply<T>(ReadOnlySpan<T> x, Span<T> result) => SpecialFunctions.Map(x, result, SpecialFunctions.Log1p);
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// log(1 + x), elementwise, without losing a small x in the sum: -∞ at -1, NaN below, keeps the sign of zero.
        /// Compiled code errs by at most 1.5 units in the last place in float32, 4 in float64.
        /// </summary>
        /// <exception cref="GraphException">x is neither float32 nor float64.</exception>
        public static Value Log1p(Value x) => x.Graph.Add(new Log1pOp(), [x]);
    }
}
