using System.Numerics.Tensors;
using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    internal sealed record AcosOp : FloatUnaryOp
    {
        public override string Name => "acos";

        public override int Cost => 28;

        // -1 / √(1 - x²), factored: 1 - x is exact near 1, where 1 - x² cancels.
        public override Gradient Derivative(Value x, Value result) => -Ops.Rsqrt(Ops.OneMinusSquare(x));

        public override Scalar Lower(ScalarBuilder b, Scalar x) => InverseTrigonometric.Acos(b, x);

        public override Series? Expand(Series x) => Series.Acos(x);

        public override T? Precise<T>(T x) => T.Acos(x);

        public override double Reference(double x) => Math.Acos(x);

        protected override Interval Range(Interval x) => x.Within(-1, 1).Falling(Reference);

        public override bool MayFail(RangeContext context) => context[0].GoesBelow(-1) || context[0].GoesAbove(1);

        protected override void Apply<T>(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Acos(x, result);
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// The arc cosine in radians, in [0, π], elementwise: NaN outside [-1, 1] and for NaN.
        /// Compiled code errs by at most 2 units in the last place in float32, 3 in float64.
        /// </summary>
        /// <exception cref="GraphException">x is neither float32 nor float64.</exception>
        public static Value Acos(Value x) => x.Graph.Add(new AcosOp(), [x]);
    }
}
