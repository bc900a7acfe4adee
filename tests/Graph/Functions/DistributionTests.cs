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

    private static Value Of(Value x, double number) => Ops.FullLike(Ops.Sum(x), number);
}
