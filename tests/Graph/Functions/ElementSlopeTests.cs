using GraphGrad.Tests.OpTable;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Functions;

/// <summary>Slopes and second derivatives of elementwise functions, whose formulas by the functions themselves cancel, against numbers computed with 60 digits and more.</summary>
public sealed class ElementSlopeTests
{
    // Points are numbers of float32.
    private static readonly Dictionary<string, (Func<Value, Value> Function, (double X, double Slope, double Second)[] Points)> Functions = new()
    {
        ["i0e"] = (ScaledBesselI0,
        [
            (8.800155271160293e-09, -0.9999999867997672, 1.499999977999612), (0.3125, -0.6338705763038504, 0.897449703829053),
            (2.5, -0.06346179208093619, 0.04428972434936575), (7.875, -0.009520339374314278, 0.0018867809381686795),
            (8.125, -0.00906747133491099, 0.0017389911033090849), (-33039.78125, 3.3214617431862935e-08, 1.5079489410751823e-12),
            (294140.96875, -1.2503953391876506e-09, 6.376516032050562e-15), (500000000.0, -1.784124117490864e-14, 5.352372355148779e-23),
        ]),
        ["i1e"] = (ScaledBesselI1,
        [
            (8.800155271160293e-09, 0.4999999911998448, -0.999999983499709), (0.3125, 0.26357912752520263, -0.5559702758180288),
            (2.5, -0.019172067731570437, -0.0035673533317349257), (7.875, -0.007633558436145598, 0.001260832553463762),
            (8.125, -0.007328480231601905, 0.0011809389641511982), (-33039.78125, -3.321310948292186e-08, -1.5078348392035282e-12),
            (294140.96875, -1.2503889626716186e-09, 6.376461835915638e-15), (500000000.0, -1.7841241121384918e-14, 5.352372328386918e-23),
        ]),
        ["erfcx"] = (ScaledErfc,
        [
            (-5, -1440097986747.7388, 14688999464826.709), (-0.125, -1.4179475601183178, 2.671034034212021),
            (0.5, -0.5126888229025867, 0.718691865483265), (3, -0.05437226000717287, 0.03176874231974267),
            (11.040061950683594, -0.004573113454427529, 0.0008185436977288991), (14.920465469360352, -0.0025174261790686324, 0.00033520735296967336),
            (19.38428497314453, -0.0014955460444125862, 0.00015369467627068256), (100000.0, -5.641895834631278e-11, 1.1283791667569989e-15),
        ]),
    };

    // Second derivatives by x twice, by x and y, by y twice.
    private static readonly (double X, double Y, double OfX, double Mixed, double OfY)[] Lengths =
    [
        (1, 1.0000000116860974e-07, 1.00000002337218e-14, -1.0000000116860825e-07, 0.999999999999985),
        (2, -1.0000000116860974e-07, 1.250000029215239e-15, 2.5000000292152343e-08, 0.4999999999999981),
        (-4643.98291015625, -1.196980357170105, 1.4305471129700044e-11, -5.550163212796943e-08, 0.0002153323816419487),
        (-29630546.0, -1.196980357170105, 5.507507336006508e-23, -1.363351106702305e-15, 3.374895622915614e-08),
        (0.18924663960933685, 4.2033530904483864e-16, 2.606797023989023e-29, -1.1736524777196806e-14, 5.284109678588253),
        (0.75, -0.5, 0.3413539669078333, 0.51203095036175, 0.7680464255426249),
    ];

    public static TheoryData<string> Names => [.. Functions.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Far_out_and_near_0_both_orders_have_their_digits(string name)
    {
        var (function, points) = Functions[name];
        foreach (var backend in Enum.GetValues<Backend>())
        {
            foreach (var type in (DType[])[DType.Float32, DType.Float64])
            {
                TensorData[] x = [Numbers(points.Select(p => p.X), type)];
                Check(name, points.Select(p => p.Slope), FunctionCheck.Run(v => Slope(function(v[0]), v[0]), x, backend));
                Check(name, points.Select(p => p.Second), FunctionCheck.Run(v => Slope(Slope(function(v[0]), v[0]), v[0]), x, backend));
            }
        }
    }

    [Fact]
    public void Lengths_have_the_digits_of_second_derivatives_where_one_side_is_much_the_longer()
    {
        foreach (var backend in Enum.GetValues<Backend>())
        {
            foreach (var type in (DType[])[DType.Float32, DType.Float64])
            {
                TensorData[] sides = [Numbers(Lengths.Select(p => p.X), type), Numbers(Lengths.Select(p => p.Y), type)];
                Check("by x, x", Lengths.Select(p => p.OfX), Second(0, 0));
                Check("by x, y", Lengths.Select(p => p.Mixed), Second(0, 1));
                Check("by y, x", Lengths.Select(p => p.Mixed), Second(1, 0));
                Check("by y, y", Lengths.Select(p => p.OfY), Second(1, 1));

                TensorData Second(int first, int second) => FunctionCheck.Run(v => Slope(Slope(Hypot(v[0], v[1]), v[first]), v[second]), sides, backend);
            }
        }
    }

    [Fact]
    public void Entropies_of_Cauchy_numbers_have_the_slope_of_a_logarithm()
    {
        float[] scales = [0.3f, 1.7f, 2.3f, 5.1f, 1e-3f];
        foreach (var backend in Enum.GetValues<Backend>())
        {
            foreach (var entropy in (Func<Value, Value>[])[Entropy.Cauchy, Entropy.HalfCauchy])
                Assert.Equal(scales.Select(s => 1 / s), FunctionCheck.Run(v => Slope(entropy(v[0]), v[0]), [scales], backend).AsSpan<float>().ToArray());
        }
    }

    private static Value Slope(Value y, Value x) => Gradient(Sum(y), x);

    private static TensorData Numbers(IEnumerable<double> numbers, DType type) => ((TensorData)numbers.ToArray()).As(type);

    private static void Check(string name, IEnumerable<double> expected, TensorData actual)
    {
        var tolerance = actual.DType == DType.Float32 ? 4e-7 : 4e-14;
        foreach (var (wanted, index) in expected.Select((wanted, index) => (wanted, index)))
            Assert.True(Math.Abs(actual.At(index) - wanted) <= tolerance * Math.Abs(wanted), $"{name} {actual.DType} {index}: {actual.At(index):R} for {wanted:R}");
    }
}
