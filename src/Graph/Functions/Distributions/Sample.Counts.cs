namespace GraphGrad;

// What is whole has no gradient; counts are floats, as in LogDensity.
public static partial class Sample
{
    // What Marsaglia and Tsang accept least often, a shape of 1, they accept in 95 of 100 trials: that none of ten is accepted has probability 8e-14.
    private const int Trials = 10;

    /// <summary>Trials: 1 for success, else 0, of the probability's type.</summary>
    /// <exception cref="GraphException">The probability is no float, or does not broadcast to the shape.</exception>
    public static Value Bernoulli(Value probability, Shape? shape = null, long? seed = null) =>
        Ops.Cast(Ops.RandomUniform(probability.Graph, Size("Bernoulli sample", shape, probability), seed, probability.DType) < probability, probability.DType);

    /// <summary>The number of successes in a number of trials, all of which are made.</summary>
    /// <exception cref="GraphException">The count is negative, the probability no float, or it does not broadcast to the shape.</exception>
    public static Value Binomial(int count, Value probability, Shape? shape = null, long? seed = null)
    {
        if (count < 0) throw probability.Graph.Error("binomial sample", $"{count} trials with probability '{probability.Name}' cannot be made; give at least 0.");
        var size = Size("binomial sample", shape, probability);
        return Ops.Sum(Bernoulli(probability, new Shape([count, .. size.Dims]), seed), 0);
    }

    /// <summary>The number of successes, each of the given probability, before a number of failures, which need not be whole.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value NegativeBinomial(Value failures, Value probability, Shape? shape = null, long? seed = null)
    {
        var size = Size("negative binomial sample", shape, failures, probability);
        return Poisson(Ops.StopGradient(Gamma(failures, (1 - probability) / probability, size, Derived(seed, 5))), size, seed);
    }

    /// <summary>How often each of several categories came in a number of trials, all of which are made.</summary>
    /// <param name="count">The number of trials.</param>
    /// <param name="probabilities">Those of the categories, in the last axis; they need not sum to 1.</param>
    /// <param name="shape">That of the result without its last axis, the categories; null for the probabilities'.</param>
    /// <param name="seed">The key of the generator.</param>
    /// <exception cref="GraphException">The count is negative, or the probabilities are no floats, a scalar or of an unknown number, or do not broadcast to the shape.</exception>
    public static Value Multinomial(int count, Value probabilities, Shape? shape = null, long? seed = null)
    {
        if (count < 0) throw probabilities.Graph.Error("multinomial sample", $"{count} trials with probabilities '{probabilities.Name}' cannot be made; give at least 0.");
        if (probabilities.Rank == 0 || !probabilities.Shape[^1].IsConstant) throw probabilities.Graph.Error("multinomial sample", $"'{probabilities.Name}' {probabilities.Type} must have a last axis of known extent, the categories.");
        var outcomes = Categorical(probabilities, new Shape([count, .. shape is null ? probabilities.Shape.Dims[..^1] : shape.Dims]), seed);
        return Ops.Sum(Ops.OneHot(outcomes, (int)probabilities.Shape[^1].Value, probabilities.DType), 0);
    }

    /// <summary>The number of failures before the first success.</summary>
    /// <exception cref="GraphException">The probability is no float, or does not broadcast to the shape.</exception>
    public static Value Geometric(Value probability, Shape? shape = null, long? seed = null) =>
        Ops.Floor(Waiting(probability.Graph, Size("geometric sample", shape, probability), probability.DType, seed) / -Ops.Log1p(-probability));

    /// <summary>Of Poisson's distribution.</summary>
    /// <remarks>Hörmann, "The transformed rejection method for generating Poisson random variables", 1993, for rates from 10 on; below the arrivals in a time are counted.</remarks>
    /// <exception cref="GraphException">The rate is no float, or does not broadcast to the shape.</exception>
    public static Value Poisson(Value rate, Shape? shape = null, long? seed = null)
    {
        // Of rates below 10 more than 48 arrivals have probability 1e-17; of ten and more, each trial is accepted with probability 0.7 at least.
        const int arrivals = 48;
        const int trials = 24;
        var size = Size("Poisson sample", shape, rate);
        var (graph, type) = (rate.Graph, rate.DType);
        var few = Ops.Sum(Ops.Cast(Ops.CumSum(Waiting(graph, new Shape([arrivals, .. size.Dims]), type, seed), 0) <= rate, type), 0);
        var (u, v) = (Ops.RandomUniform(graph, new Shape([trials, .. size.Dims]), Derived(seed, 1), type) - 0.5, Ops.RandomUniform(graph, new Shape([trials, .. size.Dims]), Derived(seed, 2), type));
        var large = Ops.Maximum(rate, 10);
        var b = 0.931 + 2.53 * Ops.Sqrt(large);
        var a = 0.02483 * b - 0.059;
        var us = 0.5 - Ops.Abs(u);
        var k = Ops.Floor((2 * a / us + b) * u + large + 0.43);
        var isInside = (us >= 0.07) & (v <= 0.9277 - 3.6224 / (b - 2));
        var isOutside = (k < 0) | ((us < 0.013) & (v > us));
        var isBelow = Ops.Log(v * (1.1239 + 1.1328 / (b - 3.4)) / (a / Ops.Square(us) + b)) <= LogDensity.Poisson(k, large);
        return Ops.StopGradient(Ops.Where(rate < 10, few, First(k, isInside | (!isOutside & isBelow))));
    }

    /// <summary>One of several categories, as int64.</summary>
    /// <param name="probabilities">Those of the categories, in the last axis; they need not sum to 1.</param>
    /// <param name="shape">That of the result, to which the axes before the last broadcast; null for those.</param>
    /// <param name="seed">The key of the generator.</param>
    /// <exception cref="GraphException">The probabilities are no floats or a scalar, or do not broadcast to the shape.</exception>
    public static Value Categorical(Value probabilities, Shape? shape = null, long? seed = null) => CategoricalFromLogits(Ops.Log(probabilities), shape, seed);

    /// <summary>As <see cref="Categorical"/>, by logarithms of the probabilities but for a common summand.</summary>
    /// <remarks>Maddison, Tarlow and Minka, "A* sampling", 2014: the largest of logits with Gumbel's noise.</remarks>
    /// <inheritdoc cref="Categorical" path="/param|/exception"/>
    public static Value CategoricalFromLogits(Value logits, Shape? shape = null, long? seed = null)
    {
        if (logits.Rank == 0) throw logits.Graph.Error("categorical sample", $"'{logits.Name}' {logits.Type} is a scalar; categories lie in a last axis.");
        var size = Size("categorical sample", shape is null ? null : new Shape([.. shape.Dims, logits.Shape[^1]]), logits);
        return Ops.ArgMax(logits - Ops.Log(Waiting(logits.Graph, size, logits.DType, seed)), -1);
    }

    /// <summary>
    /// Several of a number of categories, none twice, as int64, in the order in which they would be drawn one after the other: each by its share of what is left. Categories of probability 0 come after all
    /// others.
    /// </summary>
    /// <param name="probabilities">Those of the categories, in the last axis; they need not sum to 1.</param>
    /// <param name="count">How many categories are drawn, the result's last axis.</param>
    /// <param name="shape">That of the result without its last axis, to which the axes before the last broadcast; null for those.</param>
    /// <param name="seed">The key of the generator.</param>
    /// <exception cref="GraphException">The probabilities are no floats or a scalar, do not broadcast to the shape, or there are not as many categories.</exception>
    public static Value WithoutReplacement(Value probabilities, Dim count, Shape? shape = null, long? seed = null) => WithoutReplacementFromLogits(Ops.Log(probabilities), count, shape, seed);

    /// <summary>As <see cref="WithoutReplacement"/>, by logarithms of the probabilities but for a common summand.</summary>
    /// <remarks>Yellott, "The relationship between Luce's choice axiom, Thurstone's theory of comparative judgment, and the double exponential distribution", 1977: the largest of logits with Gumbel's noise, in order.</remarks>
    /// <inheritdoc cref="WithoutReplacement" path="/param|/exception"/>
    public static Value WithoutReplacementFromLogits(Value logits, Dim count, Shape? shape = null, long? seed = null)
    {
        if (logits.Rank == 0) throw logits.Graph.Error("sample without replacement", $"'{logits.Name}' {logits.Type} is a scalar; categories lie in a last axis.");
        var size = Size("sample without replacement", shape is null ? null : new Shape([.. shape.Dims, logits.Shape[^1]]), logits);
        // In float64, so that of many categories no two have one key, of which the earlier would always win.
        return Ops.TopK(Ops.Cast(logits, DType.Float64) - Ops.Log(Waiting(logits.Graph, size, DType.Float64, seed)), count).Indices;
    }

    /// <summary>Whole numbers, all equally likely, from low on and below high.</summary>
    /// <exception cref="GraphException">Low is not below high, or the type holds none of them or is no integer.</exception>
    public static Value Integers(Graph graph, Shape shape, long low, long high, long? seed = null, DType dtype = DType.Int64)
    {
        if (low >= high) throw graph.Error("integer sample", $"there is no whole number from {low} on and below {high}.");
        if (!dtype.IsInteger() || (dtype == DType.Int32 && (low < int.MinValue || high - 1 > int.MaxValue)) || (ulong)(high - low) > long.MaxValue)
            throw graph.Error("integer sample", $"{dtype.Text()} does not hold the whole numbers from {low} on and below {high}.");
        // 63 bits, so that remainders favour no number by more than the range in 2^63.
        var bits = Ops.RandomBits(graph, shape, seed);
        return Ops.Cast((bits & graph.Constant(long.MaxValue)) % graph.Constant(high - low) + graph.Constant(low), dtype);
    }

    /// <summary>The numbers from 0 to n - 1 in an order of which all are equally likely, as int64.</summary>
    /// <exception cref="GraphException">n is negative.</exception>
    public static Value Permutation(Graph graph, Dim n, long? seed = null) => Ops.ArgSort(Ops.RandomBits(graph, [n], seed));

    /// <summary>Gamma numbers of rate 1, with the gradient by the shape.</summary>
    private static Value StandardGamma(Value shape, Shape size, long? seed)
    {
        var (amount, power) = GammaFactors(shape, size, seed);
        return Implicit.Gamma(amount * Ops.Exp(power), Ops.BroadcastTo(shape, size));
    }

    /// <summary>Logarithms of gamma numbers of rate 1, which of small shapes are too small for floats, without gradient.</summary>
    private static Value LogGammas(Value shape, Shape size, long? seed)
    {
        var (amount, power) = GammaFactors(shape, size, seed);
        return Ops.Log(amount) + power;
    }

    /// <summary>A gamma number of rate 1 as amount·e^power: of several trials the first that is accepted; a shape below 1 takes one larger by 1 and a power of a uniform number.</summary>
    private static (Value Amount, Value Power) GammaFactors(Value shape, Shape size, long? seed)
    {
        var (graph, type) = (shape.Graph, shape.DType);
        shape = Ops.StopGradient(shape);
        var isSmall = shape < 1;
        var d = Ops.Where(isSmall, shape + 1, shape) - 1.0 / 3;
        var trials = new Shape([Trials, .. size.Dims]);
        var normal = Ops.RandomNormal(graph, trials, seed, type);
        var cubed = 1 + normal / Ops.Sqrt(9 * d);
        var v = Ops.Maximum(cubed * cubed * cubed, 0);
        var accepted = -Waiting(graph, trials, type, Derived(seed, 1)) < 0.5 * Ops.Square(normal) + d * (1 - v + Ops.Log(v));
        var power = -Waiting(graph, size, type, Derived(seed, 2)) / shape;
        return (d * First(v, accepted), Ops.Where(isSmall, power, 0));
    }

    /// <summary>Of the candidates along the first axis the first that is accepted.</summary>
    private static Value First(Value candidates, Value accepted)
    {
        var place = Ops.ArgMax(Ops.Cast(accepted, DType.Int32), 0, keepDims: true);
        return Ops.Squeeze(Ops.TakeAlongAxis(candidates, place, 0), 0);
    }
}
