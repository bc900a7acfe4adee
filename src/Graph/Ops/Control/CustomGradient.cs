using System.Runtime.CompilerServices;
using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;
using GraphGrad.Vectorization;

namespace GraphGrad.Operations
{
    /// <summary>
    /// Its first input, the result of a user's function; the other inputs are what the function was called with. Gradients go
    /// to those, by the user's rule, and not through the function.
    /// </summary>
    internal sealed record CustomGradientOp(CustomRule Rule) : Op
    {
        public override string Name => "custom_gradient";

        public override OpKind KindAt(Node node) => OpKind.Elementwise;

        public override int Cost => 0;

        public override TensorType[] Infer(InferContext context) => [context[0]];

        public override Interval Range(RangeContext context) => context[0];

        public override Gradient[] Vjp(VjpContext context)
        {
            var inputs = context.Node.Inputs.Skip(1).ToArray();
            var start = context.Node.Graph.NodeCount;
            var values = Rule.Gradient(new CustomGradientContext(inputs, context.Result, context.Adjoint))
                ?? throw Error(context.Node, $"the gradient function returned null; return {inputs.Length - Rule.Reads} gradients, one for each input.");
            context.Node.Graph.RefuseAssignments(start, Name, "return what the variable shall be, and assign it outside");
            if (values.Length != inputs.Length - Rule.Reads)
                throw Error(context.Node, $"the gradient function returned {values.Length} values for {inputs.Length - Rule.Reads} inputs; return one for each, null where there is none.");
            var gradients = new Gradient[inputs.Length + 1];
            for (var i = 0; i < values.Length; i++)
            {
                if (values[i] is not { } value) continue;
                // In a loop's function values from outside are found and passed in (OuterReads).
                if (!context.Node.Graph.IsLoopBody && !value.Graph.IsLoopBody) context.Node.Graph.Require(value, $"what the gradient function of '{context.Node.Name}' returned,");
                if (!value.Type.Equals(inputs[i].Type))
                    throw Error(context.Node, $"the gradient function returned '{value.Name}' {value.Type} for input {i} '{inputs[i].Name}' {inputs[i].Type}; a gradient has the type and shape of its input. Reduce, broadcast or cast it.");
                // What no selection took has gradient zero, whatever the rule makes of it there: as long as element goes to element.
                gradients[i + 1] = context.Mask is { } mask && (Rule.IsKnown || IsElementwise(context.Adjoint, value)) ? Gradient.Masked(Ops.Where(Ops.BroadcastTo(mask, value.Shape), value, 0), mask) : value;
            }
            return gradients;
        }

        public override Gradient Jvp(JvpContext context)
        {
            if (context.Tangents.Skip(1).SkipLast(Rule.Reads).All(t => t.Value is null)) return Gradient.None;
            if (Rule.Tangent is not { } tangent)
                throw Error(context.Node, "forward differentiation needs a tangent function, and none was given; pass one to CustomGradient.");
            var inputs = context.Node.Inputs.Skip(1).ToArray();
            var tangents = Enumerable.Range(1, inputs.Length).Select(context.Tangent).ToArray();
            var value = tangent(new CustomTangentContext(inputs, context.Result, tangents))
                ?? throw Error(context.Node, $"the tangent function returned null; return the tangent of the result, {context.Result.Type}.");
            if (!value.Type.Equals(context.Result.Type))
                throw Error(context.Node, $"the tangent function returned '{value.Name}' {value.Type} for the result {context.Result.Type}; a tangent has the type and shape of the result. Reduce, broadcast or cast it.");
            return value;
        }

        public override Value Batch(BatchContext context) =>
            context.Add(Rule.IsKnown ? this : new CustomGradientOp(Rule.Batched(context.Batcher)), context.AllBatched());

        public override void Evaluate(EvaluationContext context) => context.Inputs[0].Bytes.CopyTo(context.Output.Bytes);

        public override Scalar Element(ElementContext context, ReadOnlySpan<Scalar> index) => context.Input(0, index);

        /// <summary>Whether each element of a gradient is made of the same element of the adjoint, and of no other.</summary>
        private static bool IsElementwise(Value adjoint, Value gradient) =>
            GraphSlice.Between([adjoint], [gradient.Node]) is { Count: > 0 } between
                && between.All(n => n == adjoint.Node || (n.Op is ElementwiseOp && n.Output.Shape.Equals(adjoint.Shape)));

        private static GraphException Error(Node node, string message) => new($"{node.Op.Name} '{node.Name}': {message} Built at {node.Origin}.");
    }

    /// <summary>A user's rules; compared by reference, for functions have no other equality.</summary>
    internal sealed class CustomRule(Func<CustomGradientContext, Value?[]> gradient, Func<CustomTangentContext, Value>? tangent)
    {
        public Func<CustomGradientContext, Value?[]> Gradient { get; } = gradient;

        public Func<CustomTangentContext, Value>? Tangent { get; } = tangent;

        /// <summary>Whether these are the derivatives of the function itself, stated by a rewrite rule: then what lies behind may be looked into.</summary>
        public bool IsKnown { get; init; }

        /// <summary>Whether the functions read nothing but what they are given.</summary>
        public bool IsSelfContained { get; init; }

        /// <summary>How many of the inputs, the last ones, are what the functions read besides; to them no gradient flows.</summary>
        public int Reads { get; init; }

        /// <summary>The rule for all examples: the user's functions are called on one example, and what they build is batched.</summary>
        public CustomRule Batched(Batcher batcher)
        {
            return new CustomRule(OfAll, Tangent is null ? null : TangentOfAll) { IsSelfContained = IsSelfContained, Reads = Reads };

            Value?[] OfAll(CustomGradientContext c) => Apply(
                [.. c.Inputs, c.Result, c.Adjoint],
                ones => Gradient(new CustomGradientContext(ones[..^2], ones[^2], ones[^1])));

            Value TangentOfAll(CustomTangentContext c) => Apply(
                [.. c.Inputs, .. c.Tangents, c.Result],
                ones => [Tangent!(new CustomTangentContext(ones[..c.Inputs.Count], ones[^1], ones[c.Inputs.Count..^1]))])[0]!;

            // They may read values of one example, which have ended by now; what they build of them is replaced by what is built for all.
            Value?[] Apply(Value[] all, Func<Value[], Value?[]> function)
            {
                using var recalling = all[0].Graph.Recalling();
                return batcher.Apply(all, function);
            }
        }
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// A function of values with gradients of the user's own: <c>CustomGradient(v => Abs(v[0]), c => [c.Adjoint * Sign(c.Inputs[0])], x)</c>.
        /// The gradient function is called whenever a gradient is taken, and in the function of a loop once more while that is built; what it builds can
        /// itself be differentiated.
        /// </summary>
        /// <param name="function">Builds the result from the inputs; called once, now.</param>
        /// <param name="gradient">Builds one gradient for each input, of its type and shape, or null where there is none.</param>
        /// <param name="inputs">What the function is called with. Whatever else it uses gets no gradient.</param>
        /// <exception cref="GraphException">There is no input. When a gradient is taken: the number of gradients, or a type or shape, is wrong.</exception>
        public static Value CustomGradient(Func<Value[], Value> function, Func<CustomGradientContext, Value?[]> gradient, params Value[] inputs) =>
            CustomGradient(function, gradient, null, inputs);

        /// <summary>A function of one value with a gradient of the user's own: rounding with the gradient of the identity is <c>CustomGradient(v => Round(v), c => c.Adjoint, x)</c>.</summary>
        /// <param name="function">Builds the result from the input; called once, now.</param>
        /// <param name="gradient">Builds the gradient, of the input's type and shape.</param>
        /// <param name="input">What the function is called with. Whatever else it uses gets no gradient.</param>
        /// <exception cref="GraphException">When a gradient is taken: its type or shape is wrong.</exception>
        // Functions that fit both forms, as those that only throw, take the one with arrays.
        [OverloadResolutionPriority(-1)]
        public static Value CustomGradient(Func<Value, Value> function, Func<CustomGradientContext, Value> gradient, Value input) =>
            CustomGradient(v => function(v[0]), c => [gradient(c) ?? throw MissingGradient(c)], [input]);

        /// <summary>A function of one value with gradients of the user's own in both modes.</summary>
        /// <param name="function">Builds the result from the input; called once, now.</param>
        /// <param name="gradient">Builds the gradient, of the input's type and shape.</param>
        /// <param name="tangent">Builds the tangent of the result, of its type and shape.</param>
        /// <param name="input">What the function is called with. Whatever else it uses gets no gradient and no tangent.</param>
        /// <exception cref="GraphException">When a derivative is taken: its type or shape is wrong.</exception>
        [OverloadResolutionPriority(-1)]
        public static Value CustomGradient(Func<Value, Value> function, Func<CustomGradientContext, Value> gradient, Func<CustomTangentContext, Value> tangent, Value input) =>
            CustomGradient(v => function(v[0]), c => [gradient(c) ?? throw MissingGradient(c)], tangent, [input]);

        /// <summary>As the first overload, with a rule for forward differentiation too.</summary>
        /// <param name="function">Builds the result from the inputs; called once, now.</param>
        /// <param name="gradient">Builds one gradient for each input, of its type and shape, or null where there is none.</param>
        /// <param name="tangent">Builds the tangent of the result, of its type and shape; null makes forward differentiation an error.</param>
        /// <param name="inputs">What the function is called with. Whatever else it uses gets no gradient and no tangent.</param>
        /// <exception cref="GraphException">There is no input. When a gradient is taken: the number of gradients, or a type or shape, is wrong.</exception>
        public static Value CustomGradient(
            Func<Value[], Value> function, Func<CustomGradientContext, Value?[]> gradient, Func<CustomTangentContext, Value>? tangent, params Value[] inputs)
        {
            if (inputs.Length == 0) throw new GraphException($"custom_gradient: give at least one input. Built at {Origin.Capture()}.");
            var graph = inputs[0].Graph;
            foreach (var input in inputs) graph.Require(input, "the input of a custom gradient");
            Value[] own = [.. inputs];
            var start = graph.NodeCount;
            var result = function(own);
            graph.Require(result, "the result of a custom gradient's function");
            graph.RefuseAssignments(start, "custom_gradient", "return what the variable shall be, and assign it outside");
            return result.Graph.Add(new CustomGradientOp(new CustomRule(gradient, tangent)), [result, .. inputs]);
        }

        private static GraphException MissingGradient(CustomGradientContext context) => context.Adjoint.Graph.Error(
            "custom_gradient",
            $"the gradient function returned null; return the gradient of the input, {context.Inputs[0].Type}, such as ZerosLike(c.Inputs[0]) where it is zero.");
    }
}
