using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    internal sealed record Log2Op : FloatUnaryOp
    {
        public override string Name => "log2";

        public override int Cost => 40;

        public override Gradient Derivative(Value x, Value result) => (1 / Math.Log(2)) / x;

        public override Scalar Lower(ScalarBuilder b, Scalar x) => Logarithms.Log2(b, x);

        public override T? Precise<T>(T x) => T.Log2(x);

        public override double Reference(double x) => Math.Log2(x);

        protected override void Apply<T>(ReadOnlySpan<T> x, Span<T> result) => SpecialFunctions.Map(x, result, Math.Log2);
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// The logarithm to base 2, elementwise: whole for powers of two, -∞ at 0, NaN below, +∞ at +∞; NaN stays NaN.
        /// Compiled code errs by at most 1.5 units in the last place in float32, 2 in float64.
        /// </summary>
        /// <exception cref="GraphException">x is neither float32 nor float64.</exception>
        public static Value Log2(Value x) => x.Graph.Add(new Log2Op(), [x]);
    }
}
