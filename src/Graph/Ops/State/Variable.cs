namespace GraphGrad.Operations;

/// <summary>What a variable held when the run began.</summary>
internal sealed record VariableOp(TensorType Type, VariableIdentity Identity) : SourceOp(Type)
{
    public override string Name => "variable";
}

/// <summary>Which variable it is; compared by reference.</summary>
internal sealed class VariableIdentity(Value initializer, bool trainable)
{
    public Value Initializer { get; } = initializer;

    public bool Trainable { get; } = trainable;
}
