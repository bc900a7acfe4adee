using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    /// <summary>e^(x²) times the repeated integral of erfc of order 1 or 2, in which the derivatives of e^(x²)·erfc(x) are; formulas with that function itself cancel as x².</summary>
    internal sealed record ScaledErfcIntegralOp(int Order) : FloatUnaryOp
    {
        public override string Name => "erfcx_integral";

        public override string Attributes => $"{Order}";

        public override int Cost => 150;

        // f(n)' = -2·(n + 1)·f(n + 1), and 2n·f(n) = f(n - 2) - 2x·f(n - 1).
        public override Gradient Derivative(Value x, Value result) =>
            Order == 1 ? -4 * Ops.ScaledErfcIntegral(x, 2) : (2 * x * result) - Ops.ScaledErfcIntegral(x, 1);

        public override Scalar Lower(ScalarBuilder b, Scalar x) => Wide.Of(b, x, y => ErrorFunctionIntegral.Of(b, y, Order));

        public override T? Precise<T>(T x) => T.ScaledErfcIntegral(Order, x);

        public override double Reference(double x) => NormalFunctions.ScaledErfcIntegral(Order, x);

        protected override Interval Range(Interval x) => x.Falling(Reference);

        protected override void Apply<T>(ReadOnlySpan<T> x, Span<T> result) => SpecialFunctions.Map(x, result, Reference);
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        internal static Value ScaledErfcIntegral(Value x, int order) => x.Graph.Add(new ScaledErfcIntegralOp(order), [x]);
    }
}
