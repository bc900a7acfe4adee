using GraphGrad.Operations;
using GraphGrad.Ranges;

namespace GraphGrad.Operations
{
    /// <summary>Its first input, if its second one, a scalar bool, is true; else the run fails.</summary>
    internal sealed record RequireOp(string Message) : RoutineOp
    {
        public override string Name => "require";

        public override TensorType[] Infer(InferContext context)
        {
            if (context[1].DType != DType.Bool || context[1].Shape.Rank != 0)
                throw context.Error($"the condition {context.Text(1)} is not a scalar bool; reduce it with All or Any.");
            return [context[0]];
        }

        public override Interval Range(RangeContext context) => context[0];

        public override Gradient[] Vjp(VjpContext context) => [Gradient.Masked(context.Adjoint, context.Mask), Gradient.None];

        public override Gradient Jvp(JvpContext context) => context.Tangents[0];

        public override Value Batch(BatchContext context) =>
            context.Add(this, context.Batched(0), context.IsBatched(1) ? Ops.All(context.Input(1)) : context.Input(1));

        public override void Evaluate(EvaluationContext context)
        {
            if (context.Inputs[1].Bytes[0] == 0) throw context.Error(Message);
            context.Inputs[0].Bytes.CopyTo(context.Output.Bytes);
        }
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>A value that fails the run, with a message and the user's line, where a condition on the data does not hold.</summary>
        /// <param name="value">What is passed on.</param>
        /// <param name="condition">A scalar bool; of a vectorized function it must hold for every example.</param>
        /// <param name="message">What is wrong and how to cure it, in whole sentences.</param>
        /// <exception cref="GraphException">The condition is not a scalar bool. In a run: it does not hold.</exception>
        public static Value Require(Value value, Value condition, string message) =>
            value.Graph.Add(new RequireOp(message), [value, condition]);
    }
}
