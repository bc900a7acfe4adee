using GraphGrad.Rewriting;
using static GraphGrad.Ops;
using static GraphGrad.Rewriting.Patterns;

namespace GraphGrad.Tests.Rewriting;

public sealed class LedgerTests
{
    private const string Inverse = "1 / exp(x) => exp(-x)";

    [Theory]
    [InlineData(Backend.Compiled)]
    [InlineData(Backend.Interpreted)]
    public void A_rule_that_is_switched_off_does_not_fire(Backend backend)
    {
        foreach (var isOff in new[] { false, true })
        {
            var graph = new Graph();
            if (isOff)
            {
                graph.DisableRule(Inverse);
                graph.DisableRule("x / exp(y) => x * exp(-y)");
                Assert.Equal([Inverse, "x / exp(y) => x * exp(-y)"], graph.DisabledRules);
            }
            var x = graph.Placeholder("x", []);
            var y = 1 / Exp(x);
            var gradient = Ops.Gradient(y, x);
            Assert.Equal(isOff, graph.StabilityReport.Count == 0);
            using var session = new Session(graph, new SessionOptions { Backend = backend, Float64Chains = false });
            Assert.Equal(isOff, session.Run(y, (x, 100f)).Item<float>() == 0);
            Assert.Equal(isOff, float.IsNaN(session.Run(gradient, (x, 100f)).Item<float>()));
        }
    }

    [Fact]
    public void The_evaluation_in_float64_is_switched_off_by_its_name()
    {
        foreach (var isOff in new[] { false, true })
        {
            var graph = new Graph();
            if (isOff) graph.DisableRule("unstable in float32 => float64");
            var x = graph.Placeholder("x", []);
            var y = x - Atan(x);
            using var session = new Session(graph);
            Assert.Equal(isOff, session.Explain(y).StabilityReport.Count == 0);
            // 0.01 - atan(0.01) = 3.3331e-7.
            Assert.Equal(isOff, Math.Abs((session.Run(y, (x, 0.01f)).Item<float>() / 3.33313335e-7) - 1) > 1e-5);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Rules_inside_loops_and_checkpoints_are_switched_off_too(bool byName)
    {
        foreach (var isOff in new[] { false, true })
        {
            foreach (var build in new Func<Value, Value>[]
                {
                    x => Checkpoint(v => 1 / Exp(v), x),
                    x => Scan((c, part) => (c + (1 / Exp(x * part)), c), x * 0, x.Graph.Constant([1f])).Carry,
                    x => Scan((c, _) => (c + Scan((d, part) => (d + (1 / Exp(x * part)), d), x * 0, x.Graph.Constant([1f])).Carry, c), x * 0, x.Graph.Constant([1f])).Carry,
                })
            {
                var graph = new Graph();
                if (isOff && byName)
                {
                    graph.DisableRule(Inverse);
                    graph.DisableRule("x / exp(y) => x * exp(-y)");
                }
                var x = graph.Placeholder("x", []);
                var gradient = Gradients(build(x), new GradientOptions { Stabilize = byName || !isOff }, x)[0];
                Assert.Equal(isOff, graph.StabilityReport.Count == 0);
                using var session = new Session(graph, new SessionOptions { Rewrite = false, Backend = Backend.Interpreted });
                Assert.Equal(isOff, float.IsNaN(session.Run(gradient, (x, 100f)).Item<float>()));
            }
        }
    }

    [Fact]
    public void A_name_that_no_rule_has_lists_those_near_it()
    {
        var error = Assert.Throws<GraphException>(() => new Graph().DisableRule("1 / exp(x) => exp(x)"));
        Assert.StartsWith("no rule is named '1 / exp(x) => exp(x)'. The nearest are '1 / exp(x) => exp(-x)', '", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("'; Graph.RuleNames lists all.", error.Message, StringComparison.Ordinal);
        Assert.All(Graph.RuleNames, name => new Graph().DisableRule(name));
    }

    [Fact]
    public void Rewritten_and_written_agree_and_the_rules_that_fired_are_counted()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", ["batch", 3]);
        var w = graph.Variable("w", new float[] { 1, 2, 3 });
        var y = Log(Sum(Exp(x * w), 1)) + 1 / Exp(Sum(x, 1));
        var fired = RewriteCheck.Verify([y, Ops.Gradient(Sum(y), w)]);
        Assert.Contains("log(sum(exp(x))) => m + log1p(sum(exp(x - m)) - 1)", fired.Keys);
        Assert.All(fired.Values, count => Assert.True(count > 0));
    }

    [Fact]
    public void A_wrong_rule_is_named_with_the_line()
    {
        var x = Any("x");
        var wrong = new RuleSet("wrong") { { "sin(x) => x", Sin(x), m => m[x], Soundness.Rounding } };
        var graph = new Graph();
        var v = graph.Placeholder("v", [2]);
        var y = Exp(Sin(v)) * 2;
        var error = Assert.Throws<GraphException>(() => RewriteCheck.Verify([y], CanonicalRules.All + wrong, trials: 4, seed: 1));
        Assert.Contains("The rule 'sin(x) => x' is the cause: sin(v) became v at LedgerTests.cs:", error.Message, StringComparison.Ordinal);
    }
}
