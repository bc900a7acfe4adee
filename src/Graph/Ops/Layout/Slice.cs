using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    /// <summary>On each axis the elements start, start + step, … (length of them); a negative step walks backward.</summary>
    internal sealed record SliceOp(EquatableArray<Dim> Starts, EquatableArray<Dim> Lengths, EquatableArray<int> Steps) : Op
    {
        // Lanes interleave an element and so many zeros.
        private const int MostInterleaved = 3;

        public override string Name => "slice";

        public override string Attributes =>
            "[" + string.Join(", ", Starts.Select((start, axis) => $"{start}:+{Lengths[axis]}" + (Steps[axis] == 1 ? string.Empty : $":{Steps[axis]}"))) + "]";

        public override OpKind KindAt(Node node) => IsProven(node.Inputs[0].Shape) ? OpKind.View : OpKind.Indexed;

        public override TensorType[] Infer(InferContext context)
        {
            var shape = context[0].Shape;
            if (Starts.Count != shape.Rank || Lengths.Count != shape.Rank || Steps.Count != shape.Rank)
                throw context.Error($"{Starts.Count} starts, {Lengths.Count} lengths and {Steps.Count} steps do not fit the {shape.Rank} axes of {context.Text(0)}; give one of each for every axis.");
            for (var axis = 0; axis < shape.Rank; axis++)
            {
                if (Steps[axis] == 0) throw context.Error($"the step on axis {axis} of {context.Text(0)} is 0; use a positive or negative step.");
                var (lowest, highest) = Reach(axis);
                if (!Lengths[axis].IsConstant || Lengths[axis].Is(0)) continue;
                if ((lowest.IsConstant && lowest.Value < 0) || (shape[axis] - highest is { IsConstant: true, Value: < 1 }))
                    throw context.Error($"elements {lowest} … {highest} do not all lie on axis {axis} of {context.Text(0)}, whose extent is {shape[axis]}; slice within it.");
            }
            return [new TensorType(context[0].DType, Shape.Create(Lengths.Span))];
        }

        public override Interval Range(RangeContext context) => context[0];

        public override Gradient[] Vjp(VjpContext context)
        {
            var shape = context.Input(0).Shape;
            if (Lengths.Contains(0)) return [Ops.ZerosLike(context.Input(0))];
            return [context.Moved(Scatter)];

            // Elements that were not read get zero (false in the mask).
            Value Scatter(Value y)
            {
                var reversed = Ops.Reverse(y, [.. Enumerable.Range(0, Steps.Count).Where(axis => Steps[axis] < 0)]);
                var low = new Dim[Steps.Count];
                var high = new Dim[Steps.Count];
                for (var axis = 0; axis < low.Length; axis++)
                {
                    var (lowest, highest) = Reach(axis);
                    low[axis] = lowest;
                    high[axis] = shape[axis] - highest - 1;
                }
                int[] gaps = [.. Steps.Select(step => Math.Abs(step) - 1)];
                if (gaps.Length > 0 && gaps[^1] is > 0 and <= MostInterleaved && shape[^1].IsConstant && low[^1].IsConstant && Lengths[^1].IsConstant) reversed = Spread(reversed, gaps, low, high);
                return Ops.Pad(reversed, low, high, gaps, Ops.Scalar(y, 0));
            }

            // Along the last axis elements take turns with zeros, which lanes interleave: the remainder of each place by the step costs ten times as much.
            Value Spread(Value y, int[] gaps, Dim[] low, Dim[] high)
            {
                var (last, gap, count) = (y.Rank - 1, gaps[^1], Lengths[^1].Value * (gaps[^1] + 1));
                var before = Math.Min(low[^1].Value, gap);
                var turns = new Dim[y.Rank + 1];
                var (first, behind) = (turns.ToArray(), turns.ToArray());
                (first[^1], behind[^1]) = (before, gap - before);
                var spread = Ops.Reshape(Ops.Pad(Ops.ExpandDims(y, y.Rank), first, behind), y.Shape.With(last, count));
                low[^1] -= before;
                var rest = shape[^1].Value - low[^1].Value - count;
                gaps[^1] = 0;
                high[^1] = Math.Max(rest, 0);
                return rest < 0 ? Ops.Slice(spread, last, 0, count + rest) : spread;
            }
        }

        public override Gradient Jvp(JvpContext context) => context.Tangent(0).Graph.Add(this, [context.Tangent(0)]);

        public override Value Batch(BatchContext context) => context.Add(
            new SliceOp(BatchContext.Prefixed((Dim)0, Starts), BatchContext.Prefixed(context.Size, Lengths), BatchContext.Prefixed(1, Steps)),
            context.Input(0));

        public override void Evaluate(EvaluationContext context)
        {
            if (context.Output.Count > 0) ((StridedCopy)(context.Prepared ??= Prepare(context))).Run(context.Inputs[0], context.Output);
        }

        private StridedCopy Prepare(EvaluationContext context)
        {
            var x = context.Inputs[0];
            var strides = x.Strides;
            var at = 0L;
            for (var axis = 0; axis < strides.Length; axis++)
            {
                var (lowest, highest) = Reach(axis);
                if (context.Extent(lowest) < 0 || context.Extent(highest) >= x.Extents[axis])
                    throw context.Error($"elements {context.Extent(lowest)} … {context.Extent(highest)} do not all lie on axis {axis}, whose extent is {x.Extents[axis]} in this run.");
                at += context.Extent(Starts[axis]) * strides[axis];
                strides[axis] *= Steps[axis];
            }
            return StridedCopy.Gather((int)at, strides, context.Output);
        }

        public override Scalar Element(ElementContext context, ReadOnlySpan<Scalar> index)
        {
            var b = context.Builder;
            var (type, shape) = (context.InputType(0).DType, context.InputType(0).Shape);
            var own = new Scalar[index.Length];
            var inside = b.Bool(true);
            var empty = b.Bool(false);
            for (var axis = 0; axis < own.Length; axis++)
            {
                own[axis] = b.Add(b.Multiply(index[axis], b.Int64(Steps[axis])), context.Extent(Starts[axis]));
                empty = b.Or(empty, b.LessThan(context.Extent(Lengths[axis]), b.Int64(1)));
                var (lowest, highest) = Reach(axis);
                if (Lengths[axis].Is(0)) continue;
                var (low, high) = Proven(shape[axis], axis);
                if (!low) inside = b.And(inside, b.LessOrEqual(b.Int64(0), context.Extent(lowest)));
                if (!high) inside = b.And(inside, b.LessThan(context.Extent(highest), context.Extent(shape[axis])));
            }
            if (inside is { IsConstant: true, Bits: not 0 }) return context.Input(0, own);
            var element = context.InputWhere(inside, 0, own, b.Number(type, 0));
            return context.Guard(element, b.Or(empty, inside), $"the slice {Attributes} does not lie within the shape {shape} in this run.");
        }

        /// <summary>The lowest and the highest element read on an axis, if any is.</summary>
        private (Dim Lowest, Dim Highest) Reach(int axis)
        {
            var last = Starts[axis] + ((Lengths[axis] - 1) * Steps[axis]);
            return Steps[axis] > 0 ? (Starts[axis], last) : (last, Starts[axis]);
        }

        private bool IsProven(Shape shape) =>
            Enumerable.Range(0, shape.Rank).All(axis => Lengths[axis].Is(0) || Proven(shape[axis], axis) is (true, true));

        /// <summary>Whether every binding of the symbols keeps within the two ends of an axis.</summary>
        private (bool Low, bool High) Proven(Dim extent, int axis)
        {
            var (lowest, highest) = Reach(axis);
            var (start, step) = (Starts[axis], Steps[axis]);
            // As many elements as fit between the start and the end of the axis reach no further.
            var fill = step > 0 ? (extent - start + (step - 1)) / step : (start - step) / -step;
            return (
                lowest.IsNonNegative || (step < 0 && Lengths[axis] == fill),
                (extent - highest - 1).IsNonNegative || (step > 0 && Lengths[axis] == fill));
        }
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>The <paramref name="length"/> elements start, start + step, … of one axis; all of every other axis.</summary>
        /// <param name="x">A tensor of any element type.</param>
        /// <param name="axis">The axis; negative counts from the end.</param>
        /// <param name="start">The first element, counted from 0.</param>
        /// <param name="length">How many elements.</param>
        /// <param name="step">The distance from one to the next; negative walks backward.</param>
        /// <exception cref="GraphException">
        /// There is no such axis, the step is 0, or an element lies outside the axis; a run refuses what only the values of symbols tell.
        /// </exception>
        public static Value Slice(Value x, int axis, Dim start, Dim length, int step = 1)
        {
            var place = Axes.Find(x, axis, "slice");
            var starts = new Dim[x.Rank];
            var lengths = x.Shape.Dims.ToArray();
            var steps = new int[x.Rank];
            Array.Fill(steps, 1);
            (starts[place], lengths[place], steps[place]) = (start, length, step);
            return Slice(x, starts, lengths, steps);
        }

        /// <summary>A slice on every axis; x itself if it takes everything in order.</summary>
        internal static Value Slice(Value x, Dim[] starts, Dim[] lengths, int[] steps) =>
            Array.TrueForAll(starts, s => s.Is(0)) && Array.TrueForAll(steps, s => s == 1) && lengths.AsSpan().SequenceEqual(x.Shape.Dims)
                ? x
                : x.Graph.Add(new SliceOp(new EquatableArray<Dim>(starts), new EquatableArray<Dim>(lengths), new EquatableArray<int>(steps)), [x]);

        /// <summary>The elements in reverse order along the given axes.</summary>
        /// <exception cref="GraphException">There is no such axis, or one is named twice.</exception>
        public static Value Reverse(Value x, params ReadOnlySpan<int> axes)
        {
            if (axes.Length == 1 && Axes.IsOfScalar(x, axes[0])) return x;
            var starts = new Dim[x.Rank];
            var steps = new int[x.Rank];
            Array.Fill(steps, 1);
            foreach (var axis in Axes.Find(x, axes, "reverse")) (starts[axis], steps[axis]) = (x.Shape[axis] - 1, -1);
            return Slice(x, starts, x.Shape.Dims.ToArray(), steps);
        }

        /// <summary>Cuts an axis into equal parts.</summary>
        /// <exception cref="GraphException">There is no such axis, or its extent is not divisible by <paramref name="parts"/> for every value of the symbols.</exception>
        public static Value[] Split(Value x, int parts, int axis = 0)
        {
            var place = Axes.Find(x, axis, "split");
            if (parts < 1 || !Dim.TryDivideExactly(x.Shape[place], parts, out var length))
                throw x.Graph.Error("split", $"axis {place} of '{x.Name}' {x.Type} has extent {x.Shape[place]}, which is not divisible into {parts} equal parts; give the length of each part.");
            return Split(x, [.. Enumerable.Repeat(length, parts)], place);
        }

        /// <summary>Cuts an axis into consecutive parts of the given lengths.</summary>
        /// <exception cref="GraphException">There is no such axis, or the lengths do not add up to its extent.</exception>
        public static Value[] Split(Value x, Dim[] lengths, int axis = 0)
        {
            var place = Axes.Find(x, axis, "split");
            var total = lengths.Aggregate((Dim)0, (sum, length) => sum + length);
            if (total != x.Shape[place])
                throw x.Graph.Error("split", $"axis {place} of '{x.Name}' {x.Type} has extent {x.Shape[place]}, the lengths [{string.Join(", ", lengths)}] add up to {total}; they must be equal.");
            var parts = new Value[lengths.Length];
            Dim start = 0;
            for (var i = 0; i < parts.Length; i++)
            {
                parts[i] = Slice(x, place, start, lengths[i]);
                start += lengths[i];
            }
            return parts;
        }
    }
}
