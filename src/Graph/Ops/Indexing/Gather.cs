using System.Runtime.CompilerServices;
using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    /// <summary>Takes slices of its first input along an axis, at the places that its second input lists.</summary>
    internal sealed record GatherOp(int Axis) : Op
    {
        public override string Name => "gather";

        public override string Attributes => $"axis {Axis}";

        public override int? IndexedAxis => Axis;

        /// <summary>The shape of the slices that indices take: the indices' axes stand in place of the axis.</summary>
        public static Shape Taken(Shape shape, Shape indices, int axis) =>
            new([.. shape.Dims[..axis], .. indices, .. shape.Dims[(axis + 1)..]]);

        public override TensorType[] Infer(InferContext context)
        {
            if (!context[1].DType.IsInteger())
                throw context.Error($"the indices {context.Text(1)} are not integers; cast them to int32 or int64.");
            if (Axis < 0 || Axis >= context[0].Shape.Rank) throw context.Error($"{context.Text(0)} has no axis {Axis}.");
            Indices.RequirePlaces(context, Axis);
            return [new TensorType(context[0].DType, Taken(context[0].Shape, context[1].Shape, Axis))];
        }

        public override Interval Range(RangeContext context) => context[0];

        public override Gradient[] Vjp(VjpContext context) =>
            [Ops.ScatterAdd(Ops.ZerosLike(context.Input(0)), context.Input(1), context.Adjoint, Axis), Gradient.None];

        public override Gradient Jvp(JvpContext context) =>
            context.Tangents[0].Value is { } tangent ? Ops.Gather(tangent, context.Input(1), Axis) : Gradient.None;

        public override Value Batch(BatchContext context)
        {
            var (x, indices) = (context.Input(0), context.Input(1));
            if (!context.IsBatched(1)) return Ops.Gather(x, indices, Axis + 1);
            if (!context.IsBatched(0)) return BatchContext.ToFront(Ops.Gather(x, indices, Axis), Axis);
            var taken = Ops.Gather(Indices.Rows(x, Axis), Indices.OfRows(context.Size, indices, x.Shape[Axis + 1]));
            // Axes: those of the indices, of which the examples are the first, and x's others.
            var within = indices.Rank - 1;
            return Ops.Transpose(taken, [0, .. Enumerable.Range(1 + within, Axis), .. Enumerable.Range(1, within), .. Enumerable.Range(1 + within + Axis, x.Rank - 2 - Axis)]);
        }

        public override void Evaluate(EvaluationContext context)
        {
            var x = context.Inputs[0];
            var indices = Indices.Read(context, 1, x.Extents[Axis], Axis);
            var size = x.DType.Size();
            var outer = x.Extents.AsSpan(0, Axis).Product();
            var run = x.Extents.AsSpan(Axis + 1).Product() * size;
            if (context.Output.Count == 0) return;
            switch (run)
            {
                case 4 when size == 4: Elements(x.Span<int>(), indices, context.Output.Span<int>(), x.Extents[Axis]); break;
                case 8 when size == 8: Elements(x.Span<long>(), indices, context.Output.Span<long>(), x.Extents[Axis]); break;
                default:
                    var from = x.Bytes;
                    var to = context.Output.Bytes;
                    for (var i = 0; i < outer; i++)
                    {
                        var slice = from.Slice(i * x.Extents[Axis] * run, x.Extents[Axis] * run);
                        foreach (var index in indices)
                        {
                            slice.Slice(index * run, run).CopyTo(to);
                            to = to[run..];
                        }
                    }
                    break;
            }
        }

        public override Scalar Element(ElementContext context, ReadOnlySpan<Scalar> index)
        {
            var (shape, indices) = (context.InputType(0).Shape, context.InputType(1).Shape);
            var place = context.Builder.Convert(DType.Int64, context.Input(1, index.Slice(Axis, indices.Rank)));
            Scalar[] own = [.. index[..Axis], place, .. index[(Axis + indices.Rank)..]];
            return Indices.Element(context, 0, own, Axis, shape[Axis]);
        }

        private static void Elements<T>(Span<T> x, int[] indices, Span<T> result, int extent)
        {
            var at = 0;
            for (var start = 0; start < x.Length; start += extent)
            {
                var slice = x.Slice(start, extent);
                foreach (var index in indices) result[at++] = slice[index];
            }
        }
    }

    /// <summary>Indices that data decide: checked, and never followed outside their axis.</summary>
    internal static class Indices
    {
        /// <summary>Refuses the second input's indices into an axis of the first one that is known to be empty; no indices are fine.</summary>
        public static void RequirePlaces(InferContext context, int axis)
        {
            if (context[0].Shape[axis].Is(0) && context[1].Shape.ElementCount is { IsConstant: true, Value: > 0 })
                throw context.Error($"axis {axis} of {context.Text(0)} is empty, so there is no place that {context.Text(1)} could name; give the axis elements, or pass no indices.");
        }

        /// <summary>The indices of a run, refused if one lies outside 0 … extent - 1.</summary>
        public static int[] Read(EvaluationContext context, int input, int extent, int axis)
        {
            var operand = context.Inputs[input];
            var indices = new int[operand.Count];
            if (operand.DType == DType.Int32) operand.Span<int>().CopyTo(indices);
            for (var i = 0; i < indices.Length; i++)
            {
                var index = operand.DType == DType.Int32 ? indices[i] : operand.Span<long>()[i];
                indices[i] = Checked(context, index, extent, axis);
            }
            return indices;
        }

        /// <summary>One index of a run, refused if it lies outside 0 … extent - 1.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static int Checked<TIndex>(EvaluationContext context, TIndex index, int extent, int axis)
            where TIndex : unmanaged, System.Numerics.IBinaryInteger<TIndex>
        {
            var place = long.CreateTruncating(index);
            return (ulong)place < (ulong)extent ? (int)place : throw Outside(context, place, extent, axis);
        }

        // Apart, so that the check is small enough to be inlined.
        private static GraphException Outside(EvaluationContext context, long place, int extent, int axis) =>
            context.Error(Message(place, extent, axis));

        /// <summary>An input's element at an index of which one entry comes from data: guarded, and clamped so that nothing outside is read.</summary>
        public static Scalar Element(ElementContext context, int input, Scalar[] index, int axis, Dim extent)
        {
            var b = context.Builder;
            var place = index[axis];
            var end = context.Extent(extent);
            var clamped = b.Maximum(b.Minimum(place, b.Subtract(end, b.Int64(1))), b.Int64(0));
            var guarded = index[axis] = context.Guard(clamped, Inside(b, place, end), Message(extent, axis));
            var any = b.LessThan(b.Int64(0), end);
            var element = any is { IsConstant: true, Bits: not 0 }
                ? context.Input(input, index)
                : context.InputWhere(any, input, index, b.Number(context.InputType(input).DType, 0));
            return Kept(context, element, guarded);
        }

        /// <summary>
        /// A result of which a guarded index decides: guarded itself where it is the same at all indices, as in a constant of zeros, and so does not hold the index.
        /// </summary>
        public static Scalar Kept(ElementContext context, Scalar result, Scalar guarded) =>
            guarded.Op != ScalarOp.Guard || result.Contains(guarded) ? result : context.Builder.Guard(result, guarded.Arguments[1], guarded.Payload!);

        /// <summary>[examples, …, n, …] with the examples' slices along an axis one after the other: [examples · n, …].</summary>
        public static Value Rows(Value x, int axis)
        {
            var rows = Ops.Transpose(x, [0, axis + 1, .. Enumerable.Range(1, x.Rank - 1).Where(other => other != axis + 1)]);
            return Ops.Reshape(rows, new Shape([rows.Shape[0] * rows.Shape[1], .. rows.Shape.Dims[2..]]));
        }

        /// <summary>
        /// Where the slices of each example stand in <see cref="Rows"/>. Taking an index from all places of the axis keeps the run's
        /// refusal of one outside: it would lie among another example's slices.
        /// </summary>
        public static Value OfRows(Dim examples, Value indices, Dim extent)
        {
            var graph = indices.Graph;
            var places = Ops.Gather(Ops.Iota(graph, [extent]), indices);
            Shape single = new([examples, .. Enumerable.Repeat((Dim)1, indices.Rank - 1)]);
            return places + (Ops.Iota(graph, single) * Ops.SizeOf(graph, extent));
        }

        public static Scalar Inside(ScalarBuilder b, Scalar place, Scalar end) =>
            b.And(b.LessOrEqual(b.Int64(0), place), b.LessThan(place, end));

        /// <summary>What is wrong with an index that is known.</summary>
        public static string Message(long place, long extent, int axis) =>
            $"index {place} lies outside axis {axis}, whose extent is {extent} in this run; indices count from 0 and are not wrapped.";

        /// <summary>What a kernel says, which knows only that one is wrong.</summary>
        public static string Message(Dim extent, int axis) =>
            $"an index lies outside axis {axis}, whose extent is {extent}; indices count from 0 and are not wrapped.";
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// Slices of <paramref name="x"/> along an axis at the places that <paramref name="indices"/> lists. The shape is x's with the axis
        /// replaced by the axes of the indices: rows of an embedding table [V, D] at indices [batch, T] are [batch, T, D].
        /// </summary>
        /// <param name="x">A tensor of any element type.</param>
        /// <param name="indices">int32 or int64, of any shape. They count from 0; a run fails on one outside the axis, negative ones too.</param>
        /// <param name="axis">The axis; negative counts from the end. A scalar counts as a vector of one element.</param>
        /// <exception cref="GraphException">The indices are not integers, or there is no such axis.</exception>
        public static Value Gather(Value x, Value indices, int axis = 0) =>
            Axes.IsOfScalar(x, axis) ? Gather(Reshape(x, [1]), indices) : x.Graph.Add(new GatherOp(Axes.Find(x, axis, "gather")), [x, indices]);
    }
}
