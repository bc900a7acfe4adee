using System.Numerics.Tensors;
using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    /// <summary>Logical and of bool, bitwise and of integers.</summary>
    internal sealed record AndOp : BitwiseOp
    {
        public override string Name => "and";

        public override Scalar Lower(ScalarBuilder b, Scalar x, Scalar y) => b.And(x, y);

        public override Series? Expand(Series x, Series y) => Series.Number(x.Sign * y.Sign);

        public override T? Precise<T>(T x, T y) => x.IsZero || y.IsZero ? T.Zero : T.One;

        public override double Reference(double x, double y) => (long)x & (long)y;

        protected override Interval Range(Interval x, Interval y) => x.Low >= 0 && y.Low >= 0 ? new(0, Math.Min(x.High, y.High)) : y.Low >= 0 ? new(0, y.High) : x.Low >= 0 ? new(0, x.High) : Interval.All;

        protected override void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result) => TensorPrimitives.BitwiseAnd(x, y, result);
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>Logical and of bool, bitwise and of integers, elementwise with broadcasting.</summary>
        /// <exception cref="GraphException">The types differ or are floats, or the shapes do not broadcast.</exception>
        public static Value And(Value x, Value y) => x.Graph.Add(new AndOp(), [x, y]);

        /// <summary>Bitwise and with a number of x's element type.</summary>
        /// <exception cref="GraphException">The number does not fit the element type of x, or the operation refuses that type.</exception>
        public static Value And(Value x, double y) => And(x, x.Number(y));

        /// <summary>Bitwise and with a number of y's element type.</summary>
        /// <exception cref="GraphException">The number does not fit the element type of y, or the operation refuses that type.</exception>
        public static Value And(double x, Value y) => And(y.Number(x), y);
    }
}
