using static GraphGrad.Ops;

namespace GraphGrad.Tests;

public sealed class ContractionTests
{
    private readonly Graph graph = new();

    [Fact]
    public void Shapes_of_products()
    {
        Assert.Equal([], Shape([3], [3]));
        Assert.Equal([2], Shape([2, 3], [3]));
        Assert.Equal([4], Shape([3], [3, 4]));
        Assert.Equal([2, 4], Shape([2, 3], [3, 4]));
        Assert.Equal(["batch", 2, 4], Shape(["batch", 2, 3], [3, 4]));
        Assert.Equal(["batch", 2], Shape(["batch", 2, 3], [3]));
        Assert.Equal(["batch", 2, 4], Shape([2, 3], ["batch", 3, 4]));
        Assert.Equal(["batch", 4], Shape([3], ["batch", 3, 4]));
        Assert.Equal(["batch", 5, 2, 4], Shape(["batch", 1, 2, 3], [5, 3, 4]));
        Assert.Equal(["batch", "heads", 2, 4], Shape(["batch", "heads", 2, 3], ["batch", "heads", 3, 4]));

        Shape Shape(Shape x, Shape y) => MatMul(graph.Placeholder("x", x), graph.Placeholder("y", y)).Shape;
    }

    [Fact]
    public void Batches_broadcast()
    {
        var x = graph.Constant(TensorData.Create<int>([1, 2, 3, 4], 2, 1, 1, 2));
        var y = graph.Constant(TensorData.Create<int>([1, 0, 0, 1, 1, 1], 3, 2, 1));
        var product = AsWritten.Run(MatMul(x, y));
        Assert.Equal([2, 3, 1, 1], product.Extents.ToArray());
        Assert.Equal([1, 2, 3, 3, 4, 7], product.AsSpan<int>().ToArray());
        var flat = graph.Constant([[1, 2], [3, 4]]);
        Assert.Equal([1, 3, 2, 4, 3, 7], AsWritten.Run(MatMul(flat, y)).AsSpan<int>().ToArray());
    }

    [Fact]
    public void Equal_batches_are_not_broadcast()
    {
        var x = graph.Placeholder("x", ["batch", 2, 3]);
        var y = graph.Placeholder("y", ["batch", 3, 4]);
        Assert.Equal([x, y], MatMul(x, y).Node.Inputs);
    }

    [Fact]
    public void Refusals()
    {
        var x = graph.Placeholder("x", [4, 784]);
        var y = graph.Placeholder("y", [512, 10]);
        var scalar = graph.Placeholder("scalar", []);
        Errors.Throws(
            "matmul: left 'x' float32[4, 784] has 784 columns, right 'y' float32[512, 10] has 512 rows; they must be equal. Transpose or reshape "
            + "one of them. Built at {here}.",
            () => MatMul(x, y));
        Errors.Throws(
            "matmul: left 'x' float32[4, 784] and right 'scalar' float32[] must have at least one axis; multiply by a scalar with *. Built at {here}.",
            () => MatMul(x, scalar));
        Errors.Throws(
            "matmul: the batch axes [2] of left 'a' float32[2, 3, 4] and [5] of right 'b' float32[5, 4, 3] do not broadcast: axis -1 has extent 2 on one "
            + "side and 5 on the other; extents must be equal or 1. Reshape, slice or transpose one of them. Built at {here}.",
            () => MatMul(graph.Placeholder("a", [2, 3, 4]), graph.Placeholder("b", [5, 4, 3])));
        Errors.Throws(
            "MatMul: 'x' float32[4, 784] and 'z' float64[784] differ in element type; cast one of them with Cast. Built at {here}.",
            () => MatMul(x, graph.Placeholder("z", [784], DType.Float64)));
        Errors.Throws(
            "dot: axis 0 of 'x' float32[4, 784] has extent 4, axis 0 of 'y' float32[512, 10] has 512; contracted axes must be equal. Transpose or reshape "
            + "one of them. Built at {here}.",
            () => Dot(x, y, [0], [0]));
        Errors.Throws(
            "dot: 2 axes of 'x' float32[4, 784] and 1 axes of 'y' float32[512, 10] are contracted; axes are paired, so name equally many. Built at {here}.",
            () => Dot(x, y, [0, 1], [0]));
        Errors.Throws(
            "dot: contracted axes [0] and batch axes [0] are not different axes of 'x' float32[4, 784]. Built at {here}.",
            () => Dot(x, x, [0], [0], [0], [0]));
        Errors.Throws(
            "MatMul: 'flags' bool[4] is not a number; cast it with Cast. Built at {here}.",
            () => MatMul(graph.Placeholder("flags", [4], DType.Bool), graph.Placeholder("more", [4], DType.Bool)));
    }
}
