using GraphGrad.Operations;

namespace GraphGrad;

/// <summary>
/// Kullback–Leibler divergences of a second distribution from a first, in units of e, elementwise with broadcasting: the mean of log(p/q) over the first, p. Parameters are those of
/// <see cref="LogDensity"/>, the first distribution's before the second's; infinite where the second has no mass but the first has. Methods named after one family compare two of it; those named <c>BetaToNormal</c> and the like
/// two families, where there is a closed form.
/// </summary>
public static partial class Divergence
{
    private const double EulerGamma = 0.57721566490153286;

    /// <summary>Of normal distributions.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Normal(Value mean, Value deviation, Value otherMean, Value otherDeviation)
    {
        var ratio = deviation / otherDeviation;
        return 0.5 * (Ops.Square(ratio) + Ops.Square((mean - otherMean) / otherDeviation) - 1) - Ops.Log(ratio);
    }

    /// <summary>Of a normal distribution of known mean and deviation from another, as of a prior from an encoder's distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, the shapes do not broadcast, or the known deviation is not above 0.</exception>
    public static Value Normal(Value mean, Value deviation, double otherMean = 0, double otherDeviation = 1)
    {
        if (!(otherDeviation > 0)) throw mean.Graph.Error("divergence", $"the standard deviation is {otherDeviation}; it must be above 0.");
        return Normal(mean, deviation, mean.Number(otherMean), mean.Number(otherDeviation));
    }

    /// <summary>Of numbers whose logarithms are normal.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value LogNormal(Value mean, Value deviation, Value otherMean, Value otherDeviation) => Normal(mean, deviation, otherMean, otherDeviation);

    /// <summary>Of the magnitudes of normal numbers of mean 0.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value HalfNormal(Value deviation, Value otherDeviation)
    {
        var ratio = deviation / otherDeviation;
        return 0.5 * (Ops.Square(ratio) - 1) - Ops.Log(ratio);
    }

    /// <summary>Of Cauchy's distributions.</summary>
    /// <remarks>Chyzak and Nielsen, "A closed-form formula for the Kullback–Leibler divergence between Cauchy distributions", 2019.</remarks>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Cauchy(Value location, Value scale, Value otherLocation, Value otherScale) =>
        Ops.Log1p((Ops.Square(scale - otherScale) + Ops.Square(location - otherLocation)) / (4 * scale * otherScale));

    /// <summary>Of Laplace's distributions.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Laplace(Value location, Value scale, Value otherLocation, Value otherScale)
    {
        var distance = Ops.Abs(location - otherLocation);
        return (scale * Ops.Exp(-distance / scale) + distance) / otherScale - 1 - Ops.Log(scale / otherScale);
    }

    /// <summary>Of Gumbel's distributions.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Gumbel(Value location, Value scale, Value otherLocation, Value otherScale)
    {
        var ratio = scale / otherScale;
        var distance = (location - otherLocation) / otherScale;
        return distance - Ops.Log(ratio) + EulerGamma * (ratio - 1) + Ops.Exp(Ops.LogGamma(ratio + 1) - distance) - 1;
    }

    /// <summary>Of uniform distributions.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Uniform(Value low, Value high, Value otherLow, Value otherHigh) =>
        Ops.Where((low < otherLow) | (high > otherHigh), double.PositiveInfinity, Ops.Log((otherHigh - otherLow) / (high - low)));

    /// <summary>Of exponential distributions.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Exponential(Value rate, Value otherRate)
    {
        var ratio = otherRate / rate;
        return ratio - 1 - Ops.Log(ratio);
    }

    /// <summary>Of gamma distributions.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Gamma(Value shape, Value rate, Value otherShape, Value otherRate) =>
        otherShape * Ops.Log(rate / otherRate) + Ops.LogGamma(otherShape) - Ops.LogGamma(shape) + (shape - otherShape) * Ops.Digamma(shape) + (otherRate - rate) * (shape / rate);

    /// <summary>Of beta distributions.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Beta(Value alpha, Value beta, Value otherAlpha, Value otherBeta)
    {
        var (sum, otherSum) = (alpha + beta, otherAlpha + otherBeta);
        return Ops.LogGamma(otherAlpha) + Ops.LogGamma(otherBeta) - Ops.LogGamma(otherSum) - Ops.LogGamma(alpha) - Ops.LogGamma(beta) + Ops.LogGamma(sum)
            + (alpha - otherAlpha) * Ops.Digamma(alpha) + (beta - otherBeta) * Ops.Digamma(beta) + (otherSum - sum) * Ops.Digamma(sum);
    }

    /// <summary>Of Dirichlet's distributions, whose shares lie in the last axis.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, the shapes do not broadcast, or both are scalars.</exception>
    public static Value Dirichlet(Value concentration, Value otherConcentration)
    {
        var sum = Ops.Sum(concentration, -1, keepDims: true);
        return Ops.LogGamma(Ops.Squeeze(sum, -1)) - Ops.LogGamma(Ops.Sum(otherConcentration, -1))
            + Ops.Sum(Ops.LogGamma(otherConcentration) - Ops.LogGamma(concentration) + (concentration - otherConcentration) * (Ops.Digamma(concentration) - Ops.Digamma(sum)), -1);
    }

    /// <summary>Of Pareto's distributions.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Pareto(Value scale, Value exponent, Value otherScale, Value otherExponent)
    {
        var ratio = otherExponent / exponent;
        return Ops.Where(scale < otherScale, double.PositiveInfinity, otherExponent * Ops.Log(scale / otherScale) - Ops.Log(ratio) + ratio - 1);
    }

    /// <summary>Of single trials.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Bernoulli(Value probability, Value otherProbability) => Weighted(probability, otherProbability) + Weighted(1 - probability, 1 - otherProbability);

    /// <summary>Of the numbers of successes in one number of trials.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Binomial(Value count, Value probability, Value otherProbability) => count * Bernoulli(probability, otherProbability);

    /// <summary>Of the numbers of failures before the first success.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Geometric(Value probability, Value otherProbability) => Bernoulli(probability, otherProbability) / probability;

    /// <summary>Of Poisson's distributions.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Poisson(Value rate, Value otherRate) => Weighted(rate, otherRate) - (rate - otherRate);

    /// <summary>Of one of several categories, whose probabilities, which sum to 1, lie in the last axis.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Categorical(Value probabilities, Value otherProbabilities) => Ops.Sum(Weighted(probabilities, otherProbabilities), -1);

    /// <summary>As <see cref="Categorical"/>, by logarithms of the probabilities but for a common summand.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value CategoricalFromLogits(Value logits, Value otherLogits) => Ops.Sum(Ops.Softmax(logits) * (Ops.LogSoftmax(logits) - Ops.LogSoftmax(otherLogits)), -1);

    /// <summary>Of normal vectors, by the lower triangular factors of their covariance matrices.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, the factors are no square matrices of one known extent, or the shapes do not broadcast.</exception>
    public static Value MultivariateNormal(Value mean, Value factor, Value otherMean, Value otherFactor)
    {
        if (factor.Rank < 2 || factor.Shape[^2] != factor.Shape[^1] || !factor.Shape[^1].IsConstant || otherFactor.Rank < 2 || !factor.Shape[^2..].Equals(otherFactor.Shape[^2..]))
            throw factor.Graph.Error("multivariate normal divergence", $"the factors '{factor.Name}' {factor.Type} and '{otherFactor.Name}' {otherFactor.Type} are no square matrices of one known extent, nor stacks of them. Reshape them.");
        var distance = mean - otherMean;
        if (!Broadcasting.TryUnite(factor.Shape[..^1], otherFactor.Shape[..^1], out var shape, out var why) || !Broadcasting.TryUnite(shape, distance.Shape, out shape, out why))
            throw factor.Graph.Error("multivariate normal divergence", $"the factors '{factor.Name}' {factor.Type} and '{otherFactor.Name}' {otherFactor.Type} and means that differ by {distance.Type} do not broadcast: {why}");
        distance = Ops.BroadcastTo(distance, shape);
        (factor, otherFactor) = (Ops.BroadcastTo(factor, [.. shape, shape[^1]]), Ops.BroadcastTo(otherFactor, [.. shape, shape[^1]]));
        var count = factor.Shape[^1].Value;
        // ‖L⁻¹K‖² + |L⁻¹d|² of the factors K and L and the means' distance d, of which one substitution solves for all columns.
        var solved = Ops.TriangularSolve(otherFactor, Ops.Concat([factor, Ops.ExpandDims(distance, -1)], -1));
        return 0.5 * (Ops.Sum(Ops.Square(solved), [-2, -1]) - count) + Ops.Sum(Ops.Log(Ops.Diagonal(otherFactor) / Ops.Diagonal(factor)), -1);
    }

    /// <summary>Of the reciprocals of gamma numbers.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value InverseGamma(Value shape, Value rate, Value otherShape, Value otherRate) => Gamma(shape, rate, otherShape, otherRate);

    /// <summary>Of continuous Bernoulli distributions.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value ContinuousBernoulli(Value probability, Value otherProbability)
    {
        var (logits, otherLogits) = (Ops.Logit(probability), Ops.Logit(otherProbability));
        return (logits - otherLogits) * MeanExp.Slope(logits) - MeanExp.Log(logits) + MeanExp.Log(otherLogits);
    }

    /// <summary>Of Wishart's distributions.</summary>
    /// <param name="degrees">How many vectors: one for each matrix.</param>
    /// <param name="scale">The lower triangular factor of the vectors' covariance matrix: [elements, elements], or a stack of them.</param>
    /// <param name="otherDegrees">As the degrees.</param>
    /// <param name="otherScale">As the scale.</param>
    /// <exception cref="GraphException">The types differ or are not floats, or the factors are no square matrices of one known extent.</exception>
    public static Value Wishart(Value degrees, Value scale, Value otherDegrees, Value otherScale)
    {
        var n = Expectation.Rows("Wishart divergence", scale);
        if (Expectation.Rows("Wishart divergence", otherScale) != n)
            throw scale.Graph.Error("Wishart divergence", $"the factors '{scale.Name}' {scale.Type} and '{otherScale.Name}' {otherScale.Type} differ in size.");
        var (half, otherHalf) = (degrees * 0.5, otherDegrees * 0.5);
        if (!Broadcasting.TryUnite(scale.Shape, otherScale.Shape, out var shape, out var why))
            throw scale.Graph.Error("Wishart divergence", $"the factors '{scale.Name}' {scale.Type} and '{otherScale.Name}' {otherScale.Type} do not broadcast: {why}");
        var logRatio = 2 * Ops.Sum(Ops.Log(Ops.Diagonal(otherScale) / Ops.Diagonal(scale)), -1);
        return otherHalf * logRatio + half * (Ops.Sum(Ops.Square(Ops.TriangularSolve(Ops.BroadcastTo(otherScale, shape), Ops.BroadcastTo(scale, shape))), [-2, -1]) - n)
            + Ops.LogMultivariateGamma(otherHalf, (int)n) - Ops.LogMultivariateGamma(half, (int)n) + (half - otherHalf) * Entropy.MultivariateDigamma(half, n);
    }

    /// <summary>Of normal vectors whose covariance matrices are W·Wᵀ + diag(d), with W [elements, columns] and d [elements], above 0, or stacks of them that broadcast; the numbers of columns may differ.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not fit.</exception>
    public static Value LowRankNormal(Value mean, Value factor, Value diagonal, Value otherMean, Value otherFactor, Value otherDiagonal)
    {
        var (own, other) = (LowRankCovariance.Of("low-rank normal divergence", factor, diagonal), LowRankCovariance.Of("low-rank normal divergence", otherFactor, otherDiagonal));
        if (factor.Shape[^2] != otherFactor.Shape[^2])
            throw factor.Graph.Error("low-rank normal divergence", $"the factors '{factor.Name}' {factor.Type} and '{otherFactor.Name}' {otherFactor.Type} differ in their numbers of rows.");
        var distance = mean - otherMean;
        if (distance.Rank < 1 || distance.Shape[^1] != factor.Shape[^2])
            throw factor.Graph.Error("low-rank normal divergence", $"the means differ by vectors of shape {distance.Shape}, which do not fit the factor '{factor.Name}' {factor.Type}; give one element for each row.");
        // The trace of the other's inverse times the own covariance, of what the factor and what the diagonal give.
        var trace = other.SumOfSquares(factor) + Ops.Sum(other.InverseDiagonal * diagonal, -1);
        return 0.5 * (other.LogDeterminant - own.LogDeterminant + trace - diagonal.Shape[^1].Value + other.Squares(distance));
    }

    /// <summary>p·log(p/q), which is 0 where p is.</summary>
    private static Value Weighted(Value p, Value q) => Ops.Where(Ops.Equal(p, 0), 0, p * Ops.Log(p / q));
}
