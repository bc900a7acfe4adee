using GraphGrad.Rewriting;

namespace GraphGrad.Autodiff;

/// <summary>Forward mode: appends to the graph the nodes that compute a directional derivative.</summary>
internal static class Forward
{
    public static Value Differentiate(Value y, (Value X, Value Tangent)[] directions)
    {
        Check(y, directions);
        var graph = y.Graph;
        using var scope = graph.Scope("tangents");
        var (stableY, wrt) = Stabilizer.Apply(y, [.. directions.Select(d => d.X)]);
        var tangents = wrt.Zip(directions).ToDictionary(p => p.First, p => p.Second.Tangent);
        foreach (var node in GraphSlice.Between(wrt, [stableY.Node]))
        {
            if (node.Outputs.Any(tangents.ContainsKey) || !node.Inputs.Any(tangents.ContainsKey)) continue;
            using var origin = graph.WithOrigin(node.Origin);
            Gradient[] own = [.. node.Inputs.Select(i => tangents.TryGetValue(i, out var t) ? t : Gradient.None)];
            if (node.Op.Jvp(new JvpContext(node, own)).Value is not { } result) continue;
            if (!result.Type.Equals(node.Output.Type))
                throw new CompilerBugException("differentiate", $"the forward rule of {node.OpName} '{node.Name}' returned {result.Type} for a result {node.Output.Type}. The node was built at {node.Origin}.", node.ToString());
            tangents.Add(node.Output, result);
        }
        if (tangents.TryGetValue(stableY, out var derivative)) return derivative;
        using var last = graph.WithOrigin(y.Node.Origin);
        return Ops.ZerosLike(y);
    }

    private static void Check(Value y, (Value X, Value Tangent)[] directions)
    {
        CheckFloat(y, "the value to differentiate");
        foreach (var (x, tangent) in directions)
        {
            y.Graph.Require(x, "the value to differentiate by");
            y.Graph.Require(tangent, "the tangent");
            CheckFloat(x, "the value to differentiate by");
            if (directions.Count(d => ReferenceEquals(d.X, x)) > 1)
                throw new GraphException($"jvp: two tangents are given for '{x.Name}' (built at {x.Node.Origin}); add them up.");
            if (!x.Type.Equals(tangent.Type))
                throw new GraphException($"jvp: the tangent '{tangent.Name}' is {tangent.Type}, but '{x.Name}' is {x.Type}; they must be of one type and shape. Cast or broadcast the tangent. '{x.Name}' was built at {x.Node.Origin}.");
        }
        if (!GraphSlice.Between([.. directions.Select(d => d.X)], [y.Node]).Contains(y.Node))
            throw new GraphException($"jvp: '{y.Name}' (built at {y.Node.Origin}) depends on none of {string.Join(", ", directions.Select(d => $"'{d.X.Name}'"))}, so its derivative is zero. Give tangents of values that it depends on.");
    }

    private static void CheckFloat(Value value, string what)
    {
        if (!value.DType.IsFloat())
            throw new GraphException($"jvp: {what}, '{value.Name}', is {value.DType.Text()}; derivatives exist only for float32 and float64. Cast it where it is built, at {value.Node.Origin}.");
    }
}
