using System.Numerics.Tensors;
using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    internal sealed record AbsOp : NumberUnaryOp
    {
        public override string Name => "abs";

        // 0 at 0: the middle of the subgradients.
        public override Gradient Derivative(Value x, Value result) => Ops.Sign(x);

        public override Scalar Lower(ScalarBuilder b, Scalar x) => b.Absolute(x);

        public override Series? Expand(Series x) => Series.Abs(x);

        public override T? Precise<T>(T x) => T.Abs(x);

        public override double Reference(double x) => Math.Abs(x);

        protected override Interval Range(Interval x) => x.Absolute();

        // TensorPrimitives.Abs refuses the smallest integer.
        protected override void Apply<T>(ReadOnlySpan<T> x, Span<T> result)
        {
            if (typeof(T) == typeof(float) || typeof(T) == typeof(double))
            {
                TensorPrimitives.Abs(x, result);
                return;
            }
            for (var i = 0; i < x.Length; i++) result[i] = T.IsNegative(x[i]) ? T.Zero - x[i] : x[i];
        }
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// The absolute value, elementwise; NaN stays NaN, the smallest integer stays itself. The gradient at 0 is 0.
        /// </summary>
        /// <exception cref="GraphException">x is bool.</exception>
        public static Value Abs(Value x) => x.Graph.Add(new AbsOp(), [x]);
    }
}
