using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    internal sealed record SignOp : NumberUnaryOp
    {
        public override string Name => "sign";

        public override int Cost => 4;

        public override Gradient Derivative(Value x, Value result) => Gradient.None;

        public override Scalar Lower(ScalarBuilder b, Scalar x)
        {
            var zero = b.Number(x.Type, 0);
            var upper = b.Select(b.LessThan(zero, x), b.Number(x.Type, 1), x);
            return b.Select(b.LessThan(x, zero), b.Number(x.Type, -1), upper);
        }

        public override Series? Expand(Series x) => Series.Number(x.Sign);

        public override T? Precise<T>(T x) => x.Sign;

        public override double Reference(double x) => x > 0 ? 1 : x < 0 ? -1 : x;

        protected override Interval Range(Interval x) => x.Low > 0 ? new(1, 1) : x.High < 0 ? new(-1, -1) : new(-1, 1);

        protected override void Apply<T>(ReadOnlySpan<T> x, Span<T> result)
        {
            for (var i = 0; i < x.Length; i++) result[i] = x[i] > T.Zero ? T.One : x[i] < T.Zero ? -T.One : x[i];
        }
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>1 for positive numbers, -1 for negative ones, elementwise; ±0 and NaN stay themselves. The gradient is 0.</summary>
        /// <exception cref="GraphException">x is bool.</exception>
        public static Value Sign(Value x) => x.Graph.Add(new SignOp(), [x]);
    }
}
