namespace GraphGrad.Parity.Live.Expressions;

internal static class VariateTwins
{
    private const double LogTwoPi = 1.8378770664093453;

    private const string NormalVectors =
        "-0.5 * torch.sum(torch.linalg_solve_triangular(z, torch.unsqueeze(x - y, -1), upper=False) ** 2, [-2, -1]) - torch.sum(torch.log(torch.diagonal(z, 0, -2, -1)), -1) - x.size(-1) * 0.9189385332046727";

    public static readonly Twins All = new()
    {
        ["distributions.ContinuousBernoulli"] = t => Of("x * torch.logit(y) - torch.log(torch.expm1(torch.logit(y)) / torch.logit(y))", t),
        ["distributions.ContinuousBernoulli cdf"] = t => Of("torch.expm1(x * torch.logit(y)) / torch.expm1(torch.logit(y))", t),
        ["distributions.ContinuousBernoulli icdf"] = t => Of("torch.log1p(x * torch.expm1(torch.logit(y))) / torch.logit(y)", t),
        ["distributions.ContinuousBernoulli mean and variance"] = t => (Of("-1 / torch.expm1(-torch.logit(x)) - 1 / torch.logit(x)", t), Of("1 / torch.logit(x) ** 2 - torch.exp(torch.logit(x)) / torch.expm1(torch.logit(x)) ** 2", t)),
        ["distributions.ContinuousBernoulli entropy"] = t => Of("torch.log(torch.expm1(torch.logit(x)) / torch.logit(x)) - torch.logit(x) * (-1 / torch.expm1(-torch.logit(x)) - 1 / torch.logit(x))", t),
        ["distributions.ContinuousBernoulli kl_divergence"] = t => Of("(torch.logit(x) - torch.logit(y)) * (-1 / torch.expm1(-torch.logit(x)) - 1 / torch.logit(x)) - torch.log(torch.expm1(torch.logit(x)) / torch.logit(x)) + torch.log(torch.expm1(torch.logit(y)) / torch.logit(y))", t),
        ["distributions.LogisticNormal"] = LogisticNormal,

        ["distributions.GeneralizedPareto"] = t => Of("-torch.log(z) - (1 + 1 / w) * torch.log1p(w * (x - y) / z)", t),
        ["distributions.GeneralizedPareto cdf"] = t => Of("-torch.expm1(-torch.log1p(w * (x - y) / z) / w)", t),
        ["distributions.GeneralizedPareto icdf"] = t => Of("y + z * torch.expm1(-w * torch.log1p(-x)) / w", t),
        ["distributions.GeneralizedPareto mean and variance"] = t => (Of("x + y / (1 - z)", t), Of("(y / (1 - z)) ** 2 / (1 - 2 * z) + 0 * torch.sum(x)", t)),
        ["distributions.GeneralizedPareto entropy"] = t => Of("torch.log(x) + y + 1", t),

        ["distributions.LowRankMultivariateNormal"] = LowRankNormal,
        ["distributions.LowRankMultivariateNormal entropy and variance"] = LowRankEntropy,
        ["distributions.LowRankMultivariateNormal kl_divergence"] = LowRankDivergence,
        ["distributions.Wishart"] = Wishart,
        ["distributions.Wishart mean and variance"] = WishartMoments,
        ["distributions.Wishart entropy"] = WishartEntropy,
        ["distributions.Wishart kl_divergence"] = WishartDivergence,
        ["distributions.LKJCholesky"] = Lkj,

        ["distributions.MultivariateNormal of stacks"] = t => Of(NormalVectors, t),
        ["distributions.MultivariateNormal of a stack of factors and one mean"] = t => Of(NormalVectors, t),
        ["distributions.MultivariateNormal of points in two axes"] = t => Of(NormalVectors, t),
        ["distributions.MultivariateNormal entropy of stacks"] = t => Of("torch.sum(torch.log(torch.diagonal(x, 0, -2, -1)), -1) + x.size(-1) * 1.4189385332046727", t),
        ["distributions.LowRankMultivariateNormal of stacks"] = LowRankNormal,
        ["distributions.LowRankMultivariateNormal of a stack of factors and one mean"] = LowRankNormal,
        ["distributions.LowRankMultivariateNormal entropy and variance of stacks"] = LowRankEntropy,
        ["distributions.LowRankMultivariateNormal kl_divergence of stacks"] = LowRankDivergence,
        ["distributions.Wishart of stacks"] = Wishart,
        ["distributions.Wishart of a stack of points and one scale"] = Wishart,
        ["distributions.Wishart mean and variance of stacks"] = WishartMoments,
        ["distributions.Wishart entropy of stacks"] = WishartEntropy,
        ["distributions.Wishart kl_divergence of stacks"] = WishartDivergence,
        ["distributions.Dirichlet of stacks"] = t => distributions.Dirichlet(t[1]).log_prob(Of("torch.softmax(x, -1)", t)),
        ["distributions.Dirichlet entropy of stacks"] = t => distributions.Dirichlet(t[0]).entropy(),
        ["distributions.Dirichlet kl_divergence of stacks"] = t => Of(
            "torch.lgamma(torch.sum(x, -1)) - torch.lgamma(torch.sum(y, -1)) - torch.sum(torch.lgamma(x) - torch.lgamma(y), -1) + torch.sum((x - y) * (torch.digamma(x) - torch.digamma(torch.sum(x, -1, True))), -1)", t),
        ["distributions.Dirichlet mean and variance of stacks"] = t => (distributions.Dirichlet(t[0]).mean, distributions.Dirichlet(t[0]).variance),
        ["distributions.LKJCholesky of stacks"] = Lkj,
        ["distributions.LogisticNormal of stacks"] = LogisticNormal,
        ["distributions.transforms.CorrCholeskyTransform of stacks"] = t => Correlations(t[0], 4),

        ["distributions.StudentT entropy"] = t => Of("torch.log(y) + 0.5 * (x + 1) * (torch.digamma(0.5 * (x + 1)) - torch.digamma(0.5 * x)) + 0.5 * torch.log(x) + torch.lgamma(0.5 * x) + 0.5723649429247001 - torch.lgamma(0.5 * (x + 1))", t),
        ["distributions.Chi2 entropy"] = t => Of("0.5 * x + 0.6931471805599453 + torch.lgamma(0.5 * x) + (1 - 0.5 * x) * torch.digamma(0.5 * x)", t),
        ["distributions.InverseGamma entropy"] = t => Of("x + torch.log(y) + torch.lgamma(x) - (1 + x) * torch.digamma(x)", t),
        ["distributions.Kumaraswamy entropy"] = t => Of("(1 - 1 / y) + (1 - 1 / x) * (torch.digamma(y + 1) + 0.5772156649015329) - torch.log(x) - torch.log(y)", t),
        ["distributions.Categorical entropy from logits"] = t => Of("-torch.sum(torch.softmax(x, -1) * torch.log_softmax(x, -1), -1)", t),
        ["distributions.InverseGamma kl_divergence"] = t => Of("z * torch.log(y / w) + torch.lgamma(z) - torch.lgamma(x) + (x - z) * torch.digamma(x) + (w - y) * (x / y)", t),

        ["distributions.Distribution.mode of LogNormal"] = t => Of("torch.exp(x - y * y)", t),
        ["distributions.Distribution.mode of Gamma"] = t => Of("torch.clamp_min(x - 1, 0) / y", t),
        ["distributions.Distribution.mode of Chi2"] = t => Of("torch.clamp_min(x / 2 - 1, 0) / 0.5", t),
        ["distributions.Distribution.mode of InverseGamma"] = t => Of("y / (x + 1)", t),
        ["distributions.Distribution.mode of FisherSnedecor"] = t => Of("(x - 2) / x * y / (y + 2)", t),
        ["distributions.Distribution.mode of Weibull"] = t => Of("x * ((y - 1) / y) ** (1 / y)", t),
        ["distributions.Distribution.mode of Beta"] = t => Of("(x - 1) / (x - 1 + torch.clamp_min(y - 1, 0))", t),
        ["distributions.Distribution.mode of Kumaraswamy"] = t => Of("((x - 1) / (x * y - 1)) ** (1 / x)", t),
        ["distributions.Distribution.mode of Dirichlet"] = t => Of("torch.clamp_min(x - 1, 0) / torch.sum(torch.clamp_min(x - 1, 0), -1, True)", t),
        ["distributions.Distribution.mode of Bernoulli"] = t => Of("torch.where(x == 0.5, x * float('nan'), (x >= 0.5).to(x.dtype))", t),
        ["distributions.Distribution.mode of Binomial"] = t => Of("torch.min(torch.floor((x + 1) * y), x)", t),
        ["distributions.Distribution.mode of NegativeBinomial"] = t => Of("torch.clamp_min(torch.floor((x - 1) * torch.exp(torch.logit(y))), 0)", t),
        ["distributions.Distribution.mode of Poisson"] = t => Of("torch.floor(x)", t),
        ["distributions.Distribution.mode of Categorical"] = t => Of("torch.argmax(x, -1)", t),
        ["distributions.Distribution.mode of Wishart"] = t => Of("(x - 4).unsqueeze(-1).unsqueeze(-1) * torch.matmul(y, y.mT)", t),

        ["distributions.transforms.CorrCholeskyTransform"] = t => Correlations(t[0], 4),
        ["distributions.transforms.CorrCholeskyTransform of one number"] = t => Correlations(t[0], 2),
        ["distributions.transforms.CumulativeDistributionTransform"] = t => (Of("torch.special_ndtr(x)", t), Of("torch.special_ndtri(torch.special_ndtr(x))", t), Of("-0.5 * x ** 2 - 0.9189385332046727", t)),

        ["distributions.ContinuousBernoulli of unlike shapes"] = t => t[0] * t[1],
        ["distributions.LowRankMultivariateNormal entropy of unlike sizes"] = t => Covariance(t[0], t[1]),
        ["distributions.Wishart kl_divergence of unlike sizes"] = t => t[1].matmul(t[3]),
        ["distributions.Wishart mean of a rectangle"] = t => t[1].matmul(t[1]) * t[0],
        ["distributions.transforms.CorrCholeskyTransform of four numbers"] = t => Correlations(t[0], 4),
    };

    private static Tensor Of(string expression, Tensor[] t) => Script.Run(expression, [.. t.Select((tensor, i) => ("xyzw"[i].ToString(), tensor))]);

    private static Tensor Squared(Tensor factor) => factor.matmul(factor.transpose(-2, -1));

    private static Tensor Covariance(Tensor factor, Tensor diagonal) => Squared(factor) + diag_embed(diagonal);

    private static Tensor Diagonal(Tensor matrix) => matrix.diagonal(0, -2, -1);

    private static Tensor Squares(Tensor covariance, Tensor points) => (covariance.inverse().matmul(points.unsqueeze(-1)).squeeze(-1) * points).sum(-1);

    private static Tensor Multigamma(Tensor x) => (x.lgamma() + (x - 0.5).lgamma() + (x - 1).lgamma()) + 1.5 * Math.Log(Math.PI);

    private static Tensor Multidigamma(Tensor x) => x.digamma() + (x - 0.5).digamma() + (x - 1).digamma();

    private static Outputs LogisticNormal(Tensor[] t)
    {
        var shares = Of("torch.softmax(x, -1)", t).narrow(-1, 0, 2);
        var places = tensor(new[] { 2.0, 1.0 }).to_type(t[0].dtype);
        var x = shares.log() - (1 - shares.cumsum(-1)).log() + places.log();
        var shifted = x - places.log();
        var logDeterminant = (Script.Run("torch.log_sigmoid(x)", ("x", shifted)) - shifted + shares.log()).sum(-1);
        return (((x - t[1]) / t[2]).square() * -0.5 - t[2].log() - 0.5 * LogTwoPi).sum(-1) - logDeterminant;
    }

    private static Outputs LowRankNormal(Tensor[] t) => (Squares(Covariance(t[2], t[3]), t[0] - t[1]) + Covariance(t[2], t[3]).logdet()) * -0.5 - 2 * LogTwoPi;

    private static Outputs LowRankEntropy(Tensor[] t) => (Covariance(t[0], t[1]).logdet() * 0.5 + 2 * (1 + LogTwoPi), Diagonal(Covariance(t[0], t[1])));

    private static Outputs WishartEntropy(Tensor[] t) =>
        Diagonal(t[1]).log().sum(-1) * 4 + Multigamma(t[0] / 2) + t[0] * 1.5 + 6 * Math.Log(2) - (t[0] - 4) * Multidigamma(t[0] / 2) * 0.5;

    private static Outputs LowRankDivergence(Tensor[] t)
    {
        var (own, other) = (Covariance(t[1], t[2]), Covariance(t[4], t[5]));
        return (other.logdet() - own.logdet() + Diagonal(other.inverse().matmul(own)).sum(-1) - 4 + Squares(other, t[0] - t[3])) * 0.5;
    }

    private static Outputs Wishart(Tensor[] t)
    {
        var (factor, degrees, scale) = (t[0], t[1], t[2]);
        var (matrix, covariance) = (Squared(factor), Squared(scale));
        return (degrees - 4) * matrix.logdet() * 0.5 - Diagonal(covariance.inverse().matmul(matrix)).sum(-1) * 0.5 - degrees * (3 * Math.Log(2) + covariance.logdet()) * 0.5 - Multigamma(degrees / 2);
    }

    private static Outputs WishartMoments(Tensor[] t)
    {
        var covariance = Squared(t[1]);
        var diagonal = Diagonal(covariance);
        var degrees = t[0].unsqueeze(-1).unsqueeze(-1);
        return (degrees * covariance, degrees * (covariance.square() + diagonal.unsqueeze(-1) * diagonal.unsqueeze(-2)));
    }

    private static Outputs WishartDivergence(Tensor[] t)
    {
        var (own, other) = (Squared(t[1]), Squared(t[3]));
        return t[2] * (other.logdet() - own.logdet()) * 0.5 + t[0] * (Diagonal(other.inverse().matmul(own)).sum(-1) - 3) * 0.5
            + Multigamma(t[2] / 2) - Multigamma(t[0] / 2) + (t[0] - t[2]) * Multidigamma(t[0] / 2) * 0.5;
    }

    private static Outputs Lkj(Tensor[] t)
    {
        var concentration = t[1];
        var order = tensor(new[] { 1.0, 0.0 }).to_type(t[0].dtype);
        var power = (concentration * 2 - 2).unsqueeze(-1) + order;
        var unscaled = (power * Diagonal(t[0]).narrow(-1, 1, 2).log()).sum(-1);
        var alpha = concentration + 1;
        var numerator = (alpha - 0.5).lgamma() + (alpha - 1).lgamma() + 0.5 * Math.Log(Math.PI);
        return unscaled - (numerator - alpha.lgamma() * 2 + Math.Log(Math.PI));
    }

    /// <summary>PyTorch's transform: tangents below the diagonal of a matrix, times the roots of what is left of its rows.</summary>
    private static Outputs Correlations(Tensor x, int size)
    {
        var places = Enumerable.Range(0, size).SelectMany(row => Enumerable.Range(0, row).Select(column => (long)(row * size) + column)).ToArray();
        var lead = x.shape[..^1];
        var index = tensor(places).expand([.. lead, places.Length]);
        var matrix = zeros([.. lead, size * size], dtype: x.dtype).scatter(-1, index, x.tanh()).view([.. lead, size, size]);
        var left = (1 - matrix.square()).sqrt().cumprod(-1);
        var y = (matrix + eye(size, dtype: x.dtype)) * cat([ones([.. lead, size, 1], dtype: x.dtype), left.narrow(-1, 0, size - 1)], -1);
        var below = y.reshape([.. lead, size * size]).gather(-1, index);
        // What is behind a place in its row, of which PyTorch subtracts what is before from 1.
        var squares = 1 - y.square().cumsum(-1) + y.square();
        var room = squares.reshape([.. lead, size * size]).gather(-1, index);
        var inverse = (below / room.sqrt()).atanh();
        return (y, inverse, room.log().sum(-1) * 0.5 - Script.Run("2 * (x + torch.softplus(-2 * x) - 0.6931471805599453)", ("x", x)).sum(-1));
    }
}
