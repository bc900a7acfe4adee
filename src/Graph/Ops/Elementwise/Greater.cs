using System.Numerics;
using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    internal sealed record GreaterOp : ComparisonOp
    {
        public override string Name => "greater";

        public override Scalar Lower(ScalarBuilder b, Scalar x, Scalar y) => b.GreaterThan(x, y);

        public override Series? Expand(Series x, Series y) => Series.Number(Series.Compare(x, y) > 0 ? 1 : 0);

        public override T? Precise<T>(T x, T y) => x > y ? T.One : T.Zero;

        public override double Reference(double x, double y) => x > y ? 1 : 0;

        public override int Order => 1;

        protected override void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<bool> result) =>
            ComparisonLoop.Run<T, Comparison>(x, y, result);

        private readonly struct Comparison : IComparison
        {
            public static bool Of<T>(T x, T y)
                where T : INumber<T> => x > y;

            public static Vector<T> Of<T>(Vector<T> x, Vector<T> y) => Vector.GreaterThan(x, y);
        }
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>Bool: x &gt; y, elementwise with broadcasting; false where either is NaN. Of bools, false is less than true.</summary>
        /// <exception cref="GraphException">The types differ, or the shapes do not broadcast.</exception>
        public static Value Greater(Value x, Value y) => AreBool(x, y) ? And(x, Not(y)) : x.Graph.Add(new GreaterOp(), [x, y]);

        /// <summary>x &gt; y with a number of x's element type.</summary>
        /// <exception cref="GraphException">The number does not fit the element type of x, or the operation refuses that type.</exception>
        public static Value Greater(Value x, double y) => Greater(x, x.Number(y));

        /// <summary>x &gt; y with a number of y's element type.</summary>
        /// <exception cref="GraphException">The number does not fit the element type of y, or the operation refuses that type.</exception>
        public static Value Greater(double x, Value y) => Greater(y.Number(x), y);
    }
}
