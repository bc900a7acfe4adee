using static GraphGrad.Ops;

namespace GraphGrad.Tests.Runtime;

/// <summary>What the report finds, with inputs that show it, and what it does not find.</summary>
public sealed class SessionStabilityTests
{
    private readonly Graph graph = new();

    [Theory]
    [InlineData("log(x)", "log(0) is infinite")]
    [InlineData("exp(1000x)", "exp(1000) overflows (float32), from x = 0.08872 on")]
    [InlineData("sqrt(x - 1/2)", "sqrt(-0.5) is not a number, from x = 0.5 on")]
    [InlineData("1/x", "1 / 0 is infinite")]
    [InlineData("1/(x - 0.3)", "1 / 0 is infinite")]
    [InlineData("sum", "all digits cancel (float32)")]
    [InlineData("acosh", "acosh(0) is not a number")]
    [InlineData("pow", "pow(0, -2) is infinite")]
    [InlineData("gradient of sqrt", "0.5 / 0 is infinite")]
    [InlineData("x/x", "0 / 0 is not a number")]
    public void What_stays_open_is_told_with_an_input_that_shows_it(string name, string expected)
    {
        var x = graph.Placeholder("x", name == "sum" ? [3] : [], range: (0, 1));
        var y = name switch
        {
            "log(x)" => Log(x),
            "exp(1000x)" => Exp(x * 1000),
            "sqrt(x - 1/2)" => Sqrt(x - 0.5f),
            "1/x" => 1 / x,
            "1/(x - 0.3)" => 1 / (x - 0.3f),
            "sum" => Sum(x + 1) - 3,
            "acosh" => Acosh(x),
            "pow" => Pow(x, -2),
            "gradient of sqrt" => Ops.Gradient(Sqrt(x), x),
            _ => Tanh(x) / x,
        };
        // In float64 the sum would be right.
        using var session = new Session(graph, new SessionOptions { Float64Chains = false });
        var entry = Assert.Single(session.Stability(y).Open);
        Assert.StartsWith(expected, entry.Fails, StringComparison.Ordinal);
        Assert.Equal("nothing", entry.Remedy);
        Assert.Contains(nameof(SessionStabilityTests), entry.Origin.ToString(), StringComparison.Ordinal);
        // The witness is what a run takes.
        using var literal = new Session(graph, new SessionOptions { Backend = Backend.Interpreted, Rewrite = false });
        var wrong = literal.Run(y, [.. entry.Witness!]).Item<float>();
        Expect.True(name == "sum" ? wrong == 0 && entry.Witness![0].Data.AsSpan<float>()[0] > 0 : !float.IsFinite(wrong), $"{wrong} at {entry.WitnessText}");
    }

    [Theory]
    [InlineData(-1, 1, "sqrt(-1) is not a number, for any x < 0")]
    [InlineData(-3e38, 1, "sqrt(-3E+38) is not a number, for any x < 0")]
    [InlineData(0, 3e38, "exp(3E+38) overflows (float32), from x = 88.72 on")]
    public void From_where_on_is_told_beside_0_and_from_the_ends_of_the_type(double low, double high, string expected)
    {
        var x = graph.Placeholder("x", [], range: (low, high));
        using var session = new Session(graph);
        Assert.Equal(expected, Assert.Single(session.Stability(low < 0 ? Sqrt(x) : Exp(x)).Open).Fails);
    }

    [Fact]
    public void A_sum_of_any_number_of_terms_of_both_signs_may_be_0()
    {
        var x = graph.Placeholder("x", ["n"], range: (-1, 1));
        using var session = new Session(graph);
        Assert.Equal("0 / 0 is not a number", Assert.Single(session.Stability(x / Sum(x)).Open).Fails);
        Assert.Empty(session.Stability(x / (Sum(x * x) + 1)).Open);
    }

    [Fact]
    public void What_is_cured_is_told_with_rule_witness_and_cost()
    {
        var x = graph.Placeholder("x", [], range: (-200, 200));
        var y = Log(Sigmoid(x));
        using var session = new Session(graph);
        var report = session.Stability(y);
        Assert.Empty(report.Open);
        var entry = Assert.Single(report.Cured);
        Assert.Equal("log(sigmoid(x)) => -softplus(-x)", entry.Remedy);
        Assert.Equal("x = -200", entry.WitnessText);
        Assert.Contains("x < -104 (float32): log(0); x > 16: log(1), as with x = -200", report.ToString(), StringComparison.Ordinal);
        Assert.Equal(-200f, session.Run(y, [.. entry.Witness!]).Item<float>());
    }

    [Fact]
    public void What_is_cured_stays_open_where_rewriting_is_switched_off()
    {
        var x = graph.Placeholder("x", [], range: (-200, 200));
        var y = Log(Sigmoid(x));
        using (var literal = new Session(graph, new SessionOptions { Rewrite = false })) Assert.Matches(@"^log\(0\) is infinite, from x = -10\d(\.\d)? on$", Assert.Single(literal.Stability(y)).Fails);
        graph.DisableRule("log(sigmoid(x)) => -softplus(-x)");
        graph.DisableRule("unstable in float32 => float64");
        using var session = new Session(graph);
        Assert.Single(session.Stability(y).Open);
    }

    [Fact]
    public void What_is_computed_in_float64_is_cured()
    {
        var x = graph.Placeholder("x", [], range: (0, 1));
        var y = x - Atan(x);
        using var session = new Session(graph);
        var report = session.Stability(y);
        Assert.Empty(report.Open);
        Assert.Equal("unstable in float32 => float64", Assert.Single(report).Remedy);
        using var forbidden = new Session(graph, new SessionOptions { Float64Chains = false });
        Assert.Equal("x - atan(x)", Assert.Single(forbidden.Stability(y).Open).Expression);
    }

    [Fact]
    public void From_where_on_digits_are_lost_is_told_as_half_of_them()
    {
        var x = graph.Placeholder("x", [], range: (1e-4, 1));
        using var session = new Session(graph, new SessionOptions { Rewrite = false });
        var entry = Assert.Single(session.Stability(x - Atan(x)).Open);
        Assert.Matches(@"^(all digits cancel|digits cancel: it is off by [0-9.]+e-[0-9]+ of its value) \(float32\), half of them from x = [0-9.E-]+ on$", entry.Fails);
        // There one thousandth is wrong, about.
        var edge = float.Parse(entry.Fails.Split(' ')[^2], System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(Math.Abs((edge - MathF.Atan(edge)) / ((double)edge * edge * edge / 3) - 1), 5e-4, 1e-2);
    }

    [Fact]
    public void Of_a_large_witness_the_first_elements_are_shown()
    {
        var x = graph.Placeholder("x", [40]);
        using var session = new Session(graph);
        var entry = session.Stability(Log(Relu(x))).Open.First();
        Assert.Matches(@"^x = \[([-0-9.E]+, ){3}… \(40 elements\)\]$", entry.WitnessText);
        Assert.Equal(40, Assert.Single(entry.Witness!).Data.Count);
    }

    [Fact]
    public void What_differentiation_rewrote_is_in_the_report_of_the_gradient()
    {
        var x = graph.Placeholder("x", []);
        var gradient = Ops.Gradient(1 / Exp(x), x);
        Ops.Gradient(Log(1 + x), x);
        using var session = new Session(graph);
        Assert.Equal("1 / exp(x) => exp(-x)", Assert.Single(session.Stability(gradient)).Remedy);
    }

    [Fact]
    public void Of_a_training_step_the_assigned_values_are_examined()
    {
        var x = graph.Placeholder("x", ["batch", 2], range: (0, 1));
        var w = graph.Variable("w", [0f, 0f]);
        var loss = Mean(Log(Sum(x * (w + 1), 1)));
        var step = new GradientDescent(0.1f).Minimize(loss);
        using var session = new Session(graph);
        var report = session.Stability(step);
        Assert.NotEmpty(report.Open);
        Assert.All(report.Open, entry => Assert.Equal("x", Assert.Single(entry.Witness!).Placeholder.Name));
    }

    [Fact]
    public void What_no_result_takes_is_no_hazard()
    {
        var x = graph.Placeholder("x", ["n"], range: (-1, 1));
        var guarded = Where(x > 0, Log(x), 0);
        using var session = new Session(graph);
        Assert.Empty(session.Stability(
            guarded, Ops.Gradient(Sum(guarded), x),
            // Vanishes beside 5; saturates; is bounded away from 0.
            5 + (1 - Cos(x)), 1 / (1 + Exp(-200 * x)), 1 / (1.5f - x), Sqrt(1 - (x * x)), Log(2 + x)).Open);
    }

    [Fact]
    public void Of_undeclared_inputs_nothing_is_assumed()
    {
        var (x, y, z) = (graph.Placeholder("x", ["n", 3]), graph.Placeholder("y", ["n", 3]), graph.Placeholder("z", [2]));
        var centred = x - Mean(x, 1, keepDims: true);
        using var session = new Session(graph);
        Assert.Empty(session.Stability(
            Log(x), Exp(x), 1 / x, Sqrt(x), x / y, 1 / Square(x), 1 / Exp(x), Exp(x) / y, x / Norm(x, 2, 1, keepDims: true), centred / Sqrt(Mean(Square(centred), 1, keepDims: true)),
            Square(Square(Square(x))), 1 / Sigmoid(x), Sum(Tanh(z)), Pow(x, 0.5f), 1 / (x - y), Acos(x), Sqrt((x * x) - (y * y))).Open);
    }

    [Theory]
    [InlineData("log(relu(x))", "log(0) is infinite")]
    [InlineData("acos(1.5 tanh(x))", "is not a number")]
    [InlineData("exp(1000 sigmoid(x))", "overflows (float32)")]
    public void Functions_of_known_range_need_no_declaration(string name, string expected)
    {
        var x = graph.Placeholder("x", [2]);
        var y = name switch { "log(relu(x))" => Log(Relu(x)), "acos(1.5 tanh(x))" => Acos(Tanh(x) * 1.5f), _ => Exp(Sigmoid(x) * 1000) };
        using var session = new Session(graph);
        var entry = Assert.Single(session.Stability(y).Open);
        Assert.Contains(expected, entry.Fails, StringComparison.Ordinal);
        Assert.Contains(session.Run(y, [.. entry.Witness!]).AsSpan<float>().ToArray(), v => !float.IsFinite(v));
    }

    [Fact]
    public void The_range_of_the_element_type_decides()
    {
        var (narrow, wide) = (graph.Placeholder("narrow", [], range: (0, 500)), graph.Placeholder("wide", [], DType.Float64, (0, 500)));
        using var session = new Session(graph);
        Assert.Equal("exp(narrow)", Assert.Single(session.Stability(Exp(narrow), Exp(wide)).Open).Expression);
        Assert.Equal("exp(1000) overflows (float64), from wide = 354.9 on", Assert.Single(session.Stability(Exp(wide * 2)).Open).Fails);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Loops_are_looked_into(bool nested)
    {
        var (start, rows) = (graph.Placeholder("start", [3]), graph.Placeholder("rows", [4, 3]));
        var bad = Scan((h, row) => (Log(Relu(h)) + row, h), start, rows).Carry;
        var cured = Scan((h, row) => (h + Log(Sigmoid(row)), h), start, rows).Carry;
        if (nested) bad = Scan((h, row) => (Scan((g, part) => (Log(Relu(g)) + part, g), h, rows).Carry, row), start, rows).Carry;
        using var session = new Session(graph);
        var report = session.Stability(bad, cured, Ops.Gradient(Sum(cured), start));
        var entry = Assert.Single(report.Open);
        Assert.Equal("log(0) is infinite", entry.Fails);
        Assert.Contains(nameof(SessionStabilityTests), entry.Origin.ToString(), StringComparison.Ordinal);
        Assert.Equal(nested ? [1, 1] : [1], entry.Iterations);
        Assert.Contains(session.Run(bad, [.. entry.Witness!.Where(w => w.Placeholder == start || w.Placeholder == rows)]).AsSpan<float>().ToArray(), v => !float.IsFinite(v));
        Assert.Contains(report.Cured, e => e.Remedy == "log(sigmoid(x)) => -softplus(-x)");
    }

    [Fact]
    public void Variables_are_as_they_are_now()
    {
        var x = graph.Placeholder("x", [], range: (0, 1));
        var w = graph.Variable("w", 1f);
        var y = Log(x + Exp(w));
        // It would know that e^-1000 is no zero.
        graph.DisableRule("unstable in double-double => multi-precision");
        using var session = new Session(graph);
        Assert.Empty(session.Stability(y).Open);
        session.Write(w, -1000f);
        Assert.Equal("x = 0", Assert.Single(session.Stability(y).Open).WitnessText);
    }

    [Theory]
    [MemberData(nameof(Workload.Names), MemberType = typeof(Workload))]
    public void Models_raise_no_alarm(string name)
    {
        var workload = Workload.Create(name);
        using var session = new Session(workload.Graph);
        var report = workload.Step is { } step ? session.Stability(step) : session.Stability(workload.Fetches);
        Assert.True(!report.Open.Any(), report.ToString());
    }
}
