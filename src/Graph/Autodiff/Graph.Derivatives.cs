using GraphGrad.Operations;

namespace GraphGrad;

public sealed partial class Graph
{
    private readonly Dictionary<Node, Value[]> differentiated = [];

    /// <summary>Keeps what derivatives were taken of.</summary>
    /// <param name="derivatives">The derivatives.</param>
    /// <param name="of">What they were taken of.</param>
    /// <param name="count">How many nodes there were before.</param>
    /// <returns>
    /// The derivatives. What was there before has a meaning of its own: a tangent of log(exp(x)), which comes out as it was given, is a function of x, and what was given is none. So a view of
    /// it is handed back.
    /// </returns>
    internal Value[] KeepDifferentiated(IEnumerable<Value> derivatives, Value[] of, int count)
    {
        Value[] own = [.. derivatives.Select(d => d.Node.Id >= count ? d : Add(new ReshapeOp(d.Shape), [d]))];
        lock (gate)
        {
            foreach (var derivative in own) differentiated.TryAdd(derivative.Node, of);
        }
        return own;
    }

    /// <summary>What a node is the derivative of; nothing if it is none.</summary>
    internal Value[] Differentiated(Node node)
    {
        lock (gate) return differentiated.GetValueOrDefault(node, []);
    }
}
