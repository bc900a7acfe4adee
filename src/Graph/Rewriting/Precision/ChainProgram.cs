namespace GraphGrad.Rewriting.Precision;

/// <summary>A chain on vectors of points, as it is being built.</summary>
/// <param name="graph">Where it is built.</param>
/// <param name="copies">What stands for each value of the chain.</param>
internal sealed class ChainProgram(Graph graph, Dictionary<Value, Value> copies)
{
    private int prepared;

    public Graph Graph { get; } = graph;

    public Dictionary<Value, Value> Copies { get; } = copies;

    /// <summary>All that is computed, leaves first.</summary>
    public List<Value> Values { get; } = [];

    /// <summary>It with memory, as far as it has been asked for.</summary>
    public PreparedProgram? Prepared { get; private set; }

    /// <summary>The program, ready to yield a value of the chain.</summary>
    public PreparedProgram UpTo(Value value)
    {
        if (Prepared is null) (Prepared, prepared) = (new PreparedProgram(Values, _ => 0), Values.Count);
        for (; prepared < Values.Count; prepared++) Prepared.Add(Values[prepared]);
        Prepared.Yield(Copies[value]);
        return Prepared;
    }
}
