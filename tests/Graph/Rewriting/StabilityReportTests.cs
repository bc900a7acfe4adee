using GraphGrad.Operations;
using GraphGrad.Rewriting;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Rewriting;

public sealed class StabilityReportTests
{
    [Fact]
    public void Printed_it_is_a_table_with_line_expression_failure_rule_and_cost()
    {
        var graph = new Graph();
        var u = graph.Placeholder("u", []);
        Ops.Gradient(1 / Exp(u), u);
        var lines = graph.StabilityReport.ToString().Split(Environment.NewLine);
        Assert.Matches(@"^line +expression +goes wrong +done +instructions$", lines[0]);
        Assert.Matches(@"^-+  -+  -+  -+  -+$", lines[1]);
        Assert.Matches(@"^StabilityReportTests\.cs:\d+  1 / exp\(u\) +u > 88 \(float32\): exp overflows, the gradient is NaN +1 / exp\(x\) => exp\(-x\) +24 -> 21$", lines[2]);
        Assert.Equal("nothing goes wrong" + Environment.NewLine, new Graph().StabilityReport.ToString());
    }

    [Fact]
    public void The_cost_of_a_rewrite_counts_what_only_one_side_computes()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [4]);
        using var session = new Session(graph);
        // log and an addition against log1p; sqrt is on both sides.
        var cost = Assert.Single(session.Explain(Log(1 + Sqrt(x))).StabilityReport).Rewrite!.Cost;
        Assert.Equal(new RewriteCost(new LogOp().Cost + new AddOp().Cost, new Log1pOp().Cost), cost);
        // In float64 each instruction counts twice.
        var wide = Assert.Single(session.Explain(x - Atan(x)).StabilityReport).Rewrite!.Cost;
        Assert.True(wide.After > 2 * wide.Before, wide.ToString());
    }

    [Fact]
    public void Every_stability_rule_states_where_the_original_fails_and_has_a_cost() =>
        Assert.All(StabilityRules.All, rule =>
        {
            Assert.False(string.IsNullOrEmpty(rule.Fails), rule.Name);
            Assert.True(RuleCommand.CostOf(rule) is { Before: > 0, After: >= 0 }, rule.Name);
        });

    [Fact]
    public void What_a_rule_says_of_float32_is_said_of_float64_in_its_numbers() =>
        Assert.All(StabilityRules.All.Where(r => r.Fails!.Contains("(float32)", StringComparison.Ordinal)), rule =>
        {
            var wide = FailureText.In(DType.Float64, rule.Fails!);
            Assert.Contains("(float64)", wide, StringComparison.Ordinal);
            Assert.DoesNotContain("(float32)", wide, StringComparison.Ordinal);
            Assert.Equal(rule.Fails, FailureText.In(DType.Float32, rule.Fails!));
            // Every bound, but 0 and 1, is another.
            Assert.Empty(Bounds(rule.Fails!).Intersect(Bounds(wide)).Except(["0", "1"]));
        });

    [Theory]
    [InlineData("1 / exp(x)", "x > 709 (float64): exp overflows, the gradient is NaN")]
    [InlineData("log(sigmoid(x))", "x < -745 (float64): log(0); x > 36: log(1)")]
    [InlineData("1 - tanh(x)", "x > 19 (float64): the difference cancels to 0")]
    public void Of_a_float64_program_the_range_of_float64_is_told(string name, string expected)
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [], DType.Float64);
        using var session = new Session(graph);
        var y = name switch { "1 / exp(x)" => 1 / Exp(x), "log(sigmoid(x))" => Log(Sigmoid(x)), _ => 1 - Tanh(x) };
        Assert.Equal(expected, Assert.Single(session.Explain(y).StabilityReport).Fails);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Rewrites_of_rewritten_expressions_show_what_was_written(bool ofGradient)
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [], range: (-1, 1));
        var y = (1 - Cos(x)) / (x * x);
        using var session = new Session(graph);
        var report = session.Stability(ofGradient ? Ops.Gradient(y, x) : y);
        Assert.Contains(report, e => e.Expression == "1 - cos(x)");
        // The rules have put products of sines in its place before the quotient's turn came.
        Assert.Contains(report, e => e.Rewrite is { } rewrite && rewrite.Before.Contains("sin(x * 0.5)", StringComparison.Ordinal));
        Assert.All(report, e => Assert.DoesNotContain("0.5", e.Expression, StringComparison.Ordinal));
        if (!ofGradient) Assert.Contains(report, e => e.Expression == "(1 - cos(x)) / (x * x)");
    }

    [Fact]
    public void Every_stability_rule_that_fires_says_where_the_original_fails_and_its_cost()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [3]);
        Ops.Gradient(Sum(Log(Sigmoid(x)) + 1 / Exp(x) + Log(Sum(Exp(x)))), x);
        Assert.NotEmpty(graph.StabilityReport);
        Assert.All(graph.StabilityReport, entry =>
        {
            Assert.False(entry.IsOpen);
            Assert.NotEmpty(entry.Fails);
            Assert.Contains(entry.Remedy, Graph.RuleNames);
            Assert.True(entry.Rewrite!.Cost.After > 0);
        });
    }

    private static IEnumerable<string> Bounds(string fails) => System.Text.RegularExpressions.Regex.Matches(fails, @"(?<=[<>] -?)[0-9.]+(e-?[0-9]+)?").Select(m => m.Value);
}
