namespace GraphGrad.Parity.Cases;

/// <summary>Logarithms of densities and probabilities, and entropies. The points are inside, where libtorch's answers hold; outside is what tests of <see cref="LogDensity"/> ask.</summary>
internal static class DistributionCases
{
    // Differences of log-gamma functions lose what their terms have beyond the result: three terms of up to ten times its size.
    private const int Roundings = 60;

    private static readonly Recipe Points = Normal(3, 1, 5);

    private static readonly Recipe Shares = Uniform(0.1, 0.9, 3, 1, 5);

    private static readonly Recipe Amounts = Uniform(0.2, 4, 3, 1, 5);

    private static readonly Recipe First = Uniform(0.5, 3, 4, 1);

    private static readonly Recipe Second = Uniform(0.5, 3, 5);

    private static readonly Recipe Counts = Values(0, 1, 2, 5, 9, 3).Shaped(3, 2);

    private static readonly Recipe Triangle = Values(1.2, 0, 0, -0.4, 0.7, 0, 0.3, 0.9, 1.5).Shaped(3, 3);

    public static readonly Case[] All =
    [
        new("distributions.Normal", x => LogDensity.Normal(x[0], x[1], x[2]), [[Points, Normal(4, 1), Second], [Normal(), Normal(), Uniform(1, 2)]]) { By = Measure.Norm },
        new("distributions.LogNormal", x => LogDensity.LogNormal(x[0], x[1], x[2]), [[Amounts, Normal(4, 1), Second]]) { By = Measure.Norm },
        new("distributions.HalfNormal", x => LogDensity.HalfNormal(x[0], x[1]), [[Amounts, First]]) { By = Measure.Norm },
        new("distributions.Cauchy", x => LogDensity.Cauchy(x[0], x[1], x[2]), [[Points, Normal(4, 1), Second]]) { By = Measure.Norm },
        new("distributions.HalfCauchy", x => LogDensity.HalfCauchy(x[0], x[1]), [[Amounts, First]]) { By = Measure.Norm },
        new("distributions.StudentT", x => LogDensity.StudentT(x[0], x[1], x[2], x[3]), [[Points, First, Normal(), Second]]) { By = Measure.Norm, Derivatives = Derivatives.First, Roundings = Roundings },
        new("distributions.Laplace", x => LogDensity.Laplace(x[0], x[1], x[2]), [[Points, Normal(4, 1), Second]]) { By = Measure.Norm, Derivatives = Derivatives.First },
        new("distributions.Gumbel", x => LogDensity.Gumbel(x[0], x[1], x[2]), [[Points, Normal(4, 1), Second]]) { By = Measure.Norm },
        new("distributions.VonMises", x => LogDensity.VonMises(x[0], x[1], x[2]), [[Points, Normal(4, 1), Second]]) { By = Measure.Norm, Derivatives = Derivatives.First, Roundings = Roundings },
        new("distributions.Uniform", x => LogDensity.Uniform(x[0], x[1], x[2]), [[Shares, Uniform(-1, 0, 4, 1), Uniform(1, 2, 5)]]) { By = Measure.Norm },
        new("distributions.MultivariateNormal", x => LogDensity.MultivariateNormal(x[0], x[1], x[2]), [[Normal(4, 3), Normal(3), Triangle], [Normal(3), Normal(2, 3), Triangle]]) { By = Measure.Norm, Derivatives = Derivatives.First, Roundings = Roundings },
        new("distributions.Exponential", x => LogDensity.Exponential(x[0], x[1]), [[Amounts, First]]) { By = Measure.Norm },
        new("distributions.Gamma", x => LogDensity.Gamma(x[0], x[1], x[2]), [[Amounts, First, Second]]) { By = Measure.Norm, Derivatives = Derivatives.First },
        new("distributions.Chi2", x => LogDensity.ChiSquared(x[0], x[1]), [[Amounts, First]]) { By = Measure.Norm, Derivatives = Derivatives.First },
        new("distributions.FisherSnedecor", x => LogDensity.FisherSnedecor(x[0], x[1], x[2]), [[Amounts, First, Second]]) { By = Measure.Norm, Derivatives = Derivatives.First, Roundings = Roundings },
        new("distributions.Pareto", x => LogDensity.Pareto(x[0], x[1], x[2]), [[Uniform(2, 4, 3, 1, 5), Uniform(0.5, 2, 4, 1), Second]]) { By = Measure.Norm },
        new("distributions.Weibull", x => LogDensity.Weibull(x[0], x[1], x[2]), [[Amounts, First, Second]]) { By = Measure.Norm, Derivatives = Derivatives.First },
        new("distributions.Beta", x => LogDensity.Beta(x[0], x[1], x[2]), [[Shares, First, Second]]) { By = Measure.Norm, Derivatives = Derivatives.First, Roundings = Roundings },
        new("distributions.Kumaraswamy", x => LogDensity.Kumaraswamy(x[0], x[1], x[2]), [[Shares, First, Second]]) { By = Measure.Norm, Derivatives = Derivatives.First },
        new("distributions.Dirichlet", x => LogDensity.Dirichlet(x[0], x[1]), [[Values(0.2, 0.5, 0.3, 0.1, 0.1, 0.8).Shaped(2, 3), Uniform(0.5, 3, 3)]]) { By = Measure.Norm, Derivatives = Derivatives.First, Roundings = Roundings },
        new("distributions.Bernoulli", x => LogDensity.Bernoulli(x[0], x[1]), [[Values(0, 1, 1).Shaped(3, 1), Uniform(0.1, 0.9, 4)]]) { By = Measure.Norm, Derivatives = Derivatives.None },
        new("distributions.Bernoulli from logits", x => LogDensity.BernoulliFromLogits(x[0], x[1]), [[Values(0, 1, 1).Shaped(3, 1), Normal(4)]]) { By = Measure.Norm, Ours = "LogDensity.BernoulliFromLogits" },
        new("distributions.Binomial", x => LogDensity.Binomial(x[0], x[1], x[2]), [[Counts, Values(9), Uniform(0.2, 0.8, 2)]]) { By = Measure.Norm, Derivatives = Derivatives.None, Roundings = Roundings },
        new("distributions.Binomial from logits", x => LogDensity.BinomialFromLogits(x[0], x[1], x[2]), [[Counts, Values(9), Normal(2)]]) { By = Measure.Norm, Derivatives = Derivatives.None, Roundings = Roundings, Ours = "LogDensity.BinomialFromLogits" },
        new("distributions.Geometric", x => LogDensity.Geometric(x[0], x[1]), [[Counts, Uniform(0.2, 0.8, 2)]]) { By = Measure.Norm, Derivatives = Derivatives.First },
        new("distributions.NegativeBinomial", x => LogDensity.NegativeBinomial(x[0], x[1], x[2]), [[Counts, Values(4), Uniform(0.2, 0.8, 2)]]) { By = Measure.Norm, Derivatives = Derivatives.None, Roundings = Roundings },
        new("distributions.Poisson", x => LogDensity.Poisson(x[0], x[1]), [[Counts, Uniform(0.5, 5, 2)]]) { By = Measure.Norm, Derivatives = Derivatives.First, Roundings = Roundings },
        new("distributions.Categorical", x => LogDensity.Categorical(x[0], x[1]), [[Wholes(0, 2, 1), Uniform(0.1, 2, 3, 3)]]) { By = Measure.Norm },
        new("distributions.Categorical from logits", x => LogDensity.CategoricalFromLogits(x[0], x[1]), [[Wholes(0, 2, 1), Normal(3, 3)]]) { By = Measure.Norm, Ours = "LogDensity.CategoricalFromLogits" },
        new("distributions.Multinomial", x => LogDensity.Multinomial(x[0], x[1]), [[Values(1, 0, 2, 2, 1, 0).Shaped(2, 3), Uniform(0.2, 1, 3)]]) { By = Measure.Norm, Derivatives = Derivatives.None, Roundings = Roundings },
        new("distributions.Normal entropy", x => (Entropy.Normal(x[0]), Entropy.LogNormal(x[1], x[0]), Entropy.HalfNormal(x[0])), [[First, Normal(3)]]) { By = Measure.Norm, Ours = "Entropy.Normal" },
        new("distributions.Cauchy entropy", x => (Entropy.Cauchy(x[0]), Entropy.HalfCauchy(x[0])), [[First]]) { By = Measure.Norm, Ours = "Entropy.Cauchy" },
        new("distributions.Laplace entropy", x => (Entropy.Laplace(x[0]), Entropy.Gumbel(x[0])), [[First]]) { By = Measure.Norm, Ours = "Entropy.Laplace" },
        new("distributions.Uniform entropy", x => Entropy.Uniform(x[0], x[1]), [[Uniform(-1, 0, 4, 1), Uniform(1, 2, 5)]]) { By = Measure.Norm },
        new("distributions.MultivariateNormal entropy", x => Entropy.MultivariateNormal(x[0]), [[Triangle]]) { By = Measure.Norm },
        new("distributions.Exponential entropy", x => Entropy.Exponential(x[0]), [[First]]) { By = Measure.Norm },
        new("distributions.Gamma entropy", x => Entropy.Gamma(x[0], x[1]), [[First, Second]]) { By = Measure.Norm, Derivatives = Derivatives.None, Roundings = Roundings },
        new("distributions.Pareto entropy", x => Entropy.Pareto(x[0], x[1]), [[First, Second]]) { By = Measure.Norm },
        new("distributions.Weibull entropy", x => Entropy.Weibull(x[0], x[1]), [[First, Second]]) { By = Measure.Norm },
        new("distributions.Beta entropy", x => Entropy.Beta(x[0], x[1]), [[First, Second]]) { By = Measure.Norm, Derivatives = Derivatives.None, Roundings = Roundings },
        new("distributions.Dirichlet entropy", x => Entropy.Dirichlet(x[0]), [[Uniform(0.5, 3, 2, 3)]]) { By = Measure.Norm, Derivatives = Derivatives.None, Roundings = Roundings },
        new("distributions.Bernoulli entropy", x => Entropy.Bernoulli(x[0]), [[Uniform(0.1, 0.9, 4)]]) { By = Measure.Norm },
        new("distributions.Geometric entropy", x => Entropy.Geometric(x[0]), [[Uniform(0.1, 0.9, 4)]]) { By = Measure.Norm },
        new("distributions.Categorical entropy", x => Entropy.Categorical(Softmax(x[0])), [[Normal(2, 3)]]) { By = Measure.Norm, Ours = "Entropy.Categorical" },
        Case.Refuses("distributions.MultivariateNormal of unlike sizes", x => LogDensity.MultivariateNormal(x[0], x[1], x[2]), "does not fit points", Normal(4), Normal(4), Triangle),
        Case.Refuses("distributions.Categorical of too many labels", x => LogDensity.CategoricalFromLogits(x[0], x[1]), "do not broadcast", Wholes(0, 1, 1, 2).Shaped(2, 2), Normal(3, 3)),
        Case.Refuses("distributions.Normal of unlike shapes", x => LogDensity.Normal(x[0], x[1], x[2]), "broadcast", Normal(4), Normal(3), Uniform(1, 2)),
    ];
}
