namespace GraphGrad;

// Of numbers between 0 and 1, of shares, and of excesses over a threshold.
public static partial class LogDensity
{
    /// <summary>Of the continuous Bernoulli distribution: between 0 and 1 the density is in proportion to pˣ·(1 - p)¹⁻ˣ.</summary>
    /// <remarks>Loaiza-Ganem and Cunningham, "The continuous Bernoulli: fixing a pervasive error in variational autoencoders", 2019.</remarks>
    /// <param name="x">The points; there is mass from 0 to 1.</param>
    /// <param name="probability">p, between 0 and 1.</param>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value ContinuousBernoulli(Value x, Value probability) => ContinuousBernoulliFromLogits(x, Ops.Logit(probability));

    /// <summary>As <see cref="ContinuousBernoulli"/>, by the logarithm of the odds.</summary>
    /// <param name="x">The points; there is mass from 0 to 1.</param>
    /// <param name="logits">log(p / (1 - p)).</param>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value ContinuousBernoulliFromLogits(Value x, Value logits) => Outside((x < 0) | (x > 1), x * logits - MeanExp.Log(logits));

    /// <summary>Of the generalized Pareto distribution, of excesses over a threshold.</summary>
    /// <remarks>Pickands, "Statistical inference using extreme order statistics", 1975.</remarks>
    /// <param name="x">The points; there is no mass below <paramref name="location"/>, nor, if the concentration ξ is below 0, above location - scale/ξ.</param>
    /// <param name="location">The threshold.</param>
    /// <param name="scale">The scale.</param>
    /// <param name="concentration">ξ, how heavy the tail is; 0 for the exponential distribution's.</param>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value GeneralizedPareto(Value x, Value location, Value scale, Value concentration)
    {
        var z = (x - location) / scale;
        var share = concentration * z;
        return Outside((z < 0) | (share < -1), -Ops.Log(scale) - (1 + concentration) * z * MeanExp.LogRatio(share));
    }

    /// <summary>Of shares that <see cref="Bijection.StickBreaking"/> makes of normal numbers.</summary>
    /// <remarks>Aitchison and Shen, "Logistic-normal distributions: some properties and uses", 1980.</remarks>
    /// <param name="x">The shares, in the last axis, which are expected to sum to 1.</param>
    /// <param name="mean">The mean of the normal numbers, one fewer than shares, in the last axis.</param>
    /// <param name="deviation">Their standard deviation.</param>
    /// <exception cref="GraphException">The types differ or are not floats, the last axis is of unknown extent, or the shapes do not broadcast.</exception>
    public static Value LogisticNormal(Value x, Value mean, Value deviation) => Transformed(x, Bijection.StickBreaking, y => Normal(y, mean, deviation));
}
