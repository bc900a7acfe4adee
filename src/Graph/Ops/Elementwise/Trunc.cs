using System.Numerics.Tensors;
using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    internal sealed record TruncOp : FloatUnaryOp
    {
        public override string Name => "trunc";

        public override Gradient Derivative(Value x, Value result) => Gradient.None;

        public override Scalar Lower(ScalarBuilder b, Scalar x) => b.Truncate(x);

        public override double Reference(double x) => Math.Truncate(x);

        protected override Interval Range(Interval x) => x.Rising(Reference);

        protected override void Apply<T>(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Truncate(x, result);
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>x without its fraction, rounded toward zero, elementwise; NaN and ±∞ stay. The gradient is 0. Integers stay.</summary>
        /// <exception cref="GraphException">x is bool.</exception>
        public static Value Trunc(Value x) => x.DType.IsInteger() ? x : x.Graph.Add(new TruncOp(), [x]);
    }
}
