using System.Numerics;
using System.Numerics.Tensors;
using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    /// <summary>
    /// The transpose of <see cref="GatherOp"/>: adds slices to its first input along an axis, at the places that its second input
    /// lists. Where a place occurs more than once, slices are added in the order of the indices.
    /// </summary>
    internal sealed record ScatterAddOp(int Axis) : Op
    {
        public override string Name => "scatter_add";

        public override string Attributes => $"axis {Axis}";

        public override int? IndexedAxis => Axis;

        public override OpKind KindAt(Node node) => OpKind.Scatter;

        public override TensorType[] Infer(InferContext context)
        {
            if (context[0].DType == DType.Bool) throw context.Error($"{context.Text(0)} is not a number; cast it with Cast.");
            if (!context[1].DType.IsInteger())
                throw context.Error($"the indices {context.Text(1)} are not integers; cast them to int32 or int64.");
            if (context[2].DType != context[0].DType)
                throw context.Error($"{context.Text(0)} and the updates {context.Text(2)} differ in element type; cast one of them with Cast.");
            if (Axis < 0 || Axis >= context[0].Shape.Rank) throw context.Error($"{context.Text(0)} has no axis {Axis}.");
            Indices.RequirePlaces(context, Axis);
            var expected = GatherOp.Taken(context[0].Shape, context[1].Shape, Axis);
            if (!context[2].Shape.Equals(expected))
                throw context.Error($"the updates {context.Text(2)} must have the shape {expected}: that of {context.Text(0)} with axis {Axis} replaced by the axes of the indices {context.Text(1)}. Reshape or broadcast them.");
            return [context[0]];
        }

        public override Gradient[] Vjp(VjpContext context) =>
        [
            Gradient.Masked(context.Adjoint, context.Mask),
            Gradient.None,
            context.Needed[2] ? Ops.Gather(context.Adjoint, context.Input(1), Axis) : Gradient.None,
        ];

        public override Gradient Jvp(JvpContext context) =>
            Ops.ScatterAdd(context.Tangent(0), context.Input(1), context.Tangent(2), Axis);

        public override Value Batch(BatchContext context)
        {
            var (x, updates) = (context.Batched(0), context.Batched(2));
            if (!context.IsBatched(1)) return Ops.ScatterAdd(x, context.Input(1), updates, Axis + 1);
            var indices = context.Input(1);
            var within = indices.Rank - 1;
            var rows = Indices.Rows(x, Axis);
            // Axes: those of the indices, of which the examples are the first, and x's others.
            var moved = Ops.Transpose(updates, [0, .. Enumerable.Range(1 + Axis, within), .. Enumerable.Range(1, Axis), .. Enumerable.Range(1 + Axis + within, x.Rank - 2 - Axis)]);
            var sum = Ops.ScatterAdd(rows, Indices.OfRows(context.Size, indices, x.Shape[Axis + 1]), moved);
            var split = Ops.Reshape(sum, new Shape([x.Shape[0], x.Shape[Axis + 1], .. rows.Shape.Dims[1..]]));
            return Ops.Transpose(split, [0, .. Enumerable.Range(2, Axis), 1, .. Enumerable.Range(2 + Axis, x.Rank - 2 - Axis)]);
        }

        public override void Evaluate(EvaluationContext context)
        {
            switch (context.Output.DType)
            {
                case DType.Float32: Evaluate<float>(context); break;
                case DType.Float64: Evaluate<double>(context); break;
                case DType.Int32: Evaluate<int>(context); break;
                default: Evaluate<long>(context); break;
            }
        }

        // Every update is looked at for every element: right for any index, and linear in the number of indices.
        public override Scalar Element(ElementContext context, ReadOnlySpan<Scalar> index)
        {
            var b = context.Builder;
            var (type, extent) = (context.OutputType.DType, context.Extent(context.OutputType.Shape[Axis]));
            var at = index.ToArray();
            var sum = context.Reduce(ReductionKind.Sum, type, context.InputType(1).Shape.Dims, which =>
            {
                var place = b.Convert(DType.Int64, context.Input(1, which));
                place = context.Guard(place, Indices.Inside(b, place, extent), Indices.Message(context.OutputType.Shape[Axis], Axis));
                Scalar[] update = [.. at[..Axis], .. which, .. at[(Axis + 1)..]];
                return Indices.Kept(context, context.InputWhere(b.Equal(place, at[Axis]), 2, update, b.Number(type, 0)), place);
            });
            return b.Add(context.Input(0, index), sum);
        }

        private void Evaluate<T>(EvaluationContext context)
            where T : unmanaged, INumber<T>
        {
            var x = context.Inputs[0];
            var result = context.Output.Span<T>();
            var indices = Indices.Read(context, 1, x.Extents[Axis], Axis);
            x.Span<T>().CopyTo(result);
            var updates = context.Inputs[2].Span<T>();
            var outer = x.Extents.AsSpan(0, Axis).Product();
            var run = x.Extents.AsSpan(Axis + 1).Product();
            if (updates.Length == 0) return;
            var at = 0;
            for (var i = 0; i < outer; i++)
            {
                var slice = result.Slice(i * x.Extents[Axis] * run, x.Extents[Axis] * run);
                foreach (var index in indices)
                {
                    if (run == 1)
                    {
                        slice[index] += updates[at];
                    }
                    else
                    {
                        var to = slice.Slice(index * run, run);
                        TensorPrimitives.Add(to, updates.Slice(at, run), to);
                    }
                    at += run;
                }
            }
        }
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// <paramref name="x"/> with slices added along an axis at the places that <paramref name="indices"/> lists; slices for one place are
        /// added in the order of the indices.
        /// </summary>
        /// <param name="x">A tensor of a number type.</param>
        /// <param name="indices">int32 or int64, of any shape. They count from 0; a run fails on one outside the axis, negative ones too.</param>
        /// <param name="updates">The slices, of x's type: x's shape with the axis replaced by the axes of the indices.</param>
        /// <param name="axis">The axis; negative counts from the end. A scalar counts as a vector of one element.</param>
        /// <exception cref="GraphException">Types or shapes do not fit, or there is no such axis.</exception>
        public static Value ScatterAdd(Value x, Value indices, Value updates, int axis = 0) =>
            Axes.IsOfScalar(x, axis) ? OfLine(x, line => ScatterAdd(line, indices, updates)) : x.Graph.Add(new ScatterAddOp(Axes.Find(x, axis, "scatter_add")), [x, indices, updates]);
    }
}
