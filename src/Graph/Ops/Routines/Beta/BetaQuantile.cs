using GraphGrad.Operations;
using GraphGrad.Ranges;

namespace GraphGrad.Operations
{
    /// <summary>The x at which the regularized incomplete beta function of a and b is p, of p and 1 - p; or log(x / (1 - x)), which has the digits of both.</summary>
    internal sealed record BetaQuantileOp(bool IsLogOdds) : BetaRoutineOp
    {
        public override string Name => IsLogOdds ? "betainc_inverse_log_odds" : "betainc_inverse";

        public override Interval Range(RangeContext context) => IsLogOdds ? Interval.All : new(0, 1);

        protected override double Function(double a, double b, double p, double q) => IsLogOdds ? IncompleteBetaFunctions.QuantileLogOdds(a, b, p, q) : IncompleteBetaFunctions.Quantile(a, b, p, q);

        // By the implicit function theorem.
        protected override Value? Slope(Node node, int input)
        {
            if (input == 3) return null;
            var (a, b, result) = (node.Inputs[0], node.Inputs[1], node.Outputs[0]);
            var (x, y) = IsLogOdds ? (Ops.Sigmoid(result), Ops.Sigmoid(-result)) : (result, 1 - result);
            var density = Ops.BetaDensity(a, b, x, y);
            if (IsLogOdds) density *= x * y;
            return input == 2 ? 1 / density : -Ops.BetaIncSlope(a, b, x, y, byFirst: input == 0) / density;
        }
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// The x with <see cref="BetaInc(Value, Value, Value)"/> = p, elementwise with broadcasting: the quantile of the beta distribution. A routine, in float64 for either type, by Newton's method; the relative error is about 1e-14, and where
        /// a is small that of p divided by a. 0 at p = 0, 1 at p = 1, NaN for negative a or b and p outside 0 to 1. By each it can be differentiated twice, by the implicit function theorem.
        /// </summary>
        /// <param name="a">The power of x, float32 or float64.</param>
        /// <param name="b">The power of 1 - x, of the same type.</param>
        /// <param name="p">The probability, of the same type.</param>
        /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast. Of a gradient: a and b are differentiated by three times.</exception>
        public static Value BetaIncInverse(Value a, Value b, Value p) => Widened([a, b, p], v => ElementRoutineOp.Of(new BetaQuantileOp(IsLogOdds: false), v[0], v[1], v[2], 1 - v[2]));

        /// <summary>log(x / (1 - x)) of that x, for p and q = 1 - p that both have their digits.</summary>
        internal static Value BetaIncInverseLogOdds(Value a, Value b, Value p, Value q) => ElementRoutineOp.Of(new BetaQuantileOp(IsLogOdds: true), a, b, p, q);
    }
}
