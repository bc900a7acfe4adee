using GraphGrad.Scalars;

namespace GraphGrad.Operations;

/// <summary>
/// Its first input, for readers that come after its second: what is computed from it is not united with what is computed from the first
/// input itself, and not computed earlier than the second.
/// </summary>
internal sealed record BarrierOp : Op
{
    public override string Name => "barrier";

    public override OpKind KindAt(Node node) => OpKind.View;

    public override int Cost => 0;

    public override TensorType[] Infer(InferContext context) => [context[0]];

    public override Gradient[] Vjp(VjpContext context) => [Gradient.Masked(context.Adjoint, context.Mask), Gradient.None];

    public override Gradient Jvp(JvpContext context) => context.Tangents[0];

    public override Value Batch(BatchContext context) => context.Add(this, context.Input(0), context.Input(1));

    public override bool DiffersWith(int input) => input == 0;

    public override void Evaluate(EvaluationContext context) => context.Inputs[0].Bytes.CopyTo(context.Output.Bytes);

    public override Scalar Element(ElementContext context, ReadOnlySpan<Scalar> index) => context.Input(0, index);
}
