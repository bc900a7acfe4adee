using GraphGrad.Rewriting;

namespace GraphGrad.Autodiff;

/// <summary>Reverse mode: appends to the graph the nodes that compute gradients. Knows nothing of any op but its contract.</summary>
internal static class Backward
{
    public static Value[] Differentiate(Value y, Value[] wrt, GradientOptions options)
    {
        Check(y, wrt, options);
        using var scope = y.Graph.Scope("gradients");
        var count = y.Graph.NodeCount;
        return Differentiate([y], wrt, [options.Upstream ?? Seed(y)], options.Stabilize, options.Disconnected, count);
    }

    /// <summary>The products of several values' upstream gradients with their Jacobians, added up; everything has been checked.</summary>
    public static Value[] Differentiate(Value[] ys, Value[] wrt, Value[] upstreams, bool stabilize, Disconnected disconnected) =>
        Differentiate(ys, wrt, upstreams, stabilize, disconnected, ys[0].Graph.NodeCount);

    private static Value[] Differentiate(Value[] ys, Value[] wrt, Value[] upstreams, bool stabilize, Disconnected disconnected, int count)
    {
        HashSet<Value>? sources = null;
        return ys[0].Graph.KeepDifferentiated(wrt.Zip(Pull(ys, wrt, [.. upstreams.Select(u => (Gradient)u)], stabilize, stabilize), GradientOf), ys, count);

        Value GradientOf(Value x, Gradient adjoint)
        {
            if (adjoint.Value is { } value) return value;
            if (disconnected == Disconnected.Error && !(sources ??= Dependence.Sources(ys)).Contains(x)) throw Unreached(ys, x);
            using var origin = x.Graph.WithOrigin(x.Node.Origin);
            return Ops.ZerosLike(x);
        }
    }

    /// <summary>The walk without checks: what flows from values to each of <paramref name="wrt"/>, none where nothing does.</summary>
    /// <param name="ys">The values.</param>
    /// <param name="wrt">What to differentiate by.</param>
    /// <param name="upstreams">What flows to the values.</param>
    /// <param name="stabilize">Whether the values are brought into their stable form first.</param>
    /// <param name="inside">Whether the bodies of loops and checkpoints are.</param>
    public static Gradient[] Pull(Value[] ys, Value[] wrt, Gradient[] upstreams, bool stabilize, bool inside)
    {
        var (values, places) = stabilize ? Stabilizer.Apply(ys, wrt) : (ys, wrt);
        var adjoints = Walk(values, GraphSlice.Between(places, values.Select(y => y.Node), differentiably: true), upstreams, inside);
        return [.. wrt.Zip(places, (x, place) =>
            // A copy would be another value than x to whoever differentiates the gradient by x again.
            x != place && wrt.Length > 1 ? Pull(ys, [x], upstreams, stabilize, inside)[0]
            : adjoints.TryGetValue(place, out var adjoint) ? adjoint.Total() : Gradient.None)];
    }

    /// <summary>What flows to a result that nobody reads, beside others that are read: zeros that no selection took.</summary>
    private static Gradient Untouched(Value output) =>
        Gradient.Masked(Ops.ZerosLike(output), output.Graph.Constant(TensorData.Filled(DType.Bool, 0)));

    private static Value Seed(Value y)
    {
        using var origin = y.Graph.WithOrigin(y.Node.Origin);
        return Ops.One(y);
    }

    private static Dictionary<Value, Contributions> Walk(Value[] ys, List<Node> slice, Gradient[] upstreams, bool inside)
    {
        var nodes = slice.ToHashSet();
        var adjoints = new Dictionary<Value, Contributions>();
        foreach (var (y, upstream) in ys.Zip(upstreams))
        {
            if (nodes.Contains(y.Node)) Add(y, upstream);
        }
        for (var i = slice.Count - 1; i >= 0; i--)
        {
            var node = slice[i];
            var needed = node.Inputs.Select(input => nodes.Contains(input.Node)).ToArray();
            if (!needed.Contains(true) || !node.Outputs.Any(adjoints.ContainsKey)) continue;
            using var origin = node.Graph.WithOrigin(node.Origin);
            var own = node.Outputs.Select(o => adjoints.TryGetValue(o, out var sum) ? sum.Total() : Untouched(o)).ToArray();
            var context = new VjpContext(node, [.. own.Select(g => g.Value!)], [.. own.Select(g => g.Mask)], [.. node.Outputs.Select(adjoints.ContainsKey)], needed, inside);
            var gradients = node.Op.Vjp(context);
            if (gradients.Length != node.Inputs.Count)
                throw Fault(node, $"the reverse rule of {node.OpName} '{node.Name}' returned {gradients.Length} contributions for {node.Inputs.Count} inputs.");
            for (var input = 0; input < gradients.Length; input++)
            {
                var target = node.Inputs[input];
                if (gradients[input].Value is null || !needed[input]) continue;
                Add(target, SumTo(gradients[input], target, node, input));
            }
        }
        return adjoints;

        void Add(Value target, Gradient contribution)
        {
            if (adjoints.TryGetValue(target, out var known)) known.Add(contribution);
            else adjoints.Add(target, new Contributions(target, contribution));
        }
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
        CheckFloats([y], wrt);
        if (wrt.Length == 0) throw y.Graph.Error("gradients", "no value to differentiate by is given; give at least one, such as the variables of the loss.");
        if (options.Upstream is { } upstream)
        {
            y.Graph.Require(upstream, "the upstream gradient");
            if (!upstream.Type.Equals(y.Type))
                throw y.Graph.Error("gradients", $"the upstream gradient '{upstream.Name}' is {upstream.Type}, but '{y.Name}' is {y.Type}; they must be of one type and shape. Cast or broadcast the upstream gradient. '{y.Name}' was built at {y.Node.Origin}.");
        }
        else if (y.Rank != 0)
        {
            throw y.Graph.Error("gradients", $"'{y.Name}' has shape {y.Shape}, and only a scalar has a gradient without more said. Reduce it with Sum or Mean, or give an upstream gradient of its shape in GradientOptions. '{y.Name}' was built at {y.Node.Origin}.");
        }
    }

    public static void CheckFloats(Value[] ys, Value[] wrt)
    {
        foreach (var y in ys)
        {
            ys[0].Graph.Require(y, "the value to differentiate");
            CheckFloat(y, "the value to differentiate");
        }
        foreach (var x in wrt)
        {
            ys[0].Graph.Require(x, "the value to differentiate by");
            CheckFloat(x, "the value to differentiate by");
        }
    }

    private static void CheckFloat(Value value, string what)
    {
        if (!value.DType.IsFloat())
            throw value.Graph.Error("gradients", $"{what}, '{value.Name}', is {value.DType.Text()}; gradients flow only through float32 and float64. Cast it where it is built, at {value.Node.Origin}.");
    }

    private static GraphException Unreached(Value[] ys, Value x) =>
        ys.Length == 1
            ? x.Graph.Error("gradients", $"{Dependence.Text(ys)} {Dependence.Lack(x, ys[0])} on {Dependence.Text([x])}, so it has no gradient with respect to it. Leave '{x.Name}' out, or ask for zeros with GradientOptions {{ Disconnected = Disconnected.Zeros }}.")
            : x.Graph.Error("gradients", $"none of {Dependence.Text(ys)} depends on {Dependence.Text([x])}, so they have no gradient with respect to it. Leave '{x.Name}' out, or ask for zeros with Disconnected.Zeros.");

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
