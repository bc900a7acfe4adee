using GraphGrad.Rewriting.Precision;
using GraphGrad.Scalars;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Rewriting;

/// <summary>Bounds of what float64 loses hold what an error of the operands makes, and what they find is computed anew.</summary>
public sealed class FloatErrorsTests
{
    private const int Seed = 20261129;
    private const double Step = 1.0 / (1L << 46);

    private static readonly Dictionary<string, Func<Value, Value>> Functions = new()
    {
        ["sin"] = Sin, ["cos"] = Cos, ["tanh"] = Tanh, ["atan"] = Atan, ["asinh"] = Asinh, ["erf"] = Erf, ["asin"] = Asin, ["acos"] = Acos, ["exp"] = Exp, ["sigmoid"] = Sigmoid, ["expm1"] = Expm1,
        ["log"] = x => Log(Abs(x)), ["log1p"] = Log1p, ["root"] = x => Sqrt(Abs(x)) + Sin(x), ["quotient"] = x => Sin(x) / (x + 3), ["product"] = x => (x - 0.5) * Cos(x),
    };

    public static TheoryData<string> Names => [.. Functions.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_bound_holds_what_a_moved_operand_makes(string name)
    {
        var random = new Random(Seed);
        double[] first = [.. Enumerable.Range(0, 500).Select(_ => (random.NextDouble() * 2) - 1)];
        double[] second = [.. first.Select(_ => random.NextDouble() * (name is "asin" or "acos" or "log1p" ? 1 : 8))];
        var graph = new Graph();
        var (x, y) = (graph.Placeholder("x", [first.Length], DType.Float64), graph.Placeholder("y", [first.Length], DType.Float64));
        var result = Functions[name](x * y);
        var moved = Functions[name](x * y * (1 + Step));
        using var session = new Session(graph, new SessionOptions { Rewrite = false });
        var results = session.Run([result, moved, FloatErrors.Of(result)!], [], (x, first), (y, second));
        for (var i = 0; i < first.Length; i++)
        {
            var (value, other, bound) = (results[0].AsSpan<double>()[i], results[1].AsSpan<double>()[i], results[2].AsSpan<double>()[i]);
            Assert.True(Math.Abs(other - value) <= bound * 1.1 && bound <= Step * 1e6, $"{name} of {first[i] * second[i]:R} is {value:R}, moved {other:R}, bound {bound:R}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_bound_holds_what_a_function_rounds_by_itself(string name)
    {
        double[] numbers = [0.1, 0.25, 0.7, 0.9];
        var x = new Graph().Placeholder("x", [numbers.Length], DType.Float64);
        var result = Functions[name](x);
        using var session = new Session(x.Graph, new SessionOptions { Rewrite = false });
        var results = session.Run([result, FloatErrors.Of(result)!], [], (x, numbers));
        for (var i = 0; i < numbers.Length; i++)
        {
            var (value, bound) = (results[0].AsSpan<double>()[i], results[1].AsSpan<double>()[i]);
            Assert.True(bound >= Step * Math.Abs(value), $"{name} of {numbers[i]:R} is {value:R}, bound {bound:R}");
        }
    }

    [Fact]
    public void Some_of_many_elements_are_computed_with_more_digits()
    {
        const int count = 3000;
        var random = new Random(Seed);
        float[] first = [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 6) - 3)];
        float[] second = [.. first.Select((x, i) => (i % 97) switch { 5 => (float)(Math.PI - x), 30 => -x, 60 => MathF.BitIncrement(x), 80 => x, _ => (random.NextSingle() * 6) - 3 })];
        var graph = new Graph();
        var (x, y) = (graph.Placeholder("x", [count]), graph.Placeholder("y", [count]));
        using var session = new Session(graph);
        var results = session.Run([Sin(x) - Sin(y), Cos(x) - Cos(y), Exp(x) - Exp(y)], [], (x, first), (y, second));
        for (var i = 0; i < count; i++)
        {
            var (half, other) = ((DoubleDouble)first[i] * 0.5, (DoubleDouble)second[i] * 0.5);
            var difference = DoubleDouble.Sin(half - other) * 2;
            AssertNear(DoubleDouble.Cos(half + other) * difference, results[0].AsSpan<float>()[i], "sin", i);
            AssertNear(-(DoubleDouble.Sin(half + other) * difference), results[1].AsSpan<float>()[i], "cos", i);
            AssertNear(DoubleDouble.Exp(second[i]) * DoubleDouble.Expm1((half - other) * 2), results[2].AsSpan<float>()[i], "exp", i);
        }

        void AssertNear(DoubleDouble expected, float actual, string name, int i) =>
            Assert.True(Math.Abs(expected.High - actual) <= 2e-7 * Math.Abs(expected.High), $"{name} of {first[i]:R} less that of {second[i]:R} is {expected.High:R}, not {actual:R}");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_rarely_taken_is_right_among_others(bool allRare)
    {
        const int count = 1000;
        var random = new Random(Seed);
        double[] first = [.. Enumerable.Range(0, count).Select(i => (1 + random.NextDouble()) * (allRare || i % 61 == 7 ? 1e3 : 1))];
        double[] second = [.. first.Select((_, i) => (1 + random.NextDouble()) * (allRare || i % 61 == 7 ? 1e-200 : 1))];
        var graph = new Graph();
        var (x, y) = (graph.Placeholder("x", [count], DType.Float64), graph.Placeholder("y", [count], DType.Float64));
        using var session = new Session(graph);
        var logs = Log(x) - Log(y);
        var results = session.Run([Sin(x) - Sin(y), logs, Gradient(Sum(logs), y)], [], (x, first), (y, second));
        for (var i = 0; i < count; i++)
        {
            Assert.Equal((DoubleDouble.Sin(first[i]) - DoubleDouble.Sin(second[i])).High, results[0].AsSpan<double>()[i], 1e-15);
            Assert.Equal((DoubleDouble.Log(first[i]) - DoubleDouble.Log(second[i])).High, results[1].AsSpan<double>()[i], 1e-12);
            Assert.Equal(-1, results[2].AsSpan<double>()[i] * second[i], 1e-14);
        }
    }
}
