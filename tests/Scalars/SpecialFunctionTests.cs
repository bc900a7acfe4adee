namespace GraphGrad.Tests.Scalars;

/// <summary>Special functions against numbers that were computed with 40 digits, on both backends and in both float types.</summary>
public sealed class SpecialFunctionTests
{
    // In float64, relative; what vanishes at a point next to a zero is off by as much of 1.
    private const double Tolerance = 4e-15;

    private static readonly Dictionary<string, Func<Value, Value>> Functions = new()
    {
        ["lgamma"] = Ops.LogGamma, ["digamma"] = Ops.Digamma, ["trigamma"] = x => Ops.Polygamma(1, x), ["tetragamma"] = x => Ops.Polygamma(2, x),
        ["pentagamma"] = x => Ops.Polygamma(3, x), ["erfinv"] = Ops.ErfInverse, ["ndtri"] = Ops.NormalQuantile, ["erfcx"] = Ops.ScaledErfc,
        ["i0"] = Ops.BesselI0, ["i1"] = Ops.BesselI1, ["i0e"] = Ops.ScaledBesselI0, ["i1e"] = Ops.ScaledBesselI1, ["log2"] = Ops.Log2,
        ["log10"] = Ops.Log10, ["lognormal"] = Ops.LogNormalDistribution,
    };

    private static readonly Dictionary<string, (double X, double Y)[]> Points = new()
    {
        ["lgamma"] =
        [
            (1e-300, 690.7755278982137), (1e-10, 23.025850929882736), (0.25, 1.2880225246980774), (0.75, 0.20328095143129538),
            (0.999999, 5.772164873855652e-07), (1.0000001, -5.772155829918507e-08), (1.5, -0.12078223763524522),
            (1.999, -0.0004224618006921073), (2.5, 0.2846828704729192), (3, 0.6931471805599453), (7.999, 8.523145786158915),
            (8, 8.525161361065415), (8.5, 9.549267257300997), (100, 359.1342053695754), (10000000000.0, 220258509288.81058),
            (1e+300, 6.897755278982137e+302), (-0.5, 1.2655121234846454), (-1.5, 0.860047015376481), (-1e-10, 23.025850929998178),
            (-10.25, -14.20399790093109), (-100.375, -364.24498152513286),
        ],
        ["digamma"] =
        [
            (1e-10, -10000000000.577215), (0.25, -4.2274535333762655), (0.75, -1.0858608797864722), (1.5, 0.03648997397857652),
            (3, 0.9227843350984671), (9.9, 2.2411803166063815), (10, 2.251752589066721), (25.5, 3.2189424728839198),
            (10000000000.0, 23.025850929890456), (-0.25, 2.9141391202135276), (-1.5, 0.7031566406452432), (-10.25, 5.516858419886273),
            (-100.375, 5.915176505784257),
        ],
        ["trigamma"] =
        [
            (1e-10, 1e+20), (0.25, 17.19732915450711), (0.75, 2.5418796476716063), (1.5, 0.9348022005446793), (3, 0.39493406684822646),
            (9.9, 0.1062830416287406), (25.5, 0.03999466964956292), (10000000000.0, 1.00000000005e-10), (-0.25, 18.541879647671607),
            (-1.5, 9.379246644989124), (-10.25, 19.646252424622652), (-100.375, 11.553047627998797),
        ],
        ["tetragamma"] =
        [
            (1e-10, -1.9999999999999998e+30), (0.25, -129.32773993753693), (0.75, -5.3026332163376395), (1.5, -0.82879664423432),
            (3, -0.15411380631918858), (9.9, -0.011285526423707164), (25.5, -0.0015993605962783073), (100000.0, -1.00001000005e-10),
            (-0.25, 122.69736678366236), (-1.6, -22.49158811431912), (-10.25, 124.0164720214871),
        ],
        ["pentagamma"] =
        [
            (0.25, 1538.7821440091884), (0.75, 19.7633125348506), (1.5, 1.4090910340024372), (3, 0.11893940226682916),
            (9.9, 0.00239445126374616), (25.5, 0.00012789774302263916), (100000.0, 2.0000300002e-15), (-0.25, 1555.7633125348507),
            (-1.5, 194.59427621918763), (-10.25, 1558.543853536406),
        ],
        ["erfinv"] =
        [
            (1e-300, 8.86226925452758e-301), (1e-05, 8.862269254759594e-06), (0.25, 0.2253120550121781), (0.5, 0.4769362762044699),
            (0.75, 0.8134198475976185), (0.99, 1.8213863677184494), (0.9999999, 3.7665625816384707),
            (0.9999999999999999, 5.8635847487551676), (-0.3, -0.2724627147267543), (-0.99999, -3.123413274341571),
        ],
        ["ndtri"] =
        [
            (5e-324, -38.467405617144344), (1e-300, -37.0470962993612), (1e-100, -21.273453560965326), (1e-20, -9.262340089798407),
            (1e-05, -4.264890793922825), (0.25, -0.6744897501960817), (0.375, -0.31863936396437514), (0.75, 0.6744897501960817),
            (0.99, 2.3263478740408408), (0.9999999, 5.199337582290661),
        ],
        ["erfcx"] =
        [
            (-26, 7.657724931490568e+293), (-5.5, 27443409954929.71), (-1, 5.008980080762283), (-1e-10, 1.000000000112838),
            (0.5, 0.6156903441929259), (1, 0.427583576155807), (2.9, 0.18460182595559083), (3.1, 0.17371840860540824),
            (10, 0.05614099274382259), (27, 0.02088160799042094), (27.5, 0.0205024473846148), (100, 0.005641613782989433),
            (10000000000.0, 5.641895835477563e-11),
        ],
        ["i0"] =
        [
            (1e-10, 1.0), (0.5, 1.0634833707413236), (3, 4.8807925858650245), (7.9, 389.406283282158), (8.1, 469.5006067101215),
            (20, 43558282.559553534), (100, 1.0737517071310738e+42), (700, 1.5295933476718737e+302), (713, 6.705128263670996e+307),
        ],
        ["i1"] =
        [
            (1e-10, 5e-11), (0.5, 0.2578943053908963), (3, 3.9533702174026093), (7.9, 363.8539440845084), (8.1, 439.48430891035844),
            (20, 42454973.38512777), (100, 1.0683693903381625e+42), (700, 1.5285003902339006e+302), (-713, -6.700424559186402e+307),
        ],
        ["i0e"] =
        [
            (1e-10, 0.9999999999), (0.5, 0.6450352704491501), (3, 0.2430003541618254), (7.9, 0.14436986414104191),
            (8.1, 0.14251180948829528), (20, 0.08978031188482602), (100, 0.03994437929909668), (10000000000.0, 3.9894228040641945e-06),
            (-4, 0.2070019212239867),
        ],
        ["i1e"] =
        [
            (1e-10, 4.9999999995e-11), (0.5, 0.1564208031848717), (3, 0.19682671329730086), (7.9, 0.13489649943989376),
            (8.1, 0.13340068832583662), (20, 0.08750622218328867), (100, 0.03974415302513025), (10000000000.0, 3.989422803864723e-06),
            (-4, -0.17875083950243534),
        ],
        ["log2"] =
        [
            (8, 3.0), (1024, 10.0), (5e-324, -1074.0), (0.3, -1.7369655941662063), (1.0000001, 1.4426949695965583e-07),
            (1e+300, 996.5784284662087),
        ],
        ["log10"] =
        [
            (1000, 3.0), (1e+22, 22.0), (5e-324, -323.3062153431158), (0.3, -0.5228787452803376), (1.0000001, 4.3429446044209946e-08),
            (1e-05, -5.0),
        ],
        ["lognormal"] =
        [
            (-100000.0, -5000000012.431864), (-40, -804.6084420137538), (-10, -53.23128515051247), (-1.01, -1.8563130623431785),
            (-0.99, -1.8258103178428124), (0, -0.6931471805599453), (1, -0.17275377902344988), (5, -2.866516129637636e-07),
        ],
    };

    public static TheoryData<string> Names => [.. Points.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Has_the_digits_of_its_function(string name)
    {
        var points = Points[name];
        foreach (var backend in Enum.GetValues<Backend>())
        {
            var graph = new Graph();
            var x = graph.Placeholder("x", [points.Length], DType.Float64);
            using var session = new Session(graph, new SessionOptions { Backend = backend });
            var y = session.Run(Functions[name](x), (x, Array.ConvertAll(points, p => p.X))).AsSpan<double>().ToArray();
            for (var i = 0; i < y.Length; i++)
            {
                var allowed = Tolerance * (points[i].X < 0 && name.EndsWith("gamma", StringComparison.Ordinal) ? Math.Max(10, 10 * Math.Abs(points[i].Y)) : Math.Max(name == "digamma" ? 1 : 0, Math.Abs(points[i].Y)));
                Assert.True(Math.Abs(y[i] - points[i].Y) <= allowed, $"{backend}: {name}({points[i].X:R}) is {y[i]:R} instead of {points[i].Y:R}");
            }
        }
    }

    [Fact]
    public void A_float32_is_rounded_once()
    {
        foreach (var (name, function) in Functions)
        {
            if (name == "lognormal") continue;
            var points = Points[name].Where(p => (float)p.X == p.X && Math.Abs(p.Y) is > 1e-30 and < 1e30).ToArray();
            var graph = new Graph();
            var x = graph.Placeholder("x", [points.Length]);
            using var session = new Session(graph);
            var y = session.Run(function(x), (x, Array.ConvertAll(points, p => (float)p.X))).AsSpan<float>().ToArray();
            for (var i = 0; i < y.Length; i++) Assert.Equal((float)points[i].Y, y[i]);
        }
    }

    [Fact]
    public void Poles_and_ends_are_infinite_or_no_numbers()
    {
        const double inf = double.PositiveInfinity, nan = double.NaN;
        (string Name, double X, double Y)[] edges =
        [
            ("lgamma", 0, inf), ("lgamma", -3, inf), ("lgamma", inf, inf), ("lgamma", -inf, inf), ("lgamma", nan, nan), ("lgamma", 1, 0), ("lgamma", 2, 0),
            ("digamma", 0, -inf), ("digamma", -0.0, inf), ("digamma", -2, nan), ("digamma", inf, inf), ("digamma", nan, nan),
            ("trigamma", 0, inf), ("trigamma", -1, inf), ("tetragamma", 0, -inf), ("tetragamma", -0.0, -inf), ("tetragamma", -4, -inf), ("trigamma", inf, 0), ("trigamma", nan, nan),
            ("erfinv", 1, inf), ("erfinv", -1, -inf), ("erfinv", 1.5, nan), ("erfinv", -inf, nan), ("erfinv", 0, 0),
            ("ndtri", 0, -inf), ("ndtri", 1, inf), ("ndtri", 0.5, 0), ("ndtri", -1, nan), ("ndtri", 2, nan), ("ndtri", nan, nan),
            ("erfcx", inf, 0), ("erfcx", -inf, inf), ("erfcx", -30, inf), ("erfcx", nan, nan),
            ("i0", -inf, inf), ("i1", -inf, -inf), ("i0e", inf, 0), ("i1e", inf, 0), ("i0", nan, nan), ("i1", 0, 0), ("i0", 0, 1), ("i0e", 0, 1),
            ("log2", 0, -inf), ("log2", -1, nan), ("log10", inf, inf), ("log10", 1, 0), ("lognormal", -inf, -inf), ("lognormal", inf, 0),
        ];
        foreach (var (name, at, expected) in edges)
        {
            foreach (var backend in Enum.GetValues<Backend>())
            {
                var graph = new Graph();
                var x = graph.Placeholder("x", [], DType.Float64);
                using var session = new Session(graph, new SessionOptions { Backend = backend });
                var y = session.Run(Functions[name](x), (x, at)).Item<double>();
                Assert.True(y.Equals(expected) || y == expected, $"{backend}: {name}({at}) is {y} instead of {expected}");
            }
        }
    }

    [Fact]
    public void Derivatives_hold_to_the_second_order()
    {
        foreach (var (name, function) in Functions)
        {
            var graph = new Graph();
            var x = graph.Placeholder("x", [2], DType.Float64);
            double[] at = name is "erfinv" or "ndtri" ? [0.3, 0.7] : [1.3, 2.9];
            var slope = Ops.Gradient(Ops.Sum(function(x)), x);
            GradientCheck.Verify(function(x), [x], (x, at));
            GradientCheck.Verify(slope, [x], (x, at));
        }
    }

    [Fact]
    public void The_slope_of_the_scaled_tail_keeps_its_digits()
    {
        // 2x·erfcx(x) - 2/√π at 10, 100 and 10^6: computed with 40 digits.
        foreach (var backend in Enum.GetValues<Backend>())
        {
            var graph = new Graph();
            var x = graph.Placeholder("x", [3]);
            using var session = new Session(graph, new SessionOptions { Backend = backend });
            var slopes = session.Run(Ops.Gradient(Ops.Sum(Ops.ScaledErfc(x)), x), (x, new[] { 10f, 100f, 1e6f })).AsSpan<float>().ToArray();
            float[] expected = [-0.005559312219f, -5.641049763e-5f, -5.641895835e-13f];
            for (var i = 0; i < 3; i++) Assert.Equal(expected[i], slopes[i], Math.Abs(expected[i]) * 2e-7f);
        }
    }

    [Fact]
    public void Orders_that_do_not_exist_are_refused() => Errors.Throws(
        "polygamma: the order for 'x' is -1; it must be in 0 … 30. Built at {here}.", () => Ops.Polygamma(-1, new Graph().Placeholder("x", [])));
}
