namespace GraphGrad;

// Vectors, matrices, and what is relaxed.
public static partial class Sample
{
    /// <summary>Of the continuous Bernoulli distribution.</summary>
    /// <exception cref="GraphException">The probability is no float, or does not broadcast to the shape.</exception>
    public static Value ContinuousBernoulli(Value probability, Shape? shape = null, long? seed = null) =>
        InverseCdf.ContinuousBernoulli(Ops.RandomUniform(probability.Graph, Size("continuous Bernoulli sample", shape, probability), seed, probability.DType), probability);

    /// <summary>Of the generalized Pareto distribution.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value GeneralizedPareto(Value location, Value scale, Value concentration, Shape? shape = null, long? seed = null) =>
        location + scale * InverseCdf.Excess(Waiting(location.Graph, Size("generalized Pareto sample", shape, location, scale, concentration), location.DType, seed), concentration);

    /// <summary>Shares, of normal numbers, one fewer, in the last axis.</summary>
    /// <param name="mean">The mean of the normal numbers.</param>
    /// <param name="deviation">Their standard deviation.</param>
    /// <param name="shape">That of the normal numbers; null for the parameters'.</param>
    /// <param name="seed">The key of the generator.</param>
    /// <exception cref="GraphException">The types differ or are not floats, the shapes do not broadcast, or the last axis is of unknown extent.</exception>
    public static Value LogisticNormal(Value mean, Value deviation, Shape? shape = null, long? seed = null) => Bijection.StickBreaking.Forward(Normal(mean, deviation, shape, seed));

    /// <summary>Of a normal vector whose covariance matrix is W·Wᵀ + diag(d).</summary>
    /// <param name="mean">[…, elements].</param>
    /// <param name="factor">W: [elements, columns], or a stack of them that broadcasts to the vectors.</param>
    /// <param name="diagonal">d: [elements], or a stack of them, not below 0.</param>
    /// <param name="shape">That of the result, whose last axis holds the elements; null for the mean's.</param>
    /// <param name="seed">The key of the generator.</param>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not fit.</exception>
    public static Value LowRankNormal(Value mean, Value factor, Value diagonal, Shape? shape = null, long? seed = null)
    {
        var size = Size("low-rank normal sample", shape, mean);
        if (factor.DType != mean.DType || diagonal.DType != mean.DType || factor.Rank < 2 || diagonal.Rank < 1 || size.Rank < 1 || factor.Shape[^2] != size[^1] || diagonal.Shape[^1] != size[^1])
            throw factor.Graph.Error("low-rank normal sample", $"the factor '{factor.Name}' {factor.Type} and the diagonal '{diagonal.Name}' {diagonal.Type} do not fit vectors of shape {size}; they must be {mean.DType.Text()}, [elements, columns] and [elements].");
        var common = Ops.RandomNormal(mean.Graph, size.With(size.Rank - 1, factor.Shape[^1]), seed, mean.DType);
        var own = Ops.RandomNormal(mean.Graph, size, Derived(seed, 1), mean.DType);
        // A stack of more matrices than vectors does not broadcast.
        return mean + Ops.BroadcastTo(Ops.Squeeze(Ops.MatMul(factor, Ops.ExpandDims(common, -1)), -1), size) + Ops.BroadcastTo(Ops.Sqrt(diagonal), size) * own;
    }

    /// <summary>
    /// Of Wishart's distribution of Σ xᵢ·xᵢᵀ of normal vectors x of mean 0: the lower triangular factor of the matrix, as <see cref="LogDensity.Wishart"/> takes it. Gradients by the degrees as <see cref="Gamma"/>'s.
    /// </summary>
    /// <remarks>Bartlett, "On the theory of statistical regression", 1933.</remarks>
    /// <param name="degrees">How many vectors; not necessarily whole, above elements - 1. One for each matrix.</param>
    /// <param name="scale">The lower triangular factor of the vectors' covariance matrix: [elements, elements], or a stack of them that broadcasts to the result.</param>
    /// <param name="shape">That of the result without its last two axes, the matrices; null for the degrees'.</param>
    /// <param name="seed">The key of the generator.</param>
    /// <exception cref="GraphException">The types differ or are not floats, the factor is no square matrix of known extent, or the degrees do not broadcast to the shape.</exception>
    public static Value Wishart(Value degrees, Value scale, Shape? shape = null, long? seed = null)
    {
        var size = Size("Wishart sample", shape, degrees);
        if (scale.DType != degrees.DType || scale.Rank < 2 || scale.Shape[^2] != scale.Shape[^1] || !scale.Shape[^1].IsConstant)
            throw scale.Graph.Error("Wishart sample", $"the factor '{scale.Name}' {scale.Type} must be a square {degrees.DType.Text()} matrix of known extent. Slice, reshape or cast it.");
        var n = scale.Shape[^1];
        var places = Ops.Iota(scale.Graph, [n], dtype: scale.DType);
        var diagonal = Ops.Sqrt(ChiSquared(Ops.ExpandDims(degrees, -1) - places, new Shape([.. size.Dims, n]), seed));
        var below = Ops.TriangularLower(Ops.RandomNormal(scale.Graph, new Shape([.. size.Dims, n, n]), Derived(seed, 5), scale.DType), -1);
        return Ops.MatMul(scale.Rank == 2 ? scale : Ops.BroadcastTo(scale, below.Shape), below + Ops.Identity(scale.Graph, n, scale.DType) * Ops.ExpandDims(diagonal, -1));
    }

    /// <summary>Of lower triangular factors of correlation matrices, as <see cref="LogDensity.LkjCholesky"/>. Gradients by the concentration as <see cref="Beta"/>'s.</summary>
    /// <remarks>
    /// The onion method of Lewandowski, Kurowicka and Joe, "Generating random correlation matrices based on vines and extended onion method", 2009: row i (from 1) is a random direction among i, of squared length from the beta distribution
    /// of i/2 and η + (n - 1 - i)/2.
    /// </remarks>
    /// <param name="elements">n, how many rows.</param>
    /// <param name="concentration">η: 1 makes all correlation matrices alike, more those near the identity likelier. One for each matrix.</param>
    /// <param name="shape">That of the result without its last two axes, the matrices; null for the concentration's.</param>
    /// <param name="seed">The key of the generator.</param>
    /// <exception cref="GraphException">There are fewer than two rows, or the concentration is no float or does not broadcast to the shape.</exception>
    public static Value LkjCholesky(int elements, Value concentration, Shape? shape = null, long? seed = null)
    {
        var size = Size("LKJ sample", shape, concentration);
        if (elements < 2) throw concentration.Graph.Error("LKJ sample", $"correlation matrices need at least two rows, not {elements}.");
        var (graph, type) = (concentration.Graph, concentration.DType);
        var rows = Ops.Iota(graph, [elements - 1], dtype: type) + 1;
        var length = Beta(Ops.BroadcastTo(0.5 * rows, new Shape([.. size.Dims, elements - 1])), Ops.ExpandDims(concentration, -1) + 0.5 * (elements - 1 - rows), new Shape([.. size.Dims, elements - 1]), seed);
        var directions = Ops.L2Normalize(Ops.TriangularLower(Ops.RandomNormal(graph, new Shape([.. size.Dims, elements - 1, elements]), Derived(seed, 6), type)), -1);
        var isDiagonal = Ops.Equal(Ops.Iota(graph, [elements - 1, elements], 1), Ops.Iota(graph, [elements - 1, elements]) + 1);
        var below = Ops.Where(isDiagonal, Ops.ExpandDims(Ops.Sqrt(1 - length), -1), Ops.ExpandDims(Ops.Sqrt(length), -1) * directions);
        var first = Ops.BroadcastTo(Ops.Identity(graph, 1, elements, type), new Shape([.. size.Dims, 1, elements]));
        return Ops.Concat([first, below], -2);
    }

    /// <summary>One of several categories as a vector that is 1 at its place and 0 elsewhere. Its gradient by the logits is that of their softmax (the straight-through estimator).</summary>
    /// <remarks>Bengio, Léonard and Courville, "Estimating or propagating gradients through stochastic neurons for conditional computation", 2013.</remarks>
    /// <param name="logits">Logarithms of the probabilities but for a common summand, in the last axis.</param>
    /// <param name="shape">That of the result without its last axis; null for the logits'.</param>
    /// <param name="seed">The key of the generator.</param>
    /// <exception cref="GraphException">The logits are no floats or a scalar, their last axis is of unknown extent, or they do not broadcast to the shape.</exception>
    public static Value OneHotFromLogits(Value logits, Shape? shape = null, long? seed = null)
    {
        if (logits.Rank == 0 || !logits.Shape[^1].IsConstant) throw logits.Graph.Error("one-hot sample", $"'{logits.Name}' {logits.Type} must have a last axis of known extent, the categories.");
        var chosen = Ops.OneHot(CategoricalFromLogits(logits, shape, seed), (int)logits.Shape[^1].Value, logits.DType);
        return Ops.CustomGradient(
            v => chosen, c => [Shared(Ops.Softmax(c.Inputs[0]), c.Adjoint)], c => Shared(Ops.Softmax(c.Inputs[0]), c.Tangents[0]), Ops.BroadcastTo(logits, chosen.Shape));

        static Value Shared(Value shares, Value moved) => shares * (moved - Ops.Sum(shares * moved, -1, keepDims: true));
    }

    /// <summary>sigmoid((logits + L) / temperature), L a logistic number: a trial whose outcome is between 0 and 1.</summary>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value RelaxedBernoulli(Value temperature, Value logits, Shape? shape = null, long? seed = null)
    {
        var size = Size("relaxed Bernoulli sample", shape, temperature, logits);
        var (graph, type) = (logits.Graph, logits.DType);
        return Ops.Sigmoid((logits + Ops.Log(Waiting(graph, size, type, seed)) - Ops.Log(Waiting(graph, size, type, Derived(seed, 1)))) / temperature);
    }

    /// <summary>softmax((logits + G) / temperature), G numbers of Gumbel's distribution: a category as shares of all, in the last axis.</summary>
    /// <param name="temperature">How far the shares are from one category alone: a scalar.</param>
    /// <param name="logits">Logarithms of the probabilities but for a common summand, in the last axis.</param>
    /// <param name="shape">That of the result; null for the logits'.</param>
    /// <param name="seed">The key of the generator.</param>
    /// <exception cref="GraphException">The types differ or are not floats, the logits are a scalar, or they do not broadcast to the shape.</exception>
    public static Value RelaxedCategorical(Value temperature, Value logits, Shape? shape = null, long? seed = null)
    {
        if (logits.Rank == 0) throw logits.Graph.Error("relaxed categorical sample", $"'{logits.Name}' {logits.Type} is a scalar; categories lie in a last axis.");
        var size = Size("relaxed categorical sample", shape, logits, temperature);
        return Ops.Softmax((logits - Ops.Log(Waiting(logits.Graph, size, logits.DType, seed))) / temperature);
    }

    /// <summary>Of von Mises's distribution of angles, from -π to π around the location. It has no gradient by the concentration.</summary>
    /// <remarks>Best and Fisher, "Efficient simulation of the von Mises distribution", 1979; of several trials, each accepted with probability 0.65 at least, the first that is.</remarks>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value VonMises(Value location, Value concentration, Shape? shape = null, long? seed = null)
    {
        // That none is accepted has probability 3e-15.
        const int trials = 32;
        const double least = 1e-4;
        var size = Size("von Mises sample", shape, location, concentration);
        var graph = location.Graph;
        var draws = new Shape([trials, .. size.Dims]);
        // In float64: the roots cancel for small concentrations, and 1 - f for large ones.
        var narrow = Ops.Maximum(Ops.Cast(Ops.StopGradient(concentration), DType.Float64), 1e-12);
        var tau = 1 + Ops.Sqrt(1 + 4 * Ops.Square(narrow));
        var rho = (tau - Ops.Sqrt(2 * tau)) / (2 * narrow);
        var r = Ops.Where(narrow < least, 1 / narrow + narrow, (1 + Ops.Square(rho)) / (2 * rho));
        var z = Ops.Cos(Math.PI * Ops.RandomUniform(graph, draws, seed, DType.Float64));
        var f = (1 + r * z) / (r + z);
        var c = narrow * (r - f);
        var accepted = Ops.Log(c) + 1 - c + Waiting(graph, draws, DType.Float64, Derived(seed, 1)) >= 0;
        var angle = Ops.Acos(Ops.Clip(First(f, accepted), -1, 1));
        var isNegative = Ops.RandomUniform(graph, size, Derived(seed, 2)) < 0.5;
        var turned = Ops.Cast(Ops.Where(isNegative, -angle, angle), location.DType);
        return location + turned;
    }
}
