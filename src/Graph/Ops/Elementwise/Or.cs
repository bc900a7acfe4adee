using System.Numerics.Tensors;
using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    /// <summary>Logical or of bool, bitwise or of integers.</summary>
    internal sealed record OrOp : BitwiseOp
    {
        public override string Name => "or";

        public override Scalar Lower(ScalarBuilder b, Scalar x, Scalar y) => b.Or(x, y);

        public override Series? Expand(Series x, Series y) => Series.Number(x.Sign | y.Sign);

        public override T? Precise<T>(T x, T y) => x.IsZero && y.IsZero ? T.Zero : T.One;

        public override double Reference(double x, double y) => (long)x | (long)y;

        protected override void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result) => TensorPrimitives.BitwiseOr(x, y, result);
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>Logical or of bool, bitwise or of integers, elementwise with broadcasting.</summary>
        /// <exception cref="GraphException">The types differ or are floats, or the shapes do not broadcast.</exception>
        public static Value Or(Value x, Value y) => x.Graph.Add(new OrOp(), [x, y]);

        /// <summary>Bitwise or with a number of x's element type.</summary>
        /// <exception cref="GraphException">The number does not fit the element type of x, or the operation refuses that type.</exception>
        public static Value Or(Value x, double y) => Or(x, x.Number(y));

        /// <summary>Bitwise or with a number of y's element type.</summary>
        /// <exception cref="GraphException">The number does not fit the element type of y, or the operation refuses that type.</exception>
        public static Value Or(double x, Value y) => Or(y.Number(x), y);
    }
}
