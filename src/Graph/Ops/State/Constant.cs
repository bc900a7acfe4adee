namespace GraphGrad.Operations;

/// <summary>Data that is part of the graph.</summary>
internal sealed record ConstantOp(TensorData Data) : SourceOp(Data.Type)
{
    public override string Name => "constant";

    public override string Attributes => TensorText.Summary(Data);
}
