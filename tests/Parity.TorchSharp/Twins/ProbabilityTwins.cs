namespace GraphGrad.Parity.Live.Expressions;

internal static class ProbabilityTwins
{
    public static readonly Twins All = new()
    {
        ["distributions.Normal cdf"] = t => Of("0.5 * torch.erfc(-(x - y) / z * 0.7071067811865476)", t),
        ["distributions.LogNormal cdf"] = t => Of("0.5 * torch.erfc(-(torch.log(x) - y) / z * 0.7071067811865476)", t),
        ["distributions.HalfNormal cdf"] = t => Of("torch.erf(x / y * 0.7071067811865476)", t),
        ["distributions.Cauchy cdf"] = t => Of("torch.atan((x - y) / z) / 3.141592653589793 + 0.5", t),
        ["distributions.HalfCauchy cdf"] = t => Of("2 * torch.atan(x / y) / 3.141592653589793", t),
        ["distributions.Laplace cdf"] = t => Of("0.5 - 0.5 * torch.sign(x - y) * torch.expm1(-torch.abs(x - y) / z)", t),
        ["distributions.Gumbel cdf"] = t => Of("torch.exp(-torch.exp(-(x - y) / z))", t),
        ["distributions.Uniform cdf"] = t => Of("torch.clamp((x - y) / (z - y), 0, 1)", t),
        ["distributions.Exponential cdf"] = t => Of("1 - torch.exp(-y * x)", t),
        ["distributions.Gamma cdf"] = t => Of("torch.special_gammainc(y.detach(), z * x)", t),
        ["distributions.Chi2 cdf"] = t => Of("torch.special_gammainc(y.detach() * 0.5, x * 0.5)", t),
        ["distributions.Pareto cdf"] = t => Of("1 - torch.pow(y / x, z)", t),
        ["distributions.Weibull cdf"] = t => Of("1 - torch.exp(-torch.pow(x / y, z))", t),
        ["distributions.Kumaraswamy cdf"] = t => Of("1 - torch.pow(1 - torch.pow(x, y), z)", t),
        ["distributions.Geometric cdf"] = t => Of("1 - torch.pow(1 - y, torch.floor(x) + 1)", t),
        ["distributions.Poisson cdf"] = t => Of("torch.special_gammaincc(torch.floor(x.detach()) + 1, y)", t),

        ["distributions.Normal icdf"] = t => Of("y + z * torch.erfinv(2 * x - 1) * 1.4142135623730951", t),
        ["distributions.LogNormal icdf"] = t => Of("torch.exp(y + z * torch.erfinv(2 * x - 1) * 1.4142135623730951)", t),
        ["distributions.HalfNormal icdf"] = t => Of("y * torch.erfinv(x) * 1.4142135623730951", t),
        ["distributions.Cauchy icdf"] = t => Of("y + z * torch.tan(3.141592653589793 * (x - 0.5))", t),
        ["distributions.HalfCauchy icdf"] = t => Of("y * torch.tan(1.5707963267948966 * x)", t),
        ["distributions.Laplace icdf"] = t => Of("y - z * torch.sign(x - 0.5) * torch.log1p(-2 * torch.abs(x - 0.5))", t),
        ["distributions.Gumbel icdf"] = t => Of("y - z * torch.log(-torch.log(x))", t),
        ["distributions.Uniform icdf"] = t => Of("x * (z - y) + y", t),
        ["distributions.Exponential icdf"] = t => Of("-torch.log1p(-x) / y", t),
        ["distributions.Pareto icdf"] = t => Of("y * torch.exp(-torch.log1p(-x) / z)", t),
        ["distributions.Weibull icdf"] = t => Of("y * torch.pow(-torch.log1p(-x), 1 / z)", t),
        ["distributions.Kumaraswamy icdf"] = t => Of("torch.pow(1 - torch.pow(1 - x, 1 / z), 1 / y)", t),

        ["distributions.Normal kl_divergence"] = t => Of("0.5 * ((y / w) ** 2 + ((x - z) / w) ** 2 - 1 - torch.log((y / w) ** 2))", t),
        ["distributions.LogNormal kl_divergence"] = t => Of("0.5 * ((y / w) ** 2 + ((x - z) / w) ** 2 - 1 - torch.log((y / w) ** 2))", t),
        ["distributions.HalfNormal kl_divergence"] = t => Of("0.5 * ((x / y) ** 2 - 1 - torch.log((x / y) ** 2))", t),
        ["distributions.Cauchy kl_divergence"] = t => Of("torch.log((y + w) ** 2 + (x - z) ** 2) - torch.log(4 * y * w)", t),
        ["distributions.Laplace kl_divergence"] = t => Of("-torch.log(y / w) + torch.abs(x - z) / w + y / w * torch.exp(-torch.abs(x - z) / y) - 1", t),
        ["distributions.Gumbel kl_divergence"] = t => Of("-torch.log(y / w) - z / w + x / w + y / w * 0.5772156649015329 + torch.exp(z / w + torch.lgamma(1 + y / w) - x / w) - 1.5772156649015329", t),
        ["distributions.Uniform kl_divergence"] = t => Of("torch.log((w - z) / (y - x))", t),
        ["distributions.Exponential kl_divergence"] = t => Of("y / x - torch.log(y / x) - 1", t),
        ["distributions.Gamma kl_divergence"] = t => Of("z * torch.log(y / w) + torch.lgamma(z) - torch.lgamma(x) + (x - z) * torch.digamma(x) - (y - w) * (x / y)", t),
        ["distributions.Beta kl_divergence"] = t => Of(
            "torch.lgamma(z) + torch.lgamma(w) + torch.lgamma(x + y) - torch.lgamma(x) - torch.lgamma(y) - torch.lgamma(z + w) + (x - z) * torch.digamma(x) + (y - w) * torch.digamma(y) + (z + w - x - y) * torch.digamma(x + y)", t),
        ["distributions.Dirichlet kl_divergence"] = t => Of(
            "torch.lgamma(torch.sum(x, -1)) - torch.lgamma(torch.sum(y, -1)) - torch.sum(torch.lgamma(x) - torch.lgamma(y), -1) + torch.sum((x - y) * (torch.digamma(x) - torch.digamma(torch.sum(x, -1, True))), -1)", t),
        ["distributions.Pareto kl_divergence"] = t => Of("w * torch.log(x / z) - torch.log(w / y) + w / y - 1", t),
        ["distributions.Bernoulli kl_divergence"] = t => Of("x * torch.log(x / y) + (1 - x) * torch.log((1 - x) / (1 - y))", t),
        ["distributions.Geometric kl_divergence"] = t => Of("(torch.xlogy(x, x) + torch.xlogy(1 - x, 1 - x)) / x - torch.log1p(-y) / x - torch.log(y / (1 - y))", t),
        ["distributions.Poisson kl_divergence"] = t => Of("x * (torch.log(x) - torch.log(y)) - (x - y)", t),
        ["distributions.Categorical kl_divergence"] = t => Of("torch.sum(torch.softmax(x, -1) * (torch.log_softmax(x, -1) - torch.log_softmax(y, -1)), -1)", t),
        ["distributions.Categorical kl_divergence from logits"] = t => Of("torch.sum(torch.softmax(x, -1) * (torch.log_softmax(x, -1) - torch.log_softmax(y, -1)), -1)", t),
        ["distributions.MultivariateNormal kl_divergence"] = t => Of(
            "torch.sum(torch.log(torch.diagonal(w)) - torch.log(torch.diagonal(y))) + 0.5 * (torch.sum(torch.triangular_solve(y, w, False)[0] ** 2) + torch.sum(torch.triangular_solve((z - x).unsqueeze(-1), w, False)[0] ** 2) - x.size(-1))", t),

        ["distributions.Normal cdf of unlike shapes"] = t => Of("0.5 * torch.erfc(-(x - y) / z * 0.7071067811865476)", t),
        ["distributions.MultivariateNormal kl_divergence of unlike sizes"] = t => Of("torch.triangular_solve(y, w, False)[0]", t),
    };

    private static Tensor Of(string expression, Tensor[] t) => Script.Run(expression, [.. t.Zip(["x", "y", "z", "w"], (tensor, name) => (name, tensor))]);
}
