using GraphGrad.Scalars;

namespace GraphGrad.Operations;

/// <summary>A value that exists before the run: bound to a buffer, not computed.</summary>
internal abstract record SourceOp(TensorType Type) : Op
{
    public sealed override OpKind KindAt(Node node) => OpKind.Source;

    public sealed override TensorType[] Infer(InferContext context) => [Type];

    public sealed override Gradient[] Vjp(VjpContext context) => [];

    public sealed override Gradient Jvp(JvpContext context) => Gradient.None;

    public sealed override Value Batch(BatchContext context) => throw NoExamples();

    public sealed override void Evaluate(EvaluationContext context) => throw NoElement();

    public sealed override Scalar Element(ElementContext context, ReadOnlySpan<Scalar> index) => throw NoElement();
}
