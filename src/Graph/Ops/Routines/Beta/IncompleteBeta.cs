using GraphGrad.Operations;
using GraphGrad.Ranges;

namespace GraphGrad.Operations
{
    /// <summary>The regularized incomplete beta function.</summary>
    internal sealed record IncompleteBetaOp : BetaRoutineOp
    {
        public override string Name => "betainc";

        public override Interval Range(RangeContext context) => new(0, 1);

        protected override double Function(double a, double b, double x, double y) => IncompleteBetaFunctions.Lower(a, b, x, y);

        protected override Value? Slope(Node node, int input)
        {
            var (a, b, x, y) = (node.Inputs[0], node.Inputs[1], node.Inputs[2], node.Inputs[3]);
            return input switch
            {
                0 or 1 => Ops.BetaIncSlope(a, b, x, y, byFirst: input == 0),
                2 => Ops.BetaDensity(a, b, x, y),
                _ => null,
            };
        }
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// The regularized incomplete beta function, ∫ t^(a-1)·(1-t)^(b-1) dt over t from 0 to x, divided by B(a, b), elementwise with broadcasting: the distribution function of the beta distribution, and by
        /// it those of Student's, Fisher's and the binomial one. 1 less it is BetaInc(b, a, 1 - x). A routine, in float64 for either type; relative error about 1e-14, for parameters of 1e6 1e-12. NaN for
        /// negative a or b, for x outside 0 to 1, and where all mass lies at x or nowhere: a = x = 0, b = 1 - x = 0, both parameters 0 or both infinite.
        /// By a and b it can be differentiated twice, with a relative error of about 1e-12; those can be differentiated again by x, but not by a or b.
        /// </summary>
        /// <param name="a">The power of t, float32 or float64.</param>
        /// <param name="b">The power of 1 - t, of the same type.</param>
        /// <param name="x">Of the same type.</param>
        /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast. Of a gradient: a and b are differentiated by three times.</exception>
        public static Value BetaInc(Value a, Value b, Value x) => BetaInc(a, b, x, 1 - x);

        /// <summary>The regularized incomplete beta function for numbers a and b.</summary>
        /// <exception cref="GraphException">x is not a float.</exception>
        public static Value BetaInc(double a, double b, Value x) => BetaInc(x.Number(a), x.Number(b), x);

        /// <summary>For x whose 1 - x has digits that x does not.</summary>
        internal static Value BetaInc(Value a, Value b, Value x, Value y) => ElementRoutineOp.Of(new IncompleteBetaOp(), a, b, x, y);
    }
}
