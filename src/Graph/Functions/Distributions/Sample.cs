namespace GraphGrad;

/// <summary>
/// Random numbers of distributions, other ones in each run of a session. Parameters are those of <see cref="LogDensity"/>; they broadcast to the shape asked for or, without one, to each other, and there is
/// one number for each element. The seed is as for <see cref="Ops.RandomBits"/>: equal seeds give equal numbers at any number of threads. Gradients by the parameters are those of the numbers as they were drawn
/// (reparametrization), where a summary says nothing else.
/// </summary>
public static partial class Sample
{
    /// <summary>Of the normal distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Normal(Value mean, Value deviation, Shape? shape = null, long? seed = null) =>
        mean + deviation * Ops.RandomNormal(mean.Graph, Size("normal sample", shape, mean, deviation), seed, mean.DType);

    /// <summary>Of numbers whose logarithms are normal.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value LogNormal(Value mean, Value deviation, Shape? shape = null, long? seed = null) => Ops.Exp(Normal(mean, deviation, shape, seed));

    /// <summary>Of the magnitude of a normal number of mean 0.</summary>
    /// <exception cref="GraphException">The deviation is no float, or does not broadcast to the shape.</exception>
    public static Value HalfNormal(Value deviation, Shape? shape = null, long? seed = null) =>
        deviation * Ops.Abs(Ops.RandomNormal(deviation.Graph, Size("half-normal sample", shape, deviation), seed, deviation.DType));

    /// <summary>Of a normal vector, by the lower triangular factor of its covariance matrix.</summary>
    /// <param name="mean">[…, elements].</param>
    /// <param name="factor">[…, elements, elements].</param>
    /// <param name="shape">That of the result, whose last axis holds the elements; null for the mean's.</param>
    /// <param name="seed">The key of the generator.</param>
    /// <exception cref="GraphException">The types differ or are not floats, the factor is no square matrix, or the shapes do not fit.</exception>
    public static Value MultivariateNormal(Value mean, Value factor, Shape? shape = null, long? seed = null)
    {
        var size = Size("multivariate normal sample", shape, mean);
        if (factor.Rank < 2 || size.Rank < 1 || factor.Shape[^1] != size[^1] || factor.Shape[^2] != size[^1])
            throw factor.Graph.Error("multivariate normal sample", $"the factor '{factor.Name}' {factor.Type} must be a square matrix, or a stack of them, of as many rows as vectors of shape {size} have elements.");
        var standard = Ops.RandomNormal(mean.Graph, size, seed, mean.DType);
        return mean + Ops.Squeeze(Ops.MatMul(factor, Ops.ExpandDims(standard, -1)), -1);
    }

    /// <summary>Of the uniform distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Uniform(Value low, Value high, Shape? shape = null, long? seed = null) =>
        InverseCdf.Uniform(Ops.RandomUniform(low.Graph, Size("uniform sample", shape, low, high), seed, low.DType), low, high);

    /// <summary>Of Cauchy's distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Cauchy(Value location, Value scale, Shape? shape = null, long? seed = null) =>
        location + scale * Ops.Tan(Math.PI * (Ops.RandomUniform(location.Graph, Size("Cauchy sample", shape, location, scale), seed, location.DType) - 0.5));

    /// <summary>Of the magnitude of a number that has Cauchy's distribution around 0.</summary>
    /// <exception cref="GraphException">The scale is no float, or does not broadcast to the shape.</exception>
    public static Value HalfCauchy(Value scale, Shape? shape = null, long? seed = null) => Ops.Abs(Cauchy(Ops.ZerosLike(scale), scale, shape, seed));

    /// <summary>Of Laplace's distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Laplace(Value location, Value scale, Shape? shape = null, long? seed = null)
    {
        var size = Size("Laplace sample", shape, location, scale);
        var sides = Ops.RandomUniform(location.Graph, size, Derived(seed, 1), location.DType) < 0.5;
        var distance = scale * Waiting(location.Graph, size, location.DType, seed);
        return location + Ops.Where(sides, -distance, distance);
    }

    /// <summary>Of Gumbel's distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Gumbel(Value location, Value scale, Shape? shape = null, long? seed = null) =>
        location - scale * Ops.Log(Waiting(location.Graph, Size("Gumbel sample", shape, location, scale), location.DType, seed));

    /// <summary>Of the exponential distribution.</summary>
    /// <exception cref="GraphException">The rate is no float, or does not broadcast to the shape.</exception>
    public static Value Exponential(Value rate, Shape? shape = null, long? seed = null) =>
        Waiting(rate.Graph, Size("exponential sample", shape, rate), rate.DType, seed) / rate;

    /// <summary>Of Pareto's distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Pareto(Value scale, Value exponent, Shape? shape = null, long? seed = null) =>
        scale * Ops.Exp(Waiting(scale.Graph, Size("Pareto sample", shape, scale, exponent), scale.DType, seed) / exponent);

    /// <summary>Of Weibull's distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Weibull(Value scale, Value shape, Shape? size = null, long? seed = null) =>
        scale * Ops.Pow(Waiting(scale.Graph, Size("Weibull sample", size, scale, shape), scale.DType, seed), 1 / shape);

    /// <summary>Of the gamma distribution. Gradients by the shape are those at a constant probability, as libtorch's.</summary>
    /// <remarks>Marsaglia and Tsang, "A simple method for generating gamma variables", 2000; Figurnov, Mohamed and Mnih, "Implicit reparameterization gradients", 2018.</remarks>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Gamma(Value shape, Value rate, Shape? size = null, long? seed = null) => StandardGamma(shape, Size("gamma sample", size, shape, rate), seed) / rate;

    /// <summary>Of the reciprocal of a gamma number.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value InverseGamma(Value shape, Value rate, Shape? size = null, long? seed = null) => rate / StandardGamma(shape, Size("inverse gamma sample", size, shape, rate), seed);

    /// <summary>Of a sum of squares of standard normal numbers. Gradients as <see cref="Gamma"/>'s.</summary>
    /// <exception cref="GraphException">The degrees are no floats, or do not broadcast to the shape.</exception>
    public static Value ChiSquared(Value degrees, Shape? shape = null, long? seed = null) => 2 * StandardGamma(degrees * 0.5, Size("chi-squared sample", shape, degrees), seed);

    /// <summary>Of the quotient of two means of squares of standard normal numbers. Gradients as <see cref="Gamma"/>'s.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value FisherSnedecor(Value numeratorDegrees, Value denominatorDegrees, Shape? shape = null, long? seed = null)
    {
        var size = Size("Fisher's sample", shape, numeratorDegrees, denominatorDegrees);
        return ChiSquared(numeratorDegrees, size, seed) / numeratorDegrees / (ChiSquared(denominatorDegrees, size, Derived(seed, 4)) / denominatorDegrees);
    }

    /// <summary>Of Student's distribution. Gradients by the degrees as <see cref="Gamma"/>'s.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value StudentT(Value degrees, Value location, Value scale, Shape? shape = null, long? seed = null)
    {
        var size = Size("Student's sample", shape, degrees, location, scale);
        var normal = Ops.RandomNormal(degrees.Graph, size, Derived(seed, 3), degrees.DType);
        return location + scale * normal * Ops.Rsqrt(ChiSquared(degrees, size, seed) / degrees);
    }

    /// <summary>Of the beta distribution. Gradients are those at a constant probability, as libtorch's.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Beta(Value alpha, Value beta, Shape? shape = null, long? seed = null)
    {
        var size = Size("beta sample", shape, alpha, beta);
        var odds = LogGammas(alpha, size, seed) - LogGammas(beta, size, Derived(seed, 4));
        return Implicit.Beta(Ops.Sigmoid(odds), Ops.Sigmoid(-odds), Ops.BroadcastTo(alpha, size), Ops.BroadcastTo(beta, size));
    }

    /// <summary>Of Kumaraswamy's distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value Kumaraswamy(Value alpha, Value beta, Shape? shape = null, long? seed = null) =>
        Ops.Pow(-Ops.Expm1(-Waiting(alpha.Graph, Size("Kumaraswamy sample", shape, alpha, beta), alpha.DType, seed) / beta), 1 / alpha);

    /// <summary>
    /// Of Dirichlet's distribution, whose shares lie in the last axis. Gradients are libtorch's: a share moves with its concentration at a constant probability, and the others in proportion.
    /// </summary>
    /// <exception cref="GraphException">The concentration is a scalar or no float, or does not broadcast to the shape.</exception>
    public static Value Dirichlet(Value concentration, Shape? shape = null, long? seed = null)
    {
        var size = Size("Dirichlet sample", shape, concentration);
        if (size.Rank == 0) throw concentration.Graph.Error("Dirichlet sample", $"'{concentration.Name}' {concentration.Type} is a scalar; shares lie in a last axis.");
        return Implicit.Dirichlet(Ops.Softmax(LogGammas(concentration, size, seed)), Ops.BroadcastTo(concentration, size));
    }

    /// <summary>Where the numbers go: the shape asked for, to which parameters must broadcast, or that to which they broadcast each other.</summary>
    private static Shape Size(string function, Shape? asked, params ReadOnlySpan<Value> parameters)
    {
        var size = asked ?? [];
        foreach (var parameter in parameters)
        {
            if (!parameter.DType.IsFloat() || parameter.DType != parameters[0].DType)
                throw parameter.Graph.Error(function, $"the parameter '{parameter.Name}' {parameter.Type} must be float32 or float64, as '{parameters[0].Name}' {parameters[0].Type}; cast it with Cast.");
            if (!Operations.Broadcasting.TryUnite(size, parameter.Shape, out var united, out var why) || (asked is not null && !united.Equals(asked)))
                throw parameter.Graph.Error(function, $"the parameter '{parameter.Name}' {parameter.Type} does not broadcast to {size}{(why.Length > 0 ? $": {why}" : ".")}");
            size = united;
        }
        return size;
    }

    /// <summary>Exponential numbers of mean 1, from 1e-16 to 37: of float32, too, by a uniform number of float64, which neither lacks small ones nor gives 0.</summary>
    private static Value Waiting(Graph graph, Shape shape, DType dtype, long? seed) =>
        Ops.Cast(-Ops.Log(Ops.Maximum(Ops.RandomUniform(graph, shape, seed, DType.Float64), Math.ScaleB(1, -54))), dtype);

    /// <summary>A seed for another draw of the same sample.</summary>
    private static long? Derived(long? seed, int draw) => seed is { } number ? Ops.Mix(Ops.Mix(number) + draw) : null;
}
