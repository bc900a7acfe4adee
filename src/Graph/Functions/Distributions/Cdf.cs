namespace GraphGrad;

/// <summary>
/// Cumulative distribution functions, elementwise with broadcasting: the probability that a number is at most x. Parameters are those of <see cref="LogDensity"/>. 0 below the least number; NaN passes
/// through. Lower tails keep their digits.
/// </summary>
public static partial class Cdf
{
    /// <summary>Of the normal distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Normal(Value x, Value mean, Value deviation) => Ops.NormalCdf((x - mean) / deviation);

    /// <summary>Of the normal distribution of known mean and deviation.</summary>
    /// <exception cref="GraphException">The points are not floats, or the deviation is not above 0.</exception>
    public static Value Normal(Value x, double mean = 0, double deviation = 1)
    {
        if (!(deviation > 0)) throw x.Graph.Error("cdf", $"the standard deviation is {deviation}; it must be above 0.");
        return Ops.NormalCdf((x - mean) / deviation);
    }

    /// <summary>Of a number whose logarithm is normal.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value LogNormal(Value x, Value mean, Value deviation) => Above(x <= 0, Normal(Ops.Log(x), mean, deviation));

    /// <summary>Of the magnitude of a normal number of mean 0.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value HalfNormal(Value x, Value deviation) => Above(x <= 0, Ops.Erf(x / deviation * Math.Sqrt(0.5)));

    /// <summary>Of Cauchy's distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Cauchy(Value x, Value location, Value scale)
    {
        // ½ + atan(t)/π would cancel far below the median.
        var t = (location - x) / scale;
        return Ops.Atan2(Ops.OnesLike(t), t) * (1 / Math.PI);
    }

    /// <summary>Of the magnitude of a number that has Cauchy's distribution around 0.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value HalfCauchy(Value x, Value scale) => Above(x <= 0, Ops.Atan(x / scale) * (2 / Math.PI));

    /// <summary>Of Laplace's distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Laplace(Value x, Value location, Value scale)
    {
        var distance = (x - location) / scale;
        return Ops.Where(distance < 0, Ops.Exp(distance) * 0.5, 1 - Ops.Exp(-distance) * 0.5);
    }

    /// <summary>Of Gumbel's distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Gumbel(Value x, Value location, Value scale) => Ops.Exp(-Ops.Exp((location - x) / scale));

    /// <summary>Of the uniform distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Uniform(Value x, Value low, Value high) => Ops.Clip((x - low) / (high - low), 0, 1);

    /// <summary>Of the exponential distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Exponential(Value x, Value rate) => Above(x <= 0, -Ops.Expm1(-rate * x));

    /// <summary>Of the gamma distribution; by the shape it can be differentiated twice.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Gamma(Value x, Value shape, Value rate) => Above(x <= 0, Ops.GammaInc(shape, rate * x));

    /// <summary>Of a sum of squares of standard normal numbers; by the degrees it can be differentiated twice.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value ChiSquared(Value x, Value degrees) => Above(x <= 0, Ops.GammaInc(degrees * 0.5, x * 0.5));

    /// <summary>Of Pareto's distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Pareto(Value x, Value scale, Value exponent) => Above(x <= scale, -Ops.Expm1(exponent * Ops.Log(scale / x)));

    /// <summary>Of Weibull's distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Weibull(Value x, Value scale, Value shape) => Above(x <= 0, -Ops.Expm1(-Ops.Pow(x / scale, shape)));

    /// <summary>Of Kumaraswamy's distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Kumaraswamy(Value x, Value alpha, Value beta) =>
        Above(x <= 0, Ops.Where(x >= 1, 1, -Ops.Expm1(beta * Ops.Log1p(-Ops.Pow(x, alpha)))));

    /// <summary>Of the number of failures before the first success.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Geometric(Value x, Value probability) => Above(x < 0, -Ops.Expm1((Ops.Floor(x) + 1) * Ops.Log1p(-probability)));

    /// <summary>Of Poisson's distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Poisson(Value x, Value rate) => Above(x < 0, Ops.GammaIncc(Ops.StopGradient(Ops.Floor(x) + 1), rate));

    private static Value Above(Value below, Value probability) => Ops.Where(below, 0, probability);
}
