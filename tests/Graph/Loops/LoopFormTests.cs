using System.Diagnostics;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Loops;

/// <summary>Loops with carries of their own names, as against arrays of them, and what their functions must not do.</summary>
public sealed class LoopFormTests
{
    [Fact]
    public void Two_and_three_carries_of_a_while()
    {
        var graph = new Graph();
        var a = graph.Placeholder("a", [], DType.Float64);
        var (_, power) = While((n, _) => n < 5, (n, p) => (n + 1, p * a), (graph.Constant(0), a), 10);
        var (_, previous, last) = While((n, _, _) => n < 6, (n, x, y) => (n + 1, y, x + (a * y)), (graph.Constant(0), a, a), 10);
        var results = LoopRuns.Everywhere([power, Ops.Gradient(power, a), previous, last], (a, 1.0));
        Assert.Equal([[1], [6], [13], [21]], results);
    }

    [Fact]
    public void A_scan_without_inputs_and_one_of_two_carries()
    {
        var graph = new Graph();
        var rate = graph.Placeholder("rate", [], DType.Float64);
        var force = graph.Placeholder("force", ["time"], DType.Float64);
        var (end, path) = Scan(x => (x * rate, x), Ones(graph, [], DType.Float64), length: 4);
        var ((place, speed), places) = Scan((p, v, f) => ((p + v, v + f), p), (Zeros(graph, [], DType.Float64), rate), force);
        var results = LoopRuns.Everywhere([end, path, Ops.Gradient(end, rate), place, speed, places], (rate, 2.0), (force, new[] { 1.0, 2, 3 }));
        Assert.Equal([[16], [1, 2, 4, 8], [32], [10], [8], [0, 2, 5]], results);
    }

    [Fact]
    public void A_scan_of_two_carries_without_inputs()
    {
        var graph = new Graph();
        var q0 = graph.Placeholder("q", [], DType.Float64);
        var ((q, v), path) = Scan((q, v) => ((q + v, v - q), q), (q0, Zeros(graph, [], DType.Float64)), length: 3);
        var results = LoopRuns.Everywhere([q, v, path, Ops.Gradient(v, q0)], (q0, 2.0));
        Assert.Equal([[-4], [-4], [2, 2, 0], [-2]], results);
    }

    [Fact]
    public void A_carry_that_becomes_what_is_computed_outside()
    {
        var graph = new Graph();
        var a = graph.Placeholder("a", [], DType.Float64);
        var (_, y) = While((n, _) => n < 5, (n, _) => (n + 1, Exp(a)), (graph.Constant(0), a * 0), 10);
        var (end, _) = Scan((_, f) => (a * a, f), a, Ones(graph, [3], DType.Float64));
        Assert.Equal([[1], [1], [9], [6]], LoopRuns.Everywhere([y * Exp(-a), Ops.Gradient(y, a) * Exp(-a), end, Ops.Gradient(end, a)], (a, 3.0)));
    }

    [Fact]
    public void An_assignment_inside_is_refused_though_nobody_reads_it()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [3]);
        var v = graph.Variable("v", 0f);
        Errors.Throws(
            "scan: 'scan/v/assign' assigns a variable in the loop; carry the value, and assign what comes out. Built at {here}.",
            () => Scan(
                (h, part) =>
                {
                    Assign(v, h);
                    return (h + part, h);
                },
                Zeros(graph, []), x));
    }

    /// <summary>Steps that read each other twice make ways through a body exponentially many: 30 of them took hours.</summary>
    [Fact]
    public void A_long_chain_in_a_body_is_differentiated_in_linear_time()
    {
        var graph = new Graph();
        var a = graph.Placeholder("a", [], DType.Float64);
        var watch = Stopwatch.StartNew();
        var (end, _) = Scan(
            x =>
            {
                var steep = x;
                for (var i = 0; i < 30; i++) steep += 0.01 * steep * a;
                return (steep, x);
            },
            Ones(graph, [], DType.Float64), length: 2);
        var gradient = Ops.Gradient(end, a);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 20);
        Assert.True(double.IsFinite(new Session(graph).Run(gradient, (a, 0.5)).Item<double>()));
    }
}
