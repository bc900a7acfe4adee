using GraphGrad.Tests.Loops;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Functions;

public sealed class ImplicitTests
{
    [Fact]
    public void A_fixed_point_moves_with_what_the_function_uses()
    {
        var graph = new Graph();
        var a = graph.Placeholder("a", [3], DType.Float64);
        var x = FixedPoint(v => Cos(v) * a, OnesLike(a));
        var tangent = Ops.Jvp(x, a, OnesLike(a));
        var gradient = Ops.Gradient(Sum(x), a);
        var second = Ops.Gradient(Sum(gradient), a);
        double[] at = [0.3, 0.5, 0.7];
        var results = LoopRuns.Everywhere([x, gradient, tangent, second], (a, at));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(At(at[i]), results[0][i], 1e-11);
            // x = a·cos x: x' = cos x / (1 + a·sin x).
            var slope = Slope(at[i]);
            Assert.Equal(slope, results[1][i], 1e-10);
            Assert.Equal(slope, results[2][i], 1e-10);
            Assert.Equal((Slope(at[i] + 1e-5) - Slope(at[i] - 1e-5)) / 2e-5, results[3][i], 1e-7);
        }

        static double At(double a)
        {
            var x = 1.0;
            for (var i = 0; i < 500; i++) x = a * Math.Cos(x);
            return x;
        }

        static double Slope(double a) => Math.Cos(At(a)) / (1 + (a * Math.Sin(At(a))));
    }

    [Fact]
    public void A_root_by_Newton_in_the_graph()
    {
        var graph = new Graph();
        var p = graph.Placeholder("p", [2], DType.Float64);
        // x² + y² = p₀, x·y = p₁.
        var root = Root(v => Stack([Square(v[0]) + Square(v[1]) - p[0], (v[0] * v[1]) - p[1]]), graph.Constant([2.0, 1.0]));
        var jacobian = Jacobian(root, p);
        var results = LoopRuns.Everywhere([root, jacobian, Ops.Jvp(root, p, graph.Constant([1.0, 0.0]))], (p, new[] { 5.0, 2.0 }));
        Assert.Equal(2, results[0][0], 1e-12);
        Assert.Equal(1, results[0][1], 1e-12);
        // The inverse of [[2x, 2y], [y, x]] = [[4, 2], [1, 2]].
        double[] expected = [2.0 / 6, -2.0 / 6, -1.0 / 6, 4.0 / 6];
        for (var k = 0; k < 4; k++) Assert.Equal(expected[k], results[1][k], 1e-11);
        Assert.Equal(expected[0], results[2][0], 1e-11);
        Assert.Equal(expected[2], results[2][1], 1e-11);
    }

    [Fact]
    public void Inputs_that_depend_on_one_another_count_once()
    {
        var graph = new Graph();
        var a = graph.Placeholder("a", [], DType.Float64);
        var b = a * a;
        var x = Root(v => (v * v) - (a * b), graph.Constant(1.0));
        // x = a^1.5.
        var results = LoopRuns.Everywhere([x, Ops.Gradient(x, a), Ops.Gradient(Ops.Gradient(x, a), a), Ops.Jvp(x, a, graph.Constant(1.0))], (a, 4.0));
        double[] expected = [8, 3, 0.375, 3];
        for (var i = 0; i < 4; i++) Assert.Equal(expected[i], results[i][0], 1e-11);
    }

    [Fact]
    public void A_hypergradient_of_ridge_regression_is_that_of_the_closed_form()
    {
        var graph = new Graph();
        var (x, y) = (graph.Placeholder("x", [12, 3], DType.Float64), graph.Placeholder("y", [12], DType.Float64));
        var (vx, vy) = (graph.Placeholder("vx", [6, 3], DType.Float64), graph.Placeholder("vy", [6], DType.Float64));
        var penalty = graph.Placeholder("penalty", [], DType.Float64);
        Value Predict(Value rows, Value w) => Squeeze(MatMul(rows, ExpandDims(w, 1)), 1);
        Value Train(Value w) => Sum(Square(Predict(x, w) - y)) + (penalty * Sum(Square(w)));
        // The inner problem by gradient descent, the outer gradient by the implicit function theorem.
        var w = FixedPoint(v => v - (Ops.Gradient(Train(v), v) * 0.02), graph.Constant([0.0, 0.0, 0.0]), new ImplicitOptions { MaximumIterations = 20_000 });
        var loss = Sum(Square(Predict(vx, w) - vy));
        var normal = MatMul(Transpose(x), x) + (Identity(graph, 3, DType.Float64) * penalty);
        var closed = Squeeze(Solve(normal, MatMul(Transpose(x), ExpandDims(y, 1))), 1);
        var exact = Sum(Square(Predict(vx, closed) - vy));
        var results = LoopRuns.Everywhere(
            [loss, exact, Ops.Gradient(loss, penalty), Ops.Gradient(exact, penalty)],
            (x, LoopRuns.Data(1, 12, 3)), (y, LoopRuns.Data(2, 12)), (vx, LoopRuns.Data(3, 6, 3)), (vy, LoopRuns.Data(4, 6)), (penalty, 0.7));
        Assert.Equal(results[1][0], results[0][0], 1e-9);
        Assert.Equal(results[3][0], results[2][0], 1e-8);
    }

    [Fact]
    public void A_system_known_by_its_map_is_solved_and_differentiated_as_the_dense_one()
    {
        var graph = new Graph();
        var root = graph.Placeholder("root", [6, 6], DType.Float64);
        var b = graph.Placeholder("b", [6], DType.Float64);
        var a = MatMul(root, Transpose(root)) + (Identity(graph, 6, DType.Float64) * 2);
        var free = ConjugateGradients(v => Squeeze(MatMul(root, MatMul(Transpose(root), ExpandDims(v, 1))), 1) + (v * 2), b);
        var dense = Squeeze(Solve(a, ExpandDims(b, 1)), 1);
        Value[] All(Value x) => [x, .. Gradients(Sum(Sin(x)), root, b), Ops.Jvp(x, root, Cos(root)), Ops.Gradient(Sum(Square(Ops.Gradient(Sum(Sin(x)), b))), b)];
        var results = LoopRuns.Everywhere([.. All(free), .. All(dense)], (root, LoopRuns.Data(5, 6, 6)), (b, LoopRuns.Data(6, 6)));
        for (var part = 0; part < 5; part++)
        {
            for (var k = 0; k < results[part].Length; k++) Assert.Equal(results[5 + part][k], results[part][k], 1e-9);
        }
    }

    [Theory]
    [InlineData(Backend.Compiled)]
    [InlineData(Backend.Interpreted)]
    public void What_does_not_converge_says_so(Backend backend)
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [], DType.Float64);
        var y = FixedPoint(v => (v * x) + 1, graph.Constant(0.0), new ImplicitOptions { MaximumIterations = 20 });
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        Errors.Throws(
            "require 'fixed_point/require': the fixed point was not reached to 1E-12 in 20 steps: the last one moved an element by 0.5 of 1 + its absolute value. If steps do not get smaller, the function is no contraction there: start nearer, or damp it. If they do, allow more of them or a larger tolerance in ImplicitOptions. Built at ImplicitTests.cs:116.",
            () => session.Run(y, (x, 2.0)));
        Assert.Equal(1, session.Run(y, (x, 0.0)).Item<double>());
    }

    [Theory]
    [InlineData(Backend.Compiled)]
    [InlineData(Backend.Interpreted)]
    public void What_is_not_reached_says_how_near_it_came_or_that_NaN_arose(Backend backend)
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [2]);
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        string Message(Value y) => Assert.Throws<GraphException>(() => session.Run(y, (x, new[] { 1f, 2f }))).Message;
        Assert.Contains("moved an element by NaN (infinity or NaN arose) of 1 + its", Message(FixedPoint(v => Sqrt(v - 10), x)), StringComparison.Ordinal);
        Assert.Contains("in 40 steps, but to ", Message(ConjugateGradients(v => Stack([v[1], v[0] * -3]), x, new ImplicitOptions { MaximumIterations = 40 })), StringComparison.Ordinal);
        Assert.Contains("but to NaN (infinity or NaN arose)", Message(ConjugateGradients(v => v * float.NaN, x)), StringComparison.Ordinal);
        // Of examples it is the worst.
        var y = Vectorize(v => FixedPoint(w => (w * 0.5f) + (v * 0), v, new ImplicitOptions { MaximumIterations = 1 }), x);
        Assert.Contains("by 0.5 of 1", Message(y), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Backend.Compiled)]
    [InlineData(Backend.Interpreted)]
    public void A_singular_Jacobian_is_that_of_the_root(Backend backend)
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [2]);
        var y = Root(v => Stack([v[0] + v[1], (v[0] + v[1]) * 2]), x);
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        var message = Assert.Throws<GraphException>(() => session.Run(y, (x, new[] { 1f, 2f }))).Message;
        Assert.StartsWith("root '", message, StringComparison.Ordinal);
        Assert.Contains("the Jacobian is singular where Newton's method has come to: no pivot is left in column 1. Start elsewhere", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_function_that_changes_the_shape_is_refused()
    {
        var x = new Graph().Placeholder("x", [3]);
        Errors.Throws(
            "FixedPoint: the function returned 'fixed_point/while/slice' float32[2] for float32[3]; it must keep type and shape. Cast, reshape or broadcast what it returns. Built at {here}.",
            () => FixedPoint(v => v[..2], x));
    }

    [Fact]
    public void A_tolerance_below_the_rounding_of_float32_is_told_of()
    {
        var graph = new Graph();
        var options = new ImplicitOptions { Tolerance = 1e-9, MaximumIterations = 300 };
        // A step of one last place rounds to one back again, so that the first swings between neighbours; the second swings far, and no precision stops that.
        var (rounded, swinging) = (FixedPoint(v => 1 - 0.9f * v, graph.Constant([0.1f, 0.2f]), options), FixedPoint(v => Cos(v) * -1.5f, graph.Constant([1f, 2f]), options));
        using var session = new Session(graph);
        Assert.Contains("In float32 rounding alone moves a step", Message(rounded), StringComparison.Ordinal);
        Assert.EndsWith("no contraction there: start nearer, or damp it. If they do, allow more of them or a larger tolerance in ImplicitOptions. Built at ImplicitTests.cs:", Message(swinging).TrimEnd('.', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'), StringComparison.Ordinal);
        Assert.DoesNotContain("rounding", Message(swinging), StringComparison.Ordinal);

        string Message(Value y) => Assert.Throws<GraphException>(() => session.Run(y)).Message;
    }

    [Fact]
    public void Reports_speak_of_the_function_and_not_of_the_steps_around_it()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [3]);
        // Both lose digits if the step's own difference is taken as part of the function.
        var (damped, soft) = (FixedPoint(v => v - 0.1f * (v - x), Zeros(graph, [3])), FixedPoint(v => 0.5f * Log(1 + Exp(v)) + x, Zeros(graph, [3])));
        using var session = new Session(graph);
        Assert.Empty(session.Stability(damped));
        var entries = session.Stability(soft, Ops.Gradient(Sum(soft), x));
        Assert.Equal(["gradient: log(1 + exp(solution_1))", "log(1 + exp(carry1))"], entries.Select(e => (e.IsOfGradient ? "gradient: " : string.Empty) + e.Expression).Order());
        Assert.All(entries, e => Assert.Equal("log(1 + exp(x)) => softplus(x)", e.Rewrite!.Rule));
    }

    [Fact]
    public void A_step_that_rounding_stops_has_arrived()
    {
        // 1e-8 is less than half a last place of 1: the point does not move, though the function's next one is another.
        var graph = new Graph();
        var x = FixedPoint(v => v + 1e-10f * (100 - v), graph.Constant([1f, 2f]), new ImplicitOptions { Tolerance = 1e-9 });
        Assert.Equal([1f, 2f], new Session(graph).Run(x).AsSpan<float>().ToArray());
    }

    [Theory]
    [InlineData(Backend.Compiled)]
    [InlineData(Backend.Interpreted)]
    public void Steps_that_grow_without_bound_are_no_solution(Backend backend)
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", []);
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        foreach (var y in new[] { FixedPoint(v => (v * 2) + 1, x), Root(v => (v * v) + 1, x), Root(v => (v * 0) + 1, x) })
            Assert.Contains("was not reached to 1E-05 in", Assert.Throws<GraphException>(() => session.Run(y, (x, 1f))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Gradients_of_float32_solutions_are_checked_at_a_tolerance_of_float64()
    {
        var graph = new Graph();
        var a = graph.Placeholder("a", [3]);
        float[] at = [0.3f, 0.5f, 0.7f];
        Value[] solutions =
        [
            FixedPoint(v => Tanh(v + a) * 0.8f, ZerosLike(a)),
            Root(v => (v * v * v) + (a * v) - 1, OnesLike(a)),
            ConjugateGradients(v => (v * (a + 1)) + (Sum(v) * 0.1f), a),
        ];
        foreach (var x in solutions) Assert.InRange(GradientCheck.Verify(Sum(Square(x)), [a], (a, at)), 0, 1e-6);
    }
}
