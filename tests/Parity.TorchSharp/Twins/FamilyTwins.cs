namespace GraphGrad.Parity.Live.Expressions;

internal static class FamilyTwins
{
    public static readonly Twins All = new()
    {
        ["distributions.Beta kl_divergence to Exponential"] = t => Of("-(torch.lgamma(x) + torch.lgamma(y) - torch.lgamma(x + y) - (x - 1) * torch.digamma(x) - (y - 1) * torch.digamma(y) + (x + y - 2) * torch.digamma(x + y)) - torch.log(z) + z * (x / (x + y))", t),
        ["distributions.Beta kl_divergence to Gamma"] = t => Of("-(torch.lgamma(x) + torch.lgamma(y) - torch.lgamma(x + y) - (x - 1) * torch.digamma(x) - (y - 1) * torch.digamma(y) + (x + y - 2) * torch.digamma(x + y)) + torch.lgamma(z) - z * torch.log(w) - (z - 1) * (torch.digamma(x) - torch.digamma(x + y)) + w * x / (x + y)", t),
        ["distributions.Beta kl_divergence to Normal"] = t => Of("-(torch.lgamma(x) + torch.lgamma(y) - torch.lgamma(x + y) - (x - 1) * torch.digamma(x) - (y - 1) * torch.digamma(y) + (x + y - 2) * torch.digamma(x + y)) + 0.5 * torch.log(6.283185307179586 * w ** 2) + (x * y / ((x + y) ** 2 * (x + y + 1)) + (x / (x + y) - z) ** 2) / (2 * w ** 2)", t),
        ["distributions.Beta kl_divergence to Uniform"] = t => Of("-(torch.lgamma(x) + torch.lgamma(y) - torch.lgamma(x + y) - (x - 1) * torch.digamma(x) - (y - 1) * torch.digamma(y) + (x + y - 2) * torch.digamma(x + y)) + torch.log(w - z)", t),
        ["distributions.Exponential kl_divergence to Gamma"] = t => Of("-y * torch.log(z / x) + z / x + torch.lgamma(y) + y * 0.5772156649015329 - 1 - 0.5772156649015329", t),
        ["distributions.Exponential kl_divergence to Gumbel"] = t => Of("torch.log(x * z) - 1 - y / z + torch.exp(y / z) * (x * z) / (x * z + 1) + 1 / (x * z)", t),
        ["distributions.Exponential kl_divergence to Normal"] = t => Of("0.5 * torch.log(x ** 2 * z ** 2 * 6.283185307179586) - 1 + (1 / x ** 2 - y / x + 0.5 * y ** 2) / z ** 2", t),
        ["distributions.Gamma kl_divergence to Exponential"] = t => Of("-(x - torch.log(y) + torch.lgamma(x) + (1 - x) * torch.digamma(x)) - torch.log(z) + z * x / y", t),
        ["distributions.Gamma kl_divergence to Gumbel"] = t => Of("(x - 1) * torch.digamma(x) - torch.lgamma(x) - x + torch.log(y * w) + x / (y * w) + torch.exp(z / w) * (1 + 1 / (y * w)) ** (-x) - z / w", t),
        ["distributions.Gamma kl_divergence to Normal"] = t => Of("0.5 * torch.log(y ** 2 * w ** 2 * 6.283185307179586) - x - torch.lgamma(x) + (x - 1) * torch.digamma(x) + (0.5 * (x ** 2 + x) / y ** 2 - z * x / y + 0.5 * z ** 2) / w ** 2", t),
        ["distributions.Gumbel kl_divergence to Normal"] = t => Of("-torch.log(y / w / 2.5066282746310002) + (1.2825498301618641 * y / w) ** 2 * 0.5 + ((x + y * 0.5772156649015329 - z) / w) ** 2 * 0.5 - 0.5772156649015329 - 1", t),
        ["distributions.Laplace kl_divergence to Normal"] = t => Of("-0.5 * torch.log(2 * (y / w) ** 2 / 3.141592653589793) + (y / w) ** 2 + (0.5 * x ** 2 - x * z + 0.5 * z ** 2) / w ** 2 - 1", t),
        ["distributions.Normal kl_divergence to Gumbel"] = t => Of("-0.5 * torch.log((y / w) ** 2) + x / w - z / w + torch.exp(-x / w + 0.5 * (y / w) ** 2 + z / w) - 1.4189385332046727", t),
        ["distributions.Normal kl_divergence to Laplace"] = t => Of("-torch.log(y / w) + (y * 0.7978845608028654 * torch.exp(-0.5 * ((x - z) / y) ** 2) + (x - z) * torch.erf(0.7071067811865476 * (x - z) / y)) / w - 0.7257913526447274", t),
        ["distributions.Pareto kl_divergence to Exponential"] = t => Of("torch.log(y / (x * z)) - 1 / y + z * y * x / (y - 1) - 1", t),
        ["distributions.Pareto kl_divergence to Gamma"] = t => Of("torch.log(y) - torch.log(x) - 1 / y + torch.lgamma(z) - z * torch.log(w) + (1 - z) * (torch.log(x) + 1 / y) + w * y * x / (y - 1) - 1", t),
        ["distributions.Pareto kl_divergence to Normal"] = t => Of("torch.log(2.5066282746310002 * w * y / x) - 1 / y + (y * (x / (y - 1)) ** 2 / (y - 2) + (y * (x / (y - 1)) - z) ** 2) / (2 * w ** 2) - 1", t),
        ["distributions.Uniform kl_divergence to Beta"] = t => Of("torch.lgamma(z) + torch.lgamma(w) - torch.lgamma(z + w) - torch.log(y - x) - (z - 1) * ((torch.xlogy(y, y) - torch.xlogy(x, x)) / (y - x) - 1) - (w - 1) * ((torch.xlogy(1 - x, 1 - x) - torch.xlogy(1 - y, 1 - y)) / (y - x) - 1)", t),
        ["distributions.Uniform kl_divergence to Exponential"] = t => Of("z * (y + x) / 2 - torch.log((y - x) * z)", t),
        ["distributions.Uniform kl_divergence to Gamma"] = t => Of("-torch.log(y - x) + torch.lgamma(z) - z * torch.log(w) + (1 - z) * ((torch.xlogy(y, y) - torch.xlogy(x, x)) / (y - x) - 1) + w * (y + x) / 2", t),
        ["distributions.Uniform kl_divergence to Gumbel"] = t => Of("torch.log(w / (y - x)) + 0.5 * ((y - z) / w + (x - z) / w) - w / (y - x) * (torch.exp(-(y - z) / w) - torch.exp(-(x - z) / w))", t),
        ["distributions.Uniform kl_divergence to Normal"] = t => Of("torch.log(2.5066282746310002 * w / (y - x)) + ((y - x) ** 2 / 12 + ((y + x) / 2 - z) ** 2) / (2 * w ** 2)", t),
        ["distributions.Uniform kl_divergence to Pareto"] = t => Of("-torch.log(w * z ** w * (y - x)) + (w + 1) * ((torch.xlogy(y, y) - torch.xlogy(x, x)) / (y - x) - 1)", t),
        ["distributions.Binomial kl_divergence"] = t => Of("x.to(y.dtype) * (y * (torch.logit(y) - torch.logit(z)) + torch.log1p(-y) - torch.log1p(-z))", t),
        ["distributions.Normal kl_divergence to Gumbel where one is far"] = t => Of("-0.5 * torch.log((y / w) ** 2) + x / w - z / w + torch.exp(-x / w + 0.5 * (y / w) ** 2 + z / w) - 1.4189385332046727", t),
        ["distributions.Beta kl_divergence to Normal of unlike shapes"] = t => Of("x * y + z * w", t),

        ["_standard_gamma_grad"] = t => Of("torch._standard_gamma_grad(x, y)", t),
        ["_dirichlet_grad"] = t => Of("torch._dirichlet_grad(x, y, z)", t),
    };

    private static Tensor Of(string expression, Tensor[] t) => Script.Run(expression, [.. t.Select((tensor, i) => ("xyzw"[i].ToString(), tensor))]);
}
