using System.Numerics.Tensors;
using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    internal sealed record RoundOp : FloatUnaryOp
    {
        public override string Name => "round";

        public override Gradient Derivative(Value x, Value result) => Gradient.None;

        public override Scalar Lower(ScalarBuilder b, Scalar x) => b.RoundToEven(x);

        public override double Reference(double x) => Math.Round(x, MidpointRounding.ToEven);

        protected override Interval Range(Interval x) => x.Rising(Reference);

        protected override void Apply<T>(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Round(x, result);
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>The nearest whole number, halves to the even one, elementwise; NaN and ±∞ stay. The gradient is 0. Integers stay.</summary>
        /// <exception cref="GraphException">x is bool.</exception>
        public static Value Round(Value x) => x.DType.IsInteger() ? x : x.Graph.Add(new RoundOp(), [x]);
    }
}
