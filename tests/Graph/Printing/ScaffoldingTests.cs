using static GraphGrad.Ops;

namespace GraphGrad.Tests.Printing;

/// <summary>What functions build on stand-ins stays in the graph, but is not printed.</summary>
public sealed class ScaffoldingTests
{
    [Fact]
    public void A_loop_is_printed_without_what_its_function_built()
    {
        var graph = new Graph();
        var (start, rows, w) = (graph.Placeholder("start", [2]), graph.Placeholder("rows", [5, 2]), graph.Variable("w", [1f, 2f]));
        Scan((h, row) => (Tanh((h * w) + (2 * row)), h), start, rows);
        Assert.Equal(
            """
            start: float32[2] = placeholder()
            rows: float32[5, 2] = placeholder()
            constant: float32[2] = constant() {[1, 2]}
            w: float32[2] = variable()
            scan/loop: float32[2], scan/loop:1: float32[5, 2] = loop(start, rows, w) {5 times, 8 nodes}

            """,
            graph.ToText());
        Assert.DoesNotContain("part", graph.ToMermaid(), StringComparison.Ordinal);
        Assert.DoesNotContain("part", graph.ToDot(), StringComparison.Ordinal);
    }

    [Fact]
    public void Vectorized_functions_and_jacobians_leave_no_example_behind()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [4, 3]);
        var unused = graph.Constant(7f, "unused");
        Vectorize(row => Sum(row * 2), x);
        Jacobian(Exp(x[0]), x);
        While(v => v[0] < 10, v => [v[0] * 3], [graph.Constant(1f)], 100);
        var text = graph.ToText();
        Assert.DoesNotContain("example", text, StringComparison.Ordinal);
        Assert.DoesNotContain("cotangent", text, StringComparison.Ordinal);
        Assert.DoesNotContain("carry", text, StringComparison.Ordinal);
        Assert.DoesNotContain("constant() {3}", text, StringComparison.Ordinal);
        // What nothing uses is still the user's.
        Assert.Contains(unused.Name, text, StringComparison.Ordinal);
    }
}
