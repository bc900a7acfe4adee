using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    internal sealed record DigammaOp : FloatUnaryOp
    {
        public override string Name => "digamma";

        public override int Cost => 150;

        public override Gradient Derivative(Value x, Value result) => Ops.Polygamma(1, x);

        public override Scalar Lower(ScalarBuilder b, Scalar x) => Wide.Of(b, x, y => Gamma.Digamma(b, y));

        public override T? Precise<T>(T x) => T.Digamma(x);

        public override double Reference(double x) => GammaFunctions.Digamma(x);

        protected override void Apply<T>(ReadOnlySpan<T> x, Span<T> result) => SpecialFunctions.Map(x, result, GammaFunctions.Digamma);
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// ψ(x) = Γ'(x)/Γ(x), elementwise: ∓∞ at ±0, NaN at negative whole numbers and -∞, +∞ at +∞; NaN stays NaN.
        /// Compiled code errs by at most 1 unit in the last place in float32, 16 in float64; near its zeros, at 1.46 and once in each interval
        /// between negative whole numbers, the bound is absolute.
        /// </summary>
        /// <exception cref="GraphException">x is neither float32 nor float64.</exception>
        public static Value Digamma(Value x) => x.Graph.Add(new DigammaOp(), [x]);
    }
}
