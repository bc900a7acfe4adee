using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    /// <summary>
    /// Its first input, whose derivative by the third is the second, elementwise: for what is selected from several ways to compute one thing, each of
    /// which has the wrong derivative where another one is taken.
    /// </summary>
    internal sealed record WithDerivativeOp : Op
    {
        public override string Name => "with_derivative";

        public override OpKind KindAt(Node node) => OpKind.Elementwise;

        public override int Cost => 0;

        public override TensorType[] Infer(InferContext context) =>
            context[0].Equals(context[1]) && context[0].Equals(context[2])
                ? [context[0]]
                : throw context.Error($"{context.Text(0)}, {context.Text(1)} and {context.Text(2)} must be of one type and shape.");

        public override Interval Range(RangeContext context) => context[0];

        public override Gradient[] Vjp(VjpContext context) => [Gradient.None, Gradient.None, context.Adjoint * context.Input(1)];

        public override Gradient Jvp(JvpContext context) => context.Tangents[2].Value is { } tangent ? tangent * context.Input(1) : Gradient.None;

        public override Value Batch(BatchContext context) => context.Add(this, context.AllBatched());

        public override void Evaluate(EvaluationContext context) => context.Inputs[0].Bytes.CopyTo(context.Output.Bytes);

        public override Scalar Element(ElementContext context, ReadOnlySpan<Scalar> index) => context.Input(0, index);
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>A value whose derivative by another one is given.</summary>
        internal static Value WithDerivative(Value value, Value derivative, Value x) => value.Graph.Add(new WithDerivativeOp(), [value, derivative, x]);
    }
}
