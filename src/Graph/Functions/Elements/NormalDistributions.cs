namespace GraphGrad;

public static partial class Ops
{
    private static readonly double RootHalf = Math.Sqrt(0.5);

    /// <summary>The probability that a standard normal number stays below x, elementwise: erfc(-x/√2)/2, accurate in the lower tail; NaN stays NaN.</summary>
    /// <exception cref="GraphException">x is neither float32 nor float64.</exception>
    public static Value NormalCdf(Value x) => Erfc(x * -RootHalf) * 0.5;

    /// <summary>The logarithm of <see cref="NormalCdf"/>, elementwise, finite where the distribution itself vanishes; NaN stays NaN.</summary>
    /// <exception cref="GraphException">x is neither float32 nor float64.</exception>
    public static Value NormalLogCdf(Value x)
    {
        RequireFloat("log normal distribution", x);
        var isTail = x < -1;
        var tail = Where(isTail, x, -1);
        var near = Where(isTail, 0, x);
        return Where(isTail, Log(ScaledErfc(tail * -RootHalf) * 0.5) - (Square(tail) * 0.5), Log1p(Erfc(near * RootHalf) * -0.5));
    }

    /// <summary>log of the multivariate gamma function of a dimension p, elementwise: p(p - 1)/4 · log π + Σ log Γ(x - i/2), i below p.</summary>
    /// <exception cref="GraphException">x is neither float32 nor float64, or the dimension is not positive.</exception>
    public static Value LogMultivariateGamma(Value x, int dimension)
    {
        if (dimension < 1) throw x.Graph.Error("log multivariate gamma", $"the dimension for '{x.Name}' is {dimension}; it must be positive.");
        var sum = LogGamma(x);
        for (var i = 1; i < dimension; i++) sum += LogGamma(x - (i * 0.5));
        return sum + (dimension * (dimension - 1) / 4.0 * Math.Log(Math.PI));
    }
}
