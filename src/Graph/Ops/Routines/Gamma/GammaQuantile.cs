using GraphGrad.Operations;
using GraphGrad.Ranges;

namespace GraphGrad.Operations
{
    /// <summary>The x at which the lower or the upper regularized incomplete gamma function of a is a probability.</summary>
    internal sealed record GammaQuantileOp(bool IsUpper) : PairRoutineOp
    {
        public override string Name => IsUpper ? "gammaincc_inverse" : "gammainc_inverse";

        public override Interval Range(RangeContext context) => new(0, double.PositiveInfinity);

        protected override double Function(double a, double p) => IsUpper ? IncompleteGammaFunctions.Quantile(a, 1 - p, p) : IncompleteGammaFunctions.Quantile(a, p, 1 - p);

        // By the implicit function theorem.
        protected override Value? Slope(Node node, int input)
        {
            var (a, x) = (node.Inputs[0], node.Outputs[0]);
            var density = Ops.GammaDensity(a, x);
            return input == 0 ? -Ops.GammaIncSlope(a, x) / density : (IsUpper ? -1 : 1) / density;
        }
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// The x with <see cref="GammaInc(Value, Value)"/> = p, elementwise with broadcasting: the quantile of the gamma distribution of rate 1. A routine, in float64 for either type, by Newton's method; the relative error is about
        /// 1e-14, and where a is small that of p divided by a. 0 at p = 0, ∞ at p = 1, NaN for negative a and p outside 0 to 1. By p and once more by a it can be differentiated twice, by the implicit function theorem.
        /// </summary>
        /// <param name="a">The shape parameter, float32 or float64.</param>
        /// <param name="p">The probability, of the same type.</param>
        /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast. Of a gradient: a is differentiated by three times.</exception>
        public static Value GammaIncInverse(Value a, Value p) => Widened([a, p], v => ElementRoutineOp.Of(new GammaQuantileOp(IsUpper: false), v[0], v[1]));

        /// <summary>
        /// The x with <see cref="GammaIncc(Value, Value)"/> = q, elementwise with broadcasting: what lies above it has probability q, with the digits that 1 - q loses. As <see cref="GammaIncInverse"/>, with ∞ at q = 0
        /// and 0 at q = 1.
        /// </summary>
        /// <param name="a">The shape parameter, float32 or float64.</param>
        /// <param name="q">The probability, of the same type.</param>
        /// <inheritdoc cref="GammaIncInverse" path="/exception"/>
        public static Value GammaInccInverse(Value a, Value q) => Widened([a, q], v => ElementRoutineOp.Of(new GammaQuantileOp(IsUpper: true), v[0], v[1]));

        /// <summary>A function of float64, derivatives included, with a result of the arguments' type.</summary>
        internal static Value Widened(Value[] arguments, Func<Value[], Value> function)
        {
            var type = arguments[0].DType;
            return type == DType.Float32 && Array.TrueForAll(arguments, a => a.DType == type)
                ? Cast(function(Array.ConvertAll(arguments, a => Cast(a, DType.Float64))), type)
                : function(arguments);
        }
    }
}
