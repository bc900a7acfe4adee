using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    /// <summary>All windows that slide over some axes, as a view: [N, C, H, W] over axes 2 and 3 gives [N, C, OH, OW, KH, KW].</summary>
    internal sealed record WindowOp(WindowGeometry Geometry) : Op
    {
        public override string Name => "window";

        public override string Attributes => Geometry.ToString();

        public override OpKind KindAt(Node node) => OpKind.View;

        public override int Cost => 0;

        public override TensorType[] Infer(InferContext context)
        {
            if (Geometry.Refusal(context[0].Shape, context.Text(0)) is { } refusal) throw context.Error(refusal);
            return [new TensorType(context[0].DType, Geometry.Windows(context[0].Shape))];
        }

        public override Gradient[] Vjp(VjpContext context) =>
            [context.Adjoint.Graph.Add(new FoldOp(context.Input(0).Shape, Geometry), [context.Adjoint])];

        public override Gradient Jvp(JvpContext context) => context.Tangent(0).Graph.Add(this, [context.Tangent(0)]);

        public override Value Batch(BatchContext context) => context.Add(new WindowOp(Geometry.Behind()), context.Input(0));

        public override void Evaluate(EvaluationContext context) =>
            ((StridedCopy)(context.Prepared ??= Prepare(context.Inputs[0], context.Output))).Run(context.Inputs[0], context.Output);

        private StridedCopy Prepare(Operand x, Operand result)
        {
            var order = Geometry.LoopOrder(x.Rank);
            return new StridedCopy(0, Geometry.View(x.Strides).In(order), 0, result.Strides.In(order), result.Extents.In(order));
        }

        public override Scalar Element(ElementContext context, ReadOnlySpan<Scalar> index)
        {
            var b = context.Builder;
            var own = index[..context.InputType(0).Shape.Rank].ToArray();
            for (var k = 0; k < Geometry.Axes.Count; k++)
            {
                own[Geometry.Axes[k]] = b.Add(
                    b.Multiply(index[Geometry.Axes[k]], b.Int64(Geometry.Strides[k])),
                    b.Multiply(index[own.Length + k], b.Int64(Geometry.Dilations[k])));
            }
            return context.Input(0, own);
        }
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// All windows that slide over the given axes. Each of these axes then counts windows, of which there are
        /// floor((n - dilation · (size - 1) - 1) / stride) + 1, and for each of them one axis of its window's elements follows at the end, in the
        /// order given: [N, C, H, W] over axes [2, 3] gives [N, C, OH, OW, KH, KW]. Windows that stick out do not exist; pad first.
        /// </summary>
        /// <param name="x">A tensor of any element type.</param>
        /// <param name="axes">The axes over which windows slide; negative ones count from the end.</param>
        /// <param name="sizes">For each of these axes, how many elements a window has.</param>
        /// <param name="strides">For each, how far a window is from the next; 1 if left out.</param>
        /// <param name="dilations">For each, how far an element of a window is from the next; 1 if left out.</param>
        /// <exception cref="GraphException">There is no such axis, the lists differ in length, a number is less than 1, or a known extent is too small for one window.</exception>
        public static Value Windows(Value x, int[] axes, int[] sizes, int[]? strides = null, int[]? dilations = null) =>
            x.Graph.Add(new WindowOp(Geometry(Axes.Find(x, axes, "window"), sizes, strides, dilations)), [x]);

        private static WindowGeometry Geometry(int[] axes, int[] sizes, int[]? strides, int[]? dilations)
        {
            var ones = new int[axes.Length];
            Array.Fill(ones, 1);
            return new WindowGeometry(
                new EquatableArray<int>(axes),
                new EquatableArray<int>([.. sizes]),
                new EquatableArray<int>([.. strides ?? ones]),
                new EquatableArray<int>([.. dilations ?? ones]));
        }
    }
}
