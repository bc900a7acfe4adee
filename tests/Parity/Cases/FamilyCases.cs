using GraphGrad.Tests.Exact;

namespace GraphGrad.Parity.Cases;

/// <summary>Divergences across families, and derivatives of numbers drawn. libtorch has the first in Python, by the formulas of the twins.</summary>
internal static class FamilyCases
{
    // As in DistributionCases.
    private const int Roundings = 60;

    private static readonly Recipe[][] Amounts =
    [
        [Values(1e-3, 0.1, 0.5, 0.7, 1, 2, 5, 10, 30, 99, 150, 2, 40), Values(1e-3, 1, 0.01, 1.2, 0.3, 3, 4, 14, 28, 101, 148, 1e-3, 80)], [Uniform(0.5, 5, 3, 4), Uniform(0.1, 5, 3, 4)], [Uniform(1, 2), Uniform(1, 2)], [Uniform(1, 2, 0, 3), Uniform(1, 2, 0, 3)],
    ];

    private static readonly Recipe[][] Shares =
    [
        [Values(1e-3, 0.1, 0.5, 0.9, 0.95, 0.3, 0.5, 0.25, 0.75), Values(0.5, 1, 0.01, 3, 12, 2, 40, 0.3, 30), Values(1, 1.5, 0.02, 5, 13, 9, 79, 0.9, 30.5)],
        [Uniform(0.1, 0.9, 3, 4), Uniform(0.5, 3, 3, 4), Uniform(4, 8, 3, 4)], [Uniform(0.1, 0.9), Uniform(1, 2), Uniform(3, 4)], [Uniform(0.1, 0.9, 0, 3), Uniform(1, 2, 0, 3), Uniform(3, 4, 0, 3)],
    ];

    public static readonly Case[] All = [.. Divergences, .. Slopes];

    private static Case[] Divergences =>
    [
        Row("distributions.Beta kl_divergence to Exponential", x => Divergence.BetaToExponential(x[0], x[1], x[2]), "Divergence.BetaToExponential", Uniform(0.5, 3, 4, 1), Uniform(0.5, 3, 4, 1), Uniform(0.5, 3, 5)) with { Derivatives = Derivatives.None },
        Row("distributions.Beta kl_divergence to Gamma", x => Divergence.BetaToGamma(x[0], x[1], x[2], x[3]), "Divergence.BetaToGamma", Uniform(0.5, 3, 4, 1), Uniform(0.5, 3, 4, 1), Uniform(0.5, 3, 5), Uniform(0.5, 3, 5)) with { Derivatives = Derivatives.None },
        Row("distributions.Beta kl_divergence to Normal", x => Divergence.BetaToNormal(x[0], x[1], x[2], x[3]), "Divergence.BetaToNormal", Uniform(0.5, 3, 4, 1), Uniform(0.5, 3, 4, 1), Normal(5), Uniform(0.5, 3, 5)) with { Derivatives = Derivatives.None },
        Row("distributions.Beta kl_divergence to Uniform", x => Divergence.BetaToUniform(x[0], x[1], x[2], x[3]), "Divergence.BetaToUniform", Uniform(0.5, 3, 4, 1), Uniform(0.5, 3, 4, 1), Uniform(-2, -1, 5), Uniform(1, 2, 5)) with { Derivatives = Derivatives.None },
        Row("distributions.Exponential kl_divergence to Gamma", x => Divergence.ExponentialToGamma(x[0], x[1], x[2]), "Divergence.ExponentialToGamma", Uniform(0.5, 3, 4, 1), Uniform(0.5, 3, 5), Uniform(0.5, 3, 5)) with { Derivatives = Derivatives.None },
        Row("distributions.Exponential kl_divergence to Gumbel", x => Divergence.ExponentialToGumbel(x[0], x[1], x[2]), "Divergence.ExponentialToGumbel", Uniform(0.5, 3, 4, 1), Normal(5), Uniform(0.5, 3, 5)),
        Row("distributions.Exponential kl_divergence to Normal", x => Divergence.ExponentialToNormal(x[0], x[1], x[2]), "Divergence.ExponentialToNormal", Uniform(0.5, 3, 4, 1), Normal(5), Uniform(0.5, 3, 5)),
        Row("distributions.Gamma kl_divergence to Exponential", x => Divergence.GammaToExponential(x[0], x[1], x[2]), "Divergence.GammaToExponential", Uniform(0.5, 3, 4, 1), Uniform(0.5, 3, 4, 1), Uniform(0.5, 3, 5)) with { Derivatives = Derivatives.None },
        Row("distributions.Gamma kl_divergence to Gumbel", x => Divergence.GammaToGumbel(x[0], x[1], x[2], x[3]), "Divergence.GammaToGumbel", Uniform(0.5, 3, 4, 1), Uniform(0.5, 3, 4, 1), Normal(5), Uniform(0.5, 3, 5)) with { Derivatives = Derivatives.None },
        Row("distributions.Gamma kl_divergence to Normal", x => Divergence.GammaToNormal(x[0], x[1], x[2], x[3]), "Divergence.GammaToNormal", Uniform(0.5, 3, 4, 1), Uniform(0.5, 3, 4, 1), Normal(5), Uniform(0.5, 3, 5)) with { Derivatives = Derivatives.None },
        Row("distributions.Gumbel kl_divergence to Normal", x => Divergence.GumbelToNormal(x[0], x[1], x[2], x[3]), "Divergence.GumbelToNormal", Normal(4, 1), Uniform(0.5, 3, 4, 1), Normal(5), Uniform(0.5, 3, 5)),
        Row("distributions.Laplace kl_divergence to Normal", x => Divergence.LaplaceToNormal(x[0], x[1], x[2], x[3]), "Divergence.LaplaceToNormal", Normal(4, 1), Uniform(0.5, 3, 4, 1), Normal(5), Uniform(0.5, 3, 5)),
        Row("distributions.Normal kl_divergence to Gumbel", x => Divergence.NormalToGumbel(x[0], x[1], x[2], x[3]), "Divergence.NormalToGumbel", Normal(4, 1), Uniform(0.5, 3, 4, 1), Normal(5), Uniform(1, 3, 5)),
        Row("distributions.Normal kl_divergence to Laplace", x => Divergence.NormalToLaplace(x[0], x[1], x[2], x[3]), "Divergence.NormalToLaplace", Normal(4, 1), Uniform(0.5, 3, 4, 1), Normal(5), Uniform(0.5, 3, 5)),
        Row("distributions.Pareto kl_divergence to Exponential", x => Divergence.ParetoToExponential(x[0], x[1], x[2]), "Divergence.ParetoToExponential", Uniform(0.5, 3, 4, 1), Uniform(1.5, 4, 4, 1), Uniform(0.5, 3, 5)),
        Row("distributions.Pareto kl_divergence to Gamma", x => Divergence.ParetoToGamma(x[0], x[1], x[2], x[3]), "Divergence.ParetoToGamma", Uniform(0.5, 3, 4, 1), Uniform(1.5, 4, 4, 1), Uniform(0.5, 3, 5), Uniform(0.5, 3, 5)) with { Derivatives = Derivatives.None },
        Row("distributions.Pareto kl_divergence to Normal", x => Divergence.ParetoToNormal(x[0], x[1], x[2], x[3]), "Divergence.ParetoToNormal", Uniform(0.5, 3, 4, 1), Uniform(2.5, 5, 4, 1), Normal(5), Uniform(0.5, 3, 5)),
        Row("distributions.Uniform kl_divergence to Beta", x => Divergence.UniformToBeta(x[0], x[1], x[2], x[3]), "Divergence.UniformToBeta", Uniform(0.05, 0.4, 4, 1), Uniform(0.5, 0.95, 4, 1), Uniform(0.5, 3, 5), Uniform(0.5, 3, 5)) with { Derivatives = Derivatives.None },
        Row("distributions.Uniform kl_divergence to Exponential", x => Divergence.UniformToExponential(x[0], x[1], x[2]), "Divergence.UniformToExponential", Uniform(0.1, 1, 4, 1), Uniform(1.5, 3, 4, 1), Uniform(0.5, 3, 5)),
        Row("distributions.Uniform kl_divergence to Gamma", x => Divergence.UniformToGamma(x[0], x[1], x[2], x[3]), "Divergence.UniformToGamma", Uniform(0.1, 1, 4, 1), Uniform(1.5, 3, 4, 1), Uniform(0.5, 3, 5), Uniform(0.5, 3, 5)) with { Derivatives = Derivatives.None },
        Row("distributions.Uniform kl_divergence to Gumbel", x => Divergence.UniformToGumbel(x[0], x[1], x[2], x[3]), "Divergence.UniformToGumbel", Uniform(-1, 1, 4, 1), Uniform(1.5, 3, 4, 1), Normal(5), Uniform(0.5, 3, 5)),
        Row("distributions.Uniform kl_divergence to Normal", x => Divergence.UniformToNormal(x[0], x[1], x[2], x[3]), "Divergence.UniformToNormal", Uniform(-1, 1, 4, 1), Uniform(1.5, 3, 4, 1), Normal(5), Uniform(0.5, 3, 5)),
        Row("distributions.Uniform kl_divergence to Pareto", x => Divergence.UniformToPareto(x[0], x[1], x[2], x[3]), "Divergence.UniformToPareto", Uniform(2, 3, 4, 1), Uniform(3.5, 5, 4, 1), Uniform(0.5, 1.9, 5), Uniform(0.5, 3, 5)),
        Row("distributions.Binomial kl_divergence", x => Divergence.Binomial(Cast(x[0], x[1].DType), x[1], x[2]), "Divergence.Binomial", Wholes(3, 0, 7, 12).Shaped(4, 1), Uniform(0.1, 0.9, 4, 1), Uniform(0.1, 0.9, 5)),
        Row("distributions.Normal kl_divergence to Gumbel where one is far", x => Divergence.NormalToGumbel(x[0], x[1], x[2], x[3]), "Divergence.NormalToGumbel", Values(30, 12), Values(1, 2), Values(0, 1), Values(1, 2)),
        Case.Refuses("distributions.Beta kl_divergence to Normal of unlike shapes", x => Divergence.BetaToNormal(x[0], x[1], x[2], x[3]), "do not broadcast", Uniform(1, 2, 3), Uniform(1, 2, 3), Normal(4), Uniform(1, 2, 4)),
    ];

    // What samples of Gamma, Beta and Dirichlet are differentiated by: of a number at a constant probability by the shape. libtorch has no derivatives of it.
    private static Case[] Slopes =>
    [
        new Case("_standard_gamma_grad", x => -Gradient(Sum(GammaInc(x[0], x[1])), x[0]) / Gradient(Sum(GammaInc(x[0], x[1])), x[1]), Amounts) { Derivatives = Derivatives.None, Ours = "Sample.Gamma" }
            .Exactly("libtorch's has 3 to 5 digits", x => Dual.GammaIncSlope(x[0].Value, x[1].Value)),
        new Case("_dirichlet_grad", x => -Gradient(Sum(BetaInc(x[1], StopGradient(x[2] - x[1]), x[0])), x[1]) / Gradient(Sum(BetaInc(x[1], StopGradient(x[2] - x[1]), x[0])), x[0]) / (1 - x[0]), Shares) { Derivatives = Derivatives.None, Ours = "Sample.Dirichlet" }
            .Exactly("libtorch's has 3 to 5 digits", x => Dual.BetaIncSlope(x[1].Value, x[2].Value - x[1].Value, x[0].Value)),
    ];

    private static Case Row(string name, Func<Value[], Results> build, string ours, params Recipe[] inputs) => new(name, build, [inputs]) { By = Measure.Norm, Ours = ours, Roundings = Roundings };
}
