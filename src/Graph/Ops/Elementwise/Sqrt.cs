using System.Numerics.Tensors;
using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    internal sealed record SqrtOp : FloatUnaryOp
    {
        public override string Name => "sqrt";

        public override int Cost => 4;

        public override Gradient Derivative(Value x, Value result) => 0.5 / result;

        public override Scalar Lower(ScalarBuilder b, Scalar x) => b.SquareRoot(x);

        public override Series? Expand(Series x) => Series.Sqrt(x);

        public override T? Precise<T>(T x) => T.Sqrt(x);

        public override double Reference(double x) => Math.Sqrt(x);

        protected override Interval Range(Interval x) => x.Within(0, double.PositiveInfinity).Rising(Reference);

        public override bool MayFail(RangeContext context) => context[0].GoesBelow(0);

        protected override void Apply<T>(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Sqrt(x, result);
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>The square root, elementwise, correctly rounded: -0 stays -0, NaN for negative numbers and NaN.</summary>
        /// <exception cref="GraphException">x is neither float32 nor float64.</exception>
        public static Value Sqrt(Value x) => x.Graph.Add(new SqrtOp(), [x]);
    }
}
