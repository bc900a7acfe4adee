using static System.FormattableString;

namespace GraphGrad.Parity.Live;

/// <summary>
/// Methods that some versions of TorchSharp from 0.99 on do not have, or have with other parameters, though their libtorch has the function. Where
/// TorchSharp has one, the compiler prefers it.
/// </summary>
internal static class OlderTorchSharp
{
    public static Tensor prod(this Tensor x) => Script.Run("torch.prod(x)", ("x", x));

    public static Tensor prod(this Tensor x, long dim, bool keepdim = false) =>
        Script.Run($"torch.prod(x, {dim}, {(keepdim ? "True" : "False")})", ("x", x));

    public static Tensor index_put_(this Tensor x, Tensor value, Tensor[] indices, bool accumulate) => Script.Run(
        $"torch.index_put_(x, [{string.Join(", ", indices.Select((_, i) => $"i{i}"))}], v, {(accumulate ? "True" : "False")})",
        [("x", x), ("v", value), .. indices.Select((index, i) => ($"i{i}", index))]);

    extension(nn.functional)
    {
        public static Tensor prelu(Tensor x, Tensor weight) => Script.Run("torch.prelu(x, w)", ("x", x), ("w", weight));

        public static Tensor silu(Tensor x) => Script.Run("torch.silu(x)", ("x", x));

        public static Tensor mish(Tensor x) => Script.Run("torch.mish(x)", ("x", x));

        public static Tensor hardshrink(Tensor x, double lambda = 0.5) => Script.Run(Invariant($"torch.hardshrink(x, {lambda:F2})"), ("x", x));

        public static Tensor softshrink(Tensor x, double lambda = 0.5) => Script.Run(Invariant($"torch.softshrink(x, {lambda:F2})"), ("x", x));

        public static Tensor tanhshrink(Tensor x) => x - x.tanh();

        public static Tensor threshold(Tensor x, double threshold, double value) =>
            Script.Run(Invariant($"torch.threshold(x, {threshold:F2}, {value:F2})"), ("x", x));

        public static Tensor softsign(Tensor x) => x / (x.abs() + 1);

        public static Tensor logsigmoid(Tensor x) => Script.Run("torch.log_sigmoid(x)", ("x", x));

        public static Tensor sigmoid(Tensor x) => x.sigmoid();
    }
}
