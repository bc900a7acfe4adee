namespace GraphGrad.Rewriting;

/// <summary>
/// A graph with what is wanted of it. Passes make one program of another and keep the order and number of entries, so that
/// each entry still stands for the one of the program that the user built.
/// </summary>
/// <param name="Graph">The nodes, seen by nobody but the passes.</param>
/// <param name="Feeds">What a run feeds.</param>
/// <param name="Fetches">What a run yields.</param>
/// <param name="Variables">The variables that a run reads or assigns.</param>
/// <param name="Targets">What a run does besides: assignments and groups.</param>
internal sealed record GraphProgram(Graph Graph, Value[] Feeds, Value[] Fetches, Variable[] Variables, Node[] Targets)
{
    /// <summary>Whether a run yields its fetches and does nothing else, from feeds and variables: neither a step that assigns nor a loop's body.</summary>
    public bool OnlyYields { get; init; }

    /// <summary>Copies the part of a graph that the entries need into a graph of its own.</summary>
    public static GraphProgram Cut(Graph graph, Value[] feeds, Value[] fetches, Variable[] variables, Node[] targets) =>
        DeadNodes.Remove(new GraphProgram(graph, feeds, fetches, variables, targets));

    /// <summary>The nodes that must not be lost.</summary>
    public IEnumerable<Node> Roots =>
        Feeds.Concat(Variables).Concat(Fetches).Select(v => v.Node).Concat(Targets);

    /// <summary>The same entries in a copy.</summary>
    public GraphProgram In(GraphCopy copy) => this with
    {
        Graph = copy.Target,
        Feeds = [.. Feeds.Select(v => copy[v])],
        Fetches = [.. Fetches.Select(v => copy[v])],
        Variables = [.. Variables.Select(v => (Variable)copy[v])],
        Targets = [.. Targets.Select(n => copy[n])],
    };
}
