using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace GraphGrad.Parity.Live.Trajectories;

/// <summary>The losses of the trajectories in libtorch: of given parameters, or of a module and its own.</summary>
internal static class ProblemTwins
{
    public static readonly Dictionary<string, Func<Parameter[], Tensor[], Tensor>> Formulas = new()
    {
        ["himmelblau"] = (p, _) =>
        {
            var (x, y) = (p[0][0], p[0][1]);
            return ((x * x) + y - 11).pow(2).add((x + (y * y) - 7).pow(2)) / 50 + (((x * x) + (y * y)) / 10);
        },
        ["logistic"] = (p, d) =>
            functional.binary_cross_entropy_with_logits(d[0].matmul(p[0]) + p[1], d[1].to_type(p[0].dtype)) + (p[0].pow(2).sum() * 0.01),
        ["factorization"] = (p, d) => (d[0] - p[0].matmul(p[1])).pow(2).mean(),
    };

    public static readonly Dictionary<string, Func<Network>> Networks = new()
    {
        ["mlp"] = () => new Network(
            Sequential(("a", Linear(4, 16)), ("b", ReLU()), ("c", Linear(16, 8)), ("d", Tanh()), ("e", Linear(8, 3))),
            (y, d) => functional.cross_entropy(y, d[1])),
        ["cnn"] = () => new Network(
            Sequential(
                ("a", Conv2d(1, 4, 3, padding: 1)), ("b", BatchNorm2d(4)), ("c", ReLU()), ("d", MaxPool2d(2)),
                ("e", Conv2d(4, 8, 3, padding: 1)), ("f", BatchNorm2d(8)), ("g", ReLU()), ("h", AvgPool2d(2)),
                ("i", Flatten()), ("j", Linear(8 * 2 * 2, 3))),
            (y, d) => functional.cross_entropy(y, d[1])),
        ["gru"] = () => new Network(new LastState(), (y, d) => functional.mse_loss(y, d[1])),
        ["transformer"] = () => new Network(TransformerEncoderLayer(8, 2, 16, 0), (y, d) => functional.mse_loss(y, d[1])),
        ["encoder and decoder"] = () => new Network(new EncoderAndDecoder(), (y, d) => functional.mse_loss(y, d[1])),
    };

    /// <summary>A module and the loss of its output.</summary>
    internal sealed record Network(Module<Tensor, Tensor> Module, Func<Tensor, Tensor[], Tensor> Loss);

    private sealed class EncoderAndDecoder : Module<Tensor, Tensor>
    {
        private readonly Transformer transformer = Transformer(8, 2, 1, 1, 16, 0);

        public EncoderAndDecoder()
            : base("encoder and decoder") => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            var later = full([3, 3], double.NegativeInfinity, dtype: x.dtype).triu(1);
            return transformer.call(x.narrow(0, 0, 5), x.narrow(0, 5, 3), null!, later, null!, null!, null!, null!);
        }
    }

    private sealed class LastState : Module<Tensor, Tensor>
    {
        private readonly GRU recurrent = GRU(3, 5);
        private readonly Linear linear = Linear(5, 2);

        public LastState()
            : base("last state") => RegisterComponents();

        public override Tensor forward(Tensor x) => linear.forward(recurrent.call(x).Item2[0]);
    }
}
