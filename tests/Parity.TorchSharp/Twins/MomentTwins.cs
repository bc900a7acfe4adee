namespace GraphGrad.Parity.Live.Expressions;

internal static class MomentTwins
{
    public static readonly Twins All = new()
    {
        ["distributions.LogNormal mean and variance"] = t => Two("torch.exp(x + y * y / 2)", "torch.expm1(y * y) * torch.exp(2 * x + y * y)", t),
        ["distributions.HalfNormal mean and variance"] = t => Of(distributions.HalfNormal(t[0])),
        ["distributions.Laplace variance"] = t => distributions.Laplace(zeros_like(t[0]), t[0]).variance,
        ["distributions.Gumbel mean and variance"] = t => (Run("x + y * 0.5772156649015329", t), Run("1.6449340668482264 * y ** 2", t)),
        ["distributions.Uniform mean and variance"] = t => Of(distributions.Uniform(t[0], t[1])),
        // TorchSharp's variance is the square of the rate.
        ["distributions.Exponential mean and variance"] = t => (distributions.Exponential(t[0]).mean, Run("1 / x ** 2", t)),
        ["distributions.Gamma mean and variance"] = t => Of(distributions.Gamma(t[0], t[1])),
        ["distributions.FisherSnedecor mean and variance"] = t => Two("y / (y - 2)", "2 * y ** 2 * (x + y - 2) / (x * (y - 2) ** 2 * (y - 4))", t),
        ["distributions.Pareto mean and variance"] = t => Two("y * x / (y - 1)", "x ** 2 * y / ((y - 1) ** 2 * (y - 2))", t),
        ["distributions.Weibull mean and variance"] = t => Two("x * torch.exp(torch.lgamma(1 + 1 / y))", "x ** 2 * (torch.exp(torch.lgamma(1 + 2 / y)) - torch.exp(2 * torch.lgamma(1 + 1 / y)))", t),
        ["distributions.Beta mean and variance"] = t => Of(distributions.Beta(t[0], t[1])),
        ["distributions.Kumaraswamy mean and variance"] = t => Two(
            "y * torch.exp(torch.lgamma(1 + 1 / x) + torch.lgamma(y) - torch.lgamma(1 + 1 / x + y))",
            "y * torch.exp(torch.lgamma(1 + 2 / x) + torch.lgamma(y) - torch.lgamma(1 + 2 / x + y)) - (y * torch.exp(torch.lgamma(1 + 1 / x) + torch.lgamma(y) - torch.lgamma(1 + 1 / x + y))) ** 2", t),
        ["distributions.Dirichlet mean and variance"] = t => Of(distributions.Dirichlet(t[0])),
        ["distributions.Bernoulli variance"] = t => distributions.Bernoulli(probs: t[0]).variance,
        ["distributions.Geometric mean and variance"] = t => Two("1 / x - 1", "(1 / x - 1) / x", t),
        ["distributions.Binomial mean and variance"] = t => Two("x.detach() * y", "x.detach() * y * (1 - y)", t),
        ["distributions.NegativeBinomial mean and variance"] = t => Two("x * y / (1 - y)", "x * y / (1 - y) ** 2", t),
        // TorchSharp has no class of the next two.
        ["distributions.StudentT mean and variance"] = t => (Run("y + 0 * x", t), Run("z ** 2 * x / (x - 2)", t)),
        ["distributions.InverseGamma mean and variance"] = t => Two("y / (x - 1)", "y ** 2 / ((x - 1) ** 2 * (x - 2))", t),

        ["distributions.RelaxedBernoulli"] = t => Run($"{Logistic("(torch.log(x) - torch.log1p(-x))")} - torch.log(x) - torch.log1p(-x)", t),
        ["distributions.LogitRelaxedBernoulli"] = t => distributions.LogitRelaxedBernoulli(t[1].detach(), logits: t[2]).log_prob(t[0]),
        ["distributions.RelaxedOneHotCategorical"] = t => Run($"{Concrete("torch.log_softmax(x, -1)")} - torch.log_softmax(x, -1).sum(-1)", t),
        ["distributions.ExpRelaxedCategorical"] = t => Run(Concrete("torch.log_softmax(x, -1)"), t),
        // TorchSharp's, of logits, refers to probabilities that are not there.
        ["distributions.OneHotCategorical"] = t => Run("(x.detach() * torch.log_softmax(y, -1)).sum(-1)", t),
        ["distributions.Independent"] = t => distributions.Independent(distributions.Normal(t[1], t[2]), 2).log_prob(t[0]),
        ["distributions.InverseGamma"] = t => Run("y * torch.log(z) - (y + 1) * torch.log(x) - z / x - torch.lgamma(y)", t),
        ["distributions.MixtureSameFamily"] = t => Run("torch.logsumexp(-0.5 * ((x.unsqueeze(-1) - y) / z) ** 2 - torch.log(z) - 0.9189385332046727 + torch.log_softmax(w, -1), -1)", t),

        ["distributions.transforms.ExpTransform"] = t => Both(t, "torch.exp(x)", "torch.log(y)", "x"),
        ["distributions.transforms.LogTransform"] = t => Both(t, "torch.log(x)", "torch.exp(y)", "-torch.log(x)"),
        ["distributions.transforms.SigmoidTransform"] = t => Both(t, "torch.sigmoid(x)", "torch.log(y) - torch.log1p(-y)", "-torch.softplus(-x) - torch.softplus(x)"),
        ["distributions.transforms.TanhTransform"] = t => Both(t, "torch.tanh(x)", "torch.atanh(y)", "2 * (0.6931471805599453 - x - torch.softplus(-2 * x))"),
        ["distributions.transforms.SoftplusTransform"] = t => Both(t, "torch.softplus(x)", "torch.log(-torch.expm1(-y)) + y", "-torch.softplus(-x)"),
        ["distributions.transforms.AffineTransform"] = t => Both(t, "z + w * x", "(y - z) / w", "torch.log(torch.abs(w)) + 0 * x"),
        ["distributions.transforms.PowerTransform"] = t => Both(t, "torch.pow(x, z)", "torch.pow(y, 1 / z)", "torch.log(torch.abs(z * y / x))"),
        ["distributions.transforms.StickBreakingTransform"] = t => Both(
            t,
            "torch.cat([torch.sigmoid(x - o), torch.ones_like(x[:, :1])], -1) * torch.cat([torch.ones_like(x[:, :1]), torch.cumprod(1 - torch.sigmoid(x - o), -1)], -1)",
            "torch.log(y[:, :-1]) - torch.log(1 - torch.cumsum(y[:, :-1], -1)) + o",
            "(-torch.softplus(x - o) + torch.log(y[:, :-1])).sum(-1)"),
        ["distributions.transforms.ComposeTransform"] = t => Both(t, "torch.sigmoid(z + w * x)", "(torch.log(y) - torch.log1p(-y) - z) / w", "torch.log(w) - torch.softplus(-(z + w * x)) - torch.softplus(z + w * x)"),
        ["distributions.transforms.IndependentTransform"] = t => Both(t, "torch.exp(x)", "torch.log(y)", "x.sum(-1)"),
        ["distributions.transforms.ReshapeTransform"] = t => Both(t, "torch.tanh(x).reshape([2, 6])", "torch.atanh(y).reshape([2, 2, 3])", "(2 * (0.6931471805599453 - x - torch.softplus(-2 * x))).sum(-1).sum(-1)"),
        ["distributions.transforms.CatTransform"] = t => Both(
            t, "torch.cat([torch.exp(x[:, :2]), torch.tanh(x[:, 2:])], -1)", "torch.cat([torch.log(y[:, :2]), torch.atanh(y[:, 2:])], -1)",
            "torch.cat([x[:, :2], 2 * (0.6931471805599453 - x[:, 2:] - torch.softplus(-2 * x[:, 2:]))], -1)"),
        // There and back again is the identity, of determinant 1, of which what rounding leaves is not compared.
        ["distributions.transforms.CatTransform of vectors"] = t => Both(
            t, "torch.cat([x[:1], torch.tanh(x[1:])], 0)", "torch.cat([y[:1], torch.atanh(y[1:])], 0)",
            "torch.cat([0 * x[:1].sum(-1), (2 * (0.6931471805599453 - x[1:] - torch.softplus(-2 * x[1:]))).sum(-1)], 0)"),
        ["distributions.transforms.StackTransform"] = t => Both(
            t, "torch.stack([torch.sigmoid(x[0]), torch.softplus(x[1]), x[2]])", "torch.stack([torch.log(y[0]) - torch.log1p(-y[0]), torch.log(-torch.expm1(-y[1])) + y[1], y[2]])",
            "torch.stack([-torch.softplus(-x[0]) - torch.softplus(x[0]), -torch.softplus(-x[1]), 0 * x[2]])"),
        ["distributions.transforms.LowerCholeskyTransform"] = t => Both(
            t, "x.tril(-1) + torch.diag_embed(torch.exp(x.diagonal(0, -2, -1)))", "y.tril(-1) + torch.diag_embed(torch.log(y.diagonal(0, -2, -1)))", "x.diagonal(0, -2, -1).sum(-1)"),
        ["distributions.transforms.PositiveDefiniteTransform"] = t => PositiveDefinite(t[0]),
        ["distributions.biject_to"] = t => Both(t, "z + w * torch.sigmoid(x)", "torch.log((y - z) / w) - torch.log1p(-(y - z) / w)", "torch.log(w) - torch.softplus(-x) - torch.softplus(x)"),
        ["distributions.biject_to a half line"] = t => Both(t, "z + torch.exp(x)", "torch.log(y - z)", "x + 0 * z"),
        ["distributions.biject_to the other half line"] = t => Both(t, "z - torch.exp(x)", "torch.log(z - y)", "x + 0 * z"),
        ["distributions.transforms.ReshapeTransform of other counts"] = t => t[0].reshape(5),
        ["distributions.transforms.CatTransform of other extents"] = t => cat([t[0].narrow(1, 0, 2).exp(), t[0].narrow(1, 2, 4).tanh()], 1),
        ["distributions.TransformedDistribution"] = t => Run("-0.5 * ((x - y) / z) ** 2 - 0.9189385332046727 - torch.log(z) + torch.log1p(torch.exp(-x)) + torch.log1p(torch.exp(x))", t),

        ["cartesian_prod of one vector"] = t => cartesian_prod(t[0]),
        ["distributions.Bernoulli kl_divergence at ends"] = t => Run("torch.where(x == 0, torch.zeros_like(x), x * torch.log(x / y)) + torch.where(x == 1, torch.zeros_like(x), (1 - x) * torch.log((1 - x) / (1 - y)))", t),
        ["distributions.Uniform outside"] = t => distributions.Uniform(t[1], t[2]).log_prob(t[0]),
    };

    private static Outputs Of(distributions.Distribution distribution) => (distribution.mean, distribution.variance);

    private static Outputs Two(string mean, string variance, Tensor[] t) => (Run(mean, t), Run(variance, t));

    private static Outputs Both(Tensor[] t, string forward, string inverse, string logDeterminant)
    {
        var offset = (arange(t[0].shape[^1], 0, -1, dtype: ScalarType.Float64)).log().to_type(t[0].dtype);
        (string, Tensor)[] others = [("o", offset), .. t[1..].Select((tensor, i) => ("zw"[i].ToString(), tensor))];
        var y = Script.Run(forward, [("x", t[0]), .. others]);
        return (y, Script.Run(inverse, [("y", y), .. others]), Script.Run(logDeterminant, [("x", t[0]), ("y", y), .. others]));
    }

    private static Outputs PositiveDefinite(Tensor x)
    {
        const string Factor = "(x.tril(-1) + torch.diag_embed(torch.exp(x.diagonal(0, -2, -1))))";
        var y = Script.Run($"torch.matmul({Factor}, {Factor}.transpose(-2, -1))", ("x", x));
        var factor = linalg.cholesky(y);
        return (y, Script.Run("l.tril(-1) + torch.diag_embed(torch.log(l.diagonal(0, -2, -1)))", ("l", factor)), Script.Run("(x.diagonal(0, -2, -1) * torch.tensor([4.0, 3.0, 2.0], dtype=x.dtype)).sum(-1) + 2.0794415416798357", ("x", x)));
    }

    private static string Logistic(string x) => $"torch.log(y.detach()) + (z - {x} * y.detach()) - 2 * torch.softplus(z - {x} * y.detach())";

    // Of four categories.
    private static string Concrete(string x) => $"1.791759469228055 + 3 * torch.log(y.detach()) + torch.log_softmax(z - y.detach() * {x}, -1).sum(-1)";

    private static Tensor Run(string expression, Tensor[] t) => Script.Run(expression, [.. t.Select((tensor, i) => ("xyzw"[i].ToString(), tensor))]);
}
