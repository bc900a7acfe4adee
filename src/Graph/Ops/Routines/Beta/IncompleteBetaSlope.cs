using GraphGrad.Operations;

namespace GraphGrad.Operations
{
    /// <summary>The derivative of the regularized incomplete beta function by a, or by b.</summary>
    internal sealed record IncompleteBetaSlopeOp(bool ByFirst) : BetaRoutineOp
    {
        public override string Name => "betainc_slope";

        protected override double Function(double a, double b, double x, double y) => IncompleteBetaFunctions.Slope(a, b, x, y, ByFirst);

        // By x as the density by the parameter.
        protected override Value? Slope(Node node, int input)
        {
            var (a, b, x, y) = (node.Inputs[0], node.Inputs[1], node.Inputs[2], node.Inputs[3]);
            return input switch
            {
                0 or 1 => Ops.BetaIncCurvature(a, b, x, y, ByFirst, thenByFirst: input == 0),
                2 => Ops.BetaDensity(a, b, x, y) * (ByFirst ? LogSlope(a, b, x) : LogSlope(b, a, y)),
                _ => null,
            };
        }
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        internal static Value BetaIncSlope(Value a, Value b, Value x, Value y, bool byFirst) => ElementRoutineOp.Of(new IncompleteBetaSlopeOp(byFirst), a, b, x, y);
    }
}
