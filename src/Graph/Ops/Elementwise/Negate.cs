using System.Numerics.Tensors;
using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    internal sealed record NegateOp : NumberUnaryOp
    {
        public override string Name => "negate";

        public override Gradient Derivative(Value x, Value result) => Ops.MinusOne(x);

        public override Scalar Lower(ScalarBuilder b, Scalar x) => b.Negate(x);

        public override Series? Expand(Series x) => -x;

        public override T? Precise<T>(T x) => -x;

        public override double Reference(double x) => -x;

        protected override Interval Range(Interval x) => -x;

        protected override void Apply<T>(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Negate(x, result);
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>-x, elementwise; the smallest integer stays itself.</summary>
        /// <exception cref="GraphException">x is bool.</exception>
        public static Value Negate(Value x) => x.Graph.Add(new NegateOp(), [x]);
    }
}
