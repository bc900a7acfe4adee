using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    /// <summary>One element of its first input for each index: at the index's own place, but along an axis where the index says.</summary>
    internal sealed record TakeAlongOp(int Axis) : Op
    {
        public override string Name => "take_along_axis";

        public override string Attributes => $"axis {Axis}";

        public override int? IndexedAxis => Axis;

        public override TensorType[] Infer(InferContext context)
        {
            var (shape, indices) = (context[0].Shape, context[1].Shape);
            if (!context[1].DType.IsInteger()) throw context.Error($"the indices {context.Text(1)} are not integers; cast them to int32 or int64.");
            if (Axis < 0 || Axis >= shape.Rank) throw context.Error($"{context.Text(0)} has no axis {Axis}.");
            Indices.RequirePlaces(context, Axis);
            if (indices.Rank != shape.Rank || !indices.Without(Axis).Equals(shape.Without(Axis)))
                throw context.Error($"{context.Text(0)} and the indices {context.Text(1)} differ outside axis {Axis}; all other extents must be equal. Slice or broadcast one of them.");
            return [new TensorType(context[0].DType, indices)];
        }

        public override Interval Range(RangeContext context) => context[0];

        public override Gradient[] Vjp(VjpContext context) =>
            [Ops.PutAlongAxis(Ops.ZerosLike(context.Input(0)), context.Input(1), context.Adjoint, Axis, ScatterReduction.Sum), Gradient.None];

        public override Gradient Jvp(JvpContext context) =>
            context.Tangents[0].Value is { } tangent ? tangent.Graph.Add(this, [tangent, context.Input(1)]) : Gradient.None;

        public override Value Batch(BatchContext context) => context.Add(new TakeAlongOp(Axis + 1), context.AllBatched());

        public override void Evaluate(EvaluationContext context)
        {
            switch (context.Output.DType.Size(), context.Inputs[1].DType)
            {
                case (1, DType.Int32): Evaluate<byte, int>(context); break;
                case (1, _): Evaluate<byte, long>(context); break;
                case (4, DType.Int32): Evaluate<int, int>(context); break;
                case (4, _): Evaluate<int, long>(context); break;
                case (_, DType.Int32): Evaluate<long, int>(context); break;
                default: Evaluate<long, long>(context); break;
            }
        }

        public override Scalar Element(ElementContext context, ReadOnlySpan<Scalar> index)
        {
            var own = index.ToArray();
            own[Axis] = context.Builder.Convert(DType.Int64, context.Input(1, index));
            return Indices.Element(context, 0, own, Axis, context.InputType(0).Shape[Axis]);
        }

        private void Evaluate<T, TIndex>(EvaluationContext context)
            where T : unmanaged
            where TIndex : unmanaged, System.Numerics.IBinaryInteger<TIndex>
        {
            var (from, to) = (AxisRuns.Of(context.Inputs[0], Axis), AxisRuns.Of(context.Output, Axis));
            var x = context.Inputs[0].Span<T>();
            var indices = context.Inputs[1].Span<TIndex>();
            var result = context.Output.Span<T>();
            var at = 0;
            for (var block = 0; at < result.Length; block++)
            {
                var slice = x.Slice(block * from.Count * from.Inner, from.Count * from.Inner);
                for (var row = 0; row < to.Count; row++)
                {
                    for (var k = 0; k < to.Inner; k++, at++) result[at] = slice[(Indices.Checked(context, indices[at], from.Count, Axis) * from.Inner) + k];
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
        /// For each index one element of <paramref name="x"/>: the one at the index's own place, but along the axis where the index says. What <see cref="ArgSort"/>,
        /// <c>ArgMax(…, keepDims: true)</c> and the like return is read so.
        /// </summary>
        /// <param name="x">A tensor of any element type.</param>
        /// <param name="indices">int32 or int64, of x's rank; of a scalar, which counts as a vector of one element, also a vector. They count from 0; a run fails on one outside the axis, negative ones too. Outside the axis the extents of x and indices broadcast.</param>
        /// <param name="axis">The axis; negative counts from the end.</param>
        /// <returns>The shape of the indices, broadcast.</returns>
        /// <exception cref="GraphException">The indices are not integers, shapes do not fit, or there is no such axis.</exception>
        public static Value TakeAlongAxis(Value x, Value indices, int axis)
        {
            if (Axes.IsOfScalar(x, axis) && indices.Rank < 2) return indices.Rank == 1 ? TakeAlongAxis(Reshape(x, [1]), indices, 0) : OfLine(x, line => TakeAlongAxis(line, ExpandDims(indices, 0), 0));
            var place = Axes.Find(x, axis, "take_along_axis");
            if (indices.Rank != x.Rank)
                throw x.Graph.Error("take_along_axis", $"the indices '{indices.Name}' {indices.Type} need the {x.Rank} axes of '{x.Name}' {x.Type}; insert axes of extent 1, or use Gather for whole slices.");
            if (!Broadcasting.TryUnite(x.Shape.With(place, 1), indices.Shape.With(place, 1), out var others, out var why))
                throw x.Graph.Error("take_along_axis", $"'{x.Name}' {x.Type} and the indices '{indices.Name}' {indices.Type} do not broadcast outside axis {place}: {why}");
            return x.Graph.Add(
                new TakeAlongOp(place),
                [BroadcastTo(x, others.With(place, x.Shape[place])), BroadcastTo(indices, others.With(place, indices.Shape[place]))]);
        }
    }
}
