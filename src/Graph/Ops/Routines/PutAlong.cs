using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using GraphGrad.Operations;

namespace GraphGrad.Operations
{
    /// <summary>
    /// The transpose of <see cref="TakeAlongOp"/>: its first input with the third's elements combined with those that the second's indices choose, in row-major order. Indices of extent 1 in
    /// all axes behind stand for whole rows.
    /// </summary>
    internal sealed record PutAlongOp(int Axis, ScatterReduction Reduction) : RoutineOp
    {
        // Columns that fill lines of the cache, and as many together as stay in a second-level cache with all rows that they may be put in.
        private const int LeastStrip = 32, StripBytes = 256 << 10;

        private const double CyclesOfValue = 3, CyclesInRow = 0.5;

        // Blocks from which on each thread has its own.
        private const int EnoughBlocks = 16;

        public override string Name => "put_along_axis";

        public override string Attributes => $"axis {Axis}, {Reduction.ToString().ToLowerInvariant()}";

        public override bool BeginsAsFirstInput => true;

        public override TensorType[] Infer(InferContext context)
        {
            var (shape, indices) = (context[0].Shape, context[1].Shape);
            if (!context[1].DType.IsInteger()) throw context.Error($"the indices {context.Text(1)} are not integers; cast them to int32 or int64.");
            if (context[0].DType == DType.Bool && Reduction is ScatterReduction.Sum or ScatterReduction.Product or ScatterReduction.Mean)
                throw context.Error($"{context.Text(0)} is not a number; cast it with Cast.");
            if (context[2].DType != context[0].DType) throw context.Error($"{context.Text(0)} and the values {context.Text(2)} differ in element type; cast one of them with Cast.");
            if (Axis < 0 || Axis >= shape.Rank) throw context.Error($"{context.Text(0)} has no axis {Axis}.");
            Indices.RequirePlaces(context, Axis);
            if (indices.Rank != shape.Rank || !(AreOfRows(indices, Axis) ? indices.Dims[..Axis].SequenceEqual(shape.Dims[..Axis]) : indices.Without(Axis).Equals(shape.Without(Axis))))
                throw context.Error($"{context.Text(0)} and the indices {context.Text(1)} differ outside axis {Axis}; all other extents must be equal. Slice or broadcast one of them.");
            var given = shape.With(Axis, indices[Axis]);
            if (!context[2].Shape.Equals(given)) throw context.Error($"the values {context.Text(2)} must have the shape {given}; broadcast or reshape them.");
            return [context[0]];
        }

        public override Gradient[] Vjp(VjpContext context)
        {
            var (x, values, adjoint) = (context.Input(0), context.Input(2), context.Adjoint);
            var indices = Ops.BroadcastTo(context.Input(1), values.Shape);
            switch (Reduction)
            {
                case ScatterReduction.Sum:
                    return [Gradient.Masked(adjoint, context.Mask), Gradient.None, context.Needed[2] ? Take(adjoint, indices) : Gradient.None];
                case ScatterReduction.Replace:
                    return
                    [
                        context.Needed[0] ? Put(adjoint, indices, Ops.ZerosLike(values), ScatterReduction.Replace) : Gradient.None,
                        Gradient.None,
                        !context.Needed[2] ? Gradient.None : AreDistinct(indices) ? Take(adjoint, indices) : Ops.Where(IsLast(x, indices), Take(adjoint, indices), 0),
                    ];
                case ScatterReduction.Product:
                    var (ofX, ofValues) = ProductsOfOthers(x, indices, values, context.Result);
                    return [adjoint * ofX, Gradient.None, Take(adjoint, indices) * ofValues];
                default:
                    var (takenX, takenValues, count) = Taken(x, indices, values, context.Result);
                    var share = adjoint / count;
                    return [Ops.Where(takenX, share, 0), Gradient.None, Ops.Where(takenValues, Take(share, indices), 0)];
            }
        }

        public override Gradient Jvp(JvpContext context)
        {
            if (context.Tangents[0].Value is null && context.Tangents[2].Value is null) return Gradient.None;
            var (x, values) = (context.Input(0), context.Input(2));
            var indices = Ops.BroadcastTo(context.Input(1), values.Shape);
            var (tangent, valuesTangent) = (context.Tangent(0), context.Tangent(2));
            switch (Reduction)
            {
                case ScatterReduction.Sum or ScatterReduction.Replace:
                    return Put(tangent, indices, valuesTangent, Reduction);
                case ScatterReduction.Product:
                    var (ofX, ofValues) = ProductsOfOthers(x, indices, values, context.Result);
                    return Put(tangent * ofX, indices, valuesTangent * ofValues, ScatterReduction.Sum);
                default:
                    var (takenX, takenValues, count) = Taken(x, indices, values, context.Result);
                    return Put(Ops.Where(takenX, tangent, 0), indices, Ops.Where(takenValues, valuesTangent, 0), ScatterReduction.Sum) / count;
            }
        }

        /// <summary>Whether no place is named twice along the axis: those of sorted elements are not.</summary>
        private bool AreDistinct(Value indices) => indices.Node.Op is ArgSortOp { Axis: var axis } && axis == Axis;

        public override Value Batch(BatchContext context) => context.Add(this with { Axis = Axis + 1 }, context.AllBatched());

        public override RoutineUnits Units(EvaluationContext context)
        {
            var (to, from) = (AxisRuns.Of(context.Output, Axis), AxisRuns.Of(context.Inputs[1], Axis));
            var cycles = from.Count * (from.Inner < to.Inner ? CyclesInRow : CyclesOfValue);
            return to.Outer >= EnoughBlocks || to.Inner < 2 * LeastStrip ? new(Axis, cycles * to.Inner) : new(0, cycles * to.Outer, LeastStrip, Lines: to.Inner);
        }

        public override void Evaluate(EvaluationContext context)
        {
            switch (context.Output.DType)
            {
                case DType.Float32: Choose<float>(context); break;
                case DType.Float64: Choose<double>(context); break;
                case DType.Int32: Choose<int>(context); break;
                case DType.Int64: Choose<long>(context); break;
                default: Choose<byte>(context); break;
            }
        }

        /// <summary>Whether each index stands for a row: all axes behind theirs have extent 1.</summary>
        internal static bool AreOfRows(Shape indices, int axis)
        {
            for (var behind = axis + 1; behind < indices.Rank; behind++)
            {
                if (!indices[behind].Is(1)) return false;
            }
            return true;
        }

        private Value Put(Value x, Value indices, Value values, ScatterReduction reduction) => x.Graph.Add(this with { Reduction = reduction }, [x, indices, values]);

        private Value Take(Value x, Value indices) => x.Graph.Add(new TakeAlongOp(Axis), [x, indices]);

        /// <summary>Which of the values put in one place is the last: each puts its own place along the axis, and finds it there or not.</summary>
        private Value IsLast(Value x, Value indices)
        {
            var places = Ops.Iota(x.Graph, indices.Shape, Axis);
            var nowhere = Ops.BroadcastTo(x.Graph.Constant(-1L), x.Shape);
            return Ops.Equal(Take(Put(nowhere, indices, places, ScatterReduction.Replace), indices), places);
        }

        /// <summary>Which elements and values are the extremum of their place, or NaN, which then is the result, and how many there are: they share evenly.</summary>
        private (Value X, Value Values, Value Count) Taken(Value x, Value indices, Value values, Value result)
        {
            var (ofX, ofValues) = (Ops.Equal(x, result) | Ops.IsNaN(x), Ops.Equal(values, Take(result, indices)) | Ops.IsNaN(values));
            return (ofX, ofValues, Put(Ops.Cast(ofX, x.DType), indices, Ops.Cast(ofValues, x.DType), ScatterReduction.Sum));
        }

        /// <summary>
        /// For each factor the product of all others of its place. Let p be the product of those that are not 0: where no factor is 0 it is result / x; the
        /// only zero has p; of two zeros each has p times the other, written as their sum less itself, so that its derivatives are right, too. With more it is 0.
        /// </summary>
        private (Value X, Value Values) ProductsOfOthers(Value x, Value indices, Value values, Value result)
        {
            var (zeroX, zeroValues) = (Ops.Equal(x, 0), Ops.Equal(values, 0));
            var (nonzeroX, nonzeroValues) = (Ops.Where(zeroX, 1, x), Ops.Where(zeroValues, 1, values));
            var zeros = Put(Ops.Cast(zeroX, x.DType), indices, Ops.Cast(zeroValues, x.DType), ScatterReduction.Sum);
            var product = Put(nonzeroX, indices, nonzeroValues, ScatterReduction.Product);
            var sum = Put(Ops.Where(zeroX, x, 0), indices, Ops.Where(zeroValues, values, 0), ScatterReduction.Sum);
            return (
                Others(x, zeroX, nonzeroX, zeros, product, sum, result),
                Others(values, zeroValues, nonzeroValues, Take(zeros, indices), Take(product, indices), Take(sum, indices), Take(result, indices)));

            static Value Others(Value own, Value isZero, Value nonzero, Value zeros, Value product, Value sum, Value result)
            {
                var ofZero = product * Ops.Where(Ops.Equal(zeros, 1), 1, Ops.Where(Ops.Equal(zeros, 2), sum - own, 0));
                return Ops.Where(isZero, ofZero, result / nonzero);
            }
        }

        private void Choose<T>(EvaluationContext context)
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            switch (Reduction)
            {
                case ScatterReduction.Replace: Run<T, LastOf<T>>(context); break;
                case ScatterReduction.Sum: Run<T, SumOf<T>>(context); break;
                case ScatterReduction.Product: Run<T, ProductOf<T>>(context); break;
                case ScatterReduction.Maximum: Run<T, MaximumOf<T>>(context); break;
                default: Run<T, MinimumOf<T>>(context); break;
            }
        }

        private void Run<T, TCombination>(EvaluationContext context)
            where T : unmanaged
            where TCombination : struct, ICombination<T>
        {
            if (context.Inputs[1].DType == DType.Int32) Run<T, TCombination, int>(context);
            else Run<T, TCombination, long>(context);
        }

        private void Run<T, TCombination, TIndex>(EvaluationContext context)
            where T : unmanaged
            where TCombination : struct, ICombination<T>
            where TIndex : unmanaged, IBinaryInteger<TIndex>
        {
            var (to, from) = (AxisRuns.Of(context.Output, Axis), AxisRuns.Of(context.Inputs[1], Axis));
            var indices = context.Inputs[1].Span<TIndex>();
            var values = context.Inputs[2].Span<T>();
            var result = context.Output.Span<T>();
            var (first, width) = context.Lines ?? (0, to.Inner);
            if (context.Inputs[0].Address != context.Output.Address) Begin(context.Inputs[0].Span<T>(), result, to.Inner, first, width);
            for (var block = 0; block < from.Outer; block++)
            {
                var slice = result.Slice(block * to.Count * to.Inner, to.Count * to.Inner);
                var places = indices.Slice(block * from.Count * from.Inner, from.Count * from.Inner);
                var given = values.Slice(block * from.Count * to.Inner, from.Count * to.Inner);
                if (to.Inner == 1) PutLine<T, TCombination, TIndex>(context, places, given, slice, Axis);
                else if (from.Inner == 1) PutRows<T, TCombination, TIndex>(context, places, given, slice, (first, width, to.Inner), Axis);
                else
                {
                    var strip = Math.Max(LeastStrip, StripBytes / Math.Max(1, to.Count * Unsafe.SizeOf<T>()) / LeastStrip * LeastStrip);
                    for (var at = first; at < first + width; at += strip)
                        PutStrip<T, TCombination, TIndex>(context, places, given, slice, (at, Math.Min(strip, first + width - at), from.Inner), Axis);
                }
            }
        }

        /// <summary>The part of the first input that is begun with.</summary>
        private static void Begin<T>(ReadOnlySpan<T> x, Span<T> result, int inner, int first, int width)
        {
            if (width == inner) x.CopyTo(result);
            else
            {
                for (var row = 0; row < result.Length; row += inner) x.Slice(row + first, width).CopyTo(result[(row + first)..]);
            }
        }

        // Compiled at once: what is entered once a line would be measured for long before it is fast.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void PutLine<T, TCombination, TIndex>(EvaluationContext context, ReadOnlySpan<TIndex> places, ReadOnlySpan<T> given, Span<T> line, int axis)
            where TCombination : struct, ICombination<T>
            where TIndex : unmanaged, IBinaryInteger<TIndex>
        {
            ref var first = ref MemoryMarshal.GetReference(line);
            ref var value = ref MemoryMarshal.GetReference(given[..places.Length]);
            var (extent, k) = (line.Length, 0);
            // The places of four are known before the first is put, which the others might overlap with.
            for (; k <= places.Length - 4; k += 4)
            {
                var four = places.Slice(k, 4);
                var (a, b, c, d) = (Place(context, four[0], extent, axis), Place(context, four[1], extent, axis), Place(context, four[2], extent, axis), Place(context, four[3], extent, axis));
                Put<T, TCombination>(ref Unsafe.Add(ref first, a), Unsafe.Add(ref value, k));
                Put<T, TCombination>(ref Unsafe.Add(ref first, b), Unsafe.Add(ref value, k + 1));
                Put<T, TCombination>(ref Unsafe.Add(ref first, c), Unsafe.Add(ref value, k + 2));
                Put<T, TCombination>(ref Unsafe.Add(ref first, d), Unsafe.Add(ref value, k + 3));
            }
            for (; k < places.Length; k++) Put<T, TCombination>(ref Unsafe.Add(ref first, Place(context, places[k], extent, axis)), Unsafe.Add(ref value, k));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Put<T, TCombination>(ref T element, T value)
            where TCombination : struct, ICombination<T> => element = TCombination.Two(element, value);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static nuint Place<TIndex>(EvaluationContext context, TIndex index, int extent, int axis)
            where TIndex : unmanaged, IBinaryInteger<TIndex> => (uint)Indices.Checked(context, index, extent, axis);

        /// <summary>Some neighbouring columns of whole rows.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void PutRows<T, TCombination, TIndex>(EvaluationContext context, ReadOnlySpan<TIndex> places, ReadOnlySpan<T> given, Span<T> block, (int First, int Count, int Pitch) columns, int axis)
            where TCombination : struct, ICombination<T>
            where TIndex : unmanaged, IBinaryInteger<TIndex>
        {
            var extent = context.Output.Extents[axis];
            for (var row = 0; row < places.Length; row++)
            {
                var to = block.Slice((Indices.Checked(context, places[row], extent, axis) * columns.Pitch) + columns.First, columns.Count);
                TCombination.Rows(to, given.Slice((row * columns.Pitch) + columns.First, columns.Count), to);
            }
        }

        /// <summary>Some neighbouring columns, row after row.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void PutStrip<T, TCombination, TIndex>(EvaluationContext context, ReadOnlySpan<TIndex> places, ReadOnlySpan<T> given, Span<T> block, (int First, int Count, int Pitch) columns, int axis)
            where TCombination : struct, ICombination<T>
            where TIndex : unmanaged, IBinaryInteger<TIndex>
        {
            var extent = block.Length / columns.Pitch;
            ref var target = ref MemoryMarshal.GetReference(block);
            for (var row = columns.First; row < places.Length; row += columns.Pitch)
            {
                var rowPlaces = places.Slice(row, columns.Count);
                var rowGiven = given.Slice(row, columns.Count);
                for (var k = 0; k < rowPlaces.Length; k++)
                {
                    ref var element = ref Unsafe.Add(ref target, ((nint)Indices.Checked(context, rowPlaces[k], extent, axis) * columns.Pitch) + columns.First + k);
                    element = TCombination.Two(element, rowGiven[k]);
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
        /// <paramref name="x"/> with a value for each index combined with one of its elements: with the one at the index's own place, but along the axis where the index
        /// says. Values of one place come in row-major order, so the result is always the same.
        /// </summary>
        /// <param name="x">A tensor; of a number type for sums, products and means.</param>
        /// <param name="indices">int32 or int64, of x's rank (of a scalar, which counts as a vector of one element, also a vector), with x's extents outside the axis or 1. They count from 0; a run fails on one outside the axis, negative ones too.</param>
        /// <param name="values">Of x's type; broadcast to the shape of the indices.</param>
        /// <param name="axis">The axis; negative counts from the end.</param>
        /// <param name="reduction">How values combine with an element. Equal extrema share the gradient evenly; with more than two zero factors of one place second derivatives are 0.</param>
        /// <param name="includeSelf">Whether the element itself counts; if not, places without a value keep it.</param>
        /// <exception cref="GraphException">Types or shapes do not fit, or there is no such axis.</exception>
        public static Value PutAlongAxis(Value x, Value indices, Value values, int axis, ScatterReduction reduction = ScatterReduction.Replace, bool includeSelf = true)
        {
            if (Axes.IsOfScalar(x, axis) && indices.Rank < 2) return OfLine(x, line => PutAlongAxis(line, Flatten(indices), values, 0, reduction, includeSelf));
            var place = Axes.Find(x, axis, "put_along_axis");
            if (indices.Rank != x.Rank)
                throw x.Graph.Error("put_along_axis", $"the indices '{indices.Name}' {indices.Type} need the {x.Rank} axes of '{x.Name}' {x.Type}; insert axes of extent 1, or use Scatter for whole slices.");
            var shape = x.Shape.With(place, indices.Shape[place]);
            if (!Broadcasting.TryUnite(indices.Shape, shape, out var united, out var why) || !united.Equals(shape))
                throw x.Graph.Error("put_along_axis", $"the indices '{indices.Name}' {indices.Type} do not broadcast to the extents of '{x.Name}' {x.Type} outside axis {place}: {(why.Length > 0 ? why : "they have more elements; slice them.")}");
            // Indices of whole rows stay as they are: rows combine by vectors.
            var (all, given) = (PutAlongOp.AreOfRows(indices.Shape, place) ? BroadcastTo(indices, new([.. shape.Dims[..place], .. indices.Shape.Dims[place..]])) : BroadcastTo(indices, shape), BroadcastTo(values, shape));
            if (reduction == ScatterReduction.Mean)
            {
                var sum = PutAlongAxis(x, all, given, place, ScatterReduction.Sum, includeSelf);
                var count = PutAlongAxis(OnesLike(x), all, OnesLike(given), place, ScatterReduction.Sum, includeSelf);
                return x.DType.IsInteger() ? FloorDivide(sum, count) : sum / count;
            }
            if (!includeSelf && reduction != ScatterReduction.Replace)
            {
                var start = BroadcastTo(Neutral(x, reduction), given.Shape);
                x = x.Graph.Add(new PutAlongOp(place, ScatterReduction.Replace), [x, all, start]);
            }
            return x.Graph.Add(new PutAlongOp(place, reduction), [x, all, given]);
        }

        /// <summary>What leaves any number as it is when combined with it.</summary>
        private static Value Neutral(Value x, ScatterReduction reduction) => reduction switch
        {
            ScatterReduction.Sum => Scalar(x, 0),
            ScatterReduction.Product => Scalar(x, 1),
            _ => Reduce(reduction == ScatterReduction.Maximum ? ReductionKind.Maximum : ReductionKind.Minimum, BroadcastTo(Scalar(x, 0), [0]), keepDims: false),
        };
    }
}
