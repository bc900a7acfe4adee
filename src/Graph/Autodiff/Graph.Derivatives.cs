namespace GraphGrad;

public sealed partial class Graph
{
    private readonly Dictionary<Node, Value[]> differentiated = [];

    /// <summary>
    /// Keeps what derivatives were taken of, for those whose nodes were built since there were <paramref name="count"/>: what was there before has a
    /// meaning of its own.
    /// </summary>
    internal void KeepDifferentiated(IEnumerable<Value> derivatives, Value[] of, int count)
    {
        lock (gate)
        {
            foreach (var derivative in derivatives)
            {
                if (derivative.Node.Id >= count) differentiated.TryAdd(derivative.Node, of);
            }
        }
    }

    /// <summary>What a node is the derivative of; nothing if it is none.</summary>
    internal Value[] Differentiated(Node node)
    {
        lock (gate) return differentiated.GetValueOrDefault(node, []);
    }
}
