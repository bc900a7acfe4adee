namespace GraphGrad;

/// <summary>Element type and shape of a value.</summary>
internal readonly record struct TensorType(DType DType, Shape Shape)
{
    public override string ToString() => DType.Text() + Shape;
}
