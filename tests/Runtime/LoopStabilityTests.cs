using static GraphGrad.Ops;

namespace GraphGrad.Tests.Runtime;

/// <summary>What the report finds in loops: with feeds, and with the iteration in which it happens.</summary>
public sealed class LoopStabilityTests
{
    private readonly Graph graph = new();

    [Fact]
    public void A_carry_that_grows_until_exp_overflows_is_told_with_iteration_and_feed()
    {
        var (start, steps) = (graph.Placeholder("start", [], range: (0, 1)), graph.Placeholder("steps", [20], range: (0, 1)));
        var outputs = Scan((h, x) => ((h * 1.5f) + x, Exp(h)), start, steps).Outputs;
        using var session = new Session(graph);
        var entry = Assert.Single(session.Stability(outputs));
        Assert.Equal("exp(113.33) overflows (float32)", entry.Fails);
        Assert.Equal("exp(carry)", entry.Expression);
        Assert.Equal([10], entry.Iterations);
        Assert.EndsWith("as with start = 1, steps = 1, in iteration 10 of 20)", entry.ToString(), StringComparison.Ordinal);
        var run = session.Run(outputs, [.. entry.Witness!]).AsSpan<float>();
        Assert.True(float.IsFinite(run[8]) && float.IsPositiveInfinity(run[9]));
    }

    [Fact]
    public void A_carry_that_becomes_zero_in_some_iteration_is_found_between_two_trials()
    {
        var start = graph.Placeholder("start", [], range: (1.1f, 1.3f));
        var outputs = Scan(h => (h - 0.3125f, 1 / h), start, 5).Outputs;
        using var session = new Session(graph);
        var entry = Assert.Single(session.Stability(outputs));
        Assert.Equal(("1 / carry", "1 / 0 is infinite"), (entry.Expression, entry.Fails));
        Assert.Equal([5], entry.Iterations);
        Assert.True(float.IsInfinity(session.Run(outputs, [.. entry.Witness!]).AsSpan<float>()[4]));
    }

    [Fact]
    public void From_which_start_on_a_loop_overflows_is_told()
    {
        var start = graph.Placeholder("start", [], range: (0, 2));
        var outputs = Scan(s => (Scan(t => (t * 2, t), s, 3).Carry, Exp(s)), start, 3).Outputs;
        using var session = new Session(graph);
        var entry = Assert.Single(session.Stability(outputs));
        // 64 times the start is 88.72.
        Assert.Equal("exp(128) overflows (float32), from start = 1.386 on", entry.Fails);
        Assert.Equal([3], entry.Iterations);
    }

    [Fact]
    public void Loops_in_loops_are_told_with_both_iterations()
    {
        var start = graph.Placeholder("start", [], range: (1, 2));
        var outputs = Scan(s => (Scan(t => (t * 3, Exp(t)), s, 3).Outputs[2], s), start, 4).Outputs;
        using var session = new Session(graph);
        var entry = Assert.Single(session.Stability(outputs));
        Assert.Equal("exp(carry)", entry.Expression);
        Assert.Equal([2, 1], entry.Iterations);
        Assert.Contains(", in iteration 2 of 4, there in iteration 1 of 3", entry.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_loop_that_ends_by_itself_is_gone_through()
    {
        var a = graph.Placeholder("a", [], range: (0, 9));
        // Newton's method for the root of x³ - 3x + 2 + a, whose derivative vanishes at 1.
        var root = While(x => Abs((x * x * x) - (3 * x) + 2 + a) > 1e-3f, x => x - (((x * x * x) - (3 * x) + 2 + a) / (3 * ((x * x) - 1))), a - 2);
        using var session = new Session(graph);
        var entry = Assert.Single(session.Stability(root).Open, e => e.Fails.Contains("/ 0", StringComparison.Ordinal));
        Assert.Single(entry.Iterations);
        Assert.False(float.IsFinite(session.Run(root, [.. entry.Witness!]).Item<float>()));
    }

    [Fact]
    public void Digits_lost_in_a_loop_are_told_and_so_is_what_cured_them()
    {
        var (start, steps) = (graph.Placeholder("start", [], range: (0, 1)), graph.Placeholder("steps", [6], range: (0, 1e-3)));
        var outputs = Scan((h, x) => (h * 0.5f, h + ((1 - Cos(x)) / (x + 1e-3f))), graph.Constant(0f), steps).Outputs;
        using (var literal = new Session(graph, new SessionOptions { Rewrite = false }))
        {
            var entry = Assert.Single(literal.Stability(outputs).Open);
            Assert.Equal("1 - cos(steps[i])", entry.Expression);
            Assert.Contains("cancel", entry.Fails, StringComparison.Ordinal);
            Assert.Single(entry.Iterations);
        }
        using var session = new Session(graph);
        var cured = Assert.Single(session.Stability(outputs));
        Assert.Equal("1 - cos(x) => 2 * sin(x / 2)^2", cured.Remedy);
        Assert.NotEmpty(cured.WitnessText);
        Assert.Single(cured.Iterations);
        Assert.NotNull(start);
    }

    [Fact]
    public void Digits_that_a_loop_loses_little_by_little_are_told()
    {
        // e^-x by its series: terms of both signs up to 2e6 sum to 1e-7, and each rounds a little.
        var counts = graph.Constant(Enumerable.Range(1, 60).Select(n => (float)n).ToArray());
        Value Series(Value x) => Scan((total, term, n) => ((total + term, -term * x / n), total), (graph.Constant(0f), graph.Constant(1f)), counts).Carries.First;
        var x = graph.Placeholder("x", [], range: (0, 16));
        var sum = Series(x);
        using var session = new Session(graph);
        var entry = Assert.Single(session.Stability(sum).Open);
        Assert.StartsWith("digits are lost little by little: ", entry.Fails, StringComparison.Ordinal);
        Assert.Equal([60], entry.Iterations);
        var at = entry.Witness!.Single().Data.At(0);
        Assert.True(Math.Abs(session.Run(sum, [.. entry.Witness!]).Item<float>() - Math.Exp(-at)) > 1e-3 * Math.Exp(-at));
        // Where no term is large the same loop keeps its digits.
        var small = graph.Placeholder("small", [], range: (0, 1));
        Assert.Empty(session.Stability(Series(small)).Open);
    }

    [Fact]
    public void What_a_selection_or_branch_in_a_loop_does_not_take_is_no_hazard()
    {
        var start = graph.Placeholder("start", [], range: (-1, 1));
        var selected = Scan(s => (Where(s > 0, Log(s), 0.5f), s), start, 4).Carry;
        var branched = Scan(s => (Cond(s > 0, () => Log(s), () => s * s), s), start, 4).Carry;
        using var session = new Session(graph);
        var report = session.Stability(selected, branched, Ops.Gradient(selected, start));
        Assert.True(!report.Open.Any(), report.ToString());
    }

    [Theory]
    [InlineData("gru")]
    [InlineData("lstm")]
    [InlineData("tanh ode")]
    [InlineData("logistic map")]
    [InlineData("newton")]
    [InlineData("running mean")]
    [InlineData("power iteration")]
    public void Usual_loops_raise_no_alarm(string name)
    {
        var (state, inputs) = (graph.Placeholder("state", [2, 3], range: (-1, 1)), graph.Placeholder("inputs", ["time", 2, 3], range: (-5, 5)));
        Value Weight(string weight, int columns) => graph.Variable(weight, Initializers.GlorotUniform(graph, [3, columns], seed: 1));
        Value y;
        switch (name)
        {
            case "gru":
                var (wx, wh) = (Weight("wx", 9), Weight("wh", 9));
                y = Scan(
                    (h, x) =>
                    {
                        var (i, s) = (Split(MatMul(x, wx), 3, axis: 1), Split(MatMul(h, wh), 3, axis: 1));
                        var (reset, update) = (Sigmoid(i[0] + s[0]), Sigmoid(i[1] + s[1]));
                        var candidate = Tanh(i[2] + (reset * s[2]));
                        var next = candidate + (update * (h - candidate));
                        return (next, next);
                    },
                    state, inputs).Outputs;
                break;
            case "lstm":
                var (vx, vh) = (Weight("vx", 12), Weight("vh", 12));
                y = Scan(
                    (h, c, x) =>
                    {
                        var gates = Split(MatMul(x, vx) + MatMul(h, vh), 4, axis: 1);
                        var cell = (Sigmoid(gates[1]) * c) + (Sigmoid(gates[0]) * Tanh(gates[2]));
                        var next = Sigmoid(gates[3]) * Tanh(cell);
                        return ((next, cell), next);
                    },
                    (state, state), inputs).Outputs;
                break;
            case "tanh ode":
                var w = graph.Placeholder("w", [3, 3]);
                y = Scan(s => (s + (0.1f * Tanh(MatMul(s, w))), s), state, 40).Carry;
                break;
            case "logistic map":
                y = Scan(s => (3.99f * s * (1 - s), s), Abs(state), 40).Carry;
                break;
            case "newton":
                var a = Square(state) + 0.1f;
                y = While(x => Any(Abs((x * x) - a) > 1e-5f), x => (x + (a / x)) / 2, a + 1, 30);
                break;
            case "running mean":
                y = Scan((m, n, x) => ((m + ((x - m) / n), n + 1), m), (state, graph.Constant(1f)), inputs).Outputs;
                break;
            default:
                y = Scan(
                    v =>
                    {
                        var next = MatMul(v, MatMul(Transpose(inputs[0]), inputs[0]) + 0.1f);
                        return (next / Norm(next + 1e-3f), v);
                    },
                    state + 1.5f, 10).Carry;
                break;
        }
        using var session = new Session(graph);
        var report = session.Stability(y, Ops.Gradient(Sum(Square(y)), state));
        Assert.True(!report.Open.Any(), report.ToString());
    }
}
