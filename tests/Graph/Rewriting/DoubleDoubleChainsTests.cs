using static GraphGrad.Ops;

namespace GraphGrad.Tests.Rewriting;

/// <summary>What is computed in double-double arithmetic: only what float64 loses, and the same as one example at a time.</summary>
public sealed class DoubleDoubleChainsTests
{
    private const string Rule = "unstable in float64 => double-double";

    /// <summary>What is computed again of some elements reads those that the op reads, where a view of the same shape has moved them, too.</summary>
    [Fact]
    public void Moved_elements_are_computed_again_from_their_own_places()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [3, 3]);
        Value[] results = [Ops.Sqrt(Ops.SwapAxes(x, 0, 1)), Ops.Log(Ops.SwapAxes(x, 0, 1)), Ops.Sqrt(Ops.Reverse(x, 1)), Ops.Sqrt(x[1, 0] * x)];
        using var written = new Session(graph, new SessionOptions { Backend = Backend.Interpreted, Rewrite = false });
        using var compiled = new Session(graph);
        foreach (var result in results)
        {
            (Value, TensorData) feed = (x, TensorData.Create<float>([-1, 2, 3, -4, 5, 6, -7, 8, -9], [3, 3]));
            var (expected, found) = (written.Run(result, feed), compiled.Run(result, feed));
            for (var e = 0; e < found.Count; e++) Assert.Equal(expected.At(e), found.At(e), 1e-6);
        }
    }

    /// <summary>A product of float32 needs two doubles from where a double's last place is a turn.</summary>
    [Theory]
    [InlineData(Backend.Compiled)]
    [InlineData(Backend.Interpreted)]
    public void Sines_of_huge_products_are_sines(Backend backend)
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [4]);
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        var result = session.Run([Sin(x * 1.05f), Cos(x * 1.05f)], (x, new[] { 3e20f, -1e25f, 3e38f, 1e19f }));
        for (var e = 0; e < 4; e++) Assert.Equal(1, Math.Pow(result[0].At(e), 2) + Math.Pow(result[1].At(e), 2), 1e-5);
    }

    /// <summary>The variance of one number is 0, which no digits of e^x show.</summary>
    [Fact]
    public void Gamma_functions_of_what_cancels_are_tried_in_finite_time()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [1, 4]);
        using var session = new Session(graph);
        var result = session.Run(Digamma(Var(Exp(x), 0, correction: 0)), (x, new[,] { { -1f, 0.5f, 3, 80 } }));
        Assert.Equal(float.NegativeInfinity, result.At(0));
    }

    [Theory]
    [InlineData(Backend.Compiled)]
    [InlineData(Backend.Interpreted)]
    public void What_float64_loses_keeps_its_digits(Backend backend)
    {
        var (graph, x, h, slope) = CentralDifference([]);
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        foreach (var step in new[] { 1e-4f, 1e-3f, 0.3f })
        {
            AssertRight(Right(1, step), session.Run(slope, (x, 1f), (h, step)).Item<float>());
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 9.9999999e11)]
    public void What_rounding_leaves_of_an_exact_zero_is_zero(double a, double b)
    {
        var graph = new Graph();
        var (x, y) = (graph.Placeholder("x", []), graph.Placeholder("y", []));
        // log Γ(1) = 0 and Γ(1 + y) = y · Γ(y).
        graph.DisableRule("unstable in double-double => multi-precision");
        var recurrence = LogGamma(x + y) - LogGamma(y) - (x * Log(y));
        using var session = new Session(graph);
        Assert.Contains(Rule, session.Explain(recurrence).StabilityReport.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, session.Run(recurrence, (x, (float)a), (y, (float)b)).Item<float>());
        Assert.NotEqual(0, session.Run(recurrence, (x, 2f), (y, (float)b)).Item<float>());
    }

    [Theory]
    [InlineData(Backend.Compiled)]
    [InlineData(Backend.Interpreted)]
    public void A_batch_longer_than_a_block_is_computed_alike(Backend backend)
    {
        var (graph, x, h, slope) = CentralDifference(["batch"]);
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        float[] xs = [.. Enumerable.Range(0, 700).Select(i => i / 700f)];
        float[] steps = [.. Enumerable.Range(0, 700).Select(i => 1e-4f * (1 + (i % 7)))];
        var slopes = session.Run(slope, (x, xs), (h, steps)).AsSpan<float>().ToArray();
        for (var i = 0; i < xs.Length; i++) AssertRight(Right(xs[i], steps[i]), slopes[i]);
    }

    [Fact]
    public void The_report_names_it_and_the_rule_switches_it_off()
    {
        var (graph, x, h, slope) = CentralDifference([]);
        using var session = new Session(graph);
        Assert.Equal(Rule, Assert.Single(session.Explain(slope).StabilityReport).Remedy);

        graph.DisableRule(Rule);
        using var without = new Session(graph);
        Assert.DoesNotContain(without.Explain(slope).StabilityReport, r => r.Remedy == Rule);
        var error = Math.Abs((without.Run(slope, (x, 1f), (h, 1e-4f)).Item<float>() / Right(1, 1e-4f)) - 1);
        Expect.True(error > 1e-5, $"off by {error} only");
    }

    [Theory]
    [InlineData(Backend.Compiled)]
    [InlineData(Backend.Interpreted)]
    public void What_both_terms_divide_by_leaves_their_difference_digits(Backend backend)
    {
        // The haversine formula near the antipode: 1 - h = 5.2e-15 lacks digits, and both terms are divided by its root.
        var graph = new Graph();
        var (x, y, z) = (graph.Placeholder("x", []), graph.Placeholder("y", []), graph.Placeholder("z", []));
        var angle = 2 * Asin(Sqrt(Square(Sin((x - y) / 2)) + (Cos(x) * Cos(y) * Square(Sin(z / 2)))));
        var gradient = Gradient(angle, x);
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        Assert.Equal(2.231116e-8, session.Run(gradient, (x, 0.3f), (y, -0.3f), (z, 3.1415925f)).Item<float>(), 2e-13);
    }

    /// <summary>Powers serve for parts of one leaf; what is around them still cancels, along a direction or with a cotangent that is fed.</summary>
    [Theory]
    [InlineData(Backend.Compiled)]
    [InlineData(Backend.Interpreted)]
    public void What_cancels_around_powers_keeps_its_digits(Backend backend)
    {
        var cases = new (Func<Value, Value> Build, Func<double, double> Slope, float[] Points)[]
        {
            (x => Pow(1 + (1 / x), x), x => Math.E / (2 * x * x) * (1 - (11 / (6 * x))), [1e6f, 1e10f, 1e15f]),
            (x => Log(Erf(x) / x), x => -2 * x / 3, [1e-10f, 1e-7f, 1e-4f]),
            (x => Log(Tan(x) / x), x => 2 * x / 3, [1e-10f, 1e-7f, 1e-4f]),
            (x => Log(Asin(x) / x), x => x / 3, [1e-10f, 1e-7f, 1e-4f]),
            (x => Log(x / Log1p(x)), x => 0.5 * (1 - (5 * x / 6)), [1e-10f, 1e-7f, 1e-4f]),
        };
        foreach (var (build, right, points) in cases)
        {
            var graph = new Graph();
            var (x, direction) = (graph.Placeholder("x", []), graph.Placeholder("direction", []));
            var y = build(x);
            Value[] slopes = [Jvp(y, x, direction), Vjp(y, x, direction)];
            using var session = new Session(graph, new SessionOptions { Backend = backend });
            foreach (var slope in slopes)
            {
                foreach (var point in points) AssertRight(3 * right(point), session.Run(slope, (x, point), (direction, 3f)).Item<float>());
            }
        }
    }

    [Fact]
    public void What_float64_keeps_stays_in_float64()
    {
        var graph = new Graph();
        var (x, y) = (graph.Placeholder("x", ["n"]), graph.Placeholder("y", ["n"]));
        Value[] kept = [(x * y) + 1, x - Atan(x), GeluTanh(x), Gelu(x), Softplus(x), Log(x / y), Sqrt((x * x) + (y * y)) - x];
        using var session = new Session(graph);
        foreach (var value in kept) Assert.DoesNotContain(session.Explain([value, .. Gradients(Sum(value), new GradientOptions { Disconnected = Disconnected.Zeros }, x, y)]).StabilityReport, r => r.Remedy == Rule);
    }

    private static (Graph Graph, Value X, Value H, Value Slope) CentralDifference(Shape shape)
    {
        var graph = new Graph();
        // A rule knows the quotient; here it stands for those that none does.
        graph.DisableRule("(exp(x + y) - exp(x - y)) / (y * c) => exp(x) * (sinh(y) / y) * (2 / c) near 0");
        graph.DisableRule("unstable in double-double => multi-precision");
        var (x, h) = (graph.Placeholder("x", shape), graph.Placeholder("h", shape));
        return (graph, x, h, Gradient(Sum((Exp(x + h) - Exp(x - h)) / (2 * h)), h));
    }

    // e^x · (h / 3 + h³ / 30 + h⁵ / 840 + …), the derivative of e^x · sinh(h) / h.
    private static double Right(double x, double h) => Math.Exp(x) * (h / 3) * (1 + (h * h / 10) + (h * h * h * h / 280));

    private static void AssertRight(double expected, float actual) => Expect.True(Math.Abs((actual / expected) - 1) < 1e-5, $"{actual} for {expected}");
}
