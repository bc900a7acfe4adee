using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    /// <summary>Repeats along new leading axes and along axes of extent 1.</summary>
    internal sealed record BroadcastOp(Shape Shape) : Op
    {
        public override string Name => "broadcast";

        public override string Attributes => Shape.ToString();

        public override OpKind KindAt(Node node) => OpKind.View;

        public override TensorType[] Infer(InferContext context)
        {
            if (!Broadcasting.TryUnite(context[0].Shape, Shape, out var united, out var why) || !united.Equals(Shape))
                throw context.Error($"{context.Text(0)} does not broadcast to {Shape}: {(why.Length > 0 ? why : "the target is smaller on some axis; reduce or slice instead.")}");
            return [new TensorType(context[0].DType, Shape)];
        }

        // The walk sums an adjoint over the axes on which an input was repeated.
        public override Gradient[] Vjp(VjpContext context) => [Gradient.Masked(context.Adjoint, context.Mask)];

        public override Gradient Jvp(JvpContext context) => Ops.BroadcastTo(context.Tangent(0), Shape);

        public override Value Batch(BatchContext context) => Ops.BroadcastTo(context.Aligned(0, Shape.Rank), context.Lead(Shape));

        public override void Evaluate(EvaluationContext context) =>
            ((StridedCopy)(context.Prepared ??= StridedCopy.Gather(0, Broadcasting.Strides(context.Inputs[0], context.Output.Extents), context.Output)))
                .Run(context.Inputs[0], context.Output);

        public override Scalar Element(ElementContext context, ReadOnlySpan<Scalar> index) => context.Broadcast(0, index);
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>Repeats <paramref name="x"/> along new leading axes and along axes of extent 1; x itself if it has the shape.</summary>
        /// <exception cref="GraphException">The shape does not follow from x by NumPy's rule; a symbolic dim never counts as 1.</exception>
        public static Value BroadcastTo(Value x, Shape shape) =>
            x.Shape.Equals(shape) ? x : x.Graph.Add(new BroadcastOp(shape), [x]);
    }
}
