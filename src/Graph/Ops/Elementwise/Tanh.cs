using System.Numerics.Tensors;
using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    internal sealed record TanhOp : FloatUnaryOp
    {
        public override string Name => "tanh";

        public override int Cost => 20;

        public override Gradient Derivative(Value x, Value result) => 1 - (result * result);

        public override Scalar Lower(ScalarBuilder b, Scalar x) => Hyperbolic.Tanh(b, x);

        public override double Reference(double x) => Math.Tanh(x);

        protected override void Apply<T>(ReadOnlySpan<T> x, Span<T> result)
        {
            TensorPrimitives.Tanh(x, result);
            // The vectorized form cancels near 0.
            var half = T.CreateChecked(0.5);
            for (var i = 0; i < x.Length; i++)
            {
                if (T.Abs(x[i]) < half) result[i] = T.Tanh(x[i]);
            }
        }
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>The hyperbolic tangent, elementwise: ±1 at ±∞, keeps the sign of zero; NaN stays NaN.</summary>
        /// <exception cref="GraphException">x is neither float32 nor float64.</exception>
        public static Value Tanh(Value x) => x.Graph.Add(new TanhOp(), [x]);
    }
}
