namespace GraphGrad.Tests;

public sealed class IndexingTests
{
    private readonly Graph graph = new();
    private readonly Value x;

    // 0 … 23 in the shape [2, 3, 4]: the element at [i, j, k] is 12i + 4j + k.
    public IndexingTests() => x = graph.Constant(TensorData.Create<int>([.. Enumerable.Range(0, 24)], 2, 3, 4));

    [Fact]
    public void An_element_removes_its_axis()
    {
        Check(x[1], [3, 4], [.. Enumerable.Range(12, 12)]);
        Check(x[1, 2, 3], [], 23);
        Check(x[-1, -3, ^1], [], 15);
    }

    [Fact]
    public void A_range_keeps_its_axis()
    {
        Check(x[0, 1..3, 0], [2], 4, 8);
        Check(x[.., 0, ^2..], [2, 2], 2, 3, 14, 15);
        Check(x[..1, ..1, ..0], [1, 1, 0]);
        Check(x[0, 1..^1], [1, 4], 4, 5, 6, 7);
    }

    [Fact]
    public void Steps_walk_forward_and_backward()
    {
        Check(x[0, 0, AxisIndex.Slice(step: 2)], [2], 0, 2);
        Check(x[0, 0, AxisIndex.Slice(1, step: 2)], [2], 1, 3);
        Check(x[0, 0, AxisIndex.Slice(step: -1)], [4], 3, 2, 1, 0);
        Check(x[0, 0, AxisIndex.Slice(-1, 0, -2)], [2], 3, 1);
        Check(x[0, AxisIndex.Slice(1, null, -1), 0], [2], 4, 0);
    }

    [Fact]
    public void New_axes_and_the_ellipsis()
    {
        Check(x[1, 2, AxisIndex.NewAxis, 3], [1], 23);
        Check(x[AxisIndex.Ellipsis, 0], [2, 3], 0, 4, 8, 12, 16, 20);
        Check(x[0, AxisIndex.Ellipsis, 1], [3], 1, 5, 9);
        Check(x[0, 0, ..2, AxisIndex.NewAxis], [2, 1], 0, 1);
        Assert.Same(x, x[..]);
        Assert.Same(x, x[AxisIndex.Ellipsis]);
    }

    [Fact]
    public void A_value_as_index_gathers() =>
        Check(x[graph.Constant([1, 0, 1])][.., 0, 0], [3], 12, 0, 12);

    [Fact]
    public void Symbols_keep_their_names()
    {
        var rows = graph.Placeholder("rows", ["batch", 4]);
        var batch = Dim.Symbol("batch");
        Assert.Equal([4], rows[0].Shape);
        Assert.Equal([4], rows[-1].Shape);
        Assert.Equal([batch - 1, 4], rows[1..].Shape);
        Assert.Equal([batch - 3, 4], rows[1..^2].Shape);
        Assert.Equal([2, 4], rows[^2..].Shape);
        Assert.Equal([(batch + 1) / 2, 4], rows[AxisIndex.Slice(step: 2)].Shape);
        Assert.Equal([batch, 4], rows[AxisIndex.Slice(step: -1)].Shape);
    }

    [Fact]
    public void Symbolic_indices_follow_the_feed()
    {
        var rows = graph.Placeholder("rows", ["batch"], DType.Int32);
        TensorData five = new[] { 10, 11, 12, 13, 14 };
        Check(rows[-1], [], (rows, five), 14);
        Check(rows[1..^1], [3], (rows, five), 11, 12, 13);
        Check(rows[^2..], [2], (rows, five), 13, 14);
        Check(rows[AxisIndex.Slice(step: -2)], [3], (rows, five), 14, 12, 10);
        Check(rows[AxisIndex.Slice(1, step: 3)], [2], (rows, five), 11, 14);
    }

    [Fact]
    public void Outside_a_symbolic_extent_the_run_fails()
    {
        var rows = graph.Placeholder("rows", ["batch"]);
        Errors.Throws(
            "slice 'slice': elements 2 … 2 do not all lie on axis 0, whose extent is 2 in this run. Built at {here}.",
            () => AsWritten.Run(rows[2], (rows, new[] { 1f, 2f })));
    }

    [Fact]
    public void An_element_outside_is_refused()
    {
        Errors.Throws(
            "index: 3 lies outside axis 1 of 'constant' int32[2, 3, 4], whose extent is 3; elements are 0 … 2, or -3 … -1 counted "
            + "from the end. Built at {here}.",
            () => x[0, 3]);
        Errors.Throws(
            "index: -3 lies outside axis 0 of 'constant' int32[2, 3, 4], whose extent is 2; elements are 0 … 1, or -2 … -1 counted "
            + "from the end. Built at {here}.",
            () => x[-3]);
    }

    [Fact]
    public void A_range_outside_is_refused_and_not_cut_off()
    {
        Errors.Throws(
            "index: 1:5 lies outside axis 2 of 'constant' int32[2, 3, 4], whose extent is 4; ranges lie in 0 … 4, their ends included. Built at {here}.",
            () => x[.., .., 1..5]);
        Errors.Throws(
            "index: the range 2:1 on axis 1 of 'constant' int32[2, 3, 4] ends before it starts; exchange its ends or use a negative step. "
            + "Built at {here}.",
            () => x[0, 2..1]);
    }

    [Fact]
    public void Too_many_indices_are_refused()
    {
        Errors.Throws("index: 4 indices are more than 'constant' int32[2, 3, 4] has axes; leave out 1. Built at {here}.", () => x[0, 0, 0, 0]);
        Errors.Throws(
            "index: 2 ellipses on 'constant' int32[2, 3, 4] leave open which axes each stands for; use one. Built at {here}.",
            () => x[AxisIndex.Ellipsis, AxisIndex.Ellipsis]);
    }

    [Fact]
    public void Indices_that_no_axis_has_are_refused()
    {
        Errors.Throws("the index ^0 lies behind the last element; ^1 is the last. Written at {here}.", () => x[^0]);
        Errors.Throws("the step of a slice is 0; use a positive or negative step. Written at {here}.", () => x[AxisIndex.Slice(step: 0)]);
    }

    private static void Check(Value value, int[] extents, params int[] expected) => Check(value, extents, [], expected);

    private static void Check(Value value, int[] extents, (Value, TensorData) feed, params int[] expected) => Check(value, extents, [feed], expected);

    private static void Check(Value value, int[] extents, (Value, TensorData)[] feeds, int[] expected)
    {
        var data = AsWritten.Run(value, feeds);
        Assert.Equal(extents, data.Extents.ToArray());
        Assert.Equal(expected, data.AsSpan<int>().ToArray());
    }
}
