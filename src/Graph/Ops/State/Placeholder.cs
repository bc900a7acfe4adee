namespace GraphGrad.Operations;

/// <summary>An input that a run feeds.</summary>
internal sealed record PlaceholderOp(TensorType Type) : SourceOp(Type)
{
    public override string Name => "placeholder";

    // Two placeholders are never one, however alike.
    public override bool IsStateful => true;
}
