namespace GraphGrad.Tests.Scalars;

/// <summary>Bessel's and Airy's functions against numbers that were computed with 40 digits, on both backends and in both float types.</summary>
public sealed class BesselFunctionTests
{
    // Of what is summed on the way, which is about 1 near 0 and falls with the root of x.
    private const double Tolerance = 4e-15;

    private static readonly Dictionary<string, Func<Value, Value>> Functions = new()
    {
        ["j0"] = Ops.BesselJ0, ["j1"] = Ops.BesselJ1, ["y0"] = Ops.BesselY0, ["y1"] = Ops.BesselY1, ["k0"] = Ops.BesselK0, ["k1"] = Ops.BesselK1,
        ["k0e"] = Ops.ScaledBesselK0, ["k1e"] = Ops.ScaledBesselK1, ["airy_ai"] = Ops.AiryAi, ["airy_ai_slope"] = Ops.AiryAiSlope, ["spherical_j0"] = Ops.SphericalBesselJ0,
    };

    private static readonly Dictionary<string, (double X, double Y)[]> Points = new()
    {
        ["j0"] =
        [
            (1e-10, 1.0), (0.25, 0.9844359292958527), (1.0, 0.7651976865579666), (2.4, 0.002507683297243859),
            (2.404825557695773, -6.10876525973673e-17), (3.83, -0.4027588095334348), (5.5, -0.006843869417819197), (5.999, 0.15036847505262924),
            (6.001, 0.15092184269014958), (10.0, -0.24593576445134835), (24.9, 0.0832459683530155), (25.1, 0.10827567149994945),
            (100.0, 0.019985850304223122), (1000.5, 0.01948655998713014), (-3.0, -0.26005195490193345), (-50.0, 0.055812327669251816),
        ],
        ["j1"] =
        [
            (1e-10, 5e-11), (0.25, 0.12402597732272692), (1.0, 0.4400505857449335), (2.4, 0.520185268181931),
            (2.404825557695773, 0.5191474972894667), (3.83, 0.000687248220597037), (5.5, -0.34143821542904335), (5.999, -0.2768804992215785),
            (6.001, -0.2764869808285784), (10.0, 0.04347274616886144), (24.9, -0.13485569953140886), (25.1, -0.11463478413442257),
            (100.0, -0.07714535201411216), (1000.5, 0.016027715373203338), (-3.0, -0.3390589585259365), (-50.0, 0.09751182812517514),
            (5e-300, 2.5e-300),
        ],
        ["y0"] =
        [
            (1e-300, -439.8351636227653), (1e-10, -14.732516272697241), (0.25, -0.9315730249300587), (1.0, 0.08825696421567696),
            (2.4, 0.5104147486657438), (2.404825557695773, 0.509924383448479), (3.83, 0.05210149704917797), (5.5, -0.339480592881911),
            (5.999, -0.28836956477718845), (6.001, -0.28801954415969416), (10.0, 0.055671167283599395), (24.9, -0.13649918399676522),
            (25.1, -0.11676770763803694), (100.0, -0.07724431336508315), (1000.5, 0.016017974964604328),
        ],
        ["y1"] =
        [
            (1e-300, -6.366197723675813e+299), (1e-10, -6366197723.675814), (0.25, -2.7041052293152825), (1.0, -0.7812128213002887),
            (2.4, 0.10048893833108442), (2.404825557695773, 0.1027466824382596), (3.83, 0.412612837062823), (5.5, -0.023758238956389618),
            (5.999, -0.1747512113822625), (6.001, -0.175269263898558), (10.0, 0.24901542420695388), (24.9, -0.08600255759555425),
            (25.1, -0.11062223322783099), (100.0, -0.020372312002759792), (1000.5, -0.019478557437521776),
        ],
        ["k0"] =
        [
            (5e-324, 744.5560034370396), (1e-300, 690.8914594138721), (1e-10, 23.14178244559887), (0.25, 1.5415067512483027),
            (0.75, 0.6105824221164641), (1.0, 0.42102443824070834), (1.999, 0.11403383058923292), (2.0, 0.11389387274953344),
            (2.001, 0.11375409873668463), (5.0, 0.0036910983340425942), (20.0, 5.741237815336525e-10), (100.0, 4.656628229175902e-45),
            (700.0, 4.669776431685377e-306),
        ],
        ["k1"] =
        [
            (1e-300, 9.999999999999999e+299), (1e-10, 10000000000.0), (0.25, 3.7470259744407115), (0.75, 0.9495804669621403),
            (1.0, 0.6019072301972346), (1.999, 0.14004984207710966), (2.0, 0.13986588181652243), (2.001, 0.13968218830176757),
            (5.0, 0.004044613445452165), (20.0, 5.883057969557038e-10), (100.0, 4.6798537356369095e-45), (700.0, 4.6731107967079664e-306),
        ],
        ["k0e"] =
        [
            (5e-324, 744.5560034370396), (1e-300, 690.8914594138721), (1e-10, 23.141782447913048), (0.25, 1.9793338485985688),
            (0.75, 1.2926029977639617), (1.0, 1.144463079806895), (1.999, 0.8417601901891834), (2.0, 0.8415682150707714),
            (2.001, 0.8413763728735403), (5.0, 0.547807564313519), (20.0, 0.27854487665718225), (100.0, 0.12517562165912657),
            (700.0, 0.04736236945461357), (10000000000.0, 1.2533141372998339e-05),
        ],
        ["k1e"] =
        [
            (1e-300, 9.999999999999999e+299), (1e-10, 10000000001.0), (0.25, 4.811276588171025), (0.75, 2.010261864333922),
            (1.0, 1.6361534862632583), (1.999, 1.033801820860028), (2.0, 1.0334768470686886), (2.001, 1.0331521611403638), (5.0, 0.6002738587883126),
            (20.0, 0.28542549694072644), (100.0, 0.12579995047957854), (700.0, 0.04739618765349454), (10000000000.0, 1.2533141373624996e-05),
        ],
        ["airy_ai"] =
        [
            (-1000.0, 0.05597189577301992), (-100.0, 0.1767533932395529), (-20.0, -0.1764061270779847), (-10.0, 0.04024123848644319),
            (-5.001, 0.3504329395176303), (-4.999, 0.35108732472633847), (-4.1, 0.009676979518714048), (-2.5, -0.11232506769296609),
            (-2.3, 0.02670633305735697), (-1.0, 0.5355608832923521), (-1e-10, 0.3550280539136992), (0.0, 0.3550280538878172),
            (1e-10, 0.3550280538619353), (0.5, 0.23169360648083348), (1.999, 0.034977255743715956), (2.001, 0.03487107495109645),
            (5.0, 0.00010834442813607442), (20.0, 1.6916728686705404e-27), (50.0, 4.5849417240748285e-104), (100.0, 2.6344821520881846e-291),
        ],
        ["airy_ai_slope"] =
        [
            (-1000.0, 2.6330710195241287), (-100.0, -0.2422970316605838), (-20.0, 0.8928628567364713), (-10.0, 0.99626504413279),
            (-5.001, 0.3289459794275029), (-4.999, 0.3254383724783967), (-4.1, -0.802872535418215), (-2.5, 0.6788527342647943),
            (-2.3, 0.700033662876576), (-1.0, -0.01016056711664521), (-1e-10, -0.2588194037928068), (0.0, -0.2588194037928068),
            (1e-10, -0.2588194037928068), (0.5, -0.2249105326646839), (1.999, -0.05316026832840256), (2.001, -0.05302057179553756),
            (5.0, -0.0002474138908684625), (20.0, -7.586391625748354e-27), (50.0, -3.244331819828799e-103), (100.0, -2.6351403616044097e-290),
        ],
        ["spherical_j0"] =
        [
            (1e-10, 1.0), (0.1, 0.9983341664682815), (0.499, 0.9590134598713969), (0.501, 0.9586883858424756), (1.0, 0.8414709848078965),
            (3.1, 0.013413116913964674), (10.0, -0.05440211108893698), (100.0, -0.005063656411097588), (-2.0, 0.45464871341284085),
            (10000000000.0, -4.875060250875107e-11),
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
                var allowed = Tolerance * Math.Max(Math.Abs(points[i].Y), Scale(name, points[i].X));
                Assert.True(Math.Abs(y[i] - points[i].Y) <= allowed || y[i] == points[i].Y, $"{backend}: {name}({points[i].X:R}) is {y[i]:R} instead of {points[i].Y:R}");
            }
        }
    }

    [Fact]
    public void A_root_of_J_below_6_keeps_its_digits()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [2], DType.Float64);
        using var session = new Session(graph);
        var y = session.Run(Ops.BesselJ0(x), (x, new[] { 2.404825557695773, 5.520078110286311 })).AsSpan<double>().ToArray();
        Assert.Equal(-6.108765259736730e-17, y[0], 1e-30);
        Assert.Equal(-2.7522649432621832e-17, y[1], 1e-30);
    }

    [Fact]
    public void A_float32_is_rounded_once()
    {
        foreach (var (name, function) in Functions)
        {
            if (name == "spherical_j0") continue;
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
            ("j0", inf, 0), ("j0", -inf, 0), ("j0", 0, 1), ("j0", nan, nan), ("j1", inf, 0), ("j1", -inf, 0), ("j1", 0, 0), ("j1", nan, nan),
            ("y0", 0, -inf), ("y0", -0.0, -inf), ("y0", -1, nan), ("y0", inf, 0), ("y0", nan, nan), ("y1", 0, -inf), ("y1", -1, nan), ("y1", inf, 0), ("y1", -inf, nan),
            ("k0", 0, inf), ("k0", -1, nan), ("k0", inf, 0), ("k0", nan, nan), ("k1", 0, inf), ("k1", -1, nan), ("k1", inf, 0), ("k1", 5e-324, inf),
            ("k0e", 0, inf), ("k0e", inf, 0), ("k0e", -inf, nan), ("k1e", 0, inf), ("k1e", inf, 0), ("k1e", nan, nan),
            ("airy_ai", inf, 0), ("airy_ai", -inf, 0), ("airy_ai", nan, nan), ("airy_ai", 1e30, 0), ("airy_ai_slope", inf, 0), ("airy_ai_slope", -inf, nan),
            ("spherical_j0", inf, 0), ("spherical_j0", -inf, 0), ("spherical_j0", 0, 1), ("spherical_j0", nan, nan),
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
        foreach (var (_, function) in Functions)
        {
            var graph = new Graph();
            var x = graph.Placeholder("x", [3], DType.Float64);
            double[] at = [0.7, 2.9, 7.3];
            GradientCheck.Verify(function(x), [x], (x, at));
            GradientCheck.Verify(Ops.Gradient(Ops.Sum(function(x)), x), [x], (x, at));
        }
    }

    [Fact]
    public void The_slope_of_the_scaled_function_keeps_its_digits_far_out()
    {
        // K0 - K1 times e^x at 10, 1000 and 10^5: computed with 40 digits.
        foreach (var backend in Enum.GetValues<Backend>())
        {
            var graph = new Graph();
            var x = graph.Placeholder("x", [3]);
            using var session = new Session(graph, new SessionOptions { Backend = backend });
            var slopes = session.Run(Ops.Gradient(Ops.Sum(Ops.ScaledBesselK0(x)), x), (x, new[] { 10f, 1000f, 1e5f })).AsSpan<float>().ToArray();
            float[] expected = [-0.019134636159190085f, -1.9809212205993364e-05f, -1.9816562176339892e-08f];
            for (var i = 0; i < 3; i++) Assert.Equal(expected[i], slopes[i], Math.Abs(expected[i]) * 2e-7f);
        }
    }

    private static double Scale(string name, double x) => name[0] switch
    {
        'k' => 0,
        'a' when x > 0 => 0,
        'a' => Math.Pow(1 + Math.Abs(x), name == "airy_ai" ? -0.25 : 0.25),
        _ => name == "spherical_j0" ? 0 : 1 / Math.Sqrt(1 + Math.Abs(x)),
    };
}
