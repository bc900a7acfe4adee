using GraphGrad.Rewriting;

namespace GraphGrad.Autodiff;

/// <summary>Forward mode: appends to the graph the nodes that compute directional derivatives.</summary>
internal static class Forward
{
    public static Value[] Differentiate(Value[] ys, (Value X, Value Tangent)[] directions, Disconnected disconnected)
    {
        Check(ys, directions);
        if (directions.Length == 0) throw ys[0].Graph.Error("jvp", "no direction is given; give at least one value with its tangent.");
        Value[] xs = [.. directions.Select(d => d.X)];
        if (disconnected == Disconnected.Error)
        {
            var reached = Dependence.Reached(xs, ys);
            foreach (var y in ys)
            {
                if (!reached.Contains(y)) throw Unreached(y, xs);
            }
        }
        using var scope = ys[0].Graph.Scope("tangents");
        var count = ys[0].Graph.NodeCount;
        var (stableYs, wrt) = Stabilizer.Apply(ys, xs);
        return ys[0].Graph.KeepDifferentiated(Push(stableYs, wrt, [.. directions.Select(d => d.Tangent)]).Zip(ys, OrZeros), ys, count);
    }

    /// <summary>The walk alone: the tangent of each value, null where it is zero for every tangent.</summary>
    public static Value?[] Push(Value[] ys, Value[] wrt, Value[] given)
    {
        var tangents = wrt.Zip(given).ToDictionary(p => p.First, p => p.Second);
        var masks = new Dictionary<Value, Value>();
        foreach (var node in GraphSlice.Between(wrt, ys.Select(y => y.Node)))
        {
            if (node.Outputs.Any(tangents.ContainsKey) || !node.Inputs.Any(tangents.ContainsKey)) continue;
            using var origin = node.Graph.WithOrigin(node.Origin);
            Gradient[] own = [.. node.Inputs.Select(i => tangents.TryGetValue(i, out var t) ? Gradient.Masked(t, masks.GetValueOrDefault(i)) : Gradient.None)];
            var results = node.Op.JvpOfAll(new JvpContext(node, own));
            if (results.Length != node.Outputs.Count)
                throw Fault(node, $"returned {results.Length} tangents for {node.Outputs.Count} results.");
            foreach (var output in node.Outputs)
            {
                if (results[output.Index].Value is not { } result) continue;
                if (!result.Type.Equals(output.Type)) throw Fault(node, $"returned {result.Type} for a result {output.Type}.");
                tangents.Add(output, result);
                if (results[output.Index].Mask is { } mask) masks.Add(output, mask);
            }
        }
        return [.. ys.Select(tangents.GetValueOrDefault)];
    }

    /// <summary>The tangent of a value, zeros made explicit.</summary>
    public static Value OrZeros(Value? tangent, Value y)
    {
        if (tangent is not null) return tangent;
        using var origin = y.Graph.WithOrigin(y.Node.Origin);
        return Ops.ZerosLike(y);
    }

    private static CompilerBugException Fault(Node node, string what) =>
        new("differentiate", $"the forward rule of {node.OpName} '{node.Name}' {what} The node was built at {node.Origin}.", node.ToString());

    private static void Check(Value[] ys, (Value X, Value Tangent)[] directions)
    {
        foreach (var y in ys)
        {
            ys[0].Graph.Require(y, "the value to differentiate");
            CheckFloat(y, "the value to differentiate");
        }
        foreach (var (x, tangent) in directions)
        {
            ys[0].Graph.Require(x, "the value to differentiate by");
            ys[0].Graph.Require(tangent, "the tangent");
            CheckFloat(x, "the value to differentiate by");
            if (directions.Count(d => ReferenceEquals(d.X, x)) > 1)
                throw x.Graph.Error("jvp", $"two tangents are given for '{x.Name}' (built at {x.Node.Origin}); add them up.");
            if (!x.Type.Equals(tangent.Type))
                throw x.Graph.Error("jvp", $"the tangent '{tangent.Name}' is {tangent.Type}, but '{x.Name}' (built at {x.Node.Origin}) is {x.Type}; they must be of one type and shape. Cast or broadcast the tangent.");
        }
    }

    private static GraphException Unreached(Value y, Value[] xs)
    {
        var how = xs.Length == 1 && Dependence.Lack(xs[0], y) is var lack && lack.Contains("integers", StringComparison.Ordinal) ? $"{lack} on" : "depends on none of";
        return y.Graph.Error("jvp", $"{Dependence.Text([y])} {how} {Dependence.Text(xs)}, so it has no derivative in that direction. Give tangents of values that it depends on, or ask for zeros with Disconnected.Zeros.");
    }

    private static void CheckFloat(Value value, string what)
    {
        if (!value.DType.IsFloat())
            throw value.Graph.Error("jvp", $"{what}, '{value.Name}', is {value.DType.Text()}; derivatives exist only for float32 and float64. Cast it where it is built, at {value.Node.Origin}.");
    }
}
