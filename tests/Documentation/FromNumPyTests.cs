using System.Runtime.CompilerServices;
using GraphGrad.Tests.Conventions;
using GraphGrad.Tests.OpTable;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Documentation;

/// <summary>docs/from-numpy.md: each expression of its tables gives what NumPy 1.24 and SciPy 1.10 give, and its tables have no others.</summary>
public sealed class FromNumPyTests
{
    private static readonly TensorData[] Table = [TensorData.Create([1.5, -2, 0.25, 3, -0.5, 4], [2, 3]), TensorData.Create([0.5, 2, -1], [3])];
    private static readonly TensorData[] Line = [TensorData.Create([1.0, 2, 4, 7], [4]), TensorData.Create([0.5, -1, 2, 0.25], [4])];
    private static readonly TensorData[] Gaps = [TensorData.Create([1, double.NaN, 3, -2], [4]), TensorData.Create([0.0, 0, 0, 0], [4])];
    private static readonly TensorData[] Unit = [TensorData.Create([0.5, 0.25, 0.875], [3]), TensorData.Create([0.75, 2, 0.5], [3])];
    private static readonly TensorData[] Counts = [TensorData.Create([3.0, 2, 4, 7], [4]), TensorData.Create([0.0, 0, 0, 0], [4])];
    private static readonly TensorData[] Whole = [TensorData.Create([5L, -7, 4, 2], [4]), TensorData.Create([2L, 3, 1, 3], [4])];

    private static readonly Row[] Rows =
    [
        new("absolute(x), fabs(x)", (x, y) => Abs(x), Table, [1.5, 2, 0.25, 3, 0.5, 4]),
        new("power(x, 3)", (x, y) => Pow(x, 3), Table, [3.375, -8, 0.015625, 27, -0.125, 64]),
        new("cbrt(x)", (x, y) => CopySign(Pow(Abs(x), 1.0 / 3), x), Table, [1.1447142425533319, -1.2599210498948732, 0.6299605249474366, 1.4422495703074083, -0.7937005259840998, 1.5874010519681996]),
        new("degrees(x), rad2deg(x)", (x, y) => RadToDeg(x), Table, [85.94366926962348, -114.59155902616465, 14.32394487827058, 171.88733853924697, -28.64788975654116, 229.1831180523293]),
        new("radians(x), deg2rad(x)", (x, y) => DegToRad(x), Table, [0.026179938779914945, -0.03490658503988659, 0.004363323129985824, 0.05235987755982989, -0.008726646259971648, 0.06981317007977318]),
        new("around(x), rint(x)", (x, y) => Round(x), Table, [2, -2, 0, 3, -0, 4]),
        new("mod(x, y), remainder(x, y)", (x, y) => FloorRemainder(x, y), Table, [0, 0, -0.75, 0, 1.5, -0]),
        new("fmod(x, y)", (x, y) => Remainder(x, y), Table, [0, -0, 0.25, 0, -0.5, 0]),
        new("divmod(x, y)", (x, y) => Stack([FloorDivide(x, y), FloorRemainder(x, y)]), Table, [3, -1, -1, 6, -1, -4, 0, 0, -0.75, 0, 1.5, -0]),
        new("modf(x)", (x, y) => Stack([Frac(x), Trunc(x)]), Table, [0.5, -0, 0.25, 0, -0.5, 0, 1, -2, 0, 3, -0, 4]),
        new("left_shift(x, y)", (x, y) => ShiftLeft(x, y), Whole, [20, -56, 8, 16]),
        new("bitwise_and(x, y)", (x, y) => x & y, Whole, [0, 1, 0, 2]),
        new("invert(x)", (x, y) => Not(x), Whole, [-6, 6, -5, -3]),
        new("x / y", (x, y) => Cast(x, DType.Float64) / Cast(y, DType.Float64), Whole, [2.5, -2.3333333333333335, 4, 0.6666666666666666]),
        new("x // y", (x, y) => FloorDivide(x, y), Whole, [2, -3, 4, 0]),
        new("clip(x, 0, None)", (x, y) => Maximum(x, 0), Table, [1.5, 0, 0.25, 3, 0, 4]),
        new("select([x > 1, x > 0], [x, -x], 9)", (x, y) => Where(x > 1, x, Where(x > 0, -x, 9)), Table, [1.5, 9, -0.25, 3, 9, 4]),
        new("max(x), amax(x)", (x, y) => Max(x), Table, [4]),
        new("argmax(x)", (x, y) => ArgMax(Flatten(x)), Table, [5]),
        new("median(x)", (x, y) => Quantile(Flatten(x), 0.5), Table, [0.875]),
        new("percentile(x, 30)", (x, y) => Quantile(Flatten(x), 0.3), Table, [-0.125]),
        new("average(x, weights=y)", (x, y) => Sum(x * y) / Sum(y), Line, [4.714285714285714]),
        new("ptp(x)", (x, y) => Max(x) - Min(x), Table, [6]),
        new("product(x)", (x, y) => Prod(x), Table, [4.5]),
        new("nanmax(x)", (x, y) => Max(Where(IsNaN(x), double.NegativeInfinity, x)), Gaps, [3]),
        new("nanprod(x)", (x, y) => Prod(Where(IsNaN(x), 1, x)), Gaps, [-6]),
        new("nancumsum(x)", (x, y) => CumSum(Where(IsNaN(x), 0, x), 0), Gaps, [1, 1, 4, 2]),
        new("nanvar(x)", (x, y) => NanMean(Square(x - NanMean(x))), Gaps, [4.222222222222222]),
        new("nanstd(x)", (x, y) => Sqrt(NanMean(Square(x - NanMean(x)))), Gaps, [2.0548046676563256]),
        new("nanargmax(x)", (x, y) => ArgMax(Where(IsNaN(x), double.NegativeInfinity, x)), Gaps, [2]),
        new("array_equal(x, y)", (x, y) => All(Equal(x, y)), Line, [0]),
        new("cov(x)", (x, y) => Covariance(x), Table, [3.145833333333333, 3.520833333333333, 3.520833333333333, 5.583333333333334]),
        new("corrcoef(x)", (x, y) => Correlation(x), Table, [0.9999999999999999, 0.8400997083774132, 0.8400997083774132, 1]),
        new("linalg.norm(x, axis=1)", (x, y) => Norm(x, axis: 1), Table, [2.5124689052802225, 5.024937810560445]),
        new("ediff1d(x)", (x, y) => Diff(Flatten(x)), Table, [-3.5, 2.25, 2.75, -3.5, 4.5]),
        new("gradient(x)", (x, y) => DifferenceQuotients(x), Line, [1, 1.5, 2.5, 3]),
        new("trapz(x)", (x, y) => Trapezoid(x), Table, [-1.125, 3]),
        new("interp(2.5, x, y)", (x, y) => Interp(x.Graph.Constant(2.5), x, y), Line, [-0.25]),
        new("convolve(x, y)", (x, y) => Conv1d(Reshape(x, [1, 1, -1]), Reshape(Reverse(y, [0]), [1, 1, -1]), padding: 3)[0, 0], Line, [0.5, 0, 2, 3.75, 1.5, 15, 1.75]),
        new("correlate(x, y)", (x, y) => Conv1d(Reshape(x, [1, 1, -1]), Reshape(y, [1, 1, -1]))[0, 0], Line, [8.25]),
        new("polyval(y, x)", (x, y) => MatMul(Vandermonde(x, 4), y), Line, [1.75, 4.25, 24.25, 136.75]),
        new("unwrap(x)", (x, y) => Concat([x[..1], x[1..] - 2 * Math.PI * CumSum(Round(Diff(x) / (2 * Math.PI)), 0)]), Line, [1, 2, 4, 7]),
        new("sort(x, axis=None)", (x, y) => Sort(Flatten(x)).Values, Table, [-2, -0.5, 0.25, 1.5, 3, 4]),
        new("argpartition(x, 2)", (x, y) => ArgSort(x), Table, [1, 2, 0, 1, 0, 2]),
        new("digitize(x, [0, 1])", (x, y) => Bucketize(x, x.Graph.Constant([0.0, 1.0]), right: true), Table, [2, 0, 1, 2, 0, 2]),
        new("in1d(x, y)", (x, y) => IsIn(Flatten(x), y), Table, [0, 0, 0, 0, 0, 0]),
        new("flatnonzero(x > 0)", (x, y) => Nonzero(Flatten(x > 0), 4)[.., 0], Table, [0, 2, 3, 5]),
        new("append(x, y)", (x, y) => Concat([Flatten(x), y]), Table, [1.5, -2, 0.25, 3, -0.5, 4, 0.5, 2, -1]),
        new("delete(x, 1, axis=1)", (x, y) => Concat([x[.., ..1], x[.., 2..]], 1), Table, [1.5, 0.25, 3, 4]),
        new("insert(x, 1, 0, axis=1)", (x, y) => Concat([x[.., ..1], ZerosLike(x[.., ..1]), x[.., 1..]], 1), Table, [1.5, 0, -2, 0.25, 3, 0, -0.5, 4]),
        new("rollaxis(x, 1)", (x, y) => MoveAxis(x, 1, 0), Table, [1.5, 3, -2, -0.5, 0.25, 4]),
        new("flipud(x)", (x, y) => Reverse(x, [0]), Table, [3, -0.5, 4, 1.5, -2, 0.25]),
        new("tri(2, 3)", (x, y) => TriangularLower(Ones(x.Graph, [2, 3], x.DType)), Table, [1, 0, 0, 1, 1, 0]),
        new("indices((2, 3))[1]", (x, y) => Iota(x.Graph, [2, 3], 1), Table, [0, 1, 2, 0, 1, 2]),
        new("geomspace(1, 1000, 4)", (x, y) => Logspace(x.Graph, 0, 3, 4, dtype: x.DType), Table, [1, 10, 100, 1000]),
        new("x[ix_([1, 0], [2, 1])]", (x, y) => Gather(Gather(x, x.Graph.Constant([1, 0]), 0), x.Graph.Constant([2, 1]), 1), Table, [4, -0.5, 0.25, -2]),
        new("apply_along_axis(f, 1, x), with f = sort", (x, y) => Vectorize(row => Sort(row).Values, x), Table, [-2, 0.25, 1.5, -0.5, 3, 4]),
        new("unravel_index(5, (2, 3))", (x, y) => Stack([FloorDivide(x.Graph.Constant(5L), 3), FloorRemainder(x.Graph.Constant(5L), 3)]), Table, [1, 2]),
        new("expit(x)", (x, y) => Sigmoid(x), Table, [0.8175744761936437, 0.11920292202211755, 0.5621765008857981, 0.9525741268224334, 0.3775406687981454, 0.9820137900379085]),
        new("log_expit(x)", (x, y) => LogSigmoid(x), Table, [-0.2014132779827524, -2.1269280110429727, -0.5759394198788436, -0.04858735157374206, -0.9740769841801067, -0.018149927917809738]),
        new("exp10(x)", (x, y) => Pow(10, x), Table, [31.622776601683793, 0.01, 1.7782794100389228, 1000, 0.31622776601683794, 10000]),
        new("exprel(x)", (x, y) => Expm1(x) / x, Table, [2.321126046892043, 0.43233235838169365, 1.1361016667509658, 6.361845641062556, 0.7869386805747332, 13.399537508286059]),
        new("cosm1(x)", (x, y) => -2 * Square(Sin(x / 2)), Table, [-0.9292627983322971, -1.4161468365471424, -0.031087578289355215, -1.9899924966004454, -0.12241743810962728, -1.6536436208636118]),
        new("erfcx(x)", (x, y) => ScaledErfc(x), Table, [0.3215854164543176, 108.94090438997797, 0.770346547730997, 0.17900115118138998, 1.952360489182557, 0.1369994576250614]),
        new("erfinv(x)", (x, y) => ErfInverse(x), Unit, [0.4769362762044699, 0.2253120550121781, 1.0847870400692832]),
        new("erfcinv(x)", (x, y) => ErfInverse(1 - x), Unit, [0.4769362762044699, 0.8134198475976184, 0.11123545184094996]),
        new("ndtr(x)", (x, y) => NormalCdf(x), Table, [0.9331927987311419, 0.022750131948179195, 0.5987063256829237, 0.9986501019683699, 0.3085375387259869, 0.9999683287581669]),
        new("ndtri(x)", (x, y) => NormalQuantile(x), Unit, [0, -0.6744897501960817, 1.1503493803760079]),
        new("gammaln(x)", (x, y) => LogGamma(x), Unit, [0.5723649429247, 1.2880225246980774, 0.08585870722533423]),
        new("gamma(x), for x > 0", (x, y) => Exp(LogGamma(x)), Unit, [1.7724538509055159, 3.625609908221908, 1.089652357422897]),
        new("psi(x), digamma(x)", (x, y) => Digamma(x), Unit, [-1.9635100260214235, -4.2274535333762655, -0.8040170715476953]),
        new("betaln(x, y)", (x, y) => LogGamma(x) + LogGamma(y) - LogGamma(x + y), Unit, [0.8739177307778083, 1.1631508098056809, 0.7759789208911131]),
        new("betainc(y, 2, x)", (x, y) => BetaInc(y, y.Graph.Constant(2.0), x), Unit, [0.8175798915643706, 0.15625, 0.9938777433618282]),
        new("gammainc(x, y)", (x, y) => GammaInc(x, y), Unit, [0.7793286380801531, 0.9827139881404832, 0.4577516648655838]),
        new("gammaincinv(y, x)", (x, y) => GammaIncInverse(y, x), Unit, [0.4541669783238561, 0.9612787631147771, 1.1767629223022746]),
        new("gammainccinv(y, x)", (x, y) => GammaInccInverse(y, x), Unit, [0.4541669783238561, 2.6926345288896956, 0.012373325746260282]),
        new("betaincinv(y, 2, x)", (x, y) => BetaIncInverse(y, y.Graph.Constant(2.0), x), Unit, [0.21392344260086876, 0.32635182233306964, 0.4836550852577657]),
        new("stdtrit(y, x)", (x, y) => InverseCdf.StudentT(x, y, ZerosLike(y), OnesLike(y)), Unit, [8.389681699604314e-17, -0.8164965809277266, 6.559544932431873]),
        new("comb(x, 2), binom(x, 2)", (x, y) => Exp(LogGamma(x + 1) - LogGamma(x - 1)) / 2, Counts, [3, 1, 6, 21]),
        new("boxcox(x, 0.3)", (x, y) => Expm1(0.3 * Log(x)) / 0.3, Unit, [-0.625825345479215, -1.134153482045176, -0.1308921571142659]),
        new("rel_entr(x, y)", (x, y) => XLogY(x, x / y), Unit, [-0.20273255405408222, -0.5198603854199589, 0.4896638144434948]),
        new("pseudo_huber(2, x)", (x, y) => 4 * (Sqrt(1 + Square(x / 2)) - 1), Table, [1, 1.6568542494923801, 0.031128874149274822, 3.211102550927979, 0.12310562561766054, 4.944271909999159]),
        new("i0(x), i0e(x), i1(x), i1e(x)", (x, y) => BesselI0(x), Table, [1.6467231897728907, 2.279585302336067, 1.015686141223608, 4.880792585865024, 1.0634833707413234, 11.30192195213633]),
        new("k0(x), k0e(x), k1(x), k1e(x)", (x, y) => BesselK0(x), Unit, [0.9244190712276656, 1.5415067512483027, 0.5050525915925123]),
        new("j0(x), j1(x), y0(x), y1(x)", (x, y) => BesselJ0(x), Table, [0.5118276717359181, 0.22389077914123562, 0.9844359292958528, -0.2600519549019335, 0.938469807240813, -0.3971498098638473]),
        new("spherical_jn(0, x)", (x, y) => SphericalBesselJ0(x), Unit, [0.958851077208406, 0.9896158370180917, 0.8771925739840309]),
        new("eval_chebyt(3, x)", (x, y) => ChebyshevT(x, 3), Table, [9, -26, -0.6875, 99, 1, 244]),
        new("eval_legendre(3, x)", (x, y) => LegendreP(x, 3), Table, [6.1875, -17, -0.3359375, 63, 0.4375, 154]),
        new("eval_hermite(3, x)", (x, y) => HermiteH(x, 3), Table, [9.000000000000007, -40.00000000000002, -2.875, 180.00000000000009, 5.000000000000001, 464.0000000000002]),
        new("zeta(3, y)", (x, y) => Zeta(3, y), Unit, [2.6513166081688193, 0.2020569031595943, 8.414398322117158]),
        new("pdtr(2, x)", (x, y) => Cdf.Poisson(x.Graph.Constant(2.0), x), Unit, [0.9856123220330293, 0.9978385033102375, 0.9411962788053823]),
        new("chdtr(2, x)", (x, y) => Cdf.ChiSquared(x, x.Graph.Constant(2.0)), Unit, [0.22119921692859512, 0.1175030974154046, 0.35435147357210806]),
        new("stdtr(2, x)", (x, y) => Cdf.StudentT(x, x.Graph.Constant(2.0), x.Graph.Constant(0.0), x.Graph.Constant(1.0)), Table, [0.8638034375544996, 0.09175170953613696, 0.5870388279778489, 0.9522670168666454, 0.33333333333333337, 0.9714045207910317]),
    ];

    public static TheoryData<string> Names => [.. Rows.Select(row => row.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Gives_what_NumPy_gives(string name)
    {
        var row = Rows.Single(r => r.Name == name);
        foreach (var backend in new[] { Backend.Compiled, Backend.Interpreted })
        {
            var graph = new Graph();
            var (x, y) = (graph.Placeholder("x", row.Inputs[0].Shape, row.Inputs[0].DType), graph.Placeholder("y", row.Inputs[1].Shape, row.Inputs[1].DType));
            using var session = new Session(graph, new SessionOptions { Backend = backend });
            var result = session.Run(row.Function(x, y), (x, row.Inputs[0]), (y, row.Inputs[1]));
            Assert.Equal(row.Expected.Length, result.Count);
            Closeness.AssertClose(result, i => row.Expected[i], ulps: 8, 2e-14 * row.Expected.Max(Math.Abs), signOfZero: false, $"{name}, {backend}");
        }
    }

    [Fact]
    public void The_page_has_these_lines()
    {
        var lines = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "from-numpy.md")).Where(line => line.StartsWith("| `", StringComparison.Ordinal));
        Assert.Equal(Rows.Select(row => $"| `{row.Name}` | `{row.Text[(row.Text.IndexOf("=>", StringComparison.Ordinal) + 3)..]}` |"), lines);
    }

    private sealed record Row(
        string Name, Func<Value, Value, Value> Function, TensorData[] Inputs, double[] Expected, [CallerArgumentExpression(nameof(Function))] string Text = "");
}
