namespace GraphGrad.Parity.Cases;

/// <summary>Distributions that PyTorch has and TorchSharp has not, modes, and entropies that TorchSharp lacks, by the formulas of the twins.</summary>
internal static class VariateCases
{
    // As in DistributionCases.
    private const int Roundings = 60;

    private static readonly Recipe Points = Uniform(0.05, 0.95, 3, 1, 5);

    private static readonly Recipe Odds = Values(0.03, 0.2, 0.35, 0.7, 0.98);

    private static readonly Recipe Tails = Values(-0.3, -0.15, 0.2, 0.4);

    private static readonly Recipe Positive = Uniform(0.5, 3, 4, 1);

    private static readonly Recipe OtherPositive = Uniform(0.5, 3, 5);

    private static readonly Recipe Triangle = Values(1.2, 0, 0, -0.4, 0.7, 0, 0.3, 0.9, 1.5).Shaped(3, 3);

    private static readonly Recipe OtherTriangle = Values(0.9, 0, 0, 0.2, 1.3, 0, -0.5, 0.4, 0.8).Shaped(3, 3);

    private static readonly Recipe Degrees = Values(2.5, 4.5, 6, 9);

    private static readonly Recipe[] LowRank = [Normal(4, 2), Uniform(0.5, 2, 4)];

    private static readonly Recipe Triangles = Values(0.7, 0, 0, -0.5, 1.2, 0, 0.1, 0.6, 0.9, 1.3, 0, 0, 0.2, 0.6, 0, 0.9, -0.3, 1.4).Shaped(2, 3, 3);

    private static readonly Recipe OtherTriangles = Values(1.1, 0, 0, 0.4, 0.8, 0, -0.2, 0.3, 1.6, 0.6, 0, 0, -0.7, 1.5, 0, 0.2, 0.5, 0.9).Shaped(2, 3, 3);

    private static readonly Recipe Correlations = Values(1, 0, 0, 0.6, 0.8, 0, -0.48, 0.6, 0.64, 1, 0, 0, -0.28, 0.96, 0, 0.36, 0.48, 0.8).Shaped(2, 3, 3);

    private static readonly Recipe[] StackOfLowRank = [Normal(2, 4, 2), Uniform(0.5, 2, 2, 4)];

    public static readonly Case[] All = [.. Bounded, .. Tailed, .. Matrices, .. Stacks, .. Entropies, .. Modes, .. Transforms, .. Refused];

    private static Case[] Bounded =>
    [
        Row("distributions.ContinuousBernoulli", x => LogDensity.ContinuousBernoulli(x[0], x[1]), "LogDensity.ContinuousBernoulli", Points, Odds),
        Row("distributions.ContinuousBernoulli cdf", x => Cdf.ContinuousBernoulli(x[0], x[1]), "Cdf.ContinuousBernoulli", Points, Odds),
        Row("distributions.ContinuousBernoulli icdf", x => InverseCdf.ContinuousBernoulli(x[0], x[1]), "InverseCdf.ContinuousBernoulli", Points, Odds),
        Row("distributions.ContinuousBernoulli mean and variance", x => (Expectation.ContinuousBernoulli(x[0]), Variance.ContinuousBernoulli(x[0])), "Expectation.ContinuousBernoulli", Odds),
        Row("distributions.ContinuousBernoulli entropy", x => Entropy.ContinuousBernoulli(x[0]), "Entropy.ContinuousBernoulli", Odds),
        Row("distributions.ContinuousBernoulli kl_divergence", x => Divergence.ContinuousBernoulli(x[0], x[1]), "Divergence.ContinuousBernoulli", Values(0.1, 0.3, 0.8, 0.9).Shaped(4, 1), Odds),
        Row("distributions.LogisticNormal", x => LogDensity.LogisticNormal(Softmax(x[0]), x[1], x[2]), "LogDensity.LogisticNormal", Normal(4, 3), Normal(2), Uniform(0.5, 2, 2)),
    ];

    private static Case[] Tailed =>
    [
        Row("distributions.GeneralizedPareto", x => LogDensity.GeneralizedPareto(x[0], x[1], x[2], x[3]), "LogDensity.GeneralizedPareto", Uniform(0.5, 1.5, 3, 1, 4), Uniform(-0.5, 0.4, 4), Uniform(1, 3, 4, 1), Tails),
        Row("distributions.GeneralizedPareto cdf", x => Cdf.GeneralizedPareto(x[0], x[1], x[2], x[3]), "Cdf.GeneralizedPareto", Uniform(0.5, 1.5, 3, 1, 4), Uniform(-0.5, 0.4, 4), Uniform(1, 3, 4, 1), Tails),
        Row("distributions.GeneralizedPareto icdf", x => InverseCdf.GeneralizedPareto(x[0], x[1], x[2], x[3]), "InverseCdf.GeneralizedPareto", Uniform(0.05, 0.95, 3, 1, 4), Normal(4), Uniform(1, 3, 4, 1), Tails),
        Row("distributions.GeneralizedPareto mean and variance", x => (Expectation.GeneralizedPareto(x[0], x[1], x[2]), Variance.GeneralizedPareto(x[1], x[2])), "Expectation.GeneralizedPareto", Normal(4), Uniform(1, 3, 4, 1), Tails),
        Row("distributions.GeneralizedPareto entropy", x => Entropy.GeneralizedPareto(x[0], x[1]), "Entropy.GeneralizedPareto", Uniform(1, 3, 4, 1), Tails),
    ];

    private static Case[] Matrices =>
    [
        Row("distributions.LowRankMultivariateNormal", x => LogDensity.LowRankNormal(x[0], x[1], x[2], x[3]), "LogDensity.LowRankNormal", [Normal(3, 4), Normal(4), .. LowRank]),
        Row("distributions.LowRankMultivariateNormal entropy and variance", x => (Entropy.LowRankNormal(x[0], x[1]), Variance.LowRankNormal(x[0], x[1])), "Entropy.LowRankNormal", LowRank),
        Row("distributions.LowRankMultivariateNormal kl_divergence", x => Divergence.LowRankNormal(x[0], x[1], x[2], x[3], x[4], x[5]), "Divergence.LowRankNormal", [Normal(3, 4), .. LowRank, Normal(4), Normal(4, 1), Uniform(0.5, 2, 4)]),
        Row("distributions.Wishart", x => LogDensity.Wishart(x[0], x[1], x[2]), "LogDensity.Wishart", Triangle, Degrees, OtherTriangle) with { Derivatives = Derivatives.None },
        Row("distributions.Wishart mean and variance", x => (Expectation.Wishart(x[0], x[1]), Variance.Wishart(x[0], x[1])), "Expectation.Wishart", Degrees, Triangle),
        Row("distributions.Wishart entropy", x => Entropy.Wishart(x[0], x[1]), "Entropy.Wishart", Degrees, Triangle) with { Derivatives = Derivatives.None },
        Row("distributions.Wishart kl_divergence", x => Divergence.Wishart(x[0], x[1], x[2], x[3]), "Divergence.Wishart", Degrees, Triangle, Values(3.5), OtherTriangle) with { Derivatives = Derivatives.None },
        Row("distributions.LKJCholesky", x => LogDensity.LkjCholesky(x[0], x[1]), "LogDensity.LkjCholesky", Values(1, 0, 0, 0.6, 0.8, 0, -0.48, 0.6, 0.64).Shaped(3, 3), Values(0.7, 1, 2.5)) with { Derivatives = Derivatives.None },
    ];

    private static Case[] Stacks =>
    [
        Row("distributions.MultivariateNormal of stacks", x => LogDensity.MultivariateNormal(x[0], x[1], x[2]), "LogDensity.MultivariateNormal", Normal(2, 3), Normal(2, 3), Triangles) with { Derivatives = Derivatives.First },
        Row("distributions.MultivariateNormal of a stack of factors and one mean", x => LogDensity.MultivariateNormal(x[0], x[1], x[2]), "LogDensity.MultivariateNormal", Normal(2, 3), Normal(3), Triangles) with { Derivatives = Derivatives.First },
        Row("distributions.MultivariateNormal of points in two axes", x => LogDensity.MultivariateNormal(x[0], x[1], x[2]), "LogDensity.MultivariateNormal", Normal(2, 4, 3), Normal(4, 3), Triangle) with { Derivatives = Derivatives.First },
        Row("distributions.MultivariateNormal entropy of stacks", x => Entropy.MultivariateNormal(x[0]), "Entropy.MultivariateNormal", Triangles),
        Row("distributions.LowRankMultivariateNormal of stacks", x => LogDensity.LowRankNormal(x[0], x[1], x[2], x[3]), "LogDensity.LowRankNormal", [Normal(2, 4), Normal(2, 4), .. StackOfLowRank]),
        Row("distributions.LowRankMultivariateNormal of a stack of factors and one mean", x => LogDensity.LowRankNormal(x[0], x[1], x[2], x[3]), "LogDensity.LowRankNormal", [Normal(2, 4), Normal(4), .. StackOfLowRank]),
        Row("distributions.LowRankMultivariateNormal entropy and variance of stacks", x => (Entropy.LowRankNormal(x[0], x[1]), Variance.LowRankNormal(x[0], x[1])), "Entropy.LowRankNormal", StackOfLowRank),
        Row("distributions.LowRankMultivariateNormal kl_divergence of stacks", x => Divergence.LowRankNormal(x[0], x[1], x[2], x[3], x[4], x[5]), "Divergence.LowRankNormal", [Normal(2, 4), .. StackOfLowRank, Normal(2, 4), Normal(2, 4, 1), Uniform(0.5, 2, 2, 4)]),
        Row("distributions.Wishart of stacks", x => LogDensity.Wishart(x[0], x[1], x[2]), "LogDensity.Wishart", Triangles, Values(4.5, 9), OtherTriangles) with { Derivatives = Derivatives.None },
        Row("distributions.Wishart of a stack of points and one scale", x => LogDensity.Wishart(x[0], x[1], x[2]), "LogDensity.Wishart", Triangles, Values(4.5, 9), Triangle) with { Derivatives = Derivatives.None },
        Row("distributions.Wishart mean and variance of stacks", x => (Expectation.Wishart(x[0], x[1]), Variance.Wishart(x[0], x[1])), "Expectation.Wishart", Values(4.5, 9), Triangles),
        Row("distributions.Wishart entropy of stacks", x => Entropy.Wishart(x[0], x[1]), "Entropy.Wishart", Values(4.5, 9), Triangles) with { Derivatives = Derivatives.None },
        Row("distributions.Wishart kl_divergence of stacks", x => Divergence.Wishart(x[0], x[1], x[2], x[3]), "Divergence.Wishart", Values(4.5, 9), Triangles, Values(3.5, 6), OtherTriangles) with { Derivatives = Derivatives.None },
        Row("distributions.Dirichlet of stacks", x => LogDensity.Dirichlet(Softmax(x[0]), x[1]), "LogDensity.Dirichlet", Normal(2, 1, 3), Uniform(0.5, 3, 2, 4, 3)) with { Derivatives = Derivatives.First },
        Row("distributions.Dirichlet entropy of stacks", x => Entropy.Dirichlet(x[0]), "Entropy.Dirichlet", Uniform(0.5, 3, 2, 2, 3)) with { Derivatives = Derivatives.None },
        Row("distributions.Dirichlet kl_divergence of stacks", x => Divergence.Dirichlet(x[0], x[1]), "Divergence.Dirichlet", Uniform(0.5, 3, 2, 1, 4), Uniform(0.5, 3, 3, 4)) with { Derivatives = Derivatives.None },
        Row("distributions.Dirichlet mean and variance of stacks", x => (Expectation.Dirichlet(x[0]), Variance.Dirichlet(x[0])), "Expectation.Dirichlet", Uniform(0.5, 3, 2, 2, 3)),
        Row("distributions.LKJCholesky of stacks", x => LogDensity.LkjCholesky(x[0], x[1]), "LogDensity.LkjCholesky", Correlations, Values(0.7, 2.5)) with { Derivatives = Derivatives.None },
        Row("distributions.LogisticNormal of stacks", x => LogDensity.LogisticNormal(Softmax(x[0]), x[1], x[2]), "LogDensity.LogisticNormal", Normal(2, 4, 3), Normal(4, 2), Uniform(0.5, 2, 2, 1, 2)),
        Row("distributions.transforms.CorrCholeskyTransform of stacks", x => Both(Bijection.CorrelationCholesky, x[0]), "Bijection.CorrelationCholesky", Normal(2, 2, 6)),
    ];

    private static Case[] Entropies =>
    [
        Row("distributions.StudentT entropy", x => Entropy.StudentT(x[0], x[1]), "Entropy.StudentT", Positive, OtherPositive) with { Derivatives = Derivatives.None },
        Row("distributions.Chi2 entropy", x => Entropy.ChiSquared(x[0]), "Entropy.ChiSquared", Positive) with { Derivatives = Derivatives.None },
        Row("distributions.InverseGamma entropy", x => Entropy.InverseGamma(x[0], x[1]), "Entropy.InverseGamma", Positive, OtherPositive) with { Derivatives = Derivatives.None },
        Row("distributions.Kumaraswamy entropy", x => Entropy.Kumaraswamy(x[0], x[1]), "Entropy.Kumaraswamy", Positive, OtherPositive) with { Derivatives = Derivatives.None },
        Row("distributions.Categorical entropy from logits", x => Entropy.CategoricalFromLogits(x[0]), "Entropy.CategoricalFromLogits", Normal(2, 4)),
        Row("distributions.InverseGamma kl_divergence", x => Divergence.InverseGamma(x[0], x[1], x[2], x[3]), "Divergence.InverseGamma", Positive, Positive, OtherPositive, OtherPositive) with { Derivatives = Derivatives.None },
    ];

    private static Case[] Modes =>
    [
        Row("distributions.Distribution.mode of LogNormal", x => DistributionMode.LogNormal(x[0], x[1]), "DistributionMode.LogNormal", Normal(4, 1), OtherPositive),
        Row("distributions.Distribution.mode of Gamma", x => DistributionMode.Gamma(x[0], x[1]), "DistributionMode.Gamma", Positive, OtherPositive),
        Row("distributions.Distribution.mode of Chi2", x => DistributionMode.ChiSquared(x[0]), "DistributionMode.ChiSquared", Uniform(0.5, 5, 6)),
        Row("distributions.Distribution.mode of InverseGamma", x => DistributionMode.InverseGamma(x[0], x[1]), "DistributionMode.InverseGamma", Positive, OtherPositive),
        Row("distributions.Distribution.mode of FisherSnedecor", x => DistributionMode.FisherSnedecor(x[0], x[1]), "DistributionMode.FisherSnedecor", Uniform(2.5, 5, 4, 1), OtherPositive),
        Row("distributions.Distribution.mode of Weibull", x => DistributionMode.Weibull(x[0], x[1]), "DistributionMode.Weibull", Positive, Uniform(1.2, 4, 5)),
        Row("distributions.Distribution.mode of Beta", x => DistributionMode.Beta(x[0], x[1]), "DistributionMode.Beta", Uniform(1.2, 3, 4, 1), Uniform(0.5, 3, 5)),
        Row("distributions.Distribution.mode of Kumaraswamy", x => DistributionMode.Kumaraswamy(x[0], x[1]), "DistributionMode.Kumaraswamy", Uniform(1.2, 3, 4, 1), Uniform(1.2, 3, 5)),
        Row("distributions.Distribution.mode of Dirichlet", x => DistributionMode.Dirichlet(x[0]), "DistributionMode.Dirichlet", Values(1.5, 0.5, 3, 2, 2.5, 0.9).Shaped(2, 3)),
        Row("distributions.Distribution.mode of Bernoulli", x => DistributionMode.Bernoulli(x[0]), "DistributionMode.Bernoulli", Values(0, 0.3, 0.5, 0.7, 1)) with { Derivatives = Derivatives.None },
        Row("distributions.Distribution.mode of Binomial", x => DistributionMode.Binomial(x[0], x[1]), "DistributionMode.Binomial", Values(0, 3, 8).Shaped(3, 1), Values(0, 0.3, 0.7, 1)) with { Derivatives = Derivatives.None },
        Row("distributions.Distribution.mode of NegativeBinomial", x => DistributionMode.NegativeBinomial(x[0], x[1]), "DistributionMode.NegativeBinomial", Values(0.5, 3.2, 8).Shaped(3, 1), Values(0.2, 0.3, 0.7)) with { Derivatives = Derivatives.None },
        Row("distributions.Distribution.mode of Poisson", x => DistributionMode.Poisson(x[0]), "DistributionMode.Poisson", Values(0.3, 2, 5.7)) with { Derivatives = Derivatives.None },
        Row("distributions.Distribution.mode of Categorical", x => DistributionMode.Categorical(x[0]), "DistributionMode.Categorical", Normal(3, 4)),
        Row("distributions.Distribution.mode of Wishart", x => DistributionMode.Wishart(x[0], x[1]), "DistributionMode.Wishart", Values(4.5, 6, 9), Triangle),
    ];

    private static Case[] Transforms =>
    [
        Row("distributions.transforms.CorrCholeskyTransform", x => Both(Bijection.CorrelationCholesky, x[0]), "Bijection.CorrelationCholesky", Normal(2, 6)),
        Row("distributions.transforms.CorrCholeskyTransform of one number", x => Both(Bijection.CorrelationCholesky, x[0]), "Bijection.CorrelationCholesky", Normal(1)),
        Row("distributions.transforms.CumulativeDistributionTransform", x => Both(new(y => Cdf.Normal(y), y => InverseCdf.Normal(y), (y, _) => LogDensity.Normal(y)), x[0]), "Bijection", Normal(5)),
    ];

    private static Case[] Refused =>
    [
        Case.Refuses("distributions.ContinuousBernoulli of unlike shapes", x => LogDensity.ContinuousBernoulli(x[0], x[1]), "broadcast", Uniform(0, 1, 4), Uniform(0, 1, 3)),
        Case.Refuses("distributions.LowRankMultivariateNormal entropy of unlike sizes", x => Entropy.LowRankNormal(x[0], x[1]), "[elements, columns] and [elements]", Normal(4, 2), Uniform(1, 2, 3)),
        Case.Refuses("distributions.Wishart kl_divergence of unlike sizes", x => Divergence.Wishart(x[0], x[1], x[2], x[3]), "differ in size", Degrees, Triangle, Degrees, Normal(2, 2)),
        Case.Refuses("distributions.Wishart mean of a rectangle", x => Expectation.Wishart(x[0], x[1]), "no square matrix", Degrees, Normal(2, 3, 2)),
        Case.Refuses("distributions.transforms.CorrCholeskyTransform of four numbers", x => Bijection.CorrelationCholesky.Forward(x[0]), "n(n - 1)/2 numbers", Normal(4)),
    ];

    private static Results Both(Bijection function, Value x) => function.Forward(x) is var y ? (y, function.Inverse(y), function.LogDeterminant(x, y)) : x;

    private static Case Row(string name, Func<Value[], Results> function, string ours, params Recipe[] inputs) => new(name, function, [inputs]) { By = Measure.Norm, Roundings = Roundings, Ours = ours };
}
