using System.Numerics.Tensors;
using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    internal sealed record ExpOp : FloatUnaryOp
    {
        /// <summary>Whether the input is a difference from a maximum, so that it is never positive.</summary>
        public bool IsOfDifference { get; init; }

        public override string Name => "exp";

        public override string Attributes => IsOfDifference ? "at most 1" : "";

        public override int Cost => 20;

        public override Gradient Derivative(Value x, Value result) => result;

        public override Scalar Lower(ScalarBuilder b, Scalar x) => IsOfDifference ? Exponentials.ExpAtMostOne(b, x) : Exponentials.Exp(b, x);

        public override Series? Expand(Series x) => Series.Exp(x);

        public override T? Precise<T>(T x) => T.Exp(x);

        public override double Reference(double x) => Math.Exp(x);

        protected override Interval Range(Interval x) => x.Rising(Reference);

        // Of floats as doubles: the float function is off by 2 units in the last place, and gives more than 1 for 0.
        protected override void Apply<T>(ReadOnlySpan<T> x, Span<T> result)
        {
            if (typeof(T) == typeof(double))
            {
                TensorPrimitives.Exp(x, result);
                return;
            }
            Span<double> wide = stackalloc double[256];
            for (var i = 0; i < x.Length; i += wide.Length)
            {
                var part = wide[..Math.Min(wide.Length, x.Length - i)];
                TensorPrimitives.ConvertTruncating(x.Slice(i, part.Length), part);
                TensorPrimitives.Exp(part, part);
                TensorPrimitives.ConvertTruncating<double, T>(part, result.Slice(i, part.Length));
            }
        }
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// e^x, elementwise: 0 at -∞, overflows to +∞, NaN stays NaN.
        /// Compiled code errs by at most 1 unit in the last place in float32, 2 in float64.
        /// </summary>
        /// <exception cref="GraphException">x is neither float32 nor float64.</exception>
        public static Value Exp(Value x) => x.Graph.Add(new ExpOp(), [x]);
    }
}
