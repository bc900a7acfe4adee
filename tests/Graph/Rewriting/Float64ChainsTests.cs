using GraphGrad.Rewriting;
using GraphGrad.Tests.OpTable;
using GraphGrad.Tests.Runtime;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Rewriting;

/// <summary>What is computed in float64, and that nothing else is.</summary>
public sealed class Float64ChainsTests
{
    private const string Rule = "unstable in float32 => float64";

    private static readonly float[] Points = [0.01f, -0.02f, 0.11f, 0.5f, -3f];

    [Theory]
    [InlineData(Backend.Compiled)]
    [InlineData(Backend.Interpreted)]
    public void A_difference_without_a_rule_keeps_its_digits(Backend backend)
    {
        var (graph, x, y) = Difference();
        var slope = Gradient(Sum(y), x);
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        var results = session.Run([y, slope], (x, Points));
        for (var i = 0; i < Points.Length; i++)
        {
            double p = Points[i];
            AssertRight(p - Math.Atan(p), results[0].AsSpan<float>()[i]);
            AssertRight(p * p / (1 + (p * p)), results[1].AsSpan<float>()[i]);
        }
    }

    /// <summary>Where float64 cancels too, powers serve for a part of one leaf as they do for a whole chain.</summary>
    [Theory]
    [InlineData(Backend.Compiled)]
    [InlineData(Backend.Interpreted)]
    public void A_part_of_one_leaf_keeps_its_digits_where_float64_does_not(Backend backend)
    {
        var graph = new Graph();
        var (x, y) = (graph.Placeholder("x", []), graph.Placeholder("y", []));
        var slope = Jvp(x / Sin(x) * y, x, OnesLike(x));
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        foreach (var small in new[] { 1e-10f, 1e-6f, 1e-3f })
        {
            AssertRight(Math.Pow(small, 3) / 6 * 5 * (1 - ((double)small * small / 20)), session.Run(y * (x - Sin(x)), (x, small), (y, 5f)).Item<float>());
            AssertRight(5 * (small / 3.0) * (1 + (7 * (double)small * small / 30)), session.Run(slope, (x, small), (y, 5f)).Item<float>());
        }
    }

    /// <summary>A long chain of many elements is as much work as more elements of a short one: speed counts more.</summary>
    [Theory]
    [InlineData(30, true)]
    [InlineData(30_000, false)]
    public void Much_work_on_exact_data_stays_in_float32(int count, bool isWide)
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [count]);
        var y = x;
        for (var i = 0; i < 8; i++) y = (Sin(y) * 1.1) + Tanh(y * 0.7) - (y * Sigmoid(y + (i * 0.1)));
        using var session = new Session(graph);
        Assert.Equal(isWide, session.Explain(Gradient(Sum(y), x)).StabilityReport.Any(r => r.Remedy == Rule || r.Remedy.Contains("double", StringComparison.Ordinal)));
    }

    /// <summary>What a rule takes for one operand may be computed twice, as the two x[0] are here.</summary>
    [Theory]
    [InlineData(Backend.Compiled)]
    [InlineData(Backend.Interpreted)]
    public void Operands_that_are_written_twice_are_converted_each(Backend backend)
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [2, 2]);
        Value[] results =
        [
            Sqrt(Sum(x[0] * x[0])), Log(Sum(x[0] * x[0])),
            Sum(x[0] * x[1]) / (Sqrt(Sum(x[0] * x[0])) * Sqrt(Sum(x[1] * x[1]))),
        ];
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        double[] right = [5e25, Math.Log(25) + (50 * Math.Log(10)), 0.96];
        var actual = session.Run(results, (x, new float[,] { { 3e25f, 4e25f }, { 4e25f, 3e25f } }));
        for (var i = 0; i < right.Length; i++) AssertRight(right[i], actual[i].Item<float>());
    }

    [Fact]
    public void The_option_forbids_it()
    {
        var (graph, x, y) = Difference();
        using var session = new Session(graph, new SessionOptions { Float64Chains = false });
        var error = Math.Abs((session.Run(y, (x, Points)).AsSpan<float>()[0] / (Points[0] - Math.Atan(Points[0]))) - 1);
        Expect.True(error > 1e-5, $"off by {error} only");
        Assert.Empty(session.Explain(y).StabilityReport);
    }

    [Fact]
    public void The_report_names_expression_line_and_a_point_that_fails()
    {
        var (graph, _, y) = Difference();
        using var session = new Session(graph);
        var record = Assert.Single(session.Explain(y).StabilityReport);
        Assert.Equal(Rule, record.Remedy);
        Assert.Equal("x - atan(x)", record.Expression);
        Assert.StartsWith($"x - atan(x) was rewritten by '{Rule}' at ", record.ToString(), StringComparison.Ordinal);
        Assert.Contains(nameof(Float64ChainsTests), record.Origin.ToString(), StringComparison.Ordinal);
        // Where it does worst, nothing of it is left: a relative error of 1 is none to speak of in powers of ten.
        Assert.Matches(@"^x = -?[0-9.E-]+ \(float32\): no digit of it is left$", record.Fails);
        Assert.Equal("it is off by 2.5e-2 of its value", FailureText.Digits(0.025));
    }

    [Fact]
    public void What_is_only_sensitive_to_its_inputs_stays()
    {
        var graph = new Graph();
        // Too many elements for every digit to count.
        var (x, y, z) = (graph.Placeholder("x", [70_000]), graph.Placeholder("y", [70_000]), graph.Placeholder("z", []));
        Value[] stable =
        [
            x - y, Square(x - y), (x * y) - z, x + (Tanh(y) * z), (x * 0.9f) + (y * 0.1f), (x - Mean(x)) / Sqrt(Mean(Square(x - Mean(x))) + 1e-5f),
            x * Sigmoid(x), Sin(x * 3) - Cos(y), (x * x) - (2 * x), x / (Sqrt(Square(y)) + 1e-8f),
        ];
        using var session = new Session(graph);
        Assert.DoesNotContain(session.Explain(stable).StabilityReport, r => r.Remedy == Rule);
    }

    [Fact]
    public void A_batch_of_unknown_size_is_held_to_its_values()
    {
        var graph = new Graph();
        var (x, y) = (graph.Placeholder("x", ["batch"]), graph.Placeholder("y", ["batch"]));
        var loss = Mean((x * Log(x / y)) - x + y);
        var slope = Gradient(loss, x);
        using var session = new Session(graph);
        // The expression counts, not the run: the numbers that are fed play no part.
        Assert.Contains(session.Explain(slope).StabilityReport, r => r.Remedy == Rule);
        float[] means = [5, 100, 1e4f];
        float[] counts = [5.01f, 99.99f, 1.0001e4f];
        var actual = session.Run(slope, (x, means), (y, counts));
        for (var i = 0; i < means.Length; i++) AssertRight(Math.Log((double)means[i] / counts[i]) / means.Length, actual.AsSpan<float>()[i]);
    }

    [Fact]
    public void The_derivative_of_a_mean_over_an_unknown_extent_has_powers()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", ["batch"]);
        var slope = Gradient(Mean(Tanh(x) / x), x);
        using var session = new Session(graph);
        float[] near = [1e-10f, -1e-5f];
        var actual = session.Run(slope, (x, near)).AsSpan<float>().ToArray();
        for (var i = 0; i < near.Length; i++) AssertRight(-2.0 / 3 * near[i] / near.Length, actual[i]);
    }

    [Fact]
    public void Stable_expressions_of_unknown_extent_stay()
    {
        var graph = new Graph();
        var (x, y) = (graph.Placeholder("x", ["batch", 5]), graph.Placeholder("y", ["batch", 5]));
        Value[] stable = [x * x + 1, 1 / (1 + x * x), Sigmoid(x), x * Sigmoid(x), Tanh(x), Square(x - y), x * y, Softmax(x), LogSumExp(x, 1), Sum(x, 1), Mean(x), CumSum(x, 1)];
        using var session = new Session(graph);
        // Nor in more digits, which cost a sum of a row five times its time.
        Assert.DoesNotContain(session.Explain(stable).StabilityReport, r => r.Remedy.StartsWith("unstable in", StringComparison.Ordinal));
    }

    [Fact]
    public void Functions_of_layers_stay_in_float32_in_a_batch_of_unknown_size()
    {
        var graph = new Graph();
        var (x, y, z, w) = (graph.Placeholder("x", ["batch", 64]), graph.Placeholder("y", ["batch", 64]), graph.Placeholder("z", ["batch", 64]), graph.Placeholder("w", ["batch", 64]));
        var (scale, shift) = (graph.Placeholder("scale", [64]), graph.Placeholder("shift", [64]));
        Value[] functions =
        [
            Gelu(x), Silu(x), Mish(x), (x * y) + z, x + (z * (y - x)), x + Tanh(y), LogSoftmax(x), Softmax((x * 0.125) + y), (x - shift) / scale,
            Softplus(x) - (x * y), -Sum(y * LogSoftmax(x), -1), Sum(x * y, -1), x * Cos(z) - (y * Sin(z)),
        ];
        using var session = new Session(graph);
        foreach (var f in functions)
        {
            Value[] all = [f, Gradient(Sum(f.Rank == 2 ? f * w : f), x)];
            foreach (var value in all) Assert.DoesNotContain(session.Explain(value).StabilityReport, r => r.Remedy == Rule);
        }
        Assert.DoesNotContain(session.Explain(LayerNorm(x, scale, shift)).StabilityReport, r => r.Remedy == Rule);
        // What no input excuses is computed in float64 there, too.
        foreach (var hazard in new[] { x - Atan(x), Exp(x) - Exp(y), (x * x) + (y * y) - 1 - (2 * Log(Abs(y))) }) Assert.Contains(session.Explain(hazard).StabilityReport, r => r.Remedy == Rule);
        // Numbers without a layer.
        var (a, b, c) = (graph.Placeholder("a", ["n"]), graph.Placeholder("b", ["n"]), graph.Placeholder("c", ["n"]));
        foreach (var value in new[] { Gelu(a), (a * b) + c }) Assert.DoesNotContain(session.Explain(value).StabilityReport, r => r.Remedy == Rule);
        Assert.Contains(session.Explain((a * b) - (c * c)).StabilityReport, r => r.Remedy == Rule);
    }

    [Fact]
    public void What_rounding_chooses_is_no_evidence()
    {
        var graph = new Graph();
        var (points, centers) = (graph.Placeholder("points", ["n", 2]), graph.Placeholder("centers", [4, 2]));
        var (x, a, b) = (graph.Placeholder("x", ["n"]), graph.Placeholder("a", ["n"]), graph.Placeholder("b", ["n"]));
        Value[] chosen =
        [
            Ops.Gradient(Mean(Min(Sum(Square(ExpandDims(points, 1) - ExpandDims(centers, 0)), 2), 1)), centers),
            Ops.Gradient(Sum(Minimum(Square(x - a), Square(x - b))), a),
            Ops.Gradient(Sum(Maximum(x * a, b)), x),
            Where(x * a > b, x, b),
        ];
        using var session = new Session(graph);
        foreach (var value in chosen) Assert.DoesNotContain(session.Explain(value).StabilityReport, r => r.Remedy == Rule);
        // Beside a number underflow is an error.
        Assert.Contains(session.Explain(Where(1 - Cos(x) > 0, Log(1 - Cos(x)), a)).StabilityReport, r => r.Remedy == Rule);
    }

    /// <summary>On which side of its kink a function is may be a matter of the inputs' last places; for a function that has none there it is a matter of the expression.</summary>
    [Fact]
    public void Kinks_of_what_inputs_decide_stay_in_float32_in_a_batch_of_unknown_size()
    {
        var graph = new Graph();
        var (x, a, b) = (graph.Placeholder("x", ["n"]), graph.Placeholder("a", ["n"]), graph.Placeholder("b", ["n"]));
        Func<Value, Value>[] kinks = [Relu, Abs, d => LeakyRelu(d, 0.1), d => Elu(d), d => Where(Abs(d) < 1, Square(d) * 0.5, Abs(d) - 0.5)];
        using var session = new Session(graph);
        Assert.DoesNotContain(session.Explain(Ops.Gradient(Sum(Relu(1 - (x * a))), x)).StabilityReport, r => r.Remedy == Rule);
        foreach (var kink in kinks)
        {
            Assert.DoesNotContain(session.Explain(Ops.Gradient(Sum(kink((x * a) - b)), x)).StabilityReport, r => r.Remedy == Rule);
            Assert.Contains(session.Explain(Ops.Gradient(Sum(kink(x - Atan(x))), x)).StabilityReport, r => r.Remedy == Rule);
        }
    }

    /// <summary>Of many elements some cancel by chance.</summary>
    [Fact]
    public void Gradients_of_clusters_of_known_extents_stay_in_float32()
    {
        foreach (var (count, clusters, features) in new[] { (6, 3, 16), (20, 3, 4), (30, 2, 8) })
        {
            var graph = new Graph();
            var (points, centers) = (graph.Placeholder("points", [count, features]), graph.Placeholder("centers", [clusters, features]));
            var loss = Mean(Min(Sum(Square(ExpandDims(points, 1) - ExpandDims(centers, 0)), 2), 1));
            using var session = new Session(graph);
            Assert.Empty(session.Explain(Ops.Gradient(loss, centers)).StabilityReport);
            // All of its elements cancel where its points are near each other.
            Assert.Contains(session.Explain(Mean(Square(points), 0) - Square(Mean(Square(points), 0))).StabilityReport, r => r.Remedy == Rule);
        }
    }

    /// <summary>What the gradient of a slice does not reach is zero, and is no evidence that the others are right; what a mask or a kink leaves out is.</summary>
    [Fact]
    public void Gradients_of_slices_keep_their_digits()
    {
        foreach (var step in new[] { 1, 4, 5 })
        {
            var graph = new Graph();
            var (x, alpha, beta) = (graph.Placeholder("x", [2 * step + 1]), graph.Placeholder("alpha", [2 * step + 1]), graph.Placeholder("beta", [3]));
            var slope = Ops.Gradient(Sum(LogDensity.Beta(Slice(x, 0, 0, 3, step), Slice(alpha, 0, 0, 3, step), beta)), x);
            float[] points = [.. Enumerable.Repeat(0.7f, 2 * step + 1)], shapes = [.. Enumerable.Repeat(0.67f, 2 * step + 1)];
            (points[0], points[step], points[2 * step]) = (0.7436459f, 0.09421894f, 0.7436459f);
            (shapes[0], shapes[step], shapes[2 * step]) = (0.67019f, 7.571377f, 0.67019f);
            using var session = new Session(graph);
            var actual = session.Run(slope, (x, points), (alpha, shapes), (beta, new[] { 63.94136f, 63.94136f, 63.94136f })).AsSpan<float>().ToArray();
            for (var i = 0; i < 3; i++) AssertRight(((shapes[i * step] - 1.0) / points[i * step]) - ((63.94136f - 1.0) / (1.0 - points[i * step])), actual[i * step]);
        }
        foreach (var (batch, features, hidden, outputs, isMasked) in new[] { (8, 4, 16, 1, true), (32, 8, 32, 10, true), (32, 8, 32, 10, false), (64, 16, 32, 10, false) })
        {
            var graph = new Graph();
            var (x, y) = (graph.Placeholder("x", [batch, features]), graph.Placeholder("y", [batch, outputs]));
            var (w, v) = (graph.Placeholder("w", [features, hidden]), graph.Placeholder("v", [hidden, outputs]));
            var sums = MatMul(x, w) + graph.Placeholder("b", [hidden]);
            var kept = isMasked ? Where(graph.Constant(Enumerable.Range(0, hidden).Select(i => i % 2 == 0).ToArray()), sums * 2, 0) : Relu(sums);
            using var session = new Session(graph);
            Assert.DoesNotContain(session.Explain(Ops.Gradient(Mean(Square(MatMul(kept, v) - y)), w)).StabilityReport, r => r.Remedy == Rule);
        }
    }

    /// <summary>No sample is near where a sum over elements vanishes; a tiny program is tried there, too.</summary>
    [Theory]
    [InlineData(Backend.Compiled)]
    [InlineData(Backend.Interpreted)]
    public void Sums_over_few_elements_keep_their_digits_where_they_vanish(Backend backend)
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [4]);
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        float[] small = [1e-4f, 2e-4f, -3e-4f, 1e-9f];
        float[] shares = [-1.38629f, -1.38629f, -1.38629f, -1.386f];
        AssertRight(small.Sum(e => e - ((double)e * e / 2) + ((double)e * e * e / 3)), session.Run(Sum(Log(1 + x)), (x, small)).Item<float>());
        AssertRight(Math.Pow(Math.Log(shares.Sum(e => Math.Exp(e))), 2), session.Run(Square(Log(Sum(Exp(x)))), (x, shares)).Item<float>());
        // Of many elements it would be chance.
        Assert.DoesNotContain(session.Explain(Sum(Log(1 + Square(graph.Placeholder("features", [64]))))).StabilityReport, r => r.Remedy == Rule);
    }

    /// <summary>The gradient of an extremum asks which element it is, which its float64 twin, rounded, need not equal.</summary>
    [Theory]
    [InlineData(Backend.Compiled)]
    [InlineData(Backend.Interpreted)]
    public void A_gradient_does_not_depend_on_what_else_is_fetched(Backend backend)
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [3, 6, 3, 11]);
        var shares = Softmax(x, 2);
        var least = Min(shares, 1, keepDims: true);
        var slope = Gradient(Sum(Sin(least)) + Sum(Sin(LogCumSumExp(shares, 0))), x);
        var data = Data.Random(DType.Float32, [3, 6, 3, 11], new Random(1));
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        var alone = session.Run(slope, (x, data));
        var results = session.Run([least, slope], (x, data));
        for (var i = 0; i < alone.Count; i++) Assert.Equal(alone.At(i), results[1].At(i), 1e-6);
        // What is fetched has its digits all the same.
        Assert.Contains(session.Explain(least, slope).StabilityReport, r => r.Remedy == Rule);
    }

    [Fact]
    public void A_declared_range_is_all_that_is_tried()
    {
        var graph = new Graph();
        var (x, z) = (graph.Placeholder("x", ["batch"], range: (1, 5)), graph.Placeholder("z", ["batch"], range: (1, 5)));
        var free = graph.Placeholder("free", ["batch"]);
        using var session = new Session(graph);
        // Terms of one sign cannot cancel.
        Assert.Empty(session.Explain(x * z + x).StabilityReport);
        Assert.NotEmpty(session.Explain(x * free + x).StabilityReport);
    }

    [Theory]
    [MemberData(nameof(Workload.Names), MemberType = typeof(Workload))]
    public void Models_stay_in_float32(string name)
    {
        var workload = Workload.Create(name);
        using var session = new Session(workload.Graph);
        var report = workload.Step is { } step ? session.Explain(step).StabilityReport : session.Explain(workload.Fetches).StabilityReport;
        Assert.DoesNotContain(report, r => r.Remedy == Rule);
    }

    private static (Graph Graph, Value X, Value Y) Difference()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [Points.Length]);
        return (graph, x, x - Atan(x));
    }

    private static void AssertRight(double expected, float actual) => Assert.InRange(actual / expected, 1 - 1e-6, 1 + 1e-6);
}
