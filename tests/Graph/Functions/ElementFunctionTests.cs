namespace GraphGrad.Tests.Functions;

/// <summary>Elementwise functions composed of others.</summary>
public sealed class ElementFunctionTests
{
    private static readonly TensorData X = new double[] { -8, -3.5, -1.2, -0.4, 0.3, 0.9, 2.2, 5.5, 7.1, 12 };
    private static readonly TensorData Y = new double[] { 1.5, -0.83, 3, 0.43, -0.31, 2.5, -2.3, 5.6, 0.9, -7 };
    private static readonly TensorData Shares = new double[] { 0.003, 0.2, 0.26, 0.49, 0.51, 0.7, 0.76, 0.99 };

    public static TheoryData<string> OneInput => [.. Unary.Keys];

    public static TheoryData<string> TwoInputs => [.. Binary.Keys];

    private static Dictionary<string, (Func<Value, Value> Build, Func<double, double> Expected, TensorData X)> Unary { get; } = new()
    {
        ["exp2"] = (Ops.Exp2, x => Math.Pow(2, x), X),
        ["frac"] = (x => Ops.Frac(x + 0.25), x => x + 0.25 - Math.Truncate(x + 0.25), X),
        ["reciprocal"] = (Ops.Reciprocal, x => 1 / x, X),
        ["sinc"] = (Ops.Sinc, x => Math.Sin(Math.PI * x) / (Math.PI * x), X),
        ["degrees"] = (Ops.DegToRad, x => x * Math.PI / 180, X),
        ["radians"] = (Ops.RadToDeg, x => x * 180 / Math.PI, X),
        ["logit"] = (x => Ops.Logit(x), x => Math.Log(x / (1 - x)), Shares),
        ["logit cut off"] = (x => Ops.Logit(x, 0.1), x => Math.Log(Math.Clamp(x, 0.1, 0.9) / (1 - Math.Clamp(x, 0.1, 0.9))), Shares),
        ["entr"] = (x => Ops.Entr(Ops.Abs(x)), x => -Math.Abs(x) * Math.Log(Math.Abs(x)), X),
        ["normal distribution"] = (Ops.NormalCdf, x => x switch { -8 => 6.220960574271785e-16, -3.5 => 0.00023262907903552504, -1.2 => 0.11506967022170828, -0.4 => 0.3445782583896758, 0.3 => 0.6179114221889526, 0.9 => 0.8159398746532405, 2.2 => 0.9860965524865014, _ => 1 - Tail(x) }, X),
        ["copysign of a number"] = (x => Ops.CopySign(x, -0.0), x => -Math.Abs(x), X),
        ["nan to num"] = (x => Ops.NanToNum(x), x => x, X),
        ["lerp by a number"] = (x => Ops.Lerp(x, 3 - x, 0.75), x => (0.25 * x) + (0.75 * (3 - x)), X),
        ["mantissa"] = (x => Ops.Frexp(x + 0.17).Mantissa, x => (x + 0.17) / Math.Pow(2, Math.ILogB(x + 0.17) + 1), X),
    };

    private static Dictionary<string, (Func<Value, Value, Value> Build, Func<double, double, double> Expected)> Binary { get; } = new()
    {
        ["log add exp"] = (Ops.LogAddExp, (x, y) => Math.Log(Math.Exp(x) + Math.Exp(y))),
        ["log add exp2"] = (Ops.LogAddExp2, (x, y) => Math.Log2(Math.Pow(2, x) + Math.Pow(2, y))),
        ["copysign"] = ((x, y) => Ops.CopySign(x, y) + (y * 0), Math.CopySign),
        ["fmax"] = (Ops.FMax, Math.Max),
        ["fmin"] = (Ops.FMin, Math.Min),
        ["floor remainder"] = (Ops.FloorRemainder, (x, y) => x - (y * Math.Floor(x / y))),
        ["floor divide"] = ((x, y) => Ops.FloorDivide(x, y) + ((x + y) * 0), (x, y) => Math.Floor(x / y)),
        ["x log y"] = ((x, y) => Ops.XLogY(x, Ops.Abs(y)), (x, y) => x * Math.Log(Math.Abs(y))),
        ["x log1p y"] = ((x, y) => Ops.XLog1pY(x, Ops.Abs(y)), (x, y) => x * Math.Log(1 + Math.Abs(y))),
        ["lerp"] = ((x, y) => Ops.Lerp(x, 5 - x, y), (x, y) => x + (y * (5 - x - x))),
        ["clip"] = ((x, y) => Ops.Clip(x, y - 1, y + 2), (x, y) => Math.Clamp(x, y - 1, y + 2)),
    };

    [Fact]
    public void A_choice_between_two_numbers_is_float32()
    {
        var signs = FunctionCheck.Run(v => Ops.Where(v[0] > 0, 1, -1), [new float[] { 2, -3, 0 }]);
        Assert.Equal([1f, -1f, -1f], signs.AsSpan<float>());
    }

    [Theory]
    [MemberData(nameof(OneInput))]
    public void A_function_of_one_number_has_the_values_and_gradients_of_its_formula(string name)
    {
        var (build, expected, x) = Unary[name];
        FunctionCheck.All(v => build(v[0]), d => Array.ConvertAll(d[0], e => expected(e)), x);
    }

    [Theory]
    [MemberData(nameof(TwoInputs))]
    public void A_function_of_two_numbers_has_the_values_and_gradients_of_its_formula(string name)
    {
        var (build, expected) = Binary[name];
        FunctionCheck.All(v => build(v[0], v[1]), d => [.. d[0].Zip(d[1], expected)], X, Y);
        // Of a scalar and a row, and a column and a row.
        FunctionCheck.Values(v => build(v[0], v[1]), d => [.. d[1].Select(y => expected(d[0][0], y))], 2.3, Y);
        FunctionCheck.Values(
            v => build(Ops.ExpandDims(v[0], 1), v[1]), d => [.. d[0].SelectMany(x => d[1].Select(y => expected(x, y)))], X, Y);
    }

    [Theory]
    [InlineData("sinc")]
    [InlineData("log add exp")]
    [InlineData("logit")]
    public void Second_derivatives_hold_where_branches_meet(string name)
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [3], DType.Float64);
        double[] at = name == "logit" ? [0.25, 0.5, 0.75] : [0, 0.5, -0.5];
        var y = name switch
        {
            "sinc" => Ops.Sinc(x),
            "logit" => Ops.Logit(x),
            _ => Ops.LogAddExp(x, Ops.StopGradient(x)),
        };
        var second = Ops.Gradient(Ops.Sum(Ops.Gradient(Ops.Sum(y), x)), x);
        double[] expected = name switch
        {
            "sinc" => [-Math.PI * Math.PI / 3, SincSecond(0.5), SincSecond(-0.5)],
            "logit" => [.. at.Select(p => (1 / ((1 - p) * (1 - p))) - (1 / (p * p)))],
            _ => [0.25, 0.25, 0.25],
        };
        foreach (var backend in Enum.GetValues<Backend>())
        {
            using var session = new Session(graph, new SessionOptions { Backend = backend });
            var actual = session.Run(second, (x, at)).AsSpan<double>().ToArray();
            for (var i = 0; i < 3; i++) Assert.Equal(expected[i], actual[i], 1e-12);
        }

        static double SincSecond(double x)
        {
            var u = Math.PI * x;
            return (-Math.Sin(u) / u - (2 * Math.Cos(u) / (u * u)) + (2 * Math.Sin(u) / (u * u * u))) * Math.PI * Math.PI;
        }
    }

    [Fact]
    public void Log_add_exp_neither_overflows_nor_subtracts_infinities()
    {
        const float inf = float.PositiveInfinity;
        Same([1000f, inf, -inf, inf, -1e30f], v => Ops.LogAddExp(v[0], v[1]), new[] { 1000f, inf, -inf, inf, -1e30f }, new[] { 0f, inf, -inf, -inf, -inf });
        Same([float.NaN], v => Ops.LogAddExp(v[0], v[1]), new[] { float.NaN }, new[] { 0f });
    }

    [Fact]
    public void Sinc_is_exactly_zero_at_whole_numbers() => Same([0f, 0f, 0f, 1f], v => Ops.Abs(Ops.Sinc(v[0])), new[] { 1f, -3f, 1e7f, 0f });

    [Fact]
    public void Signs_of_zeros_count()
    {
        Same([true, false, true, false, true, true], v => Ops.SignBit(v[0]), new[] { -0f, 0f, -1f, 1f, float.NegativeInfinity, -1e-45f });
        Same([true, false], v => Ops.SignBit(v[0]), new[] { -3L, 0L });
        Same([-3f, 3f, 0f], v => Ops.CopySign(v[0], v[1]), new[] { 3f, -3f, -0f }, new[] { -0f, 0f, 1f });
        Same([0.0], v => Ops.Gradient(Ops.Sum(Ops.CopySign(v[0], -1)), v[0]), new[] { 0.0 });
    }

    [Fact]
    public void The_step_function_takes_its_value_at_zero() =>
        Same([0f, 7f, 7f, 1f, 0f], v => Ops.Heaviside(v[0], v[1]), new[] { -2f, 0f, -0f, 1e-40f, float.NaN }, 7f);

    [Fact]
    public void Infinities_have_signs()
    {
        float[] x = [float.PositiveInfinity, float.NegativeInfinity, float.NaN, 3e38f];
        Same([true, false, false, false], v => Ops.IsPositiveInfinity(v[0]), x);
        Same([false, true, false, false], v => Ops.IsNegativeInfinity(v[0]), x);
    }

    [Fact]
    public void What_is_no_number_is_replaced()
    {
        float[] x = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, 2];
        Same([0f, float.MaxValue, float.MinValue, 2f], v => Ops.NanToNum(v[0]), x);
        Same([1f, 5f, -6f, 2f], v => Ops.NanToNum(v[0], 1, 5, -6), x);
        Same([0f, 0f, 0f, 1f], v => Ops.Gradient(Ops.Sum(Ops.NanToNum(v[0])), v[0]), x);
    }

    [Fact]
    public void Limits_pass_NaN_on_and_the_upper_one_wins()
    {
        Same([float.NaN, 1f, float.NaN, float.NaN], v => Ops.Clip(v[0], v[1], v[2]), new[] { float.NaN, 0, 0, 0 }, new[] { 0, 5, float.NaN, 0 }, new[] { 1f, 1f, 1f, float.NaN });
        Same([3, 2, 1], v => Ops.Clip(v[0], v[1], v[2]), new[] { 9, 2, -9 }, new[] { 0, 0, 1 }, new[] { 3, 3, 3 });
    }

    [Fact]
    public void Greater_and_smaller_leave_NaN_out()
    {
        float[] x = [float.NaN, 1, float.NaN, 2], y = [1, float.NaN, float.NaN, 3];
        Same([1f, 1f, float.NaN, 3f], v => Ops.FMax(v[0], v[1]), x, y);
        Same([1f, 1f, float.NaN, 2f], v => Ops.FMin(v[0], v[1]), x, y);
    }

    [Fact]
    public void Division_rounds_down()
    {
        int[] x = [7, -7, 7, -7, 6, -6], y = [2, 2, -2, -2, 3, 3];
        Same([3, -4, -4, 3, 2, -2], v => Ops.FloorDivide(v[0], v[1]), x, y);
        Same([1, 1, -1, -1, 0, 0], v => Ops.FloorRemainder(v[0], v[1]), x, y);
        // 1 / 0.1 rounds to 10, and 0.1 is more than a tenth.
        Same([9.0, double.PositiveInfinity, -1, double.NaN], v => Ops.FloorDivide(v[0], v[1]), new[] { 1.0, 1, -1, double.PositiveInfinity }, new[] { 0.1, 0, double.PositiveInfinity, 2 });
        Same([3], v => Ops.FloorDivide(7, v[0]) + Ops.FloorRemainder(v[0], 2) * 0, 2);
    }

    [Fact]
    public void Rounding_to_decimal_places()
    {
        Same([1.2, -0.2, 2.0], v => Ops.Round(v[0], 1), new[] { 1.25, -0.151, 1.96 });
        Same([120.0, -1240], v => Ops.Round(v[0], -1), new[] { 124.9, -1235 });
    }

    [Fact]
    public void Numbers_come_apart_into_mantissa_and_exponent()
    {
        float[] x = [1, -0.75f, 3e38f, 1e-45f, 1.2e-38f, 0, float.NegativeInfinity, float.NaN];
        Same([0.5f, -0.75f, 3e38f / MathF.Pow(2, 127) / 2, 0.5f, 1.2e-38f * MathF.Pow(2, 100) * MathF.Pow(2, 25), 0, float.NegativeInfinity, float.NaN], v => Ops.Frexp(v[0]).Mantissa, x);
        Same([1, 0, 128, -148, -125, 0, 0, 0], v => Ops.Frexp(v[0]).Exponent, x);
        Same([-1073, 1024], v => Ops.Frexp(v[0]).Exponent, new[] { double.Epsilon, double.MaxValue });
        Same([12f, 0.375f], v => Ops.Ldexp(v[0], v[1]), new[] { 1.5f, 1.5f }, new[] { 3, -2 });
    }

    [Fact]
    public void The_next_number_lies_in_the_direction_of_another()
    {
        float[] x = [1, 1, -1, 0, 0, 2, float.MaxValue, float.PositiveInfinity, float.NaN];
        float[] y = [2, 0, 0, 1, -1, 2, float.PositiveInfinity, 0, 1];
        float[] expected = [MathF.BitIncrement(1), MathF.BitDecrement(1), MathF.BitIncrement(-1), float.Epsilon, -float.Epsilon, 2, float.PositiveInfinity, float.MaxValue, float.NaN];
        Same(expected, v => Ops.NextAfter(v[0], v[1]), x, y);
        Same([Math.BitIncrement(1.0)], v => Ops.NextAfter(v[0], v[1]), new[] { 1.0 }, new[] { 2.0 });
    }

    [Fact]
    public void Whole_numbers_have_common_divisors_and_multiples()
    {
        int[] x = [12, -12, 0, 17, 48, 0], y = [18, 18, 5, 13, 36, 0];
        Same([6, 6, 5, 1, 12, 0], v => Ops.Gcd(v[0], v[1]), x, y);
        Same([36, 36, 0, 221, 144, 0], v => Ops.Lcm(v[0], v[1]), x, y);
        Same([4L, 2L], v => Ops.Gcd(v[0], v[1]), 12L, new[] { 8L, 10L });
    }

    [Fact]
    public void Logic_takes_any_type()
    {
        float[] x = [0, 1, float.NaN, 0];
        int[] y = [0, 0, 3, 2];
        Same([false, false, true, false], v => Ops.LogicalAnd(v[0], v[1]), x, y);
        Same([false, true, true, true], v => Ops.LogicalOr(v[0], v[1]), x, y);
        Same([false, true, false, true], v => Ops.LogicalXor(v[0], v[1]), x, y);
        Same([true, false, false, true], v => Ops.LogicalNot(v[0]), x);
    }

    [Fact]
    public void Closeness_is_relative_to_the_second()
    {
        double[] x = [1, 1, double.NaN, double.PositiveInfinity, double.PositiveInfinity, 0], y = [1 + 9e-6, 1 + 2e-5, double.NaN, double.PositiveInfinity, 1, 1e-9];
        Same([true, false, false, true, false, true], v => Ops.IsClose(v[0], v[1]), x, y);
        Same([true, false, true, true, false, true], v => Ops.IsClose(v[0], v[1], equalNaN: true), x, y);
        Same([false], v => Ops.AllClose(v[0], v[1]), x, y);
    }

    [Fact]
    public void Products_with_a_logarithm_vanish_with_their_factor()
    {
        double[] zeros = [0, 0, 0, 0, 0], y = [0, -1, double.PositiveInfinity, 2, double.NaN];
        Same([0, 0, 0, 0, double.NaN], v => Ops.XLogY(v[0], v[1]), zeros, y);
        Same([0, 0, 0, 0, double.NaN], v => Ops.XLog1pY(v[0], v[1]), zeros, y);
        Same([0, Math.Log(2)], v => Ops.Gradient(Ops.Sum(Ops.XLogY(v[0], v[1])), v[0]), new[] { 0.0, 0 }, new[] { 0.0, 2 });
        Same([0, double.NegativeInfinity, double.NaN], v => Ops.Entr(v[0]), new[] { 0, -1, double.NaN });
        Same([double.NegativeInfinity, double.PositiveInfinity, double.NaN], v => Ops.Logit(v[0]), new[] { 0.0, 1, 2 });
    }

    [Fact]
    public void Bits_stay_those_of_float32_where_gradients_are_checked_in_float64()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [3]);
        GradientCheck.Verify(Ops.Square(Ops.Frexp(x).Mantissa), [x], (x, new[] { 1.3f, -5.5f, 0.03f }));
    }

    [Fact]
    public void Wrong_types_are_refused()
    {
        Errors.Throws("reciprocal: 'x' int32[2] is not float32 or float64; cast it with Cast. Built at {here}.", () => Ops.Reciprocal(Integer()));
        Errors.Throws("sinc: 'x' int32[2] is not float32 or float64; cast it with Cast. Built at {here}.", () => Ops.Sinc(Integer()));
        Errors.Throws("gcd: 'x' float32[2] is not int32 or int64; cast it with Cast. Built at {here}.", () => Real() is var x ? Ops.Gcd(x, x) : null);
        Errors.Throws("gcd: 'x' int32[2] and 'r' float32[2] differ in element type; cast one of them with Cast. Built at {here}.", () => Integer() is var n ? Ops.Gcd(n, n.Graph.Placeholder("r", [2])) : null);
        Errors.Throws("lcm: 'x' int32[2] and 'm' int64[2] differ in element type; cast one of them with Cast. Built at {here}.", () => Integer() is var n ? Ops.Lcm(n, n.Graph.Placeholder("m", [2], DType.Int64)) : null);
        Errors.Throws(
            "gcd: 'x' int32[2] and 'm' int32[3] do not broadcast: axis -1 has extent 2 on one side and 3 on the other; extents must be equal or 1. Reshape, slice or transpose one of them. Built at {here}.",
            () => Integer() is var n ? Ops.Gcd(n, n.Graph.Placeholder("m", [3], DType.Int32)) : null);
        Errors.Throws("logit: epsilon for 'x' is 0.7; it must be in 0 … 0.5. Built at {here}.", () => Ops.Logit(Real(), 0.7));
        Errors.Throws("IsClose: the tolerances -1 and 1E-08 for 'x' must not be negative. Built at {here}.", () => Real() is var x ? Ops.IsClose(x, x, -1) : null);
        Errors.Throws("bitcast: 'x' float32[2] and int64 differ in size; convert with Cast, or take the integer of the same size. Built at {here}.", () => Ops.Bitcast(Real(), DType.Int64));
    }

    private static double Tail(double x) => x switch { 5.5 => 1.8989562465887718e-8, 7.1 => 6.2378444633315751e-13, _ => 1.776482112077679e-33 };

    private static Value Integer() => new Graph().Placeholder("x", [2], DType.Int32);

    private static Value Real() => new Graph().Placeholder("x", [2]);

    private static void Same<T>(T[] expected, Func<Value[], Value> build, params TensorData[] inputs)
        where T : unmanaged
    {
        foreach (var backend in Enum.GetValues<Backend>())
            Assert.Equal(expected, FunctionCheck.Run(build, inputs, backend).AsSpan<T>().ToArray());
    }
}
