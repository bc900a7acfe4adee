using GraphGrad.Rewriting.Precision;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Rewriting;

/// <summary>What is computed in multi-precision arithmetic: only what double-double arithmetic has too few digits for, or too small a range.</summary>
public sealed class MultiPrecisionTests
{
    private const string Rule = "unstable in double-double => multi-precision";

    [Theory]
    [InlineData(Backend.Compiled)]
    [InlineData(Backend.Interpreted)]
    public void What_cancels_beyond_two_doubles_keeps_its_digits(Backend backend)
    {
        var (graph, x, h, value) = SecondDifference([]);
        var slope = Gradient(value, h);
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        // tanh″ = -2·tanh·(1 - tanh²); by h it is a sixth of the fourth derivative times h, which is 16·x near 0.
        AssertRight(-0.0199973332, session.Run(value, (x, 0.01f), (h, 1e-20f)).Item<float>());
        AssertRight(2.665911e-10, session.Run(slope, (x, 0.01f), (h, 1e-8f)).Item<float>());
    }

    [Theory]
    [InlineData(Backend.Compiled)]
    [InlineData(Backend.Interpreted)]
    public void What_leaves_the_range_of_double_inside_keeps_its_digits(Backend backend)
    {
        // Frank's copula: at z = 200 it is min(x, y) but for e^-40.
        var graph = new Graph();
        var (x, y, z) = (graph.Placeholder("x", []), graph.Placeholder("y", []), graph.Placeholder("z", []));
        var copula = -Log(1 + ((Exp(-z * x) - 1) * (Exp(-z * y) - 1) / (Exp(-z) - 1))) / z;
        var tail = Log(Erf(Exp(x)));
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        var run = session.Run([copula, .. Gradients(copula, x, y, z)], (x, 0.4f), (y, 0.6f), (z, 200f));
        AssertRight(0.4, run[0].Item<float>());
        AssertRight(1, run[1].Item<float>());
        AssertRight(4.248339e-18, run[2].Item<float>());
        AssertRight(4.354548e-21, run[3].Item<float>());
        AssertRight(-9999.87921765, session.Run(tail, (x, -10000f)).Item<float>());
        AssertRight(1, session.Run(Gradient(tail, x), (x, -10000f)).Item<float>());
    }

    [Theory]
    [InlineData(Backend.Compiled)]
    [InlineData(Backend.Interpreted)]
    public void The_divergence_of_two_softmaxes_at_nearly_one_point_keeps_its_digits(Backend backend)
    {
        var graph = new Graph();
        var (v, u) = (graph.Placeholder("v", [3]), graph.Placeholder("u", [3]));
        var p = Softmax(v);
        var divergence = Sum(p * (Log(p) - Log(Softmax(u))));
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        // Half the variance of the differences: 1/2 · d² · p · (1 - p) with p = 1/3 and d one last place of 1e-10.
        var d = BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(1e-10f) + 1) - (double)1e-10f;
        var run = session.Run(divergence, (v, new[] { 1e-10f, 0, 0 }), (u, new[] { (float)(1e-10f + d), 0, 0 })).Item<float>();
        AssertRight(d * d / 9, run);
        Assert.Equal(0, session.Run(divergence, (v, new[] { 0.3f, 1, -2 }), (u, new[] { 0.3f, 1, -2 })).Item<float>());
    }

    [Fact]
    public void Of_a_batch_only_those_elements_are_computed_again_that_need_it()
    {
        var (graph, x, h, value) = SecondDifference(["n"]);
        using var session = new Session(graph);
        float[] xs = [.. Enumerable.Range(1, 300).Select(i => i / 300f)];
        float[] steps = [.. Enumerable.Range(0, 300).Select(i => i % 50 == 7 ? 1e-20f : 0.01f)];
        var values = session.Run(value, (x, xs), (h, steps)).AsSpan<float>().ToArray();
        for (var i = 0; i < xs.Length; i++)
        {
            var (tanh, sech) = (Math.Tanh(xs[i]), 1 - Math.Pow(Math.Tanh(xs[i]), 2));
            var fourth = 8 * tanh * sech * (2 - (3 * tanh * tanh));
            Assert.Equal((-2 * tanh * sech) + (fourth * steps[i] * steps[i] / 12), values[i], 1e-7);
        }
    }

    // Whatever an element needs counts as needed through a broadcast as well: what is not needed is not evaluated.
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void An_element_of_what_is_computed_from_a_repeated_value_is_evaluated_alone(int place)
    {
        var (_, x, h, value) = SecondDifference([]);
        var y = x.Graph.Placeholder("y", [3]);
        var scaled = BroadcastTo(value, [3]) * y;
        var values = GraphSlice.Of([scaled.Node]).Select(n => n.Output).Except([x, h, y]).ToArray();
        var program = DoubleDoubleProgram.Of([x, h, y], values)!;
        double[][] leaves = [[0.01f], [1e-20f], [1, 2, 4]];
        AssertRight(-0.0199973332 * leaves[2][place], (float)program.RunElementsExactly([place], leaves, 3, _ => throw new InvalidOperationException())[0]!.Value);
    }

    [Fact]
    public void The_report_names_it_and_the_rule_and_the_option_switch_it_off()
    {
        var (graph, x, h, value) = SecondDifference([]);
        using var session = new Session(graph);
        Assert.Equal(Rule, Assert.Single(session.Explain(value).StabilityReport).Remedy);
        graph.DisableRule(Rule);
        foreach (var (options, allowed) in new[] { (new SessionOptions(), 1), (new SessionOptions { Float64Chains = false }, 0) })
        {
            using var without = new Session(graph, options);
            var report = without.Explain(value).StabilityReport;
            Assert.DoesNotContain(report, r => r.Remedy == Rule);
            Assert.Equal(allowed, report.Count(r => r.Remedy.Contains("double-double", StringComparison.Ordinal)));
            Assert.False(Math.Abs((without.Run(value, (x, 0.01f), (h, 1e-20f)).Item<float>() / -0.0199973332) - 1) < 1e-5);
        }
    }

    private static (Graph Graph, Value X, Value H, Value Value) SecondDifference(Shape shape)
    {
        var graph = new Graph();
        var (x, h) = (graph.Placeholder("x", shape), graph.Placeholder("h", shape));
        return (graph, x, h, (Tanh(x + h) - (2 * Tanh(x)) + Tanh(x - h)) / (h * h));
    }

    private static void AssertRight(double expected, float actual) => Expect.True(Math.Abs((actual / expected) - 1) < 1e-5, $"{actual} for {expected}");
}
