using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    /// <summary>
    /// 1/π · ∫ e^(-|x|·(1 - cos θ))·(1 - cos θ)^k dθ over 0 ≤ θ ≤ π: e^-|x|·I0(x) for k = 0, and its k-th derivative but for the sign, of which formulas with I0 and I1 cancel
    /// the more the larger x is.
    /// </summary>
    internal sealed record ScaledBesselMomentOp(int Order) : FloatUnaryOp
    {
        // Those of higher order come of these, by a recurrence.
        private const int Most = 3;

        public override string Name => "i0e_moment";

        public override string Attributes => $"{Order}";

        public override int Cost => 110;

        public override Gradient Derivative(Value x, Value result) => -(Ops.Sign(x) * (Order < Most ? Ops.ScaledBesselMoment(x, Order + 1) : Next(x, result)));

        public override Scalar Lower(ScalarBuilder b, Scalar x) => Wide.Of(b, x, y => BesselMoment.Of(b, y, Order));

        public override T? Precise<T>(T x) => T.ScaledBesselMoment(Order, x);

        public override double Reference(double x) => BesselFunctions.ScaledMoment(Order, x);

        protected override Interval Range(Interval x) => new(0, Reference(0));

        protected override void Apply<T>(ReadOnlySpan<T> x, Span<T> result) => SpecialFunctions.Map(x, result, Reference);

        // |x|·m(4) = (2|x| + 3)·m(3) - 5·m(2), and 35/8 - 63/8·|x| near 0.
        private static Value Next(Value x, Value third)
        {
            var size = Ops.Abs(x);
            var isSmall = size < 1e-5;
            var large = Ops.Where(isSmall, 1, size);
            return Ops.Where(isSmall, 35.0 / 8 - (63.0 / 8 * size), (((2 * large) + 3) * third - (5 * Ops.ScaledBesselMoment(x, 2))) / large);
        }
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        internal static Value ScaledBesselMoment(Value x, int order) => x.Graph.Add(new ScaledBesselMomentOp(order), [x]);
    }
}
