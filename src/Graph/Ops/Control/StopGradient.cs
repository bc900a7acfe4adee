using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    /// <summary>Its input, through which no gradient and no tangent flows.</summary>
    internal sealed record StopGradientOp : Op
    {
        public override string Name => "stop_gradient";

        public override OpKind KindAt(Node node) => OpKind.Elementwise;

        public override int Cost => 0;

        public override bool StopsDerivatives => true;

        public override TensorType[] Infer(InferContext context) => [context[0]];

        public override Interval Range(RangeContext context) => context[0];

        public override Gradient[] Vjp(VjpContext context) => [Gradient.None];

        public override Gradient Jvp(JvpContext context) => Gradient.None;

        public override Value Batch(BatchContext context) => context.Add(this, context.Input(0));

        public override void Evaluate(EvaluationContext context) => context.Inputs[0].Bytes.CopyTo(context.Output.Bytes);

        public override Scalar Element(ElementContext context, ReadOnlySpan<Scalar> index) => context.Input(0, index);
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>The value itself, taken as a constant by differentiation.</summary>
        public static Value StopGradient(Value x) => x.Graph.Add(new StopGradientOp(), [x]);
    }
}
