namespace GraphGrad.Parity.Cases;

/// <summary>Distribution functions, quantiles and divergences. libtorch has them in Python, by the formulas of the twins.</summary>
internal static class ProbabilityCases
{
    // As in DistributionCases.
    private const int Roundings = 60;

    private static readonly Recipe Points = Normal(3, 1, 5);

    private static readonly Recipe Amounts = Uniform(0.2, 4, 3, 1, 5);

    private static readonly Recipe Shares = Uniform(0.05, 0.95, 3, 1, 5);

    private static readonly Recipe Mean = Normal(4, 1);

    private static readonly Recipe Scale = Uniform(0.5, 3, 5);

    private static readonly Recipe[] Pairs = [Normal(4, 1), Uniform(0.5, 3, 4, 1), Normal(5), Uniform(0.5, 3, 5)];

    private static readonly Recipe[] PositivePairs = [Uniform(0.5, 3, 4, 1), Uniform(0.5, 3, 4, 1), Uniform(0.5, 3, 5), Uniform(0.5, 3, 5)];

    private static readonly Recipe Triangle = Values(1.2, 0, 0, -0.4, 0.7, 0, 0.3, 0.9, 1.5).Shaped(3, 3);

    private static readonly Recipe OtherTriangle = Values(0.9, 0, 0, 0.2, 1.3, 0, -0.5, 0.4, 0.8).Shaped(3, 3);

    public static readonly Case[] All = [.. Functions, .. Quantiles, .. Divergences, .. Refused];

    private static Case[] Functions =>
    [
        Row("distributions.Normal cdf", x => Cdf.Normal(x[0], x[1], x[2]), "Cdf.Normal", Points, Mean, Scale),
        Row("distributions.LogNormal cdf", x => Cdf.LogNormal(x[0], x[1], x[2]), "Cdf.LogNormal", Amounts, Mean, Scale),
        Row("distributions.HalfNormal cdf", x => Cdf.HalfNormal(x[0], x[1]), "Cdf.HalfNormal", Amounts, Scale),
        Row("distributions.Cauchy cdf", x => Cdf.Cauchy(x[0], x[1], x[2]), "Cdf.Cauchy", Points, Mean, Scale),
        Row("distributions.HalfCauchy cdf", x => Cdf.HalfCauchy(x[0], x[1]), "Cdf.HalfCauchy", Amounts, Scale),
        Row("distributions.Laplace cdf", x => Cdf.Laplace(x[0], x[1], x[2]), "Cdf.Laplace", Points, Mean, Scale),
        Row("distributions.Gumbel cdf", x => Cdf.Gumbel(x[0], x[1], x[2]), "Cdf.Gumbel", Points, Mean, Scale),
        Row("distributions.Uniform cdf", x => Cdf.Uniform(x[0], x[1], x[2]), "Cdf.Uniform", Shares, Uniform(-1, 0.2, 4, 1), Uniform(0.7, 2, 5)),
        Row("distributions.Exponential cdf", x => Cdf.Exponential(x[0], x[1]), "Cdf.Exponential", Amounts, Scale),
        Row("distributions.Gamma cdf", x => Cdf.Gamma(x[0], StopGradient(x[1]), x[2]), "Cdf.Gamma", Amounts, Uniform(0.5, 3, 4, 1), Scale),
        Row("distributions.Chi2 cdf", x => Cdf.ChiSquared(x[0], StopGradient(x[1])), "Cdf.ChiSquared", Amounts, Scale),
        Row("distributions.Pareto cdf", x => Cdf.Pareto(x[0], x[1], x[2]), "Cdf.Pareto", Uniform(2, 4, 3, 1, 5), Uniform(0.5, 1.9, 4, 1), Scale),
        Row("distributions.Weibull cdf", x => Cdf.Weibull(x[0], x[1], x[2]), "Cdf.Weibull", Amounts, Uniform(0.5, 3, 4, 1), Scale),
        Row("distributions.Kumaraswamy cdf", x => Cdf.Kumaraswamy(x[0], x[1], x[2]), "Cdf.Kumaraswamy", Shares, Uniform(0.5, 3, 4, 1), Scale),
        Row("distributions.Geometric cdf", x => Cdf.Geometric(x[0], x[1]), "Cdf.Geometric", Values(0, 1, 2.5, 7).Shaped(4, 1), Uniform(0.2, 0.8, 3)),
        Row("distributions.Poisson cdf", x => Cdf.Poisson(x[0], x[1]), "Cdf.Poisson", Values(0, 1, 2.5, 7).Shaped(4, 1), Uniform(0.5, 8, 3)),
    ];

    private static Case[] Quantiles =>
    [
        Row("distributions.Normal icdf", x => InverseCdf.Normal(x[0], x[1], x[2]), "InverseCdf.Normal", Shares, Mean, Scale),
        Row("distributions.LogNormal icdf", x => InverseCdf.LogNormal(x[0], x[1], x[2]), "InverseCdf.LogNormal", Shares, Mean, Scale),
        Row("distributions.HalfNormal icdf", x => InverseCdf.HalfNormal(x[0], x[1]), "InverseCdf.HalfNormal", Shares, Scale),
        Row("distributions.Cauchy icdf", x => InverseCdf.Cauchy(x[0], x[1], x[2]), "InverseCdf.Cauchy", Shares, Mean, Scale),
        Row("distributions.HalfCauchy icdf", x => InverseCdf.HalfCauchy(x[0], x[1]), "InverseCdf.HalfCauchy", Shares, Scale),
        Row("distributions.Laplace icdf", x => InverseCdf.Laplace(x[0], x[1], x[2]), "InverseCdf.Laplace", Shares, Mean, Scale),
        Row("distributions.Gumbel icdf", x => InverseCdf.Gumbel(x[0], x[1], x[2]), "InverseCdf.Gumbel", Shares, Mean, Scale),
        Row("distributions.Uniform icdf", x => InverseCdf.Uniform(x[0], x[1], x[2]), "InverseCdf.Uniform", Shares, Mean, Scale),
        Row("distributions.Exponential icdf", x => InverseCdf.Exponential(x[0], x[1]), "InverseCdf.Exponential", Shares, Scale),
        Row("distributions.Pareto icdf", x => InverseCdf.Pareto(x[0], x[1], x[2]), "InverseCdf.Pareto", Shares, Uniform(0.5, 3, 4, 1), Scale),
        Row("distributions.Weibull icdf", x => InverseCdf.Weibull(x[0], x[1], x[2]), "InverseCdf.Weibull", Shares, Uniform(0.5, 3, 4, 1), Scale),
        Row("distributions.Kumaraswamy icdf", x => InverseCdf.Kumaraswamy(x[0], x[1], x[2]), "InverseCdf.Kumaraswamy", Shares, Uniform(0.5, 3, 4, 1), Scale),
    ];

    private static Case[] Divergences =>
    [
        Row("distributions.Normal kl_divergence", x => Divergence.Normal(x[0], x[1], x[2], x[3]), "Divergence.Normal", Pairs),
        Row("distributions.LogNormal kl_divergence", x => Divergence.LogNormal(x[0], x[1], x[2], x[3]), "Divergence.LogNormal", Pairs),
        Row("distributions.HalfNormal kl_divergence", x => Divergence.HalfNormal(x[0], x[1]), "Divergence.HalfNormal", PositivePairs[1..3]),
        Row("distributions.Cauchy kl_divergence", x => Divergence.Cauchy(x[0], x[1], x[2], x[3]), "Divergence.Cauchy", Pairs),
        Row("distributions.Laplace kl_divergence", x => Divergence.Laplace(x[0], x[1], x[2], x[3]), "Divergence.Laplace", Pairs) with { Derivatives = Derivatives.First },
        Row("distributions.Gumbel kl_divergence", x => Divergence.Gumbel(x[0], x[1], x[2], x[3]), "Divergence.Gumbel", Pairs) with { Derivatives = Derivatives.First },
        Row("distributions.Uniform kl_divergence", x => Divergence.Uniform(x[0], x[1], x[2], x[3]), "Divergence.Uniform", Uniform(0, 0.4, 4, 1), Uniform(0.5, 1, 4, 1), Uniform(-2, -1, 5), Uniform(1, 2, 5)),
        Row("distributions.Exponential kl_divergence", x => Divergence.Exponential(x[0], x[1]), "Divergence.Exponential", PositivePairs[1..3]),
        Row("distributions.Gamma kl_divergence", x => Divergence.Gamma(x[0], x[1], x[2], x[3]), "Divergence.Gamma", PositivePairs) with { Derivatives = Derivatives.None },
        Row("distributions.Beta kl_divergence", x => Divergence.Beta(x[0], x[1], x[2], x[3]), "Divergence.Beta", PositivePairs) with { Derivatives = Derivatives.None },
        Row("distributions.Dirichlet kl_divergence", x => Divergence.Dirichlet(x[0], x[1]), "Divergence.Dirichlet", Uniform(0.5, 3, 2, 4), Uniform(0.5, 3, 4)) with { Derivatives = Derivatives.None },
        Row("distributions.Pareto kl_divergence", x => Divergence.Pareto(x[0], x[1], x[2], x[3]), "Divergence.Pareto", Uniform(2, 4, 4, 1), Uniform(0.5, 3, 4, 1), Uniform(0.5, 1.9, 5), Uniform(0.5, 3, 5)),
        Row("distributions.Bernoulli kl_divergence", x => Divergence.Bernoulli(x[0], x[1]), "Divergence.Bernoulli", Uniform(0.1, 0.9, 4, 1), Uniform(0.1, 0.9, 5)),
        Row("distributions.Geometric kl_divergence", x => Divergence.Geometric(x[0], x[1]), "Divergence.Geometric", Uniform(0.1, 0.9, 4, 1), Uniform(0.1, 0.9, 5)),
        Row("distributions.Poisson kl_divergence", x => Divergence.Poisson(x[0], x[1]), "Divergence.Poisson", PositivePairs[1..3]),
        Row("distributions.Categorical kl_divergence", x => Divergence.Categorical(Softmax(x[0]), Softmax(x[1])), "Divergence.Categorical", Normal(2, 4), Normal(4)),
        Row("distributions.Categorical kl_divergence from logits", x => Divergence.CategoricalFromLogits(x[0], x[1]), "Divergence.CategoricalFromLogits", Normal(2, 4), Normal(4)),
        Row("distributions.MultivariateNormal kl_divergence", x => Divergence.MultivariateNormal(x[0], x[1], x[2], x[3]), "Divergence.MultivariateNormal", Normal(3), Triangle, Normal(3), OtherTriangle) with { Derivatives = Derivatives.First },
    ];

    private static Case[] Refused =>
    [
        Case.Refuses("distributions.Normal cdf of unlike shapes", x => Cdf.Normal(x[0], x[1], x[2]), "'x0' float32[4] and 'x1' float32[3]", Normal(4), Normal(3), Uniform(1, 2, 3)),
        Case.Refuses("distributions.MultivariateNormal kl_divergence of unlike sizes", x => Divergence.MultivariateNormal(x[0], x[1], x[2], x[3]), "of one known extent", Normal(3), Normal(3, 3), Normal(2), Normal(2, 2)),
    ];

    private static Case Row(string name, Func<Value[], Results> function, string ours, params Recipe[] inputs) => new(name, function, [inputs]) { By = Measure.Norm, Roundings = Roundings, Ours = ours };
}
