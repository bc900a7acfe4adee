using System.Numerics.Tensors;
using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    internal sealed record MultiplyOp : NumberBinaryOp
    {
        public override string Name => "multiply";

        public override bool IsCommutative => true;

        public override (Gradient X, Gradient Y) Derivative(Value x, Value y, Value result) => (y, x);

        public override Scalar Lower(ScalarBuilder b, Scalar x, Scalar y) => b.Multiply(x, y);

        public override Series? Expand(Series x, Series y) => Series.Product(x, y);

        public override T? Precise<T>(T x, T y) => x * y;

        public override double Reference(double x, double y) => x * y;

        public override Interval Range(RangeContext context) => context.AreSame(0, 1) ? context[0].Absolute() * context[0].Absolute() : context[0] * context[1];

        protected override void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result) => TensorPrimitives.Multiply(x, y, result);
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>x · y, elementwise with broadcasting; integers wrap. Of bools: whether both are true.</summary>
        /// <exception cref="GraphException">The types differ, or the shapes do not broadcast.</exception>
        public static Value Multiply(Value x, Value y) => AreBool(x, y) ? And(x, y) : x.Graph.Add(new MultiplyOp(), [x, y]);

        /// <summary>x · y with a number of x's element type.</summary>
        /// <exception cref="GraphException">The number does not fit the element type of x, or the operation refuses that type.</exception>
        public static Value Multiply(Value x, double y) => Multiply(x, x.Number(y));

        /// <summary>x · y with a number of y's element type.</summary>
        /// <exception cref="GraphException">The number does not fit the element type of y, or the operation refuses that type.</exception>
        public static Value Multiply(double x, Value y) => Multiply(y.Number(x), y);
    }
}
