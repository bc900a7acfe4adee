using System.Numerics;
using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    internal sealed record LessOrEqualOp : ComparisonOp
    {
        public override string Name => "less_or_equal";

        public override Scalar Lower(ScalarBuilder b, Scalar x, Scalar y) => b.LessOrEqual(x, y);

        public override Series? Expand(Series x, Series y) => Series.Number(Series.Compare(x, y) <= 0 ? 1 : 0);

        public override T? Precise<T>(T x, T y) => x < y || T.Same(x, y) ? T.One : T.Zero;

        public override double Reference(double x, double y) => x <= y ? 1 : 0;

        public override int Order => -1;

        protected override void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<bool> result) =>
            ComparisonLoop.Run<T, Comparison>(x, y, result);

        private readonly struct Comparison : IComparison
        {
            public static bool Of<T>(T x, T y)
                where T : INumber<T> => x <= y;

            public static Vector<T> Of<T>(Vector<T> x, Vector<T> y) => Vector.LessThanOrEqual(x, y);
        }
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>Bool: x ≤ y, elementwise with broadcasting; false where either is NaN. Of bools, false is less than true.</summary>
        /// <exception cref="GraphException">The types differ, or the shapes do not broadcast.</exception>
        public static Value LessOrEqual(Value x, Value y) => AreBool(x, y) ? Or(Not(x), y) : x.Graph.Add(new LessOrEqualOp(), [x, y]);

        /// <summary>x ≤ y with a number of x's element type.</summary>
        /// <exception cref="GraphException">The number does not fit the element type of x, or the operation refuses that type.</exception>
        public static Value LessOrEqual(Value x, double y) => LessOrEqual(x, x.Number(y));

        /// <summary>x ≤ y with a number of y's element type.</summary>
        /// <exception cref="GraphException">The number does not fit the element type of y, or the operation refuses that type.</exception>
        public static Value LessOrEqual(double x, Value y) => LessOrEqual(y.Number(x), y);
    }
}
