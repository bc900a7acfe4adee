namespace GraphGrad;

// Across families: the mean of -log q over p, less the entropy of p.
public static partial class Divergence
{
    /// <summary>Of an exponential distribution from a beta distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value BetaToExponential(Value alpha, Value beta, Value rate) => OfExponential(alpha / (alpha + beta), rate) - Entropy.Beta(alpha, beta);

    /// <summary>Of a gamma distribution from a beta distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value BetaToGamma(Value alpha, Value beta, Value shape, Value rate) =>
        OfGamma(alpha / (alpha + beta), Ops.Digamma(alpha) - Ops.Digamma(alpha + beta), shape, rate) - Entropy.Beta(alpha, beta);

    /// <summary>Of a normal distribution from a beta distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value BetaToNormal(Value alpha, Value beta, Value mean, Value deviation)
    {
        var sum = alpha + beta;
        return OfNormal(alpha / sum, alpha * beta / (Ops.Square(sum) * (sum + 1)), mean, deviation) - Entropy.Beta(alpha, beta);
    }

    /// <summary>Of a uniform distribution from a beta distribution; infinite unless it covers 0 to 1.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value BetaToUniform(Value alpha, Value beta, Value low, Value high) =>
        Ops.Where((low > 0) | (high < 1), double.PositiveInfinity, Ops.Log(high - low) - Entropy.Beta(alpha, beta));

    /// <summary>Of a gamma distribution from an exponential distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value ExponentialToGamma(Value rate, Value shape, Value otherRate) =>
        OfGamma(1 / rate, -EulerGamma - Ops.Log(rate), shape, otherRate) - Entropy.Exponential(rate);

    /// <summary>Of Gumbel's distribution from an exponential distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value ExponentialToGumbel(Value rate, Value location, Value scale)
    {
        var product = rate * scale;
        return OfGumbel(1 / rate, Ops.Exp(location / scale) * product / (product + 1), location, scale) - Entropy.Exponential(rate);
    }

    /// <summary>Of a normal distribution from an exponential distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value ExponentialToNormal(Value rate, Value mean, Value deviation) =>
        OfNormal(1 / rate, 1 / Ops.Square(rate), mean, deviation) - Entropy.Exponential(rate);

    /// <summary>Of an exponential distribution from a gamma distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value GammaToExponential(Value shape, Value rate, Value otherRate) => OfExponential(shape / rate, otherRate) - Entropy.Gamma(shape, rate);

    /// <summary>Of Gumbel's distribution from a gamma distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value GammaToGumbel(Value shape, Value rate, Value location, Value scale) =>
        OfGumbel(shape / rate, Ops.Exp(location / scale - shape * Ops.Log1p(1 / (rate * scale))), location, scale) - Entropy.Gamma(shape, rate);

    /// <summary>Of a normal distribution from a gamma distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value GammaToNormal(Value shape, Value rate, Value mean, Value deviation) =>
        OfNormal(shape / rate, shape / Ops.Square(rate), mean, deviation) - Entropy.Gamma(shape, rate);

    /// <summary>Of a normal distribution from Gumbel's distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value GumbelToNormal(Value location, Value scale, Value mean, Value deviation) =>
        OfNormal(location + EulerGamma * scale, Math.PI * Math.PI / 6 * Ops.Square(scale), mean, deviation) - Entropy.Gumbel(scale);

    /// <summary>Of a normal distribution from Laplace's distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value LaplaceToNormal(Value location, Value scale, Value mean, Value deviation) =>
        OfNormal(location, 2 * Ops.Square(scale), mean, deviation) - Entropy.Laplace(scale);

    /// <summary>Of Gumbel's distribution from a normal distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value NormalToGumbel(Value mean, Value deviation, Value location, Value scale) =>
        OfGumbel(mean, Ops.Exp((location - mean) / scale + 0.5 * Ops.Square(deviation / scale)), location, scale) - Entropy.Normal(deviation);

    /// <summary>Of Laplace's distribution from a normal distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value NormalToLaplace(Value mean, Value deviation, Value location, Value scale)
    {
        var distance = (mean - location) / deviation;
        // The mean distance from the location.
        var length = deviation * (Math.Sqrt(2 / Math.PI) * Ops.Exp(-0.5 * Ops.Square(distance)) + distance * Ops.Erf(distance * Math.Sqrt(0.5)));
        return Ops.Log(2 * scale) + length / scale - Entropy.Normal(deviation);
    }

    /// <summary>Of an exponential distribution from Pareto's; infinite up to an exponent of 1.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value ParetoToExponential(Value scale, Value exponent, Value rate) =>
        Ops.Where(exponent <= 1, double.PositiveInfinity, OfExponential(ParetoMean(scale, exponent), rate) - Entropy.Pareto(scale, exponent));

    /// <summary>Of a gamma distribution from Pareto's; infinite up to an exponent of 1.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value ParetoToGamma(Value scale, Value exponent, Value shape, Value rate) => Ops.Where(
        exponent <= 1, double.PositiveInfinity, OfGamma(ParetoMean(scale, exponent), Ops.Log(scale) + 1 / exponent, shape, rate) - Entropy.Pareto(scale, exponent));

    /// <summary>Of a normal distribution from Pareto's; infinite up to an exponent of 2.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value ParetoToNormal(Value scale, Value exponent, Value mean, Value deviation)
    {
        var variance = exponent * Ops.Square(scale / (exponent - 1)) / (exponent - 2);
        return Ops.Where(exponent <= 2, double.PositiveInfinity, OfNormal(ParetoMean(scale, exponent), variance, mean, deviation) - Entropy.Pareto(scale, exponent));
    }

    /// <summary>Of a beta distribution from a uniform one; infinite unless this lies from 0 to 1.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value UniformToBeta(Value low, Value high, Value alpha, Value beta)
    {
        var logBeta = Ops.LogGamma(alpha) + Ops.LogGamma(beta) - Ops.LogGamma(alpha + beta);
        var mean = logBeta - (alpha - 1) * MeanLog(low, high) - (beta - 1) * MeanLog(1 - high, 1 - low);
        return Ops.Where((low < 0) | (high > 1), double.PositiveInfinity, mean - Entropy.Uniform(low, high));
    }

    /// <summary>Of an exponential distribution from a uniform one; infinite if this begins below 0.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value UniformToExponential(Value low, Value high, Value rate) =>
        Ops.Where(low < 0, double.PositiveInfinity, OfExponential((low + high) * 0.5, rate) - Entropy.Uniform(low, high));

    /// <summary>Of a gamma distribution from a uniform one; infinite if this begins below 0.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value UniformToGamma(Value low, Value high, Value shape, Value rate) =>
        Ops.Where(low < 0, double.PositiveInfinity, OfGamma((low + high) * 0.5, MeanLog(low, high), shape, rate) - Entropy.Uniform(low, high));

    /// <summary>Of Gumbel's distribution from a uniform one.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value UniformToGumbel(Value low, Value high, Value location, Value scale)
    {
        var width = (high - low) / scale;
        return OfGumbel((low + high) * 0.5, -Ops.Exp((location - low) / scale) * Ops.Expm1(-width) / width, location, scale) - Entropy.Uniform(low, high);
    }

    /// <summary>Of a normal distribution from a uniform one.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value UniformToNormal(Value low, Value high, Value mean, Value deviation) =>
        OfNormal((low + high) * 0.5, Ops.Square(high - low) / 12, mean, deviation) - Entropy.Uniform(low, high);

    /// <summary>Of Pareto's distribution from a uniform one; infinite if this begins below its scale.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value UniformToPareto(Value low, Value high, Value scale, Value exponent) => Ops.Where(
        low < scale, double.PositiveInfinity, (exponent + 1) * MeanLog(low, high) - Ops.Log(exponent) - exponent * Ops.Log(scale) - Entropy.Uniform(low, high));

    private static Value OfExponential(Value mean, Value rate) => rate * mean - Ops.Log(rate);

    private static Value OfGamma(Value mean, Value meanLog, Value shape, Value rate) => Ops.LogGamma(shape) - shape * Ops.Log(rate) - (shape - 1) * meanLog + rate * mean;

    private static Value OfGumbel(Value mean, Value meanExp, Value location, Value scale) => Ops.Log(scale) + (mean - location) / scale + meanExp;

    private static Value OfNormal(Value mean, Value variance, Value otherMean, Value deviation) =>
        Ops.Log(deviation) + 0.5 * Math.Log(2 * Math.PI) + 0.5 * (variance + Ops.Square(mean - otherMean)) / Ops.Square(deviation);

    private static Value ParetoMean(Value scale, Value exponent) => exponent * scale / (exponent - 1);

    /// <summary>The mean of log x over x between two numbers that are not negative.</summary>
    private static Value MeanLog(Value low, Value high) => (Ops.XLogY(high, high) - Ops.XLogY(low, low)) / (high - low) - 1;
}
