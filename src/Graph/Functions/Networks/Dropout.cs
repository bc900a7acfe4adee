namespace GraphGrad;

public static partial class Ops
{
    /// <summary>
    /// Sets each element to 0 with probability <paramref name="rate"/> and divides the others by 1 - rate, so that the expectation
    /// stays; x itself if not <paramref name="training"/>. Every run of a session draws anew.
    /// </summary>
    /// <remarks>Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", 2014.</remarks>
    /// <exception cref="GraphException">The rate is not in [0, 1), or x is not float32 or float64.</exception>
    public static Value Dropout(Value x, double rate, long seed, bool training = true)
    {
        CheckRate(x, rate);
        return training && rate > 0 ? Drop(x, rate, seed) : x;
    }

    /// <summary>Dropout that a bool scalar, fed or computed, turns on and off.</summary>
    /// <inheritdoc cref="Dropout(Value, double, long, bool)" path="/remarks"/>
    /// <exception cref="GraphException">The rate is not in [0, 1), x is not float32 or float64, or <paramref name="training"/> is not bool.</exception>
    public static Value Dropout(Value x, double rate, long seed, Value training)
    {
        CheckRate(x, rate);
        return Where(training, Drop(x, rate, seed), x);
    }

    /// <summary>
    /// Dropout for networks that normalize themselves by <see cref="Selu"/>: each element takes, with probability <paramref name="rate"/>, the value that selu approaches at -∞, and all are
    /// scaled and shifted so that elements of mean 0 and variance 1 keep both; x itself if not <paramref name="training"/>. Every run of a session draws anew.
    /// </summary>
    /// <remarks>Klambauer, Unterthiner, Mayr and Hochreiter, "Self-normalizing neural networks", 2017.</remarks>
    /// <exception cref="GraphException">The rate is not in [0, 1), or x is not float32 or float64.</exception>
    public static Value AlphaDropout(Value x, double rate, long seed, bool training = true)
    {
        CheckRate(x, rate);
        if (!training || rate == 0) return x;
        // Selu's scale times its alpha.
        const double least = -1.0507009873554805 * 1.6732632423543772;
        var scale = 1 / Math.Sqrt((1 - rate) * (1 + (rate * least * least)));
        return (Where(RandomUniform(x.Graph, x.Shape, seed, x.DType) >= rate, x, least) * scale) - (scale * rate * least);
    }

    private static Value Drop(Value x, double rate, long seed) =>
        Where(RandomUniform(x.Graph, x.Shape, seed, x.DType) >= rate, x * (1 / (1 - rate)), 0);

    private static void CheckRate(Value x, double rate)
    {
        if (rate is not (>= 0 and < 1))
            throw x.Graph.Error("dropout", $"the rate {rate} for '{x.Name}' must be at least 0 and below 1.");
    }
}
