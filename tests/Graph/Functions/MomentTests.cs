namespace GraphGrad.Tests.Functions;

public sealed class MomentTests
{
    private static readonly TensorData X = FunctionCheck.Numbers(3, 4);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Variance_of_all(double correction) =>
        FunctionCheck.All(v => Ops.Var(v[0], correction: correction), x => [Variance(x[0], correction)], X);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Variance_along_an_axis(double correction) => FunctionCheck.All(
        v => Ops.Var(v[0], axis: -1, correction, keepDims: true), x => [.. x[0].Chunk(4).Select(row => Variance(row, correction))], X);

    [Fact]
    public void Standard_deviation_of_all() => FunctionCheck.All(v => Ops.Std(v[0]), x => [Math.Sqrt(Variance(x[0], 0))], X);

    [Fact]
    public void Standard_deviation_along_an_axis() => FunctionCheck.All(
        v => Ops.Std(v[0], axis: 1, correction: 1), x => [.. x[0].Chunk(4).Select(row => Math.Sqrt(Variance(row, 1)))], X);

    [Fact]
    public void Keeps_the_axis_if_asked()
    {
        var x = new Graph().Placeholder("x", ["n", 4]);
        Assert.Equal("[n, 1]", Ops.Var(x, 1, keepDims: true).Shape.ToString());
        Assert.Equal("[n]", Ops.Std(x, 1).Shape.ToString());
    }

    [Fact]
    public void A_large_mean_costs_no_digits()
    {
        TensorData x = new[] { 10_000_000f, 10_000_001f, 10_000_002f };
        foreach (var backend in Enum.GetValues<Backend>())
            Assert.Equal(2f / 3, FunctionCheck.Run(v => Ops.Var(v[0]), [x], backend).Item<float>(), 1e-6f);
    }

    [Fact]
    public void The_count_may_be_unknown_while_the_graph_is_built()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", ["n"], DType.Float64);
        var variance = Ops.Var(x, correction: 1);
        foreach (var backend in Enum.GetValues<Backend>())
        {
            using var session = new Session(graph, new SessionOptions { Backend = backend });
            Assert.Equal(2, session.Run(variance, (x, new double[] { 1, 3 })).Item<double>(), 1e-15);
            Assert.Equal(5.0 / 3, session.Run(variance, (x, new double[] { 1, 2, 3, 4 })).Item<double>(), 1e-15);
        }
    }

    [Fact]
    public void The_gradient_of_the_standard_deviation_of_equal_numbers_is_zero()
    {
        foreach (var backend in Enum.GetValues<Backend>())
            Assert.Equal([0f, 0f], FunctionCheck.Gradient(v => Ops.Std(v[0]), [new[] { 2f, 2f }], backend).AsSpan<float>().ToArray());
    }

    private static double Variance(double[] x, double correction)
    {
        var mean = x.Average();
        return x.Sum(v => (v - mean) * (v - mean)) / (x.Length - correction);
    }
}
