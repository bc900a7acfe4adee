using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    internal sealed record AiryAiOp : FloatUnaryOp
    {
        public override string Name => "airy_ai";

        public override int Cost => 260;

        public override Gradient Derivative(Value x, Value result) => Ops.AiryAiSlope(x);

        public override Scalar Lower(ScalarBuilder b, Scalar x) => Wide.Of(b, x, y => AiryFunction.Of(b, y, derivative: false));

        public override double Reference(double x) => AiryFunctions.Ai(x);

        protected override Interval Range(Interval x) => new(-0.42, 0.54);

        protected override void Apply<T>(ReadOnlySpan<T> x, Span<T> result) => SpecialFunctions.Map(x, result, AiryFunctions.Ai);
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// Airy's function Ai, the solution of y'' = x·y that falls to 0 at +∞, elementwise: 0 at ±∞; NaN stays NaN.
        /// Compiled code errs by at most 1 unit in the last place in float32, 12 in float64; at its zeros by as much of |x|^-¼/√π. Its waves below -10^6 are too short for a float64 to say where one stands.
        /// </summary>
        /// <exception cref="GraphException">x is neither float32 nor float64.</exception>
        public static Value AiryAi(Value x) => x.Graph.Add(new AiryAiOp(), [x]);
    }
}
