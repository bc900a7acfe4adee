using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    internal sealed record AiryAiSlopeOp : FloatUnaryOp
    {
        public override string Name => "airy_ai_slope";

        public override int Cost => 260;

        public override Gradient Derivative(Value x, Value result) => x * Ops.AiryAi(x);

        public override Scalar Lower(ScalarBuilder b, Scalar x) => Wide.Of(b, x, y => AiryFunction.Of(b, y, derivative: true));

        public override double Reference(double x) => AiryFunctions.Slope(x);

        protected override void Apply<T>(ReadOnlySpan<T> x, Span<T> result) => SpecialFunctions.Map(x, result, AiryFunctions.Slope);
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// The derivative of <see cref="AiryAi"/>, elementwise: 0 at +∞, NaN at -∞; NaN stays NaN.
        /// Compiled code errs by at most 1 unit in the last place in float32, 12 in float64; at its zeros by as much of |x|^¼/√π. Its waves below -10^6 are too short for a float64 to say where one stands.
        /// </summary>
        /// <exception cref="GraphException">x is neither float32 nor float64.</exception>
        public static Value AiryAiSlope(Value x) => x.Graph.Add(new AiryAiSlopeOp(), [x]);
    }
}
