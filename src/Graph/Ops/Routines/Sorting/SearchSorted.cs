using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using GraphGrad.Operations;

namespace GraphGrad.Operations
{
    /// <summary>
    /// How many elements of an ascending line come before a value: those less than it, or, from the right, those not greater. Several lines stand in the last axis of
    /// the first input; then the second has the same leading axes.
    /// </summary>
    internal sealed record SearchSortedOp(bool IsRight) : RoutineOp
    {
        private const int Together = 4;

        public override string Name => "searchsorted";

        public override string Attributes => IsRight ? "right" : "left";

        public override TensorType[] Infer(InferContext context)
        {
            var (sorted, values) = (context[0].Shape, context[1].Shape);
            if (context[0].DType == DType.Bool) throw context.Error($"{context.Text(0)} is not a number; cast it with Cast.");
            if (context[0].DType != context[1].DType) throw context.Error($"{context.Text(0)} and the values {context.Text(1)} differ in element type; cast one of them with Cast.");
            if (sorted.Rank == 0) throw context.Error($"{context.Text(0)} is a scalar; what is searched needs an axis.");
            if (sorted.Rank > 1 && (values.Rank != sorted.Rank || !values.Dims[..^1].SequenceEqual(sorted.Dims[..^1])))
                throw context.Error($"the lines {context.Text(0)} and the values {context.Text(1)} do not fit: but for the last their axes must be equal. Reshape or broadcast one of them.");
            return [new TensorType(DType.Int64, values)];
        }

        public override Gradient[] Vjp(VjpContext context) => [Gradient.None, Gradient.None];

        public override Gradient Jvp(JvpContext context) => Gradient.None;

        public override Value Batch(BatchContext context)
        {
            if (!context.IsBatched(0) && context.Input(0).Rank == 1) return context.Add(this, context.Input(0), context.Input(1));
            var (sorted, values) = (context.Batched(0), context.Batched(1));
            if (sorted.Rank > 2) return context.Add(this, sorted, values);
            // One line for each example, whatever the axes of its values.
            var flat = Ops.Reshape(values, new Shape([context.Size, context.Result.Shape.ElementCount]));
            return Ops.Reshape(context.Add(this, sorted, flat), values.Shape);
        }

        public override void Evaluate(EvaluationContext context)
        {
            switch (context.Inputs[0].DType)
            {
                case DType.Float32: Run<float>(context); break;
                case DType.Float64: Run<double>(context); break;
                case DType.Int32: Run<int>(context); break;
                default: Run<long>(context); break;
            }
        }

        // Halving reads some log2 numbers of a line for each value, and waits for each.
        public override RoutineUnits Units(EvaluationContext context) =>
            new(0, 6 + (4.0 * BitOperations.Log2((uint)context.Inputs[0].Extents[^1] + 1)), Grain: Together, Lines: context.Output.Count);

        private void Run<T>(EvaluationContext context)
            where T : unmanaged, INumber<T>
        {
            var sorted = context.Inputs[0].Span<T>();
            var values = context.Inputs[1].Span<T>();
            var result = context.Output.Span<long>();
            var extent = context.Inputs[0].Extents[^1];
            var perLine = context.Inputs[0].Rank == 1 ? values.Length : context.Inputs[1].Extents[^1];
            var (at, count) = context.Lines ?? (0, values.Length);
            for (var end = at + count; at < end; at += count)
            {
                var line = sorted.Slice(at / perLine * extent, extent);
                count = Math.Min(end - at, perLine - (at % perLine));
                if (IsRight) Search<T, NotAbove<T>>(line, values.Slice(at, count), result.Slice(at, count));
                else Search<T, Below<T>>(line, values.Slice(at, count), result.Slice(at, count));
            }
        }

        // Halves without branches, which would be guessed wrong every other time; NaN compares as no less and no greater, so it counts as greatest. Four values at a time, for
        // each halving of one waits for the one before it.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Search<T, TSide>(ReadOnlySpan<T> line, ReadOnlySpan<T> values, Span<long> result)
            where T : unmanaged, INumber<T>
            where TSide : struct, ISide<T>
        {
            ref var start = ref MemoryMarshal.GetReference(line);
            var i = 0;
            for (; i + Together <= values.Length; i += Together)
            {
                var (a, b, c, d) = (values[i], values[i + 1], values[i + 2], values[i + 3]);
                var (ofA, ofB, ofC, ofD) = (0, 0, 0, 0);
                for (var count = line.Length; count > 0;)
                {
                    var half = (count + 1) / 2;
                    ref var middle = ref Unsafe.Add(ref start, half - 1);
                    ofA += (TSide.IsBehind(Unsafe.Add(ref middle, ofA), a) ? 1 : 0) * half;
                    ofB += (TSide.IsBehind(Unsafe.Add(ref middle, ofB), b) ? 1 : 0) * half;
                    ofC += (TSide.IsBehind(Unsafe.Add(ref middle, ofC), c) ? 1 : 0) * half;
                    ofD += (TSide.IsBehind(Unsafe.Add(ref middle, ofD), d) ? 1 : 0) * half;
                    count -= half;
                }
                (result[i], result[i + 1], result[i + 2], result[i + 3]) = (T.IsNaN(a) ? line.Length : ofA, T.IsNaN(b) ? line.Length : ofB, T.IsNaN(c) ? line.Length : ofC, T.IsNaN(d) ? line.Length : ofD);
            }
            for (; i < values.Length; i++)
            {
                var low = 0;
                for (var count = line.Length; count > 0;)
                {
                    var half = (count + 1) / 2;
                    low += (TSide.IsBehind(Unsafe.Add(ref start, low + half - 1), values[i]) ? 1 : 0) * half;
                    count -= half;
                }
                result[i] = T.IsNaN(values[i]) ? line.Length : low;
            }
        }

        /// <summary>On which side of equal elements a value is put.</summary>
        private interface ISide<T>
        {
            static abstract bool IsBehind(T element, T value);
        }

        private readonly struct Below<T> : ISide<T>
            where T : INumber<T>
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public static bool IsBehind(T element, T value) => element < value;
        }

        private readonly struct NotAbove<T> : ISide<T>
            where T : INumber<T>
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public static bool IsBehind(T element, T value) => element <= value;
        }
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// Where each value would have to be inserted into an ascending line so that it stays ascending (int64): before the elements equal to it, or behind them. NaN goes to the end.
        /// </summary>
        /// <param name="sorted">Ascending along its last axis; of a number type. One line [n] for all values, or […, n] with lines of their own.</param>
        /// <param name="values">Of the same type; any shape for one line, else […, m] with the leading axes of <paramref name="sorted"/>.</param>
        /// <param name="right">Whether to insert behind equal elements.</param>
        /// <exception cref="GraphException">Types differ or are bool, or shapes do not fit.</exception>
        public static Value SearchSorted(Value sorted, Value values, bool right = false) => sorted.Graph.Add(new SearchSortedOp(right), [sorted, values]);

        /// <summary>As <see cref="SearchSorted(Value, Value, bool)"/>, in lines that are ascending in the order that <paramref name="order"/> gives.</summary>
        /// <param name="unsorted">One line [n] for all values, or […, n]; of a number type.</param>
        /// <param name="order">Places in the lines, of their shape, as <see cref="ArgSort"/> gives them.</param>
        /// <param name="values">Of the same type as the lines.</param>
        /// <param name="right">Whether to insert behind equal elements.</param>
        /// <exception cref="GraphException">Types differ or are bool, the places are no integers, or shapes do not fit.</exception>
        public static Value SearchSorted(Value unsorted, Value order, Value values, bool right = false) => SearchSorted(TakeAlongAxis(unsorted, order, -1), values, right);
    }
}
