namespace GraphGrad.Rewriting;

/// <summary>Afterwards every node of the graph is needed by an entry of the program.</summary>
internal static class DeadNodes
{
    public static GraphProgram Remove(GraphProgram program)
    {
        var copy = new GraphCopy(new Graph());
        foreach (var node in GraphSlice.Of(program.Roots)) copy.Add(node);
        return program.In(copy);
    }
}
