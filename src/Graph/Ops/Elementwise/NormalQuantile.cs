using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    internal sealed record NormalQuantileOp : FloatUnaryOp
    {
        public override string Name => "ndtri";

        public override int Cost => 130;

        public override Gradient Derivative(Value x, Value result) => Math.Sqrt(2 * Math.PI) * Ops.Exp((result * result) * 0.5);

        public override Scalar Lower(ScalarBuilder b, Scalar x) => Wide.Of(b, x, y => Scalars.NormalQuantile.Normal(b, y));

        public override double Reference(double x) => NormalFunctions.Quantile(x);

        protected override void Apply<T>(ReadOnlySpan<T> x, Span<T> result) => SpecialFunctions.Map(x, result, NormalFunctions.Quantile);
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// The number that a standard normal one stays below with probability x, elementwise: the inverse of <see cref="NormalCdf"/>. -∞ at 0,
        /// +∞ at 1, NaN outside; accurate in the lower tail as far as x reaches; NaN stays NaN.
        /// Compiled code errs by at most 1 unit in the last place in float32, 8 in float64.
        /// </summary>
        /// <exception cref="GraphException">x is neither float32 nor float64.</exception>
        public static Value NormalQuantile(Value x) => x.Graph.Add(new NormalQuantileOp(), [x]);
    }
}
