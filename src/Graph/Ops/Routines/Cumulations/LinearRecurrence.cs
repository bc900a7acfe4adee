using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using GraphGrad.Operations;

namespace GraphGrad.Operations
{
    /// <summary>hᵢ = aᵢ·hᵢ₋₁ + bᵢ along an axis, from h = 0 before the first element; reversed, from behind the last.</summary>
    internal sealed record LinearRecurrenceOp(int Axis, bool IsReversed) : RoutineOp
    {
        public override string Name => "linear_recurrence";

        public override string Attributes => $"axis {Axis}{(IsReversed ? ", reversed" : string.Empty)}";

        /// <summary>The elements moved by one place along an axis, to the end or the start; a number in the place that becomes free.</summary>
        public static Value Shifted(Value x, int axis, int by, double free)
        {
            var edge = Ops.BroadcastTo(x.Number(free), x.Shape.With(axis, 1));
            var kept = x.Shape[axis] - 1;
            if (kept.Is(-1)) return x;
            return by > 0 ? Ops.Concat([edge, Ops.Slice(x, axis, 0, kept)], axis) : Ops.Concat([Ops.Slice(x, axis, 1, kept), edge], axis);
        }

        public override TensorType[] Infer(InferContext context)
        {
            if (!context[0].DType.IsFloat()) throw context.Error($"{context.Text(0)} is not float32 or float64; cast it with Cast.");
            if (context[0] != context[1]) throw context.Error($"the factors {context.Text(0)} and the terms {context.Text(1)} differ in type or shape; cast or broadcast one of them.");
            if (Axis < 0 || Axis >= context[0].Shape.Rank) throw context.Error($"{context.Text(0)} has no axis {Axis}.");
            return [context[1]];
        }

        // b̄ᵢ = h̄ᵢ + aᵢ₊₁·b̄ᵢ₊₁, āᵢ = b̄ᵢ·hᵢ₋₁.
        public override Gradient[] Vjp(VjpContext context)
        {
            var terms = context.Node.Graph.Add(this with { IsReversed = !IsReversed }, [Shifted(context.Input(0), Axis, IsReversed ? 1 : -1, 0), context.Adjoint]);
            return [context.Needed[0] ? terms * Before(context.Result) : Gradient.None, terms];
        }

        public override Gradient Jvp(JvpContext context)
        {
            if (context.Tangents[0].Value is null && context.Tangents[1].Value is null) return Gradient.None;
            var terms = context.Tangent(1);
            if (context.Tangents[0].Value is { } factors) terms += factors * Before(context.Result);
            return context.Node.Graph.Add(this, [context.Input(0), terms]);
        }

        public override Value Batch(BatchContext context) => context.Add(this with { Axis = Axis + 1 }, context.AllBatched());

        public override RoutineUnits Units(EvaluationContext context) => Before(context, Axis, 5);

        public override void Evaluate(EvaluationContext context)
        {
            if (context.Output.DType == DType.Float32) Run<float>(context);
            else Run<double>(context);
        }

        private Value Before(Value h) => Shifted(h, Axis, IsReversed ? -1 : 1, 0);

        private void Run<T>(EvaluationContext context)
            where T : unmanaged, INumber<T>
        {
            var runs = AxisRuns.Of(context.Output, Axis);
            if (runs.Lines == 0) return;
            var a = context.Inputs[0].Span<T>();
            var b = context.Inputs[1].Span<T>();
            var h = context.Output.Span<T>();
            if (runs.Inner == 1)
            {
                Lines(a, b, h, runs.Count);
                return;
            }
            // In float64, one state for each column: rounding to float32 at every step would add up.
            var pooled = ArrayPool<double>.Shared.Rent(runs.Inner);
            try
            {
                var states = pooled.AsSpan(0, runs.Inner);
                for (var block = 0; block < runs.Outer; block++)
                {
                    states.Clear();
                    for (var i = 0; i < runs.Count; i++)
                    {
                        var at = ((block * runs.Count) + (IsReversed ? runs.Count - 1 - i : i)) * runs.Inner;
                        var factors = a.Slice(at, states.Length);
                        var terms = b.Slice(at, states.Length);
                        var to = h.Slice(at, states.Length);
                        // Nothing comes before the first element: its factor, which may be infinite, does not count.
                        for (var k = 0; k < states.Length; k++)
                        {
                            var term = double.CreateTruncating(terms[k]);
                            states[k] = i == 0 ? term : (double.CreateTruncating(factors[k]) * states[k]) + term;
                            to[k] = T.CreateTruncating(states[k]);
                        }
                    }
                }
            }
            finally
            {
                ArrayPool<double>.Shared.Return(pooled);
            }
        }

        // Four lines at a time: each element waits for the one before it on its line, not for the other lines. Compiled at once, as loops are entered once for many elements.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Lines<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> h, int count)
            where T : unmanaged, INumber<T>
        {
            ref var factor = ref MemoryMarshal.GetReference(a);
            ref var term = ref MemoryMarshal.GetReference(b);
            ref var to = ref MemoryMarshal.GetReference(h);
            var (start, step) = IsReversed ? (count - 1, -1) : (0, 1);
            var line = 0;
            for (; line + (4 * count) <= h.Length; line += 4 * count)
            {
                var at = line + start;
                // Nothing comes before the first element: its factor, which may be infinite, does not count.
                var (first, second, third, fourth) = (Wide(ref term, at), Wide(ref term, at + count), Wide(ref term, at + (2 * count)), Wide(ref term, at + (3 * count)));
                for (var i = 1; ; i++, at += step)
                {
                    Unsafe.Add(ref to, at) = T.CreateTruncating(first);
                    Unsafe.Add(ref to, at + count) = T.CreateTruncating(second);
                    Unsafe.Add(ref to, at + (2 * count)) = T.CreateTruncating(third);
                    Unsafe.Add(ref to, at + (3 * count)) = T.CreateTruncating(fourth);
                    if (i == count) break;
                    var next = at + step;
                    first = (Wide(ref factor, next) * first) + Wide(ref term, next);
                    second = (Wide(ref factor, next + count) * second) + Wide(ref term, next + count);
                    third = (Wide(ref factor, next + (2 * count)) * third) + Wide(ref term, next + (2 * count));
                    fourth = (Wide(ref factor, next + (3 * count)) * fourth) + Wide(ref term, next + (3 * count));
                }
            }
            for (; line < h.Length; line += count)
            {
                var at = line + start;
                var state = Wide(ref term, at);
                for (var i = 1; ; i++, at += step)
                {
                    Unsafe.Add(ref to, at) = T.CreateTruncating(state);
                    if (i == count) break;
                    state = (Wide(ref factor, at + step) * state) + Wide(ref term, at + step);
                }
            }
        }

        private static double Wide<T>(ref T first, int at)
            where T : INumber<T> => double.CreateTruncating(Unsafe.Add(ref first, at));
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// h[i] = factors[i] · h[i - 1] + terms[i] along an axis, from h = 0: a decaying sum, an exponential moving average, a linear filter. Computed in float64.
        /// </summary>
        /// <param name="factors">float32 or float64; broadcast with the terms. The first one along the axis does not count.</param>
        /// <param name="terms">Of the same type.</param>
        /// <param name="axis">The axis of the broadcast shape; negative counts from the end.</param>
        /// <param name="reverse">Whether to run from the last element to the first.</param>
        /// <exception cref="GraphException">Types differ or are no floats, shapes do not broadcast, or there is no such axis.</exception>
        public static Value LinearRecurrence(Value factors, Value terms, int axis, bool reverse = false)
        {
            if (!Broadcasting.TryUnite(factors.Shape, terms.Shape, out var shape, out var why))
                throw factors.Graph.Error("linear_recurrence", $"the factors '{factors.Name}' {factors.Type} and the terms '{terms.Name}' {terms.Type} do not broadcast: {why}");
            var (a, b) = (BroadcastTo(factors, shape), BroadcastTo(terms, shape));
            return a.Graph.Add(new LinearRecurrenceOp(Axes.Find(a, axis, "linear_recurrence"), reverse), [a, b]);
        }
    }
}
