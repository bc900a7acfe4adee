using static GraphGrad.Ops;

namespace GraphGrad.Tests.Functions;

/// <summary>Distributions near the parameters at which their formulas divide by 0, and what their samples are differentiated by.</summary>
public sealed class VariateTests
{
    private readonly Graph graph = new();

    /// <summary>Truth in 60 digits: mean, variance, entropy, distribution function and quantile at 0.3.</summary>
    [Theory]
    [InlineData(0.5, 0.5, 0.0833333333333333333, 0, 0.3, 0.3)]
    [InlineData(0.5000001, 0.500000033333333316, 0.0833333333333326667, -6.66666665964873981e-15, 0.299999958000001131, 0.300000042000002207)]
    [InlineData(0.51, 0.503333688963405576, 0.0833266653118260756, -6.6681781921530421e-5, 0.295810760008679752, 0.304222817726103748)]
    [InlineData(0.88, 0.655995088000217039, 0.0690777727430677772, -0.150552792700926736, 0.129155613725735464, 0.534377945014687791)]
    [InlineData(0.999, 0.856216206328998046, 0.0199599191895014171, -0.940421984475810194, 0.00695480814430967396, 0.826019614526737373)]
    public void Continuous_trials_keep_their_digits_around_the_middle(double probability, double mean, double variance, double entropy, double below, double quantile)
    {
        Value p = graph.Constant(probability), x = graph.Constant(0.3);
        using var session = new Session(graph);
        double[] expected = [mean, variance, entropy, below, quantile];
        var found = session.Run([Expectation.ContinuousBernoulli(p), Variance.ContinuousBernoulli(p), Entropy.ContinuousBernoulli(p), Cdf.ContinuousBernoulli(x, p), InverseCdf.ContinuousBernoulli(x, p)]);
        Assert.Equal(expected, found.Select(f => f.Item<double>()), (a, b) => Math.Abs(a - b) <= 3e-15 * Math.Max(0.1, Math.Abs(a)));
        // The slope of the quantile by p is that of what has it as its distribution function.
        var there = StopGradient(InverseCdf.ContinuousBernoulli(x, p));
        var byRule = session.Run(Gradient(InverseCdf.ContinuousBernoulli(x, p), p)).Item<double>();
        var byFunction = session.Run(-Gradient(Cdf.ContinuousBernoulli(there, p), p) / Exp(LogDensity.ContinuousBernoulli(there, p))).Item<double>();
        Assert.Equal(byFunction, byRule, 1e-12 * Math.Abs(byFunction));
    }

    /// <summary>Truth in 60 digits: the logarithm of the density at 0.7 and its derivative by the concentration.</summary>
    [Theory]
    [InlineData(0, -0.7, -0.455)]
    [InlineData(1e-9, -0.700000000454999955, -0.454999999738666654)]
    [InlineData(-1e-5, -0.699995449986933235, -0.455002613349625926)]
    [InlineData(0.3, -0.826021558304148735, -0.388883056689934233)]
    public void Generalized_Pareto_goes_over_into_the_exponential(double concentration, double density, double slope)
    {
        var c = graph.Placeholder("c", [], DType.Float64);
        var log = LogDensity.GeneralizedPareto(graph.Constant(0.7), graph.Constant(0.0), graph.Constant(1.0), c);
        using var session = new Session(graph);
        var results = session.Run([log, Gradient(log, c)], (c, concentration));
        Assert.Equal(density, results[0].Item<double>(), 1e-15);
        Assert.Equal(slope, results[1].Item<double>(), 1e-15);
    }

    [Fact]
    public void Outside_there_is_no_density()
    {
        Value x = graph.Constant([-0.1, 1.5, 9.0]), one = graph.Constant(1.0);
        using var session = new Session(graph);
        Assert.All(session.Run(LogDensity.ContinuousBernoulli(x, one * 0.3)).AsSpan<double>().ToArray(), d => Assert.Equal(double.NegativeInfinity, d));
        var density = session.Run(LogDensity.GeneralizedPareto(x, 0 * one, one, -0.5 * one)).AsSpan<double>().ToArray();
        Assert.Equal([double.NegativeInfinity, Math.Log(0.25), double.NegativeInfinity], density, (a, b) => a.Equals(b) || Math.Abs(a - b) < 1e-15);
        Assert.Equal([0.0, 0.9375, 1], session.Run(Cdf.GeneralizedPareto(x, 0 * one, one, -0.5 * one)).AsSpan<double>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-15);
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(1e-6, 4)]
    [InlineData(0.5, 5)]
    [InlineData(4, 6)]
    [InlineData(1000, 7)]
    public void Angles_have_their_means(double concentration, long seed)
    {
        const int count = 20_000;
        var k = graph.Constant(concentration);
        var turned = Sample.VonMises(graph.Constant(0.7), k, [count], seed) - 0.7;
        using var session = new Session(graph);
        var ratio = ScaledBesselI1(k) / ScaledBesselI0(k);
        var results = session.Run([Mean(Cos(turned)), Mean(Sin(turned)), Mean(Cos(2 * turned)), ratio, Var(Cos(turned)), Var(Sin(turned)), Var(Cos(2 * turned))]);
        double[] found = [.. results.Select(r => r.Item<double>())];
        double[] expected = [found[3], 0, concentration < 0.1 ? 0 : 1 - (2 * found[3] / concentration)];
        for (var i = 0; i < 3; i++) Expect.True(Math.Abs(found[i] - expected[i]) <= (5 * Math.Sqrt(found[4 + i] / count)) + 1e-12, $"moment {i} of concentration {concentration}, seed {seed}: {found[i]}, not {expected[i]}");
    }

    [Fact]
    public void Matrices_move_with_their_parameters_as_their_means_do()
    {
        const int count = 20_000;
        var (degrees, concentration) = (graph.Placeholder("degrees", [], DType.Float64), graph.Placeholder("concentration", [], DType.Float64));
        var scale = graph.Constant(TensorData.Create<double>([1.2, 0, -0.4, 0.7], 2, 2));
        var wishart = Sample.Wishart(degrees, scale, [count], 5);
        var lkj = Sample.LkjCholesky(3, concentration, [count], 6);
        var correlation = Sum(lkj[AxisIndex.Ellipsis, 1, ..] * lkj[AxisIndex.Ellipsis, 2, ..], -1);
        using var session = new Session(graph);
        // The mean of the trace is the degrees times that of the covariance; a correlation's square has the mean 1/(2η + n - 1).
        var byDegrees = session.Run(Gradient(Sum(Square(wishart)) / count, degrees), (degrees, 3.5)).Item<double>();
        Assert.Equal(1.44 + 0.16 + 0.49, byDegrees, 0.05);
        var byConcentration = session.Run(Gradient(Mean(Square(correlation)), concentration), (concentration, 1.5)).Item<double>();
        Assert.Equal(-2.0 / 25, byConcentration, 0.005);
    }

    [Fact]
    public void Categories_as_vectors_move_as_their_probabilities()
    {
        var logits = graph.Constant([0.3, -1, 0.7]);
        var weights = graph.Constant([2.0, -1, 0.5]);
        using var session = new Session(graph);
        var chosen = Sample.OneHotFromLogits(logits, [100], 3);
        var results = session.Run([Gradient(Sum(chosen * weights), logits), 100 * Gradient(Sum(Softmax(logits) * weights), logits), Jvp(Sum(chosen * weights), logits, weights), 100 * Jvp(Sum(Softmax(logits) * weights), logits, weights), chosen]);
        Assert.Equal(results[1].AsSpan<double>().ToArray(), results[0].AsSpan<double>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(results[3].Item<double>(), results[2].Item<double>(), 1e-12);
        Assert.Equal(100, results[4].AsSpan<double>().ToArray().Sum());
    }
}
