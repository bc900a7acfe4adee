using GraphGrad.Checking;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Runtime;

/// <summary>Digits that float64 programs lose, as the report tells of them.</summary>
public sealed class Float64StabilityTests
{
    private readonly Graph graph = new();

    [Theory]
    [InlineData("1 - cos(x)", "1 - cos(x) => 2 * sin(x / 2)^2")]
    [InlineData("exp(x) - 1", "exp(x) - 1 => expm1(x)")]
    [InlineData("x - atan(x)", null)]
    public void Cancellation_is_told_with_a_witness_and_with_what_cured_it(string name, string? rule)
    {
        var x = graph.Placeholder("x", [], DType.Float64, range: (0, 20));
        var y = name switch { "1 - cos(x)" => 1 - Cos(x), "exp(x) - 1" => Exp(x) - 1, _ => x - Atan(x) };
        using var literal = new Session(graph, new SessionOptions { Rewrite = false });
        using var session = new Session(graph);
        var written = Assert.Single(literal.Stability(y).Open);
        Assert.Contains("cancel", written.Fails, StringComparison.Ordinal);
        Assert.Contains("(float64)", written.Fails, StringComparison.Ordinal);
        // More than half of the digits are lost there, by the exact values.
        var at = written.Witness![0].Data.At(0);
        var right = name switch { "1 - cos(x)" => 2 * Math.Pow(Math.Sin(at / 2), 2), "exp(x) - 1" => at + (at * at / 2), _ => at * at * at / 3 };
        Assert.True(Math.Abs(literal.Run(y, [.. written.Witness!]).Item<double>() - right) > 1e-8 * right);
        var report = session.Stability(y);
        if (rule is null)
        {
            Assert.Equal("nothing", Assert.Single(report.Open).Remedy);
            return;
        }
        var cured = Assert.Single(report);
        Assert.Equal((rule, false), (cured.Remedy, cured.IsOpen));
        Assert.StartsWith("x = ", cured.WitnessText, StringComparison.Ordinal);
    }

    [Fact]
    public void What_double_double_arithmetic_mends_is_told_by_its_name()
    {
        var (x, y) = (graph.Placeholder("x", [], range: (0, 1)), graph.Placeholder("y", [], range: (1e-6f, 1)));
        var slope = Ops.Gradient((Ops.Atan(x + y) - Ops.Atan(x - y)) / (2 * y), y);
        using var session = new Session(graph);
        var report = session.Stability(slope);
        Assert.Empty(report.Open);
        var mended = Assert.Single(report, e => e.Remedy == "unstable in float64 => double-double");
        Assert.NotEmpty(mended.WitnessText);
        graph.DisableRule("unstable in float64 => double-double");
        graph.DisableRule("unstable in float32 => float64");
        using var forbidden = new Session(graph);
        Assert.NotEmpty(forbidden.Stability(slope).Open);
    }

    [Fact]
    public void Digits_that_a_sum_over_a_tensor_loses_are_told_and_exact_zeros_are_not()
    {
        var x = graph.Placeholder("x", [4], DType.Float64, range: (0, 1e-3));
        // The terms, 1 and what is near it, are right; their sum has lost what they differ by.
        var sum = Sum(Concat([Cos(x), -OnesLike(x)]));
        using var session = new Session(graph);
        var entry = Assert.Single(session.Stability(sum).Open);
        Assert.Contains("cancel", entry.Fails, StringComparison.Ordinal);
        var at = entry.Witness!.Single().Data;
        var right = -Enumerable.Range(0, 4).Sum(i => 2 * Math.Pow(Math.Sin(at.At(i) / 2), 2));
        Assert.True(Math.Abs(session.Run(sum, [.. entry.Witness!]).Item<double>() - right) > 1e-8 * Math.Abs(right));
        // A softmax's gradient sums to nothing, whatever rounding leaves of it.
        var share = Ops.Gradient(Sum(Softmax(x) * graph.Constant([1.0, 2, 3, 4])), x);
        var report = session.Stability(Sum(share), Sum(Softmax(x)), Ops.Gradient(Sum(Square(Softmax(x))), x));
        Assert.True(!report.Open.Any(), report.ToString());
    }

    [Fact]
    public void Digits_that_the_inputs_decide_are_no_hazard()
    {
        var (x, y) = (graph.Placeholder("x", ["n", 3], DType.Float64, range: (-1, 1)), graph.Placeholder("y", [3, 3], DType.Float64, range: (-1, 1)));
        var w = graph.Variable("w", new double[,] { { 1, 2, 3 }, { 4, 5, 6 }, { 7, 8, 9 } });
        using var session = new Session(graph);
        var report = session.Stability(
            x - 0.1, x[.., 0] - x[.., 1], Square(x) - 0.3, Sum(x, 1), MatMul(x, w) - MatMul(x, y), Norm(x + 2), Softmax(x), Log(Sum(Exp(x))), Tanh(x) * (1 - Tanh(x)),
            Ops.Gradient(Sum(Square(MatMul(x, w) - x)), w), Scan(h => (h + (0.1 * Tanh(h)), h), x[0], 20).Carry);
        Assert.True(!report.Open.Any(), report.ToString());
    }

    [Fact]
    public void A_selection_is_looked_through_element_by_element()
    {
        var x = graph.Placeholder("x", ["n"], range: (-1, 1));
        // The derivative is infinite at 0; what the root of negative numbers is, the selection never takes.
        var slope = Ops.Gradient(Sum(Where(x >= 0, Sqrt(x), 0)), x);
        using var session = new Session(graph);
        Assert.Equal("0.5 / 0 is infinite", Assert.Single(session.Stability(slope).Open).Fails);
        Assert.Equal("sqrt(-1) is not a number", Assert.Single(session.Stability(Cond(x[0] > 0, () => Log(x[0]), () => Sqrt(x[0]))).Open).Fails.Split(',')[0]);
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(128, false)]
    public void Large_products_of_matrices_are_taken_as_they_are(int size, bool isComputed)
    {
        var (x, y) = (graph.Placeholder("x", [size, size], DType.Float64), graph.Placeholder("y", [size, size], DType.Float64));
        var product = MatMul(x, y);
        var twin = PreciseTwin.Of(GraphSlice.Of([(product - Atan(product)).Node]), (_, data) => data, _ => size)!;
        Assert.Equal((isComputed, !isComputed), (twin.Knows(product), twin.Leaves.Contains(product)));
    }
}
