using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    internal sealed record LogGammaOp : FloatUnaryOp
    {
        public override string Name => "lgamma";

        public override int Cost => 150;

        public override Gradient Derivative(Value x, Value result) => Ops.Digamma(x);

        public override Scalar Lower(ScalarBuilder b, Scalar x) => Wide.Of(b, x, y => x.Type == DType.Float32 ? SingleLogGamma.Of(b, y) : Gamma.LogGamma(b, y));

        public override T? Precise<T>(T x) => T.LogGamma(x);

        public override double Reference(double x) => GammaFunctions.LogGamma(x);

        protected override void Apply<T>(ReadOnlySpan<T> x, Span<T> result) => SpecialFunctions.Map(x, result, GammaFunctions.LogGamma);
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// log |Γ(x)|, elementwise: 0 at 1 and 2, +∞ at 0, at negative whole numbers and at ±∞; NaN stays NaN.
        /// Compiled code errs by at most 1 unit in the last place in float32, 8 in float64; between -∞ and 0, where it vanishes about twice in each
        /// interval, the bound is absolute there.
        /// </summary>
        /// <exception cref="GraphException">x is neither float32 nor float64.</exception>
        public static Value LogGamma(Value x) => x.Graph.Add(new LogGammaOp(), [x]);
    }
}
