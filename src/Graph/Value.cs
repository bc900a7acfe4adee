namespace GraphGrad;

/// <summary>
/// The symbolic result of a node: what expressions are written with. It has an element type and a shape, and no data
/// until a session runs it.
/// </summary>
public partial class Value
{
    internal Value(Node node, int index, TensorType type)
    {
        Node = node;
        Index = index;
        Type = type;
    }

    /// <summary>The node that computes the value.</summary>
    public Node Node { get; }

    /// <summary>Which of the node's results this is.</summary>
    public int Index { get; }

    /// <summary>The element type.</summary>
    public DType DType => Type.DType;

    /// <summary>The shape; its dims may be symbolic.</summary>
    public Shape Shape => Type.Shape;

    /// <summary>The number of axes.</summary>
    public int Rank => Type.Shape.Rank;

    /// <summary>The graph that the value belongs to.</summary>
    public Graph Graph => Node.Graph;

    /// <summary>The name of the node, with the result's index if it is not the first.</summary>
    public string Name => Index == 0 ? Node.Name : $"{Node.Name}:{Index}";

    internal TensorType Type { get; }

    /// <summary>The value of which this one is a copy or the rewritten form, back to what the user wrote.</summary>
    internal Value AsWritten
    {
        get
        {
            var value = this;
            while (value.Node.Written is { } written && value.Index < written.Outputs.Count) value = written.Outputs[value.Index];
            return value;
        }
    }

    /// <summary>Name, element type and shape.</summary>
    public override string ToString() => $"{Name}: {Type}";
}
