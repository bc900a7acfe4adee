namespace GraphGrad.Compilation.Kernels;

/// <summary>What a kernel reports when data makes a node fail, such as an index out of range. Compared by node and message.</summary>
internal sealed record KernelFailure(Node Node, string Message)
{
    public GraphException ToException() => new($"{Node.OpName} '{Node.Name}': {Message} Built at {Node.Origin}.");
}
