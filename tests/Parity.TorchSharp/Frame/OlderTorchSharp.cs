namespace GraphGrad.Parity.Live;

/// <summary>Methods that TorchSharp 0.99 does not have, or has with other parameters, though its libtorch has the function. Compiled for 0.99 only.</summary>
internal static class OlderTorchSharp
{
    public static Tensor prod(this Tensor x) => Script.Run("torch.prod(x)", ("x", x));

    public static Tensor prod(this Tensor x, long dim, bool keepdim = false) =>
        Script.Run($"torch.prod(x, {dim}, {(keepdim ? "True" : "False")})", ("x", x));

    public static Tensor index_put_(this Tensor x, Tensor value, Tensor[] indices, bool accumulate) => Script.Run(
        $"torch.index_put_(x, [{string.Join(", ", indices.Select((_, i) => $"i{i}"))}], v, {(accumulate ? "True" : "False")})",
        [("x", x), ("v", value), .. indices.Select((index, i) => ($"i{i}", index))]);
}
