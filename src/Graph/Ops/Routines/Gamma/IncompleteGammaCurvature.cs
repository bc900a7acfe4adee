using GraphGrad.Operations;

namespace GraphGrad.Operations
{
    /// <summary>The second derivative of the lower regularized incomplete gamma function by its shape a.</summary>
    internal sealed record IncompleteGammaCurvatureOp : PairRoutineOp
    {
        public override string Name => "gammainc_curvature";

        protected override double Function(double a, double x) => IncompleteGammaFunctions.CurvatureByShape(a, x);

        // By x as the density by the shape.
        protected override Value? Slope(Node node, int input)
        {
            var (a, x) = (node.Inputs[0], node.Inputs[1]);
            return input == 0 ? throw NoDerivative(node, "a", "x") : Ops.GammaDensity(a, x) * (Ops.Square(Ops.Log(x) - Ops.Digamma(a)) - Ops.Polygamma(1, a));
        }
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        internal static Value GammaIncCurvature(Value a, Value x) => ElementRoutineOp.Of(new IncompleteGammaCurvatureOp(), a, x);
    }
}
