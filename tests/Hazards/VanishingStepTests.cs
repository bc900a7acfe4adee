using static GraphGrad.Ops;

namespace GraphGrad.Tests.Hazards;

/// <summary>Steps that vanish, overflow or lose their digits even in float64, where the results do not: values and gradients in float32, of known and of unknown extents.</summary>
public sealed class VanishingStepTests
{
    // Of a row; right to 80 digits by mpmath: the value and the derivative by the first element.
    private static readonly Dictionary<string, (Func<Value, Value> Build, float[] At, double Value, double Slope)> Cases = new()
    {
        ["norm of order 50"] = (v => Pow(Sum(Pow(v, 50), -1), 1.0 / 50), [1e-20f, 1e-20f, 1e-20f], 1.022215380839005e-20, 0.3407384710928257),
        ["norm of order 50 of large elements"] = (v => Pow(Sum(Pow(v, 50), -1), 1.0 / 50), [1e10f, 2e10f, 1e10f], 2e10, 1.7763568394002473e-15),
        ["norm of order 50 of two"] = (v => Pow(Pow(Part(v, 0), 50) + Pow(Part(v, 1), 50), 1.0 / 50), [1e-20f, 1e-20f], 1.013959447612555e-20, 0.5069797398950145),
        ["lgamma(x + 1)"] = (v => LogGamma(Part(v, 0) + 1), [1e-30f], -5.772156667319281e-31, -0.5772156649015329),
        ["erfinv(1 - x)"] = (v => ErfInverse(1 - Part(v, 0)), [1e-30f], 8.14861622297672, -6.090812619580731e28),
        ["erfinv(1 - x), x = 1e-5"] = (v => ErfInverse(1 - Part(v, 0)), [1e-5f], 3.1234132782033535, -15289.602004930537),
        ["erfinv(1 - x), x = 1.5"] = (v => ErfInverse(1 - Part(v, 0)), [1.5f], -0.4769362762044699, -1.1125848189719498),
        ["sqrt(2) * erfinv(2 * x - 1)"] = (v => Math.Sqrt(2) * ErfInverse((2 * Part(v, 0)) - 1), [1e-30f], -11.464024688169063, 8.658027756090292e28),
        ["sqrt(2) * erfinv(2 * x - 1), x = 0.9999"] = (v => Math.Sqrt(2) * ErfInverse((2 * Part(v, 0)) - 1), [0.9999f], 3.718974568757523, 2525.8286213285232),
        ["erfinv(erf(x))"] = (v => ErfInverse(Erf(Part(v, 0))), [9], 9, 1),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void They_come_out_right(string name)
    {
        var (build, at, value, slope) = Cases[name];
        foreach (var isOpen in new[] { false, true })
        {
            var (y, gradient) = Run(build, at, isOpen, (y, x) => Ops.Gradient(y, x));
            Near(value, y);
            Near(slope, gradient[0]);
        }
    }

    /// <summary>Each element's own: the products with the others cancel.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Second_derivatives_of_the_logarithm_of_a_product_are_right(bool isOpen)
    {
        var (_, seconds) = Run(v => Log(Prod(v, -1)), [1e-19f, 1e19f, 2], isOpen, (y, x) => Ops.Gradient(Sum(Ops.Gradient(y, x)), x));
        Near(-0.25, seconds[2]);
    }

    [Fact]
    public void A_mean_of_few_large_numbers_stays_in_the_range()
    {
        var (y, _) = Run(v => Mean(v, -1), [3e38f, 3e38f, -1e38f], isOpen: false, (y, x) => Ops.Gradient(y, x));
        Near(5e38 / 3, y);
    }

    /// <summary>It does not change where all elements grow alike, and is no NaN.</summary>
    [Theory]
    [InlineData(1e15f)]
    [InlineData(1e-15f)]
    public void A_kurtosis_stays_where_all_elements_move(float scale)
    {
        var (_, moved) = Run(
            v => v - Mean(v, -1, keepDims: true) is var d ? Mean(Pow(d, 4), -1) / Square(Mean(Square(d), -1)) : v,
            [1 * scale, 2 * scale, 5 * scale],
            isOpen: true,
            (y, x) => Ops.Jvp(y, x, OnesLike(x)));
        Assert.Equal(0, moved[0]);
    }

    private static Value Part(Value v, int place) => v[AxisIndex.Ellipsis, place];

    private static (float Value, float[] Derivative) Run(Func<Value, Value> build, float[] at, bool isOpen, Func<Value, Value, Value> differentiate)
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", isOpen ? ["batch", at.Length] : [1, at.Length]);
        var y = build(x);
        using var session = new Session(graph, new SessionOptions { Threads = 1 });
        var data = new float[1, at.Length];
        for (var i = 0; i < at.Length; i++) data[0, i] = at[i];
        var results = session.Run([y, differentiate(Sum(y), x)], (x, data));
        return (results[0].AsSpan<float>()[0], results[1].AsSpan<float>().ToArray());
    }

    private static void Near(double right, double actual) => Expect.True(Math.Abs(actual - right) <= 1e-5 * Math.Abs(right), $"{actual} for {right}");
}
