using GraphGrad.Autodiff;
using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    /// <summary>
    /// Its first input, the result of a function; the other inputs are all that the function reads from outside. Gradients go to those, through
    /// the function computed once more. All are equal: what they compute does not depend on how they are differentiated.
    /// </summary>
    internal sealed record CheckpointOp(CheckpointRegion Region) : Op
    {
        public override string Name => "checkpoint";

        public override OpKind KindAt(Node node) => OpKind.Elementwise;

        public override int Cost => 0;

        public override TensorType[] Infer(InferContext context) => [context[0]];

        public override Interval Range(RangeContext context) => context[0];

        public override Gradient[] Vjp(VjpContext context)
        {
            var graph = context.Node.Graph;
            using var scope = graph.Scope("recompute");
            Value[] inputs = [.. context.Node.Inputs.Skip(1)];
            // The adjoint comes first: computed earlier, the function's values would be kept as long as without a checkpoint.
            // Constants by which nothing is differentiated stay visible to rules.
            Value[] barriers = [.. inputs.Select((x, i) => x.Node.Op is ConstantOp && !context.Needed[i + 1] ? x : graph.Add(new BarrierOp(), [x, context.Adjoint]))];
            var result = Region.Copy(barriers);
            Value[] wrt = [.. barriers.Where((x, i) => context.Needed[i + 1] && x.DType.IsFloat())];
            var own = Backward.Pull([result], wrt, [Gradient.Masked(context.Adjoint, context.Mask)], context.Stabilizes, context.Stabilizes);
            return [Gradient.None, .. barriers.Select(x => Array.IndexOf(wrt, x) is var i and >= 0 ? own[i] : Gradient.None)];
        }

        // Forward mode goes through the function's own nodes, which it needs only once.
        public override Gradient Jvp(JvpContext context) => context.Tangents[0];

        public override Value Batch(BatchContext context)
        {
            var own = Region.In(context.Node);
            Value[] boundary = [.. own.Boundary.Select(context.Batcher.AllOrShared)];
            var region = new CheckpointRegion(context.Batcher.All([own.Result])[0], boundary);
            return context.Add(new CheckpointOp(region), [context.Batched(0), .. boundary]);
        }

        public override void Evaluate(EvaluationContext context) => context.Inputs[0].Bytes.CopyTo(context.Output.Bytes);

        public override Scalar Element(ElementContext context, ReadOnlySpan<Scalar> index) => context.Input(0, index);

        public bool Equals(CheckpointOp? other) => other is not null;

        public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);
    }

    /// <summary>The nodes between what a function reads from outside and its result.</summary>
    internal sealed class CheckpointRegion(Value result, Value[] boundary)
    {
        public Value Result { get; } = result;

        public IReadOnlyList<Value> Boundary { get; } = boundary;

        /// <summary>What a function that was called when the graph had <paramref name="start"/> nodes has built.</summary>
        public static CheckpointRegion Of(Value result, int start)
        {
            var boundary = new HashSet<Value>();
            var seen = new HashSet<Node> { result.Node };
            var pending = new Stack<Node>(seen);
            while (pending.TryPop(out var node))
            {
                foreach (var input in node.Inputs)
                {
                    if (input.Node.Id < start) boundary.Add(input);
                    else if (seen.Add(input.Node)) pending.Push(input.Node);
                }
            }
            return new CheckpointRegion(result, [.. boundary.OrderBy(v => v.Node.Id).ThenBy(v => v.Index)]);
        }

        /// <summary>The region among the nodes of a checkpoint's own graph: of one that a loop's body holds, it is still the user's.</summary>
        public CheckpointRegion In(Node checkpoint)
        {
            Value[] inputs = [.. checkpoint.Inputs.Skip(1)];
            return checkpoint.Graph == Result.Graph ? this : new CheckpointRegion(Copy(inputs), inputs);
        }

        /// <summary>
        /// The result computed from other values in the place of the boundary, in their graph. Random nodes are copied too, and draw the same numbers, for
        /// those follow from the seed; otherwise the numbers would be kept.
        /// </summary>
        public Value Copy(Value[] replacements, Graph? graph = null)
        {
            var target = graph ?? (replacements.Length == 0 ? Result.Graph : replacements[0].Graph);
            var copies = Boundary.Zip(replacements).ToDictionary(p => p.First, p => p.Second);
            foreach (var node in Nodes())
            {
                if (node.Outputs.Any(copies.ContainsKey)) continue;
                if (target == node.Graph && !node.Op.IsRandom && (node.Op.IsStateful || !node.Inputs.Any(copies.ContainsKey))) continue;
                using var origin = target.WithOrigin(node.Origin);
                var copy = target.AddNode(node.Op, [.. node.Inputs.Select(i => copies.GetValueOrDefault(i, i))], node.OpName, [.. node.ControlInputs]);
                foreach (var output in node.Outputs) copies.Add(output, copy.Outputs[output.Index]);
            }
            return copies.GetValueOrDefault(Result, Result);
        }

        /// <summary>What the result needs, inputs first, down to the boundary.</summary>
        private IEnumerable<Node> Nodes()
        {
            var ends = Boundary.ToHashSet();
            var found = new HashSet<Node> { Result.Node };
            var pending = new Stack<Node>(found);
            while (pending.TryPop(out var node))
            {
                foreach (var input in node.Inputs)
                {
                    if (!ends.Contains(input) && found.Add(input.Node)) pending.Push(input.Node);
                }
            }
            return found.OrderBy(n => n.Id);
        }
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// A function whose values are not kept for the backward pass but computed once more when it needs them: memory for time, for example
        /// <c>x = Checkpoint(v => Layer(v), x)</c> for each layer of a deep network, or <c>Checkpoint(v => Layer(v[0], v[1]), x, mask)</c>. Gradients also go to what the function uses without being given
        /// it, such as weights. Random numbers come out the same the second time.
        /// </summary>
        /// <param name="function">Builds the result; called once, now.</param>
        /// <param name="inputs">What the function is called with; at least one.</param>
        /// <exception cref="GraphException">There is no input.</exception>
        public static Value Checkpoint(Func<Value[], Value> function, params Value[] inputs)
        {
            if (inputs.Length == 0) throw new GraphException($"checkpoint: give at least one input. Built at {Origin.Capture()}.");
            var graph = inputs[0].Graph;
            foreach (var input in inputs) graph.Require(input, "the input of a checkpoint");
            var start = graph.NodeCount;
            var result = function([.. inputs]);
            graph.Require(result, "the result of a checkpoint's function");
            if (result.Node.Id < start) return result;
            var region = CheckpointRegion.Of(result, start);
            return result.Graph.Add(new CheckpointOp(region), [result, .. region.Boundary]);
        }

        /// <summary>A function of one value that is computed once more in the backward pass.</summary>
        public static Value Checkpoint(Func<Value, Value> function, Value input) => Checkpoint(v => function(v[0]), [input]);
    }
}
