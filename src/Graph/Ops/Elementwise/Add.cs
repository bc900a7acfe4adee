using System.Numerics.Tensors;
using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    internal sealed record AddOp : NumberBinaryOp
    {
        public override string Name => "add";

        public override bool IsCommutative => true;

        public override (Gradient X, Gradient Y) Derivative(Value x, Value y, Value result) => (Ops.One(x), Ops.One(y));

        public override Scalar Lower(ScalarBuilder b, Scalar x, Scalar y) => b.Add(x, y);

        public override Series? Expand(Series x, Series y) => x + y;

        public override T? Precise<T>(T x, T y) => x + y;

        public override double Reference(double x, double y) => x + y;

        protected override Interval Range(Interval x, Interval y) => x + y;

        public override bool MayCancel => true;

        protected override void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result) => TensorPrimitives.Add(x, y, result);
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>x + y, elementwise with broadcasting; integers wrap. Of bools: whether one of them is true.</summary>
        /// <exception cref="GraphException">The types differ, or the shapes do not broadcast.</exception>
        public static Value Add(Value x, Value y) => AreBool(x, y) ? Or(x, y) : x.Graph.Add(new AddOp(), [x, y]);

        /// <summary>x + y with a number of x's element type.</summary>
        /// <exception cref="GraphException">The number does not fit the element type of x, or the operation refuses that type.</exception>
        public static Value Add(Value x, double y) => Add(x, x.Number(y));

        /// <summary>x + y with a number of y's element type.</summary>
        /// <exception cref="GraphException">The number does not fit the element type of y, or the operation refuses that type.</exception>
        public static Value Add(double x, Value y) => Add(y.Number(x), y);
    }
}
