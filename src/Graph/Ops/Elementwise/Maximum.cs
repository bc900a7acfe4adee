using System.Numerics.Tensors;
using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    internal sealed record MaximumOp : NumberBinaryOp
    {
        public override string Name => "maximum";

        public override bool IsCommutative => true;

        // A tie gives each operand half, so that the derivative of greater(x, x) is 1.
        public override (Gradient X, Gradient Y) Derivative(Value x, Value y, Value result)
        {
            var half = Ops.Scalar(x, 0.5);
            var tie = Ops.Equal(x, y);
            var (one, zero) = (Ops.One(x), Ops.Scalar(x, 0));
            // NaN, which is neither less nor greater, leaves both with the whole gradient.
            return (Ops.Where(tie, half, Ops.Where(Ops.Less(x, y), zero, one)), Ops.Where(tie, half, Ops.Where(Ops.Greater(x, y), zero, one)));
        }

        public override Gradient[] Vjp(VjpContext context) => ExtremumGradients.Vjp(context, (x, y) => x < y);

        public override Gradient Jvp(JvpContext context) => ExtremumGradients.Jvp(context, (x, y) => x < y);

        public override Scalar Lower(ScalarBuilder b, Scalar x, Scalar y) => b.Maximum(x, y);

        public override Series? Expand(Series x, Series y) => Series.Compare(x, y) >= 0 ? x : y;

        public override T? Precise<T>(T x, T y) => x.IsNaN || x > y ? x : y;

        public override double Reference(double x, double y) => Math.Max(x, y);

        protected override Interval Range(Interval x, Interval y) => new(Math.Max(x.Low, y.Low), Math.Max(x.High, y.High));

        protected override void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result) => TensorPrimitives.Max(x, y, result);
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// The greater of two numbers, elementwise with broadcasting: NaN if either is NaN, and -0 is less than +0
        /// (IEEE 754-2019 maximum). Where they are equal, each takes half of the gradient. Of bools, false is less than true.
        /// </summary>
        /// <exception cref="GraphException">The types differ, or the shapes do not broadcast.</exception>
        public static Value Maximum(Value x, Value y) => AreBool(x, y) ? Or(x, y) : x.Graph.Add(new MaximumOp(), [x, y]);

        /// <summary>The greater with a number of x's element type.</summary>
        /// <exception cref="GraphException">The number does not fit the element type of x, or the operation refuses that type.</exception>
        public static Value Maximum(Value x, double y) => Maximum(x, x.Number(y));

        /// <summary>The greater with a number of y's element type.</summary>
        /// <exception cref="GraphException">The number does not fit the element type of y, or the operation refuses that type.</exception>
        public static Value Maximum(double x, Value y) => Maximum(y.Number(x), y);
    }
}
