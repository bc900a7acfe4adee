using System.Numerics.Tensors;
using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    internal sealed record Atan2Op : FloatBinaryOp
    {
        public override string Name => "atan2";

        public override int Cost => 58;

        public override (Gradient X, Gradient Y) Derivative(Value y, Value x, Value result)
        {
            // Squares of small and of large numbers leave float32's range, their root does not. At the origin, where there is none, the derivative is 0.
            var radius = Ops.Hypot(x, y);
            radius = Ops.Where(Ops.Equal(radius, 0), double.PositiveInfinity, radius);
            return (x / radius / radius, -(y / radius / radius));
        }

        public override Scalar Lower(ScalarBuilder b, Scalar y, Scalar x) => InverseTrigonometric.Atan2(b, y, x);

        public override T? Precise<T>(T x, T y) => T.Atan2(x, y);

        public override double Reference(double y, double x) => Math.Atan2(y, x);

        protected override Interval Range(Interval x, Interval y) => new(-Math.PI, Math.PI);

        protected override void Apply<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Atan2(y, x, result);
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// The angle of the point (x, y) from the positive x axis, in radians in [-π, π], elementwise with broadcasting, with the
        /// special cases of <see cref="Math.Atan2"/>: signs of zeros count, and infinities give multiples of π/4; NaN if either is NaN.
        /// Compiled code errs by at most 2 units in the last place in float32, 3 in float64.
        /// </summary>
        /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
        public static Value Atan2(Value y, Value x) => y.Graph.Add(new Atan2Op(), [y, x]);

        /// <summary>The angle of the point (x, y) for a number x.</summary>
        /// <exception cref="GraphException">y is not a float.</exception>
        public static Value Atan2(Value y, double x) => Atan2(y, y.Number(x));

        /// <summary>The angle of the point (x, y) for a number y.</summary>
        /// <exception cref="GraphException">x is not a float.</exception>
        public static Value Atan2(double y, Value x) => Atan2(x.Number(y), x);
    }
}
