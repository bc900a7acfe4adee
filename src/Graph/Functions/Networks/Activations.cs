namespace GraphGrad;

public static partial class Ops
{
    // Comparisons are written so that NaN falls through to the branch that computes with x: NaN in, NaN out.

    /// <summary>max(x, 0), elementwise; the gradient at 0 is 0, NaN stays NaN.</summary>
    /// <remarks>Nair and Hinton, "Rectified linear units improve restricted Boltzmann machines", 2010.</remarks>
    /// <exception cref="GraphException">x is bool.</exception>
    public static Value Relu(Value x) => x.DType != DType.Bool
        ? Where(x <= 0, 0, x)
        : throw x.Graph.Error("relu", $"'{x.Name}' {x.Type} is not a number; cast it with Cast.");

    /// <summary>x where x is positive, elsewhere slope · x; the gradient at 0 is the slope.</summary>
    /// <remarks>Maas, Hannun and Ng, "Rectifier nonlinearities improve neural network acoustic models", 2013.</remarks>
    /// <exception cref="GraphException">x is not float32 or float64.</exception>
    public static Value LeakyRelu(Value x, double slope = 0.01) => Where(x > 0, x, x * slope);

    /// <summary>min(max(x, 0), 6), elementwise; the gradient at 0 and at 6 is 0.</summary>
    /// <exception cref="GraphException">x is bool.</exception>
    public static Value Relu6(Value x) => HardTanh(x, 0, 6);

    /// <summary>x where x is positive, elsewhere alpha · (eˣ - 1).</summary>
    /// <remarks>Clevert, Unterthiner and Hochreiter, "Fast and accurate deep network learning by exponential linear units", 2015.</remarks>
    /// <exception cref="GraphException">x is not float32 or float64.</exception>
    public static Value Elu(Value x, double alpha = 1) => Where(x > 0, x, Expm1(x) * alpha);

    /// <summary>scale · elu(x, alpha) with the constants that keep mean 0 and variance 1 from layer to layer.</summary>
    /// <remarks>Klambauer, Unterthiner, Mayr and Hochreiter, "Self-normalizing neural networks", 2017.</remarks>
    /// <exception cref="GraphException">x is not float32 or float64.</exception>
    public static Value Selu(Value x) => Elu(x, 1.6732632423543772) * 1.0507009873554805;

    /// <summary>x cut off at both ends; the gradient is 0 outside and at both ends. NaN stays NaN.</summary>
    /// <exception cref="GraphException">x is bool, or <paramref name="min"/> exceeds <paramref name="max"/>.</exception>
    public static Value HardTanh(Value x, double min = -1, double max = 1)
    {
        RequireOrdered(x, "hard tanh", min, max);
        return Where(x <= min, min, Where(x >= max, max, x));
    }

    /// <summary>
    /// x cut off at both ends, or at the one that is given; the gradient is 1 from <paramref name="min"/> to <paramref name="max"/> inclusive, else 0. NaN stays NaN. Where the lower end
    /// exceeds the upper one, everything becomes the upper one, with the gradient 0.
    /// </summary>
    /// <exception cref="GraphException">x is bool, or an end is NaN, or neither is given.</exception>
    public static Value Clip(Value x, double? min = null, double? max = null)
    {
        if (min is null && max is null) throw x.Graph.Error("clip", $"no end for '{x.Name}' is given; give the lower one, the upper one, or both.");
        if (min is double.NaN || max is double.NaN) throw x.Graph.Error("clip", $"an end for '{x.Name}' is NaN; give numbers.");
        if (min > max) return Where(NotEqual(x, x), x, max.Value);
        var lowered = max is { } high ? Where(x > high, high, x) : x;
        return min is { } low ? Where(x < low, low, lowered) : lowered;
    }

    /// <summary>min(max(x + 3, 0), 6) / 6, a sigmoid of three straight lines.</summary>
    /// <exception cref="GraphException">x is not float32 or float64.</exception>
    public static Value HardSigmoid(Value x) => Relu6(x + 3) / 6;

    /// <summary>x · hard_sigmoid(x).</summary>
    /// <remarks>Howard et al., "Searching for MobileNetV3", 2019.</remarks>
    /// <exception cref="GraphException">x is not float32 or float64.</exception>
    // Divided last: the gradient's two terms, which cancel near -3/2, are then scaled by one rounded factor and not each by its own.
    // From 3 on it is x itself, whose product with 6 may be beyond float32.
    public static Value HardSwish(Value x) => Where(x + 3 >= 6, x, x * Relu(x + 3) / 6);

    /// <summary>The tanh approximation of <see cref="Gelu"/>: x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))).</summary>
    /// <remarks>Hendrycks and Gimpel, "Gaussian error linear units", 2016.</remarks>
    /// <exception cref="GraphException">x is not float32 or float64.</exception>
    public static Value GeluTanh(Value x)
    {
        // (1 + tanh u) / 2 = sigmoid(2u), which does not cancel for negative u. What rounds 2u counts -2u-fold there, so both factors are in the
        // coefficients.
        const double slope = 1.5957691216057308; // 2·√(2/π)
        RequireFloat("gelu_tanh", x);
        return x * Sigmoid(x * (Square(x) * (0.044715 * slope) + slope));
    }

    /// <summary>x · sigmoid(x), also known as swish.</summary>
    /// <remarks>Elfwing, Uchibe and Doya, "Sigmoid-weighted linear units for neural network function approximation", 2017.</remarks>
    /// <exception cref="GraphException">x is not float32 or float64.</exception>
    public static Value Silu(Value x)
    {
        var inner = InnerPrecision.OfElements(x);
        x = inner.Enter(x);
        return inner.Leave(x * Sigmoid(x));
    }

    /// <summary>x · tanh(softplus(x)).</summary>
    /// <remarks>Misra, "Mish: a self regularized non-monotonic activation function", 2019.</remarks>
    /// <exception cref="GraphException">x is not float32 or float64.</exception>
    public static Value Mish(Value x)
    {
        var inner = InnerPrecision.OfElements(x);
        x = inner.Enter(x);
        return inner.Leave(x * Tanh(Softplus(x)));
    }

    /// <summary>log(sigmoid(x)) = -softplus(-x), without overflow.</summary>
    /// <exception cref="GraphException">x is not float32 or float64.</exception>
    public static Value LogSigmoid(Value x) => -Softplus(-RequireFloat("log_sigmoid", x));

    private static void RequireOrdered(Value x, string function, double min, double max)
    {
        if (!(min <= max))
            throw x.Graph.Error(function, $"the lower end {min} exceeds the upper end {max}; swap them.");
    }
}
