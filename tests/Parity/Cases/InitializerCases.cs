using System.Runtime.CompilerServices;

namespace GraphGrad.Parity.Cases;

/// <summary>First values. Random ones are held against their distribution, libtorch's likewise: bounds, and how far the shares of them below a number are off.</summary>
internal static class InitializerCases
{
    private const double Seventh = 1.0 / 7;

    // One in 20,000 of such lists of numbers of the right distribution has a larger distance (Kolmogorov's distribution).
    private const double Distance = 2.3;

    private static readonly int[] Sizes = [4, 3, 5];

    public static readonly Case[] All = [.. Scaled, .. Structured, .. Refused];

    private static Case[] Scaled =>
    [
        Uniform("init.xavier_uniform_", x => Initializers.GlorotUniform(x.Graph, [120, 80], 1, dtype: x.DType), Math.Sqrt(6.0 / 200)),
        Uniform("init.xavier_uniform_ of a gain", x => Initializers.GlorotUniform(x.Graph, [120, 80], 2, Gain.Tanh, x.DType), 5.0 / 3 * Math.Sqrt(6.0 / 200)),
        Uniform("init.xavier_uniform_ of kernels", x => Initializers.GlorotUniform(x.Graph, [40, 20, 3, 5], 3, dtype: x.DType), Math.Sqrt(6.0 / 900)),
        Normal("init.xavier_normal_", x => Initializers.GlorotNormal(x.Graph, [120, 80], 4, dtype: x.DType), Math.Sqrt(2.0 / 200)),
        Normal("init.xavier_normal_ of a gain", x => Initializers.GlorotNormal(x.Graph, [40, 20, 3, 5], 5, Gain.Selu, x.DType), 0.75 * Math.Sqrt(2.0 / 900)),
        Uniform("init.glorot_uniform_", x => Initializers.GlorotUniform(x.Graph, [120, 80], 6, 0.5, x.DType), 0.5 * Math.Sqrt(6.0 / 200)),
        Normal("init.glorot_normal_", x => Initializers.GlorotNormal(x.Graph, [120, 80], 7, 0.5, x.DType), 0.5 * Math.Sqrt(2.0 / 200)),
        Uniform("init.kaiming_uniform_", x => Initializers.HeUniform(x.Graph, [120, 80], 8, dtype: x.DType), Math.Sqrt(6.0 / 120)),
        Uniform("init.kaiming_uniform_ by outputs before a leaky rectifier", x => Initializers.HeUniform(x.Graph, [120, 80], 9, Gain.LeakyRelu(0.3), Fan.Out, x.DType), Math.Sqrt(6 / 1.09 / 80)),
        Uniform("init.kaiming_uniform_ of kernels before tanh", x => Initializers.HeUniform(x.Graph, [40, 20, 3, 5], 10, Gain.Tanh, dtype: x.DType), 5.0 / 3 * Math.Sqrt(3.0 / 300)),
        Normal("init.kaiming_normal_", x => Initializers.HeNormal(x.Graph, [120, 80], 11, dtype: x.DType), Math.Sqrt(2.0 / 120)),
        Normal("init.kaiming_normal_ of kernels by outputs", x => Initializers.HeNormal(x.Graph, [40, 20, 3, 5], 12, Gain.Linear, Fan.Out, x.DType), Math.Sqrt(1.0 / 600)),
        Uniform("init.uniform_", x => Initializers.Uniform(x.Graph, [120, 80], -Seventh, Seventh, 13, x.DType), Seventh),
        Normal("init.normal_", x => Initializers.Normal(x.Graph, [120, 80], 0, Seventh, 14, x.DType), Seventh),
        // Two deviations to each side.
        Of("init.trunc_normal_", x => Initializers.TruncatedNormal(x.Graph, [120, 80], 0, Seventh, -2 * Seventh, 2 * Seventh, 15, x.DType), 2 * Seventh, w => (NormalCdf(w / Seventh) - 0.022750131948179195) / 0.9544997361036416),
        new("calculate_gain", x => Stack([.. new[] { Gain.Linear, Gain.Linear, Gain.Tanh, Gain.Relu, Gain.LeakyRelu(), Gain.LeakyRelu(0.3) }.Select(gain => x[0].Graph.Constant(gain))]), [[Wholes(0)]]) { Ours = "Gain" },
    ];

    private static Case[] Structured =>
    [
        new Case("init.orthogonal_", x => (Products(x[0], 6, 4), Products(x[0], 3, 7), Products(x[0], 5, 5)), [[Inputs.Normal()]]) { By = Measure.Norm, Derivatives = Derivatives.None, Roundings = 40, Ours = "Initializers.Orthogonal" }
            .Instead("libtorch draws and factors in float32", p => p.Element / Sizes[p.Index] == p.Element % Sizes[p.Index] ? 2.25 : 0),
        // Zeros of each column, and the others' distribution.
        new("init.sparse_", x => (Sum(Cast(Equal(Sparse(x[0]), 0), DType.Int64), 0), Fits(Cast(Reshape(TopK(Abs(Sparse(x[0])), 21, 0).Values, -1), DType.Float64), w => Erf(w / 0.01 * Math.Sqrt(0.5)))), [[Inputs.Normal()]])
            { Derivatives = Derivatives.None, Ours = "Initializers.Sparse" },
        new("init.eye_", x => (Identity(x[0].Graph, 3, 5, x[0].DType), Identity(x[0].Graph, 4, 2, x[0].DType)), [[Inputs.Normal()]]) { Derivatives = Derivatives.None },
        new("init.ones_", x => Initializers.Ones(x[0].Graph, [2, 3], x[0].DType), [[Inputs.Normal()]]) { Derivatives = Derivatives.None },
        new("init.zeros_", x => Initializers.Zeros(x[0].Graph, [2, 3], x[0].DType), [[Inputs.Normal()]]) { Derivatives = Derivatives.None },
    ];

    private static Case[] Refused =>
    [
        Case.Refuses("init.orthogonal_ of a vector", x => Initializers.Orthogonal(x[0].Graph, [3], 1), "must be at least two extents", Inputs.Normal()),
        Case.Refuses("init.sparse_ of kernels", x => Initializers.Sparse(x[0].Graph, [3, 2, 2], 0.1, 1), "must be two extents", Inputs.Normal()),
        Case.Refuses("init.uniform_ of ends that are swapped", x => Initializers.Uniform(x[0].Graph, [3], 1, 0, 1), "swap them", Inputs.Normal()),
        Case.Refuses("init.normal_ of a negative deviation", x => Initializers.Normal(x[0].Graph, [3], 0, -1, 1), "is not at least 0", Inputs.Normal()),
    ];

    private static Case Uniform(string name, Func<Value, Value> draw, double bound, [CallerArgumentExpression(nameof(draw))] string text = "") => Of(name, draw, bound, w => (w / bound + 1) * 0.5, text);

    private static Case Normal(string name, Func<Value, Value> draw, double deviation, [CallerArgumentExpression(nameof(draw))] string text = "") =>
        Of(name, draw, 6 * deviation, w => NormalCdf(w / deviation), text);

    /// <summary>Whether all numbers are within the bound, and have the distribution.</summary>
    private static Case Of(string name, Func<Value, Value> draw, double bound, Func<Value, Value> distribution, [CallerArgumentExpression(nameof(draw))] string text = "") => new(
        name,
        x =>
        {
            var w = Cast(Reshape(draw(x[0]), -1), DType.Float64);
            return (All(Abs(w) <= bound * 1.000001), Fits(w, distribution));
        },
        [[Inputs.Normal()]],
        text) { Derivatives = Derivatives.None };

    private static Value Fits(Value w, Func<Value, Value> distribution)
    {
        var count = w.Shape[0].Value;
        var places = (Iota(w.Graph, [count], 0, DType.Float64) + 0.5) / count;
        return Max(Abs(distribution(Sort(w).Values) - places)) < Distance / Math.Sqrt(count);
    }

    // Rows or columns, whichever are fewer, with each other.
    private static Value Products(Value x, int rows, int columns)
    {
        var w = Initializers.Orthogonal(x.Graph, [rows, columns], 17, 1.5, x.DType);
        return rows < columns ? MatMul(w, SwapAxes(w, 0, 1)) : MatMul(SwapAxes(w, 0, 1), w);
    }

    private static Value Sparse(Value x) => Initializers.Sparse(x.Graph, [30, 400], 0.3, 16, 0.01, x.DType);
}
