using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    /// <summary>Of two values the one that a condition takes, element by element.</summary>
    internal sealed record SelectOp : ElementwiseOp
    {
        /// <summary>Whether the second value is so rarely taken that kernels compute it only where there is such an element among those of a vector.</summary>
        public bool IsSecondRare { get; init; }

        public override string Name => "select";

        public override string Attributes => IsSecondRare ? "second rarely" : string.Empty;

        public override Gradient[] Derivatives(IReadOnlyList<Value> inputs, Value result)
        {
            var condition = inputs[0];
            var (one, zero) = (Ops.One(result), Ops.Scalar(result, 0));
            return [Gradient.None, Ops.Where(condition, one, zero), Ops.Where(condition, zero, one)];
        }

        // What was not taken gets an exact zero, and the mask goes on along its chain: 0 · ∞ must not arise there.
        public override Gradient[] Vjp(VjpContext context)
        {
            var condition = context.Input(0);
            var zero = Ops.Scalar(context.Adjoint, 0);
            return
            [
                Gradient.None,
                context.Needed[1] ? Branch(Ops.Where(condition, context.Adjoint, zero), condition) : Gradient.None,
                context.Needed[2] ? Branch(Ops.Where(condition, zero, context.Adjoint), Ops.Not(condition)) : Gradient.None,
            ];

            Gradient Branch(Value adjoint, Value taken) =>
                Gradient.Masked(adjoint, context.Mask is { } outer ? Ops.And(outer, taken) : taken);
        }

        public override Gradient Jvp(JvpContext context)
        {
            var (first, second) = (context.Tangents[1], context.Tangents[2]);
            if (first.Value is null && second.Value is null) return Gradient.None;
            var tangent = Ops.Where(context.Input(0), context.Tangent(1), context.Tangent(2));
            if (first.Value is not null && second.Value is not null) return tangent;
            var taken = first.Value is null ? Ops.Not(context.Input(0)) : context.Input(0);
            return Gradient.Masked(tangent, (first.Mask ?? second.Mask) is { } inner ? Ops.And(inner, taken) : taken);
        }

        public override Scalar Lower(ScalarBuilder b, ReadOnlySpan<Scalar> x) => IsSecondRare ? b.SelectRare(b.Not(x[0]), x[2], x[1]) : b.Select(x[0], x[1], x[2]);

        public override Series? Expand(IReadOnlyList<Series?> x) => x[0] is { } condition ? x[condition.Sign != 0 ? 1 : 2] : null;

        public override T? Precise<T>(ReadOnlySpan<T> x) => x[0].IsZero ? x[2] : x[1];

        public override double Reference(ReadOnlySpan<double> x) => x[0] != 0 ? x[1] : x[2];

        public override Interval Range(RangeContext context) => Taken(context, 1).Union(Taken(context, 2));

        protected override DType InferType(InferContext context)
        {
            if (context[0].DType != DType.Bool)
                throw context.Error($"the condition {context.Text(0)} is not bool; compare it with something first.");
            if (context[1].DType != context[2].DType)
                throw context.Error($"{context.Text(1)} and {context.Text(2)} differ in element type; cast one of them with Cast.");
            return context[1].DType;
        }

        /// <summary>Where a branch lies when it is taken: a comparison bounds what it compares, as in where(x > 0, x, 0).</summary>
        private static Interval Taken(RangeContext context, int branch)
        {
            var value = context.Node.Inputs[branch];
            if (context.Node.Inputs[0].Node is not { Op: ComparisonOp { Order: not 0 and var order }, Inputs: [var first, var second] }) return context[branch];
            // What is not taken where first <= second is larger there.
            if (branch == 2) order = -order;
            var (low, high) = (context.RangeOf(first), context.RangeOf(second));
            var byFirst = context.Assuming(first, order < 0 ? low with { High = Math.Min(low.High, high.High) } : low with { Low = Math.Max(low.Low, high.Low) }, value);
            var bySecond = context.Assuming(second, order > 0 ? high with { High = Math.Min(low.High, high.High) } : high with { Low = Math.Max(low.Low, high.Low) }, value);
            return byFirst.Within(bySecond.Low, bySecond.High);
        }

        public override void Evaluate(EvaluationContext context)
        {
            switch (context.Output.DType.Size())
            {
                case 1: SelectLoop.Run<byte>(context); break;
                case 4: SelectLoop.Run<int>(context); break;
                default: SelectLoop.Run<long>(context); break;
            }
        }
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// Where <paramref name="condition"/> holds <paramref name="x"/>, elsewhere <paramref name="y"/>, elementwise with
        /// broadcasting. What is not taken contributes exactly zero to every gradient, even where its value is NaN.
        /// </summary>
        /// <exception cref="GraphException">The condition is not bool, the types differ, or the shapes do not broadcast.</exception>
        public static Value Where(Value condition, Value x, Value y) => condition.Graph.Add(new SelectOp(), [condition, x, y]);

        /// <summary>The same where <paramref name="rare"/> costs much and is rarely taken.</summary>
        internal static Value WhereMostly(Value condition, Value x, Value rare) => condition.Graph.Add(new SelectOp { IsSecondRare = true }, [condition, x, rare]);

        /// <summary>Where <paramref name="condition"/> holds <paramref name="x"/>, elsewhere the number <paramref name="y"/>.</summary>
        /// <exception cref="GraphException">The condition is not bool, or the shapes do not broadcast.</exception>
        public static Value Where(Value condition, Value x, double y) => Where(condition, x, x.Number(y));

        /// <summary>Where <paramref name="condition"/> holds the number <paramref name="x"/>, elsewhere <paramref name="y"/>.</summary>
        /// <exception cref="GraphException">The condition is not bool, or the shapes do not broadcast.</exception>
        public static Value Where(Value condition, double x, Value y) => Where(condition, y.Number(x), y);

        /// <summary>Where <paramref name="condition"/> holds the number <paramref name="x"/>, elsewhere the number <paramref name="y"/>, as float32; cast it for another type.</summary>
        /// <exception cref="GraphException">The condition is not bool.</exception>
        public static Value Where(Value condition, double x, double y) =>
            Where(condition, condition.Graph.Add(ConstantOp.Of(DType.Float32, x), []), condition.Graph.Add(ConstantOp.Of(DType.Float32, y), []));
    }
}
