using GraphGrad.Operations;

namespace GraphGrad.Operations
{
    /// <summary>The derivative of the lower regularized incomplete gamma function by its shape a.</summary>
    internal sealed record IncompleteGammaSlopeOp : PairRoutineOp
    {
        public override string Name => "gammainc_slope";

        protected override double Function(double a, double x) => IncompleteGammaFunctions.SlopeByShape(a, x);

        // By x as the density by the shape.
        protected override Value? Slope(Node node, int input)
        {
            var (a, x) = (node.Inputs[0], node.Inputs[1]);
            return input == 0 ? Ops.GammaIncCurvature(a, x) : Ops.GammaDensity(a, x) * (Ops.Log(x) - Ops.Digamma(a));
        }
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        internal static Value GammaIncSlope(Value a, Value x) => ElementRoutineOp.Of(new IncompleteGammaSlopeOp(), a, x);
    }
}
