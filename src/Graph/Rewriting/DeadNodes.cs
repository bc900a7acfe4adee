namespace GraphGrad.Rewriting;

/// <summary>Afterwards every node of the graph is needed by an entry of the program.</summary>
internal static class DeadNodes
{
    public static GraphProgram Remove(GraphProgram program) => Remove(program, node => node.Name);

    /// <summary>As the other one, with names that the surviving nodes get back.</summary>
    public static GraphProgram Remove(GraphProgram program, Func<Node, string> names)
    {
        var copy = new GraphCopy(new Graph());
        foreach (var node in GraphSlice.Of(program.Roots)) copy.Add(node, names(node), node.Origin);
        return program.In(copy);
    }
}
