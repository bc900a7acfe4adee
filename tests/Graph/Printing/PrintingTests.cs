using GraphGrad.Printing;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Printing;

public class PrintingTests
{
    private readonly Graph graph = new();

    [Fact]
    public void Text_shows_a_node_a_line()
    {
        var x = graph.Placeholder("x", ["batch", 2]);
        var w = graph.Variable("w", [1f, 2f]);
        var loss = Sum(x * w, axis: 1);
        var step = Group(Assign(w, w * 2));
        Assert.Equal(
            """
            x: float32[batch, 2] = placeholder()
            w: float32[2] = variable()
            multiply: float32[batch, 2] = multiply(x, w)
            sum: float32[batch] = sum(multiply) {axes [1]}

            """,
            graph.ToText(loss));
        Assert.EndsWith("group = group() after w/assign\n", graph.ToText(), StringComparison.Ordinal);
        Assert.Equal(step.Graph.ToText(), graph.ToText());
    }

    [Fact]
    public void Mermaid_draws_boxes_and_arrows()
    {
        var x = graph.Placeholder("x", [2]);
        var y = Where(x < 1, x, 0);
        Assert.Equal(
            """
            flowchart TD
              n0[/"x<br>float32[2]"/]
              n1(["1<br>float32[]"])
              n2["less<br>bool[2]"]
              n3(["0<br>float32[]"])
              n4["select<br>float32[2]"]
              n0 --> n2
              n1 --> n2
              n2 --> n4
              n0 --> n4
              n3 --> n4

            """,
            graph.ToMermaid(y));
    }

    [Fact]
    public void Dot_draws_boxes_and_arrows()
    {
        var v = graph.Variable("v", [1f]);
        var step = Group(Assign(v, -v));
        Assert.Equal(
            """
            digraph {
              rankdir=TB;
              node [shape=box, fontname="sans-serif"];
              n0 [label="[1]\nfloat32[1]", shape=plaintext];
              n1 [label="v\nfloat32[1]", shape=cylinder];
              n2 [label="negate\nfloat32[1]"];
              n3 [label="assign v\nfloat32[1]"];
              n4 [label="group", shape=circle];
              n1 -> n2;
              n2 -> n3;
              n3 -> n4 [style=dashed];
            }

            """,
            step.Graph.ToDot());
    }

    [Fact]
    public void Expressions_are_written_with_operators()
    {
        var (x, y) = (graph.Placeholder("x", [2]), graph.Placeholder("y", [2]));
        Assert.Equal("(x + y) * -x / (x - (y - 1))", ExpressionText.Of((x + y) * -x / (x - (y - 1))));
        Assert.Equal("select(x < y & !(x < 1), exp(-x), 0)", ExpressionText.Of(Where((x < y) & !(x < 1), Exp(-x), 0)));
        Assert.Equal("-(-x) * (-2)", ExpressionText.Of(-(-x) * -2));
        Assert.Equal("x / sum(x; axes [0])", ExpressionText.Of(x / Sum(x, 0, keepDims: true)));
        Assert.Equal("sin(sin(sin))", ExpressionText.Of(Sin(Sin(Sin(Sin(x)))), depth: 2).Replace("sin_1", "sin", StringComparison.Ordinal));
    }

    [Fact]
    public void Values_of_other_graphs_are_refused() =>
        Assert.Contains("belongs to another graph", Assert.Throws<GraphException>(() => graph.ToText(new Graph().Constant(1f))).Message, StringComparison.Ordinal);
}
