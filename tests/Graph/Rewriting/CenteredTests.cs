using GraphGrad.Rewriting;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Rewriting;

/// <summary>Terms that sum to zero because they are centered leave a sum; others stay.</summary>
public class CenteredTests
{
    private readonly Graph graph = new();
    private readonly Value x;
    private readonly Value g;

    public CenteredTests()
    {
        x = graph.Placeholder("x", [5, 7], DType.Float64);
        g = graph.Placeholder("g", [5, 7], DType.Float64);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_centered_term_leaves_and_constant_factors_come_out(int form)
    {
        var r = graph.Placeholder("r", [5, 1], DType.Float64);
        var centered = x - Mean(x, 1, keepDims: true);
        var sum = Sum(form switch { 0 => (g * r) + (centered * r), 1 => (centered * r) - ((g * r) - (r * centered * 2)), _ => -((r * centered) - (g * r)) }, 1);
        var test = RuleTest.Given(sum).Applying(CenteredRules.All);
        test.WithSameValues();
        Assert.Single(test.Fired);
    }

    [Fact]
    public void Over_leading_axes_the_mean_needs_no_kept_axes()
    {
        var sum = Sum((x - Mean(x, 0)) + g, 0);
        var test = RuleTest.Given(sum).Applying(CenteredRules.All);
        test.WithSameValues();
        Assert.Single(test.Fired);
    }

    [Fact]
    public void Several_other_terms_stay_one_sum()
    {
        var test = RuleTest.Given(Sum((x - Mean(x, 1, keepDims: true)) + g + (g * x) - 3, 1)).Applying(CenteredRules.All);
        test.WithSameValues();
        Assert.Single(test.Fired);
    }

    [Fact]
    public void Other_differences_stay()
    {
        var square = graph.Placeholder("s", [5, 5], DType.Float64);
        Value[] others =
        [
            Sum((x - Mean(g, 1, keepDims: true)) + g, 1),
            Sum((x - Mean(x, 0, keepDims: true)) + g, 1),
            Sum((x - (Sum(x, 1, keepDims: true) / 6)) + g, 1),
            Sum(((x - Mean(x, 1, keepDims: true)) * x) + g, 1),
            Sum(x - Mean(x, 1, keepDims: true), 1),
            // Broadcast along the rows, not down the columns over which it is the mean.
            Sum((square - Mean(square, 1)) + square, 1),
            Max((x - Mean(x, 1, keepDims: true)) + g, 1),
        ];
        foreach (var other in others) RuleTest.Given(other).Applying(CenteredRules.All).Gives(other);
    }

    [Fact]
    public void An_infinite_element_still_shows()
    {
        using var session = new Session(graph, new SessionOptions());
        var data = TensorData.Create([.. Enumerable.Range(0, 35).Select(i => i == 8 ? double.PositiveInfinity : i)], 5, 7);
        var sum = session.Run(Sum((x - Mean(x, 1, keepDims: true)) + g, 1), (x, data), (g, TensorData.Filled(DType.Float64, 1, 5, 7))).AsSpan<double>().ToArray();
        Assert.True(double.IsNaN(sum[1]));
        Assert.Equal(7.0, sum[0], 1e-12);
    }

    /// <summary>The gradient of a normalization reads its rows three times: for sums, for sums of squares, and for the results.</summary>
    [Fact]
    public void A_normalization_with_its_gradient_takes_three_walks()
    {
        var y = LayerNorm(x, g[0], g[1]);
        using var session = new Session(graph, new SessionOptions());
        var kernels = session.Explain([y, .. Gradients(Sum(y * g), x)]).Kernels;
        Assert.Equal(3, kernels.Split("for r1 in").Length - 1);
    }

    private static Value Mean(Value value, int axis, bool keepDims = false) => Ops.Mean(value, axis, keepDims);
}
