using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    /// <summary>
    /// Surrounds a tensor with copies of a scalar: Low before, High after, Interior between neighbours. An axis of n elements
    /// becomes one of low + n + (n - 1) · interior + high.
    /// </summary>
    internal sealed record PadOp(EquatableArray<Dim> Low, EquatableArray<Dim> High, EquatableArray<int> Interior) : Op
    {
        public override string Name => "pad";

        public override string Attributes =>
            "[" + string.Join(", ", Low.Select((low, axis) => $"{low}+{High[axis]}" + (Interior[axis] == 0 ? string.Empty : $"/{Interior[axis]}"))) + "]";

        public override TensorType[] Infer(InferContext context)
        {
            var (type, shape) = (context[0].DType, context[0].Shape);
            if (context[1].DType != type || context[1].Shape.Rank != 0)
                throw context.Error($"the padding {context.Text(1)} must be a scalar of the element type of {context.Text(0)}; cast or index it.");
            if (Low.Count != shape.Rank || High.Count != shape.Rank || Interior.Count != shape.Rank)
                throw context.Error($"{Low.Count} paddings before and {High.Count} after do not fit the {shape.Rank} axes of {context.Text(0)}; give both for every axis.");
            for (var axis = 0; axis < shape.Rank; axis++)
            {
                if (Low[axis] is { IsConstant: true, Value: < 0 } || High[axis] is { IsConstant: true, Value: < 0 } || Interior[axis] < 0)
                    throw context.Error($"axis {axis} of {context.Text(0)} would be padded by a negative number of elements ({Low[axis]} before, {High[axis]} after, {Interior[axis]} between); slice it instead.");
            }
            return [new TensorType(type, Shape.Create([.. shape.Select((n, axis) => Low[axis] + n + ((n - 1) * Interior[axis]) + High[axis])]))];
        }

        public override Interval Range(RangeContext context) => context[0].Union(context[1]);

        public override Gradient[] Vjp(VjpContext context)
        {
            var x = context.Input(0);
            var toX = context.Needed[0] ? context.Moved(y => Ops.Slice(y, [.. Low], x.Shape.Dims.ToArray(), [.. Interior.Select(i => i + 1)])) : Gradient.None;
            if (!context.Needed[1]) return [toX, Gradient.None];
            var no = x.Graph.Constant(TensorData.Filled(DType.Bool, 0));
            var padding = Ops.Pad(Ops.BroadcastTo(no, x.Shape), [.. Low], [.. High], [.. Interior], x.Graph.Constant(TensorData.Filled(DType.Bool, 1)));
            return [toX, Ops.Sum(Ops.Where(padding, context.Adjoint, 0))];
        }

        public override Gradient Jvp(JvpContext context) =>
            Ops.Pad(context.Tangent(0), [.. Low], [.. High], [.. Interior], context.Tangent(1));

        public override Value Batch(BatchContext context)
        {
            var op = new PadOp(BatchContext.Prefixed((Dim)0, Low), BatchContext.Prefixed((Dim)0, High), BatchContext.Prefixed(0, Interior));
            if (!context.IsBatched(1)) return context.Add(op, context.Input(0), context.Input(1));
            // Each example has a padding of its own, and only one scalar fits the op.
            var graph = context.Node.Graph;
            var yes = Ops.BroadcastTo(graph.Constant(TensorData.Filled(DType.Bool, 1)), context.Node.Inputs[0].Shape);
            var inside = context.Add(this, yes, graph.Constant(TensorData.Filled(DType.Bool, 0)));
            var x = context.Batched(0);
            return Ops.Where(inside, context.Add(op, x, Ops.Scalar(x, 0)), context.Aligned(1, context.Result.Shape.Rank));
        }

        public override void Evaluate(EvaluationContext context)
        {
            var (x, padding, result) = (context.Inputs[0], context.Inputs[1], context.Output);
            switch (x.DType.Size())
            {
                case 1: result.Span<byte>().Fill(padding.Span<byte>()[0]); break;
                case 4: result.Span<int>().Fill(padding.Span<int>()[0]); break;
                default: result.Span<long>().Fill(padding.Span<long>()[0]); break;
            }
            if (x.Count > 0) ((StridedCopy)(context.Prepared ??= Prepare(context))).Run(x, result);
        }

        private StridedCopy Prepare(EvaluationContext context)
        {
            var strides = context.Output.Strides;
            var at = 0L;
            for (var axis = 0; axis < strides.Length; axis++)
            {
                at += context.Extent(Low[axis]) * strides[axis];
                strides[axis] *= Interior[axis] + 1;
            }
            return StridedCopy.Scatter(context.Inputs[0], (int)at, strides);
        }

        public override Scalar Element(ElementContext context, ReadOnlySpan<Scalar> index)
        {
            var b = context.Builder;
            var shape = context.InputType(0).Shape;
            var own = new Scalar[index.Length];
            var inside = b.Bool(true);
            for (var axis = 0; axis < own.Length; axis++)
            {
                var place = b.Subtract(index[axis], context.Extent(Low[axis]));
                if (!Low[axis].Is(0)) inside = b.And(inside, b.LessOrEqual(b.Int64(0), place));
                if (Interior[axis] != 0)
                {
                    var pitch = b.Int64(Interior[axis] + 1);
                    inside = b.And(inside, b.Equal(b.Remainder(place, pitch), b.Int64(0)));
                    place = b.Divide(place, pitch);
                }
                if (!High[axis].Is(0)) inside = b.And(inside, b.LessThan(place, context.Extent(shape[axis])));
                own[axis] = place;
            }
            return context.InputWhere(inside, 0, own, context.Input(1, []));
        }
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// Surrounds <paramref name="x"/> with a number: <c>low[i]</c> elements before and <c>high[i]</c> after it on axis i. Of negative entries, as many elements are cut off.
        /// </summary>
        /// <param name="x">A tensor of any element type.</param>
        /// <param name="low">For each axis, how many elements before.</param>
        /// <param name="high">For each axis, how many elements after.</param>
        /// <param name="value">The number, of x's element type.</param>
        /// <exception cref="GraphException">There is not one entry for each axis, more is cut off than there is, or x's type does not hold the number.</exception>
        public static Value Pad(Value x, Dim[] low, Dim[] high, double value = 0)
        {
            if (low.Length != x.Rank || high.Length != x.Rank) return Pad(x, low, high, new int[x.Rank], x.Number(value));
            var kept = x;
            for (var axis = 0; axis < low.Length; axis++)
            {
                var (before, after) = (Cut(low[axis]), Cut(high[axis]));
                if (before == 0 && after == 0) continue;
                var rest = x.Shape[axis] - before - after;
                if (rest is { IsConstant: true, Value: < 0 })
                    throw x.Graph.Error("pad", $"{before + after} elements would be cut off from axis {axis} of '{x.Name}' {x.Type}, which has {x.Shape[axis]}; the negative paddings are {low[axis]} before and {high[axis]} after.");
                kept = Slice(kept, axis, before, rest);
            }
            return Pad(kept, Added(low), Added(high), new int[x.Rank], x.Number(value));

            static long Cut(Dim count) => count is { IsConstant: true, Value: < 0 } ? -count.Value : 0;

            static Dim[] Added(Dim[] counts) => [.. counts.Select(count => Cut(count) > 0 ? 0 : count)];
        }

        /// <summary>Surrounds <paramref name="x"/> with a scalar, also between neighbouring elements.</summary>
        /// <param name="x">A tensor of any element type.</param>
        /// <param name="low">For each axis, how many elements before.</param>
        /// <param name="high">For each axis, how many elements after.</param>
        /// <param name="interior">For each axis, how many elements between two neighbours.</param>
        /// <param name="value">A scalar of x's element type.</param>
        /// <exception cref="GraphException">There is not one entry for each axis, one is negative, or the value is not such a scalar.</exception>
        public static Value Pad(Value x, Dim[] low, Dim[] high, int[] interior, Value value)
        {
            if (low.Length == x.Rank && Array.TrueForAll(low, d => d.Is(0)) && Array.TrueForAll(high, d => d.Is(0)) && Array.TrueForAll(interior, i => i == 0))
                return x;
            return x.Graph.Add(new PadOp(new EquatableArray<Dim>([.. low]), new EquatableArray<Dim>([.. high]), new EquatableArray<int>([.. interior])), [x, value]);
        }
    }
}
