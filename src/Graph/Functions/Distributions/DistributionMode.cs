namespace GraphGrad;

/// <summary>
/// Modes of distributions, where the density or probability is greatest, elementwise with broadcasting. Parameters are those of <see cref="LogDensity"/>; where a parameter is the mode itself, as a normal distribution's mean, there is no
/// method. Where there is none, or it is not a single one, the result is NaN.
/// </summary>
public static class DistributionMode
{
    /// <summary>Of a number whose logarithm is normal.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value LogNormal(Value mean, Value deviation) => Ops.Exp(mean - Ops.Square(deviation));

    /// <summary>Of the gamma distribution; 0 for shapes up to 1.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Gamma(Value shape, Value rate) => Ops.Maximum(shape - 1, 0) / rate;

    /// <summary>Of a sum of squares of standard normal numbers; 0 up to 2 degrees.</summary>
    /// <exception cref="GraphException">The degrees are no floats.</exception>
    public static Value ChiSquared(Value degrees) => Ops.Maximum(degrees - 2, 0);

    /// <summary>Of the reciprocal of a gamma number.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value InverseGamma(Value shape, Value rate) => rate / (shape + 1);

    /// <summary>Of the quotient of two means of squares of standard normal numbers; 0 up to 2 squares above.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value FisherSnedecor(Value numeratorDegrees, Value denominatorDegrees) =>
        Ops.Maximum(numeratorDegrees - 2, 0) / numeratorDegrees * (denominatorDegrees / (denominatorDegrees + 2));

    /// <summary>Of Weibull's distribution; 0 for shapes up to 1.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Weibull(Value scale, Value shape) => Ops.Where(shape <= 1, 0, scale * Ops.Pow((shape - 1) / shape, 1 / shape));

    /// <summary>Of the beta distribution; at an end where one parameter is up to 1, NaN where both are.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Beta(Value alpha, Value beta)
    {
        var (left, right) = (Ops.Maximum(alpha - 1, 0), Ops.Maximum(beta - 1, 0));
        return Ops.Where((alpha <= 1) & (beta <= 1), double.NaN, left / (left + right));
    }

    /// <summary>Of Kumaraswamy's distribution; NaN where a parameter is below 1, or both are 1.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Kumaraswamy(Value alpha, Value beta) => Ops.Where(
        (alpha < 1) | (beta < 1) | (alpha * beta <= 1), double.NaN, Ops.Pow((alpha - 1) / (alpha * beta - 1), 1 / alpha));

    /// <summary>Of Dirichlet's distribution, whose shares lie in the last axis; NaN where no parameter is above 1.</summary>
    /// <exception cref="GraphException">The concentration is a scalar or no float.</exception>
    public static Value Dirichlet(Value concentration)
    {
        var excess = Ops.Maximum(concentration - 1, 0);
        return excess / Ops.Sum(excess, -1, keepDims: true);
    }

    /// <summary>Of one trial: 0 or 1, NaN where both are equally likely.</summary>
    /// <exception cref="GraphException">The probability is no float.</exception>
    public static Value Bernoulli(Value probability) => Ops.Where(Ops.Equal(probability, 0.5), double.NaN, Ops.Where(probability > 0.5, 1, 0 * probability));

    /// <summary>Of the number of successes in a number of trials; of two, the greater.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Binomial(Value count, Value probability) => Ops.Minimum(Ops.Floor((count + 1) * probability), count);

    /// <summary>Of the number of successes before a number of failures; of two, the greater.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value NegativeBinomial(Value failures, Value probability) => Ops.Maximum(Ops.Floor((failures - 1) * probability / (1 - probability)), 0);

    /// <summary>Of Poisson's distribution; of two, the greater.</summary>
    /// <exception cref="GraphException">The rate is no float.</exception>
    public static Value Poisson(Value rate) => Ops.Floor(rate);

    /// <summary>Of one of several categories, whose probabilities or their logarithms lie in the last axis: the first that is most likely, as int64.</summary>
    /// <exception cref="GraphException">The probabilities are a scalar, or there are none.</exception>
    public static Value Categorical(Value probabilities) => Ops.ArgMax(probabilities, -1);

    /// <summary>Of Wishart's distribution; NaN up to elements + 1 degrees.</summary>
    /// <param name="degrees">How many vectors: one for each matrix.</param>
    /// <param name="scale">The lower triangular factor of the vectors' covariance matrix: [elements, elements], or a stack of them.</param>
    /// <exception cref="GraphException">The types differ or are not floats, or the factor is no square matrix of known extent.</exception>
    public static Value Wishart(Value degrees, Value scale)
    {
        var free = Ops.ExpandDims(Ops.ExpandDims(degrees - (Expectation.Rows("Wishart mode", scale) + 1), -1), -1);
        return Ops.Where(free <= 0, double.NaN, free * Ops.MatMul(scale, Ops.SwapLast(scale)));
    }
}
