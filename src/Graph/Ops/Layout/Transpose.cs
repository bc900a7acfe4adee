using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    /// <summary>Axis i of the result is axis Permutation[i] of the input.</summary>
    internal sealed record TransposeOp(EquatableArray<int> Permutation) : Op
    {
        public override string Name => "transpose";

        public override string Attributes => Permutation.ToString();

        public override OpKind KindAt(Node node) => OpKind.View;

        public override int Cost => 0;

        public override TensorType[] Infer(InferContext context)
        {
            var shape = context[0].Shape;
            if (Permutation.Count != shape.Rank || !Permutation.Order().SequenceEqual(Enumerable.Range(0, shape.Rank)))
                throw context.Error($"{Permutation} is not an order of the axes of {context.Text(0)}; name each axis 0 … {shape.Rank - 1} once.");
            return [new TensorType(context[0].DType, new Shape([.. Permutation.Select(axis => shape[axis])]))];
        }

        public override Gradient[] Vjp(VjpContext context) => [context.Moved(y => Ops.Transpose(y, Inverse()))];

        public override Gradient Jvp(JvpContext context) => Ops.Transpose(context.Tangent(0), Permutation.Span);

        public override Value Batch(BatchContext context) =>
            context.Add(new TransposeOp(BatchContext.Prefixed(0, BatchContext.Shifted(Permutation))), context.Input(0));

        public override void Evaluate(EvaluationContext context) =>
            ((StridedCopy)(context.Prepared ??= StridedCopy.Gather(0, context.Inputs[0].Strides.In([.. Permutation]), context.Output)))
                .Run(context.Inputs[0], context.Output);

        public override Scalar Element(ElementContext context, ReadOnlySpan<Scalar> index)
        {
            var own = new Scalar[index.Length];
            for (var axis = 0; axis < own.Length; axis++) own[Permutation[axis]] = index[axis];
            return context.Input(0, own);
        }

        private int[] Inverse()
        {
            var inverse = new int[Permutation.Count];
            for (var axis = 0; axis < inverse.Length; axis++) inverse[Permutation[axis]] = axis;
            return inverse;
        }
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// Axis i of the result is axis <c>permutation[i]</c> of <paramref name="x"/>; negative axes count from the end. Without a
        /// permutation the order of the axes is reversed.
        /// </summary>
        /// <exception cref="GraphException">The permutation does not name every axis once.</exception>
        public static Value Transpose(Value x, params ReadOnlySpan<int> permutation)
        {
            var order = permutation.Length == 0
                ? [.. Enumerable.Range(0, x.Rank).Reverse()]
                : Axes.Find(x, permutation, "transpose");
            return order.Length == x.Rank && order.SequenceEqual(Enumerable.Range(0, x.Rank))
                ? x
                : x.Graph.Add(new TransposeOp(new EquatableArray<int>(order)), [x]);
        }
    }
}
