using GraphGrad.Operations;

namespace GraphGrad.Operations
{
    /// <summary>Hurwitz's zeta function of s and q.</summary>
    internal sealed record HurwitzZetaOp : PairRoutineOp
    {
        public override string Name => "zeta";

        protected override double Function(double s, double q) => ZetaFunctions.Hurwitz(s, q);

        protected override Value? Slope(Node node, int input)
        {
            if (input == 0) throw NoDerivative(node, "s", "q");
            return -node.Inputs[0] * Ops.Zeta(node.Inputs[0] + 1, node.Inputs[1]);
        }
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// Hurwitz's zeta function Σ (q + k)^-s over k from 0 up, elementwise with broadcasting; Riemann's for q = 1. A routine, in float64 for either type; relative error about 1e-15,
        /// for negative q of the largest term. +∞ for s = 1 and at q = 0, -1, -2, …; NaN for s below 1, and for negative q if s is not whole. It has derivatives by q, none by s.
        /// </summary>
        /// <param name="s">The exponent, float32 or float64.</param>
        /// <param name="q">Of the same type.</param>
        /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast. Of a gradient: s is differentiated by.</exception>
        public static Value Zeta(Value s, Value q) => ElementRoutineOp.Of(new HurwitzZetaOp(), s, q);

        /// <summary>Hurwitz's zeta function for a number s.</summary>
        /// <exception cref="GraphException">q is not a float.</exception>
        public static Value Zeta(double s, Value q) => Zeta(q.Number(s), q);
    }
}
