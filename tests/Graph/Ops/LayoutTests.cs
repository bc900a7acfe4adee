using static GraphGrad.Ops;

namespace GraphGrad.Tests;

/// <summary>What is composed of the ops that move elements, and their refusals.</summary>
public sealed class LayoutTests
{
    private readonly Graph graph = new();

    [Fact]
    public void Reshape_computes_an_extent()
    {
        var x = graph.Placeholder("x", ["batch", 4, 7]);
        Assert.Equal(["batch", 28], Reshape(x, "batch", -1).Shape);
        Assert.Equal([-1 * Dim.Symbol("batch") * -7, 4], Reshape(x, [-1, 4]).Shape);
        Assert.Equal([Dim.Symbol("batch") * 28], Reshape(x, -1).Shape);
        Assert.Same(x, Reshape(x, x.Shape));
    }

    [Fact]
    public void Flatten_merges_the_axes_behind_one()
    {
        var x = graph.Placeholder("x", ["batch", 4, 7]);
        Assert.Equal(["batch", 28], Flatten(x, 1).Shape);
        Assert.Equal([Dim.Symbol("batch") * 28], Flatten(x).Shape);
        Assert.Equal([1], Flatten(graph.Constant(1f)).Shape);
    }

    [Fact]
    public void Axes_of_extent_1_come_and_go()
    {
        var x = graph.Placeholder("x", [1, "n", 1]);
        Assert.Equal(["n"], Squeeze(x).Shape);
        Assert.Equal([1, "n"], Squeeze(x, -1).Shape);
        Assert.Equal([1, "n", 1, 1], ExpandDims(x, -1).Shape);
        Assert.Equal([1, 1, "n", 1], ExpandDims(x, 0).Shape);
    }

    [Fact]
    public void Stack_and_split_are_inverse()
    {
        var (a, b) = (graph.Constant([1, 2]), graph.Constant([3, 4]));
        Check(Stack([a, b]), [2, 2], 1, 2, 3, 4);
        Check(Stack([a, b], axis: -1), [2, 2], 1, 3, 2, 4);
        var parts = Split(Concat([a, b]), 2);
        Check(parts[1], [2], 3, 4);
        var uneven = Split(Concat([a, b]), [1, 3]);
        Check(uneven[0], [1], 1);
        Check(uneven[1], [3], 2, 3, 4);
    }

    [Fact]
    public void Repeat_and_tile()
    {
        var x = graph.Constant([[1, 2], [3, 4]]);
        Check(Repeat(x, 2, 0), [4, 2], 1, 2, 1, 2, 3, 4, 3, 4);
        Check(Repeat(x, 2, -1), [2, 4], 1, 1, 2, 2, 3, 3, 4, 4);
        Check(Tile(x, 1, 2), [2, 4], 1, 2, 1, 2, 3, 4, 3, 4);
        Check(Tile(x, 2, 1), [4, 2], 1, 2, 3, 4, 1, 2, 3, 4);
    }

    [Fact]
    public void Reverse_and_pad()
    {
        var x = graph.Constant([[1, 2], [3, 4]]);
        Check(Reverse(x, 0), [2, 2], 3, 4, 1, 2);
        Check(Reverse(x, 0, 1), [2, 2], 4, 3, 2, 1);
        Check(Pad(x, [0, 1], [1, 0], -7), [3, 3], -7, 1, 2, -7, 3, 4, -7, -7, -7);
    }

    [Fact]
    public void Symbolic_windows_have_symbolic_counts()
    {
        var x = graph.Placeholder("x", ["batch", "length"]);
        var length = Dim.Symbol("length");
        Assert.Equal(["batch", length - 2, 3], Windows(x, [1], [3]).Shape);
        Assert.Equal(["batch", ((length - 3) / 2) + 1, 3], Windows(x, [1], [3], [2]).Shape);
        var wide = Windows(x, [1], [3], [2], [2]);
        Assert.Equal(["batch", ((length - 5) / 2) + 1, 3], wide.Shape);
        Assert.Equal(x.Shape, Fold(wide, x.Shape, [1], [3], [2], [2]).Shape);
    }

    [Fact]
    public void What_a_selection_did_not_take_stays_zero_through_layout()
    {
        // d/dx of log(x) is infinite at 0, where the selection takes the constant.
        var x = graph.Placeholder("x", [4]);
        var safe = Transpose(Reshape(Reverse(Log(x), 0), 2, 2));
        var positive = Transpose(Reshape(Reverse(Greater(x, Scalar(x, 0)), 0), 2, 2));
        var loss = Sum(Sum(Where(positive, safe, 0), 1));
        Assert.Equal([0f, 1f, 0f, 0.25f], AsWritten.Run(Gradient(loss, x), (x, new[] { 0f, 1f, 0f, 4f })).AsSpan<float>().ToArray());
    }

    [Fact]
    public void Refusals()
    {
        var x = graph.Placeholder("x", [2, 3]);
        var batched = graph.Placeholder("y", ["batch", 3]);
        Errors.Throws(
            "reshape: 'x' float32[2, 3] has 6 elements, [4, 2] has 8; the counts must be equal. Give one extent as -1 to have it computed. "
            + "Built at {here}.",
            () => Reshape(x, 4, 2));
        Errors.Throws(
            "reshape: 'x' float32[2, 3] has 6 elements, which 4 does not divide evenly; the extent -1 cannot be computed. Built at {here}.",
            () => Reshape(x, -1, 4));
        Errors.Throws("reshape: axes 0 and 1 are both -1; only one extent can be computed. Built at {here}.", () => Reshape(x, -1, -1));
        Errors.Throws(
            "reshape: 'y' float32[batch, 3] has batch*3 elements, [6] has 6; the counts must be equal. Give one extent as -1 to have it computed. "
            + "Built at {here}.",
            () => Reshape(batched, 6));
        Errors.Throws(
            "squeeze: axis 1 of 'x' float32[2, 3] has extent 3; only axes of extent 1 can be removed. Index or reduce it instead. Built at {here}.",
            () => Squeeze(x, 1));
        Errors.Throws("transpose: axis 1 of 'x' float32[2, 3] is named twice; name each axis once. Built at {here}.", () => Transpose(x, 1, -1));
        Errors.Throws("transpose: [0] is not an order of the axes of 'x' float32[2, 3]; name each axis 0 … 1 once. Built at {here}.", () => Transpose(x, 0));
        Errors.Throws(
            "expand_dims: 'x' float32[2, 3] has no axis 3; axes are 0 … 2, or -3 … -1 counted from the end. Built at {here}.",
            () => ExpandDims(x, 3));
    }

    [Fact]
    public void Refusals_of_parts()
    {
        var x = graph.Placeholder("x", [2, 3]);
        var y = graph.Placeholder("y", [4, 2]);
        Errors.Throws(
            "slice: elements 1 … 3 do not all lie on axis 1 of 'x' float32[2, 3], whose extent is 3; slice within it. Built at {here}.",
            () => Slice(x, 1, 1, 3));
        Errors.Throws("slice: the step on axis 0 of 'x' float32[2, 3] is 0; use a positive or negative step. Built at {here}.", () => Slice(x, 0, 0, 2, 0));
        Errors.Throws(
            "split: axis 1 of 'x' float32[2, 3] has extent 3, which is not divisible into 2 equal parts; give the length of each part. Built at {here}.",
            () => Split(x, 2, 1));
        Errors.Throws(
            "split: axis 1 of 'x' float32[2, 3] has extent 3, the lengths [1, 1] add up to 2; they must be equal. Built at {here}.",
            () => Split(x, [1, 1], 1));
        Errors.Throws(
            "Concat: 'x' float32[2, 3] and 'y' float32[4, 2] differ outside axis 0; all other extents must be equal. Slice, pad or reshape one of them. "
            + "Built at {here}.",
            () => Concat([x, y]));
        Errors.Throws("Concat: give at least one value. Built at {here}.", () => Concat([]));
        Errors.Throws(
            "stack: 'x' is float32[2, 3], 'y' is float32[4, 2]; all must be of one type and shape. Cast, broadcast or reshape one of them. Built at {here}.",
            () => Stack([x, y]));
        Errors.Throws(
            "pad: axis 0 of 'x' float32[2, 3] would be padded by a negative number of elements (-1 before, 0 after, 0 between); slice it instead. "
            + "Built at {here}.",
            () => Pad(x, [-1, 0], [0, 0], [0, 0], graph.Constant(0f)));
        Errors.Throws(
            "pad: 3 elements would be cut off from axis 0 of 'x' float32[2, 3], which has 2; the negative paddings are -1 before and -2 after. Built at {here}.",
            () => Pad(x, [-1, 0], [-2, 0]));
        Errors.Throws(
            "pad: 1 paddings before and 2 after do not fit the 2 axes of 'x' float32[2, 3]; give both for every axis. Built at {here}.",
            () => Pad(x, [1], [0, 0]));
    }

    [Fact]
    public void Refusals_of_windows()
    {
        var x = graph.Placeholder("x", [2, 3]);
        Errors.Throws(
            "Windows: axis 1 of 'x' float32[2, 3] has extent 3, a window of size 3 and dilation 2 needs 5; pad the axis or make the window smaller. "
            + "Built at {here}.",
            () => Windows(x, [1], [3], dilations: [2]));
        Errors.Throws(
            "Windows: the window on axis 1 has size 2, stride 0 and dilation 1; each must be at least 1. Built at {here}.",
            () => Windows(x, [1], [2], [0]));
        Errors.Throws(
            "Windows: 1 sizes, 2 strides and 2 dilations do not fit 2 axes; give one of each for every windowed axis. Built at {here}.",
            () => Windows(x, [0, 1], [2]));
        Errors.Throws(
            "fold: 'x' float32[2, 3] does not hold the windows of a tensor of shape [5], which have the shape [3, 3]; give the shape that the windows "
            + "were cut from. Built at {here}.",
            () => Fold(x, [5], [0], [3]));
        Errors.Throws(
            "fold: the axes [1] are not different axes of the shape [4]; axes are 0 … 0. Built at {here}.",
            () => Fold(x, [4], [1], [3]));
    }

    private static void Check(Value value, int[] extents, params int[] expected)
    {
        var data = AsWritten.Run(value);
        Assert.Equal(extents, data.Extents.ToArray());
        Assert.Equal(expected, data.AsSpan<int>().ToArray());
    }
}
