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

    [Fact]
    public void Functions_that_are_undone_give_densities()
    {
        var x = graph.Constant([-1.3, 0.2, 0.9]);
        using var session = new Session(graph);
        var vectors = Bijection.Affine(graph.Constant(0.5), graph.Constant(2.0)).Then(Bijection.StickBreaking);
        Assert.True(vectors.IsOfVectors);
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
