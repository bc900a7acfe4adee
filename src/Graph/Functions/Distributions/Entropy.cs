using GraphGrad.Rewriting;

namespace GraphGrad;

/// <summary>
/// Entropies of distributions, in units of e (nats), elementwise with broadcasting: the mean of -log of the density or the probability. Parameters are those of <see cref="LogDensity"/>.
/// </summary>
public static class Entropy
{
    private const double EulerGamma = 0.57721566490153286;

    private static readonly double HalfLogTwoPi = 0.5 * Math.Log(2 * Math.PI);

    /// <summary>Of the normal distribution.</summary>
    /// <exception cref="GraphException">The deviation is no float.</exception>
    public static Value Normal(Value deviation) => Ops.Log(deviation) + (0.5 + HalfLogTwoPi);

    /// <summary>Of a number whose logarithm is normal.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value LogNormal(Value mean, Value deviation) => mean + Normal(deviation);

    /// <summary>Of the magnitude of a normal number of mean 0.</summary>
    /// <exception cref="GraphException">The deviation is no float.</exception>
    public static Value HalfNormal(Value deviation) => Ops.Log(deviation) + (0.5 + HalfLogTwoPi - Math.Log(2));

    /// <summary>Of Cauchy's distribution.</summary>
    /// <exception cref="GraphException">The scale is no float.</exception>
    public static Value Cauchy(Value scale) => LogOf(4 * Math.PI * scale, scale);

    /// <summary>Of the magnitude of a number that has Cauchy's distribution around 0.</summary>
    /// <exception cref="GraphException">The scale is no float.</exception>
    public static Value HalfCauchy(Value scale) => LogOf(2 * Math.PI * scale, scale);

    /// <summary>Of Laplace's distribution.</summary>
    /// <exception cref="GraphException">The scale is no float.</exception>
    public static Value Laplace(Value scale) => Ops.Log(2 * scale) + 1;

    /// <summary>Of Gumbel's distribution.</summary>
    /// <exception cref="GraphException">The scale is no float.</exception>
    public static Value Gumbel(Value scale) => Ops.Log(scale) + (1 + EulerGamma);

    /// <summary>Of the uniform distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Uniform(Value low, Value high) => Ops.Log(high - low);

    /// <summary>Of a normal vector, by the lower triangular factor of its covariance matrix.</summary>
    /// <exception cref="GraphException">The factor is no square matrix of floats of known extent, nor a stack of them.</exception>
    public static Value MultivariateNormal(Value factor)
    {
        if (factor.Rank < 2 || factor.Shape[^2] != factor.Shape[^1] || !factor.Shape[^1].IsConstant)
            throw factor.Graph.Error("multivariate normal entropy", $"the factor '{factor.Name}' {factor.Type} is no square matrix of known extent, nor a stack of them. Reshape it.");
        return Ops.Sum(Ops.Log(Ops.Diagonal(factor)), -1) + factor.Shape[^1].Value * (0.5 + HalfLogTwoPi);
    }

    /// <summary>Of the exponential distribution.</summary>
    /// <exception cref="GraphException">The rate is no float.</exception>
    public static Value Exponential(Value rate) => 1 - Ops.Log(rate);

    /// <summary>Of the gamma distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Gamma(Value shape, Value rate) => shape - Ops.Log(rate) + Ops.LogGamma(shape) + (1 - shape) * Ops.Digamma(shape);

    /// <summary>Of Pareto's distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Pareto(Value scale, Value exponent) => Ops.Log(scale / exponent) + 1 + 1 / exponent;

    /// <summary>Of Weibull's distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Weibull(Value scale, Value shape) => EulerGamma * (1 - 1 / shape) + Ops.Log(scale / shape) + 1;

    /// <summary>Of the beta distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Beta(Value alpha, Value beta)
    {
        var sum = alpha + beta;
        return Ops.LogGamma(alpha) + Ops.LogGamma(beta) - Ops.LogGamma(sum)
            - (alpha - 1) * Ops.Digamma(alpha) - (beta - 1) * Ops.Digamma(beta) + (sum - 2) * Ops.Digamma(sum);
    }

    /// <summary>Of Dirichlet's distribution, whose shares lie in the last axis.</summary>
    /// <exception cref="GraphException">The concentration is a scalar or no float.</exception>
    public static Value Dirichlet(Value concentration)
    {
        var sum = Ops.Sum(concentration, -1);
        var excess = Ops.Sum(concentration - 1, -1);
        return Ops.Sum(Ops.LogGamma(concentration), -1) - Ops.LogGamma(sum) + excess * Ops.Digamma(sum)
            - Ops.Sum((concentration - 1) * Ops.Digamma(concentration), -1);
    }

    /// <summary>Of one trial.</summary>
    /// <exception cref="GraphException">The probability is no float.</exception>
    public static Value Bernoulli(Value probability) => Ops.Entr(probability) + Ops.Entr(1 - probability);

    /// <summary>Of the number of failures before the first success.</summary>
    /// <exception cref="GraphException">The probability is no float.</exception>
    public static Value Geometric(Value probability) => Bernoulli(probability) / probability;

    /// <summary>Of one of several categories, whose probabilities, which sum to 1, lie in the last axis.</summary>
    /// <exception cref="GraphException">The probabilities are no floats.</exception>
    public static Value Categorical(Value probabilities) => Ops.Sum(Ops.Entr(probabilities), -1);

    /// <summary>As <see cref="Categorical"/>, by logarithms of the probabilities but for a common summand.</summary>
    /// <exception cref="GraphException">The logits are no floats.</exception>
    public static Value CategoricalFromLogits(Value logits) => -Ops.Sum(Ops.Softmax(logits) * Ops.LogSoftmax(logits), -1);

    /// <summary>Of Student's distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value StudentT(Value degrees, Value scale)
    {
        var (half, more) = (degrees * 0.5, (degrees + 1) * 0.5);
        return Ops.Log(scale) + 0.5 * Ops.Log(degrees) + (0.5 * Math.Log(Math.PI) + Ops.LogGamma(half) - Ops.LogGamma(more)) + more * (Ops.Digamma(more) - Ops.Digamma(half));
    }

    /// <summary>Of a sum of squares of standard normal numbers.</summary>
    /// <exception cref="GraphException">The degrees are no floats.</exception>
    public static Value ChiSquared(Value degrees)
    {
        var half = degrees * 0.5;
        return half + (Math.Log(2) + Ops.LogGamma(half)) + (1 - half) * Ops.Digamma(half);
    }

    /// <summary>Of the reciprocal of a gamma number.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value InverseGamma(Value shape, Value rate) => shape + Ops.Log(rate) + Ops.LogGamma(shape) - (1 + shape) * Ops.Digamma(shape);

    /// <summary>Of Kumaraswamy's distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Kumaraswamy(Value alpha, Value beta) =>
        1 - 1 / beta + (1 - 1 / alpha) * (Ops.Digamma(beta + 1) + EulerGamma) - Ops.Log(alpha) - Ops.Log(beta);

    /// <summary>Of the continuous Bernoulli distribution.</summary>
    /// <exception cref="GraphException">The probability is no float.</exception>
    public static Value ContinuousBernoulli(Value probability)
    {
        var logits = Ops.Logit(probability);
        return MeanExp.Log(logits) - logits * MeanExp.Slope(logits);
    }

    /// <summary>Of the generalized Pareto distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value GeneralizedPareto(Value scale, Value concentration) => Ops.Log(scale) + concentration + 1;

    /// <summary>Of a normal vector whose covariance matrix is W·Wᵀ + diag(d).</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or W, [elements, columns], and d, [elements] of known extent, do not fit.</exception>
    public static Value LowRankNormal(Value factor, Value diagonal) =>
        0.5 * LowRankCovariance.Of("low-rank normal entropy", factor, diagonal).LogDeterminant + diagonal.Shape[^1].Value * (0.5 + HalfLogTwoPi);

    /// <summary>Of Wishart's distribution.</summary>
    /// <param name="degrees">How many vectors: one for each matrix.</param>
    /// <param name="scale">The lower triangular factor of the vectors' covariance matrix: [elements, elements], or a stack of them.</param>
    /// <exception cref="GraphException">The types differ or are not floats, or the factor is no square matrix of known extent.</exception>
    public static Value Wishart(Value degrees, Value scale)
    {
        var n = Expectation.Rows("Wishart entropy", scale);
        var half = degrees * 0.5;
        return (n + 1) * Ops.Sum(Ops.Log(Ops.Diagonal(scale)), -1) + Ops.LogMultivariateGamma(half, (int)n) + half * n + 0.5 * n * (n + 1) * Math.Log(2)
            - 0.5 * (degrees - (n + 1)) * MultivariateDigamma(half, n);
    }

    /// <summary>The logarithm of a multiple of x: its derivative is 1 / x, whatever the factor's rounding makes of it.</summary>
    private static Value LogOf(Value multiple, Value x) => KnownDerivatives.OfLog(Ops.Log(multiple), x);

    /// <summary>The derivative of <see cref="Ops.LogMultivariateGamma"/>.</summary>
    internal static Value MultivariateDigamma(Value x, long dimension) =>
        Ops.Sum(Ops.Digamma(Ops.ExpandDims(x, -1) - 0.5 * Ops.Iota(x.Graph, [dimension], dtype: x.DType)), -1);
}
