using GraphGrad.Operations;

namespace GraphGrad.Operations
{
    /// <summary>The derivative of the lower regularized incomplete gamma function by its shape a.</summary>
    internal sealed record IncompleteGammaSlopeOp : PairRoutineOp
    {
        public override string Name => "gammainc_slope";

        protected override double Function(double a, double x) => IncompleteGammaFunctions.SlopeByShape(a, x);

        // The density's by the shape.
        // By x as the density by the shape.
        protected override Value? Slope(Node node, int input)
        {
            if (input == 0) throw NoDerivative(node, "a", "x");
            return Ops.GammaDensity(node.Inputs[0], node.Inputs[1]) * (Ops.Log(node.Inputs[1]) - Ops.Digamma(node.Inputs[0]));
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
