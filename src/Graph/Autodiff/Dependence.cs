namespace GraphGrad.Autodiff;

/// <summary>
/// Whether a derivative exists at all, as distinct from being zero: whether floats lead from one value to another. If an op on the way passes no gradient on,
/// as floor, the derivative is zero. A derivative counts as a function of what its value depends on also where it has come out constant, as that of log(exp(x)): the next one is zero.
/// </summary>
internal static class Dependence
{
    /// <summary>Whether floats lead from one of xs to one of ys.</summary>
    public static bool Flows(Value[] xs, Value[] ys) => xs.Length > 0 && Sources(ys, xs.Min(x => x.Node.Id)).Overlaps(xs);

    /// <summary>All values from which floats lead to one of ys, in one walk.</summary>
    /// <param name="ys">Where they lead.</param>
    /// <param name="first">Nodes with a lower id are left out.</param>
    public static HashSet<Value> Sources(Value[] ys, int first = 0)
    {
        var sources = new HashSet<Value>();
        var reached = new HashSet<Node>();
        var values = new Stack<Value>();
        var nodes = new Stack<Node>();
        foreach (var y in ys) Add(y);
        while (true)
        {
            if (values.TryPop(out var value))
            {
                // What is no float may be asked for itself, but nothing flows through it.
                if (!value.DType.IsFloat()) continue;
                foreach (var input in value.Node.Inputs) Lead(input);
            }
            else if (nodes.TryPop(out var node))
            {
                foreach (var of in node.Graph.Differentiated(node)) Add(of);
                foreach (var input in node.Inputs) Reach(input.Node);
                foreach (var control in node.ControlInputs) Reach(control);
            }
            else
            {
                return sources;
            }
        }

        void Add(Value value)
        {
            Lead(value);
            Reach(value.Node);
        }

        void Lead(Value value)
        {
            if (value.Node.Id >= first && sources.Add(value)) values.Push(value);
        }

        void Reach(Node node)
        {
            if (node.Id >= first && reached.Add(node)) nodes.Push(node);
        }
    }

    /// <summary>Those of ys to which floats lead from one of xs, in one walk.</summary>
    public static HashSet<Value> Reached(IReadOnlyCollection<Value> xs, IReadOnlyCollection<Value> ys)
    {
        if (xs.Count == 0) return [];
        var led = xs.ToHashSet();
        var constant = new HashSet<Node>();
        // What a derivative was taken of is older than the derivative.
        foreach (var node in Closure([.. ys.Select(y => y.Node)], xs.Min(x => x.Node.Id)))
        {
            if (node.Inputs.Any(led.Contains)) led.UnionWith(node.Outputs.Where(o => o.DType.IsFloat()));
            if (node.Graph.Differentiated(node).Any(IsReached) || node.Inputs.Any(i => constant.Contains(i.Node)) || node.ControlInputs.Any(constant.Contains)) constant.Add(node);
        }
        return [.. ys.Where(IsReached)];

        bool IsReached(Value value) => led.Contains(value) || constant.Contains(value.Node);
    }

    /// <summary>How y does not depend on x, for messages.</summary>
    public static string Lack(Value x, Value y) =>
        GraphSlice.Between([x], [y.Node]).Contains(y.Node) ? "depends only through integers or bools" : "does not depend";

    /// <summary>Values with their lines, for messages.</summary>
    public static string Text(Value[] values) =>
        string.Join(", ", values.Select(v => $"'{v.Name}' (built at {v.Node.Origin})"));

    /// <summary>The nodes from an id on that others need, or that those were taken a derivative of, in order.</summary>
    private static List<Node> Closure(IEnumerable<Node> roots, int first)
    {
        var found = new HashSet<Node>();
        for (var open = roots; GraphSlice.Of(open, first).Where(found.Add).ToList() is { Count: > 0 } more;)
        {
            open = more.SelectMany(n => n.Graph.Differentiated(n)).Select(v => v.Node);
        }
        return [.. found.OrderBy(n => n.Id)];
    }
}
