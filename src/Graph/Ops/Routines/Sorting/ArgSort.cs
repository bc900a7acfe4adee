using System.Buffers;
using System.Runtime.CompilerServices;
using GraphGrad.Operations;

namespace GraphGrad.Operations
{
    /// <summary>The places of the first Count elements along an axis in ascending or descending order, or of the last of these alone; equal elements stay in their order, and NaN counts as greatest.</summary>
    internal sealed record ArgSortOp(int Axis, Dim Count, bool IsDescending, bool LastAlone = false) : RoutineOp
    {
        public override string Name => "argsort";

        public override string Attributes => $"axis {Axis}, {(LastAlone ? "number" : "the first")} {Count}{(IsDescending ? ", descending" : string.Empty)}";

        public override TensorType[] Infer(InferContext context)
        {
            var shape = context[0].Shape;
            if (Axis < 0 || Axis >= shape.Rank) throw context.Error($"{context.Text(0)} has no axis {Axis}.");
            if (Count is { IsConstant: true, Value: < 0 } || shape[Axis] - Count is { IsConstant: true, Value: < 0 })
                throw context.Error($"{Count} elements of axis {Axis} of {context.Text(0)} are asked for, whose extent is {shape[Axis]}; ask for 0 … {shape[Axis]}.");
            return [new TensorType(DType.Int64, shape.With(Axis, LastAlone ? 1 : Count))];
        }

        public override Gradient[] Vjp(VjpContext context) => [Gradient.None];

        public override Gradient Jvp(JvpContext context) => Gradient.None;

        public override Value Batch(BatchContext context) => context.Add(this with { Axis = Axis + 1 }, context.Input(0));

        public override RoutineUnits Units(EvaluationContext context) => Along(context, Axis, 20, context.Inputs[0].Extents[Axis] > SortingNetwork.LongestLine ? 1 : SortingNetwork.Lines);

        public override void Evaluate(EvaluationContext context)
        {
            switch (context.Inputs[0].DType)
            {
                case DType.Float32: Run<float, NarrowKey, FloatKeys>(context); break;
                case DType.Int32: Run<int, NarrowKey, IntKeys>(context); break;
                case DType.Bool: Run<byte, NarrowKey, BoolKeys>(context); break;
                case DType.Float64: Run<double, WideKey, DoubleKeys>(context); break;
                default: Run<long, WideKey, LongKeys>(context); break;
            }
        }

        private void Run<T, TKey, TMaker>(EvaluationContext context)
            where T : unmanaged
            where TKey : unmanaged, ISortKey<TKey>
            where TMaker : struct, IKeyMaker<T, TKey>
        {
            var (from, to) = (AxisRuns.Of(context.Inputs[0], Axis), AxisRuns.Of(context.Output, Axis));
            var wanted = LastAlone ? (int)context.Extent(Count) : to.Count;
            if (wanted > from.Count || wanted < to.Count) throw context.Error(LastAlone ? $"axis {Axis} has no element number {wanted} in its order: its extent is {from.Count} in this run." : $"{wanted} elements of axis {Axis} are asked for, whose extent is {from.Count} in this run.");
            var x = context.Inputs[0].Span<T>();
            var result = context.Output.Span<long>();
            // Reverses the order of elements and not of places, so that equal elements of a descending order stay in theirs.
            var reversal = IsDescending ? ulong.MaxValue : 0;
            var chooses = FirstOfLine.Pays<T>(from.Count, wanted);
            (int First, int Count) columns = context.Lines ?? (0, to.Inner);
            var lines = to.Lines == 0 ? 0 : to.Outer * columns.Count;
            if (SortingNetwork.Pays(from.Count, lines, chooses))
            {
                SortSideBySide<T, TKey, TMaker>(x, from, wanted, result, to, columns, reversal);
                return;
            }
            var pooled = ArrayPool<TKey>.Shared.Rent(from.Count);
            var room = ArrayPool<T>.Shared.Rent(chooses ? 2 * from.Count : 0);
            try
            {
                var keys = pooled.AsSpan(0, from.Count);
                for (var number = 0; number < lines; number++)
                {
                    var own = to.InColumns(number, columns.First, columns.Count);
                    var line = x[from.Start(own)..];
                    if (chooses)
                    {
                        var dense = from.Inner > 1 ? SideBySide(line, from.Inner, room.AsSpan(0, from.Count)) : line[..from.Count];
                        FirstOfLine.Find<T, TKey, TMaker>(dense, wanted, reversal, room.AsSpan(from.Count, from.Count), keys);
                    }
                    else
                    {
                        SortKeys.Make<T, TKey, TMaker>(line, from.Inner, reversal, keys);
                        if (LastAlone) keys[wanted - 1] = NthOfLine.Find(keys, wanted - 1);
                        else SortKeys.Sort(keys);
                    }
                    var at = to.Start(own);
                    for (var i = wanted - to.Count; i < wanted; i++, at += to.Inner) result[at] = keys[i].Place;
                }
            }
            finally
            {
                ArrayPool<TKey>.Shared.Return(pooled);
                ArrayPool<T>.Shared.Return(room);
            }
        }

        /// <summary>Short lines, as many at a time as a vector holds keys.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void SortSideBySide<T, TKey, TMaker>(ReadOnlySpan<T> x, AxisRuns from, int wanted, Span<long> result, AxisRuns to, (int First, int Count) columns, ulong reversal)
            where TKey : unmanaged, ISortKey<TKey>
            where TMaker : struct, IKeyMaker<T, TKey>
        {
            Span<int> room = stackalloc int[SortingNetwork.MostPlaces];
            var places = room[..SortingNetwork.Plan(from.Count, wanted - to.Count, wanted, room)];
            var size = from.Count * SortingNetwork.Lines;
            var pooled = ArrayPool<ulong>.Shared.Rent(TKey.Words * size);
            var words = pooled.AsSpan(0, TKey.Words * size);
            var last = (TKey.Words - 1) * size;
            var lines = to.Outer * columns.Count;
            for (var number = 0; number < lines; number += SortingNetwork.Lines)
            {
                for (var lane = 0; lane < SortingNetwork.Lines; lane++)
                {
                    // Lanes that are left over sort the last line again.
                    var line = x[from.Start(to.InColumns(Math.Min(number + lane, lines - 1), columns.First, columns.Count))..];
                    for (var i = 0; i < from.Count; i++)
                    {
                        var key = TMaker.Make(line[i * from.Inner], i, reversal);
                        for (var word = 0; word < TKey.Words; word++) words[(word * size) + (i * SortingNetwork.Lines) + lane] = key.Word(word);
                    }
                }
                if (TKey.Words == 1) SortingNetwork.Sort(words, places);
                else SortingNetwork.Sort(words[..size], words[size..], places);
                for (var lane = 0; lane < SortingNetwork.Lines && number + lane < lines; lane++)
                {
                    var at = to.Start(to.InColumns(number + lane, columns.First, columns.Count));
                    for (var i = wanted - to.Count; i < wanted; i++, at += to.Inner) result[at] = (int)(uint)words[last + (i * SortingNetwork.Lines) + lane];
                }
            }
            ArrayPool<ulong>.Shared.Return(pooled);
        }

        /// <summary>Elements that stand apart, as neighbours.</summary>
        private static ReadOnlySpan<T> SideBySide<T>(ReadOnlySpan<T> x, int stride, Span<T> line)
        {
            for (var i = 0; i < line.Length; i++) line[i] = x[i * stride];
            return line;
        }
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// The places (int64) of the elements along an axis in ascending or descending order; equal elements keep their order, and NaN counts as greater than any number.
        /// </summary>
        /// <param name="x">A tensor of any element type.</param>
        /// <param name="axis">The axis; negative counts from the end.</param>
        /// <param name="descending">Whether the greatest comes first.</param>
        /// <exception cref="GraphException">There is no such axis.</exception>
        public static Value ArgSort(Value x, int axis = -1, bool descending = false)
        {
            if (Axes.IsOfScalar(x, axis)) return OfLine(x, line => ArgSort(line, 0, descending));
            var place = Axes.Find(x, axis, "argsort");
            return x.Graph.Add(new ArgSortOp(place, x.Shape[place], descending), [x]);
        }
    }
}
