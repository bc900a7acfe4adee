using GraphGrad.Operations;
using GraphGrad.Ranges;

namespace GraphGrad.Operations
{
    /// <summary>x^(a-1)·e^-x / Γ(a), the derivative of the incomplete gamma function: each factor may overflow where the product does not.</summary>
    internal sealed record GammaDensityOp : PairRoutineOp
    {
        public override string Name => "gamma_density";

        public override Interval Range(RangeContext context) => new(0, double.PositiveInfinity);

        protected override double Function(double a, double x) => IncompleteGammaFunctions.Density(a, x);

        protected override void Map(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> result) => IncompleteGammaLanes.Map(IncompleteGammaKind.Density, x, y, result);

        protected override Value? Slope(Node node, int input)
        {
            var (a, x) = (node.Inputs[0], node.Inputs[1]);
            return node.Outputs[0] * (input == 0 ? Ops.Log(x) - Ops.Digamma(a) : ((a - 1) / x) - 1);
        }
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        internal static Value GammaDensity(Value a, Value x) => ElementRoutineOp.Of(new GammaDensityOp(), a, x);
    }
}
