using GraphGrad.Printing;
using GraphGrad.Rewriting;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Rewriting;

/// <summary>Reports speak of the user's expressions, not of the letters of rules.</summary>
public sealed class ReportTextTests
{
    private readonly Graph graph = new();

    public static TheoryData<string, string, string> Expressions => new()
    {
        { "sqrt", "sqrt(load) - 3", "load near 9: the difference cancels" },
        { "squares", "sqrt(9 - load * load)", "load * load near 9: the difference cancels" },
        { "compound squares", "sqrt(1 - (load - 2) * (load - 2))", "(load - 2) * (load - 2) near 1: the difference cancels" },
        { "exponent", "1 - exp(-load * 30)", "|load * 30| << 1: the difference cancels" },
        { "softmax", "softmax(scores) - 3 * target", "one term of the sum >> the others, 3 * target near 1: the difference cancels" },
        { "one less softmax", "softmax(scores) - 1", "one term of the sum >> the others: the difference cancels" },
        { "power", "pow(1 + load / 12, 360) - 1", "(1 + load / 12)^360 near 1: the difference cancels" },
        { "layer", "log(1 + exp(matmul(x, w)))", "matmul(x, w) > 88 (float32): exp overflows; matmul(x, w) < -16: the sum is 1" },
        { "long", "sinh(load) / cosh(load)", "|load| > 89 (float32): inf / inf" },
        { "decay", "1 - pow(0.9, step + 1)", "0.9^(step + 1) near 1: the difference cancels" },
        { "variance", "mean(load * load) - mean(load) * mean(load)", "|mean| >> deviation: the difference cancels, even to below 0" },
    };

    [Theory]
    [MemberData(nameof(Expressions))]
    public void Letters_are_what_they_stand_for(string name, string expression, string fails)
    {
        var load = graph.Placeholder("load", name == "variance" ? ["n"] : []);
        var (scores, target) = (graph.Placeholder("scores", [4]), graph.Placeholder("target", [4]));
        var y = name switch
        {
            "sqrt" => Sqrt(load) - 3,
            "squares" => Sqrt(9 - (load * load)),
            "compound squares" => Sqrt(1 - Square(load - 2)),
            "exponent" => 1 - Exp(-load * 30),
            "softmax" => Softmax(scores) - (3 * target),
            "one less softmax" => Softmax(scores) - 1,
            "power" => Pow(1 + (load / 12), 360) - 1,
            "layer" => Log(1 + Exp(MatMul(graph.Placeholder("x", ["batch", 8]), graph.Placeholder("w", [8, 2])))),
            "decay" => 1 - Pow(0.9, Cast(graph.Variable("step", 0L) + 1, DType.Float64)),
            "long" => Sinh(load) / Cosh(load),
            _ => Mean(load * load) - Square(Mean(load)),
        };
        using var session = new Session(graph, new SessionOptions { Float64Chains = false });
        var entry = session.Explain(y).StabilityReport[0];
        Assert.Equal((expression, fails), (entry.Expression, entry.Fails));
    }

    [Fact]
    public void What_is_too_long_stands_behind()
    {
        var long_ = graph.Placeholder("a_quantity_with_quite_a_long_name", []) * graph.Placeholder("another_one", []);
        var text = FailureText.Of("x > 88 (float32): exp overflows; y << x", [new("x", long_), new("y", graph.Constant(3f))]);
        Assert.Equal("x > 88 (float32): exp overflows; 3 << x, where x = a_quantity_with_quite_a_long_name * another_one", text);
    }

    [Fact]
    public void Long_expressions_are_cut_to_a_line()
    {
        var x = graph.Placeholder("x", ["n"]);
        var y = Enumerable.Range(0, 12).Aggregate(x, (v, i) => (Sin(v) * Cos(v)) + i);
        var text = ExpressionText.AsWritten(y, []);
        Assert.InRange(text.Length, 1, ExpressionText.Longest);
        Assert.Contains("…", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_name_the_rule_where_the_result_is_long()
    {
        var (price, strike) = (graph.Placeholder("price", []), graph.Placeholder("strike", []));
        Ops.Gradient(Log(price / strike), price);
        Assert.StartsWith("log(price / strike) was rewritten by 'log(x / y) => log(x) - log(y) where ", Assert.Single(graph.StabilityReport).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_of_a_gradient_says_so()
    {
        var x = graph.Placeholder("x", [], range: (0, 1));
        using var session = new Session(graph);
        var entry = Assert.Single(session.Stability(Gradient(Sqrt(x), x)).Open);
        Assert.True(entry.IsOfGradient);
        Assert.Contains("  gradient: 0.5 / sqrt(x)  ", session.Stability(Gradient(Sqrt(x), x)).ToString(), StringComparison.Ordinal);
        Assert.False(Assert.Single(session.Stability(1 / x).Open).IsOfGradient);
    }

    [Fact]
    public void What_took_the_place_is_told_in_the_users_expressions()
    {
        var (u, v) = (graph.Placeholder("u", []), graph.Placeholder("v", []));
        Ops.Gradient(1 / Exp(((Sin(u) * Cos(u)) + 1) * v), u);
        Assert.Contains(" became exp(-((sin(u) * cos(u) + 1) * v)) at ", Assert.Single(graph.StabilityReport).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_reads_the_same_stands_once()
    {
        var x = graph.Placeholder("x", [], DType.Float64);
        var y = 1 / Exp(x);
        Ops.Gradient(y * y, y);
        Ops.Gradient(y, x);
        Ops.Gradient(y + 1, x);
        Assert.Single(graph.StabilityReport, e => e.Expression == "1 / exp(x)");
    }

    [Fact]
    public void A_root_reports_nothing_of_its_own_steps()
    {
        var a = graph.Placeholder("a", [], DType.Float64);
        using var session = new Session(graph);
        Assert.Empty(session.Stability(Root(v => (v * v) - a, a)));
    }

    [Fact]
    public void A_logarithm_of_a_quotient_says_what_it_is_of()
    {
        var (x, y) = (graph.Placeholder("x", []), graph.Placeholder("y", []));
        Ops.Gradient(Log(Exp(x) / y), x);
        Assert.Contains("(exp(x) / y > 3.4e38 (float32): the quotient overflows; < 1e-45: log(0))", Assert.Single(graph.StabilityReport, e => e.Expression == "log(exp(x) / y)").ToString(), StringComparison.Ordinal);
    }
}
