using GraphGrad.Loops;
using GraphGrad.Operations;

namespace GraphGrad;

public static partial class Ops
{
    /// <summary>
    /// A value as it would be with other values in the place of some that it is computed from: a loss with other weights, <c>Substitute(loss, (w, w - rate * Gradient(loss, w)))</c>, or
    /// a network with the averages of its weights. What depends on none of them is used as it is, random numbers too, so masks of dropout are the same. Derivatives go through
    /// the copy as through any value.
    /// </summary>
    /// <param name="value">What to compute anew; of any type and shape.</param>
    /// <param name="replacements">Values of its graph, and others of their types and shapes. They are replaced all at once: what stands in a replacement is left alone.</param>
    /// <exception cref="GraphException">A replacement has another type or shape, one value is replaced twice, or the value depends on one through an assignment.</exception>
    public static Value Substitute(Value value, params ReadOnlySpan<(Value From, Value To)> replacements)
    {
        var graph = value.Graph;
        var copies = new Dictionary<Value, Value>();
        foreach (var (from, to) in replacements)
        {
            graph.Require(from, "what is replaced");
            graph.Require(to, "the replacement");
            if (!from.Type.Equals(to.Type)) throw graph.Error("substitute", $"'{from.Name}' is {from.Type}, its replacement '{to.Name}' {to.Type}; they must be of one type and shape. Cast, reshape or broadcast the replacement.");
            if (!copies.TryAdd(from, to)) throw graph.Error("substitute", $"'{from.Name}' is replaced twice; give one replacement for each value.");
        }
        foreach (var node in GraphSlice.Of([value.Node]))
        {
            if (node.Outputs.All(copies.ContainsKey)) continue;
            // What the functions of a custom gradient read besides becomes an input of the copy.
            var reads = node.Op is CustomGradientOp && OuterReads.Of(node) is var all && all.Any(copies.ContainsKey) ? all : [];
            if (reads.Length == 0 && !node.Inputs.Any(copies.ContainsKey)) continue;
            if (node.Op is AssignOp) throw graph.Error("substitute", $"'{value.Name}' depends on what is replaced through the assignment '{node.Name}' (built at {node.Origin}), which a copy would carry out twice; read what is assigned instead.");
            using var origin = graph.WithOrigin(node.Origin);
            var op = reads.Length == 0 ? node.Op : new CustomGradientOp(OuterReads.Given(((CustomGradientOp)node.Op).Rule, graph, reads));
            var copy = graph.AddNode(op, [.. node.Inputs.Concat(reads).Select(i => copies.GetValueOrDefault(i, i))], node.OpName, [.. node.ControlInputs]);
            foreach (var output in node.Outputs) copies.TryAdd(output, copy.Outputs[output.Index]);
        }
        return copies.GetValueOrDefault(value, value);
    }
}
