using System.Numerics.Tensors;
using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    internal sealed record MinimumOp : NumberBinaryOp
    {
        public override string Name => "minimum";

        public override bool IsCommutative => true;

        // A tie gives each operand half, so that the derivative of smaller(x, x) is 1.
        public override (Gradient X, Gradient Y) Derivative(Value x, Value y, Value result)
        {
            var half = Ops.Scalar(x, 0.5);
            var tie = Ops.Equal(x, y);
            var (one, zero) = (Ops.One(x), Ops.Scalar(x, 0));
            // NaN, which is neither less nor greater, leaves both with the whole gradient.
            return (Ops.Where(tie, half, Ops.Where(Ops.Greater(x, y), zero, one)), Ops.Where(tie, half, Ops.Where(Ops.Less(x, y), zero, one)));
        }

        public override Gradient[] Vjp(VjpContext context) => ExtremumGradients.Vjp(context, (x, y) => x > y);

        public override Gradient Jvp(JvpContext context) => ExtremumGradients.Jvp(context, (x, y) => x > y);

        public override Scalar Lower(ScalarBuilder b, Scalar x, Scalar y) => b.Minimum(x, y);

        public override Series? Expand(Series x, Series y) => Series.Compare(x, y) <= 0 ? x : y;

        public override T? Precise<T>(T x, T y) => x.IsNaN || x < y ? x : y;

        public override double Reference(double x, double y) => Math.Min(x, y);

        protected override Interval Range(Interval x, Interval y) => new(Math.Min(x.Low, y.Low), Math.Min(x.High, y.High));

        protected override void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result) => TensorPrimitives.Min(x, y, result);
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// The smaller of two numbers, elementwise with broadcasting: NaN if either is NaN, and -0 is less than +0
        /// (IEEE 754-2019 minimum). Where they are equal, each takes half of the gradient. Of bools, false is less than true.
        /// </summary>
        /// <exception cref="GraphException">The types differ, or the shapes do not broadcast.</exception>
        public static Value Minimum(Value x, Value y) => AreBool(x, y) ? And(x, y) : x.Graph.Add(new MinimumOp(), [x, y]);

        /// <summary>The smaller with a number of x's element type.</summary>
        /// <exception cref="GraphException">The number does not fit the element type of x, or the operation refuses that type.</exception>
        public static Value Minimum(Value x, double y) => Minimum(x, x.Number(y));

        /// <summary>The smaller with a number of y's element type.</summary>
        /// <exception cref="GraphException">The number does not fit the element type of y, or the operation refuses that type.</exception>
        public static Value Minimum(double x, Value y) => Minimum(y.Number(x), y);
    }
}
