using System.Collections.Concurrent;
using static GraphGrad.Ops;

namespace GraphGrad.Tests;

public sealed class GraphTests
{
    private readonly Graph graph = new();

    [Fact]
    public void Nodes_are_kept_in_building_order()
    {
        var x = graph.Placeholder("x", ["batch", 3]);
        var w = graph.Variable("w", [1f, 2f, 3f]);
        var y = x * w;
        Assert.Equal(["x", "constant", "w", "multiply"], graph.Nodes.Select(n => n.Name));
        Assert.Equal([0, 1, 2, 3], graph.Nodes.Select(n => n.Id));
        Assert.Equal([x, w], y.Node.Inputs);
        Assert.Equal("multiply", y.Node.OpName);
        Assert.Equal([w], graph.Variables);
    }

    [Fact]
    public void Values_show_name_type_and_shape()
    {
        var x = graph.Placeholder("x", ["batch", 3], DType.Float64);
        Assert.Equal("x: float64[batch, 3]", x.ToString());
        Assert.Equal("add = add(x, x)", (x + x).Node.ToString());
        Assert.Equal((DType.Float64, 2, graph), (x.DType, x.Rank, x.Graph));
    }

    [Fact]
    public void Equal_names_are_numbered()
    {
        var names = Enumerable.Range(0, 3).Select(_ => graph.Placeholder("x", []).Name);
        Assert.Equal(["x", "x_1", "x_2"], names);
        Assert.Equal("x_1_1", graph.Placeholder("x_1", []).Name);
        Assert.Equal("x_3", graph.Placeholder("x", []).Name);
    }

    [Fact]
    public void Scopes_prefix_names_and_nest()
    {
        Value inner;
        using (graph.Scope("layer"))
        {
            using (graph.Scope("linear")) inner = graph.Placeholder("w", []);
            Assert.Equal("layer/w", graph.Placeholder("w", []).Name);
        }
        Assert.Equal("layer/linear/w", inner.Name);
        Assert.Equal("w", graph.Placeholder("w", []).Name);
    }

    [Fact]
    public void Every_call_makes_its_own_node()
    {
        var x = graph.Placeholder("x", []);
        var (a, b) = (x * x, x * x);
        Assert.NotSame(a.Node, b.Node);
        Assert.NotSame(graph.Constant([1f]).Node, graph.Constant([1f]).Node);
    }

    [Fact]
    public void Numbers_take_the_type_of_the_value_beside_them()
    {
        foreach (var type in new[] { DType.Float32, DType.Float64, DType.Int32, DType.Int64 })
        {
            var x = graph.Placeholder("x", [2], type);
            Assert.Equal(type, (x + 1).DType);
            Assert.Equal(type, (2 * x).DType);
            Assert.Equal(new TensorType(type, [2]), (3 - x).Type);
        }
    }

    [Fact]
    public void Shapes_broadcast_as_in_numpy()
    {
        var batch = Dim.Symbol("batch");
        Assert.Equal([4, 3], Sum([4, 1], [3]));
        Assert.Equal([2, 4, 3], Sum([2, 1, 3], [4, 1]));
        Assert.Equal(["batch", 3], Sum(["batch", 3], [3]));
        Assert.Equal(["batch", 3], Sum([1, 3], ["batch", 1]));
        Assert.Equal([batch * 2], Sum([batch * 2], [batch + batch]));
        Assert.Equal([0, 3], Sum([0, 3], [1, 3]));
        Assert.Equal([5], Sum([], [5]));

        Shape Sum(Shape a, Shape b) => (graph.Placeholder("a", a) + graph.Placeholder("b", b)).Shape;
    }

    [Fact]
    public void Constants_take_their_shape_from_the_array()
    {
        Assert.Equal([2], graph.Constant([1f, 2f]).Shape);
        Assert.Equal([2, 2], graph.Constant([[1f, 2f], [3f, 4f]]).Shape);
        Assert.Equal([2, 1, 1], graph.Constant(new int[2, 1, 1]).Shape);
        Assert.Equal(Shape.Scalar, graph.Constant(2.0).Shape);
        Assert.Equal(DType.Float64, graph.Constant(2.0).DType);
    }

    [Fact]
    public void Variables_know_initializer_and_trainability()
    {
        var w = graph.Variable("w", [[1f, 2f]]);
        var b = graph.Variable("b", graph.Constant([0f]), trainable: false);
        Assert.True(w.Trainable);
        Assert.False(b.Trainable);
        Assert.Equal([1, 2], w.Shape);
        Assert.Equal("constant", w.Initializer.Node.OpName);
    }

    [Fact]
    public void Assignments_are_nodes_with_the_value_as_result()
    {
        var w = graph.Variable("w", [1f, 2f]);
        var step = AssignSub(w, w * 0.5);
        Assert.Equal("w/assign", step.Name);
        Assert.Equal(w.Type, step.Output.Type);
        var both = Group(step, Assign(graph.Variable("n", 0), graph.Constant(1)));
        Assert.Empty(both.Outputs);
        Assert.Equal(2, both.ControlInputs.Count);
    }

    [Fact]
    public void Several_threads_build_one_graph()
    {
        var x = graph.Placeholder("x", []);
        var built = new ConcurrentBag<Value>();
        Parallel.For(0, 8, thread =>
        {
            using var scope = graph.Scope($"t{thread}");
            for (var i = 0; i < 200; i++) built.Add(x + x);
        });
        Assert.Equal(1601, graph.Nodes.Count);
        Assert.Equal(Enumerable.Range(0, 1601), graph.Nodes.Select(n => n.Id));
        Assert.Equal(1601, graph.Nodes.Select(n => n.Name).Distinct().Count());
        Assert.Equal(200, graph.Nodes.Count(n => n.Name.StartsWith("t3/", StringComparison.Ordinal)));
        Assert.Equal(1600, built.Count);
    }
}
