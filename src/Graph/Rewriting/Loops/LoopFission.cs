using GraphGrad.Loops;
using GraphGrad.Operations;
using GraphGrad.Vectorization;

namespace GraphGrad.Rewriting.Loops;

/// <summary>
/// Afterwards products that wait for nothing an iteration carries are computed outside loops, for all iterations at once by the batching rules:
/// those of a network's inputs before the loop, and after it those of gradients, whose sums over the iterations become one product.
/// </summary>
internal static class LoopFission
{
    public static GraphProgram Apply(GraphProgram program) =>
        ProgramRebuild.Run(program, _ => [], (node, rebuild) => node.Op is LoopOp { MayEndEarly: false } loop && !loop.Body.IsRandom ? Split.TryApply(loop, node, rebuild) : null);

    /// <summary>One loop, taken apart.</summary>
    private sealed class Split
    {
        private readonly LoopOp loop;
        private readonly Value[] inputs;
        private readonly Graph graph;
        private readonly LoopBody body;
        private readonly HashSet<Value> varying;
        private readonly HashSet<Value> ofSteps;
        private readonly HashSet<Value> ofCarries;
        private readonly int[] summed;

        private Split(LoopOp loop, Node node, ProgramRebuild rebuild)
        {
            (this.loop, body, graph) = (loop, loop.Body, rebuild.Target);
            inputs = [.. node.Inputs.Select(i => rebuild[i])];
            varying = body.DependentsOf(body.Parameters.Carries);
            ofSteps = body.DependentsOf(body.Parameters.Steps);
            ofSteps.ExceptWith(varying);
            summed = [.. Enumerable.Range(0, loop.Carries).Where(IsSum)];
            // What the next iteration waits for.
            ofCarries = [.. GraphSlice.Of(body.Results.Carries.Where((_, i) => !summed.Contains(i)).Select(c => c.Node)).SelectMany(n => n.Outputs)];
        }

        public static Value[]? TryApply(LoopOp loop, Node node, ProgramRebuild rebuild)
        {
            var split = new Split(loop, node, rebuild);
            var before = split.Before();
            var (sums, outputs, stacked) = split.After(before);
            return before.Count + sums.Count + outputs.Count == 0 ? null : split.Build(before, sums, outputs, stacked);
        }

        /// <summary>Products of what only steps and captures give, nearest to the results.</summary>
        private List<Value> Before()
        {
            var found = new List<Value>();
            var seen = new HashSet<Value>();
            var pending = new Stack<Value>(body.Results.All.Where(seen.Add));
            while (pending.TryPop(out var value))
            {
                if (value.Node.Op is DotOp && ofSteps.Contains(value)) found.Add(value);
                else foreach (var input in value.Node.Inputs.Where(seen.Add)) pending.Push(input);
            }
            return found;
        }

        /// <summary>Whether a carry only adds up what iterations yield.</summary>
        private bool IsSum(int carry)
        {
            var parameter = body.Parameters.Carries[carry];
            return body.Results.Carries[carry] is { Node.Op: AddOp } sum && sum.DType.IsFloat() && sum.Node.Inputs.Count(i => i == parameter) == 1
                && body.Nodes.Sum(n => n.Inputs.Count(i => i == parameter)) == 1 && !body.Results.Outputs.Contains(sum) && !body.Results.Outputs.Contains(parameter)
                && body.Results.Carries.Count(c => c == sum || c == parameter) == 1 && Term(carry).Type.Equals(parameter.Type) && !body.Nodes.Any(n => n.Inputs.Contains(sum));
        }

        private Value Term(int carry) =>
            body.Results.Carries[carry].Node.Inputs.First(i => i != body.Parameters.Carries[carry]);

        /// <summary>The terms of a sum of tensors of one shape.</summary>
        private static IEnumerable<Value> Terms(Value value) =>
            value.Node.Op is AddOp && value.Node.Inputs.All(i => i.Shape.Equals(value.Shape)) ? value.Node.Inputs.SelectMany(Terms) : [value];

        /// <summary>Whether the sum over iterations becomes part of a product or a sum, so that the terms are never stacked.</summary>
        private static bool IsSummedWell(Value term)
        {
            while (term.Node.Op.KindAt(term.Node) is OpKind.View or OpKind.Alias && term.Node.Op is not BroadcastOp) term = term.Node.Inputs[0];
            return term.Node.Op is DotOp or ReduceOp { Kind: ReductionKind.Sum };
        }

        /// <summary>Sums and outputs that are computed after the loop, and what the loop has to stack for them.</summary>
        private (List<int> Sums, List<int> Outputs, List<Value> Stacked) After(List<Value> before)
        {
            var (sums, outputs) = (new List<int>(), new List<int>());
            var stacked = new HashSet<Value>();
            // Products first; then what needs nothing but what is stacked anyway.
            foreach (var onlyProducts in new[] { true, false })
            {
                foreach (var carry in summed.Where(i => !sums.Contains(i) && Terms(Term(i)).All(IsSummedWell)))
                {
                    if (Leave(Term(carry), onlyProducts)) sums.Add(carry);
                }
            }
            for (var j = 0; j < body.Results.Outputs.Length; j++)
            {
                if (Leave(body.Results.Outputs[j], onlyProducts: true)) outputs.Add(j);
            }
            return (sums, outputs, [.. stacked.OrderBy(v => v.Node.Id).ThenBy(v => v.Index)]);

            bool Leave(Value value, bool onlyProducts)
            {
                if (ofCarries.Contains(value)) return false;
                var (edge, hasProduct) = Edge(value, before);
                if (onlyProducts ? !hasProduct : !edge.All(e => stacked.Contains(e))) return false;
                stacked.UnionWith(edge);
                return true;
            }
        }

        /// <summary>What a value is computed from that the loop computes itself, and whether a product lies between.</summary>
        private (HashSet<Value> Values, bool HasProduct) Edge(Value value, List<Value> before)
        {
            var edge = new HashSet<Value>();
            var hasProduct = false;
            var seen = new HashSet<Value> { value };
            var pending = new Stack<Value>(seen);
            while (pending.TryPop(out var next))
            {
                if (before.Contains(next) || body.Parameters.Steps.Contains(next) || body.Parameters.Captures.Contains(next)) continue;
                // What surrounds a padded value, such as the gradient of one gate among others, is not worth stacking.
                if (varying.Contains(next) && next.Node.Op is not PadOp && (ofCarries.Contains(next) || next.Node.Op is PlaceholderOp))
                {
                    edge.Add(next);
                    continue;
                }
                hasProduct |= next.Node.Op is DotOp;
                foreach (var input in next.Node.Inputs.Where(seen.Add)) pending.Push(input);
            }
            return (edge, hasProduct);
        }

        private Value[] Build(List<Value> before, List<int> sums, List<int> outputs, List<Value> stacked)
        {
            var length = loop.Length!.Value;
            var (firstStep, firstCapture) = (loop.Carries, loop.Carries + loop.Steps);

            // Everything outside is computed of one iteration first, and then of all.
            var inline = new Substitution(graph);
            var batcher = new Batcher(length, int.MaxValue);
            for (var s = 0; s < loop.Steps; s++) Stand(body.Parameters.Steps[s], inputs[firstStep + s]);
            for (var k = 0; k < loop.Captures; k++) inline.Map(body.Parameters.Captures[k], inputs[firstCapture + k]);
            var all = batcher.All([.. before.Select(inline.Of)]);

            var inside = new Substitution(new Graph());
            int[] kept = [.. Enumerable.Range(0, loop.Carries).Where(i => !sums.Contains(i))];
            int[] keptOutputs = [.. Enumerable.Range(0, body.Results.Outputs.Length).Where(j => !outputs.Contains(j))];
            var parameters = new LoopParameters(
                [.. kept.Select(i => inside.Placeholder(body.Parameters.Carries[i]))],
                [.. body.Parameters.Steps.Select(inside.Placeholder), .. before.Select(inside.Placeholder)],
                [.. body.Parameters.Captures.Select(inside.Placeholder)]);
            var results = new LoopResults(
                [.. kept.Select(i => inside.Of(body.Results.Carries[i]))],
                [.. keptOutputs.Select(j => inside.Of(body.Results.Outputs[j])), .. stacked.Select(inside.Of)],
                null);
            var node = graph.AddNode(
                loop with { Body = new LoopBody(parameters, results) },
                [.. kept.Select(i => inputs[i]), .. inputs[firstStep..firstCapture], .. all, .. inputs[firstCapture..]]);

            var stacks = kept.Length + keptOutputs.Length;
            for (var k = 0; k < before.Count; k++) Stand(before[k], all[k]);
            for (var k = 0; k < stacked.Count; k++) Stand(stacked[k], node.Outputs[stacks + k]);
            return
            [
                .. Enumerable.Range(0, loop.Carries).Select(i => sums.Contains(i)
                    ? Terms(Term(i)).Aggregate(inputs[i], (sum, term) => sum + Ops.Sum(batcher.All([inline.Of(term)])[0], 0))
                    : node.Outputs[Array.IndexOf(kept, i)]),
                .. Enumerable.Range(0, body.Results.Outputs.Length).Select(j => outputs.Contains(j)
                    ? batcher.All([inline.Of(body.Results.Outputs[j])])[0]
                    : node.Outputs[kept.Length + Array.IndexOf(keptOutputs, j)]),
            ];

            void Stand(Value value, Value stack)
            {
                var one = Batcher.One(stack);
                inline.Map(value, one);
                batcher.Map(one, stack);
            }
        }
    }
}
