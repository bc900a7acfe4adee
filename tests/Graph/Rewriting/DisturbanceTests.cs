using GraphGrad.Rewriting.Precision;

namespace GraphGrad.Tests.Rewriting;

/// <summary>What is computed anew is what differs from the disturbed result; what is no finite number is looked at as it is.</summary>
public sealed class DisturbanceTests
{
    private static readonly double[] Numbers = [0, -0.0, 1, 1 + 1e-6, 1 + 1e-4, -1, 1e-60, 2e-60, 1e-40, 2e-40, 1e300, double.MaxValue, -double.MaxValue, double.Epsilon, double.PositiveInfinity, double.NegativeInfinity, double.NaN];

    [Fact]
    public void NaN_takes_the_place_of_what_is_finite_and_differs()
    {
        double[] results = [.. Numbers.SelectMany(_ => Numbers)];
        double[] disturbed = [.. Numbers.SelectMany(x => Enumerable.Repeat(x, Numbers.Length))];
        var graph = new Graph();
        var (x, y) = (graph.Placeholder("x", [results.Length], DType.Float64), graph.Placeholder("y", [results.Length], DType.Float64));
        using var session = new Session(graph, new SessionOptions { Rewrite = false });
        var known = session.Run(Disturbance.WithoutSuspects(x, Ops.Abs(y - x)), (x, results), (y, disturbed)).AsSpan<double>();
        for (var i = 0; i < results.Length; i++)
        {
            var isSuspect = double.IsFinite(results[i]) && Disturbance.Differs(results[i], disturbed[i]);
            Assert.Equal(isSuspect ? double.NaN : results[i], known[i]);
        }
    }
}
