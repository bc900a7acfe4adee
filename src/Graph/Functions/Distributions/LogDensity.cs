namespace GraphGrad;

/// <summary>
/// Logarithms of probability densities, of the probabilities of counts, and of categories, elementwise with broadcasting. Where a distribution has no mass they are -∞, with zero
/// derivatives; NaN passes through. Parameters are not checked, since they are known in a run only: for those out of range the result is NaN or meaningless.
/// </summary>
/// <remarks>Johnson, Kotz and Balakrishnan, "Continuous Univariate Distributions", 1994; the formulas of counts are in their "Univariate Discrete Distributions".</remarks>
public static partial class LogDensity
{
    private static readonly double HalfLogTwoPi = 0.5 * Math.Log(2 * Math.PI);

    /// <summary>Of the normal distribution.</summary>
    /// <param name="x">The points.</param>
    /// <param name="mean">Its mean.</param>
    /// <param name="deviation">Its standard deviation.</param>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Normal(Value x, Value mean, Value deviation) =>
        -0.5 * Ops.Square((x - mean) / deviation) - Ops.Log(deviation) - HalfLogTwoPi;

    /// <summary>Of the normal distribution of known mean and deviation.</summary>
    /// <param name="x">The points.</param>
    /// <param name="mean">Its mean.</param>
    /// <param name="deviation">Its standard deviation, above 0.</param>
    /// <exception cref="GraphException">The points are not floats, or the deviation is not above 0.</exception>
    public static Value Normal(Value x, double mean = 0, double deviation = 1)
    {
        if (!(deviation > 0)) throw x.Graph.Error("log_density", $"the standard deviation is {deviation}; it must be above 0.");
        if (!x.DType.IsFloat()) throw x.Graph.Error("log_density", $"the points '{x.Name}' are {x.DType.Text()}; a density is of float32 or float64. Cast them.");
        return -0.5 * Ops.Square((x - mean) / deviation) - (Math.Log(deviation) + HalfLogTwoPi);
    }

    /// <summary>Of a number whose logarithm is normal.</summary>
    /// <param name="x">The points; there is no mass below 0.</param>
    /// <param name="mean">The logarithm's mean.</param>
    /// <param name="deviation">The logarithm's standard deviation.</param>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value LogNormal(Value x, Value mean, Value deviation)
    {
        var log = Ops.Log(x);
        return Outside(x <= 0, Normal(log, mean, deviation) - log);
    }

    /// <summary>Of the magnitude of a normal number of mean 0.</summary>
    /// <param name="x">The points; there is no mass below 0.</param>
    /// <param name="deviation">The standard deviation of the normal number.</param>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value HalfNormal(Value x, Value deviation) =>
        Outside(x < 0, Math.Log(2) - HalfLogTwoPi - 0.5 * Ops.Square(x / deviation) - Ops.Log(deviation));

    /// <summary>Of Cauchy's distribution.</summary>
    /// <param name="x">The points.</param>
    /// <param name="location">Its median.</param>
    /// <param name="scale">Half of its width at half of its height.</param>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Cauchy(Value x, Value location, Value scale) =>
        -Math.Log(Math.PI) - Ops.Log(scale) - Ops.Log1p(Ops.Square((x - location) / scale));

    /// <summary>Of the magnitude of a number that has Cauchy's distribution around 0.</summary>
    /// <param name="x">The points; there is no mass below 0.</param>
    /// <param name="scale">The scale of Cauchy's distribution.</param>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value HalfCauchy(Value x, Value scale) =>
        Outside(x < 0, Math.Log(2 / Math.PI) - Ops.Log(scale) - Ops.Log1p(Ops.Square(x / scale)));

    /// <summary>Of Student's distribution.</summary>
    /// <param name="x">The points.</param>
    /// <param name="degrees">The degrees of freedom.</param>
    /// <param name="location">Its middle.</param>
    /// <param name="scale">Its scale.</param>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value StudentT(Value x, Value degrees, Value location, Value scale) =>
        Ops.LogGamma((degrees + 1) * 0.5) - Ops.LogGamma(degrees * 0.5) - 0.5 * Ops.Log(Math.PI * degrees) - Ops.Log(scale)
        - (degrees + 1) * 0.5 * Ops.Log1p(Ops.Square((x - location) / scale) / degrees);

    /// <summary>Of Laplace's distribution, which falls off exponentially on both sides.</summary>
    /// <param name="x">The points.</param>
    /// <param name="location">Its middle.</param>
    /// <param name="scale">The mean distance from the middle.</param>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Laplace(Value x, Value location, Value scale) => -Ops.Log(2 * scale) - Ops.Abs(x - location) / scale;

    /// <summary>Of Gumbel's distribution, of largest values.</summary>
    /// <param name="x">The points.</param>
    /// <param name="location">Its mode.</param>
    /// <param name="scale">Its scale.</param>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Gumbel(Value x, Value location, Value scale)
    {
        var y = (location - x) / scale;
        return y - Ops.Exp(y) - Ops.Log(scale);
    }

    /// <summary>Of von Mises's distribution of angles.</summary>
    /// <param name="x">The angles, in radians.</param>
    /// <param name="location">Its mode.</param>
    /// <param name="concentration">How narrow it is; 0 gives all angles alike.</param>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value VonMises(Value x, Value location, Value concentration) =>
        concentration * (Ops.Cos(x - location) - 1) - Math.Log(2 * Math.PI) - Ops.Log(Ops.ScaledBesselI0(concentration));

    /// <summary>Of the uniform distribution.</summary>
    /// <param name="x">The points; there is mass from <paramref name="low"/> up to <paramref name="high"/>, which is not among them.</param>
    /// <param name="low">Its lower end.</param>
    /// <param name="high">Its upper end.</param>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Uniform(Value x, Value low, Value high) =>
        Outside((x < low) | (x >= high), Ops.Where(Ops.IsNaN(x), x, -Ops.Log(high - low)));

    /// <summary>Of a normal vector.</summary>
    /// <param name="x">The points: the last axis holds the elements of one.</param>
    /// <param name="mean">The mean, of the same last axis.</param>
    /// <param name="factor">The lower triangular factor of the covariance matrix, as <see cref="Ops.Cholesky"/> gives it: [elements, elements], or a stack of them.</param>
    /// <exception cref="GraphException">The types differ or are not floats, the shapes do not fit, or the number of elements is unknown.</exception>
    public static Value MultivariateNormal(Value x, Value mean, Value factor)
    {
        var count = ElementsOf("multivariate normal density", factor, 2);
        var distance = x - mean;
        if (factor.Shape[^2] != factor.Shape[^1] || distance.Rank < 1 || distance.Shape[^1] != factor.Shape[^1])
            throw factor.Graph.Error("multivariate normal density", $"the factor '{factor.Name}' {factor.Type} does not fit points less their mean of shape {distance.Shape}; it must be square, with as many rows as a point has elements.");
        // One factor solves for all points at once, which are its right-hand sides.
        var points = factor.Rank == 2
            ? Ops.Reshape(distance, [new Shape([.. distance.Shape.Dims[..^1]]).ElementCount, count])
            : Ops.ExpandDims(distance, -2);
        var solved = Ops.TriangularSolve(factor, Ops.SwapAxes(points, -1, -2));
        var squares = Ops.Sum(Ops.Square(solved), -2);
        squares = factor.Rank == 2 ? Ops.Reshape(squares, [.. distance.Shape.Dims[..^1]]) : Ops.Squeeze(squares, -1);
        return -0.5 * squares - Ops.Sum(Ops.Log(Ops.Diagonal(factor)), -1) - count * HalfLogTwoPi;
    }

    private static Value Outside(Value outside, Value density) => Ops.Where(outside, double.NegativeInfinity, density);

    private static long ElementsOf(string density, Value x, int axes) => x.Rank >= axes && x.Shape[^1].IsConstant
        ? x.Shape[^1].Value
        : throw x.Graph.Error(density, $"'{x.Name}' {x.Type} must have at least {axes} {(axes == 1 ? "axis" : "axes")}, and a last one of known extent. Reshape it.");
}
