using System.Numerics.Tensors;
using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    internal sealed record PowOp : FloatBinaryOp
    {
        public override string Name => "pow";

        public override int Cost => 90;

        public override (Gradient X, Gradient Y) Derivative(Value x, Value y, Value result)
        {
            // By x: y·x^(y-1), but 0 for y = 0, where at x = 0 the product would be 0 · ∞.
            var byBase = y * Ops.Pow(x, y - 1);
            if (!(y.Node.Op is ConstantOp { Data: var data } && data.TryUniform(out var exponent) && exponent != 0))
                byBase = Ops.Where(Ops.Equal(y, 0), 0, byBase);
            // By y: x^y·log x. At x = 0 the power is constant for y > 0, while log 0 is infinite; for y < 0 both are.
            return (byBase, result * Ops.Where(Ops.And(Ops.Equal(x, 0), y >= 0), 0, Ops.Log(x)));
        }

        public override Scalar Lower(ScalarBuilder b, Scalar x, Scalar y) => Power.Pow(b, x, y);

        public override Series? Expand(Series x, Series y) => Series.Pow(x, y);

        public override T? Precise<T>(T x, T y) => T.Pow(x, y);

        public override double Reference(double x, double y) => Math.Pow(x, y);

        protected override Interval Range(Interval x, Interval y)
        {
            var isWhole = y.Low == y.High && Math.Truncate(y.Low) == y.Low;
            if (isWhole && y.Low > 0) return y.Low % 2 == 0 ? x.Absolute().Rising(b => Math.Pow(b, y.Low)) : x.Rising(b => Math.Pow(b, y.Low));
            if (x.Low < 0) return Interval.All;
            double[] corners = [Math.Pow(x.Low, y.Low), Math.Pow(x.Low, y.High), Math.Pow(x.High, y.Low), Math.Pow(x.High, y.High)];
            return corners.Any(double.IsNaN) ? new(0, double.PositiveInfinity) : new(corners.Min(), corners.Max());
        }

        public override bool MayFail(RangeContext context) =>
            (context[0].Holds(0) && context[1].GoesBelow(0)) || (context[0].GoesBelow(0) && !(context[1].Low == context[1].High && Math.Truncate(context[1].Low) == context[1].Low));

        protected override void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result) => TensorPrimitives.Pow(x, y, result);
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// x to the power y, elementwise with broadcasting, with the special cases of <see cref="Math.Pow"/>: x^0 and 1^y are 1
        /// even for NaN, a negative x has a power only for whole y (else NaN), 0 to a negative power is infinite.
        /// The gradient by y is NaN for negative x, and that by x is 0 where y is 0.
        /// Compiled code errs by at most 1 unit in the last place in float32, 2 in float64.
        /// Integers are multiplied, and wrap around; of negative exponents they give 0, but 1 of 1 and ±1 of -1.
        /// </summary>
        /// <exception cref="GraphException">The types differ or are bool, or the shapes do not broadcast.</exception>
        public static Value Pow(Value x, Value y) => x.DType.IsInteger() && y.DType == x.DType ? IntegerPower(x, y) : x.Graph.Add(new PowOp(), [x, y]);

        /// <summary>x to the power y, with a number of x's element type; of integers, a whole number from 0 up.</summary>
        /// <exception cref="GraphException">The number does not fit the element type of x, or the operation refuses that type.</exception>
        public static Value Pow(Value x, double y) => x.DType.IsInteger() ? IntegerPower(x, y) : Pow(x, x.Number(y));

        /// <summary>x to the power y, with a number of y's element type.</summary>
        /// <exception cref="GraphException">The number does not fit the element type of y, or the operation refuses that type.</exception>
        public static Value Pow(double x, Value y) => Pow(y.Number(x), y);
    }
}
