namespace GraphGrad.Autodiff;

/// <summary>Whether a derivative exists at all, as distinct from being zero.</summary>
internal static class Dependence
{
    /// <summary>
    /// Whether floats lead from one of xs to one of ys: if an op on the way passes no gradient on, as floor, the derivative is zero. A derivative
    /// counts as a function of what its value depends on also where it has come out constant, as that of log(exp(x)): the next one is zero.
    /// </summary>
    public static bool Flows(Value[] xs, Value[] ys)
    {
        var known = new HashSet<Node>();
        for (var open = ys; open.Length > 0; open = [.. GraphSlice.Of(open.Select(y => y.Node)).Where(known.Add).SelectMany(n => n.Graph.Differentiated(n)).Distinct()])
        {
            if (Leads(xs, open)) return true;
        }
        return false;
    }

    private static bool Leads(Value[] xs, Value[] ys)
    {
        var reached = new HashSet<Value>(xs);
        foreach (var node in GraphSlice.Between(xs, ys.Select(y => y.Node)))
        {
            if (node.Inputs.Any(reached.Contains)) reached.UnionWith(node.Outputs.Where(o => o.DType.IsFloat()));
        }
        return ys.Any(reached.Contains);
    }

    /// <summary>How y does not depend on x, for messages.</summary>
    public static string Lack(Value x, Value y) =>
        GraphSlice.Between([x], [y.Node]).Contains(y.Node) ? "depends only through integers or bools" : "does not depend";

    /// <summary>Values with their lines, for messages.</summary>
    public static string Text(Value[] values) =>
        string.Join(", ", values.Select(v => $"'{v.Name}' (built at {v.Node.Origin})"));
}
