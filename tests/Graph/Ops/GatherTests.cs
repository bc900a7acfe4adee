using static GraphGrad.Ops;

namespace GraphGrad.Tests;

public sealed class GatherTests
{
    private readonly Graph graph = new();

    [Fact]
    public void An_embedding_lookup()
    {
        var table = graph.Placeholder("table", [10, 4]);
        var tokens = graph.Placeholder("tokens", ["batch", "time"], DType.Int32);
        Assert.Equal(["batch", "time", 4], Gather(table, tokens).Shape);
        Assert.Equal([10, "batch", "time"], Gather(table, tokens, -1).Shape);
    }

    [Fact]
    public void The_gradient_adds_up_what_was_taken_twice()
    {
        var table = graph.Placeholder("table", [3, 2]);
        var taken = Gather(table, graph.Constant([2, 0, 2]));
        var gradient = AsWritten.Run(Gradient(Sum(taken * 10), table), (table, new float[3, 2]));
        Assert.Equal([10f, 10f, 0f, 0f, 20f, 20f], gradient.AsSpan<float>().ToArray());
    }

    /// <summary>Elements that are the same at all places, and so are read without their index, let none outside pass.</summary>
    [Theory]
    [InlineData(Backend.Compiled, "zeros")]
    [InlineData(Backend.Compiled, "ones")]
    [InlineData(Backend.Compiled, "one number")]
    [InlineData(Backend.Compiled, "rows")]
    [InlineData(Backend.Compiled, "updates of zeros")]
    [InlineData(Backend.Interpreted, "zeros")]
    [InlineData(Backend.Interpreted, "updates of zeros")]
    public void An_index_outside_fails_the_run_whatever_is_read(Backend backend, string what)
    {
        var (index, y) = (graph.Placeholder("index", [2], DType.Int32), graph.Placeholder("y", []));
        var value = what switch
        {
            "zeros" => Gather(graph.Constant(new float[3]), index),
            "ones" => Sum(Gather(graph.Constant([1f, 1f, 1f]), index)) * y,
            "one number" => Gather(BroadcastTo(y, [3]), index),
            "rows" => TakeAlongAxis(graph.Constant(new float[3]), index, 0),
            _ => ScatterAdd(BroadcastTo(y, [3]), index, graph.Constant(new float[2])),
        };
        using var session = new Session(graph, new SessionOptions { Backend = backend });
        var error = Assert.Throws<GraphException>(() => session.Run(value, (index, new[] { 0, 7 }), (y, 5f)));
        Assert.Contains("lies outside axis 0", error.Message);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(-1)]
    public void An_index_outside_fails_the_run(int index)
    {
        var table = graph.Placeholder("table", [3, 2]);
        var places = graph.Placeholder("places", [2], DType.Int64);
        Errors.Throws(
            $"gather 'gather': index {index} lies outside axis 0, whose extent is 3 in this run; indices count from 0 and are not wrapped. "
            + "Built at {here}.",
            () => AsWritten.Run(Gather(table, places), (table, new float[3, 2]), (places, new[] { 1L, index })));
    }

    [Fact]
    public void Counting_and_sizes()
    {
        Assert.Equal([0f, 0f, 1f, 1f], AsWritten.Run(Iota(graph, [2, 2], dtype: DType.Float32)).AsSpan<float>().ToArray());
        Assert.Equal([0, 1, 0, 1], AsWritten.Run(Iota(graph, [2, 2], -1, DType.Int32)).AsSpan<int>().ToArray());
        var x = graph.Placeholder("x", ["batch", 3]);
        Assert.Equal("constant", Size(x, 1).Node.OpName);
        Assert.Equal(5L, AsWritten.Run(Size(x + 0, 0) + Cast(Sum(x) * 0, DType.Int64), (x, new float[5, 3])).Item<long>());
    }

    [Fact]
    public void Refusals()
    {
        var x = graph.Placeholder("x", [3, 2]);
        var places = graph.Placeholder("places", [4], DType.Int64);
        Errors.Throws("gather: the indices 'x' float32[3, 2] are not integers; cast them to int32 or int64. Built at {here}.", () => Gather(x, x));
        Errors.Throws("gather: 'x' float32[3, 2] has no axis 2; axes are 0 … 1, or -2 … -1 counted from the end. Built at {here}.", () => Gather(x, places, 2));
        Errors.Throws(
            "scatter_add: the updates 'x' float32[3, 2] must have the shape [4, 2]: that of 'x' float32[3, 2] with axis 0 replaced by the axes of the indices "
            + "'places' int64[4]. Reshape or broadcast them. Built at {here}.",
            () => ScatterAdd(x, places, x));
        var empty = graph.Placeholder("empty", [0, 2]);
        var rows = graph.Placeholder("rows", [4, 2]);
        const string isEmpty = "axis 0 of 'empty' float32[0, 2] is empty, so there is no place that";
        Errors.Throws($"gather: {isEmpty} 'places' int64[4] could name; give the axis elements, or pass no indices. Built at {{here}}.", () => Gather(empty, places));
        Errors.Throws($"scatter_add: {isEmpty} 'places' int64[4] could name; give the axis elements, or pass no indices. Built at {{here}}.", () => ScatterAdd(empty, places, rows));
        Errors.Throws($"Scatter: {isEmpty} what it makes of 'places' int64[4, 1] could name; give the axis elements, or pass no indices. Built at {{here}}.", () => Scatter(empty, places, rows));
        Errors.Throws("index: axis 0 of 'empty' float32[0, 2] is empty, so there is no element 0; take a range, or give the axis elements. Built at {here}.", () => empty[0]);
        Assert.Equal([0, 2], Gather(empty, graph.Placeholder("none", [0], DType.Int64)).Shape);
        Errors.Throws("iota: the shape [2] has no axis 1. Built at {here}.", () => Iota(graph, [2], 1, DType.Int32));
        Errors.Throws("iota: bool does not hold indices; use a number type. Built at {here}.", () => Iota(graph, [2], dtype: DType.Bool));
    }
}
