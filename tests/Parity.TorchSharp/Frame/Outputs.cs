namespace GraphGrad.Parity.Live;

/// <summary>What a TorchSharp expression gives: one tensor or several, as a tuple or an array.</summary>
internal sealed record Outputs(params Tensor[] Tensors)
{
    public static implicit operator Outputs(Tensor tensor) => new([tensor]);

    public static implicit operator Outputs(Tensor[] tensors) => new(tensors);

    public static implicit operator Outputs((Tensor First, Tensor Second) tensors) => new([tensors.First, tensors.Second]);

    public static implicit operator Outputs((Tensor First, Tensor Second, Tensor Third) tensors) => new([tensors.First, tensors.Second, tensors.Third]);
}
