using GraphGrad.Operations;
using GraphGrad.Ranges;

namespace GraphGrad.Operations
{
    /// <summary>x^(a-1)·y^(b-1) / B(a, b), the derivative of the incomplete beta function.</summary>
    internal sealed record BetaDensityOp : BetaRoutineOp
    {
        public override string Name => "beta_density";

        public override Interval Range(RangeContext context) => new(0, double.PositiveInfinity);

        protected override double Function(double a, double b, double x, double y) => IncompleteBetaFunctions.Density(a, b, x, y);

        protected override Value? Slope(Node node, int input)
        {
            var (a, b, x, y) = (node.Inputs[0], node.Inputs[1], node.Inputs[2], node.Inputs[3]);
            return input switch
            {
                0 => node.Outputs[0] * LogSlope(a, b, x),
                1 => node.Outputs[0] * LogSlope(b, a, y),
                2 => node.Outputs[0] * (((a - 1) / x) - ((b - 1) / y)),
                _ => null,
            };
        }
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        internal static Value BetaDensity(Value a, Value b, Value x, Value y) => ElementRoutineOp.Of(new BetaDensityOp(), a, b, x, y);
    }
}
