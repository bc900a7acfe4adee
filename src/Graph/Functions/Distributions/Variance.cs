namespace GraphGrad;

/// <summary>
/// Variances of distributions, of which standard deviations are the roots, elementwise with broadcasting. Parameters are those of <see cref="LogDensity"/>. Where there is no variance the result is infinite or NaN, as
/// the summary says.
/// </summary>
public static class Variance
{
    /// <summary>Of a number whose logarithm is normal.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value LogNormal(Value mean, Value deviation) => Ops.Expm1(Ops.Square(deviation)) * Ops.Exp(2 * mean + Ops.Square(deviation));

    /// <summary>Of the magnitude of a normal number of mean 0.</summary>
    /// <exception cref="GraphException">The deviation is no float.</exception>
    public static Value HalfNormal(Value deviation) => Ops.Square(deviation) * (1 - 2 / Math.PI);

    /// <summary>Of Student's distribution; ∞ up to 2 degrees, NaN up to 1.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value StudentT(Value degrees, Value scale) =>
        Ops.Where(degrees <= 1, double.NaN, Ops.Where(degrees <= 2, double.PositiveInfinity, Ops.Square(scale) * (degrees / (degrees - 2))));

    /// <summary>Of Laplace's distribution.</summary>
    /// <exception cref="GraphException">The scale is no float.</exception>
    public static Value Laplace(Value scale) => 2 * Ops.Square(scale);

    /// <summary>Of Gumbel's distribution.</summary>
    /// <exception cref="GraphException">The scale is no float.</exception>
    public static Value Gumbel(Value scale) => Math.PI * Math.PI / 6 * Ops.Square(scale);

    /// <summary>Of the uniform distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Uniform(Value low, Value high) => Ops.Square(high - low) / 12;

    /// <summary>Of the exponential distribution.</summary>
    /// <exception cref="GraphException">The rate is no float.</exception>
    public static Value Exponential(Value rate) => Ops.Square(1 / rate);

    /// <summary>Of the gamma distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Gamma(Value shape, Value rate) => shape / Ops.Square(rate);

    /// <summary>Of the reciprocal of a gamma number; ∞ for shapes up to 2.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value InverseGamma(Value shape, Value rate) => Ops.Where(shape <= 2, double.PositiveInfinity, Ops.Square(rate / (shape - 1)) / (shape - 2));

    /// <summary>Of the quotient of two means of squares of standard normal numbers; NaN up to 4 squares below.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value FisherSnedecor(Value numeratorDegrees, Value denominatorDegrees) =>
        Ops.Where(denominatorDegrees <= 4, double.NaN, 2 * Ops.Square(denominatorDegrees / (denominatorDegrees - 2)) * (numeratorDegrees + denominatorDegrees - 2) / (numeratorDegrees * (denominatorDegrees - 4)));

    /// <summary>Of Pareto's distribution; ∞ for exponents up to 2.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Pareto(Value scale, Value exponent) =>
        Ops.Where(exponent <= 2, double.PositiveInfinity, Ops.Square(scale / (exponent - 1)) * exponent / (exponent - 2));

    /// <summary>Of Weibull's distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Weibull(Value scale, Value shape) =>
        Ops.Square(scale) * (Ops.Exp(Ops.LogGamma(1 + 2 / shape)) - Ops.Exp(2 * Ops.LogGamma(1 + 1 / shape)));

    /// <summary>Of the beta distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Beta(Value alpha, Value beta)
    {
        var sum = alpha + beta;
        return alpha / sum * (beta / sum) / (sum + 1);
    }

    /// <summary>Of Kumaraswamy's distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Kumaraswamy(Value alpha, Value beta) => Expectation.KumaraswamyPower(alpha, beta, 2) - Ops.Square(Expectation.Kumaraswamy(alpha, beta));

    /// <summary>Of the shares of Dirichlet's distribution, which lie in the last axis.</summary>
    /// <exception cref="GraphException">The concentration is a scalar or no float.</exception>
    public static Value Dirichlet(Value concentration)
    {
        var sum = Ops.Sum(concentration, -1, keepDims: true);
        return concentration / sum * ((sum - concentration) / sum) / (sum + 1);
    }

    /// <summary>Of one trial.</summary>
    /// <exception cref="GraphException">The probability is no float.</exception>
    public static Value Bernoulli(Value probability) => probability * (1 - probability);

    /// <summary>Of the number of failures before the first success.</summary>
    /// <exception cref="GraphException">The probability is no float.</exception>
    public static Value Geometric(Value probability) => (1 - probability) / Ops.Square(probability);

    /// <summary>Of the number of successes in a number of trials.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Binomial(Value count, Value probability) => count * Bernoulli(probability);

    /// <summary>Of the number of successes before a number of failures.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value NegativeBinomial(Value failures, Value probability) => failures * probability / Ops.Square(1 - probability);

    /// <summary>Of the continuous Bernoulli distribution.</summary>
    /// <exception cref="GraphException">The probability is no float.</exception>
    public static Value ContinuousBernoulli(Value probability) => MeanExp.Curvature(Ops.Logit(probability));

    /// <summary>Of the generalized Pareto distribution; ∞ for concentrations from ½ on.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value GeneralizedPareto(Value scale, Value concentration) =>
        Ops.Where(concentration >= 0.5, double.PositiveInfinity, Ops.Square(scale / (1 - concentration)) / (1 - 2 * concentration));

    /// <summary>Of the elements of a normal vector whose covariance matrix is W·Wᵀ + diag(d).</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or W, [elements, columns], and d, [elements], do not fit.</exception>
    public static Value LowRankNormal(Value factor, Value diagonal) => Ops.Sum(Ops.Square(factor), -1) + diagonal;

    /// <summary>Of the elements of a matrix of Wishart's distribution.</summary>
    /// <param name="degrees">How many vectors: one for each matrix.</param>
    /// <param name="scale">The lower triangular factor of the vectors' covariance matrix: [elements, elements], or a stack of them.</param>
    /// <exception cref="GraphException">The types differ or are not floats, or the factor is no square matrix of known extent.</exception>
    public static Value Wishart(Value degrees, Value scale)
    {
        Expectation.Rows("Wishart variance", scale);
        var covariance = Ops.MatMul(scale, Ops.SwapLast(scale));
        var diagonal = Ops.Diagonal(covariance);
        return Ops.ExpandDims(Ops.ExpandDims(degrees, -1), -1) * (Ops.Square(covariance) + Ops.ExpandDims(diagonal, -1) * Ops.ExpandDims(diagonal, -2));
    }
}
