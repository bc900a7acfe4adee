using GraphGrad.Operations;
using GraphGrad.Ranges;

namespace GraphGrad.Operations
{
    /// <summary>Its first input, if its second one, a scalar bool, is true; else the run fails. A third one, a float scalar, tells how far off it was.</summary>
    /// <param name="Message">What is wrong; "{0}" stands for the third input in words.</param>
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

        public override Gradient[] Vjp(VjpContext context) => [Gradient.Masked(context.Adjoint, context.Mask), .. context.Node.Inputs.Skip(1).Select(_ => Gradient.None)];

        public override Gradient Jvp(JvpContext context) => context.Tangents[0];

        // Of examples the worst.
        public override Value Batch(BatchContext context)
        {
            Value[] inputs = [context.Batched(0), context.IsBatched(1) ? Ops.All(context.Input(1)) : context.Input(1)];
            return context.Node.Inputs.Count == 2 ? context.Add(this, inputs) : context.Add(this, [.. inputs, context.IsBatched(2) ? Ops.Max(context.Input(2)) : context.Input(2)]);
        }

        public override void Evaluate(EvaluationContext context)
        {
            if (context.Inputs[1].Bytes[0] == 0) throw context.Error(context.Inputs is [_, _, var measure] ? Message.Replace("{0}", Text(measure), StringComparison.Ordinal) : Message);
            context.Inputs[0].Bytes.CopyTo(context.Output.Bytes);
        }

        private static string Text(Operand measure)
        {
            var number = measure.DType == DType.Float32 ? measure.Span<float>()[0] : measure.Span<double>()[0];
            return double.IsNaN(number) ? "NaN (infinity or NaN arose)" : FormattableString.Invariant($"{number:G3}");
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
            value.Graph.Add(new RequireOp(Sentence(message)), [value, condition]);

        /// <summary>The same, with a float scalar that the message tells in place of "{0}".</summary>
        internal static Value Require(Value value, Value condition, string message, Value measure) =>
            value.Graph.Add(new RequireOp(message), [value, condition, measure]);

        // The line follows in a sentence of its own.
        private static string Sentence(string? message) =>
            string.IsNullOrWhiteSpace(message) ? "what it requires does not hold." : char.IsLetterOrDigit(message[^1]) ? message + "." : message;
    }
}
