using static TorchSharp.torch.nn.init;

namespace GraphGrad.Parity.Live.Expressions;

internal static class InitializerTwins
{
    private const double Seventh = 1.0 / 7;

    private const double Distance = 2.3;

    // The probability of what is within two deviations.
    private const double Inside = 0.9544997361036416;

    public static readonly Twins All = new()
    {
        ["init.xavier_uniform_"] = t => Uniform(xavier_uniform_(Matrix(t)), Math.Sqrt(6.0 / 200)),
        ["init.xavier_uniform_ of a gain"] = t => Uniform(xavier_uniform_(Matrix(t), 5.0 / 3), 5.0 / 3 * Math.Sqrt(6.0 / 200)),
        ["init.xavier_uniform_ of kernels"] = t => Uniform(xavier_uniform_(Kernels(t)), Math.Sqrt(6.0 / 900)),
        ["init.xavier_normal_"] = t => Normal(Glorot(Matrix(t), 1), Math.Sqrt(2.0 / 200)),
        ["init.xavier_normal_ of a gain"] = t => Normal(Glorot(Kernels(t), 0.75), 0.75 * Math.Sqrt(2.0 / 900)),
        ["init.glorot_uniform_"] = t => Uniform(glorot_uniform_(Matrix(t), 0.5), 0.5 * Math.Sqrt(6.0 / 200)),
        ["init.glorot_normal_"] = t => Normal(Glorot(Matrix(t), 0.5), 0.5 * Math.Sqrt(2.0 / 200)),
        ["init.kaiming_uniform_"] = t => Uniform(kaiming_uniform_(Matrix(t), 0, FanInOut.FanIn, NonlinearityType.ReLU), Math.Sqrt(6.0 / 120)),
        ["init.kaiming_uniform_ by outputs before a leaky rectifier"] = t => Uniform(kaiming_uniform_(Matrix(t), 0.3, FanInOut.FanOut), Math.Sqrt(6 / 1.09 / 80)),
        ["init.kaiming_uniform_ of kernels before tanh"] = t => Uniform(kaiming_uniform_(Kernels(t), 0, FanInOut.FanIn, NonlinearityType.Tanh), 5.0 / 3 * Math.Sqrt(3.0 / 300)),
        ["init.kaiming_normal_"] = t => Normal(kaiming_normal_(Matrix(t), 0, FanInOut.FanIn, NonlinearityType.ReLU), Math.Sqrt(2.0 / 120)),
        ["init.kaiming_normal_ of kernels by outputs"] = t => Normal(kaiming_normal_(Kernels(t), 0, FanInOut.FanOut, NonlinearityType.Linear), Math.Sqrt(1.0 / 600)),
        ["init.uniform_"] = t => Uniform(uniform_(Matrix(t), -Seventh, Seventh), Seventh),
        ["init.normal_"] = t => Normal(normal_(Matrix(t), 0, Seventh), Seventh),
        // TorchSharp's trunc_normal_ gives the deviation itself everywhere; PyTorch's formula.
        ["init.trunc_normal_"] = t => Of(uniform_(Matrix(t), -Inside, Inside).erfinv() * (Seventh * Math.Sqrt(2)), 2 * Seventh, w => (Below(w / Seventh) - 0.022750131948179195) / Inside),
        ["calculate_gain"] = t => tensor(new[]
        {
            calculate_gain(NonlinearityType.Linear), calculate_gain(NonlinearityType.Sigmoid), calculate_gain(NonlinearityType.Tanh), calculate_gain(NonlinearityType.ReLU),
            calculate_gain(NonlinearityType.LeakyReLU, 0.01), calculate_gain(NonlinearityType.LeakyReLU, 0.3),
        }),

        ["init.orthogonal_"] = t => (Products(t, 6, 4), Products(t, 3, 7), Products(t, 5, 5)),
        ["init.sparse_"] = t =>
        {
            var w = sparse_(zeros(30, 400, dtype: t[0].dtype), 0.3);
            return (w.eq(0).sum(dim: 0L), Fits(w.abs().topk(21, 0).values.reshape(-1).to_type(ScalarType.Float64), x => (x / 0.01 * Math.Sqrt(0.5)).erf()));
        },
        ["init.eye_"] = t => (eye_(zeros(3, 5, dtype: t[0].dtype)), eye_(zeros(4, 2, dtype: t[0].dtype))),
        ["init.ones_"] = t => ones_(empty(2, 3, dtype: t[0].dtype)),
        ["init.zeros_"] = t => zeros_(empty(2, 3, dtype: t[0].dtype)),
        ["init.orthogonal_ of a vector"] = t => orthogonal_(zeros(3)),
        ["init.sparse_ of kernels"] = t => sparse_(zeros(3, 2, 2), 0.1),
        ["init.uniform_ of ends that are swapped"] = t => uniform_(zeros(3), 1, 0),
        ["init.normal_ of a negative deviation"] = t => normal_(zeros(3), 0, -1),
    };

    // TorchSharp's xavier_normal_ draws uniform numbers of the right deviation: none is larger than √3 of it, and their fourth moment is 1.8 instead of 3.
    private static Tensor Glorot(Tensor w, double gain)
    {
        var (inputs, outputs) = CalculateFanInAndFanOut(w);
        return normal_(w, 0, gain * Math.Sqrt(2.0 / (inputs + outputs)));
    }

    // [outputs, inputs], as PyTorch has them.
    private static Tensor Matrix(Tensor[] t) => zeros(80, 120, dtype: t[0].dtype);

    private static Tensor Kernels(Tensor[] t) => zeros(40, 20, 3, 5, dtype: t[0].dtype);

    private static Outputs Uniform(Tensor w, double bound) => Of(w, bound, x => ((x / bound) + 1) * 0.5);

    private static Outputs Normal(Tensor w, double deviation) => Of(w, 6 * deviation, x => Below(x / deviation));

    private static Outputs Of(Tensor w, double bound, Func<Tensor, Tensor> distribution)
    {
        w = w.reshape(-1).to_type(ScalarType.Float64);
        return (w.abs().le(bound * 1.000001).all(), Fits(w, distribution));
    }

    private static Tensor Fits(Tensor w, Func<Tensor, Tensor> distribution)
    {
        var count = w.numel();
        var places = (arange(count, dtype: ScalarType.Float64) + 0.5) / count;
        return (distribution(w.sort().Values) - places).abs().max().lt(Distance / Math.Sqrt(count));
    }

    private static Tensor Below(Tensor x) => (x * -Math.Sqrt(0.5)).erfc() * 0.5;

    private static Tensor Products(Tensor[] t, int rows, int columns)
    {
        var w = orthogonal_(zeros(rows, columns, dtype: t[0].dtype), 1.5);
        return rows < columns ? w.mm(w.t()) : w.t().mm(w);
    }
}
