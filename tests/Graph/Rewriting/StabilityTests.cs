using GraphGrad.Rewriting;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Rewriting;

/// <summary>Textbook expressions that fail as written: value and gradient come out right, in float32.</summary>
public class StabilityTests
{
    private static readonly RuleSet Rules = StabilityRules.All + CanonicalRules.All + AlgebraRules.All;

    public static TheoryData<string> Names => [.. Cases.Keys];

    private static readonly Dictionary<string, (Func<Value, Value> Build, string Stable, double X, double Value, double Gradient)> Cases = new()
    {
        ["reciprocal of exp"] = (x => 1 / Exp(x), "exp(-x)", 95, 5.5e-42, -5.5e-42),
        ["sigmoid"] = (x => 1 / (1 + Exp(-x)), "sigmoid(x)", -100, 3.8e-44, 3.8e-44),
        ["sigmoid, other form"] = (x => Exp(x) / (Exp(x) + 1), "sigmoid(x)", 100, 1, 0),
        ["one minus sigmoid"] = (x => 1 - (1 / (1 + Exp(-x))), "sigmoid(-x)", 30, 9.3576e-14, -9.3576e-14),
        ["log of sigmoid"] = (x => Log(1 / (1 + Exp(-x))), "-softplus(-x)", -200, -200, 1),
        ["log of one minus sigmoid"] = (x => Log(1 - Sigmoid(x)), "-softplus(x)", 200, -200, -1),
        ["log of a gelu below 0"] = (x => Log(-Gelu(x)), "", -40, -800.9195626, 39.99996885),
        ["log of a gelu's size"] = (x => Log(Abs(Gelu(x))), "where", -40, -800.9195626, 39.99996885),
        ["log of a multiple of a gelu"] = (x => Log(Gelu(x) * -2), "", -40, -800.2264154, 39.99996885),
        ["log of a swish below 0"] = (x => Log(-(x * Sigmoid(x))), "log(-x) - softplus(-x)", -200, Math.Log(200) - 200, 0.995),
        ["log of a negative multiple of exp"] = (x => Log(-(x * Exp(x))), "x + log(-x)", -200, Math.Log(200) - 200, 0.995),
        ["log of a negative share"] = (x => Log(-(Sigmoid(x) / x)), "", -200, -Math.Log(200) - 200, 1.005),
        ["log of a negative quotient by exp"] = (x => Log(-(x / Exp(-x))), "", -200, Math.Log(200) - 200, 0.995),
        ["log of a swish's square"] = (x => Log(Square(x * Sigmoid(x))), "", -200, 2 * (Math.Log(200) - 200), 1.99),
        ["softplus"] = (x => Log(1 + Exp(x)), "softplus(x)", 200, 200, 1),
        ["log1p of exp"] = (x => Log1p(Exp(x)), "softplus(x)", -200, 0, 0),
        ["logistic loss"] = (x => Log(1 + Exp(-(2 * x))), "softplus(-(x * 2))", -100, 200, -2),
        ["log of exp"] = (x => Log(Exp(x)), "x", 1000, 1000, 1),
        ["tanh"] = (x => (Exp(x) - Exp(-x)) / (Exp(x) + Exp(-x)), "tanh(x)", 100, 1, 0),
        ["tanh by exp of 2x"] = (x => (Exp(2 * x) - 1) / (Exp(2 * x) + 1), "tanh(x)", 100, 1, 0),
        ["expm1"] = (x => Exp(x) - 1, "expm1(x)", 1e-9, 1e-9, 1),
        ["log1p"] = (x => Log(1 + x), "log1p(x)", 1e-9, 1e-9, 1),
        ["log of a ratio"] = (x => Log(Exp(x) / (1 + Exp(x))), "-softplus(-x)", -200, -200, 1),
        ["square root of a square"] = (x => Sqrt(x * x), "abs(x)", -1e30, 1e30, -1),
        ["entropy term"] = (x => x * Log(x), "where", 0, 0, 0),
        ["log of one minus exp"] = (x => Log(1 - Exp(x)), "where", -1e-9, Math.Log(1e-9), -1e9),
        ["inverse softplus"] = (x => Log(Exp(x) - 1), "where", 200, 200, 1),
        ["log cosh"] = (x => Log(Cosh(x)), "", -200, 200 - Math.Log(2), -1),
        ["logit of sigmoid"] = (x => Log(Sigmoid(x) / (1 - Sigmoid(x))), "x", 90, 90, 1),
        ["softplus with a margin"] = (x => Log(0.5 + Exp(x)), "", 200, 200, 1),
        ["log of a square"] = (x => Log(Square(x)), "log(abs(x)) * 2", 1e-30, -60 * Math.Log(10), 2e30),
        ["log of a product of sigmoids"] = (x => Log(Prod(Sigmoid(x * Constants(x)))), "", -100, -600, 6),
        ["product of exponentials"] = (x => Log(Prod(Exp(x * Constants(x)))), "", 100, 600, 6),
        ["log of a weighted sum"] = (x => Log(Sum(Exp(x * Constants(x)) * Constants(x))), "", 100, 300 + Math.Log(3), 3),
        ["weighted mean"] = (x => Sum(Exp(x * Constants(x)) * Constants(x)) / Sum(Exp(x * Constants(x))), "", 100, 3, 0),
        ["log of the diagonal of a softmax"] = (x => Sum(Log(Diagonal(Softmax(x * (1 - Identity(x.Graph, 2, x.DType)), 1)))), "", 200, -400, -2),
        ["log1p of minus exp"] = (x => Log1p(-Exp(x)), "where", -1e-9, Math.Log(1e-9), -1e9),
        ["log of one minus tanh squared"] = (x => Log(1 - Square(Tanh(x))), "", 50, (2 * Math.Log(2)) - 100, -2),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Textbook_expressions_come_out_right(string name)
    {
        var (build, stable, at, value, slope) = Cases[name];
        var graph = new Graph();
        var x = graph.Placeholder("x", []);
        var y = build(x);
        if (stable is not ("" or "where")) RuleTest.Given(y).Applying(Rules).Gives(stable);
        var normal = new Rewriter(graph, Rules, []).Rewrite([y], []).Values[0];
        Close(value, AsWritten.Run(normal, (x, (float)at)).At(0));
        Close(slope, At(Ops.Gradient(y, x), x, (float)at));
        Assert.NotEmpty(graph.StabilityReport);
    }

    [Fact]
    public void Softmax_cross_entropy_as_written_is_stable()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [2, 3]);
        var labels = graph.Constant(new[] { new[] { 1f, 0, 0 }, [0, 1, 0] });
        var softmax = Exp(x) / Sum(Exp(x), axis: 1, keepDims: true);
        var loss = -Mean(Sum(labels * Log(softmax), axis: 1));
        var feed = TensorData.FromArray(new float[,] { { -200, 0, 100 }, { 1000, 1000, -1000 } });
        var normal = new Rewriter(graph, Rules, []).Rewrite([loss], []).Values[0];
        Close((300 + Math.Log(2)) / 2, AsWritten.Run(normal, (x, feed)).At(0));
        var gradient = AsWritten.Run(Ops.Gradient(loss, x), (x, feed));
        double[] expected = [-0.5, 0, 0.5, 0.25, -0.25, 0];
        for (var i = 0; i < 6; i++) Close(expected[i], gradient.At(i));
    }

    /// <summary>The difference of logarithms, which serves near 0, has no value at -1.</summary>
    [Theory]
    [InlineData(Backend.Compiled)]
    [InlineData(Backend.Interpreted)]
    public void Logarithm_of_one_plus_an_inverse_is_infinite_at_minus_one(Backend backend)
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [3]);
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        var result = session.Run([Log1p(1 / x), x * Log1p(1 / x)], (x, new[] { -1f, 1, 2 }));
        float[] logarithms = [float.NegativeInfinity, MathF.Log(2), MathF.Log(1.5f)];
        float[] products = [float.PositiveInfinity, MathF.Log(2), 2 * MathF.Log(1.5f)];
        for (var e = 0; e < 3; e++)
        {
            Assert.Equal(logarithms[e], result[0].At(e), 1e-6);
            Assert.Equal(products[e], result[1].At(e), 1e-6);
        }
    }

    [Fact]
    public void Binary_cross_entropy_as_written_is_stable()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [2]);
        var y = graph.Constant([0f, 1f]);
        var p = 1 / (1 + Exp(-x));
        var loss = -Mean((y * Log(p)) + ((1 - y) * Log(1 - p)));
        var gradient = AsWritten.Run(Ops.Gradient(loss, x), (x, new[] { 200f, -200f }));
        Assert.Equal([0.5f, -0.5f], gradient.AsSpan<float>());
        Assert.Equal(
            ["1 / (exp(-x) + 1) became sigmoid(x)", "log(sigmoid(x)) became -softplus(-x)", "1 - sigmoid(x) became sigmoid(-x)", "log(sigmoid(-x)) became -softplus(x)"],
            graph.StabilityReport.Select(r => $"{r.Rewrite!.Before} became {r.Rewrite.After}"));
        // The report shows what was written.
        Assert.Equal(
            ["1 / (1 + exp(-x))", "log(1 / (1 + exp(-x)))", "1 - 1 / (1 + exp(-x))", "log(1 - 1 / (1 + exp(-x)))"], graph.StabilityReport.Select(r => r.Expression));
        Assert.All(graph.StabilityReport, r => Assert.EndsWith("StabilityTests.cs", r.Origin.File, StringComparison.Ordinal));
    }

    [Fact]
    public void Views_between_softmax_and_logarithm_do_not_hide_it()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [2, 3]);
        var softmax = Exp(x) / Sum(Exp(x), axis: 1, keepDims: true);
        var picked = Gather(Reshape(softmax, 6), graph.Constant([0, 4]));
        var gradient = AsWritten.Run(Ops.Gradient(-Sum(Log(picked)), x), (x, TensorData.FromArray(new float[,] { { -200, 0, 100 }, { 1000, 0, 0 } })));
        double[] expected = [-1, 0, 1, 1, -1, 0];
        for (var i = 0; i < 6; i++) Close(expected[i], gradient.At(i));

        var p = Squeeze(1 / (1 + Exp(-Reshape(x, 6, 1))));
        gradient = AsWritten.Run(Ops.Gradient(Sum(Log(1 - p) + Log(p)), x), (x, TensorData.FromArray(new float[,] { { -200, 0, 100 }, { 1000, -1000, 0 } })));
        Assert.Equal([1f, 0, -1, -1, 1, 0], gradient.AsSpan<float>());
    }

    [Fact]
    public void Divergence_of_two_softmaxes_is_stable()
    {
        var graph = new Graph();
        var (x, y) = (graph.Placeholder("x", [2]), graph.Placeholder("y", [2]));
        var (p, q) = (Exp(x) / Sum(Exp(x)), Exp(y) / Sum(Exp(y)));
        var gradient = Gradients(Sum(p * Log(p / q)), x, y);
        (Value, TensorData)[] feeds = [(x, new[] { 200f, -200 }), (y, new[] { -200f, 200 })];
        Assert.Equal([0f, 0], AsWritten.Run(gradient[0], feeds).AsSpan<float>());
        Assert.Equal([-1f, 1], AsWritten.Run(gradient[1], feeds).AsSpan<float>());
    }

    [Theory]
    [InlineData(new[] { 1000f, 1000, -1000 }, 1000.6931)]
    [InlineData(new[] { -1000f, -1000, -1000 }, -998.9014)]
    [InlineData(new[] { float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity }, double.NegativeInfinity)]
    [InlineData(new[] { float.PositiveInfinity, 1, 2 }, double.PositiveInfinity)]
    [InlineData(new[] { float.NegativeInfinity, 1, 2 }, 2.3132617)]
    [InlineData(new[] { float.NaN, 1, 2 }, double.NaN)]
    public void Log_sum_exp_is_right_everywhere(float[] data, double expected)
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [3]);
        var y = Log(Sum(Exp(x)));
        var normal = new Rewriter(graph, Rules, []).Rewrite([y], []).Values[0];
        Close(expected, AsWritten.Run(normal, (x, data)).At(0));
    }

    [Fact]
    public void A_sum_that_is_shifted_already_is_left_alone()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [2, 3]);
        var shifted = Exp(x - Max(x, axis: 1, keepDims: true));
        var softmax = shifted / Sum(shifted, axis: 1, keepDims: true);
        RuleTest.Given(softmax).Applying(Rules).Gives(softmax);
    }

    [Fact]
    public void A_sum_over_another_axis_is_no_softmax()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [3, 3]);
        var odd = Exp(x) / Sum(Exp(x), axis: 1);
        RuleTest.Given(odd).Applying(Rules).Gives(odd);
    }

    [Fact]
    public void What_is_asked_for_stays()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", []);
        var e = Exp(x);
        RuleTest.Given(1 / e).Applying(Rules, e).Gives("1 / exp(x)");
        RuleTest.Given(1 / e).Applying(Rules).Gives("exp(-x)");
    }

    [Fact]
    public void Without_stabilizing_the_gradient_is_that_of_what_is_written()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", []);
        var y = 1 / Exp(x);
        var written = Gradients(y, new GradientOptions { Stabilize = false }, x)[0];
        Assert.True(double.IsNaN(At(written, x, 100)));
        Assert.Empty(graph.StabilityReport);
    }

    [Fact]
    public void Nothing_is_added_where_nothing_is_unstable()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", []);
        var y = 2 * x * 1;
        _ = Ops.Gradient(y, x);
        Assert.DoesNotContain(graph.Nodes, n => n.Name.Contains("stable", StringComparison.Ordinal));
    }

    /// <summary>The chosen class has next to no weight, in two ways to write it: one made two rules undo each other.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Cross_entropy_through_weighted_exponentials_stays_finite(bool sharesFirst)
    {
        var graph = new Graph();
        var (x, y) = (graph.Placeholder("x", [3]), graph.Placeholder("y", [3]));
        var loss = sharesFirst ? -Log(Sum(y * Exp(x) / Sum(Exp(x)))) : -Log(Sum(y * Exp(x)) / Sum(Exp(x)));
        using var session = new Session(graph);
        var results = session.Run([loss, Ops.Gradient(loss, x)], (x, new[] { 1000f, 0, -1000 }), (y, new[] { 0f, 0, 1 }));
        Assert.Equal(2000, results[0].At(0));
        Assert.Equal([1, 0, -1], results[1].AsSpan<float>().ToArray());
    }

    [Fact]
    public void A_difference_is_cured_in_both_orders()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", []);
        using var session = new Session(graph);
        var value = session.Run(Square(Tanh(x)) - 1, (x, 20f)).At(0);
        Assert.InRange(value / -1.6993417e-17, 0.99999, 1.00001);
    }

    /// <summary>Where the condition of a rule's selection is known to be false, what is left is the expression as written: to rewrite it again would never end.</summary>
    [Fact]
    public void Rules_that_select_end_at_constants()
    {
        Func<Value, Value, Value>[] expressions =
        [
            (c, x) => 1 - Pow(c, x), (c, x) => Pow(c, x) - 1, (c, x) => Pow(x, c) - 1, (c, x) => 1 - Pow(1 - Exp(c), x), (c, x) => 1 - Pow(Sigmoid(c), x), (c, x) => Log(Pow(c, x)), (c, x) => Log(Pow(x, c)),
            (c, x) => Pow(x, c) - Pow(x * 2, c), (c, x) => Hypot(x, c) - x, (c, x) => Hypot(c, x) + x, (c, x) => x - Sqrt(x * x + c), (c, x) => Sqrt(x * x - c) - x, (c, x) => Sqrt(x * x + c * c) - x,
        ];
        float[] numbers = [0, -1, 1, 0.5f, 2, 1e15f, float.PositiveInfinity, float.NegativeInfinity, float.NaN];
        float[] fed = [-2, -0.5f, 0, 0.5f, 2, 7];
        foreach (var number in numbers)
        {
            foreach (var (place, expression) in expressions.Index())
            {
                var graph = new Graph();
                var (c, x) = (graph.Placeholder("c", []), graph.Placeholder("x", [6]));
                var (ofConstant, ofFed) = (expression(graph.Constant(number), x), expression(c, x));
                var options = new GradientOptions { Disconnected = Disconnected.Zeros };
                Value[] fetches = [ofConstant, ofFed, Gradient(Sum(ofConstant), x, options), Gradient(Sum(ofFed), x, options)];
                using var session = new Session(graph, new SessionOptions { Backend = Backend.Interpreted });
                var results = session.Run(fetches, (c, number), (x, fed));
                for (var i = 0; i < fed.Length; i++)
                {
                    var (actual, expected) = (results[0].AsSpan<float>()[i], results[1].AsSpan<float>()[i]);
                    Expect.True(actual.Equals(expected) || Math.Abs(actual - expected) <= 1e-5f * Math.Abs(expected), $"expression {place} of {number} and {fed[i]}: {actual} for {expected}");
                }
            }
        }
    }

    [Fact]
    public void A_difference_to_a_hypotenuse_stays_infinite_where_it_is()
    {
        var graph = new Graph();
        var (x, y) = (graph.Placeholder("x", [4]), graph.Placeholder("y", [4]));
        using var session = new Session(graph);
        (Value, TensorData)[] feeds = [(x, new[] { 3f, -3f, 1e30f, 0f }), (y, new[] { float.PositiveInfinity, float.NegativeInfinity, float.PositiveInfinity, float.NegativeInfinity })];
        Assert.All(session.Run(Hypot(x, y) - x, feeds).AsSpan<float>().ToArray(), v => Assert.Equal(float.PositiveInfinity, v));
        Assert.All(session.Run(x - Hypot(x, y), feeds).AsSpan<float>().ToArray(), v => Assert.Equal(float.NegativeInfinity, v));
        Assert.All(session.Run(Hypot(x, y) + x, feeds).AsSpan<float>().ToArray(), v => Assert.Equal(float.PositiveInfinity, v));
    }

    [Fact]
    public void Differences_are_infinite_where_they_are_as_written()
    {
        var (infinity, most) = (double.PositiveInfinity, (double)float.MaxValue);
        (Func<Value, Value, Value> Of, double X, double Y, double Expected)[] cases =
        [
            ((x, _) => Hypot(x, 2) - 2, -infinity, 0, infinity),
            ((x, _) => 2 - Hypot(x, 2), infinity, 0, -infinity),
            ((x, _) => Sqrt((x * x) + 1) - 1, infinity, 0, infinity),
            ((x, y) => Sqrt(x) - Sqrt(y), infinity, 2, infinity),
            ((x, y) => Sqrt(x) - Sqrt(y), 0, infinity, -infinity),
            ((x, y) => Sqrt(x) - Sqrt(y), infinity, -1, double.NaN),
            ((x, y) => Sqrt(x) - Sqrt(y), infinity, infinity, double.NaN),
            ((x, y) => Sqrt(x + y) - Sqrt(x), 3, infinity, infinity),
            ((x, _) => Sqrt(x) - 2, infinity, 0, infinity),
            ((x, _) => 2 - Sqrt(x), infinity, 0, -infinity),
            ((x, _) => Sqrt(x + 1) - 1, infinity, 0, infinity),
            ((x, y) => Sqrt((x * x) - y) - x, 3, -infinity, infinity),
            ((x, y) => Sqrt((x * x) - y) - x, -infinity, -infinity, infinity),
            ((x, y) => Sqrt((x * x) + y) + x, -3, infinity, infinity),
            ((x, y) => x - Sqrt((x * x) + y), most, infinity, -infinity),
            ((x, _) => Expm1(x * 3) / x, most, 0, infinity),
            ((x, _) => x / Sinh(x), most, 0, 0),
            ((x, y) => Sigmoid(x) - Sigmoid(y), infinity, infinity, 0),
            ((x, y) => Sigmoid(x) - Sigmoid(y), -infinity, -infinity, 0),
            ((x, y) => Sigmoid(x) - Sigmoid(y), -infinity, 0, -0.5),
            ((x, y) => Tanh(x) - Tanh(y), most, infinity, 0),
            ((x, y) => Pow(Exp(x), y), 0, infinity, 1),
            ((x, y) => Pow(Exp(x), Maximum(Exp(x), Exp(y))), 0, infinity, 1),
            ((x, _) => Pow(Exp(x), infinity), 0, 0, 1),
            ((x, y) => Log(Pow(Exp(x), y)), 0, -infinity, 0),
            ((x, y) => Log(Exp(x) - Exp(y)), -infinity, -infinity, -infinity),
            ((x, y) => Log(Exp(x) - Exp(y)), 3, -infinity, 3),
            ((x, y) => Log(Exp(x) - Exp(y)), -infinity, 3, double.NaN),
            ((x, y) => Log(Exp(x) - Exp(y)), infinity, infinity, double.NaN),
        ];
        for (var i = 0; i < cases.Length; i++)
        {
            var (of, atX, atY, expected) = cases[i];
            var graph = new Graph();
            var (x, y) = (graph.Placeholder("x", [1]), graph.Placeholder("y", [1]));
            using var session = new Session(graph);
            (Value, TensorData)[] feeds = [(x, new[] { (float)atX }), (y, new[] { (float)atY })];
            var result = session.Run([of(x, y), y], feeds)[0].AsSpan<float>()[0];
            Assert.True(((double)result).Equals(expected), $"case {i}: {result}, expected {expected}");
        }
    }

    [Fact]
    public void Derivatives_of_differences_are_those_as_written_at_infinities()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [2]);
        using var session = new Session(graph);
        float[] At(Value value, params float[] at) => session.Run(Gradients(Sum(value), x)[0], (x, at)).AsSpan<float>().ToArray();
        Assert.Equal([0, 0.25f], At(Sqrt(x) - 2, float.PositiveInfinity, 4));
        Assert.Equal([0, 0.25f], At(Sqrt(x) - Sqrt(OnesLike(x)), float.PositiveInfinity, 4));
        Assert.Equal([0.25f, 0.25f], At(Sigmoid(x) - Sigmoid(ZerosLike(x)), 0, 0));
    }

    [Fact]
    public void Differences_of_sines_of_large_angles_far_apart_keep_their_digits()
    {
        var graph = new Graph();
        var (x, y) = (graph.Placeholder("x", [4], DType.Float64), graph.Placeholder("y", [4], DType.Float64));
        double[] a = [1e6, 1.3, 1e15, 1e10 + 1e-3], b = [1.3, -1e10, 2e15, 1e10];
        using var session = new Session(graph);
        var results = session.Run([Sin(x) - Sin(y), Cos(x) - Cos(y)], (x, a), (y, b));
        for (var i = 0; i < a.Length; i++)
        {
            Assert.Equal(Math.Sin(a[i]) - Math.Sin(b[i]), results[0].AsSpan<double>()[i], 1e-14);
            Assert.Equal(Math.Cos(a[i]) - Math.Cos(b[i]), results[1].AsSpan<double>()[i], 1e-14);
        }
    }

    private static Value Constants(Value like) => like.Graph.Constant([1f, 2, 3]);

    private static double At(Value value, Value x, float at)
    {
        var needed = GraphSlice.Of([value.Node]).Contains(x.Node);
        return AsWritten.Run(value, needed ? [(x, at)] : []).At(0);
    }

    private static void Close(double expected, double actual)
    {
        if (double.IsFinite(expected)) Assert.InRange(actual, expected - (3e-5 * Math.Abs(expected)) - 3e-43, expected + (3e-5 * Math.Abs(expected)) + 3e-43);
        else Assert.Equal(expected, actual);
    }
}
