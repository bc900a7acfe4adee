using GraphGrad.Tests.Exact;

namespace GraphGrad.Tests.Functions;

public sealed class ActivationTests
{
    private static readonly TensorData X = new double[] { -8, -3.5, -1.2, -0.4, 0.3, 0.9, 2.2, 5.5, 7.1, 12 };

    public static TheoryData<string> Names => [.. All.Keys];

    private static Dictionary<string, (Func<Value, Value> Build, Func<double, double> Expected)> All { get; } = new()
    {
        ["relu"] = (Ops.Relu, x => Math.Max(x, 0)),
        ["relu6"] = (Ops.Relu6, x => Math.Clamp(x, 0, 6)),
        ["leaky relu"] = (x => Ops.LeakyRelu(x, 0.2), x => x > 0 ? x : 0.2 * x),
        ["elu"] = (x => Ops.Elu(x, 1.5), x => x > 0 ? x : 1.5 * (Math.Exp(x) - 1)),
        ["selu"] = (Ops.Selu, x => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * (Math.Exp(x) - 1))),
        ["hard tanh"] = (x => Ops.HardTanh(x, -2, 3), x => Math.Clamp(x, -2, 3)),
        ["clip"] = (x => Ops.Clip(x, -2, 3), x => Math.Clamp(x, -2, 3)),
        ["hard sigmoid"] = (Ops.HardSigmoid, x => Math.Clamp((x / 6) + 0.5, 0, 1)),
        ["hard swish"] = (Ops.HardSwish, x => x * Math.Clamp((x / 6) + 0.5, 0, 1)),
        ["gelu"] = (Ops.Gelu, x => x * NormalDistribution(x)),
        ["tanh gelu"] = (Ops.GeluTanh, x => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x))))),
        ["silu"] = (Ops.Silu, x => x / (1 + Math.Exp(-x))),
        ["mish"] = (Ops.Mish, x => x * Math.Tanh(Math.Log(1 + Math.Exp(x)))),
        ["celu"] = (x => Ops.Celu(x, 1.5), x => x > 0 ? x : 1.5 * (Math.Exp(x / 1.5) - 1)),
        ["prelu"] = (x => Ops.PRelu(x, x.Number(0.2)), x => x > 0 ? x : 0.2 * x),
        ["hard shrink"] = (x => Ops.HardShrink(x, 1), x => Math.Abs(x) > 1 ? x : 0),
        ["soft shrink"] = (x => Ops.SoftShrink(x, 1), x => Math.Sign(x) * Math.Max(Math.Abs(x) - 1, 0)),
        ["tanh shrink"] = (Ops.TanhShrink, x => x - Math.Tanh(x)),
        ["threshold"] = (x => Ops.Threshold(x, 1, -3), x => x > 1 ? x : -3),
        ["softsign"] = (Ops.SoftSign, x => x / (1 + Math.Abs(x))),
        ["softplus"] = (x => Ops.Softplus(x, 2.5), x => Math.Log(1 + Math.Exp(2.5 * x)) / 2.5),
        ["log sigmoid"] = (Ops.LogSigmoid, x => -Math.Log(1 + Math.Exp(-x))),
    };

    [Theory]
    [InlineData(Backend.Compiled)]
    [InlineData(Backend.Interpreted)]
    public void The_slope_of_hard_swish_keeps_its_digits_where_it_changes_sign(Backend backend)
    {
        float[] x = [.. Enumerable.Range(0, 200).Select(i => -2 + (i * 0.00513f))];
        var slopes = FunctionCheck.Gradient(v => Ops.HardSwish(v[0]), [x], backend).AsSpan<float>();
        for (var i = 0; i < x.Length; i++)
        {
            // Both terms, x/6 and (x + 3)/6, are below 1/2.
            Assert.Equal(((2.0 * x[i]) + 3) / 6, slopes[i], 3e-8);
        }
    }

    [Theory]
    [InlineData(Backend.Compiled)]
    [InlineData(Backend.Interpreted)]
    public void Hard_swish_and_hard_sigmoid_keep_to_their_lines_at_the_ends_of_the_range(Backend backend)
    {
        // The places of a vector and its rest: each at several of them.
        float[] ends = [float.MaxValue, -float.MaxValue, 1e30f, -1e30f, float.PositiveInfinity, float.NegativeInfinity, float.NaN, float.Epsilon, -float.Epsilon, 3, -3];
        float[] x = [.. Enumerable.Repeat(ends, 7).SelectMany(e => e)];
        // x times the 0 of its sigmoid at -∞ is NaN, as in libtorch. NaN is beyond no end, so it has the slope between them.
        Check(Ops.HardSwish, [float.MaxValue, 0, 1e30f, 0, float.PositiveInfinity, float.NaN, float.NaN, 0, 0, 3, 0], [1, 0, 1, 0, 1, 0, float.NaN, 0.5f, 0.5f, 1, 0]);
        Check(Ops.HardSigmoid, [1, 0, 1, 0, 1, 0, float.NaN, 0.5f, 0.5f, 1, 0], [0, 0, 0, 0, 0, 0, 1 / 6f, 1 / 6f, 1 / 6f, 0, 0]);

        void Check(Func<Value, Value> function, float[] values, float[] slopes)
        {
            Same(values, FunctionCheck.Run(v => function(v[0]), [x], backend).AsSpan<float>());
            Same(slopes, FunctionCheck.Gradient(v => function(v[0]), [x], backend).AsSpan<float>());
            Same(values, FunctionCheck.Run(v => Ops.Cast(function(v[0]), DType.Float32), [Array.ConvertAll(x, e => (double)e)], backend).AsSpan<float>());
        }

        void Same(float[] expected, ReadOnlySpan<float> actual)
        {
            for (var i = 0; i < x.Length; i++) Assert.True(expected[i % ends.Length].Equals(actual[i]) || expected[i % ends.Length] == actual[i], $"{actual[i]} at {x[i]}, not {expected[i % ends.Length]}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Has_the_values_and_gradients_of_its_formula(string name)
    {
        var (build, expected) = All[name];
        FunctionCheck.All(v => build(v[0]), x => Array.ConvertAll(x[0], v => expected(v)), X);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Gives_NaN_for_NaN(string name)
    {
        var (build, _) = All[name];
        foreach (var backend in Enum.GetValues<Backend>())
            Assert.True(float.IsNaN(FunctionCheck.Run(v => build(v[0]), [float.NaN], backend).Item<float>()));
    }

    [Theory]
    [InlineData("relu", 0, 0)]
    [InlineData("leaky relu", 0, 0.2)]
    [InlineData("elu", 0, 1.5)]
    [InlineData("relu6", 0, 0)]
    [InlineData("relu6", 6, 0)]
    [InlineData("hard tanh", -2, 0)]
    [InlineData("hard tanh", 3, 0)]
    [InlineData("hard shrink", 1, 0)]
    [InlineData("soft shrink", -1, 0)]
    [InlineData("threshold", 1, 0)]
    [InlineData("softsign", 0, 1)]
    [InlineData("clip", -2, 1)]
    [InlineData("clip", 3, 1)]
    public void Has_the_documented_gradient_at_its_kinks(string name, double at, double gradient)
    {
        var (build, _) = All[name];
        foreach (var backend in Enum.GetValues<Backend>())
            Assert.Equal(gradient, FunctionCheck.Gradient(v => build(v[0]), [at], backend).Item<double>(), 1e-15);
    }

    [Fact]
    public void Exponentials_that_are_not_taken_leave_no_trace_in_the_gradient()
    {
        foreach (var backend in Enum.GetValues<Backend>())
            Assert.Equal([1f, 1f], FunctionCheck.Gradient(v => Ops.Elu(v[0]), [new[] { 1000f, 200f }], backend).AsSpan<float>().ToArray());
    }

    [Fact]
    public void Gelu_keeps_its_digits_in_the_negative_tail()
    {
        // x Φ(x) at -10: the complement of the error function is 7.6e-24, where 1 + erf would be 0.
        var y = FunctionCheck.Run(v => Ops.Gelu(v[0]), [-10.0]).Item<double>();
        Assert.Equal(-7.619853024160526e-23, y, 1e-33);
    }

    [Fact]
    public void Kernels_say_of_which_table_of_gelu_a_lane_picks()
    {
        var graph = new Graph();
        using var session = new Session(graph);
        var kernels = session.Explain(Ops.Gelu(graph.Placeholder("x", [1000]))).Kernels;
        Assert.DoesNotContain("Lookup(", kernels, StringComparison.Ordinal);
        // The centers, the highest coefficients and the values.
        foreach (var table in new[] { "{1.0951566 … 0.75179154}[t", "{-0.0014509483 … 0.047839157}[t", "{0.2727473 … 0.22547838}[t" }) Assert.Contains(table, kernels, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3, false)]
    [InlineData(3, true)]
    [InlineData(1 << 17, false)]
    public void What_grows_as_gelu_vanishes_gives_a_product_with_all_digits(int count, bool isOpen)
    {
        // The product with the error function becomes gelu, which vanishes where the exponential overflows; with mpmath, 60 digits.
        float[] at = [-30, -10, 10];
        double[] values = [-0.79700096123902766, -0.79013388202772006, 1.0369411057174145e23];
        double[] slopes = [5.8711792836605878e-5, 0.001506600451319036, 1.0473105167745886e24];
        var graph = new Graph();
        var x = graph.Placeholder("x", isOpen ? ["n"] : [count]);
        var y = x * Ops.Erfc(-x / Math.Sqrt(2)) * Ops.Exp(x * x / 2);
        var slope = Ops.Gradient(Ops.Sum(y), x);
        using var session = new Session(graph);
        var data = Enumerable.Range(0, count).Select(i => at[i % at.Length]).ToArray();
        foreach (var (result, right) in new[] { (y, values), (slope, slopes) })
        {
            var actual = session.Run(result, (x, data)).AsSpan<float>();
            for (var i = 0; i < at.Length; i++) Assert.Equal(right[i], actual[i], Math.Abs(right[i]) * 1e-6);
        }
    }

    [Fact]
    public void The_slope_of_gelu_keeps_its_digits_next_to_its_root()
    {
        // At the float nearest to the root, some floats from it, and where the square of x has many digits.
        float[] x = [-0.75179154f, -0.7517916f, -0.751791f, -0.7518f, -0.7f, -12.345678f];
        var graph = new Graph();
        var v = graph.Placeholder("v", [x.Length]);
        var slope = Ops.Gradient(Ops.Sum(0.5 * v * (1 + Ops.Erf(v / Math.Sqrt(2)))), v);
        using var session = new Session(graph);
        Assert.DoesNotContain(session.Explain(slope).StabilityReport, r => r.Remedy.Contains("float64", StringComparison.Ordinal));
        var actual = session.Run(slope, (v, x)).AsSpan<float>();
        for (var i = 0; i < x.Length; i++)
        {
            Real exact = x[i];
            var expected = ((Elementary.Erfc(-exact * Elementary.Sqrt(0.5)) * 0.5) + (exact * Elementary.Exp(exact * exact * -0.5) / Elementary.Sqrt(2 * Elementary.Pi))).ToDouble();
            Assert.Equal(expected, actual[i], Math.Abs(expected) * 3e-7);
        }
    }

    [Fact]
    public void Glu_gates_the_first_half_of_an_axis_by_the_second() => FunctionCheck.All(
        v => Ops.Glu(v[0], 1),
        x => [.. Enumerable.Range(0, 12).Select(i => (i / 6 * 12) + (i % 6)).Select(i => x[0][i] / (1 + Math.Exp(-x[0][i + 6])))],
        FunctionCheck.Numbers(2, 4, 3));

    [Fact]
    public void Glu_refuses_an_odd_axis() => Errors.Throws(
        "glu: axis -1 of 'x' float32[4, 3] cannot be halved; its extent must be known and even. Built at {here}.",
        () => Ops.Glu(new Graph().Placeholder("x", [4, 3])));

    [Fact]
    public void Prelu_takes_a_slope_for_each_channel() => FunctionCheck.All(
        v => Ops.PRelu(v[0], v[1]),
        x => [.. x[0].Select((e, i) => e > 0 ? e : e * x[1][i / 2 % 3])], FunctionCheck.Numbers(4, 3, 2), new[] { 0.1, -0.5, 2 });

    [Fact]
    public void Prelu_refuses_other_slopes() => Errors.Throws(
        "prelu: the slopes 'a' float32[4] must be a scalar or one number for each position of axis 1 of 'x' float32[2, 3]. Built at {here}.",
        () => new Graph() is var graph ? Ops.PRelu(graph.Placeholder("x", [2, 3]), graph.Placeholder("a", [4])) : null);

    [Fact]
    public void Softmin_is_the_softmax_of_the_negative() => FunctionCheck.All(
        v => Ops.Softmin(v[0]), x => [.. x[0].Chunk(3).SelectMany(row => row.Select(e => Math.Exp(-e) / row.Sum(o => Math.Exp(-o))))], FunctionCheck.Numbers(2, 3));

    [Theory]
    [InlineData("celu", "alpha for 'x' is 0; it must not be.")]
    [InlineData("softplus", "beta for 'x' is 0; it must not be.")]
    [InlineData("HardShrink", "lambda for 'x' is -1; it must not be negative.")]
    [InlineData("SoftShrink", "lambda for 'x' is -1; it must not be negative.")]
    public void Refuses_numbers_that_mean_nothing(string function, string why) => Errors.Throws(
        $"{function}: {why} Built at {{here}}.",
        () => new Graph().Placeholder("x", []) is var x
            ? function switch
            {
                "celu" => Ops.Celu(x, 0),
                "softplus" => Ops.Softplus(x, 0),
                "HardShrink" => Ops.HardShrink(x, -1),
                _ => Ops.SoftShrink(x, -1),
            }
            : null);

    [Fact]
    public void The_slope_of_softsign_keeps_its_digits_far_out()
    {
        double[] places = [1e3, 1e8, 1e12, 1e17, -1e30, 3e38];
        var slopes = FunctionCheck.Gradient(v => Ops.SoftSign(v[0]), [places]).AsSpan<double>();
        for (var i = 0; i < places.Length; i++) Assert.Equal(1, slopes[i] * (1 + Math.Abs(places[i])) * (1 + Math.Abs(places[i])), 1e-12);
    }

    [Fact]
    public void Refuses_ends_in_the_wrong_order() => Errors.Throws(
        "HardTanh: the lower end 2 exceeds the upper end 1; swap them. Built at {here}.",
        () => Ops.HardTanh(new Graph().Placeholder("x", []), 2, 1));

    /// <summary>Φ by Simpson's rule: no formula shared with the function under test.</summary>
    private static double NormalDistribution(double x)
    {
        const int steps = 20_000;
        const double from = -40;
        var h = (x - from) / steps;
        var sum = Density(from) + Density(x);
        for (var i = 1; i < steps; i++) sum += Density(from + (i * h)) * (i % 2 == 0 ? 2 : 4);
        return sum * h / 3;

        static double Density(double t) => Math.Exp(-t * t / 2) / Math.Sqrt(2 * Math.PI);
    }
}
