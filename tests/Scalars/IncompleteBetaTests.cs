namespace GraphGrad.Tests.Scalars;

/// <summary>The incomplete beta function against numbers that were computed with 60 digits.</summary>
public sealed class IncompleteBetaTests
{
    private static readonly (double A, double B, double X, double Lower, double Density, double ByA, double ByB)[] Points =
    [
        (1e-06, 1e-06, 0.3, 0.499999576351682, 2.380948665131225e-06, -250000.2118241744, 249999.7881764686),
        (1e-06, 2.5, 0.01, 0.999996660225905, 9.850342876896287e-05, -3.3397690802561155, 4.804060572598998e-07),
        (2.5, 1e-06, 0.99, 3.3397740949006413e-06, 9.850342876896279e-05, -4.804060572598997e-07, 3.3397690802561146),
        (0.001, 0.001, 1e-20, 0.4774970773151317, 4.7749707731513176e+16, -260.73730796816324, 238.74932239044938),
        (0.5, 0.5, 0.25, 0.3333333333333333, 0.7351051938957227, -0.6461318944389011, 0.4307545962926007),
        (0.5, 0.5, 0.9375, 0.8391387534896675, 1.3149961473311995, -0.2195553914433211, 0.5424353314287511),
        (0.3, 4.0, 0.01, 0.4102360673959614, 12.024325283678184, -1.2782492715324352, 0.03259083601340802),
        (0.7, 30.0, 0.02, 0.6122784756621161, 14.942465942705601, -0.5605465357998259, 0.009910271031245406),
        (1.0, 1.0, 0.4, 0.4, 1.0, -0.366516292749662, 0.30649537425959444),
        (2.0, 3.0, 0.5, 0.6875, 1.5, -0.1952886866349624, 0.1541084939249829),
        (2.0, 3.0, 0.999, 0.999999996003, 1.1988000000000021e-05, -4.327084533666821e-09, 2.661129785009167e-08),
        (5.0, 0.2, 0.96875, 0.2758118560791016, 4.16666701171875, -0.02774291510339884, 1.2408469281891057),
        (5.0, 0.2, 0.5, 0.0028713848006194113, 0.03217554881942475, -0.0023917761414796127, 0.018039938152502634),
        (12.0, 7.0, 0.6, 0.3742768603932917, 3.3103697744284872, -0.07007962334692468, 0.11354677482493145),
        (12.0, 7.0, 0.1, 1.0392286636000007e-08, 1.1838804868800007e-06, -1.989844181727485e-08, 9.858188292888116e-09),
        (30.0, 40.0, 0.5, 0.8857998873233515, 3.2147217864215447, -0.025039368671131827, 0.021652489043227995),
        (30.0, 40.0, 0.2, 8.143500654569912e-06, 0.0008463742960122282, -6.511178748489484e-06, 2.8745231179385808e-06),
        (99.0, 120.0, 0.46, 0.5948700638365408, 11.490703246471773, -0.028672766235011568, 0.02402962299543789),
        (150.0, 2.5, 0.984375, 0.4473952700513519, 39.23308283059653, -0.004034641694889338, 0.2647385333182035),
        (1000.0, 0.5, 0.998046875, 0.048025525792788445, 57.25243693758472, -0.0001117398132384391, 0.14224304321120912),
        (0.5, 1000.0, 0.0009765625, 0.8377995754853194, 215.09095629316397, -0.39929822604141607, 0.000209999643475399),
        (1000.0, 1000.0, 0.5, 0.5, 35.67802229170864, -0.008922479336000141, 0.008922479336000141),
        (1000.0, 1000.0, 0.45, 3.683198869007578e-06, 0.0015558229570488292, -4.0584118313086886e-07, 3.671310796992065e-07),
        (1000.0, 1000.0, 0.53125, 0.9974247784464125, 0.7150158671732464, -0.00017277097777043476, 0.00018392403742347163),
        (10000.0, 3.0, 0.9997, 0.423022044452578, 2240.7540076002915, -6.720581602894714e-05, 0.23675506519564424),
        (1000000.0, 1000000.0, 0.5, 0.5, 1128.3790260481255, -0.00028209485054363567, 0.00028209485054363567),
        (1000000.0, 1000000.0, 0.4995, 0.07864957758090163, 415.1076530860039, -0.00010382876712282557, 0.00010372499023549833),
        (1000000.0, 2.0, 0.9999985, 0.5578247728213673, 334695.70043013, -5.020429230869278e-07, 0.3134883976720164),
        (400.0, 100000.0, 0.004, 0.538484266659518, 1991.919528606778, -0.01980826282599041, 7.935910463096293e-05),
        // Far below the mean of large powers.
        (30.0, 40.0, 0.001, 3.0455315861394326e-71, 9.1250896403969974e-67, -1.8529720836495939e-70, 1.7178011229400594e-71),
        (0.9, 0.95, 1e-10, 9.532211626335832e-10, 8.578990463724825, -2.1982076046808128e-08, 9.377881361587169e-10),
    ];

    // Its second derivatives by a, by both and by b; by differences in 60 digits.
    private static readonly (double A, double B, double X, double ByA, double ByBoth, double ByB)[] Curvatures =
    [
        (1e-06, 1e-06, 0.3, 250000211824.14362, -211823.85289197203, -249999788175.21344),
        (1e-06, 2.5, 0.01, 10.029281085611464, 0.4804043445335687, -2.3615308750952868e-07),
        (0.001, 0.001, 1e-20, 261749.89098245394, -10994.029451206665, -238747.7560667158),
        (0.5, 0.5, 0.25, 1.4621636149762012, -0.32791405236516186, -0.537557006830585),
        (0.5, 0.5, 0.9375, 0.22948739093431672, 0.4803304166903493, -1.940321123908337),
        (0.3, 4.0, 0.01, 3.636028053928591, 0.003376703683051398, -0.006493918149704299),
        (0.7, 30.0, 0.02, 0.18081898265991203, 0.006930518931439988, -0.00029978883451746674),
        (1.0, 1.0, 0.4, 0.3358354821273899, -0.0721482185283579, -0.15656569073754809),
        (2.0, 3.0, 0.5, 0.002916158003794243, 0.04375913189621719, -0.06349816927944478),
        (2.0, 3.0, 0.999, -2.991255000722397e-09, 2.7924562715818732e-08, -1.7692348568083353e-07),
        (5.0, 0.2, 0.96875, 0.005663108797681642, -0.09063620333130694, -1.4617536943320608),
        (5.0, 0.2, 0.5, 0.002065495652300067, -0.014475291425681405, 0.03855825462764635),
        (12.0, 7.0, 0.6, 0.007423277371240363, -0.007151269553556324, 0.003056964410552787),
        (12.0, 7.0, 0.1, 3.78373660117245e-08, -1.832146644354564e-08, 8.318142404753428e-09),
        (30.0, 40.0, 0.5, -0.0035031724173252565, 0.0033933251521352293, -0.003206394418960837),
        (30.0, 40.0, 0.2, 5.0644646450537476e-06, -2.185042711074687e-06, 9.265478062961844e-07),
        (99.0, 120.0, 0.46, -0.0003683181730984784, 0.0004304792304736063, -0.00046119686771720325),
        (150.0, 2.5, 0.984375, 2.3393381016570357e-05, -0.0006397034186254635, -0.018537429839841812),
        (0.5, 1000.0, 0.0009765625, -0.20757672810795041, 0.00040725096059104795, -3.1020402770660437e-07),
        (1000.0, 0.5, 0.998046875, 2.743390854256204e-07, -0.0002941484481623009, 0.18776595630446202),
        (1000.0, 1000.0, 0.5, 4.4630987157590205e-06, 0.0, -4.4630987157590205e-06),
        (1000.0, 1000.0, 0.45, 4.2964422005824604e-08, -3.868257845684257e-08, 3.480914432011104e-08),
        (1000.0, 1000.0, 0.53125, -1.0388189912610577e-05, 1.115082004693227e-05, -1.1962680055300052e-05),
        (400.0, 20000.0, 0.02, -0.0003565429447859396, 7.65490017998097e-06, -1.636736430973637e-07),
        (0.9, 0.95, 1e-10, 5.06947605547745e-07, -2.0947813400558287e-08, -8.986355676973376e-11),
    ];

    [Fact]
    public void Has_the_digits_of_the_incomplete_beta_function_and_its_derivatives()
    {
        AssertClose(Ops.BetaInc, p => p.Lower, 2e-14);
        AssertClose((a, b, x) => Ops.BetaDensity(a, b, x, 1 - x), p => p.Density, 1e-13);
        AssertClose((a, b, x) => Ops.Gradient(Ops.Sum(Ops.BetaInc(a, b, x)), x), p => p.Density, 1e-13);
        AssertClose((a, b, x) => Ops.Gradient(Ops.Sum(Ops.BetaInc(a, b, x)), a), p => p.ByA, 5e-14);
        AssertClose((a, b, x) => Ops.Gradient(Ops.Sum(Ops.BetaInc(a, b, x)), b), p => p.ByB, 5e-14);
    }

    // Where the summands of a derivative nearly cancel, it has fewer digits than they.
    [Fact]
    public void Has_the_digits_of_the_second_derivatives_by_its_powers()
    {
        foreach (var p in Curvatures)
        {
            var largest = Math.Max(Math.Abs(p.ByA), Math.Max(Math.Abs(p.ByBoth), Math.Abs(p.ByB)));
            AssertNear(p.ByA, byFirst: true, thenByFirst: true);
            AssertNear(p.ByBoth, byFirst: true, thenByFirst: false);
            AssertNear(p.ByBoth, byFirst: false, thenByFirst: true);
            AssertNear(p.ByB, byFirst: false, thenByFirst: false);

            void AssertNear(double expected, bool byFirst, bool thenByFirst)
            {
                var actual = Operations.IncompleteBetaFunctions.Curvature(p.A, p.B, p.X, 1 - p.X, byFirst, thenByFirst);
                Expect.True(Math.Abs(actual - expected) <= (4e-11 * Math.Abs(expected)) + (1e-15 * largest) + 1e-16, $"at ({p.A:R}, {p.B:R}, {p.X:R}) {actual:R} instead of {expected:R}");
            }
        }
    }

    [Fact]
    public void Turned_round_it_is_what_is_left()
    {
        var points = Array.FindAll(Points, p => p.X is > 1e-4 and < 0.999);
        var graph = new Graph();
        Value a = graph.Constant(Array.ConvertAll(points, p => p.A)), b = graph.Constant(Array.ConvertAll(points, p => p.B)), x = graph.Constant(Array.ConvertAll(points, p => p.X));
        using var session = new Session(graph);
        foreach (var sum in session.Run(Ops.BetaInc(a, b, x) + Ops.BetaInc(b, a, 1 - x)).AsSpan<double>()) Assert.Equal(1, sum, 1e-12);
    }

    [Fact]
    public void Float32_is_float64_rounded()
    {
        var graph = new Graph();
        Value[] inputs = [.. new[] { "a", "b", "x" }.Select(name => graph.Placeholder(name, [2000]))];
        Value[] wide = [.. inputs.Select(x => Ops.Cast(x, DType.Float64))];
        using var session = new Session(graph);
        var random = new Random(1);
        float[][] numbers = [.. inputs.Select((_, i) => Enumerable.Range(0, 2000).Select(_ => (float)(i == 2 ? random.NextDouble() : Math.Exp((random.NextDouble() * 14) - 7))).ToArray())];
        var results = session.Run([Ops.BetaInc(inputs[0], inputs[1], inputs[2]), Ops.BetaInc(wide[0], wide[1], wide[2])], (inputs[0], numbers[0]), (inputs[1], numbers[1]), (inputs[2], numbers[2]));
        var (actual, expected) = (results[0].AsSpan<float>().ToArray(), results[1].AsSpan<double>().ToArray());
        for (var i = 0; i < actual.Length; i++)
            Expect.True(Math.Abs(actual[i] - expected[i]) <= (Math.Abs(expected[i]) * 6.1e-8) + 1e-45, $"at ({numbers[0][i]:R}, {numbers[1][i]:R}, {numbers[2][i]:R}): {actual[i]:R} instead of {expected[i]:R}");
    }

    [Fact]
    public void Ends_are_whole_or_no_numbers()
    {
        const double inf = double.PositiveInfinity, nan = double.NaN;
        (double A, double B, double X, double Expected)[] ends =
        [
            (2, 3, 0, 0), (2, 3, 1, 1), (0, 3, 0.5, 1), (2, 0, 0.5, 0), (inf, 3, 0.5, 0), (2, inf, 0.5, 1), (0, 3, 1, 1), (2, 0, 0, 0),
            (0, 0, 0.5, nan), (0, 3, 0, nan), (2, 0, 1, nan), (inf, inf, 0.5, nan), (-1, 3, 0.5, nan), (2, -1, 0.5, nan), (2, 3, -0.1, nan), (2, 3, 1.1, nan), (nan, 3, 0.5, nan), (2, nan, 0.5, nan), (2, 3, nan, nan),
        ];
        foreach (var (a, b, x, expected) in ends)
        {
            var graph = new Graph();
            using var session = new Session(graph);
            Assert.Equal(expected, session.Run(Ops.BetaInc(a, b, graph.Constant(x))).Item<double>());
        }
    }

    [Fact]
    public void Derivatives_hold_to_the_second_order()
    {
        var graph = new Graph();
        Value a = graph.Placeholder("a", [3], DType.Float64), b = graph.Placeholder("b", [3], DType.Float64), x = graph.Placeholder("x", [3], DType.Float64);
        (Value, double[])[] at = [(a, [0.4, 2.5, 7]), (b, [1.3, 0.6, 12]), (x, [0.2, 0.8, 0.45])];
        var y = Ops.BetaInc(a, b, x);
        (Value, TensorData)[] feeds = [.. at.Select(p => (p.Item1, (TensorData)p.Item2))];
        GradientCheck.Verify(y, [a, b, x], feeds);
        GradientCheck.Verify(Ops.Gradient(Ops.Sum(y), x), [a, b, x], feeds);
        GradientCheck.Verify(Ops.Gradient(Ops.Sum(y), a), [a, b, x], feeds);
        GradientCheck.Verify(Ops.Gradient(Ops.Sum(y), b), [a, b, x], feeds);
        GradientCheck.Verify(Ops.Gradient(Ops.Sum(Ops.Gradient(Ops.Sum(y), b)), a), [x], feeds);
    }

    [Fact]
    public void What_is_wrong_is_refused()
    {
        var graph = new Graph();
        Value a = graph.Placeholder("a", [3]), b = graph.Placeholder("b", [3]), x = graph.Placeholder("x", [3]);
        var slope = Ops.Gradient(Ops.Sum(Ops.BetaInc(a, b, x)), a);
        var curvature = Ops.Gradient(Ops.Sum(slope), a);
        var refusal = Assert.Throws<GraphException>(() => Ops.Gradient(Ops.Sum(curvature), b));
        Assert.StartsWith("betainc_curvature: there is no derivative by b, 'b', only by x. Pass it through StopGradient, or differentiate by x alone. Built at ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("do not broadcast", Assert.Throws<GraphException>(() => Ops.BetaInc(a, graph.Placeholder("c", [4]), x)).Message, StringComparison.Ordinal);
        Assert.Contains("differ in element type", Assert.Throws<GraphException>(() => Ops.BetaInc(a, Ops.Cast(b, DType.Float64), x)).Message, StringComparison.Ordinal);
    }

    private static void AssertClose(Func<Value, Value, Value, Value> function, Func<(double A, double B, double X, double Lower, double Density, double ByA, double ByB), double> expected, double tolerance)
    {
        var graph = new Graph();
        Value a = graph.Placeholder("a", [Points.Length], DType.Float64), b = graph.Placeholder("b", [Points.Length], DType.Float64), x = graph.Placeholder("x", [Points.Length], DType.Float64);
        using var session = new Session(graph);
        var actual = session.Run(function(a, b, x), (a, Array.ConvertAll(Points, p => p.A)), (b, Array.ConvertAll(Points, p => p.B)), (x, Array.ConvertAll(Points, p => p.X))).AsSpan<double>().ToArray();
        for (var i = 0; i < actual.Length; i++)
            Expect.True(Math.Abs(actual[i] - expected(Points[i])) <= tolerance * Math.Abs(expected(Points[i])), $"at ({Points[i].A:R}, {Points[i].B:R}, {Points[i].X:R}) {actual[i]:R} instead of {expected(Points[i]):R}");
    }
}
