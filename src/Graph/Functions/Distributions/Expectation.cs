namespace GraphGrad;

/// <summary>Means of distributions, elementwise with broadcasting. Parameters are those of <see cref="LogDensity"/>. Where there is no mean the result is infinite or NaN, as the summary says.</summary>
public static class Expectation
{
    private const double EulerGamma = 0.57721566490153286;

    /// <summary>Of a number whose logarithm is normal.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value LogNormal(Value mean, Value deviation) => Ops.Exp(mean + Ops.Square(deviation) * 0.5);

    /// <summary>Of the magnitude of a normal number of mean 0.</summary>
    /// <exception cref="GraphException">The deviation is no float.</exception>
    public static Value HalfNormal(Value deviation) => deviation * Math.Sqrt(2 / Math.PI);

    /// <summary>Of Student's distribution; NaN up to 1 degree.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value StudentT(Value degrees, Value location) => Ops.Where(degrees <= 1, double.NaN, location + 0 * degrees);

    /// <summary>Of Gumbel's distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Gumbel(Value location, Value scale) => location + EulerGamma * scale;

    /// <summary>Of the uniform distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Uniform(Value low, Value high) => low * 0.5 + high * 0.5;

    /// <summary>Of the exponential distribution.</summary>
    /// <exception cref="GraphException">The rate is no float.</exception>
    public static Value Exponential(Value rate) => 1 / rate;

    /// <summary>Of the gamma distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Gamma(Value shape, Value rate) => shape / rate;

    /// <summary>Of the reciprocal of a gamma number; ∞ for shapes up to 1.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value InverseGamma(Value shape, Value rate) => Ops.Where(shape <= 1, double.PositiveInfinity, rate / (shape - 1));

    /// <summary>Of the quotient of two means of squares of standard normal numbers; NaN up to 2 squares below.</summary>
    /// <exception cref="GraphException">The number is no float.</exception>
    public static Value FisherSnedecor(Value denominatorDegrees) => Ops.Where(denominatorDegrees <= 2, double.NaN, denominatorDegrees / (denominatorDegrees - 2));

    /// <summary>Of Pareto's distribution; ∞ for exponents up to 1.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Pareto(Value scale, Value exponent) => Ops.Where(exponent <= 1, double.PositiveInfinity, exponent * scale / (exponent - 1));

    /// <summary>Of Weibull's distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Weibull(Value scale, Value shape) => scale * Ops.Exp(Ops.LogGamma(1 + 1 / shape));

    /// <summary>Of the beta distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Beta(Value alpha, Value beta) => alpha / (alpha + beta);

    /// <summary>Of Kumaraswamy's distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Kumaraswamy(Value alpha, Value beta) => KumaraswamyPower(alpha, beta, 1);

    /// <summary>Of Dirichlet's distribution, whose shares lie in the last axis.</summary>
    /// <exception cref="GraphException">The concentration is a scalar or no float.</exception>
    public static Value Dirichlet(Value concentration) => concentration / Ops.Sum(concentration, -1, keepDims: true);

    /// <summary>Of the number of failures before the first success.</summary>
    /// <exception cref="GraphException">The probability is no float.</exception>
    public static Value Geometric(Value probability) => 1 / probability - 1;

    /// <summary>Of the number of successes in a number of trials.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Binomial(Value count, Value probability) => count * probability;

    /// <summary>Of the number of successes before a number of failures.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value NegativeBinomial(Value failures, Value probability) => failures * probability / (1 - probability);

    /// <summary>Of the continuous Bernoulli distribution.</summary>
    /// <exception cref="GraphException">The probability is no float.</exception>
    public static Value ContinuousBernoulli(Value probability) => MeanExp.Slope(Ops.Logit(probability));

    /// <summary>Of the generalized Pareto distribution; ∞ for concentrations from 1 on.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value GeneralizedPareto(Value location, Value scale, Value concentration) =>
        Ops.Where(concentration >= 1, double.PositiveInfinity, location + scale / (1 - concentration));

    /// <summary>Of Wishart's distribution.</summary>
    /// <param name="degrees">How many vectors: one for each matrix.</param>
    /// <param name="scale">The lower triangular factor of the vectors' covariance matrix: [elements, elements], or a stack of them.</param>
    /// <exception cref="GraphException">The types differ or are not floats, or the factor is no square matrix of known extent.</exception>
    public static Value Wishart(Value degrees, Value scale)
    {
        Rows("Wishart mean", scale);
        return Ops.ExpandDims(Ops.ExpandDims(degrees, -1), -1) * Ops.MatMul(scale, Ops.SwapLast(scale));
    }


    /// <summary>The mean of a power of a number of Kumaraswamy's distribution: b·B(1 + n/a, b).</summary>
    internal static Value KumaraswamyPower(Value alpha, Value beta, int power)
    {
        var one = 1 + power / alpha;
        return beta * Ops.Exp(Ops.LogGamma(one) + Ops.LogGamma(beta) - Ops.LogGamma(one + beta));
    }

    /// <summary>How many rows a factor of a covariance matrix has, or each of a stack of them.</summary>
    internal static long Rows(string function, Value factor) => factor.Rank >= 2 && factor.Shape[^2] == factor.Shape[^1] && factor.Shape[^1].IsConstant
        ? factor.Shape[^1].Value
        : throw factor.Graph.Error(function, $"the factor '{factor.Name}' {factor.Type} is no square matrix of known extent. Slice or reshape it.");
}
