using static GraphGrad.Ops;

namespace GraphGrad.Tests.Functions;

/// <summary>Whether numbers drawn have the distributions they are named for, at fixed seeds, and whether seeds decide them.</summary>
public sealed class SampleTests
{
    private const int Count = 20_000;

    // √n times the largest distance of the two distribution functions goes beyond this in one of a million samples.
    private const double LargestDistance = 2.7;

    private readonly Graph graph = new();

    private delegate Value Draw(Shape shape, DType type, long seed);

    private (string Name, Draw Draw, Func<Value, Value> Cdf)[] Continuous =>
    [
        ("normal", (s, t, k) => Sample.Normal(N(1, t), N(2, t), s, k), x => Cdf.Normal(x, Like(x, 1), Like(x, 2))),
        ("log-normal", (s, t, k) => Sample.LogNormal(N(0.5, t), N(0.7, t), s, k), x => Cdf.LogNormal(x, Like(x, 0.5), Like(x, 0.7))),
        ("half-normal", (s, t, k) => Sample.HalfNormal(N(2, t), s, k), x => Cdf.HalfNormal(x, Like(x, 2))),
        ("uniform", (s, t, k) => Sample.Uniform(N(-1, t), N(2, t), s, k), x => Cdf.Uniform(x, Like(x, -1), Like(x, 2))),
        ("Cauchy", (s, t, k) => Sample.Cauchy(N(1, t), N(2, t), s, k), x => Cdf.Cauchy(x, Like(x, 1), Like(x, 2))),
        ("Laplace", (s, t, k) => Sample.Laplace(N(1, t), N(2, t), s, k), x => Cdf.Laplace(x, Like(x, 1), Like(x, 2))),
        ("Gumbel", (s, t, k) => Sample.Gumbel(N(1, t), N(2, t), s, k), x => Cdf.Gumbel(x, Like(x, 1), Like(x, 2))),
        ("exponential", (s, t, k) => Sample.Exponential(N(2, t), s, k), x => Cdf.Exponential(x, Like(x, 2))),
        ("Pareto", (s, t, k) => Sample.Pareto(N(2, t), N(3, t), s, k), x => Cdf.Pareto(x, Like(x, 2), Like(x, 3))),
        ("Weibull", (s, t, k) => Sample.Weibull(N(2, t), N(1.5, t), s, k), x => Cdf.Weibull(x, Like(x, 2), Like(x, 1.5))),
        ("gamma of 0.4", (s, t, k) => Sample.Gamma(N(0.4, t), N(2, t), s, k), x => Cdf.Gamma(x, Like(x, 0.4), Like(x, 2))),
        ("gamma of 1", (s, t, k) => Sample.Gamma(N(1, t), N(2, t), s, k), x => Cdf.Gamma(x, Like(x, 1), Like(x, 2))),
        ("gamma of 7.5", (s, t, k) => Sample.Gamma(N(7.5, t), N(0.5, t), s, k), x => Cdf.Gamma(x, Like(x, 7.5), Like(x, 0.5))),
        ("chi-squared", (s, t, k) => Sample.ChiSquared(N(3, t), s, k), x => Cdf.ChiSquared(x, Like(x, 3))),
        // Of 1 degree it is Cauchy's; x below in a beta distribution of 1/2 and 1/2 has the arcsine's, and with 1 for one of both Kumaraswamy's.
        ("Student's of 1", (s, t, k) => Sample.StudentT(N(1, t), N(1, t), N(2, t), s, k), x => Cdf.Cauchy(x, Like(x, 1), Like(x, 2))),
        ("beta of 1/2", (s, t, k) => Sample.Beta(N(0.5, t), N(0.5, t), s, k), x => 2 / Math.PI * Asin(Sqrt(x))),
        ("beta of 3", (s, t, k) => Sample.Beta(N(3, t), N(1, t), s, k), x => Cdf.Kumaraswamy(x, Like(x, 3), Like(x, 1))),
        ("beta of 2.5 and 0.3", (s, t, k) => Sample.Beta(N(2.5, t), N(0.3, t), s, k), x => Cdf.Beta(x, Like(x, 2.5), Like(x, 0.3))),
        ("Student's of 4.5", (s, t, k) => Sample.StudentT(N(4.5, t), N(1, t), N(2, t), s, k), x => Cdf.StudentT(x, Like(x, 4.5), Like(x, 1), Like(x, 2))),
        ("Fisher's", (s, t, k) => Sample.FisherSnedecor(N(3, t), N(7, t), s, k), x => Cdf.FisherSnedecor(x, Like(x, 3), Like(x, 7))),
        ("Kumaraswamy's", (s, t, k) => Sample.Kumaraswamy(N(0.6, t), N(1.7, t), s, k), x => Cdf.Kumaraswamy(x, Like(x, 0.6), Like(x, 1.7))),
        ("half-Cauchy", (s, t, k) => Sample.HalfCauchy(N(2, t), s, k), x => Cdf.HalfCauchy(x, Like(x, 2))),
        ("inverse gamma", (s, t, k) => Sample.InverseGamma(N(2.5, t), N(2, t), s, k), x => GammaIncc(Like(x, 2.5), 2 / x)),
        ("a share of Dirichlet's", (s, t, k) => Sample.Dirichlet(Constant([1.0, 0.6, 0.4], t), new Shape([.. s.Dims, 3]), k)[AxisIndex.Ellipsis, 0], x => x),
        ("continuous Bernoulli", (s, t, k) => Sample.ContinuousBernoulli(N(0.9, t), s, k), x => Cdf.ContinuousBernoulli(x, Like(x, 0.9))),
        ("generalized Pareto", (s, t, k) => Sample.GeneralizedPareto(N(1, t), N(2, t), N(0.3, t), s, k), x => Cdf.GeneralizedPareto(x, Like(x, 1), Like(x, 2), Like(x, 0.3))),
        ("generalized Pareto with an end", (s, t, k) => Sample.GeneralizedPareto(N(1, t), N(2, t), N(-0.4, t), s, k), x => Cdf.GeneralizedPareto(x, Like(x, 1), Like(x, 2), Like(x, -0.4))),
        ("an element of a low-rank normal vector", (s, t, k) => Sample.LowRankNormal(Constant([1, -2, 0], t), Reshape(Constant([0.6, -0.8, 1, 2, 0, 0.3], t), [3, 2]), Constant([1.25, 0.5, 2], t), new Shape([.. s.Dims, 3]), k)[AxisIndex.Ellipsis, 0], x => Cdf.Normal(x, 1, 1.5)),
        ("a variance of Wishart's", (s, t, k) => Sum(Square(Sample.Wishart(N(4.5, t), Reshape(Constant([1.2, 0, -0.6, 0.8], t), [2, 2]), s, k)[AxisIndex.Ellipsis, 1, ..]), -1), x => Cdf.ChiSquared(x, Like(x, 4.5))),
        ("a correlation of LKJ's", (s, t, k) => Correlation(Sample.LkjCholesky(4, N(1.5, t), s, k)), x => Cdf.Beta((x + 1) * 0.5, Like(x, 2.5), Like(x, 2.5))),
        ("a logistic normal share", (s, t, k) => Sample.LogisticNormal(Constant([0.3, -0.5], t), Constant([0.8, 1.2], t), new Shape([.. s.Dims, 2]), k)[AxisIndex.Ellipsis, 0], x => Cdf.Normal(Logit(x) + Math.Log(2), 0.3, 0.8)),
        ("relaxed Bernoulli", (s, t, k) => Sample.RelaxedBernoulli(N(0.7, t), N(0.4, t), s, k), x => Sigmoid(0.7 * Logit(x) - 0.4)),
        ("a share of a relaxed category", (s, t, k) => Sample.RelaxedCategorical(N(0.7, t), Constant([0.9, -0.2], t), new Shape([.. s.Dims, 2]), k)[AxisIndex.Ellipsis, 0], x => Sigmoid(0.7 * Logit(x) - 1.1)),
    ];

    private (string Name, Draw Draw, Func<Value, Value> LogProbability)[] Counts =>
    [
        ("Bernoulli", (s, t, k) => Sample.Bernoulli(N(0.3, t), s, k), x => Where(x > 1, double.NegativeInfinity, LogDensity.Bernoulli(x, Like(x, 0.3)))),
        ("binomial", (s, t, k) => Sample.Binomial(9, N(0.3, t), s, k), x => LogDensity.Binomial(x, Like(x, 9), Like(x, 0.3))),
        ("geometric", (s, t, k) => Sample.Geometric(N(0.3, t), s, k), x => LogDensity.Geometric(x, Like(x, 0.3))),
        ("Poisson of 2", (s, t, k) => Sample.Poisson(N(2, t), s, k), x => LogDensity.Poisson(x, Like(x, 2))),
        ("Poisson of 10", (s, t, k) => Sample.Poisson(N(10, t), s, k), x => LogDensity.Poisson(x, Like(x, 10))),
        ("Poisson of 19.5", (s, t, k) => Sample.Poisson(N(19.5, t), s, k), x => LogDensity.Poisson(x, Like(x, 19.5))),
        ("negative binomial", (s, t, k) => Sample.NegativeBinomial(N(2.5, t), N(0.6, t), s, k), x => LogDensity.NegativeBinomial(x, Like(x, 2.5), Like(x, 0.6))),
        ("one of multinomial counts", (s, t, k) => Sample.Multinomial(9, Constant([0.3, 0.5, 0.2], t), s, k)[AxisIndex.Ellipsis, 0], x => LogDensity.Binomial(x, Like(x, 9), Like(x, 0.3))),
        ("categorical", (s, t, k) => Cast(Sample.Categorical(Constant([1.0, 2, 0, 5], t), s, k), t), x => LogDensity.Categorical(Cast(Clip(x, 0, 3), DType.Int64), BroadcastTo(Constant([1.0, 2, 0, 5], x.DType), [40, 4]))),
        ("one-hot", (s, t, k) => Sample.OneHotFromLogits(Log(Constant([1.0, 2, 5], t)), s, k)[AxisIndex.Ellipsis, 0], x => Where(x > 1, double.NegativeInfinity, LogDensity.Bernoulli(x, Like(x, 0.125)))),
        ("integers", (s, t, k) => Cast(Sample.Integers(graph, s, 3, 8, seed: k), t), x => Where((x >= 3) & (x < 8), Math.Log(0.2), double.NegativeInfinity)),
    ];

    [Theory]
    [InlineData(DType.Float32, 7)]
    [InlineData(DType.Float64, 8)]
    public void Numbers_have_their_distribution(DType type, long seed)
    {
        var draws = Continuous;
        Value[] shares = [.. draws.Select(d => Cast(d.Cdf(Cast(d.Draw([Count], type, seed), DType.Float64)), DType.Float64))];
        using var session = new Session(graph);
        foreach (var (name, result) in draws.Zip(session.Run(shares), (d, r) => (d.Name, r)))
        {
            var sorted = result.AsSpan<double>().ToArray();
            Array.Sort(sorted);
            var distance = Enumerable.Range(0, Count).Max(i => Math.Max(sorted[i] - ((double)i / Count), ((i + 1.0) / Count) - sorted[i])) * Math.Sqrt(Count);
            Expect.True(distance < LargestDistance, $"{name}, {type}, seed {seed}: the distance of Kolmogorov and Smirnov is {distance}");
        }
    }

    [Theory]
    [InlineData(DType.Float32, 7)]
    [InlineData(DType.Float64, 8)]
    public void Counts_have_their_probabilities(DType type, long seed)
    {
        var points = Arange(graph, 40, DType.Float64);
        var draws = Counts;
        Value[] samples = [.. draws.Select(d => Cast(d.Draw([Count], type, seed), DType.Int64))];
        Value[] expected = [.. draws.Select(d => Cast(Exp(d.LogProbability(points)), DType.Float64))];
        using var session = new Session(graph);
        var results = session.Run([.. samples, .. expected]);
        for (var i = 0; i < draws.Length; i++)
        {
            var numbers = results[i].AsSpan<long>().ToArray();
            var probabilities = results[draws.Length + i].AsSpan<double>().ToArray();
            for (var n = 0; n < 40 && (n < 4 || draws[i].Name != "categorical"); n++)
            {
                var (found, share) = (numbers.Count(x => x == n) / (double)Count, probabilities[n]);
                Expect.True(Math.Abs(found - share) <= 5 * Math.Sqrt(share * (1 - share) / Count), $"{draws[i].Name}, {type}, seed {seed}: {n} came with {found}, not {share}");
            }
        }
    }

    [Fact]
    public void Vectors_have_their_covariances()
    {
        const long seed = 5;
        var factor = graph.Constant(TensorData.Create<double>([1.2, 0, -0.4, 0.7], 2, 2));
        var x = Sample.MultivariateNormal(graph.Constant([1.0, -2]), factor, [Count, 2], seed);
        using var session = new Session(graph);
        var results = session.Run([Mean(x, 0), Covariance(Transpose(x)), MatMul(factor, Transpose(factor))]);
        Assert.Equal([1, -2], results[0].AsSpan<double>().ToArray(), (a, b) => Math.Abs(a - b) < 0.05);
        Assert.Equal(results[2].AsSpan<double>().ToArray(), results[1].AsSpan<double>().ToArray(), (a, b) => Math.Abs(a - b) < 0.06);
    }

    [Fact]
    public void A_permutation_has_every_number_once()
    {
        using var session = new Session(graph);
        var order = session.Run(Sample.Permutation(graph, 100, 3)).AsSpan<long>().ToArray();
        Assert.NotEqual(Enumerable.Range(0, 100).Select(i => (long)i), order);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (long)i), order.Order());
    }

    [Theory]
    [InlineData(DType.Float32, 21)]
    [InlineData(DType.Float64, 22)]
    public void What_is_not_put_back_is_drawn_by_its_share_of_the_rest(DType type, long seed)
    {
        double[] shares = [0.1, 0.45, 0, 0.25, 0.2];
        var drawn = Sample.WithoutReplacement(Constant(shares, type), 3, [Count], seed);
        var all = Sample.WithoutReplacementFromLogits(Log(Constant(shares, type)), 5, [50], seed);
        using var session = new Session(graph);
        var results = session.Run([drawn, all]);
        var triples = results[0].AsSpan<long>().ToArray().Chunk(3).GroupBy(t => (t[0], t[1], t[2])).ToDictionary(g => g.Key, g => g.Count() / (double)Count);
        for (var i = 0; i < 125; i++)
        {
            var (a, b, c) = (i / 25, i / 5 % 5, i % 5);
            var share = a == b || a == c || b == c ? 0 : shares[a] * shares[b] / (1 - shares[a]) * shares[c] / (1 - shares[a] - shares[b]);
            var found = triples.GetValueOrDefault((a, b, c));
            Expect.True(Math.Abs(found - share) <= 5 * Math.Sqrt(share * (1 - share) / Count), $"{type}, seed {seed}: {a}, {b}, {c} came with {found}, not {share}");
        }
        foreach (var order in results[1].AsSpan<long>().ToArray().Chunk(5)) Assert.Equal([0, 1, 3, 4, 2], [.. order[..4].Order(), order[4]]);
    }

    [Fact]
    public void Seeds_decide_the_bits_at_any_number_of_threads()
    {
        Value[] samples = [.. Continuous.Select(d => d.Draw([3001], DType.Float32, 11)), .. Counts.Select(d => d.Draw([3001], DType.Float32, 11))];
        TensorData[][] runs = [.. new[] { 1, 2, 5 }.Select(threads =>
        {
            using var session = new Session(graph, new SessionOptions { Threads = threads });
            return session.Run(samples);
        })];
        Assert.Equal(runs[0], runs[1]);
        Assert.Equal(runs[0], runs[2]);
        var other = new SampleTests();
        using var again = new Session(other.graph, new SessionOptions { Threads = 2 });
        Assert.Equal(runs[0][..5], again.Run([.. other.Continuous[..5].Select(d => d.Draw([3001], DType.Float32, 11))]));
        Assert.NotEqual(runs[0][0], again.Run(other.Continuous[0].Draw([3001], DType.Float32, 12)));
    }

    [Fact]
    public void Gradients_are_those_of_the_numbers_drawn()
    {
        var (mean, deviation, rate) = (graph.Placeholder("mean", [], DType.Float64), graph.Placeholder("deviation", [], DType.Float64), graph.Placeholder("rate", [], DType.Float64));
        var x = Sample.Normal(mean, deviation, [5], 1);
        var y = Sample.Gamma(N(2.5, DType.Float64), rate, [5], 1);
        var gradients = Gradients(Sum(x) + Sum(y), [mean, deviation, rate]);
        using var session = new Session(graph);
        var results = session.Run([.. gradients, Sum((x - mean) / deviation), -Sum(y) / rate], (mean, 1.5), (deviation, 2.0), (rate, 3.0));
        Assert.Equal(5, results[0].Item<double>());
        Assert.Equal(results[3].Item<double>(), results[1].Item<double>(), 1e-12);
        Assert.Equal(results[4].Item<double>(), results[2].Item<double>(), 1e-12);
    }

    [Fact]
    public void Gradients_by_shapes_are_those_at_a_constant_probability()
    {
        foreach (var type in new[] { DType.Float64, DType.Float32 })
        {
            Value a = graph.Constant([0.3, 1.7, 40]), b = graph.Constant([2.5, 0.4, 30]);
            (Value, Func<Value, Value, Value, Value>)[] draws =
            [
                (Sample.Gamma(Cast(a, type), Cast(b, type), [50, 3], 3), Cdf.Gamma),
                (Sample.Beta(Cast(a, type), Cast(b, type), [50, 3], 3), Cdf.Beta),
                (Sample.InverseGamma(Cast(a, type), Cast(b, type), [50, 3], 3), (x, a, b) => 1 - Cdf.Gamma(1 / x, a, b)),
            ];
            foreach (var (drawn, cdf) in draws)
            {
                var x = Cast(drawn, DType.Float64);
                var weights = Sin(x * 9);
                Value at = StopGradient(x), first = BroadcastTo(a, [50, 3]), second = BroadcastTo(b, [50, 3]);
                var probability = cdf(at, first, second);
                var slopes = Gradients(Sum(probability), [at, first, second]);
                var found = Gradients(Sum(weights * x) - Sum(StopGradient(x) * weights), [a, b]);
                Value[] expected = [-Sum(StopGradient(weights) * slopes[1] / slopes[0], 0), -Sum(StopGradient(weights) * slopes[2] / slopes[0], 0)];
                using var session = new Session(graph);
                var results = session.Run([.. found, .. expected]);
                for (var i = 0; i < 2; i++)
                    Assert.Equal(results[i + 2].AsSpan<double>().ToArray(), results[i].AsSpan<double>().ToArray(), (p, q) => Math.Abs(p - q) <= (type == DType.Float64 ? 1e-9 : 1e-3) * (1 + Math.Abs(p)));
            }
        }
    }

    [Fact]
    public void Second_derivatives_by_shapes_are_those_of_quantiles()
    {
        Value a = graph.Constant([0.3, 1.7, 40]), b = graph.Constant([2.5, 0.4, 30]), x = graph.Constant([0.2, 2.5, 44.0]), share = graph.Constant([0.05, 0.9, 0.6]);
        var (amounts, shares) = (StopGradient(GammaInc(a, x)), StopGradient(BetaInc(a, b, share)));
        Value Twice(Value y, Value by) => Gradient(Sum(Gradient(Sum(y), by)), by);
        Value[] found = [Twice(Implicit.Gamma(x, a), a), Twice(Implicit.Beta(share, 1 - share, a, b), a), Twice(Implicit.Beta(share, 1 - share, a, b), b)];
        Value[] expected = [Twice(GammaIncInverse(a, amounts), a), Twice(BetaIncInverse(a, b, shares), a), Twice(BetaIncInverse(a, b, shares), b)];
        using var session = new Session(graph);
        var results = session.Run([.. found, .. expected]);
        for (var i = 0; i < 3; i++)
            Assert.Equal(results[i + 3].AsSpan<double>().ToArray(), results[i].AsSpan<double>().ToArray(), (p, q) => Math.Abs(p - q) <= 1e-9 * Math.Abs(p));
    }

    [Fact]
    public void Shares_move_as_their_means_do()
    {
        // The gradient of the mean of a function of many numbers is that of its expectation: Σ i·aᵢ/A, and for the square of the first a(a + 1)/(A(A + 1)).
        var a = graph.Placeholder("a", [3], DType.Float64);
        var places = graph.Constant([1.0, 2, 3]);
        var shares = Sample.Dirichlet(a, [Count, 3], 9);
        var (first, total) = (a[0], Sum(a));
        Value[] found = [Gradient(Sum(shares * places) / Count, a), Gradient(Sum(Square(shares[.., 0])) / Count, a)];
        Value[] expected = [Gradient(Sum(a * places) / total, a), Gradient(first * (first + 1) / (total * (total + 1)), a)];
        using var session = new Session(graph);
        var results = session.Run([.. found, .. expected], (a, new[] { 0.05, 1.3, 4 }));
        for (var i = 0; i < 2; i++)
            Assert.Equal(results[i + 2].AsSpan<double>().ToArray(), results[i].AsSpan<double>().ToArray(), (p, q) => Math.Abs(p - q) <= 0.03 * (0.3 + Math.Abs(p)));
    }

    [Fact]
    public void A_share_that_rounds_to_one_still_moves_the_tiny_ones()
    {
        // Beside 1e-10 the other share is 1 in float32, and what it takes is the limit there; float64 still tells it from 1.
        var slopes = new double[2];
        foreach (var type in new[] { DType.Float32, DType.Float64 })
        {
            var concentration = graph.Placeholder("concentration", [2], type);
            var shares = Cast(graph.Constant([1 - 1e-10, 1e-10]), type);
            var slope = Gradient(Implicit.Dirichlet(shares, concentration)[1] / 1e-10, concentration)[0];
            using var session = new Session(graph);
            slopes[type == DType.Float32 ? 0 : 1] = session.Run(Cast(slope, DType.Float64), (concentration, type == DType.Float32 ? new[] { 0.7f, 0.2f } : new[] { 0.7f, 0.2 })).Item<double>();
        }
        Assert.InRange(slopes[1], -3, -0.5);
        Assert.Equal(slopes[1], slopes[0], 1e-5);
    }

    [Fact]
    public void Tiny_shapes_give_numbers_and_gradients()
    {
        var (a, one) = (graph.Placeholder("a", [4]), graph.Placeholder("one", [1]));
        var (beta, shares, single) = (Sample.Beta(a, a, [2000, 4], 1), Sample.Dirichlet(a, [2000, 4], 1), Sample.Dirichlet(one, [3, 1], 1));
        using var session = new Session(graph);
        var results = session.Run(
            [beta, shares, Gradient(Sum(beta), a), Gradient(Sum(shares * graph.Constant([1f, 2, 3, 4])), a), single, Gradient(Sum(single), one)], (a, new[] { 1e-4f, 1e-3f, 0.01f, 0.1f }), (one, new[] { 0.5f }));
        foreach (var result in results) Assert.All(result.AsSpan<float>().ToArray(), x => Assert.True(float.IsFinite(x)));
        Assert.Equal(0.5, results[0].AsSpan<float>().ToArray().Average(), 0.03);
        Assert.Equal([1f, 1, 1], results[4].AsSpan<float>().ToArray());
        Assert.Equal(0, results[5].AsSpan<float>()[0]);
    }

    [Fact]
    public void Distribution_functions_of_beta_and_student_have_their_ends_and_derivatives()
    {
        const double inf = double.PositiveInfinity;
        double[] points = [-inf, -1e150, -30, -1e-3, 0, 1e-3, 30, inf];
        Value x = graph.Placeholder("x", [8], DType.Float64), n = graph.Placeholder("n", [8], DType.Float64);
        var student = Cdf.StudentT(x, n, N(0, DType.Float64), N(1, DType.Float64));
        var gradients = Gradients(Sum(student), [x, n]);
        using var session = new Session(graph);
        // Of 1 degree Cauchy's.
        var results = session.Run([student, Cdf.Cauchy(x, Like(x, 0), Like(x, 1)), gradients[0], Exp(LogDensity.Cauchy(x, Like(x, 0), Like(x, 1))), gradients[1]], (x, points), (n, Enumerable.Repeat(1.0, 8).ToArray()));
        for (var i = 0; i < 2; i++)
            Assert.Equal(results[(2 * i) + 1].AsSpan<double>().ToArray(), results[2 * i].AsSpan<double>().ToArray(), (p, q) => Math.Abs(p - q) <= 1e-13 * Math.Abs(p));
        Assert.All(results[4].AsSpan<double>().ToArray(), g => Assert.True(double.IsFinite(g)));

        double[] inside = [-2.5, -1, -0.3, 0.1, 0.4, 1.7, 3, 9], degrees = [0.7, 1, 2, 3.5, 7, 30, 12, 4];
        GradientCheck.Verify(student, [x, n], (x, inside), (n, degrees));
        GradientCheck.Verify(gradients[0], [x, n], (x, inside), (n, degrees));
        var beta = Cdf.Beta(x, n, n * 0.5);
        double[] shares = [-1, 0.05, 0.1, 0.2, 0.5, 0.7, 0.9, 2];
        GradientCheck.Verify(beta, [x, n], (x, shares), (n, degrees));
        var fisher = Cdf.FisherSnedecor(x, n, n + 1.5);
        GradientCheck.Verify(fisher, [x, n], (x, inside), (n, degrees));
        Assert.Equal([0.0, 0, 0, 1], session.Run(Cdf.Beta(graph.Constant([-inf, -1, 0, inf]), N(0.5, DType.Float64), N(0.5, DType.Float64))).AsSpan<double>().ToArray());
    }

    [Fact]
    public void Distribution_functions_of_counts_are_sums_of_their_probabilities()
    {
        var k = graph.Constant([0.0, 1, 2, 3, 4, 5, 6, 7, 8]);
        (Func<Value, Value> Cdf, Func<Value, Value> Log)[] pairs =
        [
            (x => Cdf.Binomial(x, Like(x, 7), Like(x, 0.3)), x => LogDensity.Binomial(x, Like(x, 7), Like(x, 0.3))), (x => Cdf.NegativeBinomial(x, Like(x, 2.5), Like(x, 0.6)), x => LogDensity.NegativeBinomial(x, Like(x, 2.5), Like(x, 0.6))),
        ];
        using var session = new Session(graph);
        foreach (var (cdf, log) in pairs)
        {
            var results = session.Run([cdf(k), cdf(k + 0.5), cdf(k - 9), CumSum(Where(IsNaN(log(k)), 0, Exp(log(k))), 0)]);
            Assert.Equal(results[3].AsSpan<double>().ToArray(), results[0].AsSpan<double>().ToArray(), (p, q) => Math.Abs(p - q) < 1e-13);
            Assert.Equal(results[0], results[1]);
            Assert.All(results[2].AsSpan<double>().ToArray(), p => Assert.Equal(0, p));
        }
    }

    [Fact]
    public void Quantiles_invert_distribution_functions_up_to_both_ends()
    {
        double[] shares = [1e-12, 1e-5, 0.1, 0.25, 0.5, 0.7, 0.9, 0.999];
        var p = graph.Constant(shares);
        Value a = Like(p, 0.7), b = Like(p, 1.6);
        (Value Quantile, Func<Value, Value> Cdf)[] pairs =
        [
            (InverseCdf.Normal(p, a, b), x => Cdf.Normal(x, a, b)), (InverseCdf.LogNormal(p, a, b), x => Cdf.LogNormal(x, a, b)), (InverseCdf.HalfNormal(p, b), x => Cdf.HalfNormal(x, b)),
            (InverseCdf.Cauchy(p, a, b), x => Cdf.Cauchy(x, a, b)), (InverseCdf.HalfCauchy(p, b), x => Cdf.HalfCauchy(x, b)), (InverseCdf.Laplace(p, a, b), x => Cdf.Laplace(x, a, b)),
            (InverseCdf.Gumbel(p, a, b), x => Cdf.Gumbel(x, a, b)), (InverseCdf.Exponential(p, b), x => Cdf.Exponential(x, b)), (InverseCdf.Weibull(p, a, b), x => Cdf.Weibull(x, a, b)),
            (InverseCdf.Kumaraswamy(p, a, b), x => Cdf.Kumaraswamy(x, a, b)),
        ];
        using var session = new Session(graph);
        foreach (var (result, place) in session.Run([.. pairs.Select(pair => pair.Cdf(pair.Quantile))]).Select((r, i) => (r, i)))
            Assert.Equal(shares, result.AsSpan<double>().ToArray(), (x, y) => Math.Abs(x - y) <= 1e-10 * x);
    }

    [Fact]
    public void Divergences_are_means_of_the_densities_logarithms()
    {
        const long seed = 4;
        var (a, b, c, d) = (N(0.7, DType.Float64), N(1.6, DType.Float64), N(1.1, DType.Float64), N(2.3, DType.Float64));
        Shape size = [Count];
        (Value Divergence, Value Drawn, Func<Value, Value> Log)[] pairs =
        [
            (Divergence.Normal(a, b, c, d), Sample.Normal(a, b, size, seed), x => LogDensity.Normal(x, a, b) - LogDensity.Normal(x, c, d)),
            (Divergence.Cauchy(a, b, c, d), Sample.Cauchy(a, b, size, seed), x => LogDensity.Cauchy(x, a, b) - LogDensity.Cauchy(x, c, d)),
            (Divergence.Laplace(a, b, c, d), Sample.Laplace(a, b, size, seed), x => LogDensity.Laplace(x, a, b) - LogDensity.Laplace(x, c, d)),
            (Divergence.Gumbel(a, b, c, d), Sample.Gumbel(a, b, size, seed), x => LogDensity.Gumbel(x, a, b) - LogDensity.Gumbel(x, c, d)),
            (Divergence.Gamma(a, b, c, d), Sample.Gamma(a, b, size, seed), x => LogDensity.Gamma(x, a, b) - LogDensity.Gamma(x, c, d)),
            (Divergence.Beta(a, b, c, d), Sample.Beta(a, b, size, seed), x => LogDensity.Beta(x, a, b) - LogDensity.Beta(x, c, d)),
            (Divergence.BetaToUniform(a, b, -c, d), Sample.Beta(a, b, size, seed), x => LogDensity.Beta(x, a, b) - LogDensity.Uniform(x, -c, d)),
            (Divergence.NormalToLaplace(a, b, c, d), Sample.Normal(a, b, size, seed), x => LogDensity.Normal(x, a, b) - LogDensity.Laplace(x, c, d)),
            (Divergence.GumbelToNormal(a, b, c, d), Sample.Gumbel(a, b, size, seed), x => LogDensity.Gumbel(x, a, b) - LogDensity.Normal(x, c, d)),
            (Divergence.UniformToPareto(b, d, c, a), Sample.Uniform(b, d, size, seed), x => LogDensity.Uniform(x, b, d) - LogDensity.Pareto(x, c, a)),
            (Divergence.Poisson(b, d), Sample.Poisson(b, size, seed), x => LogDensity.Poisson(x, b) - LogDensity.Poisson(x, d)),
            (Divergence.Pareto(c, b, a, d), Sample.Pareto(c, b, size, seed), x => LogDensity.Pareto(x, c, b) - LogDensity.Pareto(x, a, d)),
        ];
        using var session = new Session(graph);
        var results = session.Run([.. pairs.SelectMany(pair => { var log = pair.Log(pair.Drawn); return new[] { pair.Divergence, Mean(log), Std(log) }; })]);
        for (var i = 0; i < pairs.Length; i++)
        {
            var (exact, mean, deviation) = (results[3 * i].Item<double>(), results[(3 * i) + 1].Item<double>(), results[(3 * i) + 2].Item<double>());
            Expect.True(Math.Abs(exact - mean) < 4.5 * deviation / Math.Sqrt(Count), $"pair {i}, seed {seed}: the mean is {mean}, the divergence {exact}");
        }
    }

    [Fact]
    public void Divergences_are_0_from_the_same_and_infinite_where_mass_is_missing()
    {
        var (a, b, none) = (N(0.7, DType.Float64), N(1.6, DType.Float64), N(0, DType.Float64));
        Value[] values =
        [
            Divergence.Uniform(a, b, a, b), Divergence.Categorical(Constant([0.0, 1], DType.Float64), Constant([0.0, 1], DType.Float64)), Divergence.Poisson(none, none),
            Divergence.Uniform(none, b, a, b), Divergence.Pareto(a, b, b, b), Divergence.Bernoulli(a, none), Divergence.Categorical(Constant([0.5, 0.5], DType.Float64), Constant([0.0, 1], DType.Float64)),
            Divergence.BetaToUniform(a, b, a, b), Divergence.ParetoToExponential(a, a, b), Divergence.ParetoToNormal(a, b, a, b), Divergence.UniformToBeta(a, b, a, b), Divergence.UniformToGamma(-a, b, a, b), Divergence.UniformToPareto(a, b, b, a),
        ];
        using var session = new Session(graph);
        Assert.Equal([0, 0, 0, .. Enumerable.Repeat(double.PositiveInfinity, 10)], session.Run(values).Select(v => v.Item<double>()));
    }

    [Fact]
    public void Refusals()
    {
        var (x, rows, whole) = (graph.Placeholder("x", [3]), graph.Placeholder("rows", [2, 3]), graph.Placeholder("whole", [3], DType.Int64));
        Errors.Throws("Sample.Normal: the parameter 'whole' int64[3] must be float32 or float64, as 'x' float32[3]; cast it with Cast. Built at {here}.", () => Sample.Normal(x, whole));
        Errors.Throws("Sample.Normal: the parameter 'rows' float32[2, 3] does not broadcast to [3]. Built at {here}.", () => Sample.Normal(x, rows, [3]));
        Errors.Throws("Sample.Dirichlet: 'constant' float64[] is a scalar; shares lie in a last axis. Built at {here}.", () => Sample.Dirichlet(N(1, DType.Float64)));
        Errors.Throws("Sample.Categorical: what it makes of 'constant_1' float64[] is a scalar; categories lie in a last axis. Built at {here}.", () => Sample.Categorical(N(1, DType.Float64)));
        Errors.Throws("Sample.Binomial: -1 trials with probability 'x' cannot be made; give at least 0. Built at {here}.", () => Sample.Binomial(-1, x));
        Errors.Throws("Sample.Integers: there is no whole number from 3 on and below 3. Built at {here}.", () => Sample.Integers(graph, [2], 3, 3));
        Errors.Throws("Sample.Integers: int32 does not hold the whole numbers from 0 on and below 3000000000. Built at {here}.", () => Sample.Integers(graph, [2], 0, 3_000_000_000, dtype: DType.Int32));
        Errors.Throws("Sample.MultivariateNormal: the factor 'rows' float32[2, 3] must be a square matrix, or a stack of them, of as many rows as vectors of shape [3] have elements. Built at {here}.", () => Sample.MultivariateNormal(x, rows));
        var square = graph.Placeholder("square", [2, 3, 3]);
        Errors.Throws(
            "Divergence.MultivariateNormal: the factors 'square' float32[2, 3, 3] and 'square' float32[2, 3, 3] and means that differ by float32[4, 3] do not broadcast: axis -2 has extent 2 on one side and 4 on the other; extents must be equal or 1. Reshape, slice or transpose one of them. Built at {here}.",
            () => Divergence.MultivariateNormal(graph.Placeholder("means", [4, 3]), square, x, square));
        Errors.Throws("Sample.WithoutReplacement: what it makes of 'constant_2' float64[] is a scalar; categories lie in a last axis. Built at {here}.", () => Sample.WithoutReplacement(N(1, DType.Float64), 1));
        Errors.Throws("LogDensity.Categorical: the labels 'x' float32[3] must be int32 or int64; cast them with Cast. Built at {here}.", () => LogDensity.Categorical(x, rows));
        Errors.Throws("Divergence.MultivariateNormal: the factors 'rows' float32[2, 3] and 'rows' float32[2, 3] are no square matrices of one known extent, nor stacks of them. Reshape them. Built at {here}.", () => Divergence.MultivariateNormal(x, rows, x, rows));
    }

    private Value N(double number, DType type) => Cast(graph.Constant(number), type);

    private Value Constant(double[] numbers, DType type) => Cast(graph.Constant(numbers), type);

    private static Value Correlation(Value factor) => Sum(factor[AxisIndex.Ellipsis, 2, ..] * factor[AxisIndex.Ellipsis, 3, ..], -1);

    private static Value Like(Value x, double number) => FullLike(Sum(x), number);
}
