using GraphGrad.Operations;
using GraphGrad.Ranges;

namespace GraphGrad.Operations
{
    /// <summary>x^(a-1)·e^-x / Γ(a), the derivative of the incomplete gamma function: each factor may overflow where the product does not.</summary>
    internal sealed record GammaDensityOp : PairRoutineOp
    {
        public override string Name => "gamma_density";

        public override Interval Range(RangeContext context) => new(0, double.PositiveInfinity);

        public override Gradient[] Vjp(VjpContext context) =>
        [
            context.Needed[0] ? context.Scale(ByShape(context.Node)) : Gradient.None,
            context.Needed[1] ? context.Scale(ByArgument(context.Node)) : Gradient.None,
        ];

        public override Gradient Jvp(JvpContext context)
        {
            var byShape = context.Tangents[0].Value is { } a ? a * ByShape(context.Node) : null;
            var byArgument = context.Tangents[1].Value is { } x ? x * ByArgument(context.Node) : null;
            return byShape is null ? byArgument ?? Gradient.None : byArgument is null ? byShape : byShape + byArgument;
        }

        protected override double Function(double a, double x) => IncompleteGammaFunctions.Density(a, x);

        protected override void Map(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> result) => IncompleteGammaLanes.Map(IncompleteGammaKind.Density, x, y, result);

        private static Value ByShape(Node node) => node.Outputs[0] * (Ops.Log(node.Inputs[1]) - Ops.Digamma(node.Inputs[0]));

        private static Value ByArgument(Node node) => node.Outputs[0] * (((node.Inputs[0] - 1) / node.Inputs[1]) - 1);
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        internal static Value GammaDensity(Value a, Value x) => PairRoutineOp.Of(new GammaDensityOp(), a, x);
    }
}
