namespace GraphGrad;

/// <summary>
/// Quantiles: the inverses of <see cref="Cdf"/>, elementwise with broadcasting. The probability lies from 0 to 1; outside the results are NaN or meaningless, and NaN stays NaN. They turn uniform numbers into
/// numbers of the distribution.
/// </summary>
public static partial class InverseCdf
{
    /// <summary>Of the normal distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Normal(Value probability, Value mean, Value deviation) => mean + deviation * Ops.NormalQuantile(probability);

    /// <summary>Of the normal distribution of known mean and deviation.</summary>
    /// <exception cref="GraphException">The probabilities are not floats, or the deviation is not above 0.</exception>
    public static Value Normal(Value probability, double mean = 0, double deviation = 1)
    {
        if (!(deviation > 0)) throw probability.Graph.Error("inverse_cdf", $"the standard deviation is {deviation}; it must be above 0.");
        return mean + deviation * Ops.NormalQuantile(probability);
    }

    /// <summary>Of a number whose logarithm is normal.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value LogNormal(Value probability, Value mean, Value deviation) => Ops.Exp(Normal(probability, mean, deviation));

    /// <summary>Of the magnitude of a normal number of mean 0.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value HalfNormal(Value probability, Value deviation) => deviation * Ops.ErfInverse(probability) * Math.Sqrt(2);

    /// <summary>Of Cauchy's distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Cauchy(Value probability, Value location, Value scale) =>
        // tan(π(p - ½)) = -1/tan(πp), of which either keeps the digits of p at one end.
        location + scale * Ops.Where(probability < 0.25, -1 / Ops.Tan(Math.PI * probability), Ops.Tan(Math.PI * (probability - 0.5)));

    /// <summary>Of the magnitude of a number that has Cauchy's distribution around 0.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value HalfCauchy(Value probability, Value scale) => scale * Ops.Tan(Math.PI / 2 * probability);

    /// <summary>Of Laplace's distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Laplace(Value probability, Value location, Value scale)
    {
        var excess = 2 * probability - 1;
        return location + scale * Ops.Where(probability < 0.25, Ops.Log(2 * probability), Ops.Where(excess < 0, Ops.Log1p(excess), -Ops.Log1p(-excess)));
    }

    /// <summary>Of Gumbel's distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Gumbel(Value probability, Value location, Value scale) => location - scale * Ops.Log(-Ops.Log(probability));

    /// <summary>Of the uniform distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Uniform(Value probability, Value low, Value high) => low + (high - low) * probability;

    /// <summary>Of the exponential distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Exponential(Value probability, Value rate) => -Ops.Log1p(-probability) / rate;

    /// <summary>Of Pareto's distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Pareto(Value probability, Value scale, Value exponent) => scale * Ops.Exp(-Ops.Log1p(-probability) / exponent);

    /// <summary>Of Weibull's distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Weibull(Value probability, Value scale, Value shape) => scale * Ops.Pow(-Ops.Log1p(-probability), 1 / shape);

    /// <summary>Of Kumaraswamy's distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Kumaraswamy(Value probability, Value alpha, Value beta) => Ops.Pow(-Ops.Expm1(Ops.Log1p(-probability) / beta), 1 / alpha);
}
