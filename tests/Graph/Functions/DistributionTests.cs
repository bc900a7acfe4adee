using GraphGrad.Tests.OpTable;

namespace GraphGrad.Tests.Functions;

/// <summary>What densities are where libtorch's say nothing: outside their distributions, and in sum.</summary>
public sealed class DistributionTests
{
    private readonly Graph graph = new();

    private static Func<Value, Value>[] OnPositiveNumbers =>
    [
        x => LogDensity.HalfNormal(x, Of(x, 2)), x => LogDensity.HalfCauchy(x, Of(x, 2)), x => LogDensity.Exponential(x, Of(x, 2)), x => LogDensity.Gamma(x, Of(x, 2.5), Of(x, 2)),
        x => LogDensity.ChiSquared(x, Of(x, 3)), x => LogDensity.FisherSnedecor(x, Of(x, 3), Of(x, 4)), x => LogDensity.Weibull(x, Of(x, 2), Of(x, 1.5)), x => LogDensity.LogNormal(x, Of(x, 0), Of(x, 1)),
        x => LogDensity.Pareto(x, Of(x, 0.5), Of(x, 3)), x => LogDensity.Poisson(x, Of(x, 3)), x => LogDensity.Geometric(x, Of(x, 0.3)), x => LogDensity.NegativeBinomial(x, Of(x, 3), Of(x, 0.3)),
        x => LogDensity.Binomial(x, Of(x, 9), Of(x, 0.3)), x => LogDensity.BinomialFromLogits(x, Of(x, 9), Of(x, 0.3)), x => LogDensity.Beta(x, Of(x, 2), Of(x, 3)),
        x => LogDensity.Kumaraswamy(x, Of(x, 2), Of(x, 3)), x => LogDensity.Uniform(x, Of(x, 0), Of(x, 1)),
    ];

    [Fact]
    public void There_is_no_mass_below_0_and_NaN_passes()
    {
        var x = graph.Placeholder("x", [2], DType.Float64);
        foreach (var density in OnPositiveNumbers)
        {
            var y = density(x);
            using var session = new Session(graph);
            var results = session.Run([y, Ops.Gradient(Ops.Sum(Ops.Where(Ops.IsNaN(x), 0, y)), x)], [(x, new double[] { -1.5, double.NaN })]);
            Assert.Equal([double.NegativeInfinity, double.NaN], results[0].AsSpan<double>().ToArray());
            Assert.Equal(0, results[1].AsSpan<double>()[0]);
        }
    }

    [Fact]
    public void Densities_are_1_in_sum()
    {
        var x = graph.Placeholder("x", [200_001], DType.Float64);
        Func<Value, Value>[] onAll =
        [
            v => LogDensity.Normal(v, Of(v, 0.5), Of(v, 2)), v => LogDensity.Laplace(v, Of(v, 0.5), Of(v, 2)), v => LogDensity.Gumbel(v, Of(v, 0.5), Of(v, 2)), v => LogDensity.StudentT(v, Of(v, 6), Of(v, 0.5), Of(v, 1)),
        ];
        using var session = new Session(graph);
        double[] points = [.. Enumerable.Range(0, 200_001).Select(i => (i - 100_000) / 1000.0)];
        foreach (var density in onAll) Assert.Equal(1, session.Run(Ops.Sum(Ops.Exp(density(x))) / 1000, (x, points)).Item<double>(), 1e-6);
    }

    [Fact]
    public void Probabilities_of_counts_are_1_in_sum()
    {
        var x = graph.Placeholder("x", [400], DType.Float64);
        double[] counts = [.. Enumerable.Range(0, 400).Select(i => (double)i)];
        using var session = new Session(graph);
        foreach (var density in OnPositiveNumbers[9..14]) Assert.Equal(1, session.Run(Ops.Sum(Ops.Exp(density(x))), (x, counts)).Item<double>(), 1e-12);
    }

    [Fact]
    public void Slopes_of_Weibulls_density_keep_their_digits_where_the_shape_is_small_and_at_zero()
    {
        var (x, scale, shape) = (graph.Placeholder("x", [], DType.Float64), graph.Placeholder("scale", [], DType.Float64), graph.Placeholder("shape", [], DType.Float64));
        var density = LogDensity.Weibull(x, scale, shape);
        Value[] slopes = [Ops.Gradient(density, x), Ops.Gradient(density, scale), Ops.Gradient(density, shape)];
        using var session = new Session(graph);
        // By mpmath, in 60 digits.
        foreach (var (point, expected) in new[]
        {
            ((0.5, 1.0, 0.01), new[] { -1.99986184990874072, -6.90750456296409875e-5, 99.9952120826874744 }),
            ((2.0, 3.0, 0.01), [-0.499979767789589948, -1.34881402733681523e-5, 99.9983593089237621]),
            ((1.00001, 1.0, 0.01), [-0.999990001099983985, 9.99995050039385935e-10, 99.9999999999989979]),
            ((0, 2.0, 0.5), [double.NegativeInfinity, -0.25, double.NegativeInfinity]),
            ((0, 2.0, 1.0), [-0.5, -0.5, double.NegativeInfinity]),
        })
        {
            var actual = session.Run(slopes, (x, point.Item1), (scale, point.Item2), (shape, point.Item3)).Select(r => r.Item<double>()).ToArray();
            for (var i = 0; i < 3; i++) Expect.True(actual[i] == expected[i] || Math.Abs(actual[i] - expected[i]) < 1e-13 * Math.Abs(expected[i]), $"{point}, slope {i}: {actual[i]} for {expected[i]}");
        }
    }

    // PyTorch 1.13's numbers.
    [Fact]
    public void Densities_of_matrices_and_of_nearly_low_rank_are_PyTorchs()
    {
        Value factor = graph.Constant(new double[,] { { 1.2, 0, 0 }, { -0.4, 0.7, 0 }, { 0.3, 0.9, 1.5 } }), scale = graph.Constant(new double[,] { { 0.9, 0, 0 }, { 0.2, 1.3, 0 }, { -0.5, 0.4, 0.8 } });
        var correlation = graph.Constant(new double[,] { { 1, 0, 0 }, { 0.6, 0.8, 0 }, { 0.48, 0.6, 0.64 } });
        Value w = graph.Constant(new[,] { { 1, 0.5 }, { -0.3, 0.8 }, { 0.2, -1 }, { 0.7, 0.1 } }), d = graph.Constant([0.5, 1, 0.25, 2]), mean = graph.Constant([0.1, 0.2, -0.3, 0.4]);
        var points = graph.Constant(new[,] { { 0.3, -1, 0.8, 0.1 }, { 0, 1, 2, -1 } });
        using var session = new Session(graph);
        AssertClose([-10.28692370553965, -14.379701719899458], LogDensity.Wishart(factor, graph.Constant([4.5, 7]), scale));
        AssertClose([-1.8194561424530646, -2.524413188254913], LogDensity.LkjCholesky(correlation, graph.Constant([1, 2.5])));
        AssertClose([-5.204295556223167, -9.598252975292624], LogDensity.LowRankNormal(points, mean, w, d));
        var whole = Ops.Cholesky(Ops.MatMul(w, Ops.SwapAxes(w, 0, 1)) + (Ops.Identity(graph, 4, DType.Float64) * d));
        AssertClose([0, 0], LogDensity.LowRankNormal(points, mean, w, d) - LogDensity.MultivariateNormal(points, mean, whole));
        Assert.Contains("do not fit points", Assert.Throws<GraphException>(() => LogDensity.LowRankNormal(points, mean, d, d)).Message, StringComparison.Ordinal);
        Assert.Contains("no square matrices", Assert.Throws<GraphException>(() => LogDensity.Wishart(factor, d, w)).Message, StringComparison.Ordinal);
        Assert.Contains("at least two rows", Assert.Throws<GraphException>(() => LogDensity.LkjCholesky(w, d)).Message, StringComparison.Ordinal);

        void AssertClose(double[] expected, Value found) => Assert.All(session.Run(found).AsSpan<double>().ToArray().Zip(expected), p => Assert.Equal(p.Second, p.First, 1e-12));
    }

    /// <summary>Each of a stack of distributions of vectors and matrices is as it is by itself, whatever else broadcasts.</summary>
    [Fact]
    public void Stacks_of_low_rank_and_Wishart_distributions()
    {
        var (mean, w, d) = (Numbers(1, 2, 4), Numbers(2, 2, 4, 3), 2 + Numbers(3, 2, 4));
        var (otherMean, otherW, otherD) = (Numbers(4, 4), Numbers(5, 3, 1, 4, 2), 2 + Numbers(6, 4));
        var points = Numbers(7, 2, 4);
        Value[] lowRank =
        [
            LogDensity.LowRankNormal(points, mean, w, d), Entropy.LowRankNormal(w, d), Variance.LowRankNormal(w, d), Divergence.LowRankNormal(otherMean, w[0], otherD, mean, w, d),
            Divergence.LowRankNormal(mean, w, d, otherMean, otherW, otherD),
        ];
        var (degrees, own, other) = (5 + Numbers(8, 2), Factor(9, 2, 3, 3), Factor(10, 3, 1, 3, 3));
        Value[] wishart =
        [
            LogDensity.Wishart(own[1], degrees, own), Entropy.Wishart(degrees, own), Expectation.Wishart(degrees, own), Variance.Wishart(degrees, own), DistributionMode.Wishart(degrees, own),
            Divergence.Wishart(degrees, own, degrees, other),
        ];
        using var session = new Session(graph);
        for (var i = 0; i < 2; i++)
        {
            AssertEqual(lowRank[0][i], LogDensity.LowRankNormal(points[i], mean[i], w[i], d[i]));
            AssertEqual(lowRank[1][i], Entropy.LowRankNormal(w[i], d[i]));
            AssertEqual(lowRank[2][i], Variance.LowRankNormal(w[i], d[i]));
            AssertEqual(lowRank[3][i], Divergence.LowRankNormal(otherMean, w[0], otherD, mean[i], w[i], d[i]));
            AssertEqual(wishart[0][i], LogDensity.Wishart(own[1], degrees[i], own[i]));
            AssertEqual(wishart[1][i], Entropy.Wishart(degrees[i], own[i]));
            AssertEqual(wishart[2][i], Expectation.Wishart(degrees[i], own[i]));
            AssertEqual(wishart[3][i], Variance.Wishart(degrees[i], own[i]));
            AssertEqual(wishart[4][i], DistributionMode.Wishart(degrees[i], own[i]));
            for (var j = 0; j < 3; j++)
            {
                AssertEqual(lowRank[4][j, i], Divergence.LowRankNormal(mean[i], w[i], d[i], otherMean, otherW[j, 0], otherD));
                AssertEqual(wishart[5][j, i], Divergence.Wishart(degrees[i], own[i], degrees[i], other[j, 0]));
            }
        }
        Assert.Equal(new Shape([2, 4]), Sample.LowRankNormal(mean, w, d, seed: 1).Shape);
        Assert.Equal(new Shape([5, 2, 3, 3]), Sample.Wishart(degrees, own, new Shape([5, 2]), seed: 1).Shape);
        Assert.Contains("does not broadcast", Assert.Throws<GraphException>(() => Sample.LowRankNormal(otherMean, w, d, seed: 1)).Message, StringComparison.Ordinal);

        void AssertEqual(Value one, Value alone)
        {
            var (expected, found) = (session.Run(alone).AsSpan<double>().ToArray(), session.Run(one).AsSpan<double>().ToArray());
            Assert.Equal(expected.Length, found.Length);
            Assert.All(expected.Zip(found), p => Assert.Equal(p.First, p.Second, 1e-11 * (1 + Math.Abs(p.First))));
        }

        Value Factor(int seed, params int[] extents) => Ops.TriangularLower(Numbers(seed, extents)) + (1.5 * Ops.Identity(graph, 3, DType.Float64));

        Value Numbers(int seed, params int[] extents) => graph.Constant(Data.Generate(DType.Float64, extents, e => Math.Sin((e * 1.7) + seed)));
    }

    /// <summary>What a density broadcasts with may have as many axes as its points, or more.</summary>
    [Fact]
    public void Transformed_densities_of_more_axes_than_points()
    {
        var shares = graph.Constant([0.2, 0.3, 0.5]);
        var (mean, deviation) = (graph.Constant(new[,,] { { { 0.1, -0.4 } }, { { 1.2, 0.3 } } }), graph.Constant(new[,] { { 0.7, 1.1 }, { 0.9, 0.6 }, { 1.4, 2 } }));
        var stack = LogDensity.LogisticNormal(shares, mean, deviation);
        var ofVectors = LogDensity.Transformed(shares, Bijection.StickBreaking, x => LogDensity.MultivariateNormal(x, mean, Ops.DiagonalMatrix(deviation)));
        using var session = new Session(graph);
        Assert.Equal(new Shape([2, 3]), stack.Shape);
        Assert.Equal(new Shape([2, 3]), ofVectors.Shape);
        for (var i = 0; i < 2; i++)
        {
            for (var j = 0; j < 3; j++)
            {
                var expected = session.Run(LogDensity.LogisticNormal(shares, mean[i, 0], deviation[j])).At(0);
                Assert.Equal(expected, session.Run(stack[i, j]).At(0), 1e-12);
                Assert.Equal(expected, session.Run(ofVectors[i, j]).At(0), 1e-12);
            }
        }
    }

    [Fact]
    public void Functions_that_are_undone_give_densities()
    {
        var x = graph.Constant([-1.3, 0.2, 0.9]);
        using var session = new Session(graph);
        var vectors = Bijection.Affine(graph.Constant(0.5), graph.Constant(2.0)).Then(Bijection.StickBreaking);
        Assert.Equal((1, 1), (vectors.Axes, vectors.ResultAxes));
        // Against the determinant of the derivative of all shares but the last.
        var y = vectors.Forward(x);
        var determinant = Ops.SignedLogDeterminant(Ops.Jacobian(y[..3], x)).LogAbs;
        Assert.Equal(session.Run(determinant).Item<double>(), session.Run(vectors.LogDeterminant(x, y)).Item<double>(), 1e-12);
        Assert.All(session.Run(vectors.Inverse(y) - x).AsSpan<double>().ToArray(), e => Assert.Equal(0, e, 1e-13));
        var density = LogDensity.Transformed(y, vectors, v => LogDensity.Normal(v)) - Ops.Sum(LogDensity.Normal(x)) + vectors.LogDeterminant(x, y);
        Assert.Equal(0, session.Run(density).Item<double>(), 1e-12);
        var back = Bijection.Exp.Inverted();
        Assert.All(session.Run(back.LogDeterminant(Ops.Exp(x), x) + x).AsSpan<double>().ToArray(), e => Assert.Equal(0, e, 1e-15));
    }

    [Fact]
    public void Means_and_variances_that_are_not_there_are_infinite_or_no_numbers()
    {
        var one = graph.Constant(1.0);
        using var session = new Session(graph);
        Assert.All(new[] { Expectation.StudentT(one, one), Variance.StudentT(one, one), Expectation.FisherSnedecor(one + 1), Variance.FisherSnedecor(one, one + 3) }, v => Assert.True(double.IsNaN(session.Run(v).Item<double>())));
        Assert.All(
            new[] { Variance.StudentT(one + 1, one), Expectation.Pareto(one, one), Variance.Pareto(one, one + 1), Expectation.InverseGamma(one, one), Variance.InverseGamma(one + 1, one) },
            v => Assert.Equal(double.PositiveInfinity, session.Run(v).Item<double>()));
    }

    private static Value Of(Value x, double number) => Ops.FullLike(Ops.Sum(x), number);
}
