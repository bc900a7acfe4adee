namespace GraphGrad.Parity.Live.Expressions;

internal static class DistributionTwins
{
    public static readonly Twins All = new()
    {
        ["distributions.Normal"] = t => distributions.Normal(t[1], t[2]).log_prob(t[0]),
        ["distributions.LogNormal"] = t => distributions.LogNormal(t[1], t[2]).log_prob(t[0]),
        ["distributions.HalfNormal"] = t => distributions.HalfNormal(t[1]).log_prob(t[0]),
        ["distributions.Cauchy"] = t => Current(() => distributions.Cauchy(t[1], t[2]).log_prob(t[0]), "-1.1447298858494002 - torch.log(z) - torch.log1p(((x - y) / z) ** 2)", t),
        ["distributions.HalfCauchy"] = t => Current(() => distributions.HalfCauchy(t[1]).log_prob(t[0]), "-0.4515827052894549 - torch.log(y) - torch.log1p((x / y) ** 2)", t),
        // TorchSharp has no class of the next two, and 0.99 none of MultivariateNormal and NegativeBinomial.
        ["distributions.StudentT"] = t => Run(
            "torch.lgamma(0.5 * (y + 1)) - torch.lgamma(0.5 * y) - 0.5 * torch.log(3.141592653589793 * y) - torch.log(w) - 0.5 * (y + 1) * torch.log1p(((x - z) / w) ** 2 / y)", t),
        ["distributions.VonMises"] = t => Run("z * torch.cos(x - y) - 1.8378770664093453 - torch.log(torch.special_i0e(z)) - z", t),
        ["distributions.Laplace"] = t => distributions.Laplace(t[1], t[2]).log_prob(t[0]),
        ["distributions.Gumbel"] = t => Current(() => distributions.Gumbel(t[1], t[2]).log_prob(t[0]), "(y - x) / z - torch.exp((y - x) / z) - torch.log(z)", t),
        ["distributions.Uniform"] = t => distributions.Uniform(t[1], t[2]).log_prob(t[0]),
        ["distributions.MultivariateNormal"] = t => Run(NormalVector, t),
        ["distributions.Exponential"] = t => distributions.Exponential(t[1]).log_prob(t[0]),
        ["distributions.Gamma"] = t => distributions.Gamma(t[1], t[2]).log_prob(t[0]),
        // In float64 whatever is given.
        ["distributions.Chi2"] = t => distributions.Chi2(t[1]).log_prob(t[0]).to_type(t[0].dtype),
        ["distributions.FisherSnedecor"] = t => distributions.FisherSnedecor(t[1], t[2]).log_prob(t[0]),
        ["distributions.Pareto"] = t => Current(() => distributions.Pareto(t[1], t[2]).log_prob(t[0]), "torch.log(z) + z * torch.log(y) - (z + 1) * torch.log(x)", t),
        // TorchSharp's gives NaN.
        ["distributions.Weibull"] = t => Run("torch.log(z / y) + (z - 1) * torch.log(x / y) - torch.pow(x / y, z)", t),
        ["distributions.Beta"] = t => distributions.Beta(t[1], t[2]).log_prob(t[0]),
        ["distributions.Kumaraswamy"] = t => distributions.Kumaraswamy(t[1], t[2]).log_prob(t[0]).to_type(t[0].dtype),
        ["distributions.Dirichlet"] = t => distributions.Dirichlet(t[1]).log_prob(t[0]),
        ["distributions.Bernoulli"] = t => Current(() => distributions.Bernoulli(probs: t[1]).log_prob(t[0]), "torch.xlogy(x, y) + torch.special_xlog1py(1 - x, -y)", t),
        ["distributions.Bernoulli from logits"] = t => distributions.Bernoulli(logits: t[1]).log_prob(t[0]),
        ["distributions.Binomial"] = t => Current(() => distributions.Binomial(t[1], probs: t[2]).log_prob(t[0]), "torch.lgamma(y + 1) - torch.lgamma(x + 1) - torch.lgamma(y - x + 1) + torch.xlogy(x, z) + torch.special_xlog1py(y - x, -z)", t),
        ["distributions.Binomial from logits"] = t => distributions.Binomial(t[1], logits: t[2]).log_prob(t[0]),
        ["distributions.Geometric"] = t => distributions.Geometric(probs: t[1]).log_prob(t[0]),
        ["distributions.NegativeBinomial"] = t => Run("torch.lgamma(y + x) - torch.lgamma(x + 1) - torch.lgamma(y) + y * torch.log1p(-z) + x * torch.log(z)", t),
        ["distributions.Poisson"] = t => distributions.Poisson(t[1]).log_prob(t[0]),
        ["distributions.Categorical"] = t => distributions.Categorical(probs: t[1]).log_prob(t[0]),
        ["distributions.Categorical from logits"] = t => distributions.Categorical(logits: t[1]).log_prob(t[0]),
        ["distributions.Multinomial"] = t => distributions.Multinomial(3, probs: t[1]).log_prob(t[0]),
        ["distributions.Normal entropy"] = t => (distributions.Normal(zeros_like(t[0]), t[0]).entropy(), Current(() => distributions.LogNormal(t[1], t[0]).entropy(), "y + torch.log(x) + 1.4189385332046727", t), Current(() => distributions.HalfNormal(t[0]).entropy(), "torch.log(x) + 0.7257913526447274", t)),
        ["distributions.Cauchy entropy"] = t => (distributions.Cauchy(zeros_like(t[0]), t[0]).entropy(), distributions.HalfCauchy(t[0]).entropy()),
        ["distributions.Laplace entropy"] = t => (distributions.Laplace(zeros_like(t[0]), t[0]).entropy(), distributions.Gumbel(zeros_like(t[0]), t[0]).entropy()),
        ["distributions.Uniform entropy"] = t => distributions.Uniform(t[0], t[1]).entropy(),
        ["distributions.MultivariateNormal entropy"] = t => Run("torch.sum(torch.log(torch.diagonal(x))) + x.size(-1) * 1.4189385332046727", t),
        ["distributions.Exponential entropy"] = t => distributions.Exponential(t[0]).entropy(),
        ["distributions.Gamma entropy"] = t => distributions.Gamma(t[0], t[1]).entropy(),
        ["distributions.Pareto entropy"] = t => distributions.Pareto(t[0], t[1]).entropy(),
        ["distributions.Weibull entropy"] = t => distributions.Weibull(t[0], t[1]).entropy(),
        ["distributions.Beta entropy"] = t => distributions.Beta(t[0], t[1]).entropy(),
        ["distributions.Dirichlet entropy"] = t => distributions.Dirichlet(t[0]).entropy(),
        ["distributions.Bernoulli entropy"] = t => Current(() => distributions.Bernoulli(probs: t[0]).entropy(), "torch.special_entr(x) + torch.special_entr(1 - x)", t),
        // TorchSharp's of p = 0.15 is 0.43 instead of 2.79.
        ["distributions.Geometric entropy"] = t => Run("(torch.special_entr(x) + torch.special_entr(1 - x)) / x", t),
        ["distributions.Categorical entropy"] = t => distributions.Categorical(logits: t[0]).entropy(),
        ["distributions.MultivariateNormal of unlike sizes"] = t => Run(NormalVector, t),
        ["distributions.Categorical of too many labels"] = t => distributions.Categorical(logits: t[1]).log_prob(t[0]),
        ["distributions.Normal of unlike shapes"] = t => distributions.Normal(t[1], t[2]).log_prob(t[0]),
    };

    private const string NormalVector =
        "-0.5 * torch.sum(torch.linalg_solve_triangular(z, torch.unsqueeze(x - y, -1), upper=False) ** 2, [-2, -1]) - torch.sum(torch.log(torch.diagonal(z))) - x.size(-1) * 0.9189385332046727";

    // TorchSharp 0.99 does not implement some of its distributions, or computes others' numbers.
    private static Tensor Current(Func<Tensor> distribution, string expression, Tensor[] t) =>
        TorchRun.TorchSharpVersion.StartsWith("0.99", StringComparison.Ordinal) ? Run(expression, t) : distribution();

    private static Tensor Run(string expression, Tensor[] t) => Script.Run(expression, [.. t.Select((tensor, i) => ("xyzw"[i].ToString(), tensor))]);
}
