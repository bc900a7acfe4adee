namespace GraphGrad;

public static partial class Ops
{
    // What selu approaches at -∞: its scale times its alpha.
    private const double LeastOfSelu = -1.0507009873554805 * 1.6732632423543772;

    /// <summary>
    /// Sets each element to 0 with probability <paramref name="rate"/> and divides the others by 1 - rate, so that the expectation
    /// stays; x itself if not <paramref name="training"/>. Every run of a session draws anew. A rate of 1 leaves zeros.
    /// </summary>
    /// <remarks>Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", 2014.</remarks>
    /// <exception cref="GraphException">The rate is not in [0, 1], or x is not float32 or float64.</exception>
    public static Value Dropout(Value x, double rate, long seed, bool training = true)
    {
        CheckRate("dropout", x, rate);
        return training && rate > 0 ? Drop(x, x.Shape, rate, seed) : x;
    }

    /// <summary>Dropout that a bool scalar, fed or computed, turns on and off.</summary>
    /// <inheritdoc cref="Dropout(Value, double, long, bool)" path="/remarks"/>
    /// <exception cref="GraphException">The rate is not in [0, 1], x is not float32 or float64, or <paramref name="training"/> is not bool.</exception>
    public static Value Dropout(Value x, double rate, long seed, Value training)
    {
        CheckRate("dropout", x, rate);
        return Where(training, Drop(x, x.Shape, rate, seed), x);
    }

    /// <summary>
    /// Dropout of whole channels: all elements of one, of one example, become 0 with probability <paramref name="rate"/>, the others are divided by 1 - rate. PyTorch's dropout1d, dropout2d and
    /// dropout3d, for any number of axes; a single example gets its axis by <see cref="ExpandDims(Value, int)"/>.
    /// </summary>
    /// <remarks>Tompson, Goroshin, Jain, LeCun and Bregler, "Efficient object localization using convolutional networks", 2015.</remarks>
    /// <param name="x">[batch, channels, …], float32 or float64.</param>
    /// <param name="rate">The probability, in [0, 1].</param>
    /// <param name="seed">What the draws begin with; every run of a session draws anew.</param>
    /// <param name="training">If not, the result is x itself.</param>
    /// <exception cref="GraphException">The rate is not in [0, 1], x is not float32 or float64, or has fewer than two axes.</exception>
    public static Value FeatureDropout(Value x, double rate, long seed, bool training = true)
    {
        CheckRate("feature_dropout", x, rate);
        var channels = ChannelsOf("feature_dropout", x);
        return training && rate > 0 ? Drop(x, channels, rate, seed) : x;
    }

    /// <summary>Dropout of whole channels that a bool scalar, fed or computed, turns on and off.</summary>
    /// <inheritdoc cref="FeatureDropout(Value, double, long, bool)" path="/remarks"/>
    /// <exception cref="GraphException">The rate is not in [0, 1], x is not float32 or float64, or has fewer than two axes, or <paramref name="training"/> is not bool.</exception>
    public static Value FeatureDropout(Value x, double rate, long seed, Value training)
    {
        CheckRate("feature_dropout", x, rate);
        return Where(training, Drop(x, ChannelsOf("feature_dropout", x), rate, seed), x);
    }

    /// <summary>
    /// Dropout for networks that normalize themselves by <see cref="Selu"/>: each element takes, with probability <paramref name="rate"/>, the value that selu approaches at -∞, and all are
    /// scaled and shifted so that elements of mean 0 and variance 1 keep both; x itself if not <paramref name="training"/>. Every run of a session draws anew. A rate of 1 leaves zeros.
    /// </summary>
    /// <remarks>Klambauer, Unterthiner, Mayr and Hochreiter, "Self-normalizing neural networks", 2017.</remarks>
    /// <exception cref="GraphException">The rate is not in [0, 1], or x is not float32 or float64.</exception>
    public static Value AlphaDropout(Value x, double rate, long seed, bool training = true)
    {
        CheckRate("alpha_dropout", x, rate);
        return training && rate > 0 ? AlphaDrop(x, x.Shape, rate, seed) : x;
    }

    /// <summary><see cref="AlphaDropout"/> of whole channels of an example at a time.</summary>
    /// <inheritdoc cref="AlphaDropout" path="/remarks"/>
    /// <param name="x">[batch, channels, …], float32 or float64.</param>
    /// <param name="rate">The probability, in [0, 1].</param>
    /// <param name="seed">What the draws begin with; every run of a session draws anew.</param>
    /// <param name="training">If not, the result is x itself.</param>
    /// <exception cref="GraphException">The rate is not in [0, 1], x is not float32 or float64, or has fewer than two axes.</exception>
    public static Value FeatureAlphaDropout(Value x, double rate, long seed, bool training = true)
    {
        CheckRate("feature_alpha_dropout", x, rate);
        var channels = ChannelsOf("feature_alpha_dropout", x);
        return training && rate > 0 ? AlphaDrop(x, channels, rate, seed) : x;
    }

    /// <summary>Drops what one draw for each element of the shape, which broadcasts to x, says.</summary>
    private static Value Drop(Value x, Shape shape, double rate, long seed) =>
        Where(RandomUniform(x.Graph, shape, seed, x.DType) >= rate, x * (rate == 1 ? 0 : 1 / (1 - rate)), 0);

    private static Value AlphaDrop(Value x, Shape shape, double rate, long seed)
    {
        // Nothing is left of which the variance could be kept.
        if (rate == 1) return Drop(x, shape, rate, seed);
        var scale = 1 / Math.Sqrt((1 - rate) * (1 + (rate * LeastOfSelu * LeastOfSelu)));
        return (Where(RandomUniform(x.Graph, shape, seed, x.DType) >= rate, x, LeastOfSelu) * scale) - (scale * rate * LeastOfSelu);
    }

    /// <summary>[batch, channels, 1, …]</summary>
    private static Shape ChannelsOf(string function, Value x) => x.Rank >= 2
        ? [x.Shape[0], x.Shape[1], .. Enumerable.Repeat((Dim)1, x.Rank - 2)]
        : throw x.Graph.Error(function, $"'{x.Name}' {x.Type} must have two axes at least, examples and channels; put an axis in front with ExpandDims.");

    private static void CheckRate(string function, Value x, double rate)
    {
        if (rate is not (>= 0 and <= 1))
            throw x.Graph.Error(function, $"the rate {rate} for '{x.Name}' must be in 0 … 1.");
    }
}
