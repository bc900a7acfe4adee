using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    /// <summary>
    /// Of two values the one that a scalar condition takes. What only the other needs is not computed in that run.
    /// </summary>
    internal sealed record CondOp : Op
    {
        public override string Name => "cond";

        public override OpKind KindAt(Node node) => OpKind.Branch;

        public override TensorType[] Infer(InferContext context)
        {
            if (context[0].DType != DType.Bool || context[0].Shape.Rank != 0)
                throw context.Error($"the condition {context.Text(0)} is not a scalar bool; reduce it with Any or All, or select elementwise with Where.");
            if (!context[1].Equals(context[2]))
                throw context.Error($"the branches {context.Text(1)} and {context.Text(2)} must be of one type and shape; cast, broadcast or reshape one of them.");
            return [context[1]];
        }

        public override Interval Range(RangeContext context) => context[1].Union(context[2]);

        public override Gradient[] Vjp(VjpContext context)
        {
            var condition = context.Input(0);
            var zeros = Ops.ZerosLike(context.Adjoint);
            return
            [
                Gradient.None,
                context.Needed[1] ? Branch(Ops.Cond(condition, context.Adjoint, zeros), condition) : Gradient.None,
                context.Needed[2] ? Branch(Ops.Cond(condition, zeros, context.Adjoint), Ops.Not(condition)) : Gradient.None,
            ];

            Gradient Branch(Value adjoint, Value taken) =>
                Gradient.Masked(adjoint, context.Mask is { } outer ? Ops.And(outer, taken) : taken);
        }

        public override Gradient Jvp(JvpContext context)
        {
            if (context.Tangents[1].Value is null && context.Tangents[2].Value is null) return Gradient.None;
            return Ops.Cond(context.Input(0), context.Tangent(1), context.Tangent(2));
        }

        // Examples that differ in the condition take different branches, so both are computed.
        public override Value Batch(BatchContext context) => context.IsBatched(0)
            ? Ops.Where(context.Aligned(0, context.Result.Shape.Rank), context.Batched(1), context.Batched(2))
            : context.Add(this, context.Input(0), context.Batched(1), context.Batched(2));

        public override void Evaluate(EvaluationContext context)
        {
            var taken = context.Inputs[0].Bytes[0] != 0 ? 1 : 2;
            context.Inputs[taken].Bytes.CopyTo(context.Output.Bytes);
        }

        public override Scalar Element(ElementContext context, ReadOnlySpan<Scalar> index) =>
            context.Builder.Select(context.Input(0, []), context.Input(1, index), context.Input(2, index));
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// <paramref name="x"/> if the scalar <paramref name="condition"/> holds in a run, else <paramref name="y"/>. Nodes that only the other
        /// one needs are not computed in that run, and get a gradient of exactly zero.
        /// </summary>
        /// <exception cref="GraphException">The condition is not a scalar bool, or x and y differ in type or shape.</exception>
        public static Value Cond(Value condition, Value x, Value y) => condition.Graph.Add(new CondOp(), [condition, x, y]);

        /// <summary>
        /// What <paramref name="then"/> builds if the scalar <paramref name="condition"/> holds in a run, else what
        /// <paramref name="otherwise"/> builds. Both functions are called once, now; which of their nodes are computed is decided in each run.
        /// </summary>
        /// <exception cref="GraphException">The condition is not a scalar bool, the two values differ in type or shape, or a function assigns a variable.</exception>
        public static Value Cond(Value condition, Func<Value> then, Func<Value> otherwise)
        {
            var graph = condition.Graph;
            var start = graph.NodeCount;
            var (x, y) = (then(), otherwise());
            graph.RefuseAssignments(start, "cond", "return the value of either branch, and assign what comes out");
            graph.Require(x, "what the first function returned");
            graph.Require(y, "what the second function returned");
            return Cond(condition, x, y);
        }
    }
}
