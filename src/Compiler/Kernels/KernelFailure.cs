using GraphGrad.Operations;

namespace GraphGrad.Compilation.Kernels;

/// <summary>
/// What a kernel reports when data makes a node fail, such as an index out of range. It does not refer to the node: a plan in the
/// cache must not keep the graph that it was made from.
/// </summary>
internal sealed record KernelFailure(Op Op, string Name, Origin Origin, string Message)
{
    public KernelFailure(Node node, string message)
        : this(node.Op, node.Name, node.Origin, message)
    {
    }

    public GraphException ToException() => new($"{Op.Name} '{Name}': {Message} Built at {Origin}.");
}
