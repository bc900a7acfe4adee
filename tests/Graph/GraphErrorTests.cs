using static GraphGrad.Ops;

namespace GraphGrad.Tests;

/// <summary>Each refusal says what is wrong, by which rule, how to cure it and where.</summary>
public sealed class GraphErrorTests
{
    private readonly Graph graph = new();

    [Fact]
    public void Extents_that_do_not_broadcast()
    {
        var a = graph.Placeholder("a", [2, 3]);
        var b = graph.Placeholder("b", [4]);
        Errors.Throws(
            "add: 'a' float32[2, 3] and 'b' float32[4] do not broadcast: axis -1 has extent 3 on one side and 4 on the other; "
            + "extents must be equal or 1. Reshape, slice or transpose one of them. Built at {here}.",
            () => a + b);
    }

    [Fact]
    public void Symbols_never_broadcast_as_1()
    {
        var a = graph.Placeholder("a", ["batch", 3]);
        var b = graph.Placeholder("b", ["rows", 3]);
        Errors.Throws(
            "multiply: 'a' float32[batch, 3] and 'b' float32[rows, 3] do not broadcast: axis -2 is 'batch' on one side and 'rows' on "
            + "the other, which may differ in a run. Give both dims one name, or reshape. Built at {here}.",
            () => a * b);
    }

    [Fact]
    public void Operands_of_different_type()
    {
        var a = graph.Placeholder("a", [2]);
        var b = graph.Placeholder("b", [2], DType.Float64);
        Errors.Throws(
            "subtract: 'a' float32[2] and 'b' float64[2] differ in element type; cast one of them with Cast. Built at {here}.",
            () => a - b);
    }

    [Fact]
    public void Arithmetic_on_bool()
    {
        var a = graph.Placeholder("a", [2], DType.Bool);
        Errors.Throws("subtract: 'a' bool[2] is not a number; cast it with Cast. Built at {here}.", () => a - a);
    }

    [Fact]
    public void Bits_of_floats()
    {
        var a = graph.Placeholder("a", [2]);
        Errors.Throws("not: 'a' float32[2] is not bool or an integer; cast it with Cast. Built at {here}.", () => Not(a));
    }

    [Fact]
    public void A_condition_that_is_no_bool()
    {
        var a = graph.Placeholder("a", [2]);
        Errors.Throws("Where: the condition 'a' float32[2] is not bool; compare it with something first. Built at {here}.", () => Where(a, a, a));
    }

    [Fact]
    public void A_number_that_does_not_fit()
    {
        var n = graph.Placeholder("n", [2], DType.Int32);
        Errors.Throws(
            "the number 0.5 cannot be combined with 'n', which is int32; cast to a float type, or use a whole number. Written at {here}.",
            () => n + 0.5);
    }

    [Fact]
    public void Broadcasting_to_a_smaller_shape()
    {
        var a = graph.Placeholder("a", [2, 3]);
        Errors.Throws(
            "BroadcastTo: 'a' float32[2, 3] does not broadcast to [3]: the target is smaller on some axis; reduce or slice instead. Built at {here}.",
            () => BroadcastTo(a, [3]));
    }

    [Fact]
    public void Operands_of_two_graphs()
    {
        var a = graph.Placeholder("a", []);
        var b = new Graph().Placeholder("b", []);
        Errors.Throws(
            $"add: input 'b' belongs to another graph (built at {b.Node.Origin}); build all operands in one graph. Built at {{here}}.",
            () => a + b);
    }

    [Fact]
    public void Assigning_another_shape()
    {
        var w = graph.Variable("w", [1f, 2f]);
        var x = graph.Placeholder("x", [3]);
        Errors.Throws(
            "assign 'w/assign': variable 'w' is float32[2], the new value 'x' float32[3]; they must be of one type and shape. "
            + "Cast, reshape or broadcast the new value. Built at {here}.",
            () => Assign(w, x));
    }

    [Fact]
    public void Assigning_a_value_of_another_graph()
    {
        var w = graph.Variable("w", [1f]);
        var x = new Graph().Placeholder("x", [1]);
        Errors.Throws(
            $"Assign: the new value 'x' belongs to another graph (built at {x.Node.Origin}); use a value of this graph.",
            () => Assign(w, x));
    }

    [Fact]
    public void A_variable_of_unknown_extent()
    {
        var x = graph.Placeholder("x", ["batch"]);
        Errors.Throws(
            "variable 'w': the initializer has the symbolic shape [batch]; a variable needs a shape that is known while the graph is "
            + "built. Built at {here}.",
            () => graph.Variable("w", x));
    }

    [Fact]
    public void Grouping_nothing() => Errors.Throws("group: give at least one node to run.", () => Group());

    [Fact]
    public void Grouping_across_graphs()
    {
        var a = Assign(graph.Variable("a", 1f), graph.Constant(2f));
        var other = new Graph();
        var b = Assign(other.Variable("b", 1f), other.Constant(2f));
        Errors.Throws(
            $"group: node 'b/assign' belongs to another graph (built at {b.Origin}); group nodes of one graph.", () => Group(a, b));
    }

    [Fact]
    public void A_failed_call_leaves_the_graph_as_it_was()
    {
        var a = graph.Placeholder("a", [2]);
        var b = graph.Placeholder("b", [3]);
        Assert.Throws<GraphException>(() => a + b);
        Assert.Equal(2, graph.Nodes.Count);
    }
}
