using static GraphGrad.Ops;

namespace GraphGrad.Tests.Rewriting;

/// <summary>What meets a function where that comes near a number, in a batch of unknown size: float32 is enough once the number is apart.</summary>
public sealed class LimitsApartTests
{
    private const string Apart = "unstable in float32 => limits apart";

    private static readonly Dictionary<string, (Func<Value, Value, Value> Build, Func<double, double, double> Right)> Cases = new()
    {
        ["sigmoid(x) - y"] = ((x, y) => Sigmoid(x) - y, (x, y) => x > 0 ? (1 - y) - (Math.Exp(-x) / (1 + Math.Exp(-x))) : (Math.Exp(x) / (1 + Math.Exp(x))) - y),
        ["y - sigmoid(x)"] = ((x, y) => y - Sigmoid(x), (x, y) => x > 0 ? (y - 1) + (Math.Exp(-x) / (1 + Math.Exp(-x))) : y - (Math.Exp(x) / (1 + Math.Exp(x)))),
        ["tanh(x) - y"] = ((x, y) => Tanh(x) - y, (x, y) => x > 0 ? (1 - y) - (2 / (Math.Exp(2 * x) + 1)) : (-1 - y) + (2 / (Math.Exp(-2 * x) + 1))),
        ["y + x * sigmoid(x)"] = ((x, y) => y + (x * Sigmoid(x)), (x, y) => x > 0 ? (y + x) - (x / (Math.Exp(x) + 1)) : y + (x / (1 + Math.Exp(-x)))),
        ["exp(x) - y"] = ((x, y) => Exp(x) - y, (x, y) => x < -1 ? Math.Exp(x) - y : (1 - y) + Expm1(x)),
        ["cross-entropy"] = ((x, y) => Softplus(x) - (x * y), (x, y) => x > 0 ? (x * (1 - y)) + Log1p(Math.Exp(-x)) : Log1p(Math.Exp(x)) - (x * y)),
        ["gradient of cross-entropy"] = ((x, y) => Gradient(Sum(Maximum(x, 0) - (x * y) + Log(1 + Exp(-Abs(x)))), x), (x, y) => x > 0 ? (1 - y) - (Math.Exp(-x) / (1 + Math.Exp(-x))) : (Math.Exp(x) / (1 + Math.Exp(x))) - y),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_meets_a_limit_keeps_its_digits_in_float32(string name)
    {
        var (build, right) = Cases[name];
        var graph = new Graph();
        var (x, y) = (graph.Placeholder("x", ["n"]), graph.Placeholder("y", ["n"]));
        var result = build(x, y);
        float[] scores = [20, 34, -30, 1e-5f, 7.3f, 0.4f, -3, -88];
        float[] labels = [1, 1, 1e-14f, 0.5f, 0.9999f, 0, -1, 0];
        foreach (var backend in new[] { Backend.Compiled, Backend.Interpreted })
        {
            using var session = new Session(graph, new SessionOptions { Backend = backend });
            Assert.Equal([Apart], session.Explain(result).StabilityReport.Select(r => r.Remedy).Where(r => r.StartsWith("unstable", StringComparison.Ordinal)));
            var actual = session.Run(result, (x, scores), (y, labels)).AsSpan<float>().ToArray();
            for (var i = 0; i < actual.Length; i++)
            {
                var exact = right(scores[i], labels[i]);
                Expect.True(Math.Abs(actual[i] - exact) <= 1e-5 * Math.Abs(exact), $"{backend}, x = {scores[i]}, y = {labels[i]}: {actual[i]} for {exact}");
            }
        }
        graph.DisableRule(Apart);
        using var forbidden = new Session(graph);
        Assert.DoesNotContain(forbidden.Explain(result).StabilityReport, r => r.Remedy == Apart);
    }

    [Fact]
    public void Special_numbers_go_the_way_they_went()
    {
        var graph = new Graph();
        var (x, y) = (graph.Placeholder("x", ["n"]), graph.Placeholder("y", ["n"]));
        using var session = new Session(graph);
        var actual = session.Run(Sigmoid(x) - y, (x, new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0 }), (y, new[] { 1, 0.25f, 0.25f, float.PositiveInfinity }));
        Assert.Equal([float.NaN, 0.75f, -0.25f, float.NegativeInfinity], actual.AsSpan<float>().ToArray());
    }

    private static double Expm1(double x) => Math.Abs(x) < 1e-3 ? x * (1 + (x / 2 * (1 + (x / 3)))) : Math.Exp(x) - 1;

    private static double Log1p(double x) => Math.Abs(x) < 1e-5 ? x * (1 - (x / 2)) : Math.Log(1 + x);
}
