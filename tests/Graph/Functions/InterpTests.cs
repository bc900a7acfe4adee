using static GraphGrad.Ops;

namespace GraphGrad.Tests.Functions;

public sealed class InterpTests
{
    private static readonly double[] Places = [-1, 0.5, 2, 4];
    private static readonly double[] Heights = [3, -2, 0, 1.5];

    [Fact]
    public void It_is_straight_between_places_and_level_outside() => FunctionCheck.All(
        v => Interp(v[0], v[1], v[2]),
        x => [.. x[0].Select(At)],
        TensorData.Create([-2, -0.25, 0.75, 1.9, 3, 5], [2, 3]), TensorData.Create(Places, [4]), TensorData.Create(Heights, [4]));

    [Fact]
    public void At_places_and_at_the_limits_it_is_what_is_documented()
    {
        double[] x = [-1, 0.5, 4, double.NegativeInfinity, double.PositiveInfinity, double.NaN];
        FunctionCheck.Values(v => Interp(v[0], v[1], v[2]), _ => [3, -2, 1.5, 3, 1.5, double.NaN], TensorData.Create(x, [6]), TensorData.Create(Places, [4]), TensorData.Create(Heights, [4]));
        var graph = new Graph();
        var (at, jump, heights) = (graph.Constant([0.0, 1, 2]), graph.Constant([0.0, 1, 1, 2]), graph.Constant([0.0, 1, 5, 7]));
        using var session = new Session(graph);
        Assert.Equal([0.0, 5, 7], session.Run(Interp(at, jump, heights)).AsSpan<double>());
        Assert.Equal([1.0, 2, 0], session.Run(Gradient(Sum(Interp(at, jump, heights)), at)).AsSpan<double>());
        Assert.Equal([9.0, 9, 9], session.Run(Interp(at, graph.Constant([1.0]), graph.Constant([9.0]))).AsSpan<double>());
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        var graph = new Graph();
        var (x, y, wide) = (graph.Placeholder("x", [3]), graph.Placeholder("y", [2]), graph.Placeholder("wide", [3], DType.Float64));
        Errors.Throws("interp: the places 'x' float32[3] and the values 'y' float32[2] must be vectors of one extent, which is not 0. Reshape or slice them. Built at {here}.", () => Interp(x, x, y));
        Errors.Throws("interp: 'x' float32[3], the places 'x' float32[3] and the values 'wide' float64[3] must all be float32 or all float64; cast them with Cast. Built at {here}.", () => Interp(x, x, wide));
    }

    private static double At(double x)
    {
        if (x < Places[0]) return Heights[0];
        if (x >= Places[^1]) return Heights[^1];
        var i = Array.FindLastIndex(Places, p => p <= x);
        return Heights[i] + ((Heights[i + 1] - Heights[i]) * (x - Places[i]) / (Places[i + 1] - Places[i]));
    }
}
