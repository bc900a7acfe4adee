using GraphGrad.Ranges;
using GraphGrad.Tests.OpTable;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Ranges;

/// <summary>Where values lie, by every op's own rule.</summary>
public sealed class RangeTests
{
    private readonly Graph graph = new();

    public static TheoryData<string> All => Rows.Where(row => row.Inputs.All(IsFinite));

    [Theory]
    [MemberData(nameof(All))]
    public void Results_lie_in_the_range_that_the_op_states(string name)
    {
        var row = Rows.Named(name);
        Value[] inputs = [.. row.Inputs.Select((data, i) => graph.Placeholder($"x{i}", data.Shape, data.DType, data.DType == DType.Bool ? null : Bounds(data)))];
        var result = row.Build(inputs);
        var ranges = new RangeAnalysis(graph.Nodes);
        // Both ways to sum are within the rounding of so many terms.
        var slack = 1e-5 * (1 + (double.IsFinite(ranges[result].Magnitude) ? ranges[result].Magnitude : 0));
        var actual = AsWritten.Run(result, [.. inputs.Zip(row.Inputs)]);
        for (var i = 0; i < actual.Count; i++)
        {
            var number = actual.At(i);
            if (double.IsFinite(number)) Expect.True(ranges[result].Low - slack <= number && number <= ranges[result].High + slack, $"{number:R} is not in {ranges[result]}");
            else Expect.True(graph.Nodes.Any(ranges.MayFail) || ranges[result] == Interval.All || !ranges[result].IsBounded, $"{number} was not foreseen; the range is {ranges[result]}");
        }
    }

    [Fact]
    public void Functions_of_known_range_are_bounded_whatever_they_are_called_with()
    {
        var x = graph.Placeholder("x", [4]);
        AssertRange(0, 1, Sigmoid(x));
        AssertRange(-1, 1, Tanh(x));
        AssertRange(0, double.PositiveInfinity, Exp(x));
        AssertRange(0, double.PositiveInfinity, Square(x));
        AssertRange(0, double.PositiveInfinity, Abs(x));
        AssertRange(0, double.PositiveInfinity, Relu(x));
        AssertRange(0, double.PositiveInfinity, Where(x > 0, x, 0));
        AssertRange(0, 6, Relu6(x));
        AssertRange(-2, 3, Clip(x, -2, 3));
        AssertRange(-1, 1, Sin(x));
        AssertRange(0, 4, Sum(Sigmoid(x)));
        AssertRange(0, 1, Mean(Sigmoid(x)));
        AssertRange(0, 1, Max(Sigmoid(x)));
        AssertRange(0, 1, RandomUniform(graph, [3]));
        AssertRange(double.NegativeInfinity, double.PositiveInfinity, x);
    }

    [Fact]
    public void Declared_ranges_go_through_arithmetic_reductions_and_products()
    {
        var x = graph.Placeholder("x", ["batch", 4], range: (-1, 2));
        AssertRange(-1, 2, x);
        AssertRange(-2, 4, x * 2);
        AssertRange(0, 4, x * x);
        AssertRange(-4, 8, Sum(x, 1));
        AssertRange(-1.0 * long.MaxValue, 2.0 * long.MaxValue, Sum(x, 0));
        AssertRange(-8, 16, MatMul(x, Transpose(x)));
        AssertRange(0, 2, Where(x >= 0, x, 0));
        AssertRange(-1, 0, Where(x > 0, 0, x));
        // e^100 is no float32: what comes of it lies anywhere above.
        AssertRange(Math.Exp(-50), double.PositiveInfinity, Exp(x * 50));
    }

    [Fact]
    public void Carries_of_loops_lie_where_iterations_take_them()
    {
        var (start, steps) = (graph.Placeholder("start", [], range: (-2, 3)), graph.Placeholder("steps", [4], range: (0, 1)));
        // Settled after one iteration; after so many as there are; never.
        AssertRange(-2, 3, Scan((h, x) => (Tanh(h) * x, h), start, steps).Carry);
        AssertRange(-2, 7, Scan((h, x) => (h + x, h), start, steps).Carry);
        AssertRange(-2, 6, Scan((h, x) => (h + x, h), start, steps).Outputs);
        AssertRange(-2, float.MaxValue, While(h => h < 100, h => h + 0.5f, start));
        AssertRange(-2, double.PositiveInfinity, While(h => h < 100, h => h * h, start));
        AssertRange(-2, 1 << 6, Scan(h => (Scan(g => (g * 2, g), Abs(h), 5).Carry, h * 2), graph.Constant(-2f), 1).Carry);
    }

    [Fact]
    public void A_range_has_to_hold_numbers()
    {
        Assert.Equal(
            "placeholder 'x': no number lies in the range from 2 to 1; give the lower bound first. Built at RangeTests.cs:",
            Message(() => graph.Placeholder("x", [], range: (2, 1)))[..^3]);
        Assert.StartsWith("placeholder 'x': no number lies in the range from NaN to 1;", Message(() => graph.Placeholder("x", [], range: (double.NaN, 1))), StringComparison.Ordinal);
        Assert.StartsWith("placeholder 'x': a range bounds numbers, and the element type is bool;", Message(() => graph.Placeholder("x", [], DType.Bool, (0, 1))), StringComparison.Ordinal);
    }

    private static string Message(Action action) => Assert.Throws<GraphException>(action).Message;

    private static bool IsFinite(TensorData data) => Enumerable.Range(0, data.Count).All(i => double.IsFinite(data.At(i)));

    private static (double, double) Bounds(TensorData data) =>
        data.Count == 0 ? (0, 0) : (Enumerable.Range(0, data.Count).Min(data.At), Enumerable.Range(0, data.Count).Max(data.At));

    private void AssertRange(double low, double high, Value value)
    {
        var range = new RangeAnalysis(graph.Nodes)[value];
        Assert.Equal(low, range.Low, 1e-6 * (1 + (double.IsFinite(low) ? Math.Abs(low) : 0)));
        Assert.Equal(high, range.High, 1e-6 * (1 + (double.IsFinite(high) ? Math.Abs(high) : 0)));
    }
}
