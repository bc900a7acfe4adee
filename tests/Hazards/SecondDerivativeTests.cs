using static GraphGrad.Ops;

namespace GraphGrad.Tests.Hazards;

/// <summary>Second derivatives of hazards, in float32, right to 1e-5: by both modes, compiled and interpreted.</summary>
public sealed class SecondDerivativeTests
{
    private static readonly float[] Points = [0, 1e-20f, 1e-6f, 1e-3f, -0.3f, 1, -2.5f, 9, 20, -40];

    private static readonly Dictionary<string, (Func<Value, Value> Build, Func<double, double> Right)> Cases = new()
    {
        ["1 / cosh(x)"] = (x => 1 / Cosh(x), x => (1 - (2 * Sech(x) * Sech(x))) * Sech(x)),
        ["1 - 1 / cosh(x)"] = (x => 1 - (1 / Cosh(x)), x => ((2 * Sech(x) * Sech(x)) - 1) * Sech(x)),
        ["1 - tanh(x / 2)^2"] = (x => 1 - Square(Tanh(x / 2)), x => (1 - (1.5 * Sech(x / 2) * Sech(x / 2))) * Sech(x / 2) * Sech(x / 2)),
        ["log(cosh(x))"] = (x => Log(Cosh(x)), x => Sech(x) * Sech(x)),
        ["log(2 * cosh(x))"] = (x => Log(2 * Cosh(x)), x => Sech(x) * Sech(x)),
        ["log(exp(x) + exp(-x))"] = (x => Log(Exp(x) + Exp(-x)), x => Sech(x) * Sech(x)),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Second_derivatives_are_right(string name)
    {
        var (build, right) = Cases[name];
        foreach (var isOpen in new[] { false, true })
        {
            var graph = new Graph();
            var x = graph.Placeholder("x", isOpen ? ["n"] : [Points.Length]);
            var y = build(x);
            var slope = Ops.Gradient(Sum(y), x);
            Value[] seconds = [Ops.Gradient(Sum(slope), x), Jvp(slope, x, OnesLike(x)), Jvp(Jvp(y, x, OnesLike(x)), x, OnesLike(x))];
            foreach (var backend in new[] { Backend.Compiled, Backend.Interpreted })
            {
                using var session = new Session(graph, new SessionOptions { Backend = backend, Threads = 1 });
                foreach (var second in seconds)
                {
                    var actual = session.Run(second, (x, Points)).AsSpan<float>().ToArray();
                    for (var i = 0; i < actual.Length; i++)
                    {
                        var exact = right(Points[i]);
                        Expect.True(Math.Abs(actual[i] - exact) <= 1e-5 * Math.Abs(exact) + 1.2e-38, $"{backend}, x = {Points[i]}: {actual[i]} for {exact}");
                    }
                }
            }
        }
    }

    /// <summary>An odd function of which each logarithm alone has a second derivative of -1.27; right by mpmath.</summary>
    [Fact]
    public void Second_derivatives_of_a_difference_of_logarithms_of_tails_are_right()
    {
        float[] points = [1e-5f, 1e-3f, 0.1f, -2, 4];
        double[] right = [1.2332712084673909e-05, 0.0012332712898326839, 0.12331826324048113, -1.8059635292973688, 1.9468886690746043];
        foreach (var shape in new Shape[] { ["n"], [points.Length] })
        {
            var graph = new Graph();
            var x = graph.Placeholder("x", shape);
            var second = Ops.Gradient(Sum(Ops.Gradient(Sum(Log(1 + Erf(x)) - Log(1 - Erf(x))), x)), x);
            using var session = new Session(graph, new SessionOptions { Threads = 1 });
            var actual = session.Run(second, (x, points)).AsSpan<float>().ToArray();
            for (var i = 0; i < actual.Length; i++) Expect.True(Math.Abs(actual[i] - right[i]) <= 1e-5 * Math.Abs(right[i]), $"{shape}, x = {points[i]}: {actual[i]} for {right[i]}");
        }
    }

    /// <summary>In the direction in which all scores grow, shares stay: not even a rounding is left.</summary>
    [Theory]
    [InlineData(Backend.Compiled)]
    [InlineData(Backend.Interpreted)]
    public void Shares_do_not_change_where_all_scores_grow(Backend backend)
    {
        float[][] scores = [[0.5f, -1, 2, 0.25f], [1000, -1000, 999, 5], [90, -95, 3, 88.5f]];
        Func<Value, Value, Value>[] functions =
        [
            (v, _) => Log(Sum(Exp(v))) - Max(v), (v, u) => -Sum(u * Log(Softmax(v))), (v, u) => Sum(u * Softmax(v)), (v, u) => Log(Sum(Exp(v) * u) / Sum(Exp(v))), (v, _) => -Log(Sum(Square(Softmax(v)))),
        ];
        foreach (var function in functions)
        {
            var graph = new Graph();
            var (v, u) = (graph.Placeholder("v", [4]), graph.Placeholder("u", [4]));
            var second = Ops.Gradient(Sum(Ops.Gradient(function(v, u), v)), v);
            using var session = new Session(graph, new SessionOptions { Backend = backend, Threads = 1 });
            foreach (var at in scores) Assert.All(session.Run(second, (v, at), (u, new[] { 0.1f, 0.2f, 0.3f, 0.4f })).AsSpan<float>().ToArray(), x => Assert.Equal(0, x));
        }
    }

    /// <summary>What scaling does not change has no second derivative in the direction of the whole, where float32 has NaN.</summary>
    [Theory]
    [InlineData(1e20f)]
    [InlineData(1e-20f)]
    public void Skewness_does_not_change_where_all_numbers_grow(float scale)
    {
        var graph = new Graph();
        var v = graph.Placeholder("v", [3]);
        var skewness = Mean(Pow(v - Mean(v), 3)) / Pow(Mean(Square(v - Mean(v))), 1.5);
        using var session = new Session(graph);
        Assert.Equal([0, 0, 0], session.Run(Ops.Gradient(Sum(Ops.Gradient(skewness, v)), v), (v, new[] { scale, -0.3f * scale, 2 * scale })).AsSpan<float>().ToArray());
    }

    private static double Sech(double x) => 1 / Math.Cosh(x);
}
