using static GraphGrad.Ops;

namespace GraphGrad.Tests.Loops;

public sealed class WhileTests
{
    [Theory]
    [InlineData(2.0)]
    [InlineData(9.0)]
    [InlineData(0.0)]
    public void A_root_by_Newton_and_its_derivative(double number)
    {
        var graph = new Graph();
        var a = graph.Placeholder("a", [], DType.Float64);
        var carries = While(
            c => And(Abs(c[0] * c[0] - a) > 1e-13 * a, a > 0), c => [(c[0] + a / c[0]) / 2], [a + 1], out var iterations, maximumIterations: 30);
        var results = LoopRuns.Everywhere([carries[0], iterations, Ops.Gradient(carries[0], a), Ops.Jvp(carries[0], a, graph.Constant(1.0))], (a, number));
        if (number == 0)
        {
            Assert.Equal([1], results[0]);
            Assert.Equal([0], results[1]);
            Assert.Equal([1], results[2]);
            return;
        }
        Assert.Equal(Math.Sqrt(number), results[0][0], 1e-13);
        Assert.InRange(results[1][0], 4, 8);
        Assert.Equal(0.5 / Math.Sqrt(number), results[2][0], 1e-9);
        Assert.Equal(results[2][0], results[3][0], 1e-12);
    }

    [Fact]
    public void Ends_at_the_maximum()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [], DType.Float64);
        var y = While(c => c < 1e9, c => c * x, graph.Constant(1.0), maximumIterations: 3);
        var results = LoopRuns.Everywhere([y, Ops.Gradient(y, x), Ops.Gradient(Ops.Gradient(y, x), x)], (x, 2.0));
        Assert.Equal([8], results[0]);
        Assert.Equal([12], results[1]);
        Assert.Equal([12], results[2]);
    }

    [Fact]
    public void Without_a_maximum_forward_mode_works_and_reverse_mode_says_what_it_lacks()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [], DType.Float64);
        var y = While(c => c < 100, c => c * x, x);
        var results = LoopRuns.Everywhere([y, Ops.Jvp(y, x, graph.Constant(1.0))], (x, 3.0));
        Assert.Equal([243], results[0]);
        Assert.Equal([5 * 81], results[1]);
        Errors.Throws(
            "while 'while/loop': reverse mode keeps what every iteration computed, and the loop has no bound. Give While maximumIterations, or use forward mode (Jvp). Built at WhileTests.cs:48.",
            () => Ops.Gradient(y, x));
    }

    [Fact]
    public void Examples_end_each_in_its_own_time()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [4], DType.Float64);
        Value[] One(Value[] v) => [.. While(c => c[0] < 100, c => [c[0] * 3, c[1] + Log(c[0])], [v[0], v[0]], out var n, 50), n];
        var all = Vectorize(One, [x]);
        var gradient = Ops.Gradient(Sum(all[0] * all[1]), x);
        var alone = Enumerable.Range(0, 4).Select(i => One([x[i]])).ToArray();
        var sum = alone.Select(a => a[0] * a[1]).Aggregate((a, b) => a + b);
        var results = LoopRuns.Everywhere([.. all, gradient, .. alone.SelectMany(a => a), Ops.Gradient(sum, x)], (x, new[] { 1.0, 200.0, 40.0, 0.01 }));
        for (var part = 0; part < 3; part++)
        {
            for (var i = 0; i < 4; i++) Assert.Equal(results[4 + (3 * i) + part][0], results[part][i], 1e-9 * (1 + Math.Abs(results[part][i])));
        }
        for (var i = 0; i < 4; i++) Assert.Equal(results[^1][i], results[3][i], 1e-8 * (1 + Math.Abs(results[3][i])));
    }

    [Theory]
    [InlineData(Backend.Compiled)]
    [InlineData(Backend.Interpreted)]
    public void A_loop_without_end_can_be_cancelled(Backend backend)
    {
        var graph = new Graph();
        var v = graph.Variable("v", [1.0]);
        var step = Assign(v, While(c => All(c > 0), c => c + 1, v));
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        using var source = new CancellationTokenSource(50);
        Assert.Throws<OperationCanceledException>(() => session.Run(step, 1, cancellation: source.Token));
        Assert.Equal([1.0], session.Read(v).AsSpan<double>());
    }

    [Fact]
    public void What_the_functions_return_is_checked()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [2], DType.Float64);
        Errors.Throws(
            "while: carry 0 starts as 'x' float64[2] (built at WhileTests.cs:93), and the function returned 'while/sum_1' float64[] (built at {here}); a carry keeps its type and shape. Cast, reshape or broadcast one of them. Built at {here}.",
            () => While(c => Sum(c) < 1, c => Sum(c), x));
        Errors.Throws(
            "while: the condition 'while/less_1' is bool[2]; it must be a scalar bool. Compare, and reduce with Any or All. Built at {here}.",
            () => While(c => c < 1, c => c, x));
    }

    [Theory]
    [InlineData(4.0)]
    [InlineData(0.0)]
    [InlineData(-1.0)]
    public void What_no_iteration_reads_has_the_gradient_zero(double number)
    {
        var graph = new Graph();
        var a = graph.Placeholder("a", [], DType.Float64);
        // The root does not depend on the iteration, so it is computed before the loop, and below 0 it is NaN.
        var y = While(c => And(c < 8, a > 0), c => c * Sqrt(a), a + 1, maximumIterations: 3);
        var slope = Ops.Gradient(y, a);
        var results = LoopRuns.Everywhere([y, slope, Ops.Gradient(slope, a)], (a, number));
        // (a + 1)·√a once.
        double[] expected = number > 0 ? [10, 2 + (5 / 4.0), 1 / 2.0 - (5 / 32.0)] : [number + 1, 1, 0];
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], results[i][0], 1e-12);
    }
}
