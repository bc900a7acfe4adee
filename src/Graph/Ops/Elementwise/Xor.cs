using System.Numerics.Tensors;
using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    /// <summary>Logical exclusive or of bool, bitwise exclusive or of integers.</summary>
    internal sealed record XorOp : BitwiseOp
    {
        public override string Name => "xor";

        public override Scalar Lower(ScalarBuilder b, Scalar x, Scalar y) => b.Xor(x, y);

        public override double Reference(double x, double y) => (long)x ^ (long)y;

        protected override void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result) => TensorPrimitives.Xor(x, y, result);
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>Logical exclusive or of bool, bitwise exclusive or of integers, elementwise with broadcasting.</summary>
        /// <exception cref="GraphException">The types differ or are floats, or the shapes do not broadcast.</exception>
        public static Value Xor(Value x, Value y) => x.Graph.Add(new XorOp(), [x, y]);

        /// <summary>Bitwise exclusive or with a number of x's element type.</summary>
        /// <exception cref="GraphException">The number does not fit the element type of x, or the operation refuses that type.</exception>
        public static Value Xor(Value x, double y) => Xor(x, x.Number(y));

        /// <summary>Bitwise exclusive or with a number of y's element type.</summary>
        /// <exception cref="GraphException">The number does not fit the element type of y, or the operation refuses that type.</exception>
        public static Value Xor(double x, Value y) => Xor(y.Number(x), y);
    }
}
