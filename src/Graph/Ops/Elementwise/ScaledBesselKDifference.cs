using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    /// <summary>e^x·(K1(x) - K0(x)): what the derivatives of the scaled functions need, whose difference cancels.</summary>
    internal sealed record ScaledBesselKDifferenceOp : FloatUnaryOp
    {
        public override string Name => "k_difference_scaled";

        public override int Cost => 300;

        public override Gradient Derivative(Value x, Value result) => (2 * result) - (Ops.ScaledBesselK1(x) / x);

        public override Scalar Lower(ScalarBuilder b, Scalar x) => Wide.Of(b, x, y => DecayingBessel.ScaledDifference(b, y));

        public override T? Precise<T>(T x) => T.ScaledBesselKDifference(x);

        public override double Reference(double x) => DecayingBesselFunctions.ScaledDifference(x);

        protected override Interval Range(Interval x) => x.Within(0, double.PositiveInfinity).Falling(Reference);

        public override bool MayFail(RangeContext context) => context[0].Holds(0) || context[0].GoesBelow(0);

        protected override void Apply<T>(ReadOnlySpan<T> x, Span<T> result) => SpecialFunctions.Map(x, result, DecayingBesselFunctions.ScaledDifference);
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        internal static Value ScaledBesselKDifference(Value x) => x.Graph.Add(new ScaledBesselKDifferenceOp(), [x]);
    }
}
