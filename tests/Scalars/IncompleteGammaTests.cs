namespace GraphGrad.Tests.Scalars;

/// <summary>The incomplete gamma functions and Hurwitz's zeta function against numbers that were computed with 40 digits.</summary>
public sealed class IncompleteGammaTests
{
    private const double Tolerance = 2e-14;

    private static readonly (double A, double X, double Lower, double Upper, double Density)[] Points =
    [
        (1e-06, 0.001, 0.9999936684798586, 6.33152014144515e-06, 0.0009989941756403324),
        (1e-06, 2.0, 0.9999999510994129, 4.890058709430974e-08, 6.766772758076304e-08),
        (0.5, 1e-20, 1.1283791670955126e-10, 0.999999999887162, 5641895835.477563),
        (0.5, 0.3, 0.5614219739190002, 0.4385780260809999, 0.763090578768186),
        (1.0, 1.05, 0.6500622508888446, 0.3499377491111553, 0.3499377491111553),
        (2.5, 1.0, 0.15085496391539036, 0.8491450360846097, 0.2767383316137298),
        (2.5, 9.0, 0.9970535954121197, 0.0029464045878802906, 0.002506554935041461),
        (10.0, 10.0, 0.5420702855281478, 0.4579297144718522, 0.1251100357211333),
        (19.5, 30.0, 0.983077851336164, 0.016922148663836036, 0.007162222449406784),
        (30.0, 30.0, 0.52428301389368, 0.4757169861063199, 0.07263452647159149),
        (30.0, 27.0, 0.3065345454721574, 0.6934654545278426, 0.06871623069205697),
        (99.0, 110.0, 0.8643927731203362, 0.13560722687966373, 0.02040429886238103),
        (101.0, 101.0, 0.5132327919185451, 0.48676720808145485, 0.03966350151596612),
        (150.0, 135.0, 0.10736282957535392, 0.8926371704246461, 0.016187295577785994),
        (150.0, 400.0, 1.0, 4.0711477635616176e-47, 2.560612107703056e-47),
        (1000.0, 1000.0, 0.5042052441802155, 0.4957947558197845, 0.012614611348721499),
        (1000.0, 1100.0, 0.99894067674607, 0.0010593232539299773, 0.00010537028564234359),
        (1000.0, 800.0, 5.5014197761792284e-12, 0.9999999999944986, 1.401739334103887e-12),
        (1000000.0, 1000000.0, 0.5001329807608725, 0.4998670192391274, 0.00039894224715624404),
        (1000000.0, 1002000.0, 0.9771959041012301, 0.022804095898769864, 5.402686013678803e-05),
        (1000000.0, 997000.0, 0.0013381041673135997, 0.9986618958326864, 4.405267009918558e-06),
        (0.001, 1e-05, 0.9891230446957827, 0.01087695530421733, 98.91131633960173),
    ];

    private static readonly (double A, double X, double ByA)[] Slopes =
    [
        (1e-06, 0.001, -6.331500918790854),
        (1e-06, 2.0, -0.04890066348057927),
        (0.5, 1e-20, -5.200495551442857e-09),
        (0.5, 0.3, -0.7705703513753519),
        (0.7, 1.05, -0.40463743235403926),
        (0.74, 1.2, -0.36237097793124273),
        (1.0, 1.05, -0.4209358839757527),
        (2.5, 1.0, -0.1800996069540415),
        (2.5, 9.0, -0.004741679548193881),
        (10.0, 10.0, -0.12721482320991925),
        (19.5, 30.0, -0.008890655369447456),
        (30.0, 30.0, -0.07303937077258078),
        (30.0, 27.0, -0.06552277989041905),
        (99.0, 110.0, -0.02153429138623461),
        (101.0, 101.0, -0.03972901727390375),
        (150.0, 135.0, -0.015366575703724227),
        (150.0, 400.0, -4.0227677650574705e-47),
        (1000.0, 1000.0, -0.012616713994069625),
        (1000.0, 1100.0, -0.00011048987784079389),
        (1000.0, 800.0, -1.251364571083481e-12),
        (1000.0, 600.0, -1.1917947284647066e-50),
        (1000000.0, 1000000.0, -0.0003989423136466252),
        (1000000.0, 1002000.0, -5.4080860028467676e-05),
        (0.001, 1e-05, -10.81839829908634),
    ];

    // By differences in 60 digits.
    private static readonly (double A, double X, double Twice)[] Curvatures =
    [
        (1e-06, 0.001, 38.4452351876958),
        (1e-06, 2.0, -0.15277258086387627),
        (0.5, 1e-20, 2.3957595547318635e-07),
        (0.5, 0.3, 0.6261476558399126),
        (0.7, 1.05, -0.12382715989128444),
        (0.74, 1.2, -0.1460864503029984),
        (1.0, 1.05, 0.01060232279258242),
        (2.5, 1.0, 0.17286396981617788),
        (2.5, 9.0, -0.006217598371257099),
        (10.0, 10.0, 0.00010749206936509897),
        (19.5, 30.0, -0.0038444230963199785),
        (30.0, 30.0, 6.798486673984272e-06),
        (30.0, 27.0, 0.006928862389067269),
        (99.0, 110.0, -0.0022705927825944477),
        (101.0, 101.0, 3.250788759221081e-07),
        (150.0, 135.0, 0.001619987360388201),
        (150.0, 400.0, -3.9477937849929885e-47),
        (1000.0, 1000.0, 1.051567790325393e-09),
        (1000.0, 1100.0, -1.0531678471574556e-05),
        (1000.0, 800.0, 2.7925729162626277e-13),
        (20000.0, 20050.0, -6.609305123595732e-06),
    ];

    private static readonly (double S, double Q, double Zeta)[] Zetas =
    [
        (2.0, 1.0, 1.6449340668482264),
        (1.001, 1.0, 1000.5772884760116),
        (3.0, 0.1, 1000.9307286891718),
        (50.0, 2.0, 8.881784210930816e-16),
        (50.0, 10.0, 1.0086304954352791e-50),
        (200.0, 12.0, 1.4579775573324302e-216),
        (2.5, 1000000.0, 6.66667166666875e-10),
        (4.0, -0.5, 32.234848505667074),
        (3.0, -2.25, -61.94847488703008),
        (2.0, -1000.25, 19.738209551699786),
        (3.0, -1e-20, -1.0000000000000001e+60),
        (1.5, 0.001, 31625.386966911912),
        (10.0, 5.0, 1.2386569324880045e-07),
        (30.0, 14.5, 1.673214467321454e-35),
        (1000.0, 1.0, 1.0),
    ];

    [Fact]
    public void Has_the_digits_of_the_incomplete_gamma_functions()
    {
        var (a, x) = (Array.ConvertAll(Points, p => p.A), Array.ConvertAll(Points, p => p.X));
        AssertClose(Ops.GammaInc, a, x, Array.ConvertAll(Points, p => p.Lower));
        AssertClose(Ops.GammaIncc, a, x, Array.ConvertAll(Points, p => p.Upper));
        AssertClose(Ops.GammaDensity, a, x, Array.ConvertAll(Points, p => p.Density));
    }

    [Fact]
    public void Has_the_digits_of_their_derivatives_by_the_shape()
    {
        var (a, x) = (Array.ConvertAll(Slopes, p => p.A), Array.ConvertAll(Slopes, p => p.X));
        AssertClose((a, x) => Ops.Gradient(Ops.Sum(Ops.GammaInc(a, x)), a), a, x, Array.ConvertAll(Slopes, p => p.ByA));
        AssertClose((a, x) => -Ops.Gradient(Ops.Sum(Ops.GammaIncc(a, x)), a), a, x, Array.ConvertAll(Slopes, p => p.ByA));
    }

    [Fact]
    public void Has_the_digits_of_the_second_derivative_by_the_shape()
    {
        foreach (var (a, x, expected) in Curvatures)
        {
            var actual = Operations.IncompleteGammaFunctions.CurvatureByShape(a, x);
            Expect.True(Math.Abs(actual - expected) <= (1e-11 * Math.Abs(expected)) + 1e-17, $"at ({a:R}, {x:R}) {actual:R} instead of {expected:R}");
        }
    }

    [Fact]
    public void Float32_is_float64_rounded()
    {
        // More pairs than are gathered at once, of every series and of those that are left to the scalar functions.
        const int count = 3_000;
        var graph = new Graph();
        var (a, x) = (graph.Placeholder("a", [count]), graph.Placeholder("x", [count]));
        var (wideA, wideX) = (Ops.Cast(a, DType.Float64), Ops.Cast(x, DType.Float64));
        using var session = new Session(graph);
        var random = new Random(1);
        float[] shapes = [.. Enumerable.Range(0, count).Select(_ => (float)Math.Exp((random.NextDouble() * 14) - 8))];
        float[] arguments = [.. shapes.Select((s, i) => (float)(i % 3 == 0 ? Math.Exp((random.NextDouble() * 14) - 7) : s * Math.Exp(random.NextDouble() - 0.5)))];
        var results = session.Run(
            [Ops.GammaInc(a, x), Ops.GammaIncc(a, x), Ops.GammaDensity(a, x), Ops.GammaInc(wideA, wideX), Ops.GammaIncc(wideA, wideX), Ops.GammaDensity(wideA, wideX)], (a, shapes), (x, arguments));
        for (var k = 0; k < 3; k++)
        {
            var (actual, expected) = (results[k].AsSpan<float>().ToArray(), results[k + 3].AsSpan<double>().ToArray());
            for (var i = 0; i < count; i++)
                Expect.True(Math.Abs(actual[i] - expected[i]) <= (Math.Abs(expected[i]) * 6.1e-8) + 1e-45, $"function {k} at ({shapes[i]:R}, {arguments[i]:R}): {actual[i]:R} instead of {expected[i]:R}");
        }
    }

    [Fact]
    public void Many_float64_are_what_each_alone_is()
    {
        const int count = 3_000, seed = 3;
        var random = new Random(seed);
        double[] shapes = [.. Enumerable.Range(0, count).Select(_ => Math.Exp((random.NextDouble() * 14) - 8))];
        double[] arguments = [.. shapes.Select((s, i) => i % 3 == 0 ? Math.Exp((random.NextDouble() * 14) - 7) : s * Math.Exp(random.NextDouble() - 0.5))];
        var graph = new Graph();
        var (a, x) = (graph.Placeholder("a", [count], DType.Float64), graph.Placeholder("x", [count], DType.Float64));
        using var session = new Session(graph);
        var results = session.Run([Ops.GammaInc(a, x), Ops.GammaIncc(a, x)], (a, shapes), (x, arguments));
        for (var i = 0; i < count; i++)
        {
            Check(Operations.IncompleteGammaFunctions.Lower(shapes[i], arguments[i]), results[0].AsSpan<double>()[i], "lower", i);
            Check(Operations.IncompleteGammaFunctions.Upper(shapes[i], arguments[i]), results[1].AsSpan<double>()[i], "upper", i);
        }

        void Check(double expected, double actual, string name, int i) =>
            Expect.True(Math.Abs(actual - expected) <= 1.5e-14 * Math.Abs(expected), $"{name} at ({shapes[i]:R}, {arguments[i]:R}): {actual:R} instead of {expected:R}, seed {seed}");
    }

    [Fact]
    public void Has_the_digits_of_the_zeta_function() =>
        AssertClose(Ops.Zeta, Array.ConvertAll(Zetas, p => p.S), Array.ConvertAll(Zetas, p => p.Q), Array.ConvertAll(Zetas, p => p.Zeta));

    [Fact]
    public void Ends_are_whole_or_no_numbers()
    {
        const double inf = double.PositiveInfinity, nan = double.NaN;
        double[] a = [0, 0, 0, 1, 1, -1, 1, inf, inf, nan, 2], x = [0, 1, inf, 0, inf, 1, -1, 1, inf, 1, nan];
        AssertClose(Ops.GammaInc, a, x, [nan, 1, 1, 0, 1, nan, nan, 0, nan, nan, nan]);
        AssertClose(Ops.GammaIncc, a, x, [nan, 0, 0, 1, 0, nan, nan, 1, nan, nan, nan]);
        AssertClose(Ops.Zeta, [1, 0.5, 2, 2, 2.5, 2, inf, inf, inf, nan], [2, 2, 0, -3, -0.5, inf, 2, 1, 0.5, 1], [inf, nan, inf, inf, nan, 0, 0, 1, inf, nan]);
    }

    [Fact]
    public void Derivatives_hold_to_the_second_order()
    {
        foreach (var function in new Func<Value, Value>[] { x => Ops.GammaInc(2.3, x), x => Ops.GammaIncc(0.4, x), x => Ops.Zeta(2.5, x), x => Ops.Zeta(3, -x) })
        {
            var graph = new Graph();
            var x = graph.Placeholder("x", [3], DType.Float64);
            double[] at = [0.7, 2.4, 7.3];
            GradientCheck.Verify(function(x), [x], (x, at));
            GradientCheck.Verify(Ops.Gradient(Ops.Sum(function(x)), x), [x], (x, at));
        }
        var both = new Graph();
        Value a = both.Placeholder("a", [4], DType.Float64), y = both.Placeholder("y", [4], DType.Float64);
        (Value, TensorData)[] feeds = [(a, new double[] { 0.4, 2.5, 7, 120 }), (y, new double[] { 0.2, 0.8, 9, 118 })];
        foreach (var value in new[] { Ops.GammaInc(a, y), Ops.GammaIncc(a, y) })
        {
            GradientCheck.Verify(value, [a, y], feeds);
            GradientCheck.Verify(Ops.Gradient(Ops.Sum(value), a), [a, y], feeds);
            GradientCheck.Verify(Ops.Gradient(Ops.Sum(Ops.Gradient(Ops.Sum(value), a)), a), [y], feeds);
        }
    }

    [Fact]
    public void What_has_no_derivative_is_refused()
    {
        var graph = new Graph();
        var (a, x) = (graph.Placeholder("a", [3]), graph.Placeholder("x", [3]));
        var upper = Ops.Gradient(Ops.Sum(Ops.GammaIncc(a, x)), a);
        var twice = Ops.Gradient(Ops.Sum(upper), a);
        var refusal = Assert.Throws<GraphException>(() => Ops.Gradient(Ops.Sum(twice), a));
        Assert.StartsWith("gammainc_curvature: there is no derivative by a, 'a', only by x. Pass it through StopGradient, or differentiate by x alone. Built at ", refusal.Message, StringComparison.Ordinal);
        Assert.NotNull(Ops.Gradient(Ops.Sum(upper), x));
        Assert.Throws<GraphException>(() => Ops.Jvp(Ops.Zeta(a, x), a, Ops.OnesLike(a)));
    }

    [Fact]
    public void Operands_broadcast_or_are_refused()
    {
        var graph = new Graph();
        var (a, x) = (graph.Placeholder("a", [3, 1]), graph.Placeholder("x", [2]));
        using var session = new Session(graph);
        var y = session.Run(Ops.GammaInc(a, x), (a, new float[,] { { 1 }, { 2 }, { 3 } }), (x, new[] { 1f, 2f }));
        Assert.Equal(6, y.Count);
        Assert.Equal(1 - MathF.Exp(-2), y.AsSpan<float>()[1], 1e-7f);
        Assert.Contains("differ in element type", Assert.Throws<GraphException>(() => Ops.Zeta(a, Ops.Cast(x, DType.Float64))).Message, StringComparison.Ordinal);
        Assert.Contains("is not float32 or float64", Assert.Throws<GraphException>(() => Ops.GammaInc(Ops.Cast(a, DType.Int32), Ops.Cast(x, DType.Int32))).Message, StringComparison.Ordinal);
    }

    private static void AssertClose(Func<Value, Value, Value> function, double[] x, double[] y, double[] expected)
    {
        var graph = new Graph();
        var (first, second) = (graph.Placeholder("x", [x.Length], DType.Float64), graph.Placeholder("y", [y.Length], DType.Float64));
        using var session = new Session(graph);
        var actual = session.Run(function(first, second), (first, x), (second, y)).AsSpan<double>().ToArray();
        for (var i = 0; i < x.Length; i++)
            Expect.True(actual[i].Equals(expected[i]) || Math.Abs(actual[i] - expected[i]) <= Tolerance * Math.Abs(expected[i]), $"at ({x[i]:R}, {y[i]:R}) {actual[i]:R} instead of {expected[i]:R}");
    }
}
