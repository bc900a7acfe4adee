using GraphGrad.Operations;

namespace GraphGrad.Operations
{
    /// <summary>The second derivative of the regularized incomplete beta function by a twice, by b twice or by both.</summary>
    internal sealed record IncompleteBetaCurvatureOp(bool ByFirst, bool ThenByFirst) : BetaRoutineOp
    {
        public override string Name => "betainc_curvature";

        protected override double Function(double a, double b, double x, double y) => IncompleteBetaFunctions.Curvature(a, b, x, y, ByFirst, ThenByFirst);

        // By x as the density by the parameters.
        protected override Value? Slope(Node node, int input)
        {
            var (a, b, x, y) = (node.Inputs[0], node.Inputs[1], node.Inputs[2], node.Inputs[3]);
            return input switch
            {
                0 or 1 => throw NoDerivative(node, input == 0 ? "a" : "b", "x", input),
                2 => Ops.BetaDensity(a, b, x, y) * ((OfDensity(ByFirst) * OfDensity(ThenByFirst)) + OfBoth()),
                _ => null,
            };

            Value OfDensity(bool byFirst) => byFirst ? LogSlope(a, b, x) : LogSlope(b, a, y);

            Value OfBoth()
            {
                var sum = Ops.Polygamma(1, a + b);
                return ByFirst != ThenByFirst ? sum : sum - Ops.Polygamma(1, ByFirst ? a : b);
            }
        }
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        internal static Value BetaIncCurvature(Value a, Value b, Value x, Value y, bool byFirst, bool thenByFirst) => ElementRoutineOp.Of(new IncompleteBetaCurvatureOp(byFirst, thenByFirst), a, b, x, y);
    }
}
