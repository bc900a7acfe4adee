using System.Numerics.Tensors;
using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    internal sealed record SubtractOp : NumberBinaryOp
    {
        public override string Name => "subtract";

        public override (Gradient X, Gradient Y) Derivative(Value x, Value y, Value result) => (Ops.One(x), Ops.MinusOne(y));

        public override Scalar Lower(ScalarBuilder b, Scalar x, Scalar y) => b.Subtract(x, y);

        public override Series? Expand(Series x, Series y) => x - y;

        public override T? Precise<T>(T x, T y) => x - y;

        public override double Reference(double x, double y) => x - y;

        public override Interval Range(RangeContext context) => context.AreSame(0, 1) ? Interval.Of(0) : context[0] - context[1];

        public override bool MayCancel => true;

        protected override void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result) => TensorPrimitives.Subtract(x, y, result);
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>x - y, elementwise with broadcasting; integers wrap.</summary>
        /// <exception cref="GraphException">The types differ, are bool, or the shapes do not broadcast.</exception>
        public static Value Subtract(Value x, Value y) => x.Graph.Add(new SubtractOp(), [x, y]);

        /// <summary>x - y with a number of x's element type.</summary>
        /// <exception cref="GraphException">The number does not fit the element type of x, or the operation refuses that type.</exception>
        public static Value Subtract(Value x, double y) => Subtract(x, x.Number(y));

        /// <summary>x - y with a number of y's element type.</summary>
        /// <exception cref="GraphException">The number does not fit the element type of y, or the operation refuses that type.</exception>
        public static Value Subtract(double x, Value y) => Subtract(y.Number(x), y);
    }
}
