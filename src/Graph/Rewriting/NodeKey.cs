using GraphGrad.Operations;

namespace GraphGrad.Rewriting;

/// <summary>An op with the identities of its operands: two nodes with equal keys compute the same. The order of operands that does not matter is not seen.</summary>
internal readonly struct NodeKey : IEquatable<NodeKey>
{
    private readonly Op op;
    private readonly (int Node, int Index)[] inputs;

    private NodeKey(Op op, (int Node, int Index)[] inputs)
    {
        this.op = op;
        this.inputs = inputs;
    }

    public static NodeKey Of(Node node, Func<Value, int> identity)
    {
        var inputs = new (int Node, int Index)[node.Inputs.Count];
        for (var i = 0; i < inputs.Length; i++) inputs[i] = (identity(node.Inputs[i]), node.Inputs[i].Index);
        if (node.Op is BinaryOp { IsCommutative: true }) Array.Sort(inputs);
        return new NodeKey(node.Op, inputs);
    }

    public bool Equals(NodeKey other) => op.Equals(other.op) && inputs.AsSpan().SequenceEqual(other.inputs);

    public override bool Equals(object? obj) => obj is NodeKey other && Equals(other);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add(op);
        foreach (var input in inputs) hash.Add(input);
        return hash.ToHashCode();
    }
}
