using GraphGrad.Rewriting;

namespace GraphGrad.Autodiff;

/// <summary>Reverse mode: appends to the graph the nodes that compute gradients. Knows nothing of any op but its contract.</summary>
internal static class Backward
{
    public static Value[] Differentiate(Value y, Value[] wrt, GradientOptions options)
    {
        var graph = y.Graph;
        Check(y, wrt, options);
        using var scope = graph.Scope("gradients");
        var (stableY, stableWrt) = options.Stabilize ? Stabilizer.Apply(y, wrt) : (y, wrt);
        var slice = GraphSlice.Between(stableWrt, [stableY.Node]);
        var adjoints = slice.Contains(stableY.Node) ? Walk(stableY, slice, options.Upstream ?? Seed(y)) : [];
        return [.. wrt.Zip(stableWrt, GradientOf)];

        Value GradientOf(Value x, Value stableX)
        {
            if (adjoints.TryGetValue(stableX, out var adjoint)) return adjoint.Total().Value!;
            if (options.Disconnected == Disconnected.Error && !Flows(x, y)) throw Unreached(y, x);
            using var origin = graph.WithOrigin(x.Node.Origin);
            return Ops.ZerosLike(x);
        }
    }

    /// <summary>Whether floats lead from x to y: if an op on the way passes no gradient on, as floor, the derivative is zero.</summary>
    private static bool Flows(Value x, Value y)
    {
        var reached = new HashSet<Value> { x };
        foreach (var node in GraphSlice.Between([x], [y.Node]))
        {
            if (node.Inputs.Any(reached.Contains)) reached.UnionWith(node.Outputs.Where(o => o.DType.IsFloat()));
        }
        return reached.Contains(y);
    }

    private static Value Seed(Value y)
    {
        using var origin = y.Graph.WithOrigin(y.Node.Origin);
        return Ops.One(y);
    }

    private static Dictionary<Value, Contributions> Walk(Value y, List<Node> slice, Value upstream)
    {
        var nodes = slice.ToHashSet();
        var adjoints = new Dictionary<Value, Contributions> { [y] = new(y, upstream) };
        for (var i = slice.Count - 1; i >= 0; i--)
        {
            var node = slice[i];
            if (!node.Inputs.Any(input => nodes.Contains(input.Node)) || !node.Outputs.Any(adjoints.ContainsKey)) continue;
            using var origin = node.Graph.WithOrigin(node.Origin);
            var own = node.Outputs.Select(o => adjoints.TryGetValue(o, out var sum) ? sum.Total() : Ops.ZerosLike(o)).ToArray();
            var context = new VjpContext(node, [.. own.Select(g => g.Value!)], own[0].Mask);
            var gradients = node.Op.Vjp(context);
            if (gradients.Length != node.Inputs.Count)
                throw Fault(node, $"the reverse rule of {node.OpName} '{node.Name}' returned {gradients.Length} contributions for {node.Inputs.Count} inputs.");
            for (var input = 0; input < gradients.Length; input++)
            {
                var target = node.Inputs[input];
                if (gradients[input].Value is null || !nodes.Contains(target.Node)) continue;
                var contribution = SumTo(gradients[input], target, node, input);
                if (adjoints.TryGetValue(target, out var known)) known.Add(contribution);
                else adjoints.Add(target, new Contributions(target, contribution));
            }
        }
        return adjoints;
    }

    /// <summary>Sums a contribution over the axes on which the input was repeated, and checks what the op returned.</summary>
    private static Gradient SumTo(Gradient gradient, Value input, Node node, int index)
    {
        var value = gradient.Value!;
        var (from, to) = (value.Shape, input.Shape);
        if (value.DType != input.DType) throw Wrong();
        if (from.Equals(to)) return gradient;
        var lead = from.Rank - to.Rank;
        if (lead < 0) throw Wrong();
        var repeated = new List<int>();
        for (var axis = 0; axis < from.Rank; axis++)
        {
            if (axis < lead || (to[axis - lead].IsOne && !from[axis].IsOne)) repeated.Add(axis);
            else if (from[axis] != to[axis - lead]) throw Wrong();
        }
        int[] axes = [.. repeated];
        var sum = Ops.Reshape(Ops.Sum(value, axes), to);
        if (gradient.Mask is not { } mask) return sum;
        // The sum is exactly zero where no element that went into it was taken.
        return Gradient.Masked(sum, Ops.Reshape(Ops.Any(Ops.BroadcastTo(mask, from), axes), to));

        CompilerBugException Wrong() => Fault(
            node,
            $"the reverse rule of {node.OpName} '{node.Name}' returned {value.Type} for input {index}, which is {input.Type}.");
    }

    private static CompilerBugException Fault(Node node, string message) =>
        new("differentiate", $"{message} The node was built at {node.Origin}.", node.ToString());

    private static void Check(Value y, Value[] wrt, GradientOptions options)
    {
        CheckFloat(y, "the value to differentiate");
        foreach (var x in wrt)
        {
            y.Graph.Require(x, "the value to differentiate by");
            CheckFloat(x, "the value to differentiate by");
        }
        if (options.Upstream is { } upstream)
        {
            y.Graph.Require(upstream, "the upstream gradient");
            if (!upstream.Type.Equals(y.Type))
                throw new GraphException($"gradients: the upstream gradient '{upstream.Name}' is {upstream.Type}, but '{y.Name}' is {y.Type}; they must be of one type and shape. Cast or broadcast the upstream gradient. '{y.Name}' was built at {y.Node.Origin}.");
        }
        else if (y.Rank != 0)
        {
            throw new GraphException($"gradients: '{y.Name}' has shape {y.Shape}, and only a scalar has a gradient without more said. Reduce it with Sum or Mean, or give an upstream gradient of its shape in GradientOptions. '{y.Name}' was built at {y.Node.Origin}.");
        }
    }

    private static void CheckFloat(Value value, string what)
    {
        if (!value.DType.IsFloat())
            throw new GraphException($"gradients: {what}, '{value.Name}', is {value.DType.Text()}; gradients flow only through float32 and float64. Cast it where it is built, at {value.Node.Origin}.");
    }

    private static GraphException Unreached(Value y, Value x)
    {
        var how = GraphSlice.Between([x], [y.Node]).Contains(y.Node) ? "depends only through integers or bools" : "does not depend";
        return new($"gradients: '{y.Name}' (built at {y.Node.Origin}) {how} on '{x.Name}' (built at {x.Node.Origin}), so it has no gradient with respect to it. Leave '{x.Name}' out, or ask for zeros with GradientOptions {{ Disconnected = Disconnected.Zeros }}.");
    }

    /// <summary>What has flowed to one value so far; added up when asked for, in the order of arrival.</summary>
    private sealed class Contributions(Value target, Gradient first)
    {
        private readonly List<Gradient> terms = [first];

        public void Add(Gradient term) => terms.Add(term);

        public Gradient Total()
        {
            if (terms.Count == 1) return terms[0];
            using var origin = target.Graph.WithOrigin(target.Node.Origin);
            var sum = terms[0].Value!;
            var mask = terms[0].Mask;
            foreach (var term in terms.Skip(1))
            {
                sum += term.Value!;
                // What is zero for every path is zero; a path without a mask may carry anything anywhere.
                mask = mask is null || term.Mask is null ? null
                    : ReferenceEquals(mask, term.Mask) ? mask
                    : Ops.Or(mask, term.Mask);
            }
            terms.Clear();
            terms.Add(Gradient.Masked(sum, mask));
            return terms[0];
        }
    }
}
