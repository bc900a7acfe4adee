using GraphGrad.Operations;

namespace GraphGrad;

/// <summary>
/// State that lives in a session and survives its runs. Used as a value it is what the variable held when the run
/// began; assignments take effect together when the run ends.
/// </summary>
public sealed class Variable : Value
{
    internal Variable(Node node, TensorType type, Value initializer, bool trainable)
        : base(node, 0, type)
    {
        Initializer = initializer;
        Trainable = trainable;
    }

    /// <summary>What <c>session.Initialize</c> stores, evaluated once; it may not depend on variables or feeds.</summary>
    public Value Initializer { get; }

    /// <summary>Whether optimizers update the variable when they are not told which ones to update.</summary>
    public bool Trainable { get; }

    internal VariableOp State => (VariableOp)Node.Op;
}
