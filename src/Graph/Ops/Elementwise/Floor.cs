using System.Numerics.Tensors;
using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    internal sealed record FloorOp : FloatUnaryOp
    {
        public override string Name => "floor";

        public override Gradient Derivative(Value x, Value result) => Gradient.None;

        public override Scalar Lower(ScalarBuilder b, Scalar x) => b.Floor(x);

        public override double Reference(double x) => Math.Floor(x);

        protected override Interval Range(Interval x) => x.Rising(Reference);

        protected override void Apply<T>(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Floor(x, result);
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>The greatest whole number not above x, elementwise; NaN and ±∞ stay. The gradient is 0. Integers stay.</summary>
        /// <exception cref="GraphException">x is bool.</exception>
        public static Value Floor(Value x) => x.DType.IsInteger() ? x : x.Graph.Add(new FloorOp(), [x]);
    }
}
