namespace GraphGrad.Tests.Scalars;

/// <summary>The inverses of the incomplete gamma and beta functions, and of distribution functions by them, against numbers that were computed with 50 digits.</summary>
public sealed class QuantileTests
{
    private static readonly (double A, double P, double X)[] Gammas =
    [
        (0.001, 0.5, 5.244206408277979e-302),
        (0.001, 0.999, 0.2647702702396509),
        (0.05, 1e-08, 5.844632057286621e-161),
        (0.05, 0.3, 2.0378971887326642e-11),
        (0.05, 0.9, 0.07631711390918851),
        (0.05, 0.999999999999, 21.69768048076263),
        (0.3, 1e-08, 1.5022224816458266e-27),
        (0.3, 0.3, 0.012726657769948701),
        (0.3, 0.9, 0.884810773360244),
        (0.3, 0.999999999999, 24.275241482554538),
        (0.5, 1e-08, 7.853981633974483e-17),
        (0.5, 0.3, 0.07423593091627272),
        (0.5, 0.9, 1.3527717270477075),
        (0.5, 0.999999999999, 25.422085666224586),
        (1.0, 1e-30, 1e-30),
        (1.0, 0.01, 0.010050335853501442),
        (1.0, 0.5, 0.6931471805599453),
        (1.0, 0.999, 6.907755278982136),
        (1.5, 1e-300, 1.2089939655123523e-200),
        (1.5, 1e-08, 5.611665486525004e-06),
        (1.5, 0.3, 0.7118261215176398),
        (1.5, 0.9, 3.1256943155851618),
        (1.5, 0.999999999999, 29.459900332952348),
        (2.5, 1e-30, 1.616703890292311e-12),
        (2.5, 0.01, 0.27714903836413857),
        (2.5, 0.5, 2.1757300955477636),
        (2.5, 0.999, 10.257502826216438),
        (7.0, 1e-300, 4.696515834539735e-43),
        (7.0, 1e-08, 0.2509938677091068),
        (7.0, 0.3, 5.410738860833457),
        (7.0, 0.9, 10.532072106498529),
        (7.0, 0.999999999999, 43.884198419872945),
        (30.0, 1e-30, 1.2541434510916756),
        (30.0, 0.01, 18.742425764901892),
        (30.0, 0.5, 29.66733313822123),
        (30.0, 0.999, 49.803616534924686),
        (99.0, 1e-300, 0.035099747161492494),
        (99.0, 1e-08, 52.90039948790142),
        (99.0, 0.3, 93.5506364279982),
        (99.0, 0.9, 111.94618875172047),
        (99.0, 0.999999999999, 185.89871638546705),
        (150.0, 1e-30, 49.37815355345633),
        (150.0, 0.01, 122.98623960631836),
        (150.0, 0.5, 149.66679867460903),
        (150.0, 0.999, 190.71262426020576),
        (1000.0, 1e-300, 233.92836429052844),
        (1000.0, 1e-08, 832.5730405923673),
        (1000.0, 0.3, 983.1784467578987),
        (1000.0, 0.9, 1040.73430801369),
        (1000.0, 0.999999999999, 1238.8645816054106),
        (100000.0, 1e-30, 96418.10575496493),
        (100000.0, 0.01, 99265.81516346135),
        (100000.0, 0.5, 99999.6666668642),
        (100000.0, 0.999, 100980.06779195923),
    ];

    private static readonly (double A, double B, double P, double X)[] Betas =
    [
        (0.01, 0.02, 1e-200, 0.0),
        (0.01, 0.02, 0.01, 3.936806611943998e-183),
        (0.01, 0.02, 0.5, 3.105592827577239e-13),
        (0.01, 0.02, 0.9999999999, 1.0),
        (0.5, 0.5, 1e-12, 2.4674011002723395e-24),
        (0.5, 0.5, 0.3, 0.20610737385376343),
        (0.5, 0.5, 0.9, 0.9755282581475768),
        (0.3, 4.0, 1e-200, 0.0),
        (0.3, 4.0, 0.01, 4.10412375939869e-08),
        (0.3, 4.0, 0.5, 0.019778314565049342),
        (0.3, 4.0, 0.9999999999, 0.9946678632321919),
        (5.0, 0.2, 1e-12, 0.0070020128566451465),
        (5.0, 0.2, 0.3, 0.9740834913088363),
        (5.0, 0.2, 0.9, 0.9999985840683798),
        (1.0, 1.0, 1e-200, 1e-200),
        (1.0, 1.0, 0.01, 0.01),
        (1.0, 1.0, 0.5, 0.5),
        (1.0, 1.0, 0.9999999999, 0.9999999999),
        (2.0, 3.0, 1e-12, 4.082484015750327e-07),
        (2.0, 3.0, 0.3, 0.27238394207510536),
        (2.0, 3.0, 0.9, 0.6795394162781817),
        (12.0, 7.0, 1e-200, 9.497530641032675e-18),
        (12.0, 7.0, 0.01, 0.3690945302025396),
        (12.0, 7.0, 0.5, 0.6362861816443561),
        (12.0, 7.0, 0.9999999999, 0.9914233899223048),
        (30.0, 40.0, 1e-12, 0.10198034625099188),
        (30.0, 40.0, 0.3, 0.39698703679444164),
        (30.0, 40.0, 0.9, 0.5046292448710471),
        (99.0, 120.0, 1e-200, 0.0021620219029880924),
        (99.0, 120.0, 0.01, 0.3748533432819115),
        (99.0, 120.0, 0.5, 0.4519085778635353),
        (99.0, 120.0, 0.9999999999, 0.6621987153398429),
        (400.0, 3.0, 1e-12, 0.9185854803935032),
        (400.0, 3.0, 0.3, 0.9910241121637274),
        (400.0, 3.0, 0.9, 0.9972554732627893),
        (0.5, 1000.0, 1e-200, 0.0),
        (0.5, 1000.0, 0.01, 7.856356430472806e-08),
        (0.5, 1000.0, 0.5, 0.00022749920277140946),
        (0.5, 1000.0, 0.9999999999, 0.02069872599360928),
    ];

    [Fact]
    public void Has_the_digits_of_the_gamma_quantile() => AssertClose(Array.ConvertAll(Gammas, p => p.X), Ops.GammaIncInverse, Array.ConvertAll(Gammas, p => p.A), Array.ConvertAll(Gammas, p => p.P));

    [Fact]
    public void Has_the_digits_of_the_beta_quantile() =>
        AssertClose(Array.ConvertAll(Betas, p => p.X), Ops.BetaIncInverse, Array.ConvertAll(Betas, p => p.A), Array.ConvertAll(Betas, p => p.B), Array.ConvertAll(Betas, p => p.P), 1e-13);

    // In far tails of large shapes, one rounding of x moves the probability by many.
    [Fact]
    public void Distribution_functions_are_undone()
    {
        var random = new Random(11);
        const int count = 2000;
        double[] Draw(Func<double> draw) => [.. Enumerable.Range(0, count).Select(_ => draw())];
        var p = Draw(() => random.Next(3) == 0 ? Math.Exp(-random.NextDouble() * 60) : random.NextDouble());
        var (first, second) = (Draw(() => Math.Exp((random.NextDouble() * 9) - 1)), Draw(() => Math.Exp((random.NextDouble() * 9) - 1)));
        AssertClose(p, (p, a, b) => Cdf.Gamma(InverseCdf.Gamma(p, a, b), a, b), p, first, second, 1e-12);
        AssertClose(p, (p, a, b) => Cdf.ChiSquared(InverseCdf.ChiSquared(p, a), a) + (0 * b), p, first, second, 1e-12);
        AssertClose(p, (p, a, b) => Ops.GammaIncc(a, b / InverseCdf.InverseGamma(p, a, b)), p, first, second, 1e-12);
        AssertClose(p, (p, a, b) => Cdf.FisherSnedecor(InverseCdf.FisherSnedecor(p, a, b), a, b), p, first, second, 1e-12);
        AssertClose(p, (p, a, b) => Cdf.StudentT(InverseCdf.StudentT(p, a, b, Ops.OnesLike(a)), a, b, Ops.OnesLike(a)), p, first, Draw(() => 0), 1e-12);
        // Near 1, x itself has not the digits of 1 - x.
        var shapes = Draw(() => 1 + (random.NextDouble() * 50));
        AssertClose(p, (p, a, b) => Cdf.Beta(InverseCdf.Beta(p, a, b), a, b), p, shapes, shapes, 1e-12);
    }

    [Fact]
    public void Students_quantiles_of_one_and_two_degrees_are_elementary()
    {
        double[] p = [1e-300, 1e-20, 1e-3, 0.25, 0.4999999, 0.5, 0.5000001, 0.75, 0.999];
        double[] ones = [.. p.Select(_ => 1.0)], twos = [.. p.Select(_ => 2.0)];
        AssertClose([.. p.Select(q => q < 0.25 ? -1 / Math.Tan(Math.PI * q) : Math.Tan(Math.PI * (q - 0.5)))], (q, n) => InverseCdf.StudentT(q, n, 0 * n, Ops.OnesLike(n)), p, ones);
        AssertClose([.. p.Select(q => ((2 * q) - 1) / Math.Sqrt(2 * q * (1 - q)))], (q, n) => InverseCdf.StudentT(q, n, 0 * n, Ops.OnesLike(n)), p, twos);
    }

    [Fact]
    public void Derivatives_hold_to_the_second_order()
    {
        var graph = new Graph();
        Value p = graph.Placeholder("p", [4], DType.Float64), a = graph.Placeholder("a", [4], DType.Float64), b = graph.Placeholder("b", [4], DType.Float64);
        (Value, TensorData)[] feeds = [(p, new[] { 0.03, 0.4, 0.7, 0.95 }), (a, new[] { 0.6, 2.5, 7, 30 }), (b, new[] { 1.4, 0.8, 12, 3 })];
        Value[] quantiles =
        [
            InverseCdf.Gamma(p, a, b), InverseCdf.InverseGamma(p, a, b), InverseCdf.Beta(p, a, b), InverseCdf.FisherSnedecor(p, a, b), InverseCdf.StudentT(p, a, b, b),
        ];
        Assert.All(quantiles, y =>
        {
            GradientCheck.Verify(y, [p, a, b], feeds);
            foreach (var slope in Ops.Gradients(Ops.Sum(Ops.Square(y)), [p, a, b])) GradientCheck.Verify(slope, [p, a, b], feeds);
        });
    }

    [Fact]
    public void Float32_is_float64_rounded()
    {
        var graph = new Graph();
        Value p = graph.Placeholder("p", ["n"]), a = graph.Placeholder("a", ["n"]), b = graph.Placeholder("b", ["n"]);
        Value[] results = [.. new Func<Value, Value, Value, Value>[] { (p, a, b) => InverseCdf.Gamma(p, a, 0 * b + 1), InverseCdf.Beta, (p, a, b) => InverseCdf.StudentT(p, a, 0 * b, 0 * b + 1) }
            .SelectMany(quantile => new[] { quantile(p, a, b), quantile(Wide(p), Wide(a), Wide(b)) })];
        using var session = new Session(graph);
        var random = new Random(2);
        float[] Draw(Func<double> draw) => [.. Enumerable.Range(0, 500).Select(_ => (float)draw())];
        var given = session.Run(results, (p, Draw(random.NextDouble)), (a, Draw(() => Math.Exp((random.NextDouble() * 8) - 2))), (b, Draw(() => Math.Exp((random.NextDouble() * 8) - 2))));
        for (var k = 0; k < given.Length; k += 2)
            Assert.All(given[k].AsSpan<float>().ToArray().Zip(given[k + 1].AsSpan<double>().ToArray()), pair => Expect.True(Math.Abs(pair.First - pair.Second) <= (Math.Abs(pair.Second) * 6.1e-8) + 1e-45, $"{pair.First:R} instead of {pair.Second:R}"));

        Value Wide(Value x) => Ops.Cast(x, DType.Float64);
    }

    [Fact]
    public void Ends_are_ends_or_no_numbers()
    {
        const double inf = double.PositiveInfinity, nan = double.NaN;
        AssertClose([0, inf, nan, nan, nan, nan, 0, inf], Ops.GammaIncInverse, [2, 2, 2, 2, -1, nan, 0, inf], [0, 1, 1.5, -0.1, 0.5, 0.5, 0.5, 0.5]);
        AssertClose([inf, 0, nan, 0], Ops.GammaInccInverse, [2, 2, 2, 0], [0, 1, nan, 0.5]);
        AssertClose([0, 1, nan, nan, nan, 0, 1], Ops.BetaIncInverse, [2, 2, 2, -1, 0, 0, 2], [3, 3, 3, 3, 0, 3, 0], [0, 1, 1.5, 0.5, 0.5, 0.5, 0.5], 0);
    }

    [Fact]
    public void Mistakes_are_named()
    {
        var graph = new Graph();
        Value p = graph.Placeholder("p", [3]), n = graph.Placeholder("n", [4]);
        Assert.StartsWith("InverseCdf.StudentT: the probability 'p' float32[3] and the degrees 'n' float32[4] do not broadcast", Assert.Throws<GraphException>(() => InverseCdf.StudentT(p, n, p, p)).Message, StringComparison.Ordinal);
        Assert.Contains("differ in element type", Assert.Throws<GraphException>(() => InverseCdf.StudentT(p, Ops.Cast(p, DType.Float64), p, p)).Message, StringComparison.Ordinal);
        Assert.Contains("differ in element type", Assert.Throws<GraphException>(() => Ops.GammaIncInverse(p, Ops.Cast(p, DType.Float64))).Message, StringComparison.Ordinal);
        Assert.Contains("do not broadcast", Assert.Throws<GraphException>(() => Ops.BetaIncInverse(p, p, n)).Message, StringComparison.Ordinal);
    }

    private static void AssertClose(double[] expected, Func<Value, Value, Value> function, double[] x, double[] y) => AssertClose(expected, (v, w, _) => function(v, w), x, y, y, 1e-13);

    private static void AssertClose(double[] expected, Func<Value, Value, Value, Value> function, double[] x, double[] y, double[] z, double tolerance)
    {
        var graph = new Graph();
        Value a = graph.Placeholder("a", ["n"], DType.Float64), b = graph.Placeholder("b", ["n"], DType.Float64), c = graph.Placeholder("c", ["n"], DType.Float64);
        using var session = new Session(graph);
        var actual = session.Run(function(a, b, c), (a, x), (b, y), (c, z)).AsSpan<double>().ToArray();
        for (var i = 0; i < actual.Length; i++)
            Expect.True(actual[i].Equals(expected[i]) || Math.Abs(actual[i] - expected[i]) <= tolerance * Math.Abs(expected[i]), $"at ({x[i]:R}, {y[i]:R}, {z[i]:R}) {actual[i]:R} instead of {expected[i]:R}");
    }
}
