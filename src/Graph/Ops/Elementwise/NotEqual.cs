using System.Numerics;
using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    internal sealed record NotEqualOp : ComparisonOp
    {
        public override string Name => "not_equal";

        public override bool IsCommutative => true;

        public override Scalar Lower(ScalarBuilder b, Scalar x, Scalar y) => b.NotEqual(x, y);

        public override Series? Expand(Series x, Series y) => Series.Number(Series.Compare(x, y) != 0 ? 1 : 0);

        public override T? Precise<T>(T x, T y) => T.Same(x, y) ? T.Zero : T.One;

        public override double Reference(double x, double y) => x != y ? 1 : 0;

        protected override DType InferType(InferContext context)
        {
            SameType(context, _ => true, string.Empty);
            return DType.Bool;
        }

        protected override void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<bool> result) =>
            ComparisonLoop.Run<T, Comparison>(x, y, result);

        private readonly struct Comparison : IComparison
        {
            public static bool Of<T>(T x, T y)
                where T : INumber<T> => x != y;

            public static Vector<T> Of<T>(Vector<T> x, Vector<T> y) => ~Vector.Equals(x, y);
        }
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>Bool: x ≠ y, elementwise with broadcasting; true where either is NaN, and +0 equals -0.</summary>
        /// <exception cref="GraphException">The types differ, or the shapes do not broadcast.</exception>
        public static Value NotEqual(Value x, Value y) => x.Graph.Add(new NotEqualOp(), [x, y]);

        /// <summary>x ≠ y with a number of x's element type.</summary>
        /// <exception cref="GraphException">The number does not fit the element type of x, or the operation refuses that type.</exception>
        public static Value NotEqual(Value x, double y) => NotEqual(x, x.Number(y));

        /// <summary>x ≠ y with a number of y's element type.</summary>
        /// <exception cref="GraphException">The number does not fit the element type of y, or the operation refuses that type.</exception>
        public static Value NotEqual(double x, Value y) => NotEqual(y.Number(x), y);
    }
}
